from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_schema import faults
from sample_result import HOSTILE, a_result

from beholder.errors import UsageError
from beholder.reports import from_dict, from_json, json_parts, to_dict, to_json
from beholder.reports.envelope import significant
from beholder.types import Issue, Result, Series, Skipped, Span


@pytest.fixture(scope="module")
def schema(root: Path) -> dict[str, object]:
    return json.loads((root / "docs/reference/result.schema.json").read_text(encoding="utf-8"))


NOTHING_SCORED = Result(subject={"kind": "recording"}, score=None, skipped=(Skipped("vmos", "no picture"),))


@pytest.mark.parametrize(
    "result", [a_result(), a_result(path=HOSTILE), NOTHING_SCORED], ids=["call", "hostile", "empty"]
)
def test_a_result_keeps_the_published_schema(result: Result, schema: dict[str, object]) -> None:
    assert faults(to_dict(result), schema, root=schema) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "beholder.result/2"),
        (("score", "mos"), 5.2),
        (("score", "ci95"), [1.0]),
        (("score", "grounded"), 1),
        (("issues", 0, "kind"), "Low frame rate"),
        (("issues", 0, "severity"), "awful"),
        (("timeline", "series", "mos", "y", 0), "4.1"),
        (("surprise",), 1),
    ],
)
def test_the_schema_refuses_what_it_must(path: tuple[str | int, ...], value: object, schema: dict[str, object]) -> None:
    envelope = to_dict(a_result())
    place = envelope
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert faults(envelope, schema, root=schema)


def test_the_schema_asks_for_every_key(schema: dict[str, object]) -> None:
    envelope = to_dict(a_result())
    for key in envelope:
        assert faults({k: v for k, v in envelope.items() if k != key}, schema, root=schema)


def test_round_trip_changes_nothing() -> None:
    envelope = to_dict(a_result())
    assert to_dict(from_dict(envelope)) == envelope
    assert to_dict(from_json(to_json(a_result()))) == envelope


@pytest.mark.parametrize(
    "result", [a_result(), a_result(path=HOSTILE), NOTHING_SCORED], ids=["call", "hostile", "empty"]
)
def test_text_and_envelope_are_one(result: Result) -> None:
    assert json.loads(to_json(result)) == to_dict(result)


def test_several_results_are_a_list() -> None:
    assert json.loads(to_json([a_result(), NOTHING_SCORED])) == [to_dict(a_result()), to_dict(NOTHING_SCORED)]
    assert json.loads(to_json([])) == []


def test_no_part_holds_more_than_one_series() -> None:
    result = a_result()
    longest = max(one.t.size for one in result.series.values())
    assert max(part.count(", ") for part in json_parts(result)) <= longest + 5


def test_missing_is_null_and_comes_back_as_nan() -> None:
    result = a_result()
    envelope = to_dict(result)
    assert envelope["timeline"]["series"]["mos"]["y"][5:7] == [None, None]
    assert envelope["timeline"]["series"]["motion"]["high"] is None
    back = from_dict(envelope)
    assert np.array_equal(np.isnan(back.series["mos"].y), np.isnan(result.series["mos"].y))
    assert math.isnan(back.series["motion"].high)
    json.loads(to_json(result), parse_constant=pytest.fail)


def test_series_of_the_same_times_share_a_grid() -> None:
    timeline = to_dict(a_result())["timeline"]
    grid = {name: one["grid"] for name, one in timeline["series"].items()}
    assert grid["mos"] == grid["clarity"] == "1s"
    assert grid["motion"] == grid["repeat"] == "0.0333s"
    assert all(len(one["y"]) == len(timeline["grids"][one["grid"]]) for one in timeline["series"].values())


def test_different_grids_of_one_step_keep_apart() -> None:
    a = Series("a", np.array([0.0, 1.0]), np.zeros(2, np.float32))
    b = Series("b", np.array([0.5, 1.5]), np.zeros(2, np.float32))
    once = Series("once", np.array([0.5]), np.zeros(1, np.float32))
    series = {one.name: one for one in (a, b, once)}
    timeline = to_dict(Result(subject={"kind": "recording"}, score=None, series=series))["timeline"]
    assert timeline["grids"] == {"1s": [0.0, 1.0], "1s_2": [0.5, 1.5], "once": [0.5]}


def test_facts_of_any_type_become_json() -> None:
    facts = {
        "kind": "recording",
        "path": Path("a/b.mp4"),
        "fps": Fraction(30000, 1001),
        "width": np.int64(1920),
        "has_sound": np.bool_(True),
        "gain": float("nan"),
        "regions": ((0, 1), (2, 3)),
        "tracks": {"video": np.float32(0.5)},
    }
    assert to_dict(Result(subject=facts, score=None))["subject"] == {
        "kind": "recording",
        "path": "a/b.mp4",
        "fps": 29.97003,
        "width": 1920,
        "has_sound": True,
        "gain": None,
        "regions": [[0, 1], [2, 3]],
        "tracks": {"video": 0.5},
    }


def test_times_keep_microseconds_and_mos_three_decimals() -> None:
    issue = Issue("a-1", "freeze", Span(1.23456789, 2.0), "minor", 0.123456, {}, "")
    out = to_dict(replace(NOTHING_SCORED, issues=(issue,)))["issues"][0]
    assert (out["start_s"], out["mos_cost"]) == (1.234568, 0.123)


@given(st.lists(st.floats(width=32), min_size=1), st.integers(2, 6))
def test_rounding_keeps_the_significant_digits(values: list[float], digits: int) -> None:
    y = np.array(values, dtype=np.float32)
    rounded = significant(y, digits=digits)
    finite = np.isfinite(y)
    assert np.isnan(rounded[~finite]).all()
    exact = y[finite].astype(np.float64)
    assert np.all(np.abs(rounded[finite] - exact) <= np.maximum(np.abs(exact) * 0.51 * 10.0 ** (1 - digits), 1e-22))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"schema": "beholder.ratings/1"}'])
def test_what_is_not_a_result_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(UsageError, match=r"^session\.json: [^\n]*; "):
        from_json(text, where="session.json")


def test_a_damaged_result_is_refused() -> None:
    envelope = to_dict(a_result())
    del envelope["timeline"]["grids"]["1s"]
    with pytest.raises(UsageError, match="damaged"):
        from_dict(envelope)
