"""``beholder model``: what stands behind a score."""

from __future__ import annotations

import json
import sys

import typer

__all__ = ["app"]

app = typer.Typer(help="What stands behind a score.", no_args_is_help=True)


@app.command("card")
def card() -> None:
    """Print the card of the default model as JSON: task, training data, accuracy, known failures, version.

    Example: beholder model card
    """
    from beholder.models import card as read_card

    sys.stdout.write(json.dumps(read_card(), indent=2, ensure_ascii=False) + "\n")
