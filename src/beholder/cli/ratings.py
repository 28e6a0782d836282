"""``beholder ratings``: from votes to MOS."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from beholder.cli.talk import say, write
from beholder.errors import UsageError

if TYPE_CHECKING:
    from beholder.ratings.analysis import Analysis

__all__ = ["ratings"]


def ratings(
    file: Annotated[Path, typer.Argument(help="Votes: CSV, Parquet, Excel, JSON, SUREAL, SQLite.", show_default=False)],
    *,
    method: Annotated[str, typer.Option(help="p910, p913, bt500, zrec, dmos, mos ...; P.910 when not given.")] = "",
    interval: Annotated[str, typer.Option(help="How to make intervals: t, normal, bootstrap ...")] = "",
    question: Annotated[str, typer.Option(help="Which question, when the file holds several.")] = "",
    scale: Annotated[str, typer.Option(help="The scale: 1-5, 0-100, 1-5/0.5, acr, mushra ...")] = "",
    orientation: Annotated[str, typer.Option(help="What rows of a wide table are: stimuli or raters.")] = "",
    column: Annotated[list[str] | None, typer.Option(help="Name of a column, rater=Who; may be repeated.")] = None,
    compat: Annotated[str, typer.Option(help="sureal: reproduce SUREAL 0.9 where it differs.")] = "",
    json: Annotated[str, typer.Option(help="Write the result as JSON to a file, or - for stdout.")] = "",
    report: Annotated[Path | None, typer.Option(help="Write a self-contained HTML report.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the scores as .csv, or .json with SUREAL's keys.")] = None,
) -> None:
    """Turn votes into MOS with intervals, look at every rater, and say what was assumed.

    Example: beholder ratings votes.csv --method p910 --report report.html
    """
    from beholder.ratings.analysis import analyse

    with _working(f"{file.name}: reading and recovering"):
        found = analyse(
            file,
            method=method or None,
            interval=_any(interval) or None,
            compat=_any(compat) or None,
            question=question or None,
            scale=scale or None,
            orientation=_any(orientation) or None,
            columns=dict(_column(text) for text in column or []),
        )
    if json != "-":
        _print(found)
    _write(found, json=json, report=report, out=out)


def _any(text: str) -> Any:
    """Hand an option on; the library knows which words it may be."""
    return text


def _column(text: str) -> tuple[str, str]:
    role, equals, name = text.partition("=")
    if not equals or not role or not name:
        raise UsageError("--column", f"{text!r} is not role=name", "write rater=Who, score=Vote, stimulus=Clip")
    return role, name


@contextmanager
def _working(what: str) -> Iterator[None]:
    """Show that work goes on, when stderr is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def _print(found: tuple[Analysis, ...]) -> None:
    from rich.console import Console

    from beholder.cli.present_ratings import present_ratings

    console = Console()
    for one in found:
        present_ratings(one, console)


def _write(found: tuple[Analysis, ...], *, json: str, report: Path | None, out: Path | None) -> None:
    from beholder.ratings.output import write as write_scores
    from beholder.reports.ratings_envelope import ratings_to_json

    if json:
        text = ratings_to_json(found[0] if len(found) == 1 else found) + "\n"
        if json == "-":
            sys.stdout.write(text)
        else:
            write(Path(json), text)
    if report is not None:
        from beholder.reports.ratings import render_ratings

        write(report, render_ratings(found))
        say(f"wrote {report}")
    if out is not None:
        for one in found:
            name = out if len(found) == 1 else out.with_name(f"{out.stem}.{one.ratings.question}{out.suffix}")
            write_scores(one.recovered, name)
            say(f"wrote {name}")
