"""Uneven rhythm: pictures that stay too long now and then while something moves.

The measure is the share of time that holds last beyond one and a half usual holds (Android's judder rule compares
actual with content duration in the same way; here the usual hold stands for the content's). A freeze is told apart by
its length and is not counted here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beholder.events.freeze import LEAST_HOLDS, is_screen
from beholder.events.freeze import LEAST_S as FREEZE_S
from beholder.events.low_frame_rate import JOIN_S, STEP_S, window
from beholder.events.spans import joined, spans_where
from beholder.features.cadence import NEEDS, Cadence, cadence
from beholder.types import Event, Evidence, Floats, Times

__all__ = ["Stutter", "unevenness"]

UNEVEN = 0.09  # share of time in excess holds: 24 pictures in 30 give 0.10, one of 150 ms a second among 33 ms 0.10
WORST = 0.4
TOO_LONG = 1.5  # usual holds
USUAL = 40.0  # percent of holds are at most as long as the usual one: where 1 and 3 frames take turns, 3 are too long
LEAST_PICTURES = 6  # in a window
LEAST_MOVING = 0.6  # share of a window's pictures that move clearly
CLEAR = 6.0  # levels of shift: sensor noise makes up to 5 (bottle-detection)


@dataclass(frozen=True, slots=True)
class Stutter:
    """Finds ``stutter`` events; evidence gives the share of time in excess holds and the longest of them."""

    kinds: tuple[str, ...] = ("stutter",)
    needs: tuple[str, ...] = NEEDS

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the stretches of uneven rhythm."""
        duration = float(evidence.facts["duration_s"])
        beat = cadence(evidence.series, duration=duration)
        t, uneven = unevenness(beat, duration)
        events = []
        for span in joined(spans_where(t, uneven > UNEVEN, end=duration), gap=JOIN_S):
            if is_screen(evidence, span):
                continue
            inside = (beat.start >= span.start) & (beat.start < span.end)
            excess = float(np.nanmax(uneven[(t >= span.start) & (t < span.end)]))
            longest = float(beat.hold[inside].max()) if inside.any() else 0.0
            figures = {"excess_share": round(excess, 3), "longest_hold_ms": round(1000 * longest)}
            events.append(Event("stutter", span, float(np.clip(excess / WORST, 0.0, 1.0)), figures))
        return events


def unevenness(beat: Cadence, duration: float) -> tuple[Times, Floats]:
    """Share of time in excess holds every half second, 0..1; NaN where too little moves."""
    t = np.arange(0.0, max(duration, STEP_S), STEP_S)
    uneven = np.full(t.size, np.nan, np.float32)
    moves = _moves_around(beat.shift)
    for i, start in enumerate(t):
        first, last = window(beat, float(start), duration)
        hold, shift = beat.hold[first:last], beat.shift[first:last]
        if hold.size < LEAST_PICTURES or np.mean(shift >= CLEAR) < LEAST_MOVING:
            continue
        usual = float(np.percentile(hold, USUAL))
        kept = hold < max(FREEZE_S, LEAST_HOLDS * usual)
        excess = np.maximum(hold - TOO_LONG * usual, 0.0)
        uneven[i] = excess[kept & moves[first:last]].sum() / max(float(hold[kept].sum()), usual)
    return t, uneven


def _moves_around(shift: Floats) -> NDArray[np.bool_]:
    """Pictures that came and went with a visible movement: a hold between others is a still moment."""
    after = np.append(shift[1:], np.float32(0))
    return np.asarray((shift >= CLEAR) & (after >= CLEAR))
