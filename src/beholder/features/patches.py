"""Small copies and native-size patches of a picture, so that the full-size measures have a bounded cost."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.types import Picture

__all__ = ["LONGEST_COPY", "Patches", "cut_patches", "halved", "thinned"]

SIDE = 128  # pixels of a busy patch: enough for 16 radial bands
BUSY = 6  # busy patches
FLAT_SIDE = 64  # pixels of a flat patch
FLAT = 16  # flat patches
LEAST_SIDE = 16  # pixels; smaller pictures have no patches
COARSE = 4  # pixels; structure finer than this has no say in the choice
LEAST_ACTIVITY = 0.5  # levels; below, a patch holds no structure to judge detail by
LONGEST_COPY = 480  # pixels of the copy on which patches are chosen
THIN_SIDE = 360  # pixels, short side of the thinned copy
DARK, BRIGHT = 12.0, 243.0  # a patch of a mean outside of these is clipped: neither noise nor detail survives there


def halved(picture: Picture, longest: int) -> Picture:
    """Halve a picture until its long side is at most `longest` pixels; exact halvings cost least.

    Examples
    --------
    >>> halved(np.zeros((1080, 1920), np.uint8), 480).shape
    (270, 480)
    """
    while max(picture.shape) > longest and min(picture.shape) > 1:
        size = (picture.shape[1] // 2, picture.shape[0] // 2)
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    return picture


def thinned(luma: Picture) -> Picture:
    """Keep every n-th pixel of every n-th row, so that levels stay what they are and the short side is about 360.

    Examples
    --------
    >>> thinned(np.zeros((1080, 1920), np.uint8)).shape
    (360, 640)
    """
    step = max(min(luma.shape) // THIN_SIDE, 1)
    return np.ascontiguousarray(luma[::step, ::step])


@dataclass(frozen=True, slots=True)
class Patches:
    """Patches cut from a picture.

    Attributes
    ----------
    busy : NDArray of float32, shape (n, side, side)
        The patches with the strongest coarse structure; chosen on a small copy, so that fine detail, blur and noise
        do not decide.
    flat : NDArray of float32, shape (m, side, side)
        The patches with the least coarse structure that are neither black nor white.
    """

    busy: NDArray[np.float32]
    flat: NDArray[np.float32]


def cut_patches(luma: Picture, small: Picture | None = None) -> Patches:
    """Choose and cut the patches of a picture.

    Parameters
    ----------
    luma : Picture, shape (height, width)
    small : Picture, optional
        A copy of it, halved until its long side is at most `LONGEST_COPY` (`halved`).

    Returns
    -------
    Patches
        Without any patch when the picture is smaller than 16 pixels on a side.
    """
    height, width = luma.shape
    if min(height, width) < LEAST_SIDE:
        none = np.empty((0, LEAST_SIDE, LEAST_SIDE), np.float32)
        return Patches(none, none)
    longest = min(LONGEST_COPY, max(luma.shape) // COARSE)
    copy = halved(luma if small is None else small, longest).astype(np.float32)
    side = _side(luma, SIDE)
    activity, _ = _activity(copy, luma.shape, side)
    order = np.argsort(-activity, axis=None, kind="stable")
    busy = _cut(luma, order[activity.ravel()[order] > LEAST_ACTIVITY][:BUSY], activity.shape, side)
    side = _side(luma, FLAT_SIDE)
    activity, mean = _activity(copy, luma.shape, side)
    usable = np.where((mean > DARK) & (mean < BRIGHT), activity, np.inf).ravel()
    order = np.argsort(usable, kind="stable")
    flat = _cut(luma, order[np.isfinite(usable[order])][:FLAT], activity.shape, side)
    return Patches(busy, flat)


def _side(luma: Picture, wanted: int) -> int:
    """Give the largest power of two up to `wanted` that fits into the picture."""
    return int(min(wanted, 2 ** int(np.log2(min(luma.shape)))))


def _activity(
    small: NDArray[np.float32], shape: tuple[int, ...], side: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Take standard deviation and mean of the copy in every cell of a grid of patches."""
    cells = (shape[1] // side, shape[0] // side)
    rows = max(small.shape[0] * cells[1] * side // shape[0], cells[1])
    columns = max(small.shape[1] * cells[0] * side // shape[1], cells[0])
    part = small[:rows, :columns]
    mean, square = (
        np.asarray(cv2.resize(plane, cells, interpolation=cv2.INTER_AREA), np.float32).reshape(cells[1], cells[0])
        for plane in (part, cv2.multiply(part, part))
    )
    return np.sqrt(np.maximum(square - mean * mean, np.float32(0))), mean


def _cut(luma: Picture, cells: NDArray[np.intp], grid: tuple[int, ...], side: int) -> NDArray[np.float32]:
    """Copy the given cells out of the picture."""
    out = np.empty((cells.size, side, side), np.float32)
    for patch, cell in zip(out, cells, strict=True):
        top, left = (int(cell) // grid[1]) * side, (int(cell) % grid[1]) * side
        patch[:] = luma[top : top + side, left : left + side]
    return out
