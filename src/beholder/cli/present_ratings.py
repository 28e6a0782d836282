"""The votes of a test on the terminal: scores with intervals, raters with reasons. Readable without colour."""

from __future__ import annotations

from pathlib import PurePath

import numpy as np
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from beholder.ratings.analysis import Analysis
from beholder.reports.ratings_words import interval_in_words, method_in_words

__all__ = ["present_ratings"]

ALL_SHOWN = 24  # stimuli; of more, the best and the worst are shown
ENDS_SHOWN = 8
RATERS_SHOWN = 15
BAR = 21  # characters for the scale
HEAD = ("Stimulus", "MOS", "95 %", "", "Votes", "SOS")
BAR_AT = 3  # place of the bar in a row
GAP = 2  # characters between columns
SHORTEST_NAME = 24  # characters that names keep before the bar gives way
STYLES = {"likely random": "bold red", "look": "yellow", "rejected": "bold red"}


def present_ratings(found: Analysis, console: Console) -> None:
    """Print the analysis of one question.

    Parameters
    ----------
    found : Analysis
    console : rich.console.Console
        Where to; its width, colour and encoding are respected.
    """
    _head(found, console)
    _stimuli(found, console)
    _raters(found, console)


def _clean(text: str) -> str:
    """Show control characters of names as a mark, so that they cannot steer the terminal."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def _say(console: Console, text: str, style: str = "", *, indent: int = 0) -> None:
    console.print(Padding(Text(_clean(text), style=style), (0, 0, 0, indent), expand=False), highlight=False)


def _head(found: Analysis, console: Console) -> None:
    votes, recovered = found.ratings, found.recovered
    name = PurePath(found.path).name or "votes"
    _say(console, name if votes.question == "quality" else f"{name}: {votes.question}", "bold")
    cells = len(votes.stimuli) * len(votes.raters)
    raters = f"{_many(len(votes.raters), 'rater')}, {100 * (votes.repetition == 0).sum() / cells:.3g} % of all pairs"
    known = "raters not known" if votes.anonymous else raters
    _say(console, f"{_many(len(votes), 'vote')} on {_many(len(votes.stimuli), 'stimulus')}, {known}", "dim")
    _say(console, f"scale: {votes.scale}", "dim")
    _say(console, f"method: {recovered.method} ({method_in_words(recovered.method)})", "dim")
    _say(console, f"95 % intervals: {interval_in_words(recovered.interval)}", "dim")
    for assumed in votes.assumed:
        _say(console, f"assumed: {assumed}", "dim")
    for note in recovered.notes:
        _say(console, f"note: {note}", "yellow")
    if np.isfinite(found.sos_parameter):
        _say(console, f"SOS parameter a = {found.sos_parameter:.3f} (video tests lie around 0.1 to 0.3)", "dim")
    console.print()


def _many(count: int, noun: str) -> str:
    plural = "stimuli" if noun == "stimulus" else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}".replace(",", "\u2009" if count >= 10_000 else "")


def _stimuli(found: Analysis, console: Console) -> None:
    """Print the table; figures are never cut: the bar gives way on a narrow terminal, then the middle of names."""
    mos = found.recovered.mos
    order = np.argsort(-np.nan_to_num(mos, nan=-np.inf), kind="stable")
    few = len(order) <= ALL_SHOWN
    shown = order if few else np.concatenate([order[:ENDS_SHOWN], order[-ENDS_SHOWN:]])
    rows = [_cells(found, int(place), ascii_only=console.options.ascii_only) for place in shown]
    figures = sum(max(len(HEAD[n]), *(len(row[n]) for row in rows)) + GAP for n in (1, 2, 4, 5))
    longest = max(len(row[0]) for row in rows)
    with_bar = console.width - figures - BAR - GAP >= min(longest, SHORTEST_NAME) + GAP
    room = console.width - figures - GAP - (BAR + GAP if with_bar else 0)
    table = Table(box=None, padding=(0, GAP, 0, 0), header_style="bold", pad_edge=False)
    scale = found.ratings.scale
    ends = f"{scale.low:g}".ljust(BAR - len(f"{scale.high:g}")) + f"{scale.high:g}"
    for number, head in enumerate(HEAD):
        if number != BAR_AT or with_bar:
            title = ends if number == BAR_AT else head
            table.add_column(title, justify="right" if number in (1, 2, 4, 5) else "left", no_wrap=True)
    for number, row in enumerate(rows):
        if number == ENDS_SHOWN and not few:
            table.add_row(Text(f"... {len(order) - len(rows)} more", style="dim"))
        cells = (_shortened(row[0], max(room, SHORTEST_NAME // 2)), *row[1:])
        table.add_row(*(Text(cell) for n, cell in enumerate(cells) if n != BAR_AT or with_bar))
    console.print(table, highlight=False)
    if not few:
        _say(console, "Every stimulus is in --report, --json and --out.", "dim")
    console.print()


def _shortened(name: str, room: int) -> str:
    """Cut the middle out of a name that is too long: both ends tell clips apart."""
    if len(name) <= room:
        return name
    return f"{name[: (room - 3) // 2]}...{name[-((room - 2) // 2) :]}"


def _cells(found: Analysis, place: int, *, ascii_only: bool) -> tuple[str, ...]:
    recovered = found.recovered
    mos, (low, high) = recovered.mos[place], recovered.ci95[place]
    return (
        _clean(recovered.stimuli[place]),
        _figure(mos),
        f"{_figure(low)}-{_figure(high)}" if np.isfinite(low) else "-",
        _bar(found, mos, low, high, ascii_only=ascii_only),
        str(int(recovered.n[place])),
        _figure(recovered.sos[place]),
    )


def _figure(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "-"


def _bar(found: Analysis, mos: float, low: float, high: float, *, ascii_only: bool) -> str:
    """Draw the score and its interval on the scale."""
    if not np.isfinite(mos):
        return ""
    scale = found.ratings.scale
    ends = (low, high) if np.isfinite(low) and np.isfinite(high) else (mos, mos)
    left, at, right = (
        round((min(max(v, scale.low), scale.high) - scale.low) / (scale.high - scale.low) * (BAR - 1))
        for v in (ends[0], mos, ends[1])
    )
    line, dot, rest = ("-", "o", " ") if ascii_only else ("─", "●", "·")
    return "".join(dot if n == at else line if left <= n <= right else rest for n in range(BAR))


def _raters(found: Analysis, console: Console) -> None:
    if found.ratings.anonymous:
        _say(console, "The file does not say who voted: nothing can be told of the raters.")
        return
    recovered = found.recovered
    noticed = [
        (place, card)
        for place, card in enumerate(found.cards)
        if card.verdict != "keep" or recovered.rejected[place] or recovered.reasons[place]
    ]
    noticed.sort(key=lambda one: (not recovered.rejected[one[0]], one[1].verdict != "likely random", one[0]))
    out = int(recovered.rejected.sum())
    said = (
        "All raters vote as the others do."
        if not noticed
        else f"Raters to look at ({len(noticed)} of {len(found.cards)})"
    )
    _say(console, said, "bold")
    for place, card in noticed[:RATERS_SHOWN]:
        state = "rejected" if recovered.rejected[place] else card.verdict
        figures = f"bias {_figure(card.bias)}, inconsistency {_figure(card.inconsistency)}, {_many(card.votes, 'vote')}"
        console.print(
            Text.assemble(f"  {_clean(card.rater)}  ", (state, STYLES.get(state, "")), f"  {figures}"), highlight=False
        )
        reasons = dict.fromkeys([*recovered.reasons[place], *card.reasons])
        for reason in [*reasons, card.effect]:
            _say(console, reason, "dim" if reason == card.effect else "", indent=6)
    if len(noticed) > RATERS_SHOWN:
        _say(console, f"  ... and {len(noticed) - RATERS_SHOWN} more: see --report or --json", "dim")
    if noticed and not out:
        _say(console, "Nobody was left out.", "dim")
    console.print()
