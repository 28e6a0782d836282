"""Blur: fine detail is missing over a stretch; the sharpest part of the recording is given for comparison."""

from __future__ import annotations

import numpy as np

from beholder.events.sustained import Ramp, stretches
from beholder.types import Event, Evidence

__all__ = ["Blur"]

ENTER, LEAVE = 0.25, 0.21  # pixels of the picture itself; sharp material stays below (benchmarks/visual.py)
FINEST = 0.37  # pixels of 1080 rows; nobody sees less
SHARP_PART = 25  # percentile of a recording that stands for how sharp it can be
STRENGTH = Ramp(0.0, 2.4)
"""Pixels of 1080 rows. Gaussian blurs of 1, 2 and 4 pixels are measured as about 0.2, 1.1 and 2.7."""
REFERENCE_ROWS = 1080


class Blur:
    """Finds ``blur`` in the series ``blur_sigma``; a soft background behind a sharp object is no blur."""

    kinds = ("blur",)
    needs = ("blur_sigma",)

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the blurred stretches; ``width`` and ``height`` among the facts set how finely blur can be measured."""
        series, facts = evidence.series["blur_sigma"], evidence.facts
        y = series.y
        known = y[np.isfinite(y)]
        if not known.size:
            return []
        sharp = float(np.percentile(known, SHARP_PART))
        rows = min((facts[name] for name in ("width", "height") if facts.get(name)), default=REFERENCE_ROWS)
        enter = max(ENTER * REFERENCE_ROWS / rows, FINEST)
        leave = enter * LEAVE / ENTER
        return [
            Event(
                "blur",
                stretch.span,
                STRENGTH(stretch.value),
                {"blur_sigma_px_1080": stretch.value, "sharpest_part_px_1080": sharp},
            )
            for stretch in stretches(series, y, facts, enter=enter, leave=leave)
        ]
