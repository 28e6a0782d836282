"""A result on the terminal: the score, what it cost, when, and why. Readable without colour at 80 columns."""

from __future__ import annotations

from pathlib import PurePath

import numpy as np
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from beholder.cli.curve import NARROWEST, draw_curve
from beholder.reports.words import (
    COUNTS,
    clock_time,
    cost_words,
    facts_in_words,
    grade,
    nothing_found,
    span_words,
    title,
    worst_window,
)
from beholder.types import Issue, Result, Score

__all__ = ["present"]

CURVE_HEIGHT = 9  # lines: half a point of MOS each
WIDEST_CURVE = 110
ISSUES_SHOWN = 12
STYLES = {"critical": "bold red", "major": "yellow", "minor": "dim"}


def present(result: Result, console: Console) -> None:
    """Print a result.

    Parameters
    ----------
    result : Result
    console : rich.console.Console
        Where to; its width, colour and encoding are respected.
    """
    _head(result, console)
    _score(result, console)
    _curve(result, console)
    _issues(result, console)
    _skipped(result, console)


def _say(console: Console, *parts: str | tuple[str, str]) -> None:
    console.print(Text.assemble(*[_clean(part) for part in parts]), highlight=False)


def _clean(part: str | tuple[str, str]) -> str | tuple[str, str]:
    """Show control characters of file names as a mark, so that they cannot steer the terminal."""
    text, style = (part, "") if isinstance(part, str) else part
    return "".join(one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in text), style


def _head(result: Result, console: Console) -> None:
    name = PurePath(str(result.subject.get("path", "recording"))).name
    _say(console, (name, "bold"))
    facts = " · ".join(facts_in_words(result.subject))
    if facts:
        _say(console, (facts, "dim"))
    console.print()


def _score(result: Result, console: Console) -> None:
    if result.score is None:
        _say(console, ("Not scored", "bold"))
        return
    score = result.score
    _say(
        console,
        (f"MOS {score.mos:.1f}", "bold"),
        f" {grade(score.mos)}",
        f"   95 % {score.ci95[0]:.1f}–{score.ci95[1]:.1f}",
        (f"   {score.mos_type}, {score.model} {score.version}", "dim"),
    )
    for warning in _warnings(score):
        _say(console, (warning, "yellow"))
    table = Table.grid(padding=(0, 2))
    mos = result.series.get("mos")
    worst = None if mos is None else worst_window(mos)
    if worst is not None:
        span, mean = worst
        table.add_row("Worst 10 s", f"{mean:.1f}", f"{grade(mean)}, at {span_words(span)}")
    for name, part in result.scores.items():
        table.add_row(title(name), f"{part.mos:.1f}", grade(part.mos))
    if table.row_count:
        console.print(Padding(table, (0, 0, 0, 2)), highlight=False)
    ordered = sorted(result.factors.items(), key=lambda item: (item[0] == "unexplained", -item[1]))
    lost = ", ".join(f"{title(name).lower()} {cost:.2f}" for name, cost in ordered if abs(cost) >= COUNTS)
    if lost:
        _say(console, f"\nLost from 5: {lost}")


def _warnings(score: Score) -> list[str]:
    warnings = []
    if not score.grounded:
        warnings.append("Not grounded: no standard and no validated data stands behind this score.")
    if score.measured_share < 0.9995:
        warnings.append(f"Only {100 * score.measured_share:.1f} % of the recording was measured.")
    return warnings


def _curve(result: Result, console: Console) -> None:
    mos = result.series.get("mos")
    if mos is None or not np.isfinite(mos.y).any() or console.width < NARROWEST + 2:
        return
    width = min(console.width, WIDEST_CURVE) - 2
    ascii_only = console.options.ascii_only
    console.print()
    end = max(float(result.subject.get("duration_s", 0.0)), float(mos.t[-1]))  # a value holds until the next one
    t, y = np.append(mos.t, end), np.append(mos.y, mos.y[-1])
    for line in draw_curve(t, y, width=width, height=CURVE_HEIGHT, ascii_only=ascii_only):
        _say(console, f"  {line}")


def _issues(result: Result, console: Console) -> None:
    console.print()
    if not result.issues:
        _say(console, nothing_found(result))
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    table.add_column("#", justify="right", no_wrap=True)
    table.add_column("Issue")
    table.add_column("When", no_wrap=True)
    table.add_column("Cost", justify="right", no_wrap=True)
    table.add_column("Why")
    for number, issue in enumerate(result.issues[:ISSUES_SHOWN], start=1):
        table.add_row(*_issue_row(number, issue))
    console.print(table, highlight=False)
    rest = len(result.issues) - ISSUES_SHOWN
    if rest > 0:
        _say(console, f"... and {rest} more: see --json or --report")


def _issue_row(number: int, issue: Issue) -> tuple[Text, ...]:
    style = STYLES[issue.severity]
    when = span_words(issue.span) if issue.span else clock_time(issue.span.start)
    cells = (str(number), f"{title(issue.kind)}\n{issue.severity}", when, cost_words(issue), issue.explanation)
    styles = ("", style, "", "bold", "")
    return tuple(Text.assemble(_clean((cell, one))) for cell, one in zip(cells, styles, strict=True))


def _skipped(result: Result, console: Console) -> None:
    if not result.skipped:
        return
    console.print()
    _say(console, ("Left out", "bold"))
    for skipped in result.skipped:
        _say(console, f"  {title(skipped.what)}: {skipped.reason}")
