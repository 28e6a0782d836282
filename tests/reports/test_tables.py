from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sample_result import timeline

from beholder.errors import UsageError
from beholder.reports import to_table, write_table
from beholder.types import Series

FRAMES = Series("change", np.array([0.0, 0.04, 0.08]), np.array([np.nan, 2.0, 3.0], dtype=np.float32))
SECONDS = Series("mos", np.array([0.0, 1.0]), np.array([4.0, 4.5], dtype=np.float32))


def test_rows_are_the_union_of_all_times_and_gaps_are_null() -> None:
    table = to_table({"change": FRAMES, "mos": SECONDS})
    assert table.to_dict(as_series=False) == {
        "t": [0.0, 0.04, 0.08, 1.0],
        "change": [None, 2.0, 3.0, None],
        "mos": [4.0, None, None, 4.5],
    }
    assert table.schema == {"t": pl.Float64, "change": pl.Float32, "mos": pl.Float32}


def test_no_series_gives_an_empty_table() -> None:
    assert to_table({}).shape == (0, 1)


def test_of_two_values_at_one_time_the_later_stays() -> None:
    twice = Series("x", np.array([1.0, 1.0]), np.array([3.0, 4.0], dtype=np.float32))
    assert to_table({"x": twice})["x"].to_list() == [4.0]


@pytest.mark.parametrize("ending", ["csv", "parquet", "PARQUET"])
def test_what_is_written_is_read_back(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"features.{ending}"
    series = timeline(6)
    write_table(series, path)
    read = pl.read_csv(path) if ending == "csv" else pl.read_parquet(path)
    assert read.columns == ["t", *series]
    motion = read.filter(pl.col("motion").is_not_null())
    assert np.allclose(motion["t"].to_numpy(), series["motion"].t, atol=1e-6)
    assert np.allclose(motion["motion"].to_numpy(), series["motion"].y)


def test_an_unknown_ending_or_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"use \.csv or \.parquet"):
        write_table({"mos": SECONDS}, tmp_path / "features.xlsx")
    with pytest.raises(UsageError, match="cannot be written"):
        write_table({"mos": SECONDS}, tmp_path / "missing" / "features.csv")
