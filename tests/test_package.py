"""The package as a whole: what importing costs, what is registered, and the contracts of the parts."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import pytest

import beholder
from beholder.errors import ModelError, UsageError
from beholder.events.detector import Detector
from beholder.events.registry import detectors
from beholder.models.registry import model_named
from beholder.plugins import load, registered
from beholder.testing import check_detector, check_model, evidence_of
from beholder.types import Event, Evidence, Span

HEAVY = {"av", "cv2", "onnxruntime", "polars", "rich", "scipy"}
MODULES = [
    name for _, name, _ in pkgutil.walk_packages(beholder.__path__, "beholder.") if not name.endswith("__main__")
]
DETECTORS = registered("beholder.detectors")
MODELS = registered("beholder.models")


def loaded_after(code: str) -> set[str]:
    shown = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"], check=True, capture_output=True, text=True
    )
    return set(shown.stdout.split("\n")[-2].split())


def test_importing_beholder_loads_nothing_heavy():
    assert not loaded_after("import beholder") & HEAVY


def test_help_loads_nothing_heavy():
    code = "from beholder.cli import main\nsys.argv[1:] = ['--help']\ntry: main()\nexcept SystemExit: pass"
    assert not loaded_after(code) & HEAVY


def test_scoring_loads_no_scipy():
    assert not loaded_after("import beholder.sessions.score") & {"matplotlib", "onnx", "pandas", "scipy", "sklearn"}


@pytest.mark.parametrize("name", MODULES)
def test_all_is_true(name: str):
    module = importlib.import_module(name)
    stated = getattr(module, "__all__", None)
    defined = _defined(Path(str(module.__file__)))
    if stated is None:
        assert not defined, f"{name} defines {sorted(defined)} and has no __all__"
        return
    assert len(set(stated)) == len(stated)  # RUF022 keeps the order
    assert all(hasattr(module, one) for one in stated)


def _defined(path: Path) -> set[str]:
    """Public functions and classes of a module."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {n.name for n in ast.parse(path.read_text("utf-8")).body if isinstance(n, kinds) and n.name[0] != "_"}


def test_every_detector_is_registered(root: Path):
    written = {
        f"beholder.events.{path.stem}:{node.name}"
        for path in (root / "src/beholder/events").glob("*.py")
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name != "Detector" and _has(node, "detect")
    }
    assert written == set(_stated(root)["beholder.detectors"].values())


def _has(node: ast.ClassDef, method: str) -> bool:
    return any(isinstance(part, ast.FunctionDef) and part.name == method for part in node.body)


def _stated(root: Path) -> dict[str, dict[str, str]]:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]


@pytest.mark.parametrize("group", ["beholder.detectors", "beholder.models"])
def test_the_installed_package_is_the_one_in_the_tree(root: Path, group: str):
    installed = {e.name: e.value for e in entry_points(group=group) if e.dist and e.dist.name == "beholder"}
    assert installed == _stated(root)[group], "install it again: pip install -e ."


@pytest.mark.parametrize("name", DETECTORS)
def test_every_detector_keeps_the_contract(name: str):
    check_detector(load(DETECTORS[name])())


@pytest.mark.parametrize("name", MODELS)
def test_every_model_keeps_the_contract(name: str):
    check_model(load(MODELS[name]).load())


def test_no_kind_is_given_by_two_detectors():
    kinds = [kind for detector in detectors() for kind in detector.kinds]
    assert sorted(kinds) == sorted(set(kinds))


def test_a_model_nobody_registered_is_refused_by_name():
    with pytest.raises(UsageError, match="vmos"):
        model_named("nobody")


def test_a_group_without_parts_says_what_to_do():
    with pytest.raises(ModelError, match="pip install"):
        registered("beholder.nothing")


def test_a_part_that_cannot_be_imported_is_named():
    with pytest.raises(ModelError, match=r"snow.*no_such_module"):
        load(EntryPoint("snow", "no_such_module:Snow", "beholder.detectors"))


class Careless:
    """A detector that gives what it is told to."""

    kinds = ("rain",)
    needs = ("change",)

    def __init__(self, *events: Event) -> None:
        self.events = list(events)

    def detect(self, _: Evidence, /) -> list[Event]:
        return self.events


@pytest.mark.parametrize(
    ("events", "rule"),
    [
        ([Event("snow", Span(0, 1), 0.5)], "not declared"),
        ([Event("rain", Span(0, 1), 1.5)], "strength"),
        ([Event("rain", Span(0, 1), float("nan"))], "strength"),
        ([Event("rain", Span(50, 60), 0.5)], "inside the recording"),
        ([Event("rain", Span(2, 2), 0.5)], "inside the recording"),
        ([Event("rain", Span(3, 4), 0.5), Event("rain", Span(1, 2), 0.5)], "order"),
        ([Event("rain", Span(1, 3), 0.5), Event("rain", Span(2, 4), 0.5)], "overlap"),
        ([Event("rain", Span(1, 3), 0.5, {"drops": float("nan")})], "drops"),
    ],
)
def test_the_check_finds_what_breaks_the_contract(events: list[Event], rule: str):
    with pytest.raises(AssertionError, match=rule):
        check_detector(Careless(*events))


def test_the_check_passes_what_keeps_it():
    careful = Careless(Event("rain", Span(1, 2), 0.5, {"drops": 3.0}), Event("rain", Span(2, 3), 1.0))
    assert isinstance(careful, Detector)
    check_detector(careful, evidence_of({"change": [1.0, 2.0]}))


def test_what_is_no_detector_and_no_model_is_refused():
    for check in (check_detector, check_model):
        with pytest.raises(AssertionError, match="must have"):
            check(object())
