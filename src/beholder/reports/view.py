"""What the report's template is given: the result, put into words and bar lengths."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from beholder.reports.words import (
    COUNTS,
    FACT_DIGITS,
    VALUES,
    clock_time,
    cost_words,
    evidence_words,
    facts_in_words,
    figure,
    grade,
    label_and_unit,
    nothing_found,
    span_words,
    title,
    worst_window,
)
from beholder.types import Issue, Kpi, Result, Score

__all__ = ["page_context"]

SCALE = (1.0, 5.0)  # the MOS scale, ITU-T P.800.1
NAMES = frozenset({"series", "kpi", "with", "name", "what", "factor", "kind"})
"""Keys of a correlation whose value names a series."""
MANY_ISSUES = 12  # cards shown before "show all"


@dataclass(frozen=True, slots=True)
class Mark:
    """A score on the 1..5 scale; lengths are per mille of the scale."""

    title: str
    mos: str
    grade: str
    interval: str
    at: float
    low: float
    width: float
    score: Score


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of the way down from 5 to the score; lengths are per mille of the scale."""

    title: str
    lost: str
    start: float
    width: float
    kind: str


@dataclass(frozen=True, slots=True)
class Card:
    """One issue in words."""

    number: int
    issue: Issue
    title: str
    when: str
    duration: str
    cost: str
    evidence: tuple[tuple[str, str], ...]
    kpis: tuple[tuple[str, str, str], ...]
    still: str | None


def page_context(result: Result, *, stills: Mapping[str, str]) -> dict[str, Any]:
    """Prepare everything that the template prints.

    Parameters
    ----------
    result : Result
    stills : Mapping[str, str]
        Data URIs by issue id.

    Returns
    -------
    dict
        Names of the template.
    """
    subject = result.subject
    return {
        "name": PurePath(str(subject.get("path", "recording"))).name or "recording",
        "facts": facts_in_words(subject),
        "summary": _summary(result),
        "all_facts": [_fact(key, value) for key, value in subject.items()],
        "score": None if result.score is None else mark("Overall", result.score),
        "scores": [mark(title(name), score) for name, score in result.scores.items()],
        "worst": _worst(result),
        "steps": _steps(result),
        "lost": f"{5.0 - result.score.mos:.2f}" if result.score else "",
        "cards": [_card(n, issue, stills.get(issue.id)) for n, issue in enumerate(result.issues, start=1)],
        "nothing_found": nothing_found(result),
        "many": MANY_ISSUES,
        "correlations": _rows(result.correlations),
        "sync": [_fact(key, value) for key, value in result.sync.items()],
        "skipped": [(title(one.what), one.reason) for one in result.skipped],
        "has_series": bool(result.series),
    }


def _fact(key: object, value: object) -> tuple[str, str]:
    _, unit = label_and_unit(str(key))
    text = figure_or_text(key, value)
    return title(str(key)), text if str(key) == "duration_s" or text == "–" else f"{text} {unit}".rstrip()


def figure_or_text(key: object, value: object) -> str:
    """Write one fact: durations as clock times, numbers short, anything else as text."""
    if isinstance(value, float) and str(key) == "duration_s":
        return clock_time(value)
    if isinstance(value, (Mapping, list, tuple)):
        items = value.items() if isinstance(value, Mapping) else enumerate(value, start=1)
        return ", ".join(f"{name}: {figure_or_text(name, item)}" for name, item in items)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return figure(value, digits=FACT_DIGITS) if value is None or isinstance(value, (float, bool)) else str(value)


def mark(name: str, score: Score) -> Mark:
    """Place a score on the scale."""
    low, high = (_per_mille(end) for end in score.ci95)
    return Mark(
        title=name,
        mos=f"{score.mos:.1f}" if math.isfinite(score.mos) else "–",
        grade=grade(score.mos),
        interval=f"{score.ci95[0]:.1f}–{score.ci95[1]:.1f}",
        at=_per_mille(score.mos),
        low=low,
        width=max(0.0, high - low),
        score=score,
    )


def _per_mille(mos: float) -> float:
    if not math.isfinite(mos):
        return 0.0
    low, high = SCALE
    return round(1000.0 * (min(high, max(low, mos)) - low) / (high - low), 1)


def _summary(result: Result) -> str:
    """Say in one or two sentences what the page shows."""
    if result.score is None:
        return ""
    says = f"Viewers would call this {grade(result.score.mos).lower()}."
    return f"{says} {_dearest(result)}"


def _dearest(result: Result) -> str:
    """Name the cause that took most, and the issue that took most when that is another one."""
    issue = result.issues[0] if result.issues else None
    if issue is None:
        return nothing_found(result)
    causes = {name: cost for name, cost in result.factors.items() if name != "unexplained"}
    cause = max(causes, key=lambda name: causes[name], default=issue.kind)
    where = f"{title(issue.kind).lower()} at {clock_time(issue.span.start)}, for {issue.span.duration:.1f} s"
    if causes.get(cause, 0.0) < COUNTS:
        return "Issues were found, but none of them cost the score anything."
    if cause == issue.kind:
        return f"What cost most: {where}."
    most = f"What cost most: {title(cause).lower()}, {causes[cause]:.2f} over the whole recording."
    return f"{most} The most costly issue: {where}." if issue.mos_cost >= COUNTS else most


def _worst(result: Result) -> dict[str, str] | None:
    mos = result.series.get("mos")
    found = None if mos is None else worst_window(mos)
    if found is None:
        return None
    span, mean = found
    return {
        "mos": f"{mean:.1f}",
        "grade": grade(mean),
        "when": span_words(span),
        "start": f"{span.start:.3f}",
        "end": f"{span.end:.3f}",
    }


def _steps(result: Result) -> list[Step]:
    """Go down from 5 by what each factor took, the dearest first, the unexplained rest last."""
    ordered = sorted(result.factors.items(), key=lambda item: (item[0] == "unexplained", -item[1]))
    steps, level = [], SCALE[1]
    for name, lost in ordered:
        if not math.isfinite(lost):
            continue
        upper, lower = _per_mille(max(level, level - lost)), _per_mille(min(level, level - lost))
        level -= lost
        text = f"{-lost:+.2f}".replace("-", "−") if abs(lost) >= COUNTS else "0.00"
        kind = "rest" if name == "unexplained" else "gain" if lost < 0 else "loss"
        steps.append(Step(title(name), text, lower, round(upper - lower, 1), kind))
    return steps


def _card(number: int, issue: Issue, still: str | None) -> Card:
    evidence = []
    for name, value in issue.evidence.items():
        label, unit = evidence_words(name)
        evidence.append(
            (label, f"{VALUES.get(value, value) if isinstance(value, str) else figure(value)} {unit}".rstrip())
        )
    kpis = tuple((title(kpi.name), _with_unit(kpi.inside, kpi), _with_unit(kpi.outside, kpi)) for kpi in issue.kpis)
    return Card(
        number=number,
        issue=issue,
        title=title(issue.kind),
        when=span_words(issue.span),
        duration=f"{issue.span.duration:.1f} s",
        cost=cost_words(issue),
        evidence=tuple(evidence),
        kpis=kpis,
        still=still,
    )


def _with_unit(value: float, kpi: Kpi) -> str:
    return f"{figure(value)} {kpi.unit or label_and_unit(kpi.name)[1]}".rstrip()


def _rows(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Turn a list of mappings into a head and rows of text."""
    head = list(dict.fromkeys(str(key) for row in rows for key in row))
    body = [[_cell(key, row.get(key)) for key in head] for row in rows]
    return {"head": [_head(key) for key in head], "body": body}


def _head(key: str) -> str:
    """Name a column; a single letter is a symbol (``r``, ``n``) and stays as it is."""
    if len(key) == 1:
        return key
    unit = label_and_unit(key)[1]
    return f"{title(key)} ({unit})" if unit else title(key)


def _cell(key: str, value: object) -> str:
    return title(value) if isinstance(value, str) and key in NAMES else figure_or_text(key, value)
