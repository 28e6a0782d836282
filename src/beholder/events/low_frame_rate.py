"""Too few new pictures per second while something moves.

Counted on new pictures (`features.cadence`), so that 15 pictures a second repeated to 30 and 15 coded as such are the
same. Film (24) and 20 pictures a second are not flagged; stillness and freezes do not count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from beholder.events.freeze import LEAST_S as FREEZE_S
from beholder.events.freeze import VISIBLE, is_screen
from beholder.events.spans import joined, spans_where
from beholder.features.cadence import NEEDS, Cadence, cadence
from beholder.types import Event, Evidence, Floats, Times

__all__ = ["LowFrameRate", "moving_rate", "window"]

FEW = 19.0  # new pictures per second; below, frame-rate studies see the loss begin to grow (video.md of P.1203: 24)
WINDOW_S, STEP_S = 2.0, 0.5
JOIN_S = 2.0  # between two stretches of one rhythm, where little moves: a window
LEAST_PICTURES = 4  # in a window: fewer give no rhythm
LEAST_MOVING = 0.5  # share of a window's pictures that move visibly
STEADY = 1.6  # the 80th percentile of holds over their median: beyond, the rhythm is broken, not slow


@dataclass(frozen=True, slots=True)
class LowFrameRate:
    """Finds ``low_frame_rate`` events; evidence gives the rate of new pictures."""

    kinds: tuple[str, ...] = ("low_frame_rate",)
    needs: tuple[str, ...] = NEEDS

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the stretches with too few new pictures."""
        duration = float(evidence.facts["duration_s"])
        beat = cadence(evidence.series, duration=duration)
        t, rate = moving_rate(beat, duration)
        events = []
        for span in joined(spans_where(t, rate < FEW, end=duration), gap=JOIN_S):
            if is_screen(evidence, span):
                continue
            inside = rate[(t >= span.start) & (t < span.end)]
            typical = float(np.nanmedian(inside))
            strength = float(np.clip((FEW - typical) / FEW, 0.0, 1.0))
            events.append(Event("low_frame_rate", span, strength, {"rate_fps": round(typical, 2), "limit_fps": FEW}))
        return events


def moving_rate(beat: Cadence, duration: float) -> tuple[Times, Floats]:
    """Give the new pictures per second every half second, from the median hold; NaN where too little moves.

    The value at `t` describes the two seconds around ``t + STEP_S / 2``; at the ends, the first and the last two.
    """
    t = np.arange(0.0, max(duration, STEP_S), STEP_S)
    rate = np.full(t.size, np.nan, np.float32)
    for i, start in enumerate(t):
        first, last = window(beat, float(start), duration)
        hold, shift = beat.hold[first:last], beat.shift[first:last]
        kept = hold < max(FREEZE_S, 2.5 * float(np.median(hold))) if hold.size else np.zeros(0, bool)
        hold, shift = hold[kept], shift[kept]
        if hold.size < LEAST_PICTURES or np.mean(shift >= VISIBLE) < LEAST_MOVING:
            continue
        typical = float(np.median(hold))
        if np.percentile(hold, 80) <= STEADY * typical:
            rate[i] = 1.0 / typical
    return t, rate


def window(beat: Cadence, start: float, duration: float) -> tuple[int, int]:
    """Give the new pictures of the two seconds around a step, moved inside of the recording, as (first, one past)."""
    begin = min(max(start + STEP_S / 2 - WINDOW_S / 2, 0.0), max(duration - WINDOW_S, 0.0))
    first, last = np.searchsorted(beat.start, [begin, begin + WINDOW_S])
    return int(first), int(last)
