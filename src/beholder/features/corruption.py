"""Damage of lost packets: changes from one picture to the next that end at the borders of coding blocks.

A block that was concealed wrongly, or that snaps back when the next key picture arrives, differs from the picture
before by a patch with straight edges on the block grid. What moves in a scene has its edges anywhere.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

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
TORN = 10.0  # levels by which the change must jump at the border, beyond its slope on both sides
STRAIGHT = 0.8  # of the jump must have one sign along the segment
SUSPECT = 0.002  # of the segments between rows torn: below, the picture is not looked at any closer


def torn_share(change: Picture) -> float:
    """Give the share of block borders at which a change between two pictures is torn.

    Parameters
    ----------
    change : Picture, shape (height, width)
        Absolute difference of two pictures.

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
    excess, total = [], 0
    for lines in (change, np.ascontiguousarray(change.T)):
        torn, segments = _torn(lines, 0)
        excess.append(torn - max(_torn(lines, phase)[0] for phase in OTHER) if torn else 0)
        total += segments
    return 1000.0 * max(0, 2 * min(excess)) / total


def _torn(lines: Picture, phase: int) -> tuple[int, int]:
    """Count torn and all segments between rows ``8 k + phase - 1`` and ``8 k + phase``."""
    count = (lines.shape[0] - GRID - 2 - max(OTHER)) // GRID + 1
    width = lines.shape[1] // SEGMENT * SEGMENT
    first = GRID + phase
    above2, above, below, below2 = (lines[first + offset :: GRID, :width][:count] for offset in (-2, -1, 0, 1))
    step = _means(cv2.absdiff(below, above))
    if cv2.minMaxLoc(step)[1] <= TORN:
        return 0, step.size
    slope = cv2.max(_means(cv2.absdiff(above, above2)), _means(cv2.absdiff(below2, below)))
    net = cv2.absdiff(_means(below), _means(above))
    torn = (cv2.subtract(net, slope) > TORN) & (net > STRAIGHT * step)
    return int(np.count_nonzero(torn)), step.size


def _means(values: NDArray[Any]) -> Any:
    return cv2.resize(values, (values.shape[1] // SEGMENT, values.shape[0]), interpolation=cv2.INTER_AREA)


class CorruptionMeasures:
    """Looks at every picture that changed: at its row borders first, and at the rest where these are suspect.

    Series
    ------
    torn_change : thousandths, lower is better, 0..1000; one value per frame
        `torn_share` of the change to the frame before; 0 where nothing is suspect.

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

    def update(self, glance: Glance) -> None:
        """Take the next frame."""
        self._t.append(glance.t)
        self._torn.append(self._measure(glance))

    def compute(self) -> list[Series]:
        """Give the series."""
        t, torn = np.array(self._t, np.float64), np.array(self._torn, np.float32)
        return [Series("torn_change", t, torn, unit="1/1000", better="lower", low=0.0, high=1000.0)]

    def _measure(self, glance: Glance) -> float:
        change = glance.change
        if change is None or min(change.shape) < 3 * GRID or not cv2.countNonZero(change):
            return 0.0
        torn, total = _torn(change, 0)
        return torn_share(change) if torn >= SUSPECT * total else 0.0
