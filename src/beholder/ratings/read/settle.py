"""From a draft to ratings: what every file has to go through, whatever it looked like."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from beholder.errors import TableError
from beholder.ratings.read.parts import FACT, About, Draft, Wishes, as_names
from beholder.ratings.read.scales import guess_scale
from beholder.ratings.read.scores import parse_scores
from beholder.ratings.votes import Codes, Facts, Ratings, Scale, Values

__all__ = ["settle"]

TRUE = ("1", "true", "yes", "y", "t", "training", "train", "practice", "1.0")
MILLISECONDS = 300.0  # a median time per vote beyond five minutes: the unit is milliseconds
SHOWN = 5  # examples in a message
ROLES: tuple[About, ...] = ("stimulus", "rater")
PLURALS: Mapping[About, str] = {"stimulus": "stimuli", "rater": "raters"}


def settle(draft: Draft, wishes: Wishes) -> list[Ratings]:
    """Check and encode the votes of a draft: one `Ratings` per question, in order of appearance.

    Raises
    ------
    TableError
        When there is no vote, or some cannot be used.
    """
    votes, said = _without_training(draft.votes)
    said = [*draft.assumed, *said]
    if "question" not in votes.columns:
        return [_ratings(draft, votes, wishes, question="quality", said=said)]
    parts = votes.with_columns(pl.col("question").fill_null("quality")).partition_by(
        "question", maintain_order=True, as_dict=True
    )
    settled = []
    for (question,), part in parts.items():
        if wishes.question is None or str(question) == wishes.question:
            settled.append(_ratings(draft, part, wishes, question=str(question), said=said))
    if not settled:
        asked = ", ".join(str(key[0]) for key in parts)
        raise TableError(draft.where, f"it has no question {wishes.question!r}", f"name one of: {asked}")
    return settled


def _without_training(votes: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    if "training" not in votes.columns:
        return votes, []
    marks = votes["training"].cast(pl.String).str.strip_chars().str.to_lowercase()
    training = marks.is_in(TRUE).fill_null(value=False)
    votes = votes.drop("training")
    if not training.any():
        return votes, []
    said = f"{int(training.sum())} votes of the training are left out"
    return votes.filter(~training), [said]


def _ratings(draft: Draft, votes: pl.DataFrame, wishes: Wishes, *, question: str, said: list[str]) -> Ratings:
    where, said = draft.where, list(said)
    votes, how = parse_scores(where, votes)
    said += how
    votes, names = _named(where, votes, said)
    about = _facts(votes, draft.facts, names, said)
    votes = votes.select(pl.exclude(f"^{FACT}.*$"))
    if votes["score"].null_count():
        votes = votes.filter(pl.col("score").is_not_null())
    if votes.is_empty():
        raise TableError(where, "it holds no vote", "give a table with at least one vote")
    scale = _scale(where, votes, wishes.scale, said)
    votes = _once(votes, said)
    stimulus, rater = (votes[role].to_numpy().astype(np.int32) for role in ("stimulus", "rater"))
    order, seconds = _order(votes, rater, said), _seconds(votes, said)
    cell = stimulus.astype(np.int64) * len(names["rater"]) + rater
    return Ratings(
        stimuli=tuple(names["stimulus"]),
        raters=tuple(names["rater"]),
        stimulus=stimulus,
        rater=rater,
        score=votes["score"].to_numpy(),
        repetition=_repetitions(votes, cell, order, said),
        scale=scale,
        question=question,
        order=order,
        seconds=seconds,
        about_stimuli=about["stimulus"],
        about_raters={} if draft.anonymous else about["rater"],
        assumed=tuple(said),
        anonymous=draft.anonymous,
    )


def _named(where: str, votes: pl.DataFrame, said: list[str]) -> tuple[pl.DataFrame, dict[About, list[str]]]:
    """Give stimuli and raters numbers, in order of appearance.

    Votes without one of them are refused; rows that hold nothing are left out.
    """
    names: dict[About, list[str]] = {}
    for role in ROLES:
        codes, names[role] = _coded(votes[role])
        votes = votes.with_columns(codes.alias(role))
    nameless = votes["stimulus"].is_null() | votes["rater"].is_null()
    if not nameless.any():
        return votes, names
    without = votes.filter(nameless)
    voted = without.filter(pl.col("score").is_not_null())
    if not voted.is_empty():
        role = "stimulus" if voted["stimulus"].null_count() else "rater"
        what = f"{len(voted)} votes have no {role}, the first in row {voted['line'][0]}"
        raise TableError(where, what, f"fill in the {role}, or remove those rows")
    said.append(f"{len(without)} rows without a stimulus, a rater and a vote are left out")
    return votes.filter(~nameless), names


def _coded(column: pl.Series) -> tuple[pl.Series, list[str]]:
    """Give the number of each name, null for an empty one, and the names."""
    column = as_names(column)
    found = column.drop_nulls().unique(maintain_order=True).to_list()
    clean = [name.strip() for name in found]
    names = list(dict.fromkeys(name for name in clean if name))
    codes = column.cast(pl.Enum(found)).to_physical().cast(pl.Int32)
    if names == found:
        return codes, names
    place = {name: number for number, name in enumerate(names)}
    return codes.replace_strict(
        list(range(len(found))), [place.get(name) for name in clean], return_dtype=pl.Int32
    ), names


def _scale(where: str, votes: pl.DataFrame, wished: Scale | None, said: list[str]) -> Scale:
    counted = votes["score"].value_counts().sort("score")
    values, counts = counted["score"].to_numpy(), counted["count"].to_numpy().astype(np.float64)
    if wished is None:
        scale, how = guess_scale(where, values, counts)
        said.append(how)
        return scale
    off = ~wished.holds(values)
    if wished.step is not None:
        steps = (values - wished.low) / wished.step
        between = np.abs(steps - np.round(steps)) > 1e-9
    else:
        between = np.zeros(len(values), np.bool_)
    bad = off | between
    if bad.any():
        rows = votes.filter(pl.col("score").is_in(values[bad].tolist())).head(SHOWN)
        first = ", ".join(f"{score:g} in row {line}" for score, line in rows.select("score", "line").iter_rows())
        what = f"{counts[bad].sum():.0f} votes are not on the scale {wished}: {first}"
        raise TableError(where, what, "name the right scale, or mend the votes")
    return wished


def _once(votes: pl.DataFrame, said: list[str]) -> pl.DataFrame:
    """Leave out votes that stand twice: rows alike in everything, where something such as a time tells votes apart."""
    telling = [name for name in ("order", "seconds") if name in votes.columns]
    if not telling or votes.select(pl.col(telling[0]).n_unique()).item() < len(votes) / 2:
        return votes
    cells = [name for name in votes.columns if name != "line"]
    kept = votes.unique(cells, keep="first", maintain_order=True)
    if len(kept) < len(votes):
        said.append(f"{len(votes) - len(kept)} rows stand twice, alike to the time of the vote, and count once")
    return kept


def _order(votes: pl.DataFrame, rater: Codes, said: list[str]) -> Values | None:
    """Give each vote its place in the sitting of its rater, from 0."""
    if "order" not in votes.columns:
        return None
    given = votes["order"]
    if given.dtype == pl.String:
        given = _moments(given)
    keyed = pl.DataFrame({"rater": rater, "order": given})
    if keyed["order"].null_count() == len(keyed):
        said.append("the column of the order holds neither numbers nor times, and is not used")
        return None
    place = keyed.select(pl.col("order").rank("ordinal").over("rater").cast(pl.Float64) - 1.0)["order"]
    values: Values = place.fill_null(float("nan")).to_numpy().copy()
    return values


def _moments(cells: pl.Series) -> pl.Series:
    numbers = cells.cast(pl.Float64, strict=False)
    if numbers.null_count() < len(cells):
        return numbers
    for pattern in (None, "%Y-%m-%d %H:%M:%S %f", "%d.%m.%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"):
        try:
            return cells.str.strip_chars().str.to_datetime(pattern, time_unit="us").cast(pl.Float64)
        except pl.exceptions.PolarsError:
            continue
    return numbers


def _seconds(votes: pl.DataFrame, said: list[str]) -> Values | None:
    if "seconds" not in votes.columns:
        return None
    given = votes["seconds"].cast(pl.Float64, strict=False)
    typical = given.median()
    if not isinstance(typical, float):
        return None
    if typical > MILLISECONDS:
        said.append(f"the times per vote are taken as milliseconds (half of them are above {typical:g})")
        given = given / 1000.0
    values: Values = given.fill_null(float("nan")).to_numpy().copy()
    return values


def _repetitions(votes: pl.DataFrame, cell: NDArray[np.int64], order: Values | None, said: list[str]) -> Codes:
    """Count the votes of a rater on a stimulus from 0: as the file numbers them, or in order of the sitting or file."""
    by: Values | None = None
    if "repetition" in votes.columns:
        by = votes["repetition"].cast(pl.Float64, strict=False).fill_null(np.inf).to_numpy()
        how = "numbered as in the file"
    elif order is not None:
        by, how = order, "in order of the sitting"
    else:
        how = "in order of the file"
    sorting = np.argsort(cell, kind="stable") if by is None else np.lexsort((by, cell))
    cell = cell[sorting]
    new = np.ones(len(cell), np.bool_)
    new[1:] = cell[1:] != cell[:-1]
    again = int(len(cell) - new.sum())
    repetition = np.zeros(len(cell), np.int32)
    if not again:
        return repetition
    said.append(f"{again} votes of a rater on a stimulus that the rater had voted on already are repetitions, {how}")
    starts = np.flatnonzero(new)
    repetition[sorting] = np.arange(len(cell)) - np.repeat(starts, np.diff(np.append(starts, len(cell))))
    return repetition


def _facts(
    votes: pl.DataFrame, known: Mapping[str, About], names: Mapping[About, list[str]], said: list[str]
) -> dict[About, Facts]:
    """Sort facts by whom they are about: a fact about a stimulus is the same in all of its votes."""
    about: dict[About, dict[str, tuple[str | None, ...]]] = {"stimulus": {}, "rater": {}}
    unused = []
    for column in [name for name in votes.columns if name.startswith(FACT)]:
        fact = column.removeprefix(FACT)
        cells = votes.select("stimulus", "rater", pl.col(column).cast(pl.String).alias("fact")).filter(
            pl.col("fact").is_not_null() & (pl.col("fact") != "")
        )
        wanted: tuple[About, ...] = (known[fact],) if fact in known else ("rater", "stimulus")
        kind = next((one for one in wanted if _is_about(cells, one)), None)
        if kind is None or (fact not in known and cells["fact"].n_unique() < 2):
            unused.append(fact)
            continue
        first = dict(cells.unique(kind, keep="first").select(kind, "fact").iter_rows())
        about[kind][fact] = tuple(first.get(number) for number in range(len(names[kind])))
    said += [f"kept about {kinds}: {', '.join(about[kind])}" for kind, kinds in PLURALS.items() if about[kind]]
    if unused:
        said.append(f"columns that are not used: {', '.join(unused)}")
    return dict(about)


def _is_about(cells: pl.DataFrame, kind: About) -> bool:
    return len(cells) > 0 and cells.select(pl.struct(kind, "fact").n_unique()).item() == cells[kind].n_unique()
