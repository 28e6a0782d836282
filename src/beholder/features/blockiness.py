"""Block structure: steps that stand alone and lie on a grid of eight pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.types import Picture

__all__ = ["PHASES", "grid_profile", "measure_blockiness", "phase_inputs"]

GRID = 8  # pixels; blocks of H.264, HEVC, VP9 and JPEG begin at multiples of 8
STRIPS, STRIP = 4, 64  # bands of the picture that are looked at in each direction, and their width in pixels
LEAST = 4 * GRID  # pixels on a side
LARGEST_STEP = 40  # levels; stronger steps are edges of the scene
LARGEST_DIP, LARGEST_WEAK = 24, 12  # levels, the same for dips, and for steps of texture
FLOOR = 0.02  # levels; mean step of a picture without any structure, so that the ratio stays finite
RARE = 0.005  # share of zero steps, for the same reason
PHASES = 24
"""What `phase_inputs` gives."""


def measure_blockiness(luma: Picture, profile: NDArray[np.float64] | None = None) -> dict[str, float]:
    """Measure steps of brightness between neighbouring pixels, at the edges of blocks and elsewhere.

    A step counts by how much it exceeds the steps beside it: edges of the scene are spread over pixels, the joint of
    two blocks is not.

    Parameters
    ----------
    luma : Picture, shape (height, width)
    profile : NDArray, optional
        Its `grid_profile`, when that is known already.

    Returns
    -------
    dict
        ``block_edge``: mean step at multiples of 8 pixels over that elsewhere, minus 1 (0 none); ``block_step``: the
        same as a difference in luma levels. NaN for pictures smaller than 32 pixels on a side.
    """
    if min(luma.shape) < LEAST:
        return {"block_edge": float("nan"), "block_step": float("nan")}
    lone = (grid_profile(luma) if profile is None else profile)[0]
    rest = float(lone[1:].mean())
    excess = max(float(lone[0]) - rest, 0.0)
    return {"block_edge": excess / (rest + FLOOR), "block_step": excess}


def grid_profile(luma: Picture) -> NDArray[np.float64]:
    """Give four statistics of steps by where they lie between the lines of a grid of eight pixels, shape (4, 8).

    Lone steps, share of zero steps, weak steps and dips (steps weaker than both beside them, as a loop filter leaves
    them). What has not been coded in blocks has the same of them everywhere. Zeros for pictures smaller than 32 pixels
    on a side.
    """
    if min(luma.shape) < LEAST:
        return np.zeros((4, GRID))
    parts = _bands(luma, 0) + [np.asarray(cv2.transpose(part), np.uint8) for part in _bands(luma, 1)]
    return np.asarray(np.mean([_profile(part) for part in parts], axis=0), np.float64)


def phase_inputs(profile: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give how a `grid_profile` differs from line to middle, and its height, as logarithms; shape (PHASES,)."""
    floor = np.array([[FLOOR], [RARE], [FLOOR], [FLOOR]])
    mean = profile.mean(axis=1, keepdims=True)
    both = (profile[:, 1:4] + profile[:, 7:4:-1]) / 2  # as far from one line as from the other
    phases = np.concatenate((profile[:, :1], both, profile[:, 4:5]), axis=1)
    parts = np.concatenate((np.log((phases + floor) / (mean + floor)), np.log(mean + floor)), axis=1)
    return np.asarray(parts.ravel(), np.float64)


def _bands(luma: Picture, axis: int) -> list[Picture]:
    """Cut bands at multiples of the grid, evenly spread; all of it when the picture is small."""
    size = luma.shape[axis]
    if size <= STRIPS * STRIP:
        return [luma]
    starts = np.linspace(0, size - STRIP, STRIPS).astype(int) // GRID * GRID
    return [luma[s : s + STRIP] if axis == 0 else luma[:, s : s + STRIP] for s in starts]


def _profile(part: Picture) -> NDArray[np.float64]:
    """Mean of each statistic over columns, by the offset of the right column of a step on the grid."""
    steps = cv2.absdiff(part[:, 1:], part[:, :-1])
    left, step, right = steps[:, :-2], steps[:, 1:-1], steps[:, 2:]
    lone = cv2.threshold(cv2.subtract(step, cv2.max(left, right)), LARGEST_STEP, 0, cv2.THRESH_TOZERO_INV)[1]
    none = cv2.threshold(step, 0, 1, cv2.THRESH_BINARY_INV)[1]
    weak = cv2.threshold(step, LARGEST_WEAK, 0, cv2.THRESH_TOZERO_INV)[1]
    dips = cv2.threshold(cv2.subtract(cv2.min(left, right), step), LARGEST_DIP, 0, cv2.THRESH_TOZERO_INV)[1]
    offset = (np.arange(step.shape[1]) + 2) % GRID  # element k is the step from column k + 1 to k + 2
    count = np.maximum(np.bincount(offset, minlength=GRID), 1) * step.shape[0]
    sums = [cv2.reduce(plane, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32F) for plane in (lone, none, weak, dips)]
    return np.asarray([np.bincount(offset, np.asarray(total).ravel(), GRID) for total in sums] / count, np.float64)
