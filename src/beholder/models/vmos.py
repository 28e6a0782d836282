"""VMOS: the MOS of a recording without a reference, second by second and as one score.

Three parts, each explicit:

1. *Spatial quality* of a picture each second, learned from people (`models.spatial`), less what physical faults of
   known size take (`models.faults`).
2. *What happened to it*: black or broken pictures, flicker and too few new pictures lower the second in which they
   occur (`models.seconds`); freezes and stalls lower the whole (`models.stalling`).
3. *Pooling* over time (`models.pooling`).

The loss ``5 - MOS`` is divided among its causes (`models.attribution`); the parts sum to it exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from beholder.models.attribution import spatial_parts
from beholder.models.causes import CAUSES
from beholder.models.faults import kept_share, lost_shares
from beholder.models.model import Verdict
from beholder.models.pooling import pooling_weights
from beholder.models.seconds import BROKEN, RHYTHM, STALLS, Seconds
from beholder.models.spatial import SpatialModel
from beholder.models.stalling import stall_factor
from beholder.types import Event, Evidence, Floats, Picture, Profile, Score, Series

__all__ = ["Vmos"]

MOS_TYPE = "MOS-VQO"  # ITU-T P.800.1: video quality, objective (estimated)
BEST, WORST = 5.0, 1.0
STILL_SHARE = 0.8  # share lost in a second that is frozen, on the curve (the score itself uses the stall factor)
TEMPORAL_DOUBT = 0.35  # of the loss by time: half width that faults without rated recordings add to the interval
RATED_PROFILE = "pc"  # the rated stills filled a screen (models/data/spatial.json)
SPATIAL = "spatial_"  # how the names of the series of the spatial model begin
LOOKS = ("own", *CAUSES)  # those that the loss is divided by
NOTHING_SEEN = ("black", "blank")
FILMED = ("glare", "moire", "skew")
UNGROUNDED_DOUBT = 0.5  # half width of sub-scores that no panel has rated


@dataclass(frozen=True, slots=True)
class Vmos:
    """The default model. Weights are loaded once; instances may be shared between recordings.

    Examples
    --------
    >>> Vmos.load().name
    'vmos'
    """

    eye: SpatialModel
    name: str = "vmos"
    version: str = "1.1"

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
        """Spatial quality of one picture, the half width of its 95 % interval, and what the quality is made of."""
        seen = self.eye.look(picture, display_height=profile.display_height)
        return {f"{SPATIAL}{name}": value for name, value in seen.items()}

    def judge(self, evidence: Evidence, profile: Profile) -> Verdict:
        """Judge a recording; see the module's text for the steps."""
        seconds = Seconds.of(evidence)
        eye, doubt = seconds.spatial("spatial_quality"), seconds.spatial("spatial_doubt")
        severity = seconds.severities()
        looks = {name: seconds.spatial(SPATIAL + name) for name in LOOKS if SPATIAL + name in evidence.series}
        shares = lost_shares(severity, looks)
        clarity = WORST + (eye - WORST) * (kept_share(shares) if shares else 1.0)
        parts, kept = _happened(seconds, clarity, spatial_parts(eye, clarity, severity, shares, looks))
        weights = pooling_weights(kept, seconds.t, seconds.duration)
        pooled = float(weights @ kept)
        stalls = [e for e in evidence.events if e.kind in STALLS]
        moving = stall_factor([e.span.duration for e in stalls], duration=seconds.duration)
        mos = WORST + (pooled - WORST) * moving
        factors = {name: float(weights @ part) for name, part in parts.items()}
        factors |= _shared(stalls, pooled - mos)
        by_time = float(weights @ clarity) - mos
        half = float(np.hypot(weights @ doubt, TEMPORAL_DOUBT * by_time))
        state = _State(self, evidence, grounded=_is_grounded(evidence, profile))
        return Verdict(
            state.score(mos, half),
            state.sub_scores(seconds, clarity, doubt, weights, moving),
            _curves(seconds, clarity, doubt, kept, parts),
            factors,
            _costs(evidence.events, factors),
        )


@dataclass(frozen=True, slots=True)
class _State:
    """What every score of one recording has in common."""

    model: Vmos
    evidence: Evidence
    grounded: bool

    def score(self, mos: float, half: float, *, grounded: bool | None = None) -> Score:
        mos = float(np.clip(mos, WORST, BEST))
        interval = max(WORST, mos - half), min(BEST, mos + half)
        share = float(self.evidence.facts.get("measured_share", 1.0))
        grounded = self.grounded if grounded is None else grounded
        return Score(mos, interval, MOS_TYPE, self.model.name, self.model.version, grounded, share)

    def sub_scores(
        self, seconds: Seconds, clarity: Floats, doubt: Floats, weights: Floats, moving: float
    ) -> dict[str, Score]:
        scale = BEST - WORST
        smooth = WORST + scale * float(weights @ seconds.kept(RHYTHM))
        playback = WORST + scale * float(weights @ seconds.kept(BROKEN)) * moving
        own = pooling_weights(clarity, seconds.t, seconds.duration)
        return {
            "clarity": self.score(float(own @ clarity), float(own @ doubt)),
            "smoothness": self.score(smooth, UNGROUNDED_DOUBT, grounded=False),
            "playback": self.score(playback, UNGROUNDED_DOUBT, grounded=False),
        }


def _is_grounded(evidence: Evidence, profile: Profile) -> bool:
    """Whether rated material like this stands behind the score: screen-size viewing, standard range, not filmed."""
    filmed = any(event.kind in FILMED for event in evidence.events)
    return profile.name == RATED_PROFILE and not evidence.facts.get("hdr") and not filmed


def _happened(seconds: Seconds, clarity: Floats, parts: Mapping[str, Floats]) -> tuple[dict[str, Floats], Floats]:
    """Add to the spatial parts what events took from each second; stalls are not in it. Also gives what is left."""
    found, kept = dict(parts), clarity
    for name, share in seconds.losses(BROKEN + RHYTHM).items():
        found[name] = (kept - WORST) * share
        kept = kept - found[name]
    for kind in NOTHING_SEEN:
        found = _all_to(kind, found, seconds.covered((kind,)))
    return found, kept


def _all_to(kind: str, parts: Mapping[str, Floats], covered: Floats) -> dict[str, Floats]:
    """Give the whole loss of the seconds that a kind covers to it: where nothing is seen, nothing else is at fault."""
    if not covered.any():
        return dict(parts)
    found = {name: part * (1.0 - covered) for name, part in parts.items()}
    lost = np.sum(list(parts.values()), axis=0)
    found[kind] = found.get(kind, np.zeros_like(covered)) + lost * covered
    return found


def _shared(events: Sequence[Event], lost: float) -> dict[str, float]:
    """Divide a loss among kinds by how long their events lasted."""
    total = sum(e.span.duration for e in events)
    return {
        kind: lost * sum(e.span.duration for e in events if e.kind == kind) / total
        for kind in sorted({e.kind for e in events})
    }


def _costs(events: Sequence[Event], factors: Mapping[str, float]) -> tuple[tuple[Event, float], ...]:
    """Each event's share of its factor, by strength and length."""
    weight = [max(e.strength, 0.05) * max(e.span.duration, 0.05) for e in events]
    total: dict[str, float] = {}
    for event, one in zip(events, weight, strict=True):
        total[event.kind] = total.get(event.kind, 0.0) + one
    return tuple(
        (event, factors.get(event.kind, 0.0) * one / total[event.kind])
        for event, one in zip(events, weight, strict=True)
    )


def _curves(
    seconds: Seconds, clarity: Floats, doubt: Floats, kept: Floats, parts: Mapping[str, Floats]
) -> tuple[Series, ...]:
    scale = BEST - WORST
    still = STILL_SHARE * seconds.covered(STALLS)
    mos = WORST + (kept - WORST) * (1.0 - still)
    half = np.hypot(doubt, TEMPORAL_DOUBT * (clarity - mos))
    curves = {
        "mos": mos,
        "mos_low": np.maximum(mos - half, WORST),
        "mos_high": np.minimum(mos + half, BEST),
        "clarity": clarity,
        "smoothness": WORST + scale * seconds.kept(RHYTHM),
        "playback": WORST + scale * seconds.kept(BROKEN) * (1.0 - still),
    }
    lost = dict(parts)
    for kind in STALLS:
        share = STILL_SHARE * seconds.covered((kind,))
        if share.any():
            lost[kind] = (kept - WORST) * share
    return tuple(
        [Series(n, seconds.t, y.astype(np.float32), "MOS", "higher", WORST, BEST) for n, y in curves.items()]
        + [Series(f"factor_{n}", seconds.t, y.astype(np.float32), "MOS", "lower", 0.0, scale) for n, y in lost.items()]
    )
