"""``beholder conditions``: which conditions of a test differ."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from beholder.cli.plain import figure, hand_out, interval, p_text, roles, show_table, tell
from beholder.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from beholder.ratings import Ratings
    from beholder.ratings.conditions import ConditionTable, MixedModel
    from beholder.ratings.stopping import PairWatch

__all__ = ["conditions"]

SHOWN = 45  # pairs on the terminal: those of ten conditions


def conditions(
    file: Annotated[Path, typer.Argument(help="Votes: CSV, Parquet, Excel, JSON, SUREAL.", show_default=False)],
    *,
    method: Annotated[
        str, typer.Option(help="mixed: for other raters and sources; paired: for these sources.")
    ] = "mixed",
    correction: Annotated[str, typer.Option(help="holm, tukey, benjamini-hochberg or none.")] = "holm",
    margin: Annotated[float | None, typer.Option(help="Largest difference in MOS that does not matter.")] = None,
    alpha: Annotated[float, typer.Option(help="Level of significance.")] = 0.05,
    attribute: Annotated[list[str] | None, typer.Option(help="Rater attribute as a factor; may be repeated.")] = None,
    interactions: Annotated[bool, typer.Option(help="Do raters of different groups see other differences?")] = False,
    running: Annotated[bool, typer.Option(help="The test goes on: say which pairs may stop.")] = False,
    question: Annotated[str, typer.Option(help="Which question, when the file holds several.")] = "",
    scale: Annotated[str, typer.Option(help="The scale: 1-5, 0-100, 1-5/0.5, acr, mushra ...")] = "",
    column: Annotated[list[str] | None, typer.Option(help="Name of a column, condition=HRC; may be repeated.")] = None,
    json: Annotated[str, typer.Option(help="Write the result as JSON to a file, or - for stdout.")] = "",
) -> None:
    """Compare the conditions of a test, each with each: which differ, by how much, which are equivalent.

    Example: beholder conditions votes.csv --column condition=build --margin 0.3
    """
    from beholder.ratings import read
    from beholder.ratings.conditions import compare_conditions, mixed_model

    if method not in ("mixed", "paired"):
        raise UsageError("--method", f"{method!r} is unknown", "take mixed or paired")
    if method == "paired" and (attribute or interactions):
        raise UsageError("--attribute", "a paired test has no factors", "take --method mixed")
    votes = read(file, question=question or None, scale=scale or None, columns=roles(column or []) or None)
    if running:
        _running(file, votes, margin=margin, alpha=alpha, json=json)
        return
    levels: Any = {"correction": correction, "margin": margin, "alpha": alpha}
    if method == "paired":
        model, table = None, compare_conditions(votes, **levels)
    else:
        model = mixed_model(votes, attributes=attribute or [], interactions=interactions, **levels)
        table = model.table
    if json != "-":
        _print(file, votes, table, model)
    if json:
        hand_out("beholder.conditions/1", _content(file, votes, table, model), json)


def _head(console: Console, file: Path, votes: Ratings, lines: list[str], notes: tuple[str, ...]) -> None:
    tell(console, file.name if votes.question == "quality" else f"{file.name}: {votes.question}", "bold")
    for line in lines:
        tell(console, line, "dim")
    for assumed in votes.assumed:
        tell(console, f"assumed: {assumed}", "dim")
    for note in notes:
        tell(console, f"note: {note}", "yellow")
    console.print()


def _print(file: Path, votes: Ratings, table: ConditionTable, model: MixedModel | None) -> None:
    from rich.console import Console

    console = Console()
    _head(console, file, votes, [table.method, f"correction for the number of pairs: {table.correction}"], table.notes)
    order = sorted(range(len(table.mean)), key=lambda i: -table.mean[i])
    rows = [
        [table.conditions[i], figure(table.mean[i]), interval(table.ci95[i]), str(table.n[i]), table.letters[i]]
        for i in order
    ]
    show_table(console, ["Condition", "MOS", "95 %", "Votes" if model else "Raters", "Differs"], rows)
    tell(console, f"Conditions with a common letter do not differ significantly (p < {table.alpha:g}).", "dim")
    console.print()
    _print_pairs(console, table)
    if model is not None:
        _print_model(console, model)


def _print_pairs(console: Console, table: ConditionTable) -> None:
    pairs = sorted(table.pairs, key=lambda one: -abs(one.difference))[:SHOWN]
    rows = [
        [
            f"{one.first} - {one.second}",
            figure(one.difference),
            interval(one.ci95),
            p_text(one.p_adjusted),
            figure(one.d.value),
            "differ" if one.differs else "equivalent" if one.equivalent else "",
        ]
        for one in pairs
    ]
    show_table(console, ["Pair", "Difference", "95 %", "p", "d", ""], rows)
    if len(pairs) < len(table.pairs):
        tell(console, f"{len(table.pairs) - len(pairs)} more pairs, with smaller differences, are in --json.", "dim")
    if table.margin is not None:
        tell(console, f"equivalent: the difference is less than {table.margin:g} (two one-sided tests)", "dim")
    console.print()


def _print_model(console: Console, model: MixedModel) -> None:
    tests = [
        [one.name, f"{one.statistic:.2f}", f"{one.dof}, {one.rest_dof:.1f}", p_text(one.p_value)] for one in model.terms
    ]
    show_table(console, ["Effect", "F", "Degrees of freedom", "p"], tests)
    spreads = [[one.name, str(one.levels), f"{one.deviation:.2f}"] for one in model.random]
    show_table(console, ["Spread of", "Levels", "MOS"], spreads)


def _content(file: Path, votes: Ratings, table: ConditionTable, model: MixedModel | None) -> dict[str, Any]:
    rows = zip(table.conditions, table.mean, table.ci95, table.n, table.letters, strict=True)
    return {
        "path": str(file),
        "question": votes.question,
        "assumed": votes.assumed,
        "method": table.method,
        "correction": table.correction,
        "alpha": table.alpha,
        "margin": table.margin,
        "notes": table.notes,
        "conditions": [
            {"condition": name, "mos": mos, "ci95": ends, "n": n, "letters": letters}
            for name, mos, ends, n, letters in rows
        ],
        "pairs": table.pairs,
        "terms": model.terms if model else (),
        "random": model.random if model else (),
    }


def _running(file: Path, votes: Ratings, *, margin: float | None, alpha: float, json: str) -> None:
    from beholder.ratings.stopping import watch_conditions

    found = watch_conditions(votes, margin=margin, alpha=alpha)
    if json != "-":
        _print_running(file, votes, found, margin=margin)
    if json:
        pairs = [
            {
                "first": one.first,
                "second": one.second,
                "raters": one.raters,
                "verdict": one.watch.verdict,
                "stopped": one.watch.stopped,
                "difference": one.watch.mean[-1] if one.raters else None,
                "sequence": [one.watch.low[-1], one.watch.high[-1]] if one.raters else None,
            }
            for one in found
        ]
        hand_out("beholder.watch/1", {"path": str(file), "alpha": alpha, "margin": margin, "pairs": pairs}, json)


def _print_running(file: Path, votes: Ratings, found: tuple[PairWatch, ...], *, margin: float | None) -> None:
    from rich.console import Console

    console = Console()
    ends = "" if margin is None else f"; equivalent within {margin:g}"
    _head(console, file, votes, [f"may be looked at after every rater without raising the error rate{ends}"], ())
    rows = [
        [
            f"{one.first} - {one.second}",
            figure(one.watch.mean[-1]) if one.raters else "-",
            interval((one.watch.low[-1], one.watch.high[-1])) if one.raters else "-",
            str(one.raters),
            one.watch.verdict,
            "" if one.watch.stopped is None else str(one.watch.stopped),
        ]
        for one in found
    ]
    show_table(console, ["Pair", "Difference", "Sequence", "Raters", "Verdict", "Since rater"], rows)
    open_pairs = sum(one.watch.verdict == "go on" for one in found)
    said = "The test may stop." if not open_pairs else f"Go on: {open_pairs} of {len(found)} pairs are open."
    tell(console, said, "bold")
