"""Votes from files: whatever a laboratory, a crowd platform or a rating page writes.

The kind of file is told by its name and first bytes, the layout of a table by its columns and its votes. What was
taken for granted is said in `Ratings.assumed`. Nothing in a file is ever run, and nothing of it is lost silently.

==================== ==========================================================================================
kind                 layouts
==================== ==========================================================================================
delimited text       a vote per row; stimuli x raters and the reverse (ZREC, LIVE with -1); the demos of P.910 and
                     BT.500; votes per worker and per clip of Microsoft's P.808 and P.910; webMUSHRA
Parquet, Arrow,      the same tables (Excel needs the extra ``excel``)
Excel, data frames
JSON                 lists of votes, stimuli with raters, data sets of SUREAL, databases of pymushra
Python source        data sets of SUREAL, parsed as literals
SQLite               AVrateNG, AVrateVoyager
==================== ==========================================================================================
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from beholder.errors import TableError
from beholder.ratings.votes import Ratings, Scale

if TYPE_CHECKING:
    from beholder.ratings.pairs import Comparisons

__all__ = ["read", "read_comparisons", "read_every"]


def read(
    source: str | os.PathLike[str] | Any,
    *,
    question: str | None = None,
    scale: Scale | str | None = None,
    orientation: Literal["stimuli", "raters"] | None = None,
    columns: Mapping[str, str] | None = None,
) -> Ratings:
    """Read the votes on one question.

    Parameters
    ----------
    source : str, path or data frame
        A file, or a Polars, pandas or other data frame that narwhals knows.
    question : str, optional
        Which one, when the file holds several (``SIG``, ``BAK``, ``OVRL``).
    scale : Scale or str, optional
        The scale: ``"1-5"``, ``"0-100"``, ``"1-5/0.5"``. Guessed from the votes when it is not given.
    orientation : {"stimuli", "raters"}, optional
        What the rows of a wide table are. Guessed from names and votes when it is not given.
    columns : Mapping of str to str, optional
        Names of columns by role: ``{"stimulus": "Clip", "rater": "Who", "score": "V"}``; also ``question``,
        ``repetition``, ``order``, ``seconds``, ``training``, ``source``, ``condition``, ``gold``, ``trap``.

    Returns
    -------
    Ratings
        `Ratings.assumed` says in plain words what was taken for granted.

    Raises
    ------
    TableError
        When the file cannot be read, holds no vote or votes that cannot be used (off the scale, no number), or holds
        several questions and none was named.
    MissingExtra
        When the kind of file needs a part that is not installed.
    UsageError
        When the scale or the orientation is not understood.

    Examples
    --------
    >>> import polars as pl
    >>> votes = read(pl.DataFrame({"clip": ["a", "a", "b"], "rater": ["x", "y", "x"], "score": [5, 4, 1]}))
    >>> votes.stimuli, votes.raters, votes.score.tolist()
    (('a', 'b'), ('x', 'y'), [5.0, 4.0, 1.0])
    """
    from beholder.ratings.read.door import read_votes  # noqa: PLC0415 - polars is loaded when something is read

    found = read_votes(source, question=question, scale=scale, orientation=orientation, columns=columns)
    if question is not None:
        found = tuple(one for one in found if one.question == question) or found
    if len(found) > 1:
        where = source if isinstance(source, str | os.PathLike) else "the data frame"
        names = ", ".join(one.question for one in found)
        raise TableError(where, f"it holds several questions: {names}", "name one with question=, or use read_every")
    return found[0]


def read_every(
    source: str | os.PathLike[str] | Any,
    *,
    scale: Scale | str | None = None,
    orientation: Literal["stimuli", "raters"] | None = None,
    columns: Mapping[str, str] | None = None,
) -> tuple[Ratings, ...]:
    """Read the votes on every question of a file, such as SIG, BAK and OVRL of P.835; see `read`.

    Returns
    -------
    tuple of Ratings
        One per question, in the order of the file; `Ratings.question` names it.
    """
    from beholder.ratings.read.door import read_votes  # noqa: PLC0415 - polars is loaded when something is read

    return read_votes(source, question=None, scale=scale, orientation=orientation, columns=columns)


def read_comparisons(source: str | os.PathLike[str] | Any, *, columns: Mapping[str, str] | None = None) -> Comparisons:
    """Read the choices of a pair comparison test.

    Parameters
    ----------
    source : str, path or data frame
        A table with a row per comparison (two stimuli, and the name of the preferred one, or ``first``, ``second`` or
        ``tie``), a square table with how often the row was preferred to the column, or a data set of SUREAL.
    columns : Mapping of str to str, optional
        Names of columns: ``first``, ``second``, ``outcome``, ``rater``.

    Returns
    -------
    beholder.ratings.pairs.Comparisons

    Raises
    ------
    TableError
        When the file cannot be read or a choice is not understood.
    """
    from beholder.ratings.read.comparisons import read_pairs  # noqa: PLC0415 - loaded when something is read

    return read_pairs(source, columns=columns)
