"""Error rates of planning, of stopping early and of comparing conditions, on simulated votes.

Votes are on five steps: the quality of the stimulus, a bias of the rater (standard deviation .4) and noise (.65),
rounded and clipped. A watched test is looked at after each rater from the 8th to the 100th. Error rates are shares of
4,000 tests (stopping) or 500 (comparing), of 500 and 125 in the quick run; "within 3 errors" allows for that. Time is
CPU time of one thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from beholder.ratings import Ratings
from beholder.ratings.conditions import compare_conditions, mixed_model
from beholder.ratings.pairs import Comparisons, bootstrap_raters, bradley_terry
from beholder.ratings.planning import power, raters_for_difference, raters_for_interval
from beholder.ratings.stopping import confidence_sequence, watch
from benchmarks.table import Row, main

__all__ = ["run"]

BIAS, NOISE = 0.4, 0.65  # as in the public laboratory sets: biases spread by .3 to .5, votes by .6 to .7
LONGEST = 100  # raters
ROUNDING = 1 / np.sqrt(6)  # least deviation of a difference of two votes in steps of 1


def run(*, quick: bool) -> list[Row]:
    """Measure error rates and times."""
    tests = 500 if quick else 4000
    few = tests // 4 if quick else tests // 8
    rows = (*_planning(tests), *_stopping(tests), *_comparing(few), *_pairs(few), *_speed(quick=quick))
    return [replace(row, passed=None if row.passed is None else bool(row.passed)) for row in rows]


def _votes(rng: np.random.Generator, quality: np.ndarray, raters: int) -> np.ndarray:
    """Votes of shape (..., raters) on stimuli of the given qualities."""
    bias = BIAS * rng.standard_normal(raters)
    noise = NOISE * rng.standard_normal((*np.shape(quality), raters))
    return np.clip(np.round(np.asarray(quality)[..., None] + bias + noise), 1, 5)


def _at_most(table: str, what: str, share: float, bar: float, slack: float) -> Row:
    return Row(table, what, share, f"<= {bar:g}", share <= bar, "lower", slack)


def _planning(tests: int) -> Iterator[Row]:
    rng = np.random.default_rng(1)
    table = "Planning"
    for comparisons, paired in ((1, False), (10, False), (1, True)):
        need = raters_for_difference(0.5, deviation=0.8, paired=paired, comparisons=comparisons)
        groups = 1 if paired else 2
        draws = 0.8 * rng.standard_normal((groups, tests, need.per_group))
        mean = draws.mean(axis=2)
        apart = mean[0] + 0.5 if paired else mean[0] + 0.5 - mean[1]
        error = np.sqrt(draws.var(axis=2, ddof=1).sum(axis=0) / need.per_group)
        found = float((np.abs(apart) / error > _t(groups * (need.per_group - 1), 1 - 0.025 / comparisons)).mean())
        kind = "paired" if paired else "independent"
        what = f"difference .5 found, deviation .8, {comparisons} comparisons, {kind}, {need.per_group} raters each"
        yield Row(table, what, found, "within .04 of the promise", abs(found - need.power) < 0.04, "neither", 0.03)
    count = raters_for_interval(0.25, deviation=0.8, assurance=0.9)
    widths = _t(count - 1, 0.975) * 0.8 * rng.standard_normal((tests, count)).std(axis=1, ddof=1) / np.sqrt(count)
    share = float((widths <= 0.25).mean())
    yield Row(table, f"interval of +- .25 reached, assurance .9, {count} raters", share, ">= .87", share >= 0.87)
    yield Row(
        table, "power of 15 raters per group, difference .5, one comparison", float(power(15, 0.5, deviation=0.8))
    )
    chance = float(power(15, 0.5, deviation=0.8, comparisons=10))
    yield Row(table, "power of 15 raters per group, difference .5, ten comparisons", chance)


def _t(dof: float, share: float) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415 - as in the library

    return float(stdtrit(dof, share))


def _stopping(tests: int) -> Iterator[Row]:
    rng = np.random.default_rng(2)
    table = "Stopping: wrong verdicts over all looks"
    for sources in (1, 8):
        floor = ROUNDING / np.sqrt(sources)
        none = [_difference(rng, 3.2, 3.2, sources) for _ in range(tests)]
        wrong = float(np.mean([watch(d, floor=floor).verdict == "different" for d in none]))
        yield _at_most(table, f"no difference, {sources} sources, said to differ", wrong, 0.05, 0.01)
        gap = float(np.mean(_difference(rng, 3.7, 3.2, 400_000 // LONGEST)))
        edge = [_difference(rng, 3.7, 3.2, sources) for _ in range(tests)]
        verdicts = [watch(d, margin=gap, floor=floor).verdict for d in edge]
        wrong = float(np.mean([verdict == "equivalent" for verdict in verdicts]))
        yield _at_most(table, f"difference of the margin, {sources} sources, said to be equivalent", wrong, 0.05, 0.01)
        top = [_difference(rng, 4.7, 4.7, sources) for _ in range(tests)]
        wrong = float(np.mean([watch(d, floor=floor).verdict == "different" for d in top]))
        yield _at_most(table, f"no difference at the top of the scale, {sources} sources", wrong, 0.05, 0.01)
    missed = float(np.mean([_ordinary(d) for d in none]))
    yield Row(table, "for comparison: ordinary 95 % interval, no difference, said to differ", missed)
    bounded = float(np.mean([watch(d, kind="bounded", bounds=(-4, 4)).verdict == "different" for d in none]))
    yield _at_most(table, "empirical Bernstein sequence, no difference, said to differ", bounded, 0.05, 0.01)
    any_wrong = []
    for _ in range(tests // 4):
        votes = _votes(rng, np.full(5, 3.2), LONGEST)
        pairs = [votes[a] - votes[b] for a in range(5) for b in range(a)]
        any_wrong.append(any(watch(d, comparisons=10, floor=ROUNDING).verdict == "different" for d in pairs))
    share = float(np.mean(any_wrong))
    yield _at_most(table, "five equal conditions, any of ten pairs said to differ", share, 0.05, 0.015)
    yield from _savings(rng, tests)


def _savings(rng: np.random.Generator, tests: int) -> Iterator[Row]:
    table = "Stopping: raters until a verdict"
    need = raters_for_difference(
        0.5, deviation=float(np.std(_difference(rng, 3.7, 3.2, 1, raters=20_000))), paired=True
    )
    yield Row(table, "planned, difference .5, power .8, one source", float(need.raters))
    for gap in (0.5, 1.0):
        found = [watch(_difference(rng, 3.2 + gap, 3.2, 1), floor=ROUNDING) for _ in range(tests)]
        stopped = [one.stopped or LONGEST for one in found]
        yield Row(table, f"watched, difference {gap:g}, one source, median", float(np.median(stopped)), slack=3.0)
        share = float(np.mean([one.verdict == "different" for one in found]))
        yield Row(table, f"watched, difference {gap:g}, found within 100", share, better="higher", slack=0.03)
    alike = [watch(_difference(rng, 3.2, 3.2, 8), margin=0.3, floor=ROUNDING / np.sqrt(8)) for _ in range(tests)]
    stopped = [one.stopped or LONGEST for one in alike]
    yield Row(table, "watched, no difference, margin .3, eight sources, median", float(np.median(stopped)), slack=3.0)
    low, high = confidence_sequence(_difference(rng, 3.2, 3.2, 1), kind="bounded", bounds=(-4, 4))
    yield Row(table, "reach of the empirical Bernstein sequence after 100 raters, MOS", float(high[-1] - low[-1]) / 2)


def _difference(rng: np.random.Generator, one: float, other: float, sources: int, raters: int = LONGEST) -> np.ndarray:
    """Each rater's difference of two conditions over some sources."""
    votes = _votes(rng, np.repeat([[one], [other]], sources, axis=1), raters)
    return (votes[0] - votes[1]).mean(axis=0)


def _ordinary(values: np.ndarray) -> bool:
    """Whether a 95 % t interval, looked at after each rater, ever leaves 0 out."""
    from scipy.special import stdtrit  # noqa: PLC0415 - as in the library

    count = np.arange(1, len(values) + 1)
    mean = np.cumsum(values) / count
    squares = np.maximum(np.cumsum(values**2) - count * mean**2, 0)[7:]
    error = np.sqrt(squares / (count[7:] - 1) / count[7:])
    return bool((np.abs(mean[7:]) > stdtrit(count[7:] - 1, 0.975) * error).any())


def _test(rng: np.random.Generator, luck: float, *, sources: int = 6, raters: int = 24) -> Ratings:
    """Votes of a test of four equal conditions; `luck` is the spread of a condition from source to source."""
    quality = 3.2 + 0.5 * rng.standard_normal((sources, 1)) + luck * rng.standard_normal((sources, 4))
    votes = Ratings.from_matrix(_votes(rng, quality, raters).reshape(-1, raters))
    facts = {"condition": tuple("abcd") * sources, "source": tuple(f"s{s}" for s in range(sources) for _ in "abcd")}
    return replace(votes, about_stimuli=facts)


def _comparing(tests: int) -> Iterator[Row]:
    rng = np.random.default_rng(3)
    table = "Comparing four equal conditions: any pair said to differ"
    same, lucky = ([_test(rng, luck) for _ in range(tests)] for luck in (0.0, 0.3))
    ways: list[tuple[str, Callable[[Ratings], object], list[Ratings], float]] = [
        ("paired t-tests of raters, Holm", lambda v: compare_conditions(v).pairs, same, 0.05),
        ("paired t-tests of raters, Tukey", lambda v: compare_conditions(v, correction="tukey").pairs, same, 0.05),
        ("mixed model, Holm", lambda v: mixed_model(v).table.pairs, same, 0.05),
        ("mixed model, Tukey", lambda v: mixed_model(v, correction="tukey").table.pairs, same, 0.05),
        ("mixed model, Tukey, conditions differ by source", _mixed_tukey, lucky, 0.05),
        ("for comparison: the same without the random effect of the stimulus", _mixed_plain, lucky, np.nan),
        ("for comparison: paired t-tests of raters, Holm, conditions differ by source", _holm, lucky, np.nan),
    ]
    for what, way, cases, bar in ways:
        share = float(np.mean([any(pair.differs for pair in way(votes)) for votes in cases]))  # type: ignore[attr-defined]
        limit = bar + 3 * np.sqrt(bar * (1 - bar) / tests)  # three standard errors of the measurement
        if np.isnan(bar):
            yield Row(table, what, share)
        else:
            yield Row(table, what, share, "<= .05 within 3 errors", share <= limit, "lower", 0.02)


def _mixed_tukey(votes: Ratings) -> object:
    return mixed_model(votes, correction="tukey").table.pairs


def _mixed_plain(votes: Ratings) -> object:
    return mixed_model(votes, correction="tukey", random=("rater", "source")).table.pairs


def _holm(votes: Ratings) -> object:
    return compare_conditions(votes).pairs


def _pairs(tests: int) -> Iterator[Row]:
    rng = np.random.default_rng(4)
    table = "Pair comparison: 95 % interval of a difference holds the truth"
    truth = np.array([0.8, 0.2, -0.3, -0.7])
    for taste in (0.0, 0.7):
        held = {"information": 0, "bootstrap": 0}
        for _ in range(tests):
            votes = _preferences(rng, truth, taste)
            found = [bradley_terry(votes), bootstrap_raters(votes, rounds=200, seed=int(rng.integers(1 << 30)))]
            for name, scale in zip(held, found, strict=True):
                low, high = scale.difference("0", "2").ci95
                held[name] += low <= 1.1 * _shrunk(taste) <= high
        for name, count in held.items():
            what = f"{name}, {'raters of one taste' if taste == 0 else 'tastes of raters differ'}, 20 raters x 30 votes"
            good = abs(count / tests - 0.95) <= 0.02 + 3 * np.sqrt(0.95 * 0.05 / tests)
            bars = ("", None) if (name, taste) == ("information", 0.7) else (".93 to .97 within 3 errors", good)
            yield Row(table, what, count / tests, bars[0], bars[1], "neither", 0.04)


def _shrunk(taste: float) -> float:
    """How much smaller differences in the crowd's preferences are when each rater has tastes of normal spread."""
    return 1 / np.sqrt(1 + 2 * taste**2 / 1.7**2)  # logistic-normal mixture, probit approximation


def _preferences(rng: np.random.Generator, truth: np.ndarray, taste: float) -> Comparisons:
    first, second, outcome, raters = [], [], [], []
    for rater in range(20):
        own = truth + taste * rng.standard_normal(len(truth))
        for _ in range(30):
            a, b = rng.choice(len(truth), 2, replace=False)
            first.append(str(a))
            second.append(str(b))
            outcome.append("first" if rng.random() < 1 / (1 + np.exp(own[b] - own[a])) else "second")
            raters.append(rater)
    return Comparisons.from_votes(first, second, outcome, raters=raters, stimuli=range(len(truth)))


def _speed(*, quick: bool) -> Iterator[Row]:
    table = "Mixed model: seconds"
    rng = np.random.default_rng(5)
    sizes = ((20, 20, 100, 0.2),) if quick else ((20, 20, 100, 0.2), (100, 20, 200, 0.3))
    for sources, conditions, raters, seen in sizes:
        quality = np.linspace(2, 4, conditions) + 0.5 * rng.standard_normal((sources, 1))
        quality = quality + 0.3 * rng.standard_normal((sources, conditions))
        matrix = _votes(rng, quality, raters).reshape(-1, raters)
        matrix[rng.random(matrix.shape) > seen] = np.nan
        names = tuple(f"c{k}" for _ in range(sources) for k in range(conditions))
        origin = tuple(f"s{s}" for s in range(sources) for _ in range(conditions))
        votes = replace(Ratings.from_matrix(matrix), about_stimuli={"condition": names, "source": origin})
        started = time.process_time()
        mixed_model(votes)
        spent = time.process_time() - started
        yield Row(table, f"{len(votes)} votes, {conditions} conditions, {raters} raters", spent, "<= 10", spent <= 10)


if __name__ == "__main__":
    main(run)
