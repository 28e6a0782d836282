"""Banding: smooth areas in few levels of brightness."""

from __future__ import annotations

import numpy as np

from beholder.events.sustained import Ramp, stretches
from beholder.types import Event, Evidence

__all__ = ["Banding"]

ENTER, LEAVE = 0.5, 0.46  # likeness to a comb; clean material stays below (benchmarks/visual.py)
STRENGTH = Ramp(0.3, 1.0)


class Banding:
    """Finds ``banding`` in the series ``banding`` and ``banding_step``."""

    kinds = ("banding",)
    needs = ("banding", "banding_step")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the banded stretches."""
        series, step = evidence.series["banding"], evidence.series["banding_step"]
        return [
            Event(
                "banding",
                stretch.span,
                STRENGTH(stretch.value),
                {"band_step_levels": float(np.nanmedian(step.within(stretch.span))), "comb_likeness": stretch.value},
            )
            for stretch in stretches(series, series.y, evidence.facts, enter=ENTER, leave=LEAVE)
        ]
