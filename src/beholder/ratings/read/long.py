"""Long tables: a vote per row, or the votes of several questions per row.

Covers the usual CSV of laboratories (``PVS_id, Tester_id, Score``), the ``_votes_per_worker.csv`` of Microsoft's
P.808 and P.910 toolkits, the tables of AVrateNG and Voyager, and the output of most pages that collect votes.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from beholder.errors import TableError
from beholder.ratings.read.columns import FACTS, ROLES, is_aggregate, question_of, roles_of
from beholder.ratings.read.parts import FACT, About, Draft, Sheet, Wishes, as_names
from beholder.ratings.read.scores import looks_numeric

__all__ = ["drafts", "fits"]

LEAST_VOTED = 1.5  # votes per stimulus; a table with one number per stimulus and no rater holds finished scores


def fits(sheet: Sheet, wishes: Wishes) -> bool:
    """Tell whether a sheet has a row per vote."""
    if not sheet.header:
        return False
    roles = roles_of(sheet.where, sheet.frame.columns, wishes.columns)
    named = "stimulus" in roles or {"source", "condition"} <= roles.keys()
    if "rater" in roles and named:
        return bool(_scores(sheet, roles))
    return named and "score" in roles and len(_numeric(sheet, roles)) == 1


def drafts(sheet: Sheet, wishes: Wishes) -> list[Draft]:
    """Take the votes of a long table.

    Raises
    ------
    TableError
        When it holds one finished score per stimulus instead of votes.
    """
    roles = roles_of(sheet.where, sheet.frame.columns, wishes.columns)
    said = list(sheet.assumed)
    frame = _stimulus(sheet, roles, said)
    anonymous = "rater" not in roles
    frame = _unknown_raters(sheet.where, frame, said) if anonymous else frame.with_columns(rater=pl.col(roles["rater"]))
    frame = frame.with_columns(line=pl.int_range(pl.len(), dtype=pl.UInt32) + sheet.first)
    kept: list[pl.Expr] = [pl.col(name) for name in ("stimulus", "rater", "line")]
    kept += [pl.col(roles[role]).alias(role) for role in ("repetition", "order", "training") if role in roles]
    if "seconds" in roles:
        kept.append(_in_seconds(roles["seconds"]))
    facts, about = _facts(frame, sheet, roles)
    scores = _scores(sheet, roles)
    said.append(_how(roles, scores, anonymous=anonymous))
    parts = [_part(frame, sheet, roles, name, [*kept, *facts], several=len(scores) > 1) for name in scores]
    votes = pl.concat(parts) if len(parts) > 1 else parts[0]
    return [Draft(sheet.where, votes, facts=about, anonymous=anonymous, assumed=tuple(said))]


def _scores(sheet: Sheet, roles: Mapping[str, str]) -> list[str]:
    """Name the columns that hold votes: the one called so, or one per question, or the only one with numbers."""
    if "score" in roles:
        return [roles["score"]]
    free = _numeric(sheet, roles)
    asked = [name for name in free if question_of(name)]
    return asked or (free if len(free) == 1 else [])


def _numeric(sheet: Sheet, roles: Mapping[str, str]) -> list[str]:
    taken = {name for role, name in roles.items() if role != "score"}
    frame = sheet.frame.head(10_000)
    names = [name for name in frame.columns if name not in taken and not is_aggregate(name)]
    return [name for name in names if looks_numeric(frame[name])]


def _stimulus(sheet: Sheet, roles: Mapping[str, str], said: list[str]) -> pl.DataFrame:
    frame = sheet.frame
    if "stimulus" in roles:
        return frame.with_columns(as_names(frame[roles["stimulus"]]).alias("stimulus"))
    parts = [pl.lit(as_names(frame[roles[role]])) for role in ("source", "condition")]
    said.append(f"a stimulus is a {roles['source']} and a {roles['condition']} together")
    return frame.with_columns(stimulus=pl.concat_str(parts, separator="/"))


def _unknown_raters(where: str, frame: pl.DataFrame, said: list[str]) -> pl.DataFrame:
    if len(frame) < LEAST_VOTED * frame["stimulus"].n_unique():
        what = "it has one number per stimulus and no column of raters: these look like finished scores, not votes"
        raise TableError(where, what, "give the votes of each rater, or name the rater's column")
    said.append("the file does not say who voted: votes of one stimulus are known, raters are not")
    place = pl.int_range(pl.len()).over("stimulus") + 1
    return frame.with_columns(rater=pl.format("vote {}", place))


def _in_seconds(name: str) -> pl.Expr:
    value = pl.col(name).cast(pl.Float64, strict=False)
    return (value / 1000.0 if name.lower().rstrip(")]").endswith("ms") else value).alias("seconds")


def _facts(frame: pl.DataFrame, sheet: Sheet, roles: Mapping[str, str]) -> tuple[list[pl.Expr], dict[str, About]]:
    """Every column that is no part of the vote may be a fact about the stimulus or the rater."""
    used = {name for role, name in roles.items() if role in ROLES} | set(_scores(sheet, roles))
    names = {name: role for role, name in roles.items() if role in FACTS}
    exprs, about = [], {}
    for name in sheet.frame.columns:
        if name in used or is_aggregate(name) or frame[name].dtype.is_nested():
            continue
        fact = names.get(name, name)
        exprs.append(pl.col(name).alias(FACT + fact))
        if name in names:
            about[fact] = FACTS[fact][0]
    return exprs, about


def _how(roles: Mapping[str, str], scores: list[str], *, anonymous: bool) -> str:
    who = "" if anonymous else f", raters from {roles['rater']!r}"
    what = f"stimuli from {roles['stimulus']!r}" if "stimulus" in roles else "stimuli as said"
    more = [f"{role} from {roles[role]!r}" for role in ("order", "seconds", "repetition", "question") if role in roles]
    return f"a row is a vote: {', '.join([what + who, 'votes from ' + ', '.join(map(repr, scores)), *more])}"


def _part(
    frame: pl.DataFrame, sheet: Sheet, roles: Mapping[str, str], name: str, kept: list[pl.Expr], *, several: bool
) -> pl.DataFrame:
    """Take the votes of one column, with the question that they answer."""
    asked: list[pl.Expr] = []
    if "experiment" in roles and frame[roles["experiment"]].n_unique() > 1:
        asked.append(pl.col(roles["experiment"]).cast(pl.String))
    if "question" in roles:
        asked.append(pl.col(roles["question"]).cast(pl.String))
    elif several or sheet.question:
        asked.append(pl.lit((question_of(name) or name) if several else sheet.question))
    chosen = [*kept, pl.col(name).alias("score")]
    if asked:
        chosen.append(pl.concat_str(asked, separator=" ").alias("question"))
    return frame.select(chosen)
