"""A result as plain JSON, schema ``beholder.result/1``, and back.

Conventions: a value that was not measured is ``null``, never 0; an open end of a
range is ``null``; series that share their time stamps share a grid. Numbers keep
what they can defend: MOS and costs 3 decimals, times 1 microsecond, measured
values 6 significant digits (a float32 carries about 7).

>>> import numpy as np
>>> from beholder.types import Result, Series
>>> mos = Series("mos", np.array([0.0, 1.0]), np.array([4.5, np.nan], dtype=np.float32), low=1.0, high=5.0)
>>> envelope = to_dict(Result(subject={"kind": "recording", "path": "clip.mp4"}, score=None, series={"mos": mos}))
>>> envelope["timeline"]["series"]["mos"]["y"]
[4.5, None]
>>> from_dict(envelope).series["mos"].y.tolist()
[4.5, nan]
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beholder.errors import UsageError
from beholder.types import Issue, Kpi, Result, Score, Series, Skipped, Span

__all__ = ["SCHEMA", "from_dict", "from_json", "json_parts", "significant", "to_dict", "to_json"]

SCHEMA = "beholder.result/1"
MOS_DECIMALS = 3  # far below the interval of any model
TIME_DECIMALS = 6  # microseconds: the finest time base in common use is 1/90000 s
VALUE_DIGITS = 6  # float32 holds 7.2 significant decimal digits


def to_dict(result: Result) -> dict[str, Any]:
    """Give the envelope of a result: dicts, lists, strings, numbers, booleans and None only.

    Parameters
    ----------
    result : Result

    Returns
    -------
    dict
        Ready for ``json.dumps(..., allow_nan=False)``.
    """
    return {
        "schema": SCHEMA,
        "subject": _plain(result.subject),
        "score": None if result.score is None else _score_out(result.score),
        "scores": {name: _score_out(score) for name, score in result.scores.items()},
        "timeline": _timeline_out(result.series),
        "factors": {name: _number(lost, MOS_DECIMALS) for name, lost in result.factors.items()},
        "issues": [_issue_out(issue) for issue in result.issues],
        "correlations": [_plain(row) for row in result.correlations],
        "sync": _plain(result.sync),
        "skipped": [{"what": skipped.what, "reason": skipped.reason} for skipped in result.skipped],
    }


def to_json(result: Result | Sequence[Result]) -> str:
    """Give the envelope as JSON text: strict (no NaN, no Infinity), one line per part and per series.

    Parameters
    ----------
    result : Result or sequence of Result
        One result gives an object, a sequence a list of objects.

    Returns
    -------
    str
        Without a line break at its end.
    """
    return "".join(json_parts(result))


def json_parts(result: Result | Sequence[Result]) -> Iterator[str]:
    """Give the text of `to_json` piece by piece, so that hours of per-frame series never stand in memory as one.

    Parameters
    ----------
    result : Result or sequence of Result

    Yields
    ------
    str
        To be written one after the other, for example with ``stream.writelines(json_parts(result))``.
    """
    if isinstance(result, Result):
        yield from _envelope_parts(result)
        return
    yield "["
    for number, one in enumerate(result):
        yield ",\n" if number else "\n"
        yield from _envelope_parts(one)
    yield "\n]"


def _envelope_parts(result: Result) -> Iterator[str]:
    separator = "{\n"
    for key, value in to_dict(replace(result, series={})).items():
        yield f"{separator}{_dumps(key)}: "
        separator = ",\n"
        if key == "timeline":
            yield from _timeline_parts(result.series)
        else:
            yield _dumps(value)
    yield "\n}"


def _timeline_parts(series: Mapping[str, Series]) -> Iterator[str]:
    grids, grid_of = _grids(series)
    yield '{"grids": {'
    for number, (name, t) in enumerate(grids.items()):
        yield f"{',' if number else ''}\n {_dumps(name)}: {_dumps(_times(t))}"
    yield '},\n"series": {'
    for number, (name, one) in enumerate(series.items()):
        yield f"{',' if number else ''}\n {_dumps(name)}: {_dumps(_series_out(one, grid_of[name]))}"
    yield "}}"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def from_dict(data: Mapping[str, Any], *, where: str = "result") -> Result:
    """Rebuild a result from its envelope.

    Parameters
    ----------
    data : Mapping
        What `to_dict` gave. Unknown keys are ignored.
    where : str
        The file that the data came from, for the message.

    Returns
    -------
    Result

    Raises
    ------
    UsageError
        When `data` is not a ``beholder.result/1`` object.
    """
    if not isinstance(data, Mapping) or data.get("schema") != SCHEMA:
        raise UsageError(where, f"this is not a {SCHEMA} object", "write one with `beholder score FILE --json OUT`")
    try:
        return _result_in(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(where, f"the result is damaged ({error!r})", "write it again with `beholder score`") from error


def from_json(text: str, *, where: str = "result") -> Result:
    """Rebuild a result from JSON text; see `from_dict`.

    Raises
    ------
    UsageError
        When `text` is not JSON or not a ``beholder.result/1`` object.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise UsageError(where, f"this is not JSON ({error})", "write it again with `beholder score`") from error
    return from_dict(data, where=where)


def _number(value: float, decimals: int) -> float | None:
    return round(float(value), decimals) if math.isfinite(value) else None


def significant(values: NDArray[Any], *, digits: int = VALUE_DIGITS) -> NDArray[np.float64]:
    """Round to significant digits; what is not finite becomes NaN.

    >>> significant(np.array([0.0123456, 1234.56, np.inf]), digits=3).tolist()
    [0.0123, 1235.0, nan]
    """
    y = np.asarray(values, dtype=np.float64)
    finite = np.isfinite(y)
    size = np.where(finite & (y != 0.0), np.abs(y), 1.0)
    scale = 10.0 ** np.clip(digits - 1 - np.floor(np.log10(size)), 0, 22)  # 1e22: the last exact power of ten
    return np.where(finite, np.round(np.where(finite, y, 0.0) * scale) / scale, np.nan)


def _values(values: NDArray[Any]) -> list[float | None]:
    rounded = significant(values)
    out: list[float | None] = rounded.tolist()
    for hole in np.flatnonzero(np.isnan(rounded)).tolist():
        out[hole] = None
    return out


def _plain(value: Any) -> Any:
    """Turn any fact into JSON: numpy values, fractions and paths included."""
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    if isinstance(value, (float, Fraction)):
        return _number(float(value), TIME_DECIMALS)
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _score_out(score: Score) -> dict[str, Any]:
    return {
        "mos": _number(score.mos, MOS_DECIMALS),
        "ci95": [_number(end, MOS_DECIMALS) for end in score.ci95],
        "mos_type": score.mos_type,
        "model": score.model,
        "version": score.version,
        "grounded": score.grounded,
        "measured_share": _number(score.measured_share, MOS_DECIMALS),
    }


def _grid_name(t: NDArray[np.float64], taken: Mapping[str, Any]) -> str:
    """Name a grid after its usual step (``1s``, ``0.04s``); ``once`` for a single time."""
    base = f"{float(np.median(np.diff(t))):.3g}s" if t.size > 1 else "once"
    name, copy = base, 2
    while name in taken:
        name, copy = f"{base}_{copy}", copy + 1
    return name


def _grids(series: Mapping[str, Series]) -> tuple[dict[str, NDArray[np.float64]], dict[str, str]]:
    """Give the distinct grids by name, and the name of each series' grid."""
    grids: dict[str, NDArray[np.float64]] = {}
    name_of: dict[bytes, str] = {}
    for one in series.values():
        key = hashlib.sha256(one.t.tobytes()).digest()
        if key not in name_of:
            name_of[key] = _grid_name(one.t, grids)
            grids[name_of[key]] = one.t
    return grids, {name: name_of[hashlib.sha256(one.t.tobytes()).digest()] for name, one in series.items()}


def _times(t: NDArray[np.float64]) -> list[float]:
    times: list[float] = np.round(t, TIME_DECIMALS).tolist()
    return times


def _series_out(series: Series, grid: str) -> dict[str, Any]:
    return {
        "grid": grid,
        "y": _values(series.y),
        "unit": series.unit,
        "better": series.better,
        "low": _number(series.low, TIME_DECIMALS),
        "high": _number(series.high, TIME_DECIMALS),
    }


def _timeline_out(series: Mapping[str, Series]) -> dict[str, Any]:
    grids, grid_of = _grids(series)
    return {
        "grids": {name: _times(t) for name, t in grids.items()},
        "series": {name: _series_out(one, grid_of[name]) for name, one in series.items()},
    }


def _issue_out(issue: Issue) -> dict[str, Any]:
    return {
        "id": issue.id,
        "kind": issue.kind,
        "start_s": _number(issue.span.start, TIME_DECIMALS),
        "end_s": _number(issue.span.end, TIME_DECIMALS),
        "severity": issue.severity,
        "mos_cost": _number(issue.mos_cost, MOS_DECIMALS),
        "evidence": _plain(issue.evidence),
        "explanation": issue.explanation,
        "kpis": [
            {
                "name": kpi.name,
                "inside": _values(np.array([kpi.inside]))[0],
                "outside": _values(np.array([kpi.outside]))[0],
                "unit": kpi.unit,
            }
            for kpi in issue.kpis
        ],
    }


def _float(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _score_in(data: Mapping[str, Any]) -> Score:
    low, high = data["ci95"]
    return Score(
        mos=_float(data["mos"]),
        ci95=(_float(low), _float(high)),
        mos_type=data["mos_type"],
        model=data["model"],
        version=data["version"],
        grounded=bool(data["grounded"]),
        measured_share=_float(data["measured_share"]),
    )


def _series_in(name: str, data: Mapping[str, Any], grids: Mapping[str, NDArray[np.float64]]) -> Series:
    return Series(
        name=name,
        t=grids[data["grid"]],
        y=np.array(data["y"], dtype=np.float32),  # None becomes NaN
        unit=data["unit"],
        better=data["better"],
        low=_float(data["low"]),
        high=_float(data["high"]),
    )


def _issue_in(data: Mapping[str, Any]) -> Issue:
    kpis = (Kpi(kpi["name"], _float(kpi["inside"]), _float(kpi["outside"]), kpi["unit"]) for kpi in data["kpis"])
    return Issue(
        id=data["id"],
        kind=data["kind"],
        span=Span(data["start_s"], data["end_s"]),
        severity=data["severity"],
        mos_cost=_float(data["mos_cost"]),
        evidence=dict(data["evidence"]),
        explanation=data["explanation"],
        kpis=tuple(kpis),
    )


def _result_in(data: Mapping[str, Any]) -> Result:
    grids = {name: np.array(t, dtype=np.float64) for name, t in data["timeline"]["grids"].items()}
    return Result(
        subject=dict(data["subject"]),
        score=None if data["score"] is None else _score_in(data["score"]),
        scores={name: _score_in(score) for name, score in data["scores"].items()},
        series={name: _series_in(name, one, grids) for name, one in data["timeline"]["series"].items()},
        factors={name: _float(lost) for name, lost in data["factors"].items()},
        issues=tuple(_issue_in(issue) for issue in data["issues"]),
        correlations=tuple(dict(row) for row in data["correlations"]),
        sync=dict(data["sync"]),
        skipped=tuple(Skipped(row["what"], row["reason"]) for row in data["skipped"]),
    )
