"""Cells to votes: numbers, decimal commas, words of the category scales, and the many ways to write 'not rated'."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from beholder.errors import TableError
from beholder.ratings.votes import Values

__all__ = ["MISSING", "is_number", "lenient", "looks_numeric", "parse_scores"]

MISSING = frozenset(
    {
        "", "nan", "na", "n/a", "#n/a", "null", "none", "nil", "-", "--", "–", ".", "?", "x", "missing", "skipped",
        "not rated",
    }
)  # fmt: skip
"""What stands in a cell without a vote, in lower case."""
WORDS = {
    "bad": 1, "poor": 2, "fair": 3, "good": 4, "excellent": 5,
    "very annoying": 1, "annoying": 2, "slightly annoying": 3, "perceptible but not annoying": 4, "imperceptible": 5,
}  # fmt: skip
"""The words of the five-point scales (ITU-T P.800, P.910: quality and impairment)."""
LABELLED = re.compile(r"^(-?\d+(?:[.,]\d+)?)\s*[-:=(–]?\s*(?:excellent|good|fair|poor|bad)\)?$")
DECIMAL_COMMA = re.compile(r"^-?\d+,\d+$")
NOT_RATED = -1.0  # LIVE style matrices: -1 where a rater did not see a stimulus
NUMERIC_SHARE = 0.9  # of the cells that are not empty


def is_number(cell: str) -> bool:
    """Tell whether a cell holds a number or nothing."""
    return cell.strip().lower() in MISSING or _value(cell.strip().lower()) is not None


def looks_numeric(column: pl.Series) -> bool:
    """Tell whether a column holds numbers (or words of a category scale) where it holds anything."""
    if column.dtype.is_numeric():
        return True
    if column.dtype != pl.String:
        return False
    plain = column.str.strip_chars().str.to_lowercase()
    filled = plain.filter(plain.is_not_null() & ~plain.is_in(list(MISSING)))
    if not filled.len():
        return False
    good = filled.cast(pl.Float64, strict=False).is_not_null()
    rest = filled.filter(~good).value_counts()
    name = rest.columns[0]
    known = sum(count for cell, count in rest.select(name, "count").iter_rows() if _value(cell) is not None)
    return bool((int(good.sum()) + known) / filled.len() >= NUMERIC_SHARE)


def lenient(column: pl.Series) -> Values:
    """Give the numbers of a column, and NaN for whatever is none, to look at before it is decided what it is."""
    numbers = column.cast(pl.Float64, strict=False)
    if column.dtype == pl.String:
        odd = column.filter(numbers.is_null() & column.is_not_null()).unique().to_list()
        known = {cell: value for cell in odd if (value := _value(cell.strip().lower())) is not None}
        if known:
            mended = column.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Float64)
            numbers = numbers.fill_null(mended)
    values: Values = numbers.fill_null(float("nan")).to_numpy()
    return values


def parse_scores(where: str, votes: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Make the column ``score`` numbers, with null where there is no vote.

    Parameters
    ----------
    where : str
    votes : polars.DataFrame
        With ``score`` and ``line``.

    Returns
    -------
    tuple of polars.DataFrame and list of str
        The votes, and what was taken for granted.

    Raises
    ------
    TableError
        When a cell holds neither a number nor a word of a category scale nor a marker of a missing vote.
    """
    said: list[str] = []
    scores = votes["score"]
    if scores.dtype == pl.Boolean:
        scores = scores.cast(pl.Float64)
    if scores.dtype == pl.Null or scores.dtype.is_numeric():
        numbers = scores.cast(pl.Float64)
    elif scores.dtype == pl.String:
        numbers = _from_text(where, votes, said)
    else:
        raise TableError(where, f"its votes are {scores.dtype}, not numbers", "give the votes as numbers")
    numbers = numbers.fill_nan(None)
    if numbers.is_infinite().any():
        line = votes["line"].filter(numbers.is_infinite())[0]
        raise TableError(where, f"row {line} holds an infinite vote", "mend it")
    return votes.with_columns(_without_minus_one(numbers, said).alias("score")), said


def _from_text(where: str, votes: pl.DataFrame, said: list[str]) -> pl.Series:
    cells = votes["score"]
    numbers = cells.cast(pl.Float64, strict=False)
    odd = numbers.is_null() & cells.is_not_null()
    if not odd.any():
        return numbers
    distinct = cells.filter(odd).unique().to_list()
    read = {cell: _value(cell.strip().lower()) for cell in distinct}
    unknown = [cell for cell, value in read.items() if value is None and cell.strip().lower() not in MISSING]
    if unknown:
        line = votes["line"].filter(cells.is_in(unknown))[0]
        cell = cells.filter(cells.is_in(unknown))[0]
        what = f"row {line}: {cell[:40]!r} is no vote"
        if len(unknown) > 1:
            what += f" ({len(unknown)} such words or numbers in the file)"
        raise TableError(where, what, "mend it, or leave the cell empty when there was no vote")
    if any(DECIMAL_COMMA.match(cell.strip()) for cell in distinct):
        said.append("votes are written with decimal commas (3,5 is three and a half)")
    if any(cell.strip().lower() in WORDS for cell in distinct):
        said.append(
            "words were taken as votes: bad 1, poor 2, fair 3, good 4, excellent 5, and the like for impairment"
        )
    marked = sorted(cell.strip() for cell, value in read.items() if value is None and cell.strip())
    if marked:
        count = int(cells.is_in([cell for cell, value in read.items() if value is None]).sum())
        said.append(f"{count} cells with {', '.join(marked[:5])} hold no vote")
    known = {cell: value for cell, value in read.items() if value is not None}
    if not known:
        return numbers
    mended = cells.filter(odd).replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.Float64)
    places = np.flatnonzero(odd.to_numpy())
    return numbers.scatter(places, mended)


def _value(cell: str) -> float | None:
    if cell in WORDS:
        return float(WORDS[cell])
    labelled = LABELLED.match(cell)
    number = labelled.group(1) if labelled else cell
    if DECIMAL_COMMA.match(number):
        number = number.replace(",", ".")
    try:
        value = float(number)
    except ValueError:
        return None
    return None if np.isnan(value) else value


def _without_minus_one(numbers: pl.Series, said: list[str]) -> pl.Series:
    """Take -1 as 'not rated' where it is the only negative number, and the others are no comparison scale."""
    low, high = numbers.min(), numbers.max()
    if low != NOT_RATED or not isinstance(high, float) or high <= 3:
        return numbers
    if numbers.filter((numbers < 0) & (numbers != NOT_RATED)).len():
        return numbers
    count = int((numbers == NOT_RATED).sum())
    said.append(f"-1 is taken as 'not rated' ({count} cells)")
    return numbers.set(numbers == NOT_RATED, None)
