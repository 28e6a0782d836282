"""Upscaled resolution: the picture holds fewer pixels than it is shown with."""

from __future__ import annotations

from beholder.events.softness import UPSCALED, soft_stretches
from beholder.types import Event, Evidence

__all__ = ["Upscaled"]


class Upscaled:
    """Finds ``upscaled`` in the series ``upscaling``, unless blur explains more of the softness."""

    kinds = ("upscaled",)
    needs = ("upscaling",)

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the stretches shown from fewer pixels."""
        height = evidence.facts.get("height")
        events = []
        for stretch in soft_stretches(evidence, UPSCALED):
            figures = {"upscaling": stretch.value}
            if isinstance(height, int):
                figures["effective_height_px"] = height / stretch.value
            events.append(Event("upscaled", stretch.span, UPSCALED.strength(stretch.value), figures))
        return events
