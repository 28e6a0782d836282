"""Results of webMUSHRA (one CSV per kind of page) and of pymushra (TinyDB, as JSON).

A page shows several conditions of one piece; a stimulus is the piece and the condition together (``trial1/C2``).
webMUSHRA gives raters no name of their own: what they filled in on the questionnaire tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from beholder.errors import TableError
from beholder.ratings.read.parts import FACT, Draft, Sheet, Wishes

__all__ = ["drafts", "fits", "is_tiny", "tiny_drafts"]

PAGE = {
    "trial_id": "trial",
    "rating_stimulus": "stimulus",
    "stimuli": "stimulus",
    "rating_score": "score",
    "stimuli_rating": "score",
}
EXPORT = {"wm_id": "trial", "responses_stimulus": "stimulus", "responses_score": "score"}
NOT_ABOUT_RATERS = {"session_test_id", "session_uuid", "trial_id", "rating_comment", "choice_comment"}
PAIRS = ("choice_reference", "choice_answer")
DOUBLE = ("rating_reference", "rating_non_reference", "rating_reference_score", "rating_non_reference_score")


def fits(sheet: Sheet, _: Wishes) -> bool:
    """Tell whether a sheet is a page's CSV of webMUSHRA."""
    names = set(sheet.frame.columns)
    return sheet.header and "session_test_id" in names and "trial_id" in names


def drafts(sheet: Sheet, _: Wishes) -> list[Draft]:
    """Take the votes of a webMUSHRA CSV.

    Raises
    ------
    TableError
        For pages of pair comparison.
    """
    frame = sheet.frame.with_columns(line=pl.int_range(pl.len(), dtype=pl.UInt32) + sheet.first)
    names = frame.columns
    if set(PAIRS) & set(names):
        raise TableError(sheet.where, "it holds pair comparisons, not votes", "use beholder pairs")
    asked = names[names.index("session_test_id") + 1 : names.index("trial_id")]
    about = [name for name in asked if name not in NOT_ABOUT_RATERS]
    said = list(sheet.assumed)
    if "session_uuid" in names:
        rater = pl.col("session_uuid")
    elif about:
        rater = pl.concat_str([pl.col(name).fill_null("") for name in about], separator=" ")
        said.append(f"the file gives raters no name: those with the same {', '.join(about)} are one")
    else:
        raise TableError(
            sheet.where, "it does not tell raters apart", "add a question for a name or number to the test"
        )
    facts = [pl.col(name).alias(FACT + name) for name in about if "uuid" not in name]
    votes = _double(frame) if set(DOUBLE) <= set(names) else frame.rename({k: v for k, v in PAGE.items() if k in names})
    if "rating_time" in names:
        votes = votes.with_columns(seconds=pl.col("rating_time").cast(pl.Float64, strict=False) / 1000.0)
    else:
        votes = votes.with_columns(seconds=pl.lit(None, pl.Float64))
    votes = votes.with_columns(rater.alias("rater")).select(*_vote(), *facts)
    return [Draft(sheet.where, votes, facts=_about(about), assumed=(*said, *_said()))]


def _double(frame: pl.DataFrame) -> pl.DataFrame:
    """Take the two votes of a page of BS.1116: on the hidden reference and on the other."""
    both = [
        frame.with_columns(trial="trial_id", stimulus=name, score=f"{name}_score")
        for name in ("rating_reference", "rating_non_reference")
    ]
    return pl.concat(both)


def _vote() -> list[pl.Expr]:
    condition = pl.col("stimulus").cast(pl.String)
    return [
        pl.concat_str([pl.col("trial").cast(pl.String), condition], separator="/").alias("stimulus"),
        pl.col("rater").cast(pl.String),
        pl.col("score"),
        pl.col("line"),
        pl.col("seconds"),
        pl.col("trial").cast(pl.String).alias(FACT + "source"),
        condition.alias(FACT + "condition"),
        pl.when(condition == "reference").then(pl.lit("yes")).otherwise(None).alias(FACT + "reference"),
    ]


def _about(names: list[str]) -> dict[str, Any]:
    return dict.fromkeys(("source", "condition", "reference"), "stimulus") | dict.fromkeys(names, "rater")


def _said() -> list[str]:
    return ["a stimulus is a trial and a condition together; times per vote are milliseconds, as webMUSHRA writes them"]


def is_tiny(document: Any) -> bool:
    """Tell whether a JSON document is a TinyDB of pymushra: tables of numbered trials with their responses."""
    return isinstance(document, dict) and any(True for _ in _trials(document))


def _trials(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for table, rows in document.items():
        for row in rows.values() if isinstance(rows, dict) else ():
            if isinstance(row, dict) and isinstance(row.get("responses"), list):
                yield table, row


def tiny_drafts(where: str, document: Mapping[str, Any]) -> list[Draft]:
    """Take the votes of a pymushra database; each table is a test of its own."""
    rows: list[dict[str, Any]] = []
    about: list[str] = []
    left = 0
    tables = {table for table, _ in _trials(document)}
    for number, (table, trial) in enumerate(_trials(document), start=1):
        asked = trial.get("questionaire")
        person = asked if isinstance(asked, dict) else {}
        about += [name for name in person if name not in about and name != "uuid"]
        for response in trial["responses"]:
            if not isinstance(response, dict) or "score" not in response:
                left += 1
                continue
            rows.append(_row(number, table if len(tables) > 1 else None, trial, response, person))
    if not rows:
        raise TableError(where, "its trials hold no scores", "give the database of a MUSHRA or a rating test")
    said = _said() + ([f"{left} answers without a score (pair comparisons, texts) are left out"] if left else [])
    frame = pl.DataFrame(rows, infer_schema_length=None, strict=False)
    if len(tables) > 1:
        said.append(f"the database holds {len(tables)} tests, each a question of its own")
    facts = [pl.col(FACT + name) for name in about]
    votes = frame.select(*_vote(), *facts, *([pl.col("question")] if len(tables) > 1 else []))
    return [Draft(where, votes, facts=_about(about), assumed=tuple(said))]


def _row(
    number: int, table: str | None, trial: Mapping[str, Any], response: Mapping[str, Any], person: Mapping[str, Any]
) -> dict[str, Any]:
    time = response.get("time")
    return {
        "trial": str(trial.get("id", "")),
        "stimulus": str(response.get("stimulus", "")),
        "rater": str(person.get("uuid") or " ".join(str(value) for value in person.values())),
        "score": response["score"],
        "line": number,
        "seconds": time / 1000.0 if isinstance(time, int | float) else None,
        "question": table,
    } | {FACT + name: str(value) for name, value in person.items() if name != "uuid"}
