"""A curve over time, drawn with characters: eight dots a character cell (Unicode braille), or plain ASCII.

>>> import numpy as np
>>> for line in draw_curve(np.arange(4.0), np.array([5.0, 5.0, 1.0, 1.0]), width=24, height=3, ascii_only=True):
...     print(line)
5 |**********
3 |         ****
1 |            *********
  +---------------------
   0:00.0         0:03.0
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from beholder.reports.words import clock_time

__all__ = ["draw_curve"]

BRAILLE = 0x2800  # the empty pattern; Unicode 16, block Braille Patterns
DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])  # bit of each dot, by row and column
NARROWEST, LOWEST = 16, 2
TENTHS_S = 10.0  # a shorter axis shows tenths


def draw_curve(
    t: ArrayLike,
    y: ArrayLike,
    *,
    width: int,
    height: int,
    low: float = 1.0,
    high: float = 5.0,
    ascii_only: bool = False,
) -> list[str]:
    """Draw a curve with its axes.

    Parameters
    ----------
    t : array_like, shape (n,)
        Seconds, not decreasing.
    y : array_like, shape (n,)
        Values; a NaN leaves a gap. Values outside of `low` .. `high` are drawn at the edge.
    width, height : int
        Characters that all lines take, and lines that the curve takes (two more hold the time axis).
        At least 16 and 2.
    low, high : float
        Range of the vertical axis.
    ascii_only : bool
        Draw with ``*``, ``|`` and ``-`` for terminals without Unicode.

    Returns
    -------
    list of str
        ``height + 2`` lines of at most `width` characters, without colour.

    Raises
    ------
    ValueError
        When there is no room, `high` is not above `low`, or `t` and `y` differ in length.
    """
    times, values = np.asarray(t, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if width < NARROWEST or height < LOWEST or not high > low or times.shape != values.shape:
        shapes = f"{times.shape} times and {values.shape} values"
        raise ValueError(f"cannot draw {shapes} in {width} x {height} characters from {low} to {high}")
    labels = _labels(height, low=low, high=high)
    margin = max(len(label) for label in labels) + 1
    columns = width - margin - 1
    rows_per_cell, columns_per_cell = (1, 1) if ascii_only else DOTS.shape
    column_values = _spread(times, values, columns=columns * columns_per_cell)
    dots = _dots(column_values, rows=height * rows_per_cell, low=low, high=high)
    side, corner, rule = ("|", "+", "-") if ascii_only else ("┤", "└", "─")
    body = _ascii(dots) if ascii_only else _braille(dots)
    lines = [f"{label:>{margin - 1}} {side}{cells}".rstrip() for label, cells in zip(labels, body, strict=True)]
    return [*lines, " " * margin + corner + rule * columns, _time_axis(times, columns=columns, margin=margin)]


def _labels(height: int, *, low: float, high: float) -> list[str]:
    """Label the rows nearest to whole values (few of them when there are few rows)."""
    labels = [""] * height
    whole = np.arange(math.ceil(low), math.floor(high) + 1)
    every = max(1, math.ceil((len(whole) - 1) / max(1, height - 1)))
    for value in whole[::-1][::every]:
        labels[round((high - value) / (high - low) * (height - 1))] = str(value)
    return labels


def _spread(t: NDArray[np.float64], y: NDArray[np.float64], *, columns: int) -> NDArray[np.float64]:
    """Give the lowest and highest value of every dot column, shape (columns, 2); NaN where there is a gap."""
    out = np.full((columns, 2), np.nan)
    if not t.size:
        return out
    length = max(float(t[-1] - t[0]), 1e-9)
    centres = t[0] + (np.arange(columns) + 0.5) / columns * length
    before = np.clip(np.searchsorted(t, centres, side="right") - 1, 0, t.size - 1)
    after = np.minimum(before + 1, t.size - 1)
    step = np.maximum(t[after] - t[before], 1e-9)
    share = np.clip((centres - t[before]) / step, 0.0, 1.0)
    out[:] = (y[before] + share * (y[after] - y[before]))[:, None]  # NaN when either neighbour is missing
    place = np.minimum(((t - t[0]) / length * columns).astype(int), columns - 1)
    known = np.isfinite(y)
    if t.size == 1:
        place[:] = 0
        out[1:] = np.nan
    np.fmin.at(out[:, 0], place[known], y[known])
    np.fmax.at(out[:, 1], place[known], y[known])
    return out


def _dots(spread: NDArray[np.float64], *, rows: int, low: float, high: float) -> NDArray[np.bool_]:
    """Set the dots of every column, joined to the column before it."""
    dots = np.zeros((rows, spread.shape[0]), dtype=bool)
    last: tuple[int, int] | None = None
    for column, (lowest, highest) in enumerate(spread):
        if not (math.isfinite(lowest) and math.isfinite(highest)):
            last = None
            continue
        top, bottom = (_row(value, rows=rows, low=low, high=high) for value in (highest, lowest))
        begin, end = top, bottom
        if last is not None:
            begin, end = min(top, last[1]), max(bottom, last[0])
        dots[begin : end + 1, column] = True
        last = top, bottom
    return dots


def _row(value: float, *, rows: int, low: float, high: float) -> int:
    return round((high - min(high, max(low, value))) / (high - low) * (rows - 1))


def _braille(dots: NDArray[np.bool_]) -> list[str]:
    tall, wide = DOTS.shape
    cells = dots.reshape(dots.shape[0] // tall, tall, dots.shape[1] // wide, wide)
    codes = (cells * DOTS[None, :, None, :]).sum(axis=(1, 3))
    return ["".join(chr(BRAILLE + code) if code else " " for code in row) for row in codes.tolist()]


def _ascii(dots: NDArray[np.bool_]) -> list[str]:
    return ["".join("*" if dot else " " for dot in row) for row in dots.tolist()]


def _time_axis(t: NDArray[np.float64], *, columns: int, margin: int) -> str:
    """Write the first and last time, and the middle when there is room."""
    first, last = (float(t[0]), float(t[-1])) if t.size else (0.0, 0.0)
    decimals = int(last - first < TENTHS_S)
    left, right, middle = (clock_time(at, decimals=decimals) for at in (first, last, (first + last) / 2))
    room = columns - len(left) - len(right)
    between = middle.center(room) if room >= len(middle) + 8 else " " * max(1, room)
    return " " * (margin + 1) + left + between + right
