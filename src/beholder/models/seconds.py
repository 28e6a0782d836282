"""A recording asked second by second: its spatial quality, and what events took away from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from beholder.types import Event, Evidence, Floats, Span, Times

__all__ = ["BROKEN", "RHYTHM", "STALLS", "Seconds", "loss_of"]

STALLS = ("freeze", "buffering")
RHYTHM = ("low_frame_rate", "stutter")

# Share of what is above MOS 1 that a second loses while the event lasts at full strength (half of it at strength 0).
# No rated recordings with these faults are at hand: the figures say "nearly all", "half", "a third", no more.
PICTURE_LOSS = {
    "black": 0.85,
    "blank": 0.85,
    "corruption": 0.6,
    "flicker": 0.5,
    "loading_animation": 0.3,
    "low_page_content": 0.3,
}
BROKEN = tuple(PICTURE_LOSS)
HIDING = ("black", "blank", "low_page_content")
# Too few new pictures per second: loss = 0.45 * (1 - rate / 24) ** 1.2 follows the published curves of frame-rate
# studies (0.20 at 12, 0.32 at 6 pictures per second; compare ITU-T P.1203.1 clause 8.1.3).
RATE_ENOUGH, RATE_LOSS, RATE_POWER = 24.0, 0.45, 1.2
STUTTER_LOSS = 0.25  # share lost in a second of the unevenest rhythm that the detector grades
MOSTLY = 0.5
SEVERITY = "severity_"  # series names of `features.severity`


def loss_of(event: Event) -> float:
    """Share of the quality above MOS 1 that an event takes while it lasts; 0 for kinds priced elsewhere.

    Examples
    --------
    >>> round(loss_of(Event("low_frame_rate", Span(0, 5), 0.5, {"rate_fps": 12.0})), 2)
    0.2
    """
    if event.kind == "low_frame_rate":
        missing = max(0.0, 1.0 - float(event.evidence["rate_fps"]) / RATE_ENOUGH)
        return float(RATE_LOSS * missing**RATE_POWER)
    if event.kind == "stutter":
        return STUTTER_LOSS * event.strength
    return PICTURE_LOSS.get(event.kind, 0.0) * (0.5 + 0.5 * event.strength)


@dataclass(frozen=True, slots=True)
class Seconds:
    """Bins of one second; the last may be shorter.

    Attributes
    ----------
    evidence : Evidence
        With ``spatial_quality`` and ``spatial_doubt``.
    duration : float
        Seconds in all.
    t : Times, shape (n,)
        Where each bin starts.
    """

    evidence: Evidence
    duration: float
    t: Times

    @classmethod
    def of(cls, evidence: Evidence) -> Seconds:
        """Bins for the whole recording."""
        duration = max(float(evidence.facts["duration_s"]), 1e-3)
        return cls(evidence, duration, np.arange(max(1, int(np.ceil(duration - 1e-6))), dtype=np.float64))

    def spatial(self, name: str) -> Floats:
        """Give a looked-at series in each second; where the picture is hidden, as in the seconds around."""
        looks = self.evidence.series[name]
        hidden = self.covered(HIDING)[np.clip(looks.t.astype(int), 0, self.t.size - 1)] > MOSTLY
        seen = np.isfinite(looks.y) & ~hidden
        if not seen.any():
            seen = np.isfinite(looks.y)
        middle = np.minimum(self.t + 0.5, self.duration)
        return np.asarray(np.interp(middle, looks.t[seen], looks.y[seen]), np.float32)

    def severities(self) -> dict[str, Floats]:
        """Severity of each physical fault in each second; 0 where it could not be measured."""
        found = {}
        for name, series in self.evidence.series.items():
            if name.startswith(SEVERITY) and series.t.size:
                known = np.isfinite(series.y)
                middle = np.minimum(self.t + 0.5, self.duration)
                values = np.interp(middle, series.t[known], series.y[known]) if known.any() else np.zeros(self.t.size)
                found[name.removeprefix(SEVERITY)] = np.asarray(values, np.float32)
        return found

    def covered(self, kinds: Sequence[str]) -> Floats:
        """Share of each second that events of these kinds cover."""
        share = np.zeros(self.t.size, np.float32)
        for event in self.evidence.events:
            if event.kind in kinds:
                share += self.overlap(event.span)
        return np.minimum(share, np.float32(1.0))

    def losses(self, kinds: Sequence[str]) -> dict[str, Floats]:
        """Share of the quality above MOS 1 that each second loses to events, by kind."""
        found: dict[str, Floats] = {}
        for event in self.evidence.events:
            loss = np.float32(loss_of(event))
            if event.kind in kinds and loss > 0:
                before = found.get(event.kind, np.zeros(self.t.size, np.float32))
                found[event.kind] = np.maximum(before, self.overlap(event.span) * loss)
        return found

    def kept(self, kinds: Sequence[str]) -> Floats:
        """Share of the quality above MOS 1 that events of these kinds leave in each second."""
        kept = np.ones(self.t.size, np.float32)
        for share in self.losses(kinds).values():
            kept = kept * (1.0 - share)
        return kept

    def overlap(self, span: Span) -> Floats:
        """Share of each second that lies in `span`."""
        ends = np.minimum(self.t + 1.0, self.duration)
        inside = np.minimum(ends, span.end) - np.maximum(self.t, span.start)
        return np.clip(inside / np.maximum(ends - self.t, 1e-9), 0.0, 1.0).astype(np.float32)
