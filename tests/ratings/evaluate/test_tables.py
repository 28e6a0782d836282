"""Tables of MOS and predictions, and the join of the two by name."""

import json

import numpy as np
import pytest
from scipy import stats

from beholder.errors import TableError
from beholder.ratings import Ratings, Scale
from beholder.ratings.evaluate import Predictions, Truth, join, read_predictions, read_truth


def _write(path, text):
    path.write_text(text, "utf-8")
    return path


def _truth(names="abc", **more):
    n = len(names)
    return Truth(tuple(names), np.linspace(1, 4, n), np.full(n, 0.2), np.full(n, 0.1), np.full(n, 20.0), **more)


def test_a_table_of_mos(tmp_path):
    text = "PVS_id,MOS,std,n_votes,HRC,SRC\na,3.5,0.8,16,h1,s1\nb,4.0,0.0,16,h2,s1\nc,2.0,,,h1,s2\n"
    found = read_truth(_write(tmp_path / "mos.csv", text))
    assert found.stimuli == ("a", "b", "c")
    np.testing.assert_allclose(found.mos, [3.5, 4, 2])
    np.testing.assert_allclose(found.standard_error, [0.2, 0, np.nan])
    np.testing.assert_allclose(found.ci95, [stats.t.ppf(0.975, 15) * 0.2, 0, np.nan])
    assert (found.condition, found.source) == (("h1", "h2", "h1"), ("s1", "s1", "s2"))
    assert (found.scale.low, found.scale.high) == (1, 5)
    assert "1 to 5" in found.notes[0]


@pytest.mark.parametrize("columns", ["ci95_low,ci95_high\n{},2.5,3.5", "ci\n{},0.5", "95%CI\n{},0.5"])
def test_intervals_as_half_widths_or_ends(tmp_path, columns):
    text = f"stimulus,mos,{columns.format('a,3')}\n"
    found = read_truth(_write(tmp_path / "mos.csv", text), scale=Scale(1, 5))
    assert found.ci95.tolist() == [0.5]
    assert found.standard_error[0] == pytest.approx(0.5 / 1.959964, rel=1e-6)


def test_semicolons_decimal_commas_and_other_scales(tmp_path):
    found = read_truth(_write(tmp_path / "mos.csv", "file;mos\na;62,5\nb;80,0\n"))
    assert found.mos.tolist() == [62.5, 80]
    assert (found.scale.low, found.scale.high) == (0, 100)


def test_the_json_of_beholder_ratings(tmp_path):
    rows = [{"stimulus": "a", "mos": 3.0, "ci95": [2.5, 3.5], "n": 9, "sos": 0.7}, {"stimulus": "b", "mos": None}]
    path = _write(tmp_path / "out.json", json.dumps({"schema": "beholder.ratings/1", "stimuli": rows}))
    found = read_truth(path)
    assert found.stimuli == ("a", "b")
    np.testing.assert_allclose(found.ci95, [0.5, np.nan])


def test_votes_are_averaged(tmp_path):
    found = read_truth(_write(tmp_path / "votes.csv", "stimulus,r1,r2,r3\nx1,5,4,5\nx2,1,2,2\nx3,3,3,2\n"))
    np.testing.assert_allclose(found.mos, [14 / 3, 5 / 3, 8 / 3])
    assert found.ci95[0] == pytest.approx(stats.t.ppf(0.975, 2) * np.std([5, 4, 5], ddof=1) / np.sqrt(3))


def test_several_tables_of_predictions(tmp_path):
    one = _write(tmp_path / "one.csv", "file,vmaf,psnr,codec\na,90,40,avc\nb,50,,hevc\n")
    two = _write(tmp_path / "mine.csv", "file,mos,ci95\nb,2.5,0.3\nc,3.5,0.3\n")
    results = [{"subject": {"path": "clips/a.mp4"}, "score": {"mos": 4.2, "model": "vmos"}}]
    three = _write(tmp_path / "scores.json", json.dumps(results))
    found = read_predictions([one, two, three])
    assert found.models == ("vmaf", "psnr", "mine", "vmos")
    assert found.stimuli == ("a", "b", "c", "clips/a.mp4")
    np.testing.assert_array_equal(found.values[1], [40, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(found.values[2], [np.nan, 2.5, 3.5, np.nan])
    assert "not taken for models: codec" in found.notes[0]


def test_models_of_one_name_are_told_apart(tmp_path):
    paths = [_write(tmp_path / f"{name}.csv", "file,vmaf\na,1\nb,2\n") for name in ("x", "y")]
    assert read_predictions(paths).models == ("vmaf", "y: vmaf")


def test_names_match_as_they_are_or_by_stem():
    said = Predictions(("m",), ("a", "clips/b.mp4", "d"), np.array([[1.0, 2.0, 3.0]]))
    found = join(_truth(("a", "b.yuv", "c")), said)
    assert found.truth.stimuli == ("a", "b.yuv")
    assert found.values.tolist() == [[1.0, 2.0]]
    assert (found.unpredicted, found.unrated) == (("c",), ("d",))
    assert "1 names were matched without folder and ending" in found.notes


def test_stems_that_are_not_unique_do_not_match():
    said = Predictions(("m",), ("x/a.mp4", "y/a.mp4", "b"), np.array([[1.0, 2.0, 3.0]]))
    assert join(_truth(("a", "b")), said).truth.stimuli == ("b",)


def test_a_stimulus_that_one_model_leaves_out_is_left_out_for_all():
    said = Predictions(("m", "k"), ("a", "b", "c"), np.array([[1.0, 2, 3], [1.0, np.nan, 3]]))
    found = join(_truth(), said)
    assert (found.truth.stimuli, found.unpredicted, found.unrated) == (("a", "c"), ("b",), ("b",))


def test_conditions_are_means_with_their_intervals():
    truth = _truth("abcd", condition=("h1", "h1", "h2", "h2"))
    found, table = truth.by_condition(np.array([[1.0, 3.0, 5.0, 7.0]]))
    assert found.stimuli == ("h1", "h2")
    assert table.tolist() == [[2.0, 6.0]]
    np.testing.assert_allclose(found.mos, [1.5, 3.5])
    np.testing.assert_allclose(found.standard_error, 0.1 / np.sqrt(2))
    np.testing.assert_allclose(found.ci95, stats.norm.ppf(0.975) * 0.1 / np.sqrt(2))
    with pytest.raises(TableError, match="conditions are not known"):
        _truth().by_condition(np.zeros((1, 3)))


def test_truth_of_ratings_keeps_facts():
    votes = Ratings.from_matrix([[5, 4], [2, None], [None, None]], stimuli=["a", "b", "c"])
    found = Truth.from_ratings(votes)
    np.testing.assert_array_equal(found.mos, [4.5, 2, np.nan])
    np.testing.assert_array_equal(np.isnan(found.ci95), [False, True, True])
    assert found.condition is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stimulus,mos\n", "no rows"),
        ("stimulus,mos\na,good\n", "no MOS"),
        ("stimulus,mos\na,3\na,4\n", "'a' is there twice"),
        ("", "no rows"),
    ],
)
def test_bad_tables_of_mos(tmp_path, text, message):
    with pytest.raises(TableError, match=message):
        read_truth(_write(tmp_path / "mos.csv", text))


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("p.csv", "file,codec\na,avc\n", "no column holds predictions"),
        ("p.csv", "file,m\na,1\na,2\n", "'a' is there twice"),
        ("p.json", "{}", "no result of beholder score"),
        ("p.json", "{", "no JSON"),
        ("p.json", "[]", "no score"),
    ],
)
def test_bad_tables_of_predictions(tmp_path, name, text, message):
    with pytest.raises(TableError, match=message):
        read_predictions([_write(tmp_path / name, text)])


def test_what_cannot_be_read(tmp_path):
    with pytest.raises(TableError, match="cannot be read"):
        read_predictions([tmp_path / "none.csv"])
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TableError, match="not text"):
        read_predictions([tmp_path / "binary.csv"])
    with pytest.raises(TableError, match="no table"):
        read_predictions([])
    with pytest.raises(TableError, match="no stimulus has both"):
        join(_truth(), Predictions(("m",), ("x",), np.ones((1, 1))))
    with pytest.raises(TableError, match="models x stimuli"):
        Predictions(("m",), ("x",), np.ones((2, 1)))
    with pytest.raises(TableError, match="differ in length"):
        Truth(("a",), np.ones(2), np.ones(1), np.ones(1), np.ones(1))
