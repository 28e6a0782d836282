"""Damage of lost packets: the moments at which part of the picture breaks, and at which it is whole again.

A block that is concealed wrongly, or that snaps back when the next key picture arrives, changes much more at that
moment than in the pictures before or after it. What moves in a scene does so over many pictures. Where enough blocks
change so, the pictures on both sides of the moment are looked at: damage has straight edges on the block grid, streaks
(a slice filled from its border) and a ragged outline, on one side of the moment and not on the other. How much of each
is typical, boosted trees have learned from clips with planted losses and from undamaged ones, among them freezes,
dropped frames, cuts and subtitles.
"""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from beholder.features.forest import Forest, read_forests
from beholder.types import Series

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from beholder.features.glance import Glance
    from beholder.types import Floats, Picture

__all__ = ["CorruptionMeasures", "Moment", "abrupt_blocks", "glance_at", "look_at"]

GRID = 8  # pixels of the small view: borders of 16-pixel macroblocks at any halving, of 8-pixel blocks at none
OTHER = (3, 5)  # phases that are no block border at any halving; what they show is the scene itself
STEPS = (5.0, 10.0, 20.0)  # levels by which a picture must jump at a border, beyond its slope on both sides
STRAIGHT = 0.6  # of the jump must have one sign along the 8 pixels of a segment
ABRUPT = (5.0, 2.0)  # levels and times: a block changes by more than the first and the second times its usual change
BESIDE = 2  # pictures on each side say what is usual
NEW = 3.0  # levels: a picture none of whose blocks changes by more repeats the one before
SUSPECT = 0.002  # of the blocks are abrupt: below, nothing is asked
GATE = (
    0.02  # probability by the abrupt blocks alone: below, the pictures are not looked at (keeps 97 % of what is found)
)
LIKELY = 0.5  # the extent is given from here on
STREAKS = ((2.0, 0.25), (4.0, 0.35))  # levels along a streak at least; share of them across it at most
NEAR = np.ones((3, 3), np.uint8)
EXTENT = 6  # place of the share in and next to abrupt blocks among the figures of `glance_at`


def abrupt_blocks(blocks: Floats, past: Floats, future: Floats) -> tuple[NDArray[np.bool_], ...]:
    """Say which blocks change much more than beside the moment: on both sides, after it, before it.

    Examples
    --------
    >>> one = np.array([[20, 20, 20]], np.float32)
    >>> around = np.array([[1, 15, 12]], np.float32), np.array([[1, 15, 2]], np.float32)
    >>> [found.tolist() for found in abrupt_blocks(one, *around)]
    [[[True, False, False]], [[True, False, True]], [[True, False, False]]]
    """
    least, times = ABRUPT
    calm_after, calm_before = blocks > least + times * future, blocks > least + times * past
    both = blocks > least + times * np.maximum(past, future)
    return both, calm_after & (blocks > least + past), calm_before & (blocks > least + future)


@dataclass(frozen=True, slots=True)
class Moment:
    """A picture that changed: its place among all, the pictures on both sides, and the change by block."""

    index: int
    before: Picture
    after: Picture
    blocks: Floats


def glance_at(blocks: Floats, past: Floats, future: Floats) -> tuple[Floats, NDArray[np.bool_]] | None:
    """Give the figures of the abrupt blocks, and which these are; None when they are too few.

    Parameters
    ----------
    blocks : Floats, shape (height // 8, width // 8)
        Mean change of each block.
    past, future : Floats
        The largest of that in the two new pictures before and after.

    Returns
    -------
    figures : Floats, shape (8,)
    some : NDArray of bool, shape (height // 8, width // 8)
    """
    least = ABRUPT[0] + ABRUPT[1] * cv2.min(past, future)
    if cv2.countNonZero(cv2.compare(blocks, least, cv2.CMP_GT)) < SUSPECT * blocks.size:
        return None
    both, after, earlier = abrupt_blocks(blocks, past, future)
    some = after | earlier
    count = np.count_nonzero(some)
    if count < SUSPECT * some.size:
        return None
    outline = np.count_nonzero(some[1:] != some[:-1]) + np.count_nonzero(some[:, 1:] != some[:, :-1])
    shares = [np.count_nonzero(mask) / mask.size for mask in (both, after, earlier, _near(some))]
    levels = [blocks.mean(), np.percentile(blocks, 90), past.mean()]
    return np.array([*shares[:3], *levels, shares[3], outline / count], np.float32), some


def look_at(before: Picture, after: Picture, some: NDArray[np.bool_]) -> Floats:
    """Give the figures of the pictures on both sides of a moment, near the abrupt blocks `some`; shape (54,)."""
    near = _near(some)
    sides = [picture.astype(np.float32) for picture in (before, after)]
    grids = [_grid(picture, near) for picture in (sides[1] - sides[0], *sides)]
    streaks = [_streaks(picture, some, float(np.count_nonzero(near))) for picture in (before, after)]
    (first, first_slope), (last, last_slope) = streaks
    tail = [first, last, np.abs(first - last), first_slope, last_slope, first_slope - last_slope]
    return np.concatenate([*grids, *tail]).astype(np.float32)


def _near(some: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(cv2.dilate(some.astype(np.uint8), NEAR) > 0, np.bool_)


def _grid(picture: Floats, near: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Count jumps on the block grid beyond those off it, for each of `STEPS`: rows, columns, off it, less of both."""
    rows, columns = _jumps(picture, near), _jumps(np.ascontiguousarray(picture.T), np.ascontiguousarray(near.T))
    around = max(1.0, float(np.count_nonzero(near)))
    found = []
    for (row, row_off), (column, column_off) in zip(rows, columns, strict=True):
        less = 1000.0 * min(row - row_off, column - column_off) / near.size
        found += [(row - row_off) / around, (column - column_off) / around, (row_off + column_off) / around, less]
    return np.array(found)


def _jumps(lines: Floats, near: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """Count jumps between rows, on the grid and (mean of two phases) off it, for each of `STEPS`."""
    maps = [_excess(lines, phase) for phase in (0, *OTHER)]
    rows = maps[0].shape[0]
    where = (near[1 : 1 + rows] | near[:rows])[:, : maps[0].shape[1]]
    out = []
    for step in STEPS:
        on, *off = (float(np.count_nonzero((jump > step) & where)) for jump in maps)
        out.append((on, sum(off) / len(off)))
    return out


def _excess(lines: Floats, phase: int) -> NDArray[Any]:
    """By how much rows ``8 k + phase - 1`` and ``8 k + phase`` differ beyond the slope on both sides, by segment."""
    count = min((lines.shape[0] - GRID - 2 - max(OTHER)) // GRID, lines.shape[0] // GRID - 2) + 1
    width = lines.shape[1] // GRID * GRID
    first = GRID + phase
    above2, above, below, below2 = (lines[first + offset :: GRID, :width][:count] for offset in (-2, -1, 0, 1))
    net = np.abs(_means(below - above))
    slope = cv2.max(_means(cv2.absdiff(above, above2)), _means(cv2.absdiff(below2, below)))
    return np.where(net > STRAIGHT * _means(cv2.absdiff(below, above)), net - slope, np.float32(0))


def _means(values: NDArray[Any]) -> Any:
    return cv2.resize(values, (values.shape[1] // GRID, values.shape[0]), interpolation=cv2.INTER_AREA)


def _streaks(luma: Picture, some: NDArray[np.bool_], around: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Count upright and level streaks among the abrupt blocks (over `around`), and give their mean slopes."""
    rows, columns = some.shape
    part = luma[: rows * GRID, : columns * GRID]
    size = (columns, rows)
    across = _slope(part[:, 1:], part[:, :-1], size)
    down = _slope(part[1:], part[:-1], size)
    upright = [np.count_nonzero((across > least) & (down < most * across) & some) for least, most in STREAKS]
    level = [np.count_nonzero((down > least) & (across < most * down) & some) for least, most in STREAKS]
    return np.array([*upright, *level]) / around, np.array([across[some].mean(), down[some].mean()])


def _slope(one: Picture, other: Picture, size: tuple[int, int]) -> Floats:
    change = cv2.absdiff(one, other).astype(np.float32)
    return np.asarray(cv2.resize(change, size, interpolation=cv2.INTER_AREA), np.float32)


@cache
def _forests() -> tuple[Forest, Forest]:
    forests = read_forests("corruption.json")
    return forests["glance"], forests["look"]


class CorruptionMeasures:
    """Judges every new picture once two more have come.

    Series
    ------
    damage : 0..1, lower is better; one value per frame
        Probability that part of the picture breaks, or is whole again, with this frame.
    damage_extent : 0..1, lower is better; one value per frame
        Share of the picture in and next to abrupt blocks where that is likely, else 0.

    Examples
    --------
    >>> from beholder.features.glance import Glance
    >>> measures = CorruptionMeasures()
    >>> measures.update(Glance(0.0, np.zeros((90, 160), np.uint8), None))
    >>> measures.compute()[0].y.tolist()
    [0.0]
    """

    def __init__(self) -> None:
        self._t = array("d")
        self._damage = array("f")
        self._extent = array("f")
        self._before: Picture | None = None
        self._window: deque[Moment] = deque(maxlen=2 * BESIDE + 1)

    def update(self, glance: Glance) -> None:
        """Take the next frame."""
        self._t.append(glance.t)
        self._damage.append(0.0)
        self._extent.append(0.0)
        before, self._before = self._before, glance.luma
        if glance.change is None or before is None or min(glance.change.shape) < 3 * GRID:
            self._finish(self._damage, self._extent)
            self._window.clear()
            return
        blocks = _blocks(glance.change)
        if blocks.max() <= NEW:
            return
        self._window.append(Moment(len(self._t) - 1, before, glance.luma, blocks))
        if len(self._window) > BESIDE:
            self._judge(len(self._window) - 1 - BESIDE, self._damage, self._extent)

    def compute(self) -> list[Series]:
        """Give the two series."""
        damage, extent = self._damage[:], self._extent[:]
        self._finish(damage, extent)
        t = np.array(self._t, np.float64)
        return [
            Series(name, t, np.array(values, np.float32), better="lower", low=0.0, high=1.0)
            for name, values in (("damage", damage), ("damage_extent", extent))
        ]

    def _finish(self, damage: array[float], extent: array[float]) -> None:
        """Judge the last pictures, which have fewer after them."""
        for place in range(max(0, len(self._window) - BESIDE), len(self._window)):
            self._judge(place, damage, extent)

    def _judge(self, place: int, damage: array[float], extent: array[float]) -> None:
        by_glance, by_look = _forests()
        moment = self._window[place]
        found = glance_at(moment.blocks, *self._beside(place))
        if found is None or by_glance.probability(found[0]) < GATE:
            return
        figures = np.concatenate([found[0], look_at(moment.before, moment.after, found[1])])
        damage[moment.index] = by_look.probability(figures)
        extent[moment.index] = float(found[0][EXTENT]) if damage[moment.index] >= LIKELY else 0.0

    def _beside(self, place: int) -> tuple[Floats, Floats]:
        """Give the largest change of each block in the pictures before and after that at a place of the window."""
        blocks = [moment.blocks for moment in self._window]
        past, future = blocks[max(0, place - BESIDE) : place], blocks[place + 1 : place + 1 + BESIDE]
        return _largest(past, blocks[place]), _largest(future, blocks[place])


def _blocks(change: Picture) -> Floats:
    height, width = (size // GRID for size in change.shape)
    part = change[: height * GRID, : width * GRID]
    return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.float32)


def _largest(beside: list[Floats], like: Floats) -> Floats:
    """Give the largest of at most two; zeros without any."""
    if not beside:
        return np.zeros_like(like)
    return np.asarray(cv2.max(beside[0], beside[-1]), np.float32)
