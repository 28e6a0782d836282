"""The contract that every model keeps, ours and those of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from beholder.errors import UsageError
from beholder.types import Event, Evidence, Picture, Profile, Score, Series

__all__ = ["PROFILES", "Model", "Verdict", "profile_named"]

# Heights at which the picture is seen. The rated stills (models/data/spatial.json) were seen filling a screen, which
# 1080 stands for; a phone held at arm's length resolves fewer lines of it, a large screen shows more of each flaw.
PROFILES = {
    "phone": Profile("phone", 720),
    "pc": Profile("pc", 1080),
    "tv": Profile("tv", 1440),
}


def profile_named(name: str) -> Profile:
    """Give the profile called `name`.

    Raises
    ------
    UsageError
        When there is none of that name.
    """
    if name not in PROFILES:
        raise UsageError("--profile", f"there is no profile {name!r}", f"choose one of {', '.join(PROFILES)}")
    return PROFILES[name]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a model says of a recording.

    Attributes
    ----------
    score : Score
    scores : Mapping[str, Score]
        Sub-scores by name.
    series : tuple of Series
        ``mos``, ``mos_low``, ``mos_high``, sub-scores and ``factor_<name>``, one value per second.
    factors : Mapping[str, float]
        MOS lost by cause; with ``unexplained`` they sum to 5 - MOS.
    costs : Mapping[Event, float]
        MOS lost by each event: its share of its factor, in the order of the evidence's events.
    """

    score: Score
    scores: Mapping[str, Score]
    series: tuple[Series, ...]
    factors: Mapping[str, float]
    costs: tuple[tuple[Event, float], ...] = field(default=())


@runtime_checkable
class Model(Protocol):
    """Judges a recording in two steps: looks at a picture each second, then judges all that is known.

    Attributes
    ----------
    name, version : str
        Stated with every score. An edit that changes scores raises the version.
    """

    @property
    def name(self) -> str:
        """Name of the model."""

    @property
    def version(self) -> str:
        """Version of the model and its weights."""

    def look(self, picture: Picture, profile: Profile) -> Mapping[str, float]:
        """Measure one picture, RGB as shown; the keys become series of the evidence."""

    def judge(self, evidence: Evidence, profile: Profile) -> Verdict:
        """Judge a recording from its series, events and facts."""
