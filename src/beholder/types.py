"""The nouns of Beholder: frozen values that every room shares.

Conventions
-----------
Time is seconds (``float``) on the *media clock*: zero is the first picture of
the recording (the first sound sample when there is no picture). Spans are half
open. Arrays of time are float64, arrays of values float32; a missing value is
NaN, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Better",
    "Clock",
    "Event",
    "Evidence",
    "Floats",
    "Issue",
    "Kpi",
    "Picture",
    "Profile",
    "Result",
    "Score",
    "Series",
    "Severity",
    "Skipped",
    "Span",
    "Times",
]

Floats = NDArray[np.float32]
"""Values of a series: float32, NaN where nothing was measured."""
Times = NDArray[np.float64]
"""Time stamps: float64 seconds on the media clock, not decreasing."""
Picture = NDArray[np.uint8]
"""Pixels, uint8 full range (0 black .. 255 white); shape (height, width) or (height, width, 3) RGB."""
Better = Literal["higher", "lower", "neither"]
"""Which direction of a series is the better one."""
Severity = Literal["minor", "major", "critical"]
"""How much an issue matters: seen by few, seen by most, changes the verdict."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch of time, ``[start, end)`` in seconds on the media clock.

    Raises
    ------
    ValueError
        When `end` lies before `start`.

    Examples
    --------
    >>> (Span(1.0, 3.0) & Span(2.0, 5.0)).duration
    1.0
    >>> bool(Span(1.0, 2.0) & Span(2.0, 3.0))
    False
    """

    start: float
    end: float

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"a span must not end ({self.end}) before it starts ({self.start})")

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.end - self.start

    def __bool__(self) -> bool:
        return self.end > self.start

    def __and__(self, other: Span) -> Span:
        start = max(self.start, other.start)
        return Span(start, max(start, min(self.end, other.end)))

    def __contains__(self, t: float) -> bool:
        return self.start <= t < self.end


@dataclass(frozen=True, slots=True)
class Clock:
    """Maps another clock onto the media clock: ``media = offset + (1 + drift) * other``.

    `offset` in seconds, `drift` in seconds per second, `confidence` 0..1.

    Examples
    --------
    >>> Clock(offset=2.0).to_media(1.5)
    3.5
    """

    offset: float = 0.0
    drift: float = 0.0
    confidence: float = 1.0

    def to_media(self, t: float) -> float:
        """Give the media time of time `t` on the other clock."""
        return self.offset + (1.0 + self.drift) * t


@dataclass(frozen=True, slots=True)
class Series:
    """One measure over time.

    Attributes
    ----------
    name : str
        Lower case, words joined by ``_``.
    t : Times, shape (n,)
        Seconds on the media clock, not decreasing.
    y : Floats, shape (n,)
        The values; NaN where nothing was measured.
    unit : str
        ``""`` for pure numbers.
    better : {"higher", "lower", "neither"}
    low, high : float
        The range that the measure can take (NaN when open).

    Raises
    ------
    ValueError
        When `t` and `y` differ in shape.
    """

    name: str
    t: Times
    y: Floats
    unit: str = ""
    better: Better = "neither"
    low: float = float("nan")
    high: float = float("nan")

    def __post_init__(self) -> None:
        if self.t.shape != self.y.shape or self.t.ndim != 1:
            raise ValueError(f"series {self.name}: t {self.t.shape} and y {self.y.shape} must be vectors of one length")

    def within(self, span: Span) -> Floats:
        """Values whose time lies in `span`."""
        first, last = np.searchsorted(self.t, [span.start, span.end])
        return self.y[first:last]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, with no price on it yet.

    Attributes
    ----------
    kind : str
        One word, or words joined by ``_`` (``freeze``, ``low_frame_rate``).
    span : Span
    strength : float
        How strong, 0 (just noticeable) .. 1 (as bad as it gets).
    evidence : Mapping[str, float | str]
        The figures that the detector decided on, by name, unit in the name.
    """

    kind: str
    span: Span
    strength: float
    evidence: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a recording on one clock: series by name, events, facts.

    `facts` holds plain values (``width``, ``height``, ``fps``, ``duration_s`` ...).
    """

    series: Mapping[str, Series] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    clock: Clock = Clock()


@dataclass(frozen=True, slots=True)
class Score:
    """A Mean Opinion Score; it never travels without interval, type, model and version.

    Attributes
    ----------
    mos : float
        1 (bad) .. 5 (excellent).
    ci95 : tuple of float
        Where the mean vote of a panel is expected to lie, 95 times in 100.
    mos_type : str
        In the words of ITU-T P.800.1, for example ``MOS-VQO`` (video quality, objective).
    model, version : str
    grounded : bool
        False when neither a standard's table nor validated data stands behind the score.
    measured_share : float
        Share of the material that was measured, 0..1.
    """

    mos: float
    ci95: tuple[float, float]
    mos_type: str
    model: str
    version: str
    grounded: bool = True
    measured_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Kpi:
    """How one KPI moved during an issue: its median inside and outside of the span."""

    name: str
    inside: float
    outside: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """An event, what it cost, which KPIs moved with it, and why, in plain words.

    `severity` is ``minor`` | ``major`` | ``critical``; `mos_cost` is the event's share of its factor (MOS lost).
    """

    id: str
    kind: str
    span: Span
    severity: Severity
    mos_cost: float
    evidence: Mapping[str, float | str]
    explanation: str
    kpis: tuple[Kpi, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that could not run, and the reason."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Profile:
    """How people watch: the height in pixels at which the picture is seen.

    `name` is ``phone``, ``pc`` or ``tv``; `display_height` in pixels.
    """

    name: Literal["phone", "pc", "tv"]
    display_height: int


@dataclass(frozen=True, slots=True)
class Result:
    """One envelope for everything that is scored (schema ``beholder.result/1``).

    Attributes
    ----------
    subject : Mapping
        ``kind``, ``path``, ``sha256``, ``duration_s`` and the facts of the kind.
    score : Score or None
        None when nothing could be scored (then `skipped` says why).
    scores : Mapping[str, Score]
        Sub-scores and other models: ``clarity``, ``smoothness``, ``playback`` ...
    series : Mapping[str, Series]
        The timeline; grids may differ between series.
    factors : Mapping[str, float]
        MOS lost per cause; with ``unexplained`` they sum to 5 - MOS.
    issues : tuple of Issue
        Ordered by cost, the dearest first.
    """

    subject: Mapping[str, Any]
    score: Score | None
    scores: Mapping[str, Score] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    correlations: tuple[Mapping[str, Any], ...] = ()
    sync: Mapping[str, Any] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
