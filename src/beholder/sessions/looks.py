"""Looks at a recording at a steady rate, but never twice at the same picture."""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Mapping

import numpy as np

from beholder.features.frames import largest_shift
from beholder.media import Frame
from beholder.types import Floats, Series

__all__ = ["Looks"]

SAME_PICTURE = 1.3  # levels of shift: below, nothing moved since the last look (features/cadence.py)
SAME_DETAIL = 0.5  # levels of change, added up since the last look: below, nothing was blurred or re-coded either
MOST_TICKS = 400_000  # four days at one a second; beyond lies a broken clock, not a recording


class Looks:
    """Calls `look` for the picture that is on screen at each tick, and keeps the values as series.

    Parameters
    ----------
    every : float
        Seconds between looks; the first lies half of that after the start.
    look : callable
        Frame to values by name.
    """

    def __init__(self, every: float, look: Callable[[Frame], Mapping[str, float]]) -> None:
        self.every, self._look = every, look
        self._ticks = 0
        self._shown: tuple[Frame, Floats] | None = None
        self._seen: Floats | None = None
        self._changed = 0.0
        self._values: Mapping[str, float] = {}
        self._columns: dict[str, array[float]] = {}
        self.pictures = 0

    def show(self, frame: Frame, blocks: Floats, change: float) -> None:
        """Take the next frame, the means of its blocks, and its mean change to the frame before (NaN for the first)."""
        self._until(frame.t)
        self._shown = (frame, blocks)
        self._changed += 0.0 if math.isnan(change) else change

    def finish(self, duration: float) -> list[Series]:
        """Give the series of a recording that lasted `duration` seconds."""
        self._until(duration)
        if not self._ticks and self._shown is not None:
            self._tick()
        t = (np.arange(self._ticks) + 0.5) * self.every
        t = np.minimum(t, max(duration, 0.0))
        return [Series(name, t, np.array(values, np.float32)) for name, values in self._columns.items()]

    def _until(self, t: float) -> None:
        if self._shown is None:
            return
        while self._ticks < MOST_TICKS and (self._ticks + 0.5) * self.every < t:
            self._tick()

    def _tick(self) -> None:
        if self._shown is None:
            return
        frame, blocks = self._shown
        if self._is_new(blocks):
            self._values, self._seen, self._changed = self._look(frame), blocks, 0.0
            self.pictures += 1
        for name, value in self._values.items():
            if name not in self._columns:
                self._columns[name] = array("f", [float("nan")] * self._ticks)
            self._columns[name].append(value)
        self._ticks += 1

    def _is_new(self, blocks: Floats) -> bool:
        if self._seen is None or self._changed >= SAME_DETAIL:
            return True
        return largest_shift(blocks, self._seen) >= SAME_PICTURE
