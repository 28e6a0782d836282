"""Wide tables: stimuli down and raters across, or the other way round (ZREC); LIVE matrices with -1 for 'not rated'."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from beholder.ratings.read.columns import FACTS, is_aggregate, plain, roles_of
from beholder.ratings.read.parts import FACT, About, Draft, Orientation, Sheet, Wishes, as_names
from beholder.ratings.read.scores import lenient, looks_numeric
from beholder.ratings.votes import Values

__all__ = ["drafts", "fits", "rows_are"]

RATER_NAME = re.compile(
    r"^(?:users?|u|subjects?|subj|sub|s|raters?|r|observers?|obs|o|participants?|part|p|viewers?|v|listeners?|l|"
    r"workers?|w|testers?|t|assessors?|a|n|no|id)?[\W_]*\d+$",
    re.IGNORECASE,
)
FILE_NAME = re.compile(
    r"[\\/]|\.(?:mp4|mkv|mov|webm|avi|yuv|y4m|ts|h26[45]|wav|flac|mp3|ogg|opus|png|jpe?g|webp|bmp|json)$", re.IGNORECASE
)
STIMULUS_NAME = re.compile(
    r"^(?:clip|video|stimul|pvs|image|picture|sample|sequence|audio|item|hrc|src)[\w\s.-]*\d", re.IGNORECASE
)
REPEATED = re.compile(r"^(.+?)[\s_.-]*(?:rep|repetition|repeat|run)[\s_.-]*(\d+)$", re.IGNORECASE)
MOST = 0.5  # of the names have to look alike


def fits(sheet: Sheet, wishes: Wishes) -> bool:
    """Tell whether a sheet has a column of votes at all."""
    return sheet.header and bool(_columns(sheet, wishes).votes)


@dataclass(frozen=True, slots=True)
class _Columns:
    name: str | None
    votes: list[str]
    facts: dict[str, str]
    left_out: list[str]
    question: str | None
    training: str | None


def drafts(sheet: Sheet, wishes: Wishes) -> list[Draft]:
    """Take the votes of a wide table."""
    columns = _columns(sheet, wishes)
    said = list(sheet.assumed)
    if columns.left_out:
        said.append(f"columns made of votes, not votes, are left out: {', '.join(columns.left_out)}")
    rows, how = _orientation(sheet, wishes, columns)
    said.append(how)
    frame = sheet.frame.with_columns(line=pl.int_range(pl.len(), dtype=pl.UInt32) + sheet.first)
    if columns.name is None:
        said.append(f"the {rows} have no names and are counted from 1")
        named = frame.with_columns(row=pl.format("{}", pl.int_range(pl.len()) + 1))
    else:
        named = frame.with_columns(as_names(frame[columns.name]).alias("row"))
    kind: About = "stimulus" if rows == "stimuli" else "rater"
    other = "rater" if kind == "stimulus" else "stimulus"
    index = ["row", "line", *(name for name in (columns.question, columns.training) if name), *columns.facts]
    long = named.select(*index, *columns.votes).unpivot(
        columns.votes, index=index, variable_name="column", value_name="score"
    )
    long = long.rename({"row": kind, "column": other} | {name: FACT + fact for name, fact in columns.facts.items()})
    long = long.rename(
        {name: role for role, name in (("question", columns.question), ("training", columns.training)) if name}
    )
    if sheet.question and "question" not in long.columns:
        long = long.with_columns(question=pl.lit(sheet.question))
    long = _repeated_columns(long, other, columns.votes, said)
    return [Draft(sheet.where, long, facts=dict.fromkeys(columns.facts.values(), kind), assumed=tuple(said))]


def _columns(sheet: Sheet, wishes: Wishes) -> _Columns:
    """Sort the columns: the names of the rows, votes, facts, and what is made of votes."""
    roles = roles_of(sheet.where, sheet.frame.columns, wishes.columns)
    head = sheet.frame.head(1000)
    numeric = {name: looks_numeric(head[name]) for name in head.columns}
    name = _naming(sheet, roles, numeric)
    facts = {column: role for role, column in roles.items() if role in FACTS and column != name}
    kept = {name, roles.get("question"), roles.get("training"), *facts}
    left_out = [column for column in head.columns if column not in kept and numeric[column] and is_aggregate(column)]
    votes = [column for column in head.columns if column not in kept and numeric[column] and column not in left_out]
    empty = [
        column for column in head.columns if column not in kept and sheet.frame[column].null_count() == len(sheet.frame)
    ]
    strange = _strange(head, votes)
    other = {column for column in head.columns if column not in kept and column not in [*votes, *left_out, *empty]}
    facts |= {column: column for column in head.columns if column in strange | other}
    votes = [
        column
        for column in head.columns
        if (column in votes and column not in strange) or _unvoted(column, empty, votes)
    ]
    return _Columns(name, votes, facts, left_out, roles.get("question"), roles.get("training"))


def _unvoted(column: str, empty: list[str], votes: list[str]) -> bool:
    """Tell whether a column without a vote is a rater who gave none: it is named like the others."""
    return column in empty and any(_shape(column) == _shape(other) for other in votes)


def _naming(sheet: Sheet, roles: Mapping[str, str], numeric: Mapping[str, bool]) -> str | None:
    """Find the column with the names of the rows."""
    for role in ("stimulus", "rater"):
        if role in roles:
            return roles[role]
    names = sheet.frame.columns
    other = {column for role, column in roles.items() if role not in {"stimulus", "rater", "score"}}
    filled = [name for name in names if name not in other and sheet.frame[name].null_count() < len(sheet.frame)]
    text = [name for name in filled if not numeric[name]]
    unique = [name for name in text if sheet.frame[name].n_unique() == len(sheet.frame)]
    if unique or text:
        return (unique or text)[0]
    first, others = names[0], names[1:]
    shapes = Counter(_shape(name) for name in others)
    if first.startswith("column_") or plain(first) in {"", "id", "index", "no", "nr", "row"}:
        return first
    odd = bool(others) and shapes.most_common(1)[0][1] > MOST * len(others) and _shape(first) not in shapes
    return first if odd and sheet.frame[first].n_unique() == len(sheet.frame) else None


def _shape(name: str) -> str:
    return re.sub(r"\d+", "#", name.strip())


def _strange(head: pl.DataFrame, votes: list[str]) -> set[str]:
    """Find columns of numbers that are named unlike the others and lie off their range: facts such as a bitrate."""
    shapes = Counter(_shape(name) for name in votes)
    if not shapes or shapes.most_common(1)[0][1] <= MOST * len(votes):
        return set()
    usual = shapes.most_common(1)[0][0]
    alike = [name for name in votes if _shape(name) == usual]
    low, high = _range(head, alike)
    rest = [name for name in votes if _shape(name) != usual]
    return {name for name in rest if _range(head, [name])[0] < low or _range(head, [name])[1] > high}


def _range(head: pl.DataFrame, names: list[str]) -> tuple[float, float]:
    values = np.concatenate([lenient(head[name]) for name in names])
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if len(values) else (np.inf, -np.inf)


def _orientation(sheet: Sheet, wishes: Wishes, columns: _Columns) -> tuple[Orientation, str]:
    roles = roles_of(sheet.where, sheet.frame.columns, wishes.columns)
    names = [] if columns.name is None else sheet.frame[columns.name].cast(pl.String).drop_nulls().head(1000).to_list()
    told: Orientation | None = None
    if "rater" in roles and "stimulus" not in roles:
        told = "raters"
    elif "stimulus" in roles or _mostly(FILE_NAME, names) or _mostly(RATER_NAME, columns.votes):
        told = "stimuli"
    like_stimuli = _mostly(FILE_NAME, columns.votes) or _mostly(STIMULUS_NAME, columns.votes)
    if like_stimuli and "stimulus" not in roles:
        told = "raters"
    if wishes.orientation:
        return wishes.orientation, f"rows are {wishes.orientation}, as asked"
    if told:
        other = "raters" if told == "stimuli" else "stimuli"
        return told, f"rows are {told} and columns are {other}, by their names"
    head = sheet.frame.head(20_000).select(columns.votes)
    return rows_are(np.column_stack([lenient(head[name]) for name in columns.votes]))


def _mostly(pattern: re.Pattern[str], names: list[str]) -> bool:
    return bool(names) and sum(pattern.search(name.strip()) is not None for name in names) > MOST * len(names)


def rows_are(matrix: Values) -> tuple[Orientation, str]:
    """Tell from the votes what the rows of a matrix are: votes differ more between stimuli than between raters.

    Parameters
    ----------
    matrix : float64 array, shape (rows, columns)
        NaN where there is no vote.

    Returns
    -------
    tuple of Orientation and str
    """
    down, across = _spread(matrix), _spread(matrix.T)
    rows: Orientation = "stimuli" if down >= across or not np.isfinite(across) else "raters"
    reason = f"the means of rows spread {down:.2f}, those of columns {across:.2f}, and stimuli differ more than raters"
    return rows, f"rows are taken as {rows}: {reason}"


def _spread(matrix: Values) -> float:
    """Give the standard deviation of the means of rows, less what chance alone would give."""
    count = np.isfinite(matrix).sum(axis=1)
    filled = np.where(np.isfinite(matrix), matrix, 0.0)
    mean = filled.sum(axis=1)[count > 0] / count[count > 0]
    if len(mean) < 2:
        return 0.0
    everything = matrix[np.isfinite(matrix)]
    chance = everything.var() * np.mean(1.0 / count[count > 0])
    return float(np.sqrt(max(0.0, mean.var(ddof=1) - chance)))


def _repeated_columns(long: pl.DataFrame, kind: str, names: list[str], said: list[str]) -> pl.DataFrame:
    """Take ``user1_rep2`` as the second vote of ``user1``, and a column that stands twice as the same one."""
    found = {name: match for name in names if (match := REPEATED.match(name))}
    if len(found) < len(names):
        return long
    bases = {name: match.group(1) for name, match in found.items()}
    turns = {name: int(match.group(2)) for name, match in found.items()}
    said.append(f"{len(names)} columns are {len(set(bases.values()))} {kind}s with repetitions, by their names")
    column = pl.col(kind)
    return long.with_columns(
        column.replace_strict(bases, return_dtype=pl.String).alias(kind),
        column.replace_strict(turns, return_dtype=pl.Int64).alias("repetition"),
    )
