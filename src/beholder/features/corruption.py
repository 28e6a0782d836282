"""Damage of lost packets: changes from one picture to the next that end at the borders of coding blocks.

A block that was concealed wrongly, or that snaps back when the next key picture arrives, differs from the picture
before by a patch with straight edges on the block grid. What moves in a scene has its edges anywhere.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import cv2
import numpy as np

from beholder.types import Series

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from beholder.features.glance import Glance
    from beholder.types import Picture

__all__ = ["CorruptionMeasures", "torn_share"]

GRID = 8  # pixels of the small view: borders of 16-pixel macroblocks at any halving, of 8-pixel blocks at none
OTHER = (3, 5)  # phases that are no block border at any halving; what they show is the scene itself
SEGMENT = 8  # pixels of border that are judged together
TORN = 14.0  # levels by which the change must jump at the border, beyond its slope on both sides
STRAIGHT = 0.8  # of the jump must have one sign along the segment
LIVELY = 10.0  # levels: pictures in which no 8x8 block changed by more are not looked at
WAIT_S = 0.1  # between two looks: bounds the cost at 60 pictures a second


def torn_share(difference: NDArray[np.int16]) -> float:
    """Give the share of block borders at which a change between two pictures is torn.

    Parameters
    ----------
    difference : NDArray of int16, shape (height, width)
        Picture less the picture before.

    Returns
    -------
    float
        In thousandths of all segments of the 8-pixel grid, less what lines off the grid show; 0 and up.

    Examples
    --------
    >>> patch = np.zeros((64, 64), np.int16)
    >>> patch[16:32, 24:48] = 60
    >>> torn_share(patch) > 50
    True
    >>> torn_share(np.roll(patch, (3, 3), (0, 1)))
    0.0
    """
    if min(difference.shape) < 3 * GRID:
        return 0.0
    counts = dict.fromkeys((0, *OTHER), 0)
    total = 1
    for lines in (difference, np.ascontiguousarray(difference.T)):
        for phase in counts:
            torn = _torn(lines, phase)
            counts[phase] += int(np.count_nonzero(torn))
            total += torn.size if phase == 0 else 0
    return 1000.0 * max(0, counts[0] - max(counts[phase] for phase in OTHER)) / total


def _torn(lines: NDArray[np.int16], phase: int) -> NDArray[np.bool_]:
    """Judge the segments between rows ``8 k + phase - 1`` and ``8 k + phase``."""
    places = np.arange(GRID + phase, lines.shape[0] - 1 - max(OTHER) + phase, GRID)
    width = lines.shape[1] // SEGMENT * SEGMENT
    above2, above, below, below2 = (lines[places + offset, :width] for offset in (-2, -1, 0, 1))
    step = below - above
    slope = np.maximum(_means(np.abs(above - above2)), _means(np.abs(below2 - below)))
    net = np.abs(_means(step))
    return np.asarray((net - slope > TORN) & (net > STRAIGHT * _means(np.abs(step))), np.bool_)


def _means(values: NDArray[np.int16]) -> NDArray[np.float32]:
    return np.asarray(
        cv2.resize(
            values.astype(np.float32), (values.shape[1] // SEGMENT, values.shape[0]), interpolation=cv2.INTER_AREA
        ),
        np.float32,
    )


class CorruptionMeasures:
    """Looks at pictures in which some block changed a lot, at most ten a second.

    Series
    ------
    torn_change : thousandths, lower is better, 0 and up; one value per frame, 0 where nothing much changed
        `torn_share` of the change; NaN where a picture changed but was not looked at.
    """

    def __init__(self) -> None:
        self._t = array("d")
        self._torn = array("f")
        self._before: Picture | None = None
        self._looked = float("-inf")

    def update(self, glance: Glance) -> None:
        """Take the next frame."""
        self._t.append(glance.t)
        self._torn.append(self._measure(glance))
        self._before = glance.luma

    def compute(self) -> list[Series]:
        """Give the series."""
        t, torn = np.array(self._t, np.float64), np.array(self._torn, np.float32)
        return [Series("torn_change", t, torn, unit="1/1000", better="lower", low=0.0, high=1000.0)]

    def _measure(self, glance: Glance) -> float:
        if glance.change is None or self._before is None or self._before.shape != glance.luma.shape:
            return 0.0
        if glance.t - self._looked < WAIT_S - 1e-3:
            return float("nan")
        height, width = glance.change.shape
        size = (max(1, width // GRID), max(1, height // GRID))
        if cv2.minMaxLoc(cv2.resize(glance.change, size, interpolation=cv2.INTER_AREA))[1] < LIVELY:
            return 0.0
        self._looked = glance.t
        return torn_share(np.asarray(cv2.subtract(glance.luma, self._before, dtype=cv2.CV_16S), np.int16))
