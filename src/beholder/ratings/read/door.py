"""The registry: what files are asked in turn, what tables are asked in turn, and the way through."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from beholder.errors import TableError, UsageError
from beholder.ratings.read import crowd, database, documents, long, matrix, mushra, source, tables, wide
from beholder.ratings.read.parts import Draft, Orientation, Sheet, Wishes
from beholder.ratings.read.scales import scale_of
from beholder.ratings.read.settle import settle
from beholder.ratings.votes import Ratings, Scale

__all__ = ["FILES", "SHEETS", "open_sheets", "read_votes"]

HEAD = 4096  # bytes that tell a file's kind


@dataclass(frozen=True, slots=True)
class FileFamily:
    """A kind of file: tells its own by name and first bytes, and opens it."""

    name: str
    sniff: Callable[[Path, bytes], bool]
    load: Callable[[Path], list[Sheet | Draft]]


@dataclass(frozen=True, slots=True)
class SheetFamily:
    """A way to lay votes out in a table: tells its own by the columns, and takes the votes."""

    name: str
    fits: Callable[[Sheet, Wishes], bool]
    drafts: Callable[[Sheet, Wishes], list[Draft]]


FILES = (
    FileFamily("SQLite", database.sniff, database.load),
    FileFamily("Parquet or Arrow", tables.sniff_columns, tables.load_columns),
    FileFamily("Excel", tables.sniff_excel, tables.load_excel),
    FileFamily("Python source", source.sniff, source.load),
    FileFamily("JSON", documents.sniff, documents.load),
    FileFamily("delimited text", tables.sniff_text, tables.load_text),
)
"""Asked in this order."""

SHEETS = (
    SheetFamily("webMUSHRA", mushra.fits, mushra.drafts),
    SheetFamily("votes without raters", crowd.fits, crowd.drafts),
    SheetFamily("long", long.fits, long.drafts),
    SheetFamily("bare matrix", matrix.fits, matrix.drafts),
    SheetFamily("wide", wide.fits, wide.drafts),
)
"""Asked in this order."""


def read_votes(
    given: Any,
    *,
    question: str | None,
    scale: Scale | str | None,
    orientation: Orientation | None,
    columns: Mapping[str, str] | None,
) -> tuple[Ratings, ...]:
    """Read every question of a file or a data frame; see `beholder.ratings.read_every`."""
    if orientation not in {None, "stimuli", "raters"}:
        raise UsageError("orientation", f"{orientation!r} is not known", "rows are stimuli or raters")
    wishes = Wishes(question, scale_of(scale), orientation, dict(columns or {}))
    found = open_sheets(Path(given)) if isinstance(given, str | os.PathLike) else [tables.from_frame(given)]
    ratings: list[Ratings] = []
    refused: list[TableError] = []
    for part in found:
        try:
            ratings += _settled(part, wishes)
        except TableError as error:
            if len(found) == 1:
                raise
            refused.append(error)
    if not ratings:
        raise refused[0]
    return tuple(ratings)


def _settled(part: Sheet | Draft, wishes: Wishes) -> list[Ratings]:
    try:
        drafts = _laid_out(part, wishes) if isinstance(part, Sheet) else [part]
        return [one for draft in drafts for one in settle(draft, wishes)]
    except pl.exceptions.PolarsError as error:
        reason = str(error).split("\n", 1)[0][:120]
        what = f"some cells are of a kind that cannot be read ({reason})"
        raise TableError(part.where, what, "give names as text and votes as numbers") from error


def open_sheets(path: Path) -> list[Sheet | Draft]:
    """Open a file as what its kind is: tables as found, or votes where its kind says what is what.

    Raises
    ------
    TableError
        When it cannot be read, is empty, or of no known kind.
    """
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise TableError(path, f"it cannot be read ({error.strerror})", "check the name and its rights") from error
    if not head.strip():
        raise TableError(path, "it is empty", "give a table with at least one vote")
    family = next((one for one in FILES if one.sniff(path, head)), None)
    if family is None:
        kinds = ", ".join(one.name for one in FILES)
        raise TableError(path, "it is no kind of file that holds votes", f"give one of: {kinds}")
    return family.load(path)


def _laid_out(sheet: Sheet, wishes: Wishes) -> list[Draft]:
    if sheet.frame.is_empty():
        raise TableError(sheet.where, "it holds no vote", "give a table with at least one vote")
    sheet = replace(sheet, frame=sheet.frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String)))
    family = next((one for one in SHEETS if one.fits(sheet, wishes)), None)
    if family is None:
        names = ", ".join(sheet.frame.columns[:12])
        what = f"no column of votes was found (columns: {names})"
        raise TableError(sheet.where, what, "name them with columns={'stimulus': ..., 'rater': ..., 'score': ...}")
    return family.drafts(sheet, wishes)
