"""Tables of MOS and of predictions: CSV with a header, or the JSON that Beholder writes."""

from __future__ import annotations

import csv
import json
import math
import os
import re
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any

import numpy as np

from beholder.errors import TableError
from beholder.ratings.evaluate.estimate import z_quantile
from beholder.ratings.evaluate.truth import Predictions, Truth, interval_of
from beholder.ratings.votes import ACR, Scale, Values

__all__ = ["read_predictions", "read_truth"]

NAME = [
    "stimulus",
    "stimulusid",
    "file",
    "filename",
    "fileurl",
    "name",
    "pvs",
    "pvsid",
    "assetid",
    "image",
    "imagename",
    "video",
    "videoname",
    "clip",
    "path",
    "recording",
    "sample",
    "item",
    "key",
]
MOS = ["mos", "qualityscore", "meanopinionscore", "dmos"]
CI = ["ci95", "ci", "mosci", "95ci", "ci95half"]
LOW, HIGH = ["ci95low", "cilow", "moslow", "low"], ["ci95high", "cihigh", "moshigh", "high"]
SD = ["sd", "std", "sos", "stddev", "standarddeviation"]
VOTES = ["n", "votes", "count", "ratings", "nvotes", "raters", "nratings"]
CONDITION = ["condition", "conditionid", "conditionnum", "hrc", "hrcid"]
SOURCE = ["source", "sourceid", "src", "srcid", "content", "contentid"]
NO_MODEL = frozenset((*CI, *LOW, *HIGH, *SD, *VOTES, *CONDITION, *SOURCE, "experiment", "index", ""))
LARGEST_BYTES = 200_000_000  # of a table; a million stimuli with ten models take about 100 MB
SCALES = (ACR, Scale(0, 10, None), Scale(0, 100, None))


def read_truth(path: str | os.PathLike[str], *, scale: Scale | None = None, method: str = "mean") -> Truth:
    """Read MOS, or votes from which they are made.

    Parameters
    ----------
    path : str or path
        CSV with a column of names, ``mos``, and, where known, ``ci95`` (half width; or ``ci95_low`` and
        ``ci95_high``), ``sd`` and ``n``, ``condition`` and ``source``; the JSON of ``beholder ratings``; or any file of
        votes that `beholder.ratings.read` knows.
    scale : Scale, optional
        Of the MOS; guessed from the values when not given (1 to 5, 0 to 10, 0 to 100).
    method : str
        How votes become MOS: ``mean``, or a method of `beholder.ratings.recover` such as ``p910``.

    Returns
    -------
    Truth

    Raises
    ------
    TableError
        When the file cannot be read or holds no MOS.
    """
    path = Path(path)
    if path.suffix.lower() == ".json":
        found = _json(path)
        if isinstance(found, dict) and str(found.get("schema", "")).startswith("beholder.ratings/"):
            return _truth(path, *_records(path, found.get("stimuli")), scale=scale)
    elif path.suffix.lower() in {".csv", ".tsv", ".txt"}:
        header, rows = _rows(path)
        if _find(header, MOS) is not None:
            return _truth(path, header, rows, scale=scale)
    from beholder.ratings import read, recover  # noqa: PLC0415 - for votes; most tables hold MOS

    votes = read(path, scale=scale)
    if method == "mean":
        return Truth.from_ratings(votes)
    return Truth.from_recovered(recover(votes, method=method), ratings=votes)


def read_predictions(paths: Sequence[str | os.PathLike[str]]) -> Predictions:
    """Read what models say, from one table or several.

    Parameters
    ----------
    paths : sequence of str or path
        CSV with a column of names and a column of numbers per model; or the JSON of ``beholder score``. A column
        that is called ``mos`` or ``score``, or comes twice, is named after its file.

    Returns
    -------
    Predictions
        Every stimulus of every table; NaN where a model says nothing.

    Raises
    ------
    TableError
        When a file cannot be read, names a stimulus twice or holds no numbers.
    """
    parts = [_predictions(Path(path)) for path in paths]
    if not parts:
        raise TableError("predictions", "there is no table", "name at least one")
    stimuli = tuple(dict.fromkeys(name for part in parts for name in part.stimuli))
    place = {name: index for index, name in enumerate(stimuli)}
    models: list[str] = []
    values = np.full((sum(len(part.models) for part in parts), len(stimuli)), np.nan)
    for path, part in zip(paths, parts, strict=True):
        columns = [place[name] for name in part.stimuli]
        for model, row in zip(part.models, part.values, strict=True):
            values[len(models), columns] = row
            models.append(_fresh(model, PurePath(path).stem, models))
    return Predictions(tuple(models), stimuli, values, tuple(note for part in parts for note in part.notes))


def _fresh(model: str, stem: str, taken: Sequence[str]) -> str:
    name = stem if _plain(model) in {"mos", "score"} else model
    if name in taken:
        name = f"{stem}: {model}"
    number = 2
    while name in taken:
        name, number = f"{stem}: {model} ({number})", number + 1
    return name


def _predictions(path: Path) -> Predictions:
    if path.suffix.lower() == ".json":
        return _scored(path)
    header, rows = _rows(path)
    names = _names(header, rows)
    columns = [_numbers(rows, index) for index in range(len(header))]
    skip = {names[0]}
    chosen = [
        index
        for index, name in enumerate(header)
        if index not in skip and _plain(name) not in NO_MODEL and np.isfinite(columns[index]).any()
    ]
    if not chosen:
        raise TableError(path, "no column holds predictions", "give a column of numbers per model")
    ignored = [name for index, name in enumerate(header) if name and index not in {*chosen, names[0]}]
    notes = (f"{path.name}: not taken for models: {', '.join(ignored)}",) if ignored else ()
    values = np.stack([columns[index] for index in chosen])
    return Predictions(tuple(header[index] for index in chosen), names[1], values, notes)


def _scored(path: Path) -> Predictions:
    """Read the envelopes that ``beholder score --json`` writes."""
    found = _json(path)
    results = found if isinstance(found, list) else [found]
    try:
        stimuli = tuple(str(one["subject"]["path"]) for one in results)
        scores = [one["score"] for one in results]
        values = [math.nan if score is None else float(score["mos"]) for score in scores]
        models = {str(score["model"]) for score in scores if score is not None}
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(path, "it is no result of beholder score", "give the file of --json, or a CSV") from error
    if len(models) != 1:
        raise TableError(path, "it holds no score, or those of several models", "give one model per file")
    return Predictions((models.pop(),), stimuli, np.array([values]))


def _truth(path: Path, header: list[str], rows: list[list[str]], *, scale: Scale | None) -> Truth:
    _, names = _names(header, rows)
    mos = _column(header, rows, MOS)
    if not np.isfinite(mos).any():
        raise TableError(path, "it holds no MOS", "give a column mos of numbers")
    n, sd = _column(header, rows, VOTES), _column(header, rows, SD)
    given = _column(header, rows, CI)
    ends = _column(header, rows, LOW), _column(header, rows, HIGH)
    ci95 = np.where(np.isfinite(given), given, (ends[1] - ends[0]) / 2.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        from_sd = np.where(sd == 0.0, 0.0, np.where(n > 0, sd / np.sqrt(n), np.nan))
    standard_error = np.where(np.isfinite(from_sd), from_sd, ci95 / z_quantile())
    ci95 = np.where(np.isfinite(ci95), ci95, interval_of(standard_error, n))
    used, notes = (scale, ()) if scale is not None else _guess(mos)
    return Truth(
        stimuli=names,
        mos=mos,
        ci95=ci95,
        standard_error=standard_error,
        n=n,
        scale=used,
        condition=_words(header, rows, CONDITION),
        source=_words(header, rows, SOURCE),
        method="as given in the table",
        notes=notes,
    )


def _guess(mos: Values) -> tuple[Scale, tuple[str, ...]]:
    low, high = float(np.nanmin(mos)), float(np.nanmax(mos))
    scale = next((one for one in SCALES if one.low <= low and high <= one.high), Scale(low, high + (low == high), None))
    return scale, (f"the scale was taken to run from {scale.low:g} to {scale.high:g}",)


def _json(path: Path) -> Any:
    try:
        return json.loads(_text(path))
    except ValueError as error:
        raise TableError(path, f"it is no JSON ({error})", "write it once more") from error


def _records(path: Path, found: Any) -> tuple[list[str], list[list[str]]]:
    """Turn a list of mappings into a header and rows of text; an interval of two ends becomes two columns."""
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise TableError(path, "it holds no stimuli", "give the JSON of beholder ratings")
    flat = []
    for one in found:
        row = {key: value for key, value in one.items() if not isinstance(value, list)}
        ends = one.get("ci95")
        if isinstance(ends, list) and len(ends) == 2:
            row |= {"ci95_low": ends[0], "ci95_high": ends[1]}
        flat.append(row)
    header = list(dict.fromkeys(key for row in flat for key in row))
    return header, [["" if row.get(key) is None else str(row[key]) for key in header] for row in flat]


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise TableError(path, "it is larger than 200 MB", "thin it out before")
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise TableError(path, f"it cannot be read ({error.strerror})", "check the name and its rights") from error
    except UnicodeDecodeError as error:
        raise TableError(path, "it is not text", "give a CSV file") from error


def _rows(path: Path) -> tuple[list[str], list[list[str]]]:
    text = _text(path)
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        rows = [row for row in csv.reader(text.splitlines(), delimiter=delimiter) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise TableError(path, f"it is no CSV table ({error})", "give a CSV file") from error
    if len(rows) < 2:
        raise TableError(path, "it has no rows", "give a header line and a line per stimulus")
    header = [name.strip() for name in rows[0]]
    width = len(header)
    return header, [[cell.strip() for cell in row[:width]] + [""] * (width - len(row)) for row in rows[1:]]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _find(header: Sequence[str], wanted: Sequence[str]) -> int | None:
    plain = [_plain(name) for name in header]
    return next((plain.index(name) for name in wanted if name in plain), None)


def _names(header: list[str], rows: list[list[str]]) -> tuple[int, tuple[str, ...]]:
    """Find the column of names: by its header, else the first that is not all numbers, else the first."""
    index = _find(header, NAME)
    if index is None:
        words = (k for k in range(len(header)) if any(row[k] and math.isnan(_number(row[k])) for row in rows))
        index = next(words, 0)
    return index, tuple(row[index] for row in rows)


def _column(header: list[str], rows: list[list[str]], wanted: Sequence[str]) -> Values:
    index = _find(header, wanted)
    return np.full(len(rows), np.nan) if index is None else _numbers(rows, index)


def _words(header: list[str], rows: list[list[str]], wanted: Sequence[str]) -> tuple[str, ...] | None:
    index = _find(header, wanted)
    words = () if index is None else tuple(row[index] for row in rows)
    return words if words and all(words) else None


def _numbers(rows: list[list[str]], index: int) -> Values:
    return np.array([_number(row[index]) for row in rows])


def _number(text: str) -> float:
    """Read a number; a single comma is a decimal comma."""
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
