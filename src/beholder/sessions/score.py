"""From a file to a result: measure, detect, judge, and tell it as issue cards."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from beholder.events.detector import Detector
from beholder.events.registry import detectors
from beholder.events.slow_response import input_times
from beholder.events.told_once import told_once
from beholder.inputs import read_kpis
from beholder.media import Region
from beholder.models.model import Model, Verdict, profile_named
from beholder.models.vmos import Vmos
from beholder.sessions.explain import explain
from beholder.sessions.kpis import correlations, moved, outside
from beholder.sessions.measure import Measured, Progress, measure
from beholder.types import Event, Evidence, Issue, Result, Series, Severity, Skipped

__all__ = ["detect", "result_of", "score"]

MAJOR, CRITICAL = 0.3, 1.0  # MOS lost: a third of a category is seen by most, a whole one changes the verdict
NOT_PRICED = frozenset(  # kinds that the score of the picture does not cover: sound, waiting, how a screen was filmed
    {"clipping", "dropout", "glare", "level", "moire", "silence", "skew", "slow_response", "slow_start", "sound_noise"}
)
MAJOR_STRENGTH, CRITICAL_STRENGTH = 0.4, 0.8  # for these
READ_BYTES = 1 << 20
SHOWN_RATE = 4.0  # values per second at most: denser series stay out of the result (``beholder features`` has them)


def score(
    path: str | os.PathLike[str],
    *,
    kpi: str | os.PathLike[str] | None = None,
    profile: str = "pc",
    region: Region | None = None,
    masks: Sequence[Region] = (),
    threads: int = 1,
    model: Model | None = None,
    progress: Progress | None = None,
) -> Result:
    """Score one recording.

    Parameters
    ----------
    path : str or path
        Any recording that FFmpeg's decoders open.
    kpi : str or path, optional
        CSV of KPIs on the clock of the recording.
    profile : {"pc", "phone", "tv"}
        How people watch.
    region : Region, optional
        Part of the upright picture to judge.
    masks : sequence of Region
        Parts of the upright picture to leave out (clocks, status bars).
    threads : int
        The result is the same for any number.
    model : Model, optional
        The default is `Vmos`; give a loaded one to score many files.
    progress : callable, optional
        Called with seconds done and seconds in all.

    Returns
    -------
    Result

    Raises
    ------
    MediaError
        When the file cannot be opened or holds no picture.
    TableError
        When the KPI file cannot be read.
    UsageError
        When the profile is unknown.

    Examples
    --------
    >>> import beholder
    >>> result = beholder.score("recording.mp4")  # doctest: +SKIP
    >>> result.score.mos  # doctest: +SKIP
    3.87
    """
    viewed = profile_named(profile)
    kpis = read_kpis(kpi) if kpi is not None else {}
    judge = model or Vmos.load(threads=threads)
    measured = measure(
        path, model=judge, profile=viewed, threads=threads, region=region, masks=tuple(masks), progress=progress
    )
    told = replace(measured.evidence, facts={**measured.evidence.facts, "inputs": input_times(kpis)})
    events, skipped = detect(told)
    evidence = replace(measured.evidence, events=tuple(events))
    verdict = judge.judge(evidence, viewed)
    measured = Measured(evidence, measured.skipped + tuple(skipped) + outside(kpis, evidence.facts["duration_s"]))
    return result_of(Path(path), measured, verdict, kpis)


def detect(evidence: Evidence, found: Sequence[Detector] | None = None) -> tuple[list[Event], list[Skipped]]:
    """Run detectors (all that are registered, unless given) over the evidence."""
    events: list[Event] = []
    skipped: list[Skipped] = []
    for detector in detectors() if found is None else found:
        missing = [name for name in detector.needs if name not in evidence.series]
        if missing:
            reason = f"needs {', '.join(missing)}, which this recording does not give"
            skipped.append(Skipped(", ".join(detector.kinds), reason))
        else:
            events += detector.detect(evidence)
    return sorted(told_once(events), key=lambda e: (e.span, e.kind)), skipped


def result_of(path: Path, measured: Measured, verdict: Verdict, kpis: Mapping[str, Series]) -> Result:
    """Put the parts into one envelope."""
    shown = {s.name: s for s in (*verdict.series, *_shown(measured.evidence), *kpis.values())}
    facts = {k: v for k, v in measured.evidence.facts.items() if k != "corrupt_times"}
    mos = shown["mos"]
    return Result(
        subject={"kind": "recording", "path": str(path), "sha256": _sha256(path)} | facts,
        score=verdict.score,
        scores=verdict.scores,
        series=shown,
        factors=verdict.factors,
        issues=_issues(verdict, kpis),
        correlations=correlations(mos, kpis),
        skipped=measured.skipped,
    )


def _shown(evidence: Evidence) -> list[Series]:
    duration = max(float(evidence.facts["duration_s"]), 1.0)
    return [s for s in evidence.series.values() if s.t.size <= SHOWN_RATE * (duration + 1.0)]


def _issues(verdict: Verdict, kpis: Mapping[str, Series]) -> tuple[Issue, ...]:
    ordered = sorted(verdict.costs, key=lambda pair: (-pair[1], -pair[0].strength, pair[0].span))
    numbers: dict[str, int] = {}
    issues = []
    for event, cost in ordered:
        numbers[event.kind] = numbers.get(event.kind, 0) + 1
        name = f"{event.kind}-{numbers[event.kind]}"
        severity = _severity(event, cost)
        issues.append(
            Issue(name, event.kind, event.span, severity, cost, event.evidence, explain(event), moved(event.span, kpis))
        )
    return tuple(issues)


def _severity(event: Event, cost: float) -> Severity:
    major, critical, value = MAJOR, CRITICAL, cost
    if event.kind in NOT_PRICED:
        major, critical, value = MAJOR_STRENGTH, CRITICAL_STRENGTH, event.strength
    return "critical" if value >= critical else "major" if value >= major else "minor"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(READ_BYTES):
            digest.update(block)
    return digest.hexdigest()
