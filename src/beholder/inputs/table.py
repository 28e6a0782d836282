"""KPI files: a CSV with a time column and a column per KPI, onto the media clock."""

from __future__ import annotations

import csv
import math
import os
from datetime import datetime
from pathlib import Path

import numpy as np

from beholder.errors import TableError
from beholder.types import Series

__all__ = ["read_kpis"]

TIME_COLUMNS = ("time_s", "t", "time", "timestamp", "seconds", "ts", "date", "datetime")
LARGEST_BYTES = 200_000_000  # a KPI file of a day at 100 Hz; beyond that something else was given
EPOCH = 1e8  # seconds: a larger first stamp is a date (1973 and later), not a time in the recording


def read_kpis(path: str | os.PathLike[str], *, offset_s: float = 0.0) -> dict[str, Series]:
    """Read a KPI table.

    Parameters
    ----------
    path : str or path
        CSV (comma, semicolon or tab) with a header. Time in seconds from the start of the recording, or as dates or
        epoch seconds (then the first row is taken as the start). Empty cells and words are missing values.
    offset_s : float
        Seconds to add to every time.

    Returns
    -------
    dict of str to Series
        ``kpi_<column>`` for every column with at least one number.

    Raises
    ------
    TableError
        When the file cannot be read, has no time column or no numbers.
    """
    path = Path(path)
    rows = _rows(path)
    header = [name.strip() for name in rows[0]]
    lower = [name.lower() for name in header]
    column = next((lower.index(name) for name in TIME_COLUMNS if name in lower), None)
    if column is None:
        raise TableError(path, "it has no time column", f"name one of its columns {TIME_COLUMNS[0]!r}")
    stamps = np.array([_time(_cell(row, column)) for row in rows[1:]])
    if not np.isfinite(stamps).any():
        raise TableError(path, f"column {header[column]!r} holds no times", "give seconds, or dates like 2026-01-31")
    first = stamps[np.isfinite(stamps)][0]
    t = stamps - (first if first > EPOCH else 0.0) + offset_s
    kept = np.flatnonzero(np.isfinite(t))
    kept = kept[np.argsort(t[kept], kind="stable")]
    found = {}
    for index, name in enumerate(header):
        values = np.array([_number(_cell(row, index)) for row in rows[1:]], np.float32)[kept]
        if index != column and name and np.isfinite(values).any():
            found[f"kpi_{name}"] = Series(f"kpi_{name}", t[kept], values)
    if not found:
        raise TableError(path, "no column holds numbers", "give at least one KPI as numbers")
    return found


def _rows(path: Path) -> list[list[str]]:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise TableError(path, "it is larger than 200 MB", "thin it out before")
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise TableError(path, f"it cannot be read ({error.strerror})", "check the name and its rights") from error
    except UnicodeDecodeError as error:
        raise TableError(path, "it is not text", "give a CSV file") from error
    head = text[:4096].split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        rows = [row for row in csv.reader(text.splitlines(), delimiter=delimiter) if row]
    except csv.Error as error:
        raise TableError(path, f"it is no CSV table ({error})", "give a CSV file") from error
    if len(rows) < 2:
        raise TableError(path, "it has no rows", "give a header line and a line per time")
    return rows


def _cell(row: list[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def _time(text: str) -> float:
    value = _number(text)
    if math.isfinite(value):
        return value / 1000.0 if value > 1e11 else value
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return math.nan
