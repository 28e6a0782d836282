"""Damage of lost packets: parts of the picture that change abruptly, and whose change ends at coding blocks.

A block that is concealed wrongly, or that snaps back when the next key picture arrives, changes much more at that
moment than just before and after, and the change has straight edges on the block grid. What moves in a scene changes
over many pictures and has its edges anywhere; coarse coding has such edges all over and all the time.
"""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from beholder.types import Picture, Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from beholder.features.glance import Glance

__all__ = ["CorruptionMeasures", "abrupt_blocks", "torn_share"]

GRID = 8  # pixels of the small view: borders of 16-pixel macroblocks at any halving, of 8-pixel blocks at none
OTHER = (3, 5)  # phases that are no block border at any halving; what they show is the scene itself
TORN = 5.0  # levels by which the change must jump at the border, beyond its slope on both sides
STRAIGHT = 0.6  # of the jump must have one sign along the 8 pixels of a segment
ABRUPT = (5.0, 2.0)  # levels and times: a block changes by more than the first and the second times its usual change
SUSPECT = 0.004  # of the blocks are abrupt: below, the picture is not looked at any closer
USUAL_EVERY_S = 0.25


def abrupt_blocks(blocks: Picture, neighbours: Sequence[Picture]) -> NDArray[np.bool_]:
    """Say which blocks change much more than in the pictures before and after.

    Parameters
    ----------
    blocks : Picture, shape (rows, columns)
        Mean change of every block.
    neighbours : sequence of Picture
        The same of pictures close by; none is abrupt without them.

    Examples
    --------
    >>> abrupt_blocks(np.array([[20, 20]], np.uint8), [np.array([[1, 15]], np.uint8)]).tolist()
    [[True, False]]
    """
    if not neighbours:
        return np.zeros(blocks.shape, np.bool_)
    usual = np.max(neighbours, axis=0).astype(np.float32)
    return np.asarray(blocks > ABRUPT[0] + ABRUPT[1] * usual, np.bool_)


def torn_share(change: Picture, where: NDArray[np.bool_] | None = None) -> float:
    """Give the share of block borders at which a change between two pictures is torn.

    Parameters
    ----------
    change : Picture, shape (height, width)
        Absolute difference of two pictures.
    where : NDArray of bool, shape (height // 8, width // 8), optional
        Blocks to look at; all without it.

    Returns
    -------
    float
        In thousandths of all segments of the 8-pixel grid, less what lines off the grid show; twice that of the rows
        or of the columns, whichever is less, for a patch has both kinds of border and what scrolls by has one.

    Examples
    --------
    >>> patch = np.zeros((64, 64), np.uint8)
    >>> patch[16:32, 24:48] = 60
    >>> torn_share(patch) > 50
    True
    >>> torn_share(np.roll(patch, (3, 3), (0, 1)))
    0.0
    """
    if min(change.shape) < 3 * GRID:
        return 0.0
    shape = (change.shape[0] // GRID, change.shape[1] // GRID)
    mask = np.ones(shape, np.bool_) if where is None else where
    rows = _excess(change, mask)
    return 1000.0 * min(rows, _excess(np.ascontiguousarray(change.T), mask.T)) / mask.size if rows else 0.0


def _excess(lines: Picture, blocks: NDArray[np.bool_]) -> int:
    """Count torn segments on the grid beyond those off it."""
    torn = _torn(lines, blocks, 0)
    return max(0, torn - max(_torn(lines, blocks, phase) for phase in OTHER)) if torn else 0


def _torn(lines: Picture, blocks: NDArray[np.bool_], phase: int) -> int:
    """Count torn segments between rows ``8 k + phase - 1`` and ``8 k + phase`` in `blocks`."""
    count = (lines.shape[0] - GRID - 2 - max(OTHER)) // GRID + 1
    width = lines.shape[1] // GRID * GRID
    first = GRID + phase
    above2, above, below, below2 = (lines[first + offset :: GRID, :width][:count] for offset in (-2, -1, 0, 1))
    step = _means(cv2.absdiff(below, above))
    if cv2.minMaxLoc(step)[1] <= TORN:
        return 0
    slope = cv2.max(_means(cv2.absdiff(above, above2)), _means(cv2.absdiff(below2, below)))
    net = cv2.absdiff(_means(below), _means(above))
    torn = (cv2.subtract(net, slope) > TORN) & (net > STRAIGHT * step)
    return int(np.count_nonzero(torn & blocks[:count]))


def _means(values: NDArray[Any]) -> Any:
    return cv2.resize(values, (values.shape[1] // GRID, values.shape[0]), interpolation=cv2.INTER_AREA)


@dataclass(frozen=True, slots=True)
class _Changed:
    """A picture that changed: its place among all, and the change as such and by block."""

    index: int
    change: Picture
    blocks: Picture


class CorruptionMeasures:
    """Looks at every picture that changed once the next one is there; at its borders where enough blocks are abrupt.

    Series
    ------
    torn_change : thousandths, lower is better, 0..1000; one value per frame
        `torn_share` of the change to the frame before, in and next to blocks that change abruptly.
    torn_usual : thousandths, lower is better, 0..1000; up to 4 values a second
        `torn_share` of the whole picture: coarse coding.

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
        self._torn = array("f")
        self._t_usual = array("d")
        self._usual = array("f")
        self._window: deque[_Changed] = deque(maxlen=3)

    def update(self, glance: Glance) -> None:
        """Take the next frame."""
        self._t.append(glance.t)
        self._torn.append(0.0)
        change = glance.change
        if change is None or min(change.shape) < 3 * GRID:
            self._finish(self._torn)
            self._window.clear()
            return
        if not cv2.countNonZero(change):
            return
        height, width = (size // GRID for size in change.shape)
        part = change[: height * GRID, : width * GRID]
        blocks = np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        self._window.append(_Changed(len(self._t) - 1, change, blocks))
        if len(self._window) > 1:
            self._judge(len(self._window) - 2, self._torn)
        if not self._t_usual or glance.t - self._t_usual[-1] >= USUAL_EVERY_S:
            self._t_usual.append(glance.t)
            self._usual.append(torn_share(change))

    def compute(self) -> list[Series]:
        """Give the two series."""
        torn = self._torn[:]
        self._finish(torn)
        t, t_usual = np.array(self._t, np.float64), np.array(self._t_usual, np.float64)
        usual = np.array(self._usual, np.float32)
        return [
            Series("torn_change", t, np.array(torn, np.float32), unit="1/1000", better="lower", low=0.0, high=1000.0),
            Series("torn_usual", t_usual, usual, unit="1/1000", better="lower", low=0.0, high=1000.0),
        ]

    def _finish(self, torn: array[float]) -> None:
        """Judge the last picture, which has nothing after it."""
        if self._window:
            self._judge(len(self._window) - 1, torn)

    def _judge(self, place: int, torn: array[float]) -> None:
        picture = self._window[place]
        beside = [other for other in (place - 1, place + 1) if 0 <= other < len(self._window)]
        abrupt = abrupt_blocks(picture.blocks, [self._window[other].blocks for other in beside])
        if np.count_nonzero(abrupt) >= SUSPECT * abrupt.size:
            near = cv2.dilate(abrupt.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
            torn[picture.index] = torn_share(picture.change, np.asarray(near, np.bool_))
