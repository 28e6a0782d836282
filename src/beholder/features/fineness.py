"""How fine the finest structure of the picture is, whatever it shows: the cheap witness of a change of resolution.

The bend of neighbouring pixels (second difference) over the difference of pixels four apart. Contrast cancels, and the
content nearly so, because the whole picture is averaged; a picture that was coded smaller and scaled up has lost the
bend and kept the rest.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import cv2
import numpy as np

from beholder.types import Series

if TYPE_CHECKING:
    from beholder.types import Picture

__all__ = ["FinenessMeasure", "fineness"]

EVERY_S = 0.25
LINES = 8  # every eighth row: 135 of 1080
APART = 4  # pixels
FLAT = 0.5  # levels, mean difference: below, rounding is all there is
BEND = np.array([[-1, 2, -1]], np.float32)


def fineness(luma: Picture) -> float:
    """Give the mean bend over the mean difference four pixels apart.

    Parameters
    ----------
    luma : Picture, shape (height, width)
        At its coded size.

    Returns
    -------
    float
        About .2 (soft) to 1.5 (noise); NaN for a flat picture and for one of fewer than 16 columns.

    Examples
    --------
    >>> import numpy as np
    >>> noise = np.random.default_rng(1).integers(0, 255, (64, 64)).astype(np.uint8)
    >>> bool(fineness(noise) > 2 * fineness(cv2.GaussianBlur(noise, (0, 0), 1.5)))
    True
    >>> fineness(np.zeros((64, 64), np.uint8))
    nan
    """
    lines = np.ascontiguousarray(luma[LINES // 2 :: LINES])
    if not lines.size or lines.shape[1] < 4 * APART:
        return float("nan")
    wide = cv2.norm(lines[:, APART:], lines[:, :-APART], cv2.NORM_L1) / (lines.size - APART * lines.shape[0])
    if wide < FLAT:
        return float("nan")
    bend = cv2.norm(cv2.filter2D(lines, cv2.CV_16S, BEND), cv2.NORM_L1) / lines.size
    return float(bend / wide)


class FinenessMeasure:
    """Looks at four pictures a second.

    Series
    ------
    fineness : no unit, neither, 0..4; up to 4 values a second
        See `fineness`.
    """

    def __init__(self) -> None:
        self._t = array("d")
        self._fineness = array("f")

    def update(self, t: float, luma: Picture) -> None:
        """Take the next frame; `luma` as coded."""
        if not self._t or t - self._t[-1] >= EVERY_S - 1e-3:
            self._t.append(t)
            self._fineness.append(fineness(luma))

    def compute(self) -> Series:
        """Give the series."""
        return Series(
            "fineness", np.array(self._t, np.float64), np.array(self._fineness, np.float32), low=0.0, high=4.0
        )
