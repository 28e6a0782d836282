"""Native-size patches of a picture: where the full-size measures look, so that their cost has a bound."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.types import Picture

__all__ = ["Patches", "cut_patches"]

SIDE = 128  # pixels of a busy patch: enough for 24 radial bands
FLAT_SIDE = 64  # pixels of a flat patch
COUNT = 8  # patches of each sort; more changed no measure by more than its scatter between frames
LEAST_SIDE = 16  # pixels; smaller pictures have no patches
COARSE = 4  # pixels of the picture per pixel of the copy on which patches are chosen
DARK, BRIGHT = 12.0, 243.0  # a patch of a mean outside of these is clipped: neither noise nor detail survives there


@dataclass(frozen=True, slots=True)
class Patches:
    """Patches cut from a picture.

    Attributes
    ----------
    busy : NDArray of float32, shape (n, side, side)
        The patches with the strongest coarse structure; chosen on a copy of a quarter of the size, so that fine
        detail, blur and noise do not decide.
    flat : NDArray of float32, shape (m, side, side)
        The patches with the least coarse structure that are neither black nor white.
    """

    busy: NDArray[np.float32]
    flat: NDArray[np.float32]


def cut_patches(luma: Picture) -> Patches:
    """Choose and cut the patches of a picture.

    Parameters
    ----------
    luma : Picture, shape (height, width)

    Returns
    -------
    Patches
        Without any patch when the picture is smaller than 16 pixels on a side.
    """
    height, width = luma.shape
    if min(height, width) < LEAST_SIDE:
        none = np.empty((0, LEAST_SIDE, LEAST_SIDE), np.float32)
        return Patches(none, none)
    small = cv2.resize(luma, (max(width // COARSE, 1), max(height // COARSE, 1)), interpolation=cv2.INTER_AREA).astype(
        np.float32
    )
    side = _side(height, width, SIDE)
    activity, _ = _activity(small, luma.shape, side)
    order = np.argsort(-activity, axis=None, kind="stable")
    busy = _cut(luma, order[activity.ravel()[order] > 0][:COUNT], activity.shape, side)
    flat_side = _side(height, width, FLAT_SIDE)
    activity, mean = _activity(small, luma.shape, flat_side)
    usable = np.where((mean > DARK) & (mean < BRIGHT), activity, np.inf)
    order = np.argsort(usable, axis=None, kind="stable")
    flat = _cut(luma, order[np.isfinite(usable.ravel()[order])][: 2 * COUNT], usable.shape, flat_side)
    return Patches(busy, flat)


def _side(height: int, width: int, wanted: int) -> int:
    """Largest power of two up to `wanted` that fits into the picture."""
    return int(min(wanted, 2 ** int(np.log2(min(height, width)))))


def _activity(
    small: NDArray[np.float32], shape: tuple[int, int], side: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Take standard deviation and mean of the coarse copy in every cell of a grid of patches."""
    cells = (shape[1] // side, shape[0] // side)
    step = max(side // COARSE, 1)
    part = small[: cells[1] * step, : cells[0] * step]
    mean = cv2.resize(part, cells, interpolation=cv2.INTER_AREA)
    square = cv2.resize(cv2.multiply(part, part), cells, interpolation=cv2.INTER_AREA)
    deviation = np.sqrt(np.maximum(square - mean * mean, 0))
    shape_of_grid = (cells[1], cells[0])
    return deviation.astype(np.float32).reshape(shape_of_grid), mean.astype(np.float32).reshape(shape_of_grid)


def _cut(luma: Picture, cells: NDArray[np.intp], grid: tuple[int, ...], side: int) -> NDArray[np.float32]:
    """Copy the given cells out of the picture."""
    out = np.empty((cells.size, side, side), np.float32)
    for patch, cell in zip(out, cells, strict=True):
        top, left = (int(cell) // grid[1]) * side, (int(cell) % grid[1]) * side
        patch[:] = luma[top : top + side, left : left + side]
    return out
