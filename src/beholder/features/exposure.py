"""Exposure and contrast from the histogram of luma: how the range of brightness is used, and what is clipped."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.features.patches import thinned
from beholder.types import Picture

__all__ = ["DRAWN", "measure_exposure"]

BLACK, WHITE = 4, 250  # at or beyond these levels luma counts as clipped; coding moves clipped areas by a few levels
DRAWN = 0.08  # photographs lie above in 999 of 1000 cases, drawn interfaces below (benchmarks/visual.py)
DARK_HALF = 128  # luma
QUANTILES = (0.002, 0.5, 0.99)  # of dark, mid and bright level: text is dark and small
SMOOTHING = 5  # levels; stretched material has gaps between its levels


def measure_exposure(luma: Picture) -> dict[str, float]:
    """Measure how the range of brightness is used.

    Parameters
    ----------
    luma : Picture, shape (height, width)

    Returns
    -------
    dict
        ``dark_level``, ``mid_level``, ``bright_level`` (quantiles 0.002, 0.5 and 0.99 of luma, 0..255),
        ``clipped_black``, ``clipped_white`` (share of the picture, 0..1),
        ``tones`` (effective number of levels in what is not clipped:
        many in scenes, few in drawings), ``white_edges`` (share of the border of clipped white that falls off to the
        dark half within a pixel of the copy: text and lines on white paper and screens, where white is meant),
        ``palette`` (effective number of levels over the range they span: below `DRAWN` the picture is drawn, as a user
        interface is, and its colours are meant).
    """
    small = thinned(luma)
    share = cv2.calcHist([small], [0], None, [256], [0, 256]).ravel().astype(np.float64) / small.size
    total = np.cumsum(share)
    dark, mid, bright = (float(np.searchsorted(total, q)) for q in QUANTILES)
    white = float(share[WHITE:].sum())
    return {
        "dark_level": dark,
        "mid_level": mid,
        "bright_level": bright,
        "clipped_black": float(share[: BLACK + 1].sum()),
        "clipped_white": white,
        "tones": _tones(share[BLACK + 1 : WHITE]),
        "white_edges": _white_edges(small),
        "palette": _palette(share),
    }


def _tones(share: NDArray[np.float64]) -> float:
    """Inverse participation of the smoothed histogram; 0 when all is clipped."""
    if share.sum() <= 0:
        return 0.0
    smooth = np.convolve(share / share.sum(), np.full(SMOOTHING, 1 / SMOOTHING), "full")
    return float(1 / (smooth**2).sum())


def _palette(share: NDArray[np.float64]) -> float:
    """Inverse participation of the smoothed histogram over the range that it spans."""
    total = np.cumsum(share)
    low, high = np.searchsorted(total, [0.005, 0.995])
    smooth = np.convolve(share, np.full(SMOOTHING, 1 / SMOOTHING), "full")
    return float(1 / (smooth**2).sum() / (high - low + SMOOTHING))


def _white_edges(small: Picture) -> float:
    """Share of the pixels around what is clipped white that are dark; 0 when nothing is."""
    white = cv2.threshold(small, WHITE - 1, 255, cv2.THRESH_BINARY)[1]
    rim = cv2.subtract(cv2.dilate(white, np.ones((3, 3), np.uint8)), white)
    size = cv2.countNonZero(rim)
    dark = cv2.threshold(small, DARK_HALF - 1, 255, cv2.THRESH_BINARY_INV)[1]
    return cv2.countNonZero(cv2.bitwise_and(rim, dark)) / size if size else 0.0
