"""The scorer of the benchmarks itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from benchmarks.all import BENCHMARKS
from benchmarks.sources import clips, half
from benchmarks.table import Row, drift, load, show, store

ROOT = Path(__file__).parents[1]


def row(measured: float | str, **how: object) -> Row:
    return Row("Freeze", "recall", measured, **{"better": "higher", "slack": 0.01} | how)


@pytest.mark.parametrize(
    ("now", "better", "worse"),
    [
        (0.98, "higher", False),
        (0.9701, "higher", False),
        (0.96, "higher", True),
        (0.99, "higher", False),
        (0.985, "lower", False),
        (0.995, "lower", True),
        (0.90, "lower", False),
        (0.995, "neither", True),
        (0.96, "neither", True),
        (float("nan"), "higher", True),
        ("gone", "higher", True),
    ],
)
def test_drift_is_a_step_the_wrong_way_beyond_the_slack(now: float | str, better: str, *, worse: bool):
    assert bool(drift([row(now)], [row(0.98, better=better)])) is worse


def test_a_figure_that_is_no_longer_measured_is_drift():
    assert drift([], [row(0.98)]) == ["Freeze: recall: was 0.980, is not measured any more"]


def test_figures_without_slack_and_texts_are_not_compared():
    assert not drift([row(0.1)], [row(0.98, slack=None), row("98 %")])


def test_tables_come_back_as_they_were_written(tmp_path: Path):
    rows = [row(1 / 3, bar=">= .98", passed=False), row("none", passed=None)]
    store(tmp_path / "new" / "freeze.json", rows)
    assert load(tmp_path / "new" / "freeze.json") == rows
    assert load(tmp_path / "never.json") == []


def test_rows_of_one_table_stay_together():
    shown = show([Row("A", "one", 1.0), Row("B", "two", 22.222), Row("A", "three", "3", passed=False)])
    heads = [line for line in shown.splitlines() if line.startswith("#")]
    assert heads == ["### A", "### B"]
    assert "| three | 3 |  | **no** |\n\n### B" in shown


def test_the_halves_are_what_the_names_make_them():
    assert {name: half(name) for name in ("s13.mp4", "chaplin.mp4", "bikes.mp4", "any/where/walk.mkv")} == {
        "s13.mp4": "tuning",
        "chaplin.mp4": "tuning",
        "bikes.mp4": "reported",
        "any/where/walk.mkv": "reported",
    }


def test_both_halves_have_clips(data_dir: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BEHOLDER_DATA", str(data_dir))
    halves = [half(path) for path in clips()]
    assert min(halves.count("tuning"), halves.count("reported")) >= 8


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_can_be_run_by_name(name: str):
    """Read, not imported: some need an extra."""
    path = ROOT / "benchmarks" / f"{name}.py"
    runs = [n for n in ast.parse(path.read_text("utf-8")).body if isinstance(n, ast.FunctionDef) and n.name == "run"]
    assert [arg.arg for node in runs for arg in node.args.kwonlyargs] == ["quick"]


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks/results").glob("*.json")), ids=lambda path: path.stem)
def test_committed_tables_can_be_read(path: Path):
    assert path.stem.removesuffix("_quick") in BENCHMARKS
    assert load(path)
