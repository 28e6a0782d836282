"""An evaluation on the terminal: figures with intervals, who is better, what models tell of pairs."""

from __future__ import annotations

import math

from rich.console import Console
from rich.table import Table
from rich.text import Text

from beholder.ratings.evaluate import Estimate, Evaluation

__all__ = ["present_evaluation"]

FIGURES = {
    "plcc": "PLCC",
    "srocc": "SROCC",
    "rmse": "RMSE",
    "rmse_star": "RMSE*",
    "outlier_ratio": "OR",
}
COMPARISONS_SHOWN = 15


def present_evaluation(found: Evaluation, console: Console) -> None:
    """Print an evaluation.

    Parameters
    ----------
    found : Evaluation
    console : rich.console.Console
        Where to; its width, colour and encoding are respected.
    """
    units = "stimuli" if found.unit == "stimulus" else "conditions"
    console.print(Text(f"{len(found.truth.stimuli)} {units}, scale {found.truth.scale}", style="dim"))
    console.print(_figures(found), highlight=False)
    console.print()
    _comparisons(found, console)
    _pairs(found, console)


def _table() -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)


def _figures(found: Evaluation) -> Table:
    table = _table()
    table.add_column("Model")
    for name in FIGURES.values():
        table.add_column(name, justify="right", no_wrap=True)
    for model in found.models:
        cells = [_cell(getattr(model, figure)) for figure in FIGURES]
        table.add_row(Text(_clean(model.model)), *cells)
    return table


def _cell(one: Estimate) -> Text:
    if math.isnan(one.value):
        return Text("-")
    low, high = one.ci95
    return Text.assemble(f"{one.value:.3f}", (f"\n{low:.2f}..{high:.2f}", "dim"))


def _comparisons(found: Evaluation, console: Console) -> None:
    """Say who is better, and on what; a pair of models without any difference is said too."""
    lines = []
    names = [(one.first, one.second) for one in found.comparisons]
    for pair in dict.fromkeys(names):
        own = [one for one in found.comparisons if (one.first, one.second) == pair]
        told = [one for one in own if one.better]
        first, second = (_clean(name) for name in pair)
        if not told:
            lines.append(f"{first} and {second}: no difference was shown")
        for name in dict.fromkeys(one.better for one in told):
            worse = second if name == pair[0] else first
            what = ", ".join(f"{FIGURES[one.figure]} ({_p(one.p_adjusted)})" for one in told if one.better == name)
            lines.append(f"{_clean(name)} is better than {worse}: {what}")
    for line in lines[:COMPARISONS_SHOWN]:
        console.print(Text(line))
    if len(lines) > COMPARISONS_SHOWN:
        console.print(Text(f"... and {len(lines) - COMPARISONS_SHOWN} more: see --json or --report", style="dim"))
    if lines:
        console.print()


def _pairs(found: Evaluation, console: Console) -> None:
    pairs = found.krasula
    if pairs is None:
        return
    console.print(Text(f"Pairs: people tell {pairs.different} apart, {pairs.similar} not", style="dim"))
    table = _table()
    table.add_column("Model")
    for name in ("AUC diff/sim", "AUC bett/worse", "in order", "resolves"):
        table.add_column(name, justify="right", no_wrap=True)
    for k, name in enumerate(pairs.models):
        figures = (pairs.different_similar, pairs.better_worse, pairs.correct)
        cells = [_figure(one.value[k]) for one in figures]
        power = found.resolving[k].value if found.resolving else math.nan
        table.add_row(Text(_clean(name)), *cells, _figure(power, " MOS"))
    console.print(table, highlight=False)


def _p(value: float) -> str:
    return "p < .001" if value < 0.001 else f"p {value:.3f}"


def _figure(value: float, unit: str = "") -> str:
    return "-" if math.isnan(value) else f"{value:.3f}{unit}"


def _clean(text: str) -> str:
    """Show control characters of names as a mark, so that they cannot steer the terminal."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
