"""Blur: fine detail is missing over a stretch; the sharpest part of the recording is given for comparison."""

from __future__ import annotations

import numpy as np

from beholder.events.softness import BLUR, soft_stretches
from beholder.types import Event, Evidence

__all__ = ["Blur"]

SHARP_PART = 25  # percentile of a recording that stands for how sharp it can be


class Blur:
    """Finds ``blur`` in the series ``blur_sigma``; a soft background behind a sharp object is no blur.

    Where ``upscaling`` is measured too and explains more of the softness, there is no blur.
    """

    kinds = ("blur",)
    needs = ("blur_sigma",)

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the blurred stretches; ``width`` and ``height`` among the facts set how finely blur can be measured."""
        y = evidence.series["blur_sigma"].y
        known = y[np.isfinite(y)]
        if not known.size:
            return []
        sharp = float(np.percentile(known, SHARP_PART))
        return [
            Event(
                "blur",
                stretch.span,
                BLUR.strength(stretch.value),
                {"blur_sigma_px_1080": stretch.value, "sharpest_part_px_1080": sharp},
            )
            for stretch in soft_stretches(evidence, BLUR)
        ]
