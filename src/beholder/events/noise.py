"""Noise: grain in the flattest parts of the picture."""

from __future__ import annotations

from beholder.events.sustained import Ramp, stretches
from beholder.types import Event, Evidence

__all__ = ["Noise"]

ENTER, LEAVE = 2.5, 1.8  # levels; clean material stays below (benchmarks/visual.py)
STRENGTH = Ramp(0.0, 14.0)


class Noise:
    """Finds ``noise`` in the series of that name."""

    kinds = ("noise",)
    needs = ("noise",)

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the noisy stretches."""
        series = evidence.series["noise"]
        return [
            Event("noise", stretch.span, STRENGTH(stretch.value), {"noise_sigma_levels": stretch.value})
            for stretch in stretches(series, series.y, evidence.facts, enter=ENTER, leave=LEAVE)
        ]
