"""JSON: a list of votes, columns, stimuli with their raters, data sets of SUREAL, databases of pymushra."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from beholder.errors import TableError
from beholder.ratings.read import mushra, sureal
from beholder.ratings.read.parts import Draft, Sheet

__all__ = ["document_of", "load", "sniff", "taken"]

INNER = ("votes", "ratings", "records", "rows", "data", "results", "responses")
"""Keys under which software puts its list of votes."""
LARGEST = 1_000_000_000  # bytes


def sniff(path: Path, head: bytes) -> bool:
    """Tell whether a file is JSON."""
    return path.suffix.lower() in {".json", ".jsonl", ".ndjson"} or head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in {
        b"{",
        b"[",
    }


def load(path: Path) -> list[Sheet | Draft]:
    """Read the votes of a JSON file."""
    return taken(path.name, document_of(path))


def document_of(path: Path) -> Any:
    """Parse a JSON file, or one with a JSON object per line.

    Raises
    ------
    TableError
        When it is neither.
    """
    if path.stat().st_size > LARGEST:
        raise TableError(path, "it is larger than 1 GB", "give CSV or Parquet")
    try:
        text = path.read_text("utf-8-sig")
        return json.loads(text)
    except (UnicodeDecodeError, RecursionError) as error:
        raise TableError(path, "it is no JSON", "give UTF-8 text that is not nested without end") from error
    except json.JSONDecodeError as error:
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except json.JSONDecodeError:
            what = f"it is no JSON (line {error.lineno}: {error.msg})"
            raise TableError(path, what, "mend the file, or give CSV") from error


def taken(where: str, document: Any) -> list[Sheet | Draft]:
    """Find the votes in a JSON document.

    Raises
    ------
    TableError
        When it is formed in no way that is known.
    """
    if sureal.is_dataset(document):
        return [*sureal.drafts(where, document)]
    if mushra.is_tiny(document):
        return [*mushra.tiny_drafts(where, document)]
    if isinstance(document, dict):
        inner = next((document[key] for key in INNER if isinstance(document.get(key), list)), None)
        if inner is not None and all(isinstance(row, dict) for row in inner):
            document = inner
    if isinstance(document, list) and document and all(isinstance(row, dict) for row in document):
        return [_sheet(where, document)]
    if isinstance(document, dict) and document:
        if _are_columns(document):
            return [_sheet(where, document)]
        rows = list(_nested(document))
        if rows:
            return [_by_stimulus(where, rows)]
    what = "its JSON holds no votes in a form that is known"
    raise TableError(where, what, "give a list of objects, each with a stimulus, a rater and a score")


def _sheet(where: str, rows: list[Any] | dict[str, Any]) -> Sheet:
    try:
        frame = pl.DataFrame(rows, infer_schema_length=None, strict=False)
    except (pl.exceptions.PolarsError, TypeError) as error:
        raise TableError(where, "its rows do not form a table", "give the same keys in every row") from error
    return Sheet(where, frame, first=1)


def _are_columns(document: Mapping[str, Any]) -> bool:
    values = list(document.values())
    lists = all(isinstance(value, list) for value in values) and len({len(value) for value in values}) == 1
    return lists and any(isinstance(cell, str) for value in values for cell in value)


def _nested(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Give stimulus, rater and vote of ``{"a.mp4": {"ann": 4, "bob": [3, 4]}}``."""
    for stimulus, votes in document.items():
        if not isinstance(votes, dict):
            return
        for rater, given in votes.items():
            for vote in given if isinstance(given, list) else [given]:
                yield str(stimulus), str(rater), vote


def _by_stimulus(where: str, rows: list[tuple[str, str, Any]]) -> Draft:
    wrong = next((vote for *_, vote in rows if vote is not None and not isinstance(vote, int | float | str)), None)
    if wrong is not None:
        raise TableError(where, "its JSON is nested deeper than stimulus, rater, vote", "give a list of objects")
    text = any(isinstance(vote, str) for *_, vote in rows)
    votes = pl.DataFrame(
        {
            "stimulus": [stimulus for stimulus, _, _ in rows],
            "rater": [rater for _, rater, _ in rows],
            "score": [None if vote is None else str(vote) if text else float(vote) for *_, vote in rows],
            "line": range(1, len(rows) + 1),
        },
        schema_overrides={"score": pl.String if text else pl.Float64},
        nan_to_null=not text and any(isinstance(vote, float) and math.isnan(vote) for *_, vote in rows),
    )
    said = "the outer names are taken as stimuli, the inner ones as raters"
    return Draft(where, votes, assumed=(said,))
