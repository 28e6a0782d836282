"""Data sets as Python source: parsed as literals, never run."""

from __future__ import annotations

from pathlib import Path

from beholder.errors import TableError
from beholder.ratings.read import sureal
from beholder.ratings.read.literals import literals
from beholder.ratings.read.parts import Draft, Sheet

__all__ = ["load", "sniff"]


def sniff(path: Path, _: bytes) -> bool:
    """Tell whether a file is Python source."""
    return path.suffix.lower() == ".py"


def load(path: Path) -> list[Sheet | Draft]:
    """Read the votes of a data set of SUREAL.

    Raises
    ------
    TableError
        When it is none.
    """
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableError(path, "it is no UTF-8 text", "save it as UTF-8") from error
    document = literals(path.name, text)
    if not sureal.is_dataset(document):
        raise TableError(path, "it assigns no dis_videos", "give a data set of SUREAL, or a table")
    return [*sureal.drafts(path.name, document)]
