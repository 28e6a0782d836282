"""Clipping: the tops of the sound are cut off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from beholder.events.spans import end_of, joined, spans_where
from beholder.types import Event, Evidence

__all__ = ["Clipping"]

CLIPPED = 2e-3  # share of samples of a second; clean speech and music stay below (benchmarks/timing.py)
GAP_S = 2.0
STRONGEST = 0.2  # share, strength 1


@dataclass(frozen=True, slots=True)
class Clipping:
    """Finds the seconds in which at least 0.2 % of the samples are clipped."""

    kinds: ClassVar[tuple[str, ...]] = ("clipping",)
    needs: ClassVar[tuple[str, ...]] = ("sound_clipped", "sound_peak")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per stretch; evidence: ``clipped_share`` (mean of the clipped seconds), ``peak_dbfs``."""
        share = evidence.series["sound_clipped"]
        events = []
        for span in joined(spans_where(share.t, share.y >= CLIPPED, end=end_of(share.t, {})), gap=GAP_S):
            inside = share.within(span)
            mean = float(inside[inside >= CLIPPED].mean())
            peak = float(np.nanmax(evidence.series["sound_peak"].within(span)))
            strength = float(np.clip(np.log(mean / CLIPPED) / np.log(STRONGEST / CLIPPED), 0.0, 1.0))
            events.append(
                Event("clipping", span, strength, {"clipped_share": round(mean, 5), "peak_dbfs": round(peak, 1)})
            )
        return events
