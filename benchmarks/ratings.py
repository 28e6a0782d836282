"""From votes to MOS: speed and memory against SUREAL 0.9, random clickers, intervals, import time.

Speed: votes by the model of P.910 on five levels, the same array for both, CPU seconds of the recovery alone (the
fastest of three runs of ours, one of SUREAL's), in processes of their own with one thread. Memory is the peak of these
processes, with all they import, from the array to the result. Ours runs as it does by default; the scores are compared
with ``compat="sureal"``. ``BEHOLDER_SUREAL`` names the Python of an environment with ``pip install sureal==0.9.0``;
without it these rows are left out and one row says so. Quick: 1,000 x 200.

Clickers: in each simulated test one rater clicks without looking. Found means the verdict "likely random"; an honest
rater is flagged with any verdict but "keep". 200 tests of each design (quick: 40), seeds from 5000 up; thresholds were
chosen on seeds below 2000. An even clicker takes all five votes alike; one with a habit takes 3, 4, 5, 5. True scores
spread over 1.2 to 4.8, in a narrow test over 2.2 to 3.8.

Intervals: share of the 95 % intervals that hold the true score, for continuous votes by the model of P.910 with biases
that add up to zero; 100 tests (quick: 30). Raters are alike (inconsistency .7), differ (.4 to .9), or one in six is
careless (1.7 against .6). Rounded votes are cut to 1..5; their truth is the unrounded score, which no method is told
of, or the mean vote of endless raters with the same biases and inconsistencies. In the last rows the raters are a
sample: the truth is the score of a rater without bias.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from beholder.ratings import Ratings, Scale, rater_cards, recover
from benchmarks.table import Row, main

__all__ = ["run"]

SPEED, CLICKERS, INTERVALS, IMPORT = "Ratings: speed", "Ratings: clickers", "Ratings: intervals", "Ratings: import"
WORKER = Path(__file__).with_name("recovering.py")
FASTER, MEMORY, SAME, IMPORT_S = 50, 0.5, 1e-6, 0.5
FOUND, FLAGGED = 0.95, 0.05
HELD = 0.93, 0.97
UNSEEN = 5000  # the first seed of the clickers; lower ones were used to choose thresholds


def run(*, quick: bool) -> list[Row]:
    """Give all rows."""
    return [
        *_speed(*((1000, 200) if quick else (10_000, 1000)), full=not quick),
        *_clickers(40 if quick else 200),
        *_intervals(30 if quick else 100),
        *_import(),
    ]


# --- speed and memory


def _speed(stimuli: int, raters: int, *, full: bool) -> list[Row]:
    python = os.environ.get("BEHOLDER_SUREAL")
    if not python:
        return [Row(SPEED, "against SUREAL 0.9", "not measured: BEHOLDER_SUREAL names no Python that has it")]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        votes = Path(folder, "votes.npy")
        for share in (0.05, 1.0):
            _work(sys.executable, "make", f"{share}", str(votes), str(stimuli), str(raters))
            for method, name in (("p910", "P.910"), ("bt500", "BT.500")):
                case = f"{name}, {stimuli:,} x {raters:,} at {share:.0%}"
                faster = FASTER if method == "bt500" or share < 1 else 1
                rows += _compare(
                    case,
                    method,
                    votes,
                    python,
                    faster=faster if full else 1,
                    memory=full and share == 1 and method == "p910",
                )
    return rows


def _compare(case: str, method: str, votes: Path, python: str, *, faster: float, memory: bool) -> list[Row]:
    ours, theirs = votes.with_name("ours.npy"), votes.with_name("theirs.npy")
    mine = json.loads(_work(sys.executable, "beholder", method, str(votes), str(ours)))
    other = json.loads(_work(python, "sureal", method, str(votes), str(theirs)))
    ratio, share = other["cpu_s"] / mine["cpu_s"], mine["peak_mb"] / other["peak_mb"]
    apart = float(np.abs(np.load(ours) - np.load(theirs)).max())
    ask = f"<= {MEMORY}" if memory else ""
    return [
        Row(SPEED, f"{case}: CPU seconds", mine["cpu_s"]),
        Row(SPEED, f"{case}: CPU seconds of SUREAL", other["cpu_s"]),
        Row(SPEED, f"{case}: times faster", ratio, f">= {faster}", ratio >= faster),
        Row(SPEED, f"{case}: peak, MB", mine["peak_mb"]),
        Row(SPEED, f"{case}: peak of SUREAL, MB", other["peak_mb"]),
        Row(SPEED, f"{case}: share of the memory", share, ask, share <= MEMORY if memory else None),
        Row(SPEED, f"{case}: largest difference of a score", f"{apart:.0e}", f"<= {SAME:g}", apart <= SAME),
    ]


def _work(python: str, *arguments: str) -> str:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [python, str(WORKER), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


# --- random clickers


@dataclass(frozen=True, slots=True)
class _Design:
    name: str
    stimuli: int
    raters: int
    repetitions: int = 1
    votes: int = 0  # per rater; 0 for all
    unanimous: float = 0.0


DESIGNS = (
    _Design("complete, 60 x 24", 60, 24),
    _Design("complete, 30 x 15", 30, 15),
    _Design("sparse, 400 x 50, 40 votes each", 400, 50, votes=40),
    _Design("sparse, 300 x 100, 30 votes each", 300, 100, votes=30),
    _Design("repeated, 15 x 20, twice", 15, 20, repetitions=2),
    _Design("a tenth unanimous, 40 x 15", 40, 15, unanimous=0.1),
    _Design("half unanimous, 60 x 24", 60, 24, unanimous=0.5),
)
EVEN, HABIT = (1, 2, 3, 4, 5), (3, 4, 5, 5)


def _clickers(tests: int) -> list[Row]:
    rows = []
    for clicks, half, kind, asked in (
        (EVEN, 1.8, "even clicker", True),
        (HABIT, 1.8, "clicker with a habit", True),
        (EVEN, 0.8, "even clicker, narrow test", False),
    ):
        for design in DESIGNS:
            found, flagged, honest = 0, 0, 0
            for seed in range(tests):
                votes, who = _clicked(design, clicks, half, UNSEEN + seed)
                verdicts = [card.verdict for card in rater_cards(votes)]
                found += verdicts[who] == "likely random"
                flagged += sum(v != "keep" for i, v in enumerate(verdicts) if i != who)
                honest += len(verdicts) - 1
            hit, false = found / tests, flagged / honest
            case = f"{design.name}, {kind}"
            ask = (f">= {FOUND}", f"<= {FLAGGED}") if asked else ("", "")
            rows += [
                Row(CLICKERS, f"{case}: found", hit, ask[0], hit >= FOUND if asked else None, "higher", 0.05),
                Row(
                    CLICKERS,
                    f"{case}: honest flagged",
                    false,
                    ask[1],
                    false <= FLAGGED if asked else None,
                    "lower",
                    0.02,
                ),
            ]
    return rows


def _clicked(design: _Design, clicks: tuple[int, ...], half: float, seed: int) -> tuple[Ratings, int]:
    """Simulate a test with one clicker, and say who it is."""
    generator = np.random.default_rng(seed)
    stimuli, raters, repetitions = design.stimuli, design.raters, design.repetitions
    truth = generator.uniform(3 - half, 3 + half, stimuli)
    bias, spread = generator.normal(0, 0.4, raters), generator.uniform(0.4, 0.9, raters)
    noise = generator.normal(size=(stimuli, raters, repetitions))
    votes = np.clip(np.rint(truth[:, None, None] + bias[:, None] + spread[:, None] * noise), 1, 5)
    alike = int(stimuli * design.unanimous)
    votes[:alike] = generator.choice([1, 5], size=alike)[:, None, None]
    who = int(generator.integers(raters))
    votes[:, who] = generator.choice(clicks, size=(stimuli, repetitions))
    if design.votes:
        for rater in range(raters):
            votes[generator.permutation(stimuli)[design.votes :], rater] = np.nan
    return Ratings.from_matrix(votes), who


# --- intervals


@dataclass(frozen=True, slots=True)
class _Panel:
    name: str
    stimuli: int
    raters: int
    share: float = 1.0


PANELS = (
    _Panel("80 x 24", 80, 24),
    _Panel("80 x 40", 80, 40),
    _Panel("300 x 200 at 12 %", 300, 200, 0.12),
    _Panel("60 x 24 at 50 %", 60, 24, 0.5),
)
KINDS = ("raters alike", "raters differ", "one in six careless")
METHODS = (("p910", "weighted", True), ("p910", "standard", False), ("p910_restricted", "weighted", True))
WIDE = Scale(-100, 100, None)


@dataclass(frozen=True, slots=True)
class _Test:
    """Votes, and what the scores should be: the unrounded truth, and the mean vote of endless raters."""

    votes: Ratings
    truth: NDArray[np.float64]
    mean_vote: NDArray[np.float64]


def _intervals(tests: int) -> list[Row]:
    rows = []
    for panel in PANELS:
        for kind in KINDS:
            drawn = [_test(panel, kind, seed) for seed in range(tests)]
            for method, interval, asked in METHODS:
                held = _held(drawn, method, interval, [test.truth for test in drawn])
                inside = HELD[0] <= held <= HELD[1]
                ask = f"{HELD[0]} to {HELD[1]}" if asked else ""
                what = f"{panel.name}, {kind}: {method}, {interval}"
                rows.append(Row(INTERVALS, what, held, ask, inside if asked else None, "neither", 0.02))
    errors = [_test(PANELS[-1], "raters differ", seed) for seed in range(tests)]
    for method in ("p910", "p910_restricted", "mos"):
        error = np.mean([np.mean((recover(t.votes, method=method).mos - t.truth) ** 2) for t in errors]) ** 0.5
        rows.append(Row(INTERVALS, f"{PANELS[-1].name}, raters differ: error of {method}", float(error), slack=0.02))
    return rows + _rounded(tests) + _sampled(tests)


def _rounded(tests: int) -> list[Row]:
    rows, panel = [], PANELS[0]
    drawn = [_test(panel, "raters differ", seed, rounded=True) for seed in range(tests)]
    for method, interval, _ in METHODS:
        for name, truth in (("unrounded score", "truth"), ("mean vote", "mean_vote")):
            held = _held(drawn, method, interval, [getattr(test, truth) for test in drawn])
            what = f"{panel.name}, raters differ, rounded votes, truth the {name}: {method}, {interval}"
            rows.append(Row(INTERVALS, what, held, slack=0.03))
    return rows


def _sampled(tests: int) -> list[Row]:
    rows, panel = [], PANELS[0]
    drawn = [_test(panel, "raters differ", seed, sampled=True) for seed in range(tests)]
    for method, interval in (("p910", "weighted"), ("mos", "t")):
        held = _held(drawn, method, interval, [test.truth for test in drawn])
        rows.append(Row(INTERVALS, f"{panel.name}, raters a sample: {method}, {interval}", held, slack=0.03))
    return rows


def _held(drawn: list[_Test], method: str, interval: str, truths: list[NDArray[np.float64]]) -> float:
    inside = []
    for test, truth in zip(drawn, truths, strict=True):
        ends = recover(test.votes, method=method, interval=interval).ci95
        known = np.isfinite(ends[:, 0])
        inside.append(((ends[:, 0] <= truth) & (truth <= ends[:, 1]))[known])
    return float(np.concatenate(inside).mean())


def _test(panel: _Panel, kind: str, seed: int, *, rounded: bool = False, sampled: bool = False) -> _Test:
    generator = np.random.default_rng(seed)
    truth, bias = generator.uniform(1.3, 4.7, panel.stimuli), generator.normal(0, 0.4, panel.raters)
    if not sampled:
        bias -= bias.mean()
    spread = {
        "raters alike": np.full(panel.raters, 0.7),
        "raters differ": generator.uniform(0.4, 0.9, panel.raters),
        "one in six careless": np.where(np.arange(panel.raters) < panel.raters // 6, 1.7, 0.6),
    }[kind]
    votes = truth[:, None] + bias + spread * generator.normal(size=(panel.stimuli, panel.raters))
    mean_vote = truth
    if rounded:
        votes = np.clip(np.rint(votes), 1, 5)
        many = truth[:, None, None] + bias + spread * generator.normal(size=(panel.stimuli, 500, panel.raters))
        mean_vote = np.clip(np.rint(many), 1, 5).mean(axis=(1, 2))
    votes[generator.random(votes.shape) > panel.share] = np.nan
    return _Test(Ratings.from_matrix(votes, scale=WIDE), truth, mean_vote)


# --- import


def _import() -> list[Row]:
    least = min(_cpu("import beholder.ratings") for _ in range(5))
    ready = min(_cpu("from beholder.ratings import recover, rater_cards") for _ in range(5))
    what = "import beholder.ratings, CPU seconds with the interpreter's start"
    return [
        Row(IMPORT, what, least, f"<= {IMPORT_S}", least <= IMPORT_S, "lower", 0.2),
        Row(IMPORT, "with recover and rater_cards loaded", ready),
    ]


def _cpu(code: str) -> float:
    process = subprocess.Popen([sys.executable, "-c", code])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(code)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(run)
