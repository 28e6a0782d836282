"""Rules for the tree that no linter keeps."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
FUNCTION_LINES = 50
MODULE_LINES = 400
DETECTOR_LINES = 200
MACHINE = re.compile(r"(?<![\w.~/:-])/(?:w" r"ork|f" r"arm|r" r"oot|h" r"ome/\w+|U" r"sers/\w+|t" r"mp/\w+)/")
TEXT = {".cff", ".css", ".html", ".jinja", ".js", ".json", ".md", ".py", ".sh", ".toml", ".txt", ".yml", ""}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_modules_and_functions_are_short(path: Path):
    text = path.read_text("utf-8")
    limit = DETECTOR_LINES if path.parent.name == "events" else MODULE_LINES
    assert len(text.splitlines()) <= limit
    long = {
        node.name: length
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (length := _code_lines(node)) > FUNCTION_LINES
    }
    assert not long


def _code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    first = node.body[0]
    described = ast.get_docstring(node) is not None
    said = (first.end_lineno or first.lineno) - first.lineno + 1 if described else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - said


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_the_library_never_prints(path: Path):
    if path.parent.name == "cli":
        return
    calls = [
        n.lineno
        for n in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(n, ast.Call) and _name(n) == "print"
    ]
    assert not calls


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_no_module_is_named_for_nothing():
    empty = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
    assert not [name_of(path) for path in SOURCES if path.stem in empty]


def test_no_path_of_one_machine_is_in_the_tree():
    found = [
        f"{name_of(path)}:{number}"
        for path in tracked()
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert not found


def test_nothing_large_is_in_the_tree():
    large = {name_of(path): path.stat().st_size for path in tracked() if path.stat().st_size > 1_000_000}
    assert all(name.startswith("src/beholder/models/data/") for name in large), large


def test_weights_are_plain_data():
    pickled = {".joblib", ".pickle", ".pkl", ".pt", ".pth"}
    assert not [name_of(path) for path in tracked() if path.suffix in pickled]


@pytest.mark.parametrize(("required", "outcome"), [("", "1 skipped"), ("chromium data", "1 error")])
def test_missing_data_skips_unless_it_is_required(tmp_path: Path, required: str, outcome: str):
    environment = os.environ | {"BEHOLDER_DATA": str(tmp_path), "BEHOLDER_REQUIRE": required}
    one = "tests/test_benchmarks.py::test_both_halves_have_clips"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", one]
    shown = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert outcome in shown.stdout
