"""Where the picture is: inside the bars of a letterbox, or inside the still frame of an app.

About two dozen pictures, spread over the file, say which part of the screen is the recording's subject.
Two things are looked for:

- *bars*: rows and columns at the border that are one flat colour in every picture, while what lies
  inside of them is not. Bars that are not black must enclose a picture that moves, since a page has
  flat margins too;
- *chrome*: the still frame of an app around one rectangle that is filmed (`beholder.media.chrome`).

When neither is clear, the answer is None: a wrong region is worse than none.
"""

from __future__ import annotations

import functools
import itertools
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from beholder.media.chrome import inside_chrome
from beholder.media.frame import Frame, Region
from beholder.media.recording import Recording
from beholder.types import Picture

__all__ = ["find_region", "region_of"]

SAMPLES = 24
FEWEST = 8  # pictures; fewer say too little of what stands still
MOST_PIXELS = 2_200_000  # of a kept picture, 1080p; larger ones are thinned out and found to 2 to 4 pixels
FIRST_PICTURES = 600  # decoded from the start when the file has too few key frames to jump to
FLAT_SD = 2.5  # levels of standard deviation along a row of a bar; ringing of the coder beside the picture
SAME_LEVEL = 4.0  # levels by which the rows of one bar may differ, and one bar from picture to picture
BLACK = 24.0  # levels; the brightest bar that counts as black
BLANK_SD = 6.0  # levels; a picture flatter than that is a fade or a blank and says nothing
CLEAR_EDGE = 0.25  # share of the line just inside the bar that must differ from it in a typical picture
DIFFERS = 8.0  # levels
LEAST_BAR = 0.02  # of the side; thinner bars are edge effects of the coder
LEAST_INSIDE = 0.15  # of the side, between two bars
MOVED = 12  # levels between the darkest and the brightest moment of a pixel: above coding noise at CRF 35
LEAST_MOVING = 0.85  # share of the pixels inside bars that are not black that must move

Lines = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Look:
    """What all sampled pictures say together."""

    flat: tuple[NDArray[np.bool_], NDArray[np.bool_]]  # (pictures, rows) and (pictures, columns)
    level: tuple[Lines, Lines]  # mean of each row and column, same shapes
    pictures: list[Picture]
    moved: NDArray[np.bool_]  # (height, width)


def find_region(path: str | os.PathLike[str]) -> Region | None:
    """Find the active picture of a recording.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    Region or None
        In pixels of the upright picture; None when the whole picture is active or nothing is clear.

    Raises
    ------
    MediaError
        When the file cannot be opened or holds no picture track.
    """
    scale = 1
    pictures: list[Picture] = []
    for frame in _samples(Path(path)):
        if not pictures:
            scale = math.ceil(math.sqrt(frame.size[0] * frame.size[1] / MOST_PIXELS))
        pictures.append(np.ascontiguousarray(frame.luma()[::scale, ::scale]))
    region = region_of(iter(pictures))
    return region and Region(region.x * scale, region.y * scale, region.width * scale, region.height * scale)


def region_of(pictures: Iterator[Picture]) -> Region | None:
    """Find the active picture in luma pictures (full range, upright) of one size; odd ones out are left out."""
    kept: list[Picture] = []
    for picture in pictures:
        if float(picture.std()) >= BLANK_SD and (not kept or picture.shape == kept[0].shape):
            kept.append(picture)
    if len(kept) < FEWEST:
        return None
    look = _look(kept)
    return _inside_bars(look, only_black=True) or inside_chrome(kept) or _inside_bars(look, only_black=False)


def _look(pictures: list[Picture]) -> _Look:
    spread = functools.reduce(np.maximum, pictures) - functools.reduce(np.minimum, pictures)
    flat, level = [], []
    for axis in (1, 0):
        flat.append(np.array([picture.std(axis=axis) <= FLAT_SD for picture in pictures]))
        level.append(np.array([picture.mean(axis=axis) for picture in pictures]))
    return _Look((flat[0], flat[1]), (level[0], level[1]), pictures, spread > MOVED)


def _inside_bars(look: _Look, *, only_black: bool) -> Region | None:
    turned = (look.pictures, [picture.T for picture in look.pictures])
    spans = [_span(*lines) for lines in zip(look.flat, look.level, turned, strict=True)]
    height, width = look.moved.shape
    (top, bottom), (left, right) = spans
    if (top, bottom, left, right) == (0, height, 0, width):
        return None
    black = all(_is_black(level, span) for level, span in zip(look.level, spans, strict=True))
    if not black and (only_black or float(look.moved[top:bottom, left:right].mean()) < LEAST_MOVING):
        return None
    return Region(left, top, right - left, bottom - top)


def _span(flat: NDArray[np.bool_], level: Lines, pictures: list[Picture]) -> tuple[int, int]:
    """First line of the picture and the one after its last; the whole when there are no clear bars."""
    size = flat.shape[1]
    before = _bar(flat, level, pictures)
    after = _bar(flat[:, ::-1], level[:, ::-1], [picture[::-1] for picture in pictures])
    if before + after > size * (1 - LEAST_INSIDE):
        return 0, size
    return before, size - after


def _bar(flat: NDArray[np.bool_], level: Lines, pictures: list[Picture]) -> int:
    """Thickness in lines of the bar that starts at the first line; 0 when there is none."""
    reference = float(np.median(level[:, 0]))
    even = flat.all(axis=0) & (np.abs(level - reference).max(axis=0) <= SAME_LEVEL)
    thickness = int(even.size if even.all() else np.argmin(even))
    if thickness < max(2, LEAST_BAR * even.size) or thickness == even.size:
        return 0
    inside = min(thickness + 2, even.size - 1)  # the first lines of the picture may be mixed with the bar
    differs = [np.mean(np.abs(picture[inside] - reference) > DIFFERS) for picture in pictures]
    return thickness if float(np.median(differs)) >= CLEAR_EDGE else 0


def _is_black(level: Lines, span: tuple[int, int]) -> bool:
    bars = np.concatenate([level[:, : span[0]], level[:, span[1] :]], axis=1)
    return bars.size == 0 or float(bars.max()) <= BLACK


def _samples(path: Path) -> Iterator[Frame]:
    """Give key pictures spread over the file; from its start on when there are too few of them."""
    stamps: set[float] = set()
    with Recording(path) as recording:
        duration = recording.facts.duration_s or 0.0
        for n in range(SAMPLES):
            if not duration or not recording.seek(duration * (n + 0.5) / SAMPLES):
                break
            frame = next(_frames(recording), None)
            if frame is not None and frame.t not in stamps:
                stamps.add(frame.t)
                yield frame
    if len(stamps) < FEWEST:
        with Recording(path) as recording:
            count = sum(1 for _ in itertools.islice(_frames(recording), FIRST_PICTURES))
        with Recording(path) as recording:
            yield from itertools.islice(_frames(recording), 0, count, max(1, count // SAMPLES))


def _frames(recording: Recording) -> Iterator[Frame]:
    return (part for part in recording if isinstance(part, Frame))
