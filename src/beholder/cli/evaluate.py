"""``beholder evaluate``: models against the MOS of people."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from beholder.cli.talk import say, write
from beholder.errors import UsageError

if TYPE_CHECKING:
    from beholder.ratings import Scale
    from beholder.ratings.evaluate import Evaluation, Predictions, Truth

__all__ = ["evaluate"]

Choice = TypeVar("Choice")
ORDERS: dict[str, Literal[0, 1, 3]] = {"none": 0, "linear": 1, "cubic": 3}
UNITS: dict[str, Literal["stimulus", "condition"]] = {"stimulus": "stimulus", "condition": "condition"}
ADJUSTMENTS: dict[str, Literal["holm", "bonferroni", "benjamini-hochberg", "none"]] = {
    "holm": "holm",
    "bonferroni": "bonferroni",
    "benjamini-hochberg": "benjamini-hochberg",
    "none": "none",
}
KINDS: dict[str, Literal["offset", "linear", "curve"]] = {"offset": "offset", "linear": "linear", "curve": "curve"}
NAMES_SHOWN = 3


def evaluate(
    ratings: Annotated[Path, typer.Argument(help="MOS per stimulus, or votes.", show_default=False, readable=False)],
    predictions: Annotated[
        list[Path], typer.Argument(help="Tables with a column per model.", show_default=False, readable=False)
    ],
    *,
    mapping: Annotated[str, typer.Option(help="Of predictions to MOS: none, linear or cubic.")] = "cubic",
    falling: Annotated[list[str] | None, typer.Option(help="Model whose lower values are better; repeat.")] = None,
    by: Annotated[str, typer.Option(help="Judge each stimulus or each condition.")] = "stimulus",
    method: Annotated[str, typer.Option(help="How votes become MOS: mean, p910, bt500 ...")] = "mean",
    scale: Annotated[str, typer.Option(help="The scale: 1-5, 0-100, 1-5/0.5, acr, mushra ...")] = "",
    adjust: Annotated[
        str, typer.Option(help="For several models: holm, bonferroni, benjamini-hochberg or none.")
    ] = "holm",
    json: Annotated[str, typer.Option(help="Write the result as JSON to a file, or - for stdout.")] = "",
    report: Annotated[Path | None, typer.Option(help="Write a self-contained HTML report.")] = None,
    calibrate: Annotated[
        Path | None, typer.Option(help="Learn a calibration of the one model, and write it if it helps.")
    ] = None,
    domain: Annotated[str, typer.Option(help="For --calibrate: range of the model's scores, such as 0-100.")] = "",
    calibration_kind: Annotated[str, typer.Option(help="What it may correct: offset, linear or curve.")] = "linear",
) -> None:
    """Compare predictions with the MOS of people: accuracy, significance, what is told of pairs.

    Stimuli are joined by name; what does not match is said. Several models are compared on the same stimuli.

    Example: beholder evaluate mos.csv predictions.csv --report evaluation.html
    """
    from beholder.ratings.evaluate import evaluate_models, read_predictions, read_truth
    from beholder.ratings.read.scales import scale_of

    order, unit = _one_of("--mapping", mapping, ORDERS), _one_of("--by", by, UNITS)
    adjustment, kind = _one_of("--adjust", adjust, ADJUSTMENTS), _one_of("--calibration-kind", calibration_kind, KINDS)
    truth, said = read_truth(ratings, scale=scale_of(scale or None), method=method), read_predictions(predictions)
    found = evaluate_models(truth, said, order=order, falling=falling or (), by=unit, method=adjustment)
    _mention(found)
    if json != "-":
        _print(found)
    _write(found, json=json, report=report, title=f"Models against {ratings.name}")
    if calibrate is not None:
        _calibrate(truth, said, calibrate, kind=kind, domain=scale_of(domain or None))


def _one_of(option: str, value: str, known: Mapping[str, Choice]) -> Choice:
    if value not in known:
        raise UsageError(option, f"{value!r} is unknown", f"use {', '.join(known)}")
    return known[value]


def _mention(found: Evaluation) -> None:
    """Say what was taken for granted, and what did not match."""
    for note in found.notes:
        say(note)
    for what, names in (("rated, but not predicted", found.unpredicted), ("predicted, but not rated", found.unrated)):
        if names:
            rest = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
            say(f"left out, {what}: {', '.join(names[:NAMES_SHOWN])}{rest}")


def _print(found: Evaluation) -> None:
    from rich.console import Console

    from beholder.cli.present_evaluation import present_evaluation

    present_evaluation(found, Console())


def _write(found: Evaluation, *, json: str, report: Path | None, title: str) -> None:
    from beholder.ratings.evaluate import evaluation_to_json

    if json == "-":
        sys.stdout.write(evaluation_to_json(found) + "\n")
    elif json:
        write(Path(json), evaluation_to_json(found) + "\n")
    if report is not None:
        from beholder.reports.evaluation import render_evaluation

        write(report, render_evaluation(found, title=title))
        say(f"wrote {report}")


def _calibrate(
    truth: Truth,
    said: Predictions,
    out: Path,
    *,
    kind: Literal["offset", "linear", "curve"],
    domain: Scale | None,
) -> None:
    from beholder.ratings.evaluate import join, recalibrate

    if len(said.models) != 1:
        raise UsageError("--calibrate", f"there are {len(said.models)} models", "give the predictions of one")
    joined = join(truth, said)
    found = recalibrate(
        joined.values[0],
        joined.truth.mos,
        ci95=joined.truth.ci95,
        groups=joined.truth.source,
        kind=kind,
        domain=None if domain is None else (domain.low, domain.high),
        scale=joined.truth.scale,
        model=said.models[0],
    )
    say(found.verdict)
    if found.worthwhile:
        found.calibration.save(out)
        say(f"wrote {out}")
