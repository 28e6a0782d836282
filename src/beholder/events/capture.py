"""Capture faults: a camera filmed a screen, and it shows."""

from __future__ import annotations

from beholder.events.sustained import Ramp, stretches
from beholder.types import Event, Evidence

__all__ = ["Capture"]

RULES: tuple[tuple[str, float, float, Ramp, str], ...] = (
    ("glare", 0.01, 0.005, Ramp(0.0, 0.25), "glare_share"),
    ("moire", 0.25, 0.2, Ramp(0.1, 0.8), "moire_share"),
    ("skew", 1.2, 1.0, Ramp(0.0, 8.0), "tilt_degrees"),
)
"""Kind (and series), thresholds (benchmarks/visual.py), strength, name of the figure."""


class Capture:
    """Finds ``glare``, ``moire`` and ``skew`` in the series of these names."""

    kinds = ("glare", "moire", "skew")
    needs = ("glare", "moire", "skew")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the stretches with marks of a filmed screen."""
        events = []
        for kind, enter, leave, strength, figure in RULES:
            series = evidence.series[kind]
            events += [
                Event(kind, stretch.span, strength(stretch.value), {figure: stretch.value})
                for stretch in stretches(series, series.y, evidence.facts, enter=enter, leave=leave)
            ]
        return sorted(events, key=lambda event: event.span)
