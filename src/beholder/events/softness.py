"""Blur and upscaling compared: one fault gives one kind of event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from beholder.events.sustained import Ramp, Stretch, stretches
from beholder.types import Evidence

__all__ = ["BLUR", "UPSCALED", "Softness", "soft_stretches"]

REFERENCE_ROWS = 1080
FINEST = 0.37  # pixels of 1080 rows; nobody sees less


@dataclass(frozen=True, slots=True)
class Softness:
    """One way to be soft: its series, thresholds (benchmarks/visual.py) and strength."""

    series: str
    enter: float
    leave: float
    strength: Ramp
    of_picture: bool  # whether thresholds are in pixels of the picture itself; values are in pixels of 1080 rows

    def threshold(self, rows: float) -> float:
        """Give the threshold for a picture with this short side."""
        return max(self.enter * REFERENCE_ROWS / rows, FINEST) if self.of_picture else self.enter

    def margin(self, value: float, rows: float) -> float:
        """Give how many times a value is above its threshold, both counted from where there is no fault."""
        none = self.strength.low
        return (value - none) / (self.threshold(rows) - none)


BLUR = Softness("blur_sigma", 0.25, 0.21, Ramp(0.0, 2.4), of_picture=True)
"""Pixels. Gaussian blurs of 1, 2 and 4 pixels of 1080 rows are measured as about 0.2, 1.1 and 2.7."""
UPSCALED = Softness("upscaling", 1.32, 1.25, Ramp(1.0, 2.6), of_picture=False)
"""Shown over coded height."""


def soft_stretches(evidence: Evidence, softness: Softness) -> list[Stretch]:
    """Give the stretches of one kind, without those of which the other kind explains more.

    Where stretches of both kinds overlap, the one further above its threshold stays. The other series may be missing.
    """
    other = UPSCALED if softness is BLUR else BLUR
    rivals = _all(evidence, other)
    rows = _rows(evidence.facts)
    return [
        stretch
        for stretch in _all(evidence, softness)
        if not any(
            other.margin(rival.value, rows) > softness.margin(stretch.value, rows)
            for rival in rivals
            if min(stretch.span.end, rival.span.end) > max(stretch.span.start, rival.span.start)
        )
    ]


def _all(evidence: Evidence, softness: Softness) -> list[Stretch]:
    series = evidence.series.get(softness.series)
    if series is None:
        return []
    enter = softness.threshold(_rows(evidence.facts))
    leave = enter * softness.leave / softness.enter
    return stretches(series, series.y, evidence.facts, enter=enter, leave=leave)


def _rows(facts: Mapping[str, Any]) -> float:
    return min((facts[name] for name in ("width", "height") if facts.get(name)), default=REFERENCE_ROWS)
