"""Upscaled resolution: the picture holds fewer pixels than it is shown with."""

from __future__ import annotations

from beholder.events.sustained import Ramp, stretches
from beholder.types import Event, Evidence

__all__ = ["Upscaled"]

ENTER, LEAVE = 1.28, 1.22  # shown over coded height; native material stays below (benchmarks/visual.py)
STRENGTH = Ramp(1.0, 2.6)


class Upscaled:
    """Finds ``upscaled`` in the series ``upscaling``."""

    kinds = ("upscaled",)
    needs = ("upscaling",)

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the stretches shown from fewer pixels."""
        series = evidence.series["upscaling"]
        height = evidence.facts.get("height")
        events = []
        for stretch in stretches(series, series.y, evidence.facts, enter=ENTER, leave=LEAVE):
            figures = {"upscaling": stretch.value}
            if isinstance(height, int):
                figures["effective_height_px"] = height / stretch.value
            events.append(Event("upscaled", stretch.span, STRENGTH(stretch.value), figures))
        return events
