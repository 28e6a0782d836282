"""Silence: the sound is gone for two seconds or more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from beholder.events.spans import end_of, joined, spans_where
from beholder.types import Event, Evidence, Span

__all__ = ["ACTIVE_DB", "Silence"]

SILENCE_DB = -70.0  # dBFS; the absolute gate of EBU R 128 s1 and ITU-R BS.1770-5 for what counts as sound
ACTIVE_DB = -50.0  # dBFS; programme: room tone of a recorded voice lies at -60 and below
MIN_S = 2.0  # pauses of speech and between pieces are shorter, as a rule
NEAR_S = 3.0  # programme must be heard this near before it
GAP_S = 0.02  # clicks in the silence
LONG_S = 10.0  # a fault even without programme around it
FULL_S = 10.0  # strength 1


@dataclass(frozen=True, slots=True)
class Silence:
    """Finds at least 2 s below -70 dBFS after programme above -50 dBFS, or 10 s of it anywhere between programme.

    A quiet pause with room tone is no silence. Silence before the first sound counts from 10 s on. A sound track
    without any programme is left alone: screen recorders write such tracks.
    """

    kinds: ClassVar[tuple[str, ...]] = ("silence",)
    needs: ClassVar[tuple[str, ...]] = ("sound_level_fine",)

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per stretch; evidence: ``duration_s``, ``level_dbfs`` (median), ``before_dbfs``."""
        level = evidence.series["sound_level_fine"]
        if not level.y.size or not bool((level.y >= ACTIVE_DB).any()):
            return []
        end = end_of(level.t, {})
        events = []
        for span in joined(spans_where(level.t, level.y < SILENCE_DB, end=end), gap=GAP_S):
            if span.duration < MIN_S - 1e-6:
                continue
            before = level.within(Span(span.start - NEAR_S, span.start))
            loud = float(np.nanpercentile(before, 75)) if before.size else float("-inf")
            if loud < ACTIVE_DB and span.duration < LONG_S:
                continue
            figures: dict[str, float | str] = {
                "duration_s": round(span.duration, 3),
                "level_dbfs": round(float(np.nanmedian(level.within(span))), 1),
                "before_dbfs": round(loud, 1) if np.isfinite(loud) else "none",
            }
            events.append(Event("silence", span, min(1.0, span.duration / FULL_S), figures))
        return events
