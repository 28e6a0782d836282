"""Exposure and contrast: too little light, too much, or too small a range of levels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from beholder.events.sustained import Ramp, Stretch, stretches
from beholder.features.severity import low_contrast, overexposure, underexposure
from beholder.types import Event, Evidence, Floats

__all__ = ["Exposure"]

RULES: tuple[tuple[str, tuple[str, ...], Callable[..., float], float, float, Ramp], ...] = (
    ("underexposure", ("dark_level", "mid_level", "bright_level", "palette"), underexposure, 0.6, 0.4, Ramp(0.0, 2.6)),
    ("overexposure", ("excess_light", "clipped_white", "tones", "white_edges"), overexposure, 0.5, 0.4, Ramp(0.0, 2.4)),
    ("low_contrast", ("dark_level", "bright_level", "palette"), low_contrast, 0.15, 0.1, Ramp(0.0, 0.7)),
)
"""Kind, its measures, the severity made of them, thresholds (benchmarks/visual.py), strength."""
BLACK_PICTURE = 12.0  # luma of the brightest hundredth; below, nothing is shown, which another detector reports
FIGURES = {"underexposure": "missing_stops", "overexposure": "excess_stops", "low_contrast": "missing_octaves"}


class Exposure:
    """Finds ``underexposure``, ``overexposure`` and ``low_contrast`` from percentiles of luma and a small network.

    A scene that is dark on purpose but has no bright point at all cannot be told from too little light.
    """

    kinds = ("underexposure", "overexposure", "low_contrast")
    needs = (
        "dark_level",
        "mid_level",
        "bright_level",
        "excess_light",
        "clipped_white",
        "tones",
        "white_edges",
        "palette",
    )

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the stretches with a wrong range of brightness."""
        bright = evidence.series["bright_level"].y
        events = []
        for kind, names, severity, enter, leave, strength in RULES:
            first = evidence.series[names[0]]
            rows = zip(*(evidence.series[name].y.tolist() for name in names), strict=True)
            level: Floats = np.array([severity(*row) for row in rows], np.float32)
            level[bright < BLACK_PICTURE] = np.nan
            events += [
                Event(kind, stretch.span, strength(stretch.value), _figures(evidence, kind, names, stretch))
                for stretch in stretches(first, level, evidence.facts, enter=enter, leave=leave)
            ]
        return sorted(events, key=lambda event: event.span)


def _figures(evidence: Evidence, kind: str, names: tuple[str, ...], stretch: Stretch) -> dict[str, float]:
    """Name what the decision was made on."""
    medians = {name: float(np.nanmedian(evidence.series[name].within(stretch.span))) for name in names}
    return {FIGURES[kind]: stretch.value, **medians}
