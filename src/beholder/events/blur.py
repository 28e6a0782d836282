"""Blur: fine detail is missing over a stretch, by itself or against the rest of the recording."""

from __future__ import annotations

import numpy as np

from beholder.events.sustained import Ramp, stretches
from beholder.types import Event, Evidence

__all__ = ["BlurDetector"]

ENTER, LEAVE = 1.5, 1.2  # pixels of 1080 rows; sharp material stays below (benchmarks/visual.py)
RELATIVE_ENTER, RELATIVE_LEAVE = 1.0, 0.8  # pixels above the sharp part of the same recording
SHARP_PART = 25  # percentile of a recording that stands for how sharp it can be
STRENGTH = Ramp(0.6, 5.0)
"""Pixels of 1080 rows: what an attentive viewer just sees at three picture heights .. no detail left."""


class BlurDetector:
    """Finds ``blur`` in the series ``blur_sigma``; a soft background behind a sharp object is no blur."""

    kinds = ("blur",)
    needs = ("blur_sigma",)

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the blurred stretches."""
        series = evidence.series["blur_sigma"]
        y = series.y
        known = y[np.isfinite(y)]
        if not known.size:
            return []
        sharp = float(np.percentile(known, SHARP_PART))
        enter, leave = min(ENTER, sharp + RELATIVE_ENTER), min(LEAVE, sharp + RELATIVE_LEAVE)
        return [
            Event(
                "blur",
                stretch.span,
                STRENGTH(stretch.value),
                {"blur_sigma_px_1080": stretch.value, "sharpest_part_px_1080": sharp},
            )
            for stretch in stretches(series, y, evidence.facts, enter=enter, leave=leave)
        ]
