import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beholder.errors import TableError
from beholder.inputs import read_kpis


def write(tmp_path, text, name="kpi.csv"):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def test_seconds_and_columns(tmp_path):
    found = read_kpis(write(tmp_path, "time_s,throughput,note\n0,100,x\n0.5,,y\n1,300,z\n"))
    assert list(found) == ["kpi_throughput"]
    series = found["kpi_throughput"]
    np.testing.assert_allclose(series.t, [0, 0.5, 1])
    np.testing.assert_allclose(series.y, [100, np.nan, 300])


@pytest.mark.parametrize(
    "stamps",
    [("2026-01-31T12:00:00", "2026-01-31T12:00:02"), ("1769860800", "1769860802"), ("1769860800000", "1769860802000")],
    ids=["dates", "epoch", "epoch-ms"],
)
def test_dates_start_with_the_recording(tmp_path, stamps):
    text = "Timestamp;rtt\n" + "\n".join(f"{stamp};{i}" for i, stamp in enumerate(stamps))
    np.testing.assert_allclose(read_kpis(write(tmp_path, text), offset_s=1.0)["kpi_rtt"].t, [1, 3])


def test_rows_out_of_order_are_sorted(tmp_path):
    series = read_kpis(write(tmp_path, "t,a\n2,20\n1,10\n"))["kpi_a"]
    assert series.t.tolist() == [1, 2]
    assert series.y.tolist() == [10, 20]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n1,2\n", "no time column"),
        ("time_s,a\n", "no rows"),
        ("time_s,a\n1,x\n", "no column holds numbers"),
        ("time_s,a\nx,1\n", "holds no times"),
        ("", "no rows"),
    ],
)
def test_a_table_that_cannot_be_used_says_why(tmp_path, text, reason):
    with pytest.raises(TableError, match=reason) as caught:
        read_kpis(write(tmp_path, text))
    assert "kpi.csv" in str(caught.value)


def test_a_missing_or_binary_file_says_why(tmp_path):
    with pytest.raises(TableError, match="cannot be read"):
        read_kpis(tmp_path / "none.csv")
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(TableError, match="not text"):
        read_kpis(tmp_path / "b.csv")


@settings(max_examples=60)
@given(text=st.text(max_size=200))
def test_any_text_gives_a_table_or_a_table_error(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("kpi") / "kpi.csv"
    path.write_text(text, "utf-8", newline="")
    try:
        found = read_kpis(path)
    except TableError:
        return
    assert all(s.t.size == s.y.size for s in found.values())
