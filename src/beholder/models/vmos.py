"""VMOS: the MOS of a recording without a reference, second by second and as one score.

Three parts, each explicit:

1. *Spatial quality* of a picture each second, learned from people (`models.spatial`).
2. *What happened to it*: black or broken pictures, flicker and too few new pictures lower the second in which they
   occur; freezes and stalls lower the whole (`models.stalling`).
3. *Pooling* over time (`models.pooling`).

The loss ``5 - MOS`` is divided among its causes (`models.attribution`); the parts sum to it exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from beholder.models.attribution import spatial_parts
from beholder.models.model import Verdict
from beholder.models.pooling import pooling_weights
from beholder.models.spatial import SpatialModel
from beholder.models.stalling import stall_factor
from beholder.types import Event, Evidence, Floats, Picture, Profile, Score, Series, Span, Times

__all__ = ["Vmos"]

MOS_TYPE = "MOS-VQO"  # ITU-T P.800.1: video quality, objective (estimated)
BEST, WORST = 5.0, 1.0
STALLS = ("freeze", "buffering")

# Share of what is above MOS 1 that a second loses while the event lasts at full strength. No rated recordings with
# these faults are at hand; the figures say "nearly all", "half", "a third", and the score says so in its card.
PICTURE_LOSS = {
    "black": 0.85,
    "blank": 0.85,
    "corruption": 0.6,
    "flicker": 0.5,
    "loading_animation": 0.3,
    "low_page_content": 0.3,
}
STILL_SHARE = 0.8  # share lost in a second that is frozen, as shown on the curve (the score itself uses stall_factor)
# Too few new pictures per second: loss = 0.45 * (1 - rate / 24) ** 1.2, which follows the published curves of
# frame-rate studies (0.20 at 12, 0.32 at 6 pictures per second; compare ITU-T P.1203.1 clause 8.1.3).
RATE_ENOUGH, RATE_LOSS, RATE_POWER = 24.0, 0.45, 1.2
STUTTER_LOSS = 0.25  # share lost in a second with the unevenest rhythm that the detector knows
TEMPORAL_DOUBT = 0.35  # of the loss by time: half width that unrated faults add to the interval


@dataclass(frozen=True, slots=True)
class Vmos:
    """The default model. Weights are loaded once; instances may be shared between recordings.

    Examples
    --------
    >>> model = Vmos.load()
    >>> model.name
    'vmos'
    """

    spatial: SpatialModel
    name: str = "vmos"
    version: str = "1.0"

    @classmethod
    def load(cls, *, threads: int = 1) -> Vmos:
        """Load the weights that come with the package.

        Raises
        ------
        ModelError
            When they are damaged.
        """
        return cls(SpatialModel.load(threads))

    def look(self, picture: Picture, profile: Profile) -> Mapping[str, float]:
        """Spatial quality of one picture and the half width of its 95 % interval."""
        quality, doubt = self.spatial.predict(picture, display_height=profile.display_height)
        return {"spatial_quality": quality, "spatial_doubt": doubt}

    def judge(self, evidence: Evidence, profile: Profile) -> Verdict:
        """Judge a recording; see the module's text for the steps."""
        duration = float(evidence.facts["duration_s"])
        t = np.arange(max(1, int(np.ceil(duration - 1e-6))), dtype=np.float64)
        second = _Seconds(t, duration, evidence)
        quality, doubt = second.quality()
        parts = spatial_parts(evidence, quality, t)
        kept = quality
        for name, share in second.losses().items():
            parts[name] = (kept - WORST) * share
            kept = kept - parts[name]
        weights = pooling_weights(kept, t, duration)
        pooled = float(weights @ kept)
        factors = {name: float(weights @ part) for name, part in parts.items()}
        stalls = [e for e in evidence.events if e.kind in STALLS]
        moving = stall_factor([e.span.duration for e in stalls], duration=max(duration, 1e-3))
        factors |= _stall_factors(stalls, (pooled - WORST) * (1.0 - moving))
        mos = WORST + (pooled - WORST) * moving
        lost = BEST - mos - float(weights @ (BEST - quality))
        half = float(np.hypot(weights @ doubt, TEMPORAL_DOUBT * lost))
        score = self._score(mos, half, evidence, grounded=profile.name == "pc")
        shown = WORST + (kept - WORST) * (1.0 - STILL_SHARE * second.covered(STALLS))
        series = _curves(t, shown, np.hypot(doubt, TEMPORAL_DOUBT * (quality - shown)), quality, second, parts)
        clarity = float(pooling_weights(quality, t, duration) @ quality)
        scores = {
            "clarity": self._score(clarity, float(weights @ doubt), evidence, grounded=profile.name == "pc"),
            "smoothness": self._score(second.smoothness(weights), 0.5, evidence, grounded=False),
            "playback": self._score(second.playback(weights) * moving + WORST * (1 - moving), 0.5, evidence, grounded=False),
        }
        return Verdict(score, scores, series, factors, _costs(evidence.events, factors))

    def _score(self, mos: float, half: float, evidence: Evidence, *, grounded: bool) -> Score:
        mos = float(np.clip(mos, WORST, BEST))
        low, high = max(WORST, mos - half), min(BEST, mos + half)
        share = float(evidence.facts.get("measured_share", 1.0))
        return Score(mos, (low, high), MOS_TYPE, self.name, self.version, grounded, share)


@dataclass(frozen=True, slots=True)
class _Seconds:
    """The evidence of a recording, asked second by second."""

    t: Times
    duration: float
    evidence: Evidence

    def quality(self) -> tuple[Floats, Floats]:
        """Spatial quality and doubt of each second; where nothing is to be seen, those of the seconds around."""
        looks = self.evidence.series["spatial_quality"]
        doubt = self.evidence.series["spatial_doubt"]
        hidden = self.covered(("black", "blank"))
        seen = np.isfinite(looks.y) & (hidden[np.clip(looks.t.astype(int), 0, self.t.size - 1)] < 0.5)  # noqa: PLR2004 - mostly hidden
        if not seen.any():
            seen = np.isfinite(looks.y)
        middle = np.minimum(self.t + 0.5, self.duration)
        quality = np.interp(middle, looks.t[seen], looks.y[seen])
        return quality.astype(np.float32), np.interp(middle, doubt.t[seen], doubt.y[seen]).astype(np.float32)

    def covered(self, kinds: tuple[str, ...]) -> Floats:
        """Share of each second that events of these kinds cover, weighed by nothing."""
        share = np.zeros(self.t.size, np.float32)
        for event in self.evidence.events:
            if event.kind in kinds:
                share += self._overlap(event.span)
        return np.minimum(share, 1.0)

    def losses(self) -> dict[str, Floats]:
        """Share of the quality above MOS 1 that each second loses, by kind."""
        found: dict[str, Floats] = {}
        for event in self.evidence.events:
            loss = _loss(event)
            if loss > 0:
                lost = self._overlap(event.span) * np.float32(loss)
                found[event.kind] = np.maximum(found.get(event.kind, np.float32(0.0)), lost)
        return found

    def smoothness(self, weights: Floats) -> float:
        """MOS that the rhythm of pictures alone would leave."""
        return self._left(weights, ("low_frame_rate", "stutter"))

    def playback(self, weights: Floats) -> float:
        """MOS that missing and broken pictures alone would leave."""
        return self._left(weights, tuple(PICTURE_LOSS))

    def _left(self, weights: Floats, kinds: tuple[str, ...]) -> float:
        return WORST + (BEST - WORST) * float(weights @ self.kept(kinds))

    def kept(self, kinds: tuple[str, ...]) -> Floats:
        """Share of the quality above MOS 1 that events of these kinds leave in each second."""
        kept = np.ones(self.t.size, np.float32)
        for name, share in self.losses().items():
            if name in kinds:
                kept = kept * (1.0 - share)
        return kept

    def _overlap(self, span: Span) -> Floats:
        ends = np.minimum(self.t + 1.0, self.duration)
        length = np.maximum(ends - self.t, 1e-9)
        inside = np.minimum(ends, span.end) - np.maximum(self.t, span.start)
        return np.clip(inside / length, 0.0, 1.0).astype(np.float32)


def _loss(event: Event) -> float:
    if event.kind == "low_frame_rate":
        return RATE_LOSS * max(0.0, 1.0 - float(event.evidence["rate_fps"]) / RATE_ENOUGH) ** RATE_POWER
    if event.kind == "stutter":
        return STUTTER_LOSS * event.strength
    return PICTURE_LOSS.get(event.kind, 0.0) * (0.5 + 0.5 * event.strength)


def _stall_factors(stalls: list[Event], lost: float) -> dict[str, float]:
    total = sum(e.span.duration for e in stalls)
    kinds = {e.kind for e in stalls}
    return {k: lost * sum(e.span.duration for e in stalls if e.kind == k) / total for k in kinds} if total else {}


def _costs(events: tuple[Event, ...], factors: Mapping[str, float]) -> tuple[tuple[Event, float], ...]:
    """Each event's share of its factor, by strength and length."""
    weight = [max(e.strength, 0.05) * max(e.span.duration, 0.05) for e in events]
    total: dict[str, float] = {}
    for event, w in zip(events, weight, strict=True):
        total[event.kind] = total.get(event.kind, 0.0) + w
    return tuple(
        (e, factors.get(e.kind, 0.0) * w / total[e.kind]) for e, w in zip(events, weight, strict=True)
    )


def _curves(
    t: Times, mos: Floats, half: Floats, clarity: Floats, second: _Seconds, parts: Mapping[str, Floats]
) -> tuple[Series, ...]:
    scale = BEST - WORST
    smooth = WORST + scale * second.kept(("low_frame_rate", "stutter"))
    playback = WORST + scale * second.kept(tuple(PICTURE_LOSS)) * (1.0 - STILL_SHARE * second.covered(STALLS))
    curves = {
        "mos": mos,
        "mos_low": np.maximum(mos - half, WORST),
        "mos_high": np.minimum(mos + half, BEST),
        "clarity": clarity,
        "smoothness": smooth,
        "playback": playback,
    }
    series = [Series(n, t, np.asarray(y, np.float32), "MOS", "higher", WORST, BEST) for n, y in curves.items()]
    still = {k: (second.kept(tuple(PICTURE_LOSS)) * 0 + second.covered((k,))) for k in STALLS}
    shown = dict(parts) | {k: (clarity - WORST) * STILL_SHARE * share for k, share in still.items() if share.any()}
    series += [Series(f"factor_{n}", t, np.asarray(y, np.float32), "MOS", "lower", 0.0, scale) for n, y in shown.items()]
    return tuple(series)
