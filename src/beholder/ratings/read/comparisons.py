"""Pair comparisons from files: two stimuli and a choice per row, a square table of wins, data sets of SUREAL."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from beholder.errors import TableError
from beholder.ratings.pairs import Comparisons
from beholder.ratings.read import documents, sureal
from beholder.ratings.read.columns import ROLES, plain
from beholder.ratings.read.door import open_sheets
from beholder.ratings.read.literals import literals
from beholder.ratings.read.parts import Sheet
from beholder.ratings.read.scores import lenient
from beholder.ratings.read.tables import from_frame

__all__ = ["read_pairs"]

PARTS: Mapping[str, tuple[str, ...]] = {
    "rater": (*ROLES["rater"], "email", "name"),
    "first": (
        "first", "a", "left", "stimulusa", "stimulus1", "itema", "item1", "videoa", "video1", "clipa", "clip1",
        "systema", "system1", "leftstimulus", "leftvideo", "choicereference", "pvsa", "pvs1", "option1",
    ),
    "second": (
        "second", "b", "right", "stimulusb", "stimulus2", "itemb", "item2", "videob", "video2", "clipb", "clip2",
        "systemb", "system2", "rightstimulus", "rightvideo", "choicenonreference", "pvsb", "pvs2", "optionb", "option2",
    ),
    "outcome": (
        "outcome", "winner", "preferred", "choice", "choiceanswer", "preference", "better", "vote", "answer",
        "selected", "result", "score",
    ),
}  # fmt: skip
"""Parts of a comparison, and the names of columns that hold them; the better name first."""

FIRST = frozenset({"first", "a", "left", "1", "1.0", "reference"})
SECOND = frozenset({"second", "b", "right", "2", "2.0", "-1", "-1.0", "nonreference"})
TIE = frozenset(
    {"tie", "tied", "equal", "same", "none", "neither", "draw", "both", "0", "0.0", "0.5", "", "x", "no preference"}
)


def read_pairs(given: Any, *, columns: Mapping[str, str] | None) -> Comparisons:
    """Read the comparisons of a file or a data frame; see `beholder.ratings.read_comparisons`."""
    if not isinstance(given, str | os.PathLike):
        return _from_sheet(from_frame(given), columns or {})
    path = Path(given)
    if path.suffix.lower() in {".py", ".json"}:
        is_source = path.suffix.lower() == ".py"
        document = literals(path.name, _text(path)) if is_source else documents.document_of(path)
        if sureal.is_dataset(document):
            return _from_sureal(path.name, document)
    sheets = [sheet for sheet in open_sheets(path) if isinstance(sheet, Sheet)]
    if not sheets:
        raise TableError(path, "it holds no pair comparisons", "give a row per comparison, or a square table of wins")
    return _from_sheet(sheets[0], columns or {})


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(path, "it cannot be read as UTF-8 text", "check the name, its rights and encoding") from error


def _from_sureal(where: str, document: Mapping[str, Any]) -> Comparisons:
    videos = document["dis_videos"]
    if not all(isinstance(video, dict) and isinstance(video.get("os"), dict) for video in videos):
        raise TableError(where, "its dis_videos hold no comparisons", "give os as {(rater, other asset): wins}")
    keys = [key for video in videos for key in video["os"]]
    if not all(isinstance(key, tuple) and len(key) == 2 for key in keys):
        raise TableError(where, "it holds votes, not pair comparisons", "use beholder ratings")
    return Comparisons.from_sureal([video.get("asset_id") for video in videos], [video["os"] for video in videos])


def _from_sheet(sheet: Sheet, wished: Mapping[str, str]) -> Comparisons:
    square = _square(sheet) if not wished else None
    if square is not None:
        return square
    found = _parts(sheet, wished)
    cells = {
        part: sheet.frame[name].cast(pl.String).fill_null("").str.strip_chars().to_list()
        for part, name in found.items()
    }
    nameless = next((n for n, pair in enumerate(zip(cells["first"], cells["second"], strict=True)) if "" in pair), None)
    if nameless is not None:
        raise TableError(sheet.where, f"row {nameless + sheet.first} names no pair", "fill in both stimuli")
    outcome = _outcomes(sheet, cells)
    return Comparisons.from_votes(cells["first"], cells["second"], outcome, raters=cells.get("rater"))


def _parts(sheet: Sheet, wished: Mapping[str, str]) -> dict[str, str]:
    names = sheet.frame.columns
    for part, name in wished.items():
        if part not in PARTS or name not in names:
            what = f"there is no column {name!r} for {part!r}"
            raise TableError(
                sheet.where, what, f"name parts ({', '.join(PARTS)}) and columns ({', '.join(names[:12])})"
            )
    short = {plain(name): name for name in reversed(names)}
    found = dict(wished)
    for part, candidates in PARTS.items():
        column = next((short[one] for one in candidates if one in short and short[one] not in found.values()), None)
        if part not in found and column is not None:
            found[part] = column
    missing = [part for part in ("first", "second", "outcome") if part not in found]
    if missing:
        what = f"no column was found for {', '.join(missing)} (columns: {', '.join(names[:12])})"
        raise TableError(sheet.where, what, "name them: columns={'first': ..., 'second': ..., 'outcome': ...}")
    return found


def _outcomes(sheet: Sheet, cells: Mapping[str, Sequence[str]]) -> list[str]:
    """Tell who won each comparison: by the stimulus' name, or by its place."""
    given = [cell.lower() for cell in cells["outcome"]]
    if set(given) == {"0", "1"}:
        what = "its outcomes are 0 and 1: 0 may be a tie or the second stimulus"
        raise TableError(sheet.where, what, "write first, second and tie, or the name of the preferred stimulus")
    outcomes = []
    for row, (first, second, name, place) in enumerate(
        zip(cells["first"], cells["second"], cells["outcome"], given, strict=True)
    ):
        if name == first or (place in FIRST and name != second):
            outcomes.append("first")
        elif name == second or place in SECOND:
            outcomes.append("second")
        elif place in TIE:
            outcomes.append("tie")
        else:
            what = f"row {row + sheet.first}: {name[:40]!r} is neither of its stimuli"
            raise TableError(sheet.where, what, "write first, second or tie, or the name of the preferred stimulus")
    return outcomes


def _square(sheet: Sheet) -> Comparisons | None:
    """Take a square table: how often the row was preferred to the column."""
    frame = sheet.frame
    if not sheet.header:
        if frame.width != len(frame):
            return None
        return Comparisons.from_wins(pl.DataFrame([pl.Series(c.name, lenient(c)) for c in frame]).to_numpy())
    names = frame.columns[1:]
    if frame.width != len(frame) + 1 or frame.to_series(0).cast(pl.String).to_list() != names:
        return None
    wins = pl.DataFrame([pl.Series(name, lenient(frame[name])) for name in names]).to_numpy()
    return Comparisons.from_wins(wins, stimuli=names)
