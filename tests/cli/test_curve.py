from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beholder.cli.curve import BRAILLE, draw_curve


def plot_of(lines: list[str]) -> list[str]:
    """The cells right of the vertical axis, top row first."""
    return [line[line.index("|") + 1 :] for line in lines if "|" in line]


def rows_used(lines: list[str]) -> set[int]:
    return {number for number, row in enumerate(plot_of(lines)) if row.strip()}


def test_a_perfect_recording_lies_on_the_top_row() -> None:
    lines = draw_curve(np.arange(60.0), np.full(60, 5.0), width=40, height=9, ascii_only=True)
    assert rows_used(lines) == {0}
    assert plot_of(lines)[0] == "*" * 37


def test_one_bad_second_in_an_hour_reaches_the_bottom() -> None:
    y = np.full(3600, 5.0)
    y[1800] = 1.0
    lines = draw_curve(np.arange(3600.0), y, width=80, height=9, ascii_only=True)
    assert plot_of(lines)[-1].strip() == "*"
    assert plot_of(lines)[-1].index("*") == pytest.approx(38, abs=1)


def test_a_gap_is_left_empty() -> None:
    y = np.full(100, 3.0)
    y[40:60] = np.nan
    drawn = plot_of(draw_curve(np.arange(100.0), y, width=103, height=3, ascii_only=True))[1].ljust(100)
    assert set(drawn[42:58]) == {" "}
    assert set(drawn[:38]) | set(drawn[62:99]) == {"*"}


def test_few_values_are_joined_by_a_line() -> None:
    drawn = plot_of(draw_curve([0, 1], [1, 5], width=43, height=5, ascii_only=True))
    columns = [sum(row.ljust(40)[column] == "*" for row in drawn) for column in range(40)]
    assert min(columns) >= 1
    assert drawn[-1][0] == "*"
    assert drawn[0].rstrip()[-1] == "*"


def test_labels_are_at_their_heights() -> None:
    lines = draw_curve(np.arange(9.0), np.full(9, 3.0), width=40, height=9)
    assert [line[:1] for line in lines[:9]] == ["5", " ", "4", " ", "3", " ", "2", " ", "1"]
    assert lines[4][3:].strip()
    assert lines[10].split() == ["0:00.0", "0:04.0", "0:08.0"]


def test_braille_has_eight_dots_a_cell() -> None:
    lines = draw_curve([0.0, 1.0], [5.0, 5.0], width=20, height=2)
    assert set(lines[0][3:]) == {chr(BRAILLE + 0x01 + 0x08)}


def test_nothing_measured_draws_axes_only() -> None:
    for t, y in (([], []), ([0.0, 1.0], [np.nan, np.nan])):
        lines = draw_curve(t, y, width=30, height=4, ascii_only=True)
        assert len(lines) == 6
        assert not rows_used(lines)


def test_one_value_is_one_mark() -> None:
    lines = draw_curve([2.0], [1.0], width=30, height=4, ascii_only=True)
    assert plot_of(lines)[-1] == "*"


@given(
    st.lists(st.one_of(st.just(float("nan")), st.floats(-10, 10)), max_size=80),
    st.integers(16, 100),
    st.integers(2, 20),
    st.booleans(),
)
def test_it_always_fits(values: list[float], width: int, height: int, ascii_only: bool) -> None:  # noqa: FBT001
    lines = draw_curve(np.arange(len(values)) * 0.5, values, width=width, height=height, ascii_only=ascii_only)
    assert len(lines) == height + 2
    assert all(len(line) <= width for line in lines)
    assert not ascii_only or "\n".join(lines).isascii()


@pytest.mark.parametrize(
    ("y", "width", "height", "high"), [([1.0], 15, 4, 5.0), ([1.0], 40, 1, 5.0), ([1.0], 40, 4, 1.0), ([], 40, 4, 5.0)]
)
def test_what_cannot_be_drawn_is_refused(y: list[float], width: int, height: int, high: float) -> None:
    with pytest.raises(ValueError, match="cannot draw"):
        draw_curve([0.0], y, width=width, height=height, high=high)
