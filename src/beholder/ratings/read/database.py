"""SQLite databases of AVrateNG and AVrateVoyager, opened for reading only.

Table ``ratings`` (user_ID, video_ID or stimuli_ID, video_name or stimuli_file, rating_type, rating, timestamp), table
``training`` with what is not counted, and table ``info`` with what raters said of themselves (JSON).
"""

from __future__ import annotations

import ast
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl

from beholder.errors import TableError
from beholder.ratings.read.columns import plain
from beholder.ratings.read.parts import Draft, Sheet

__all__ = ["load", "sniff"]

MAGIC = b"SQLite format 3\x00"


def sniff(_: Path, head: bytes) -> bool:
    """Tell whether a file is an SQLite database."""
    return head.startswith(MAGIC)


def load(path: Path) -> list[Sheet | Draft]:
    """Read the ratings of a database.

    Raises
    ------
    TableError
        When it cannot be read or has no table of ratings.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            database.text_factory = lambda text: text.decode("utf-8", errors="replace")
            return [_sheet(path, database)]
    except sqlite3.Error as error:
        raise TableError(
            path, f"the database cannot be read ({error})", "copy it again, with nobody writing to it"
        ) from error


def _sheet(path: Path, database: sqlite3.Connection) -> Sheet:
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    chosen = next((name for name in tables if plain(name) in {"ratings", "votes", "rating", "vote"}), None)
    if chosen is None:
        raise TableError(
            path, f"it has no table of ratings (but {', '.join(tables) or 'none'})", "export the votes as CSV"
        )
    said = [f"the votes are those of the table {chosen!r}"]
    frame = _table(database, chosen)
    if "training" in tables:
        count = database.execute('SELECT count(*) FROM "training"').fetchone()[0]
        said.append(f"{count} votes of the training, in a table of their own, are left out")
    frame = _file_names(frame)
    user = next((name for name in frame.columns if plain(name) in {"userid", "user"}), None)
    if user is not None and "info" in tables:
        frame = _with_people(frame, user, _table(database, "info"))
    place = next((name for name in frame.columns if plain(name) in {"videoid", "stimuliid"}), None)
    if place is not None and _is_place(frame, place):
        said.append(f"{place!r} is taken as the place in the playlist of the rater")
        frame = frame.rename({place: "playlist_index"}).drop("timestamp", strict=False)
    return Sheet(path.name, frame, first=1, assumed=tuple(said))


def _table(database: sqlite3.Connection, name: str) -> pl.DataFrame:
    quoted = '"' + name.replace('"', '""') + '"'
    cursor = database.execute(f"SELECT * FROM {quoted}")  # noqa: S608 - the name is one of the database's own tables
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    return pl.DataFrame(rows, schema=names, orient="row", infer_schema_length=None, strict=False)


def _file_names(frame: pl.DataFrame) -> pl.DataFrame:
    """Take the name out of AVrateNG's ``['clips/a.mp4']``."""
    found = [
        name for name in frame.columns if plain(name) in {"videoname", "stimulifile"} and frame[name].dtype == pl.String
    ]
    if not found:
        return frame
    distinct = frame[found[0]].drop_nulls().unique().to_list()
    names = {text: _listed(text) for text in distinct}
    return frame.with_columns(pl.col(found[0]).replace(names))


def _listed(text: str) -> str:
    if not text.startswith("["):
        return text
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return text
    return " | ".join(map(str, value)) if isinstance(value, list) else text


def _is_place(frame: pl.DataFrame, name: str) -> bool:
    """Tell whether a number is a place in a shuffled playlist: it then belongs to several stimuli."""
    files = [one for one in frame.columns if plain(one) in {"videoname", "stimulifile"}]
    if not files or frame[name].cast(pl.Float64, strict=False).null_count():
        return False
    return bool(frame.select(pl.struct(name, files[0]).n_unique() > pl.col(name).n_unique()).item())


def _with_people(frame: pl.DataFrame, user: str, info: pl.DataFrame) -> pl.DataFrame:
    """Lay what raters said of themselves beside their votes."""
    people: dict[str, dict[str, Any]] = {}
    for row in info.iter_rows():
        try:
            told = json.loads(str(row[1])) if len(row) > 1 else None
        except json.JSONDecodeError:
            continue
        if isinstance(told, dict):
            people[str(row[0])] = told
    keys = {key for told in people.values() for key in told} - set(frame.columns)
    who = frame[user].cast(pl.String).to_list()
    columns = [
        pl.Series(key, [_said(people.get(name, {}).get(key)) for name in who], pl.String) for key in sorted(keys)
    ]
    return frame.with_columns(columns)


def _said(value: Any) -> str | None:
    return None if value is None else str(value)
