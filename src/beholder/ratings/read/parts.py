"""What the readers hand each other: a sheet as found, a draft of votes, and what the caller wishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from beholder.ratings.votes import Scale

__all__ = ["FACT", "About", "Draft", "Orientation", "Sheet", "Wishes", "as_names"]

Orientation = Literal["stimuli", "raters"]
"""What the rows of a wide table are."""
About = Literal["stimulus", "rater"]
"""Whom a fact is about."""
FACT = "fact:"
"""Start of the name of a draft's column that holds a fact, not a part of the vote."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller knows better than any guess; None where the reader shall find out.

    Attributes
    ----------
    question : str or None
    scale : Scale or None
    orientation : Orientation or None
    columns : Mapping of str to str
        Role of a column (``stimulus``, ``rater``, ``score`` ...) to its name in the file.
    """

    question: str | None = None
    scale: Scale | None = None
    orientation: Orientation | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as found in a file.

    Attributes
    ----------
    where : str
        Name of the file, for messages.
    frame : polars.DataFrame
        Its cells: text from CSV, typed from others. Names of columns are unique.
    header : bool
        Whether the names of the columns come from the file.
    first : int
        Row of the file, from 1, in which the frame's first row stands.
    question : str
        What the file says by other means was asked, such as the name of a worksheet.
    assumed : tuple of str
    """

    where: str
    frame: pl.DataFrame
    header: bool = True
    first: int = 2
    question: str = ""
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """Votes, one per row, before they are checked.

    Attributes
    ----------
    where : str
    votes : polars.DataFrame
        ``stimulus``, ``rater`` (text), ``score`` (text or number), ``line`` (row of the file) and, when known,
        ``question``, ``repetition``, ``order``, ``seconds``, ``training``, and facts as ``fact:<name>``.
    facts : Mapping of str to About
        Whom a fact is about, where its name tells; else the values decide.
    anonymous : bool
        The file tells the votes of each stimulus, not who gave them.
    assumed : tuple of str
    """

    where: str
    votes: pl.DataFrame
    facts: Mapping[str, About] = field(default_factory=dict)
    anonymous: bool = False
    assumed: tuple[str, ...] = ()


def as_names(column: pl.Series) -> pl.Series:
    """Give names as text; whole numbers that came as floats (pandas has them beside empty cells) lose their point."""
    if column.dtype.is_float():
        column = column.fill_nan(None)
        given = column.drop_nulls()
        if bool((given.is_finite() & (given == given.round())).all()):
            column = column.cast(pl.Int64)
    return column.cast(pl.String)
