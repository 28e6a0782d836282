"""The program ``beholder``: its verbs, and how errors leave it."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from beholder import __version__
from beholder.cli import conditions, demo, evaluate, features, model, pairs, plan, ratings, score
from beholder.errors import BeholderError

__all__ = ["app", "main"]

BAD_INPUT = 2

app = typer.Typer(
    name="beholder",
    help="Measure what viewers perceive: the MOS of a recording, where it drops, and why.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"beholder {__version__}")
        raise typer.Exit


@app.callback()
def _beholder(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Measure what viewers perceive: the MOS of a recording, where it drops, and why."""


app.command("score")(score.score)
app.command("demo")(demo.demo)
app.command("features")(features.features)
app.command("ratings")(ratings.ratings)
app.command("evaluate")(evaluate.evaluate)
app.command("conditions")(conditions.conditions)
app.command("pairs")(pairs.pairs)
app.command("plan")(plan.plan)
app.add_typer(model.app, name="model")


def main() -> None:
    """Run the program; errors that people can mend are one line on stderr and exit 2."""
    try:
        app()
    except BeholderError as error:
        sys.stderr.write(f"beholder: {error}\n")
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.stderr.write("beholder: stopped\n")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
