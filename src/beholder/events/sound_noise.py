"""Steady noise under the sound: hiss, hum of a fan, a bad line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from beholder.events.level import programme_level
from beholder.events.spans import end_of, joined, spans_where
from beholder.types import Event, Evidence, Floats, Span

__all__ = ["SoundNoise", "steady_floor"]

AUDIBLE_DB = -55.0  # dBFS; a floor below is masked by a quiet room at usual listening levels
SNR_DB = 25.0  # programme over floor; people rate 30 dB with 3.3 and 20 dB with 2.5 (microsoft/P.808, MOS_BAK)
FLAT = 0.3  # a floor of noise is flat, one of music is not (benchmarks/timing.py)
WINDOW = 5  # seconds: speech pauses within that time
STEADY_DB = 6.0  # the floor of steady noise varies less
MIN_S = 3.0
GAP_S = 3.0
STRONGEST_DB = 0.0  # signal to noise for strength 1


def steady_floor(floor: Floats, *, window: int = WINDOW) -> Floats:
    """Give the lowest value of a centred window at every place; NaN only where the whole window is.

    Examples
    --------
    >>> steady_floor(np.array([-30, -60, -20, -10], np.float32), window=3).tolist()
    [-60.0, -60.0, -60.0, -20.0]
    """
    half = window // 2
    padded = np.pad(floor, half, mode="edge")
    return np.asarray(
        np.fmin.reduce(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=1), np.float32
    )


@dataclass(frozen=True, slots=True)
class SoundNoise:
    """Finds at least 3 s with a steady floor of noise above -55 dBFS and less than 25 dB below the programme.

    Music has no such floor: its quietest moments are tones, or come and go.
    """

    kinds: ClassVar[tuple[str, ...]] = ("sound_noise",)
    needs: ClassVar[tuple[str, ...]] = ("sound_level", "sound_noise_floor", "sound_flatness")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per stretch; evidence: ``floor_dbfs``, ``snr_db``, ``flatness``."""
        level, floor = evidence.series["sound_level"], evidence.series["sound_noise_floor"]
        flatness = evidence.series["sound_flatness"]
        if floor.t.size < MIN_S:
            return []
        programme, _ = programme_level(level.y)
        if not np.isfinite(programme):
            return []
        steady = steady_floor(floor.y)
        snr = programme - steady
        hits = (steady > AUDIBLE_DB) & (snr < SNR_DB) & (flatness.y > FLAT) & (floor.y - steady < STEADY_DB)
        events = []
        for span in joined(spans_where(floor.t, hits, end=end_of(floor.t, {})), gap=GAP_S):
            if span.duration < MIN_S - 0.5:
                continue
            inside = (floor.t >= span.start) & (floor.t < span.end)
            events.append(_event(span, evidence, float(np.nanmedian(snr[inside]))))
        return events


def _event(span: Span, evidence: Evidence, snr: float) -> Event:
    figures = {
        "floor_dbfs": round(float(np.nanmedian(evidence.series["sound_noise_floor"].within(span))), 1),
        "snr_db": round(snr, 1),
        "flatness": round(float(np.nanmedian(evidence.series["sound_flatness"].within(span))), 3),
    }
    strength = float(np.clip((SNR_DB - snr) / (SNR_DB - STRONGEST_DB), 0.0, 1.0))
    return Event("sound_noise", span, strength, figures)
