"""Pair comparisons from files."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from beholder.errors import TableError
from beholder.ratings import read_comparisons
from beholder.ratings.pairs import Comparisons


def wins(found: Comparisons) -> dict[tuple[str, str], float]:
    """How often the first name was preferred to the second; ties under (name, '=')."""
    counted: dict[tuple[str, str], float] = {}
    for first, second, outcome, times in zip(found.first, found.second, found.outcome, found.times, strict=True):
        a, b = found.stimuli[first], found.stimuli[second]
        key = {1: (a, b), -1: (b, a), 0: (min(a, b), "=")}[int(outcome)]
        counted[key] = counted.get(key, 0) + float(times)
    return counted


WEBMUSHRA = """session_test_id,email,trial_id,choice_reference,choice_non_reference,choice_answer
t,x,1,p,q,reference
t,x,2,q,p,nonreference
t,y,1,q,r,reference
t,y,2,p,r,none
"""
WANTED = {("p", "q"): 2.0, ("q", "r"): 1.0, ("p", "="): 1.0}


@pytest.mark.parametrize(
    "text",
    [
        "rater,first,second,winner\nx,p,q,p\ny,q,p,p\nx,q,r,q\ny,p,r,\n",
        "worker;stimulus_a;stimulus_b;choice\nx;p;q;A\ny;q;p;B\nx;q;r;a\ny;p;r;tie\n",
        "left,right,vote\np,q,left\nq,p,right\nq,r,left\np,r,same\n",
        "item1,item2,preference\np,q,1\nq,p,-1\nq,r,1\np,r,0\n",
        WEBMUSHRA,
    ],
)
def test_a_row_per_comparison(tmp_path: Path, text: str):
    path = tmp_path / "pairs.csv"
    path.write_text(text)
    assert wins(read_comparisons(path)) == WANTED


def test_columns_can_be_named_and_frames_read():
    frame = pl.DataFrame({"this": ["p", "q"], "that": ["q", "r"], "which": ["p", "r"]})
    found = read_comparisons(frame, columns={"first": "this", "second": "that", "outcome": "which"})
    assert wins(found) == {("p", "q"): 1, ("r", "q"): 1}
    with pytest.raises(TableError, match="no column was found for first, second, outcome"):
        read_comparisons(frame)
    with pytest.raises(TableError, match="no column 'x' for 'first'"):
        read_comparisons(frame, columns={"first": "x"})


@pytest.mark.parametrize("text", [",p,q\np,0,3\nq,1,0\n", "0,3\n1,0\n"])
def test_a_square_table(tmp_path: Path, text: str):
    (tmp_path / "wins.csv").write_text(text)
    found = read_comparisons(tmp_path / "wins.csv")
    one, other = found.stimuli
    assert wins(found) == {(one, other): 3, (other, one): 1}


@pytest.mark.parametrize("name", ["set.py", "votes.py"])
def test_a_data_set_of_sureal(tmp_path: Path, name: str):
    text = "dis_videos = [{'asset_id': 0, 'os': {('x', 1): 1}}, {'asset_id': 1, 'os': {('y', 0): 1}}]"
    (tmp_path / name).write_text(text)
    assert sorted(wins(read_comparisons(tmp_path / name)).values()) == [1, 1]
    (tmp_path / name).write_text("dis_videos = [{'asset_id': 0, 'os': {'x': 1}}]")
    with pytest.raises(TableError, match="holds votes, not pair comparisons"):
        read_comparisons(tmp_path / name)
    (tmp_path / name).write_text("dis_videos = [{'asset_id': 0, 'os': [1]}]")
    with pytest.raises(TableError, match="hold no comparisons"):
        read_comparisons(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("first,second,winner\np,q,r\n", "row 2: 'r' is neither"),
        ("first,second,winner\np,,p\n", "row 2 names no pair"),
        ("first,second,winner\np,q,0\np,q,1\n", "0 may be a tie"),
        ("", "it is empty"),
    ],
)
def test_choices_that_cannot_be_used(tmp_path: Path, text: str, wanted: str):
    (tmp_path / "pairs.csv").write_text(text)
    with pytest.raises(TableError, match=wanted):
        read_comparisons(tmp_path / "pairs.csv")
