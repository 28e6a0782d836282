"""Colour cast: one tint over the whole picture."""

from __future__ import annotations

import numpy as np

from beholder.events.sustained import Ramp, stretches
from beholder.types import Event, Evidence

__all__ = ["ColourCast"]

ENTER, LEAVE = (
    13.0,
    11.0,
)  # levels; clean clips stay below 9, one in nine ordinary photographs is above (benchmarks/visual.py)
STRENGTH = Ramp(0.0, 40.0)


class ColourCast:
    """Finds ``colour_cast`` in the series ``cast``; grey material has none."""

    kinds = ("colour_cast",)
    needs = ("cast", "cast_u", "cast_v")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the tinted stretches."""
        series = evidence.series["cast"]
        events = []
        for stretch in stretches(series, series.y, evidence.facts, enter=ENTER, leave=LEAVE):
            u, v = (float(np.nanmedian(evidence.series[name].within(stretch.span))) for name in ("cast_u", "cast_v"))
            figures = {"cast_levels": stretch.value, "cast_cb": u, "cast_cr": v}
            events.append(Event("colour_cast", stretch.span, STRENGTH(stretch.value), figures))
        return events
