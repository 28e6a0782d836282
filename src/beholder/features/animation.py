"""Loading animations: a small part of the picture that moves in a loop while the rest stands still.

The evidence is a loop in time (the small part looks the same again after 0.4 to 2 s, and different in between) and the
round shape of the part that moves. Where on the screen it happens, and along which path, plays no role.
"""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from beholder.types import Picture, Series

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from beholder.features.glance import Glance

__all__ = ["AnimationMeasures", "loop_strength", "roundness"]

MOVING_LEVEL = 6  # a pixel moves when it changes by more; the coding noise of x264 CRF 35 on a still picture is below
RATE = 15.0  # pictures kept a second; a spinner of 12 spokes takes 12 steps a turn
WINDOW_S = 3.0  # one and a half turns of the slowest loop
HOP_S = 0.25
LOOP_S = (0.4, 2.0)  # a turn of the common platform spinners lasts 0.75 (iOS) to 1.4 s (Material)
MIN_SPAN_S = 0.9  # kinds that are issues last longer than 1 s
SMALL_SHARE = 0.25  # of the picture, for the box around all that moves
MIN_BOX = 4  # pixels of the small copy; less is a blinking cursor or noise
ACTIVE_SHARE = 0.25  # of the pictures show movement; eight dots in 1.5 s reach 0.35, a blinking cursor 0.13
CHANGED = 2.0  # levels, mean: more than a key frame changes a still picture; it was dimmed, or is another one
RARE = 15.0  # percent of the boxes at each side that may be of something else, such as that cursor
QUIET_S = 0.35  # without movement ends the animation
OUTLIERS = 0.1  # share of pictures that may move elsewhere: key frames change the whole picture a little
SIDE = 32  # the box is reduced to at most 32x32 for the comparison in time


def loop_strength(stack: NDArray[np.float32], rate: float) -> float:
    """Say how surely a sequence repeats itself with a period of 0.4 to 2 s.

    Parameters
    ----------
    stack : NDArray, shape (n, pixels)
        Pictures at equal distances in time.
    rate : float
        Pictures per second.

    Returns
    -------
    float
        Autocorrelation at the best period, 0..1; 0 when the pictures between are alike as well (no loop but a
        slow change), when fewer than 4 pairs support it, or when nothing moves.

    Examples
    --------
    >>> turn = np.arange(30)[:, None] / 15 * 2 * np.pi + np.linspace(0, 6, 50)
    >>> loop_strength(np.sin(turn).astype(np.float32), 15.0) > 0.9
    True
    """
    n = len(stack)
    last = min(round(LOOP_S[1] * rate), n - 4)
    first = round(LOOP_S[0] * rate)
    moving = stack - stack.mean(axis=0)
    gram = (moving @ moving.T).astype(np.float64)
    energy = np.diag(gram)
    if last < first or energy.sum() <= 1e-6 * stack.size:
        return 0.0
    alike = np.ones(last + 1)
    for lag in range(1, last + 1):
        pairs = np.trace(gram, offset=lag)
        alike[lag] = pairs / max(float(np.sqrt(energy[lag:].sum() * energy[:-lag].sum())), 1e-12)
    dips = np.minimum.accumulate(alike)
    best = first + int(np.argmax(alike[first:]))
    return float(np.clip(alike[best], 0.0, 1.0)) if dips[best] < 0.5 * alike[best] else 0.0


def roundness(motion: NDArray[np.float32]) -> float:
    """Say how well the distance from its centre explains where a part moves: 1 for a ring or disc, 0 for none.

    Parameters
    ----------
    motion : NDArray, shape (height, width)
        Standard deviation in time of every pixel.

    Examples
    --------
    >>> y, x = np.mgrid[-20:21, -20:21]
    >>> roundness((np.abs(np.hypot(x, y) - 15) < 3).astype(np.float32)) > 0.8
    True
    """
    weight = motion.astype(np.float64)
    total = weight.sum()
    height, width = motion.shape
    if total <= 0 or min(height, width) < MIN_BOX or max(height, width) > 1.5 * min(height, width):
        return 0.0
    y, x = np.mgrid[:height, :width]
    radius = np.hypot(y - (weight * y).sum() / total, x - (weight * x).sum() / total)
    ring = np.minimum(np.round(radius * 24 / max(height, width), 6).astype(int), 17).ravel()  # a mirror image as well
    counts = np.maximum(np.bincount(ring, minlength=18), 1)
    means = np.bincount(ring, weights=weight.ravel(), minlength=18) / counts
    spread = weight.var()
    return float(np.clip(1.0 - ((weight.ravel() - means[ring]) ** 2).mean() / spread, 0.0, 1.0)) if spread else 0.0


@dataclass(frozen=True, slots=True)
class _Kept:
    """A picture of the window: what moved since the one before (`box` is x0, y0, x1, y1)."""

    t: float
    luma: Picture
    box: tuple[int, int, int, int] | None


class AnimationMeasures:
    """Watches for a small part that loops while the rest is still; keeps at most 3 s of small pictures.

    Series
    ------
    moving_extent : 0..1, neither; one value per frame
        Share of the picture in the box around all pixels that change by more than `MOVING_LEVEL`.
    loading_loop : 0..1, lower is better; every 0.25 s, for the (at most) 3 s before
        How surely a small part of the picture moves in a loop while the rest stands still.
    loading_round : 0..1, neither; same grid
        How round the part that moves is.
    """

    def __init__(self) -> None:
        self._t = array("d")
        self._moving = array("f")
        self._hops = array("d")
        self._loop = array("f")
        self._round = array("f")
        self._window: deque[_Kept] = deque()
        self._box: tuple[int, int, int, int] | None = None

    def update(self, glance: Glance) -> None:
        """Take the next frame."""
        box = _moved(glance.change)
        self._t.append(glance.t)
        self._moving.append(_area(box) / glance.luma.size if box else 0.0)
        self._box = _around(self._box, box)
        if self._window and glance.luma.shape != self._window[-1].luma.shape:
            self._window.clear()
        if not self._window or glance.t - self._window[-1].t >= 1.0 / RATE - 1e-3:
            self._window.append(_Kept(glance.t, glance.luma, self._box))
            self._box = None
            while self._window[-1].t - self._window[0].t > WINDOW_S:
                self._window.popleft()
        if not self._hops or glance.t - self._hops[-1] >= HOP_S - 1e-3:
            loop, circle = self._measure()
            self._hops.append(glance.t)
            self._loop.append(loop)
            self._round.append(circle)

    def compute(self) -> list[Series]:
        """Give the three series."""
        t, hops = np.array(self._t, np.float64), np.array(self._hops, np.float64)
        return [
            Series("moving_extent", t, np.array(self._moving, np.float32), low=0.0, high=1.0),
            Series("loading_loop", hops, np.array(self._loop, np.float32), better="lower", low=0.0, high=1.0),
            Series("loading_round", hops, np.array(self._round, np.float32), low=0.0, high=1.0),
        ]

    def _measure(self) -> tuple[float, float]:
        kept = self._still_part()
        if len(kept) < 4 or kept[-1].t - kept[0].t < MIN_SPAN_S:
            return 0.0, 0.0
        height, width = kept[0].luma.shape
        limit = SMALL_SHARE * height * width
        boxes = [item.box for item in kept[1:] if item.box is not None]
        small = [box for box in boxes if _area(box) <= limit]
        if len(small) < ACTIVE_SHARE * len(kept):
            return 0.0, 0.0
        sides = np.array(small)
        x0, y0 = np.percentile(sides[:, :2], RARE, axis=0, method="lower").astype(int).tolist()
        x1, y1 = np.percentile(sides[:, 2:], 100 - RARE, axis=0, method="higher").astype(int).tolist()
        union = (x0, y0, max(x0, x1), max(y0, y1))
        if _area(union) > limit or min(union[2] - union[0], union[3] - union[1]) < MIN_BOX:
            return 0.0, 0.0
        stack = _cut(kept, union)
        return loop_strength(stack.reshape(len(stack), -1), RATE), roundness(stack.std(axis=0))

    def _still_part(self) -> list[_Kept]:
        """Give the latest pictures in which a small part moves all the time and, key frames aside, nothing else."""
        kept: list[_Kept] = []
        large = 0
        active = self._window[-1].t
        window = list(self._window)
        for before, item in zip([None, *window][-2::-1], window[::-1], strict=True):
            if item.box is not None and _is_large(item):
                large += 1
                if large > OUTLIERS * RATE * WINDOW_S or (kept and _is_large(kept[-1])):
                    break
                if before is not None and cv2.norm(item.luma, before.luma, cv2.NORM_L1) > CHANGED * item.luma.size:
                    kept.append(item)
                    break
            elif item.box is not None:
                active = item.t
            if active - item.t > QUIET_S:
                break
            kept.append(item)
        return [item for item in reversed(kept) if item.t >= active - 1.5 / RATE]


def _is_large(item: _Kept) -> bool:
    return item.box is not None and _area(item.box) > SMALL_SHARE * item.luma.size


def _moved(change: Picture | None) -> tuple[int, int, int, int] | None:
    if change is None:
        return None
    x, y, width, height = cv2.boundingRect(cv2.threshold(change, MOVING_LEVEL, 255, cv2.THRESH_BINARY)[1])
    return (x, y, x + width, y + height) if width else None


def _around(
    one: tuple[int, int, int, int] | None, other: tuple[int, int, int, int] | None
) -> tuple[int, int, int, int] | None:
    if one is None or other is None:
        return one or other
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _area(box: tuple[int, int, int, int]) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _cut(kept: list[_Kept], box: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """Give the box of every picture on an even grid of `RATE` a second, reduced to at most `SIDE` a side."""
    times = np.array([item.t for item in kept])
    grid = np.arange(times[0], times[-1] + 1e-6, 1.0 / RATE)
    picks = np.maximum(np.searchsorted(times, grid + 1e-3, side="right") - 1, 0)
    height, width = box[3] - box[1], box[2] - box[0]
    size = (min(width, SIDE), min(height, SIDE))
    small = [
        cv2.resize(item.luma[box[1] : box[3], box[0] : box[2]], size, interpolation=cv2.INTER_AREA) for item in kept
    ]
    return np.stack([small[pick] for pick in picks]).astype(np.float32)
