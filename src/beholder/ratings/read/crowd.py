"""Tables that tell the votes of each stimulus, but not who gave them.

The ``_votes_per_clip.csv`` of Microsoft's P.808 and P.910 toolkits (``file_url, n, MOS, ..., vote_1, vote_2``), and
tables with a list of votes in a cell (Waterloo SQoE: ``[95 83 87]``).
"""

from __future__ import annotations

import re

import polars as pl

from beholder.errors import TableError
from beholder.ratings.read.columns import is_aggregate, roles_of
from beholder.ratings.read.parts import FACT, Draft, Sheet, Wishes
from beholder.ratings.read.scores import looks_numeric

__all__ = ["drafts", "fits"]

NUMBERED = re.compile(r"^(?:vote|score|rating)s?[\s_]?\d+$", re.IGNORECASE)
LIST = r"^\s*[\[({]\s*-?\d+(?:\.\d+)?(?:\s*[\s,;]\s*-?\d+(?:\.\d+)?)+\s*[\])}]\s*$"
NOBODY = "the file does not say who voted: votes of one stimulus are known, raters are not"


def fits(sheet: Sheet, wishes: Wishes) -> bool:
    """Tell whether a sheet holds numbered votes beside their mean, or lists of votes."""
    if not sheet.header:
        return False
    names = sheet.frame.columns
    roles = roles_of(sheet.where, names, wishes.columns)
    per_clip = "rater" not in roles and any(map(NUMBERED.match, names)) and any(map(is_aggregate, names))
    return per_clip or _lists(sheet) is not None or _only_aggregates(sheet, wishes)


def drafts(sheet: Sheet, wishes: Wishes) -> list[Draft]:
    """Take the votes.

    Raises
    ------
    TableError
        When the sheet holds finished scores only.
    """
    if _only_aggregates(sheet, wishes):
        what = "it holds finished scores (MOS and the like), no votes"
        raise TableError(sheet.where, what, "give the table of single votes, such as _votes_per_worker.csv")
    frame, names = sheet.frame, sheet.frame.columns
    frame = frame.with_columns(line=pl.int_range(pl.len(), dtype=pl.UInt32) + sheet.first)
    stimulus = roles_of(sheet.where, names, wishes.columns).get("stimulus", names[0])
    cells = _lists(sheet)
    if cells is not None:
        listed = pl.col(cells).cast(pl.String).str.extract_all(r"-?\d+(?:\.\d+)?").alias("score")
        used = {cells, stimulus}
        frame = frame.with_columns(listed)
        long = frame.explode("score").with_columns(pl.int_range(pl.len()).over("line").alias("place") + 1)
    else:
        votes = [name for name in names if NUMBERED.match(name)]
        used = {*votes, stimulus}
        index = [name for name in frame.columns if name not in votes]
        long = frame.unpivot(votes, index=index, variable_name="vote", value_name="score")
        long = long.with_columns(pl.col("vote").str.extract(r"(\d+)$").cast(pl.Int64).alias("place"))
    facts = [name for name in names if name not in used and not is_aggregate(name)]
    votes_of = long.select(
        pl.col(stimulus).cast(pl.String).alias("stimulus"),
        pl.format("vote {}", "place").alias("rater"),
        "line",
        "score",
        *(pl.col(name).alias(FACT + name) for name in facts),
    )
    about = dict.fromkeys(facts, "stimulus")
    said = (*sheet.assumed, f"stimuli are named by {stimulus!r}", NOBODY)
    return [Draft(sheet.where, votes_of, facts=about, anonymous=True, assumed=said)]  # type: ignore[arg-type]


def _lists(sheet: Sheet) -> str | None:
    """Find a column whose cells are lists of numbers."""
    for column in sheet.frame.head(100):
        if column.dtype == pl.String and column.str.contains(LIST).fill_null(value=False).mean() == 1.0:
            return column.name
    return None


def _only_aggregates(sheet: Sheet, wishes: Wishes) -> bool:
    """Tell whether a sheet holds MOS, and no more other numbers than could describe a stimulus."""
    names = [name for name in sheet.frame.columns if is_aggregate(name)]
    roles = roles_of(sheet.where, sheet.frame.columns, wishes.columns)
    scored = any("mos" in name.lower() or "groundtruth" in name.lower() for name in names)
    if not scored or "rater" in roles or "score" in roles or _lists(sheet) is not None:
        return False
    rest = [name for name in sheet.frame.columns if name not in names and name not in roles.values()]
    numeric = [name for name in rest if looks_numeric(sheet.frame[name].head(1000))]
    return len(numeric) <= len(names) and not any(map(NUMBERED.match, rest))
