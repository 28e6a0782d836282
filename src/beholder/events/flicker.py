"""Flicker: the brightness of the picture goes up and down several times a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from beholder.events.spans import end_of, joined, spans_where
from beholder.types import Event, Evidence, Span

__all__ = ["Flicker"]

NOTICED = 60.0  # levels/s to and fro: 6 levels at 5 Hz; clean clips stay below (benchmarks/timing.py)
MIN_S = 0.7  # a single flash fills the half second of the measure and no more
GAP_S = 0.35
HALF_WINDOW_S = 0.25  # the measure looks back 0.5 s: it passes the threshold about half of that late
STRONGEST = 1200.0  # levels/s, strength 1: 60 levels at 10 Hz


@dataclass(frozen=True, slots=True)
class Flicker:
    """Finds stretches of at least 0.7 s in which brightness moves to and fro by 60 levels a second or more."""

    kinds: ClassVar[tuple[str, ...]] = ("flicker",)
    needs: ClassVar[tuple[str, ...]] = ("flicker",)

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per stretch; evidence: ``flicker_levels_per_s`` (median)."""
        series = evidence.series["flicker"]
        end = end_of(series.t, evidence.facts)
        events = []
        for found in joined(spans_where(series.t, series.y >= NOTICED, end=end), gap=GAP_S):
            if found.duration < MIN_S:
                continue
            level = float(np.nanmedian(series.within(found)))
            late = min(0.9, NOTICED / level) * 2 * HALF_WINDOW_S  # the stronger, the sooner the threshold is passed
            early = 2 * HALF_WINDOW_S - late if found.end < end else 0.0
            start = max(float(series.t[0]), found.start - late)
            span = Span(start, max(found.end - early, start))
            strength = float(np.clip(np.log(level / NOTICED) / np.log(STRONGEST / NOTICED), 0.0, 1.0))
            events.append(Event("flicker", span, strength, {"flicker_levels_per_s": round(level, 1)}))
        return events
