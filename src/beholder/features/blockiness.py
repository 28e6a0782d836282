"""Block structure: steps that stand alone and lie on a grid of eight pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.types import Picture

__all__ = ["measure_blockiness"]

GRID = 8  # pixels; blocks of H.264, HEVC, VP9 and JPEG begin at multiples of 8
STRIPS, STRIP = 4, 64  # bands of the picture that are looked at in each direction, and their width in pixels
LEAST = 4 * GRID  # pixels on a side
LARGEST_STEP = 40  # levels; stronger steps are edges of the scene
FLOOR = 0.02  # levels; mean step of a picture without any structure, so that the ratio stays finite


def measure_blockiness(luma: Picture) -> dict[str, float]:
    """Measure steps of brightness between neighbouring pixels, at the edges of blocks and elsewhere.

    A step counts by how much it exceeds the steps beside it: edges of the scene are spread over pixels, the joint of
    two blocks is not.

    Parameters
    ----------
    luma : Picture, shape (height, width)

    Returns
    -------
    dict
        ``block_edge``: mean step at multiples of 8 pixels over that elsewhere, minus 1 (0 none); ``block_step``: the
        same as a difference in luma levels. NaN for pictures smaller than 32 pixels on a side.
    """
    if min(luma.shape) < LEAST:
        return {"block_edge": float("nan"), "block_step": float("nan")}
    parts = _bands(luma, 0) + [np.asarray(cv2.transpose(part), np.uint8) for part in _bands(luma, 1)]
    profile = np.mean([_profile(part) for part in parts], axis=0)
    rest = float(profile[1:].mean())
    excess = max(float(profile[0]) - rest, 0.0)
    return {"block_edge": excess / (rest + FLOOR), "block_step": excess}


def _bands(luma: Picture, axis: int) -> list[Picture]:
    """Cut bands at multiples of the grid, evenly spread; all of it when the picture is small."""
    size = luma.shape[axis]
    if size <= STRIPS * STRIP:
        return [luma]
    starts = np.linspace(0, size - STRIP, STRIPS).astype(int) // GRID * GRID
    return [luma[s : s + STRIP] if axis == 0 else luma[:, s : s + STRIP] for s in starts]


def _profile(part: Picture) -> NDArray[np.float64]:
    """Mean lone step between columns, by the offset of the right column on the grid."""
    step = cv2.absdiff(part[:, 1:], part[:, :-1])
    alone = cv2.subtract(step[:, 1:-1], cv2.max(step[:, 2:], step[:, :-2]))
    alone = cv2.threshold(alone, LARGEST_STEP, 0, cv2.THRESH_TOZERO_INV)[1]
    columns = np.asarray(cv2.reduce(alone, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32F)).ravel() / alone.shape[0]
    offset = (np.arange(columns.size) + 2) % GRID  # element k is the step from column k + 1 to k + 2
    return np.bincount(offset, columns, GRID) / np.maximum(np.bincount(offset, minlength=GRID), 1)
