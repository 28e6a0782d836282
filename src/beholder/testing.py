"""What every detector and every model must keep, as checks for your own tests; ours pass the same ones.

Examples
--------
In the tests of a package that brings a detector and a model::

    from beholder.testing import check_detector, check_model

    def test_rain_keeps_the_contract():
        check_detector(Rain())

    def test_mine_keeps_the_contract():
        check_model(Mine.load())
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

import numpy as np

from beholder.events.detector import Detector
from beholder.models.model import PROFILES, Model, Verdict
from beholder.types import Event, Evidence, Floats, Picture, Score, Series, Span

__all__ = ["check_detector", "check_model", "evidence_of"]

SECONDS = 12
RATE = 30.0
FACTS = {
    "width": 1280,
    "height": 720,
    "fps": RATE,
    "duration_s": float(SECONDS),
    "frames": int(SECONDS * RATE),
    "codec": "h264",
    "pix_fmt": "yuv420p",
    "color_range": "tv",
    "transfer": "bt709",
    "rotation": 0,
    "has_sound": True,
    "measured_share": 1.0,
    "corrupt_frames": 0,
    "corrupt_times": (),
    "picture_series": (),
}
KIND = re.compile(r"[a-z]+(_[a-z]+)*")
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
FACTORS_SLACK = 1e-3  # MOS: series are float32


def check_detector(detector: object, *evidence: Evidence) -> None:
    """Check that a detector keeps its contract, on evidence that holds nothing, little, gaps and noise, and on yours.

    It declares kinds and needs; gives events of those kinds alone, in the order of their start, those of one kind apart
    from each other, inside the recording, strength 0..1, with plain finite evidence; gives the same for the same; and
    leaves the series as they were.

    Raises
    ------
    AssertionError
        With the rule that is broken.
    """
    if not isinstance(detector, Detector):
        raise AssertionError(f"{detector!r} must have kinds, needs and detect(evidence)")  # noqa: TRY004 - a broken rule
    _require(bool(detector.kinds) and all(map(KIND.fullmatch, detector.kinds)), f"kinds {detector.kinds!r}")
    _require(all(map(NAME.fullmatch, detector.needs)), f"needs {detector.needs!r}")
    for case in (*_hard_evidence(detector.needs), *evidence):
        events = detector.detect(case)
        _check_events(events, detector.kinds, float(case.facts["duration_s"]))
        _require(detector.detect(case) == events, "the same evidence must give the same events")


def check_model(model: object) -> None:
    """Check that a model keeps its contract on a short made-up recording, without and with events.

    It states name and version; looks at pictures without changing them and gives the same for the same; its score lies
    in 1..5 inside its interval and is NaN nowhere; its factors, with ``unexplained``, sum to 5 - MOS; every event has a
    cost that is not negative; a freeze never raises the score.

    Raises
    ------
    AssertionError
        With the rule that is broken.
    """
    if not isinstance(model, Model):
        raise AssertionError(f"{model!r} must have name, version, look and judge")  # noqa: TRY004 - a broken rule
    _require(bool(model.name) and bool(model.version), "name and version must be stated")
    profile = PROFILES["pc"]
    clean = evidence_of(_looks(model))
    freeze = Event("freeze", Span(4.0, 6.0), 0.5, {"mode": "pause", "duration_s": 2.0})
    verdicts = []
    for case in (clean, Evidence(clean.series, (freeze,), clean.facts)):
        verdict = model.judge(case, profile)
        _require(model.judge(case, profile).score == verdict.score, "the same evidence must give the same score")
        _check_verdict(verdict, case.events)
        verdicts.append(verdict)
    before, after = (verdict.score.mos for verdict in verdicts)
    _require(after <= before, f"a freeze raised the score from {before} to {after}")


def evidence_of(series: Mapping[str, Floats], *, seconds: float = SECONDS) -> Evidence:
    """Make evidence of bare values, each spread evenly over `seconds`, with the facts of a plain 720p recording."""
    made = {}
    for name, values in series.items():
        y = np.array(values, np.float32)
        y.flags.writeable = False
        t = np.arange(y.size, dtype=np.float64) * (seconds / max(y.size, 1))
        t.flags.writeable = False
        made[name] = Series(name, t, y)
    return Evidence(made, facts=FACTS | {"duration_s": float(seconds), "frames": int(seconds * RATE)})


def _hard_evidence(names: tuple[str, ...]) -> Iterator[Evidence]:
    """Series with nothing in them, one value, gaps alone, zeros, and noise of small and of large values with gaps."""
    n = int(SECONDS * RATE)
    for values in (np.zeros(0), np.zeros(1), np.full(n, np.nan), np.zeros(n)):
        yield evidence_of(dict.fromkeys(names, values.astype(np.float32)))
    rng = np.random.default_rng(1)
    for scale in (1.0, 255.0):
        noise = {name: (scale * rng.random(n)).astype(np.float32) for name in names}
        for values in noise.values():
            values[rng.random(n) < 0.1] = np.nan
        yield evidence_of(noise)


def _looks(model: Model) -> dict[str, Floats]:
    rng = np.random.default_rng(2)
    seen: dict[str, list[float]] = {}
    for _ in range(SECONDS):
        picture: Picture = rng.integers(0, 256, (180, 320, 3), np.uint8)
        picture.flags.writeable = False
        look = model.look(picture, PROFILES["pc"])
        _require(dict(model.look(picture, PROFILES["pc"])) == dict(look), "the same picture must give the same look")
        for name, value in look.items():
            _require(NAME.fullmatch(name) is not None, f"the look gives {name!r}, which is no name of a series")
            seen.setdefault(name, []).append(value)
    return {name: np.array(values, np.float32) for name, values in seen.items()}


def _check_events(events: list[Event], kinds: tuple[str, ...], duration: float) -> None:
    _require(events == sorted(events, key=lambda e: e.span.start), "events must come in the order of their start")
    for event in events:
        _require(event.kind in kinds, f"an event of kind {event.kind!r}, which is not declared")
        _require(0.0 <= event.strength <= 1.0, f"{event}: strength must lie in 0..1")
        inside = event.span.start >= 0.0 and event.span.end <= duration + 1.0
        _require(inside and event.span.duration > 0.0, f"{event}: the span must lie inside the recording")
        for name, value in event.evidence.items():
            plain = isinstance(value, str) or (isinstance(value, (int, float)) and math.isfinite(value))
            _require(NAME.fullmatch(name) is not None and plain, f"{event}: evidence {name} = {value!r}")
    for kind in kinds:
        own = [event.span for event in events if event.kind == kind]
        _require(not any(a & b for a, b in pairwise(own)), f"events of kind {kind} overlap")


def _check_verdict(verdict: Verdict, events: tuple[Event, ...]) -> None:
    for score in (verdict.score, *verdict.scores.values()):
        _check_score(score)
    total = sum(verdict.factors.values())
    _require("unexplained" in verdict.factors, "factors must hold 'unexplained'")
    lost = 5.0 - verdict.score.mos
    _require(abs(total - lost) <= FACTORS_SLACK, f"factors sum to {total}, but 5 - MOS is {lost}")
    _require(
        tuple(event for event, _ in verdict.costs) == events, "every event needs a cost, in the order of the events"
    )
    _require(all(cost >= 0.0 for _, cost in verdict.costs), "a cost must not be negative")
    curve = {series.name: series for series in verdict.series}.get("mos")
    if curve is None:
        raise AssertionError("the series must hold 'mos', one value per second")
    values = curve.y[np.isfinite(curve.y)]
    _require(values.size > 0 and bool(((values >= 1) & (values <= 5)).all()), "the curve 'mos' must lie in 1..5")


def _check_score(score: Score) -> None:
    low, high = score.ci95
    _require(1.0 <= low <= score.mos <= high <= 5.0, f"{score}: 1 <= low <= MOS <= high <= 5")
    _require(bool(score.model and score.version and score.mos_type), f"{score}: model, version and type must be stated")
    _require(0.0 <= score.measured_share <= 1.0, f"{score}: the measured share must lie in 0..1")


def _require(kept: bool, rule: str) -> None:  # noqa: FBT001 - reads like assert
    if not kept:
        raise AssertionError(rule)
