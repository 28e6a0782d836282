"""The rectangle of a video inside the still frame of an app: title, buttons, chat, desktop.

What moves says roughly where the video is; the long straight lines around it say where it ends, since a talking head
moves only in the middle of its picture. What lies around must be drawn and still: flat colour, no camera's noise.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.media.frame import Region
from beholder.types import Floats, Picture

__all__ = ["inside_chrome"]

MOVED = (
    8  # levels between the darkest and the brightest moment of a pixel: above coding noise of drawn screens at CRF 28
)
BLOCK = 8  # pixels
MOVING_BLOCK = 0.15  # share of a block's pixels that must move
LEAST_PART = 0.01  # of the screen; smaller moving parts are a clock or a cursor
EDGE = 5.0  # levels between neighbours of the mean picture
LEAST_LINE = 0.75  # share of a side along which there must be an edge
STARTS_INSIDE = 3 * BLOCK  # pixels; the rough box is too large by what closing and block borders add
FLAT = 0.75  # levels between neighbours of the mean picture: drawn areas are exactly flat
MOST_STRAY = 0.01  # share of the pixels around that may move
LEAST_DRAWN = 0.8  # share of flat pixels around; 24 pages with a video measured .87-.96, camera backgrounds less
MOST_DRAWN = (
    0.88  # share of flat pixels inside; talking heads before a soft wall reach .83, animated shapes begin at .91
)
LEAST_AREA, MOST_AREA = 0.1, 0.92  # of the screen
TEXTURE_SD = 12.0  # levels of a typical picture inside the chrome: less is an animated shape, not a video
STRIP = 4  # lines just inside a side, which must not be a continuation of the page


_Pixel = TypeVar("_Pixel", bound=np.generic)


@dataclass(frozen=True, slots=True)
class _Screen:
    """What the sampled pictures say together; all of shape (height, width)."""

    mean: Floats
    moved: NDArray[np.bool_]
    flat: NDArray[np.bool_]


def inside_chrome(pictures: list[Picture]) -> Region | None:
    """Find the video inside an app's chrome in luma pictures of one size; None when it is not clear."""
    screen = _screen(pictures)
    rough = _moving_box(screen.moved)
    if rough is None:
        return None
    region = _framed(screen.mean, rough)
    if region is None or not _is_video(screen, region):
        return None
    inside = _cut(pictures[len(pictures) // 2], region)
    return region if float(inside.std()) >= TEXTURE_SD else None


def _screen(pictures: list[Picture]) -> _Screen:
    spread = functools.reduce(np.maximum, pictures) - functools.reduce(np.minimum, pictures)
    total = np.zeros(spread.shape, np.float32)
    for picture in pictures:
        total += picture
    mean = total / np.float32(len(pictures))
    steps = [np.abs(np.diff(mean, axis=axis, prepend=mean.take([0], axis=axis))) <= FLAT for axis in (0, 1)]
    return _Screen(mean, spread > MOVED, steps[0] & steps[1])


def _moving_box(moved: NDArray[np.bool_]) -> Region | None:
    """Put a box around everything that moves, clocks and cursors aside."""
    height, width = moved.shape
    size = (max(1, width // BLOCK), max(1, height // BLOCK))
    blocks = cv2.resize(moved.astype(np.float32), size, interpolation=cv2.INTER_AREA) > MOVING_BLOCK
    closed = cv2.morphologyEx(blocks.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    parts = stats[1:][stats[1:, cv2.CC_STAT_AREA] >= LEAST_PART * closed.size]
    if not len(parts):
        return None
    left, top = (int(parts[:, n].min()) * BLOCK for n in (0, 1))
    right, bottom = (int((parts[:, n] + parts[:, n + 2]).max()) * BLOCK for n in (0, 1))
    return Region(left, top, min(right, width) - left, min(bottom, height) - top)


def _framed(mean: Floats, box: Region) -> Region | None:
    """Move each side outwards to the nearest long straight line; None when only the screen's border is left."""
    height, width = mean.shape
    edges_down, edges_across = (np.abs(np.diff(mean, axis=axis)) > EDGE for axis in (0, 1))
    for _ in range(2):  # the second time along the sides as found
        rows = edges_down[:, box.x : box.x + box.width].mean(axis=1)
        columns = edges_across[box.y : box.y + box.height].mean(axis=0)
        top, bottom = _nearest(rows, box.y, box.y + box.height)
        left, right = _nearest(columns, box.x, box.x + box.width)
        if left >= right or top >= bottom:
            return None
        box = Region(left, top, right - left, bottom - top)
    return None if (box.width, box.height) == (width, height) else box


def _nearest(line: NDArray[np.float64], first: int, last: int) -> tuple[int, int]:
    """First line of the picture and the one after its last; `line[n]` tells of the border between n and n + 1."""
    inside = min(STARTS_INSIDE, (last - first) // 2)
    before = np.flatnonzero(line[: first + inside] >= LEAST_LINE)
    start = max(0, last - inside - 1)
    after = np.flatnonzero(line[start:] >= LEAST_LINE)
    return int(before[-1]) + 1 if before.size else 0, start + int(after[0]) + 1 if after.size else line.size + 1


def _is_video(screen: _Screen, region: Region) -> bool:
    """Whether the inside is filmed and the outside drawn and still, and no side has a strip of the page within."""
    outside = np.ones(screen.moved.shape, bool)
    _cut(outside, region)[:] = False
    area = 1 - float(outside.mean())
    if not LEAST_AREA <= area <= MOST_AREA or float(screen.moved[outside].mean()) > MOST_STRAY:
        return False
    moved, flat = _cut(screen.moved, region), _cut(screen.flat, region)
    if float(screen.flat[outside].mean()) < LEAST_DRAWN or float(flat.mean()) > MOST_DRAWN:
        return False
    strips = (np.s_[1:STRIP], np.s_[-STRIP:-1], np.s_[:, 1:STRIP], np.s_[:, -STRIP:-1])
    return not any(flat[strip].all() and not moved[strip].any() for strip in strips)


def _cut(picture: NDArray[_Pixel], region: Region) -> NDArray[_Pixel]:
    return picture[region.y : region.y + region.height, region.x : region.x + region.width]
