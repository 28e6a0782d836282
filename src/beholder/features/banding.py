"""Banding: smooth areas that use few, evenly spaced levels of brightness."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.features.patches import thinned
from beholder.types import Picture

__all__ = ["measure_banding"]

LEAST = 32  # pixels on a side
STEPS = np.linspace(4.0, 26.0, 89)
"""Spacings of levels that are tried: finer ones drown in coding noise, wider ones leave too few levels to tell."""
WAVES = np.exp(-2j * np.pi * np.arange(256)[:, None] / np.concatenate((STEPS, STEPS / 2)))
HARMONIC = 9.0  # levels; teeth this far apart stay sharp enough after coding to show the second harmonic
NEARLY = 0.95  # a comb is about as like to half of its spacing: the widest one counts
IN_A_ROW, SHARE_IN_A_ROW = 5, 0.18  # teeth, and share of all teeth up to white, that are in use side by side; a page
# has few tones, which fit some comb by chance but leave out most of its teeth (drawn pages, benchmarks/visual.py)
IN_USE, TOOTH = 0.002, 2  # share of the smooth area; levels beside a tooth
LEAST_AREA = 0.03  # share of the picture that must be smooth


def measure_banding(luma: Picture) -> dict[str, float]:
    """Measure how far the smooth areas of a picture use only every so many-th level of luma.

    The histogram of locally flat pixels is compared with combs of every spacing; this is the even quantisation of
    few bits. Bands of other origin, with uneven steps, are not seen.

    Parameters
    ----------
    luma : Picture, shape (height, width)

    Returns
    -------
    dict
        ``banding``: likeness to the best comb, 0 (smooth) .. 1 (no level beside the teeth); ``banding_step``: its
        spacing in luma levels. NaN for pictures smaller than 32 pixels on a side.
    """
    if min(luma.shape) < LEAST:
        return {"banding": float("nan"), "banding_step": float("nan")}
    small = thinned(luma)
    kernel = np.ones((3, 3), np.uint8)
    spread = cv2.subtract(cv2.dilate(small, kernel), cv2.erode(small, kernel))
    flat = cv2.threshold(spread, 1, 255, cv2.THRESH_BINARY_INV)[1]
    histogram = cv2.calcHist([small], [0], flat, [256], [0, 256]).ravel().astype(np.float64)
    area = histogram.sum() / small.size
    root = np.sqrt(histogram)  # a wall must not outweigh all other levels
    total = root.sum()
    if area < LEAST_AREA:
        return {"banding": 0.0, "banding_step": 0.0}
    waves = root @ WAVES
    likeness = np.abs(waves) / total
    first, second = likeness[: STEPS.size], likeness[STEPS.size :]
    likeness = np.where(STEPS < HARMONIC, first, np.minimum(first, second))
    best = int(np.flatnonzero(likeness >= NEARLY * likeness.max())[-1])
    step = float(STEPS[best])
    if _in_a_row(histogram, step, -float(np.angle(waves[best])) * step / (2 * np.pi)) < SHARE_IN_A_ROW * 256 / step:
        return {"banding": 0.0, "banding_step": 0.0}
    return {"banding": float(likeness[best]), "banding_step": step}


def _in_a_row(histogram: NDArray[np.float64], step: float, first: float) -> int:
    """Give the number of neighbouring teeth in use, 0 for fewer than `IN_A_ROW`."""
    teeth = np.rint(np.arange(first % step, 256, step)).astype(int)
    mass = np.concatenate(([0.0], np.cumsum(histogram)))
    share = (mass[np.minimum(teeth + TOOTH + 1, 256)] - mass[np.maximum(teeth - TOOTH, 0)]) / mass[-1]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (share > IN_USE).astype(np.int8), [0]))))
    longest = int((edges[1::2] - edges[::2]).max(initial=0))
    return longest if longest >= IN_A_ROW else 0
