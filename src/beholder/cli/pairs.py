"""``beholder pairs``: scores out of pair comparisons."""

from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from beholder.cli.plain import figure, hand_out, interval, p_text, roles, show_table, tell
from beholder.errors import UsageError

if TYPE_CHECKING:
    from beholder.ratings.pairs import Comparisons, PairFit, PairScale, PairTests

__all__ = ["pairs"]

MODELS = ("bradley-terry", "thurstone")
TIES = ("half", "davidson")
LISTED = 100  # stimuli up to which every pair is in the JSON
WORST = 3  # pairs shown that fit worst
ODD = 3.0  # standard deviations from which a pair is worth a look


def pairs(
    file: Annotated[Path, typer.Argument(help="Comparisons: CSV, Parquet, Excel, JSON, SUREAL.", show_default=False)],
    *,
    model: Annotated[str, typer.Option(help="bradley-terry or thurstone.")] = "bradley-terry",
    ties: Annotated[str, typer.Option(help="half: a tie is half a win for each; davidson: an outcome.")] = "half",
    bootstrap: Annotated[int, typer.Option(min=0, help="Draw raters so often for the intervals; 0: do not.")] = 0,
    alpha: Annotated[float, typer.Option(help="Level of significance of the letters (Holm).")] = 0.05,
    column: Annotated[list[str] | None, typer.Option(help="Name of a column, first=A; may be repeated.")] = None,
    json: Annotated[str, typer.Option(help="Write the result as JSON to a file, or - for stdout.")] = "",
) -> None:
    """Put stimuli on a scale by which of two people preferred, with intervals and what differs significantly.

    Example: beholder pairs preferences.csv --ties davidson
    """
    from beholder.ratings import read_comparisons
    from beholder.ratings.pairs import goodness_of_fit, told_apart

    if model not in MODELS or ties not in TIES:
        raise UsageError("--model, --ties", f"{model}, {ties} is unknown", f"take {', '.join((*MODELS, *TIES))}")
    votes = read_comparisons(file, columns=roles(column or []) or None)
    scale = _scaled(votes, model, ties, bootstrap)
    fit, tests = goodness_of_fit(votes, scale), told_apart(scale, alpha=alpha)
    if json != "-":
        _print(file, votes, scale, fit, tests)
    if json:
        hand_out("beholder.pairs/1", _content(file, votes, scale, fit, tests), json)


def _scaled(votes: Comparisons, model: Any, ties: Any, bootstrap: int) -> PairScale:
    from beholder.ratings.pairs import bootstrap_raters, bradley_terry, thurstone

    if model == "thurstone" and ties == "davidson":
        raise UsageError("--ties", "Davidson's ties belong to Bradley-Terry", "take --ties half with thurstone")
    if bootstrap:
        return bootstrap_raters(votes, model=model, ties=ties, rounds=bootstrap)
    return thurstone(votes) if model == "thurstone" else bradley_terry(votes, ties=ties)


def _print(file: Path, votes: Comparisons, scale: PairScale, fit: PairFit, tests: PairTests) -> None:
    from rich.console import Console

    console = Console()
    tell(console, file.name, "bold")
    count = int(votes.times.sum())
    tell(console, f"{count} comparisons of {len(votes.stimuli)} stimuli by {len(votes.raters)} raters", "dim")
    unit = "log odds" if scale.model == "bradley-terry" else "standard deviations"
    tell(console, f"{scale.model}, scores in {unit} around 0; 95 % intervals: {scale.interval}", "dim")
    for note in scale.notes:
        tell(console, f"note: {note}", "yellow")
    console.print()
    order = sorted(range(len(scale.score)), key=lambda i: (scale.group[i], -scale.score[i]))
    several = len(set(scale.group.tolist())) > 1
    heads = ["Stimulus", "Score", "95 %", "JOD", "Compared", "Differs"] + (["Group"] if several else [])
    rows = (
        [
            scale.stimuli[i],
            figure(scale.score[i]),
            interval(scale.ci95[i]),
            figure(scale.jod[i]),
            f"{scale.comparisons[i]:g}",
            tests.letters[i],
            *([str(scale.group[i] + 1)] if several else []),
        ]
        for i in order
    )
    show_table(console, heads, rows)
    tell(console, "Stimuli with a common letter do not differ significantly (Holm).", "dim")
    if fit.dof > 0:
        tell(console, f"One scale for all: deviance {fit.deviance:.1f} on {fit.dof}, p {p_text(fit.p_value)}.", "dim")
    for one in fit.residuals[:WORST]:
        if abs(one.residual) > ODD:
            seen = f"{one.first} over {one.second}: {one.preferred:g} of {one.comparisons:g}"
            tell(console, f"{seen}, expected {one.expected:.1f}", "yellow")
    for note in fit.notes:
        tell(console, f"note: {note}", "dim")


def _content(file: Path, votes: Comparisons, scale: PairScale, fit: PairFit, tests: PairTests) -> dict[str, Any]:
    names = scale.stimuli
    every = len(names) <= LISTED
    value, error = scale.differences()
    pairs = combinations(range(len(names)), 2) if every else ()
    compared = [(a, b) for a, b in pairs if math.isfinite(value[a, b])]
    return {
        "path": str(file),
        "model": scale.model,
        "ties": scale.ties,
        "interval": scale.interval,
        "comparisons": float(votes.times.sum()),
        "raters": len(votes.raters),
        "notes": scale.notes if every else (*scale.notes, f"more than {LISTED} stimuli: pairs are not listed"),
        "tie_parameter": scale.tie_parameter,
        "loglikelihood": scale.loglikelihood,
        "stimuli": [
            {
                "stimulus": names[i],
                "score": scale.score[i],
                "standard_error": scale.standard_error[i],
                "ci95": scale.ci95[i],
                "jod": scale.jod[i],
                "strength": scale.strength[i],
                "group": int(scale.group[i]),
                "comparisons": scale.comparisons[i],
                "letters": tests.letters[i],
            }
            for i in range(len(names))
        ],
        "pairs": [
            {
                "first": names[a],
                "second": names[b],
                "difference": value[a, b],
                "standard_error": error[a, b],
                "p_adjusted": tests.p_adjusted[a, b],
                "chance": scale.difference(names[a], names[b]).chance,
            }
            for a, b in compared
        ],
        "fit": {"deviance": fit.deviance, "dof": fit.dof, "p_value": fit.p_value, "notes": fit.notes},
    }
