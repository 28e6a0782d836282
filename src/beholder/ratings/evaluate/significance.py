"""Is one model better than another? Each figure of P.1401, with the tests that suit it.

Three tests stand side by side: the form of P.1401, which takes the two models
for independent samples; a paired form (Williams's t for correlations, Pitman and
Morgan's t for the errors, McNemar's test for outliers); and the paired bootstrap
over stimuli, or over sources. All models are judged on the same stimuli, so the
first sees differences too seldom. The verdict is that of the bootstrap, the only
one that knows about sources and serves every figure; the measured error rates of
all three are in docs/explain/evaluating.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from beholder.errors import TableError
from beholder.ratings.evaluate.correlation import NEARLY_ONE, correlate, midranks, steiger, williams
from beholder.ratings.evaluate.figures import Accuracy, epsilon_errors
from beholder.ratings.evaluate.resample import (
    draw,
    reach_of,
    spread_of,
    two_sided,
    weighted_correlation,
    weighted_ranks,
)
from beholder.ratings.votes import Values

__all__ = ["ROUNDS", "Adjustment", "Comparison", "adjust", "compare"]

Adjustment = Literal["holm", "bonferroni", "benjamini-hochberg", "none"]
ROUNDS = 2_000  # of the bootstrap: a standard error is then known to 1.6 %
LEVEL = 0.05
FIGURES = ("plcc", "srocc", "rmse", "rmse_star", "outlier_ratio")
CORRELATIONS = frozenset({"plcc", "srocc"})  # of all figures, the two where more is better


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure of two models, and whether they differ.

    Attributes
    ----------
    first, second : str
        Names of the models.
    figure : str
        ``plcc``, ``srocc``, ``rmse``, ``rmse_star`` or ``outlier_ratio``.
    difference : float
        The figure of the first less that of the second.
    ci95 : tuple of float
        Its interval: Student's, with the standard error of the paired bootstrap.
    p_independent : float
        By the form of P.1401; NaN where it has none.
    p_paired : float
        By the paired form; NaN where there is none.
    p_bootstrap : float
        Student's t with the standard error of the paired bootstrap, on Fisher's scale for correlations and of the mean
        squares for errors: the verdict.
    p_adjusted : float
        `p_bootstrap`, adjusted over all pairs of models for this figure.
    better : str
        Name of the better model when `p_adjusted` is below .05, else empty.
    """

    first: str
    second: str
    figure: str
    difference: float
    ci95: tuple[float, float]
    p_independent: float
    p_paired: float
    p_bootstrap: float
    p_adjusted: float
    better: str


def adjust(p_values: ArrayLike, *, method: Adjustment = "holm") -> Values:
    """Adjust p-values for the number of tests; NaN stays and does not count.

    Parameters
    ----------
    p_values : array_like, shape (tests,)
    method : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        The first two keep the chance of any false alarm below the level (Holm is never less powerful, JSTOR 4615733);
        the third keeps the share of false ones among the alarms (doi:10.1111/j.2517-6161.1995.tb02031.x).

    Returns
    -------
    float64 array, shape (tests,)

    Examples
    --------
    >>> adjust([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.array(p_values, dtype=np.float64)
    told = np.flatnonzero(np.isfinite(p))
    if method == "none" or not told.size:
        return p
    order = told[np.argsort(p[told], kind="stable")]
    tests = order.size
    if method == "bonferroni":
        p[order] = np.minimum(1.0, p[order] * tests)
    elif method == "holm":
        p[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * np.arange(tests, 0, -1)))
    else:
        steps = p[order] * tests / np.arange(1, tests + 1)
        p[order] = np.minimum(1.0, np.minimum.accumulate(steps[::-1])[::-1])
    return p


def compare(
    models: Sequence[Accuracy],
    mos: ArrayLike,
    *,
    ci95: ArrayLike | None = None,
    groups: Sequence[str] | None = None,
    method: Adjustment = "holm",
    rounds: int = ROUNDS,
    seed: int = 0,
) -> tuple[Comparison, ...]:
    """Compare every pair of models on every figure.

    Source: ITU-T P.1401 (01/2020), 7.6; Steiger 1980, doi:10.1037/0033-2909.87.2.245; Pitman 1939,
    doi:10.1093/biomet/31.1-2.9; McNemar 1947, doi:10.1007/BF02295996.

    Parameters
    ----------
    models : sequence of Accuracy
        Of the same stimuli in the same order.
    mos : array_like, shape (stimuli,)
    ci95 : array_like, shape (stimuli,), optional
        Half widths of the intervals of the MOS.
    groups : sequence of str, optional
        Source of each stimulus; whole sources are drawn then.
    method : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        Adjustment over the pairs of models, per figure.
    rounds, seed : int
        Of the bootstrap.

    Returns
    -------
    tuple of Comparison
        Empty for one model.
    """
    if len(models) < 2:
        return ()
    y = np.asarray(mos, dtype=np.float64)
    if any(model.n != y.size for model in models):
        raise TableError("predictions", "the models were not judged on the same stimuli", "give them all the same ones")
    width = np.full(y.size, np.nan) if ci95 is None else np.asarray(ci95, dtype=np.float64)
    weights = draw(y.size, rounds=rounds, seed=seed, groups=groups)
    units = y.size if groups is None else len(set(groups))
    drawn = [_rounds(model, y, width, weights) for model in models]
    found = []
    for figure in FIGURES:
        pairs = [
            _pair(figure, models[i], models[j], width, _apart(figure, drawn[i][figure], drawn[j][figure], units))
            for i, j in combinations(range(len(models)), 2)
        ]
        adjusted = adjust([pair.p_bootstrap for pair in pairs], method=method)
        found += [_judged(pair, float(p)) for pair, p in zip(pairs, adjusted, strict=True)]
    return tuple(found)


def _judged(pair: Comparison, p: float) -> Comparison:
    ahead = (pair.difference > 0) == (pair.figure in CORRELATIONS)
    better = "" if not p < LEVEL else pair.first if ahead else pair.second
    return replace(pair, p_adjusted=p, better=better)


def _rounds(model: Accuracy, mos: Values, ci95: Values, weights: Values) -> dict[str, Values]:
    """Give every figure of a model in every round; the mapping stays as it was fitted on all stimuli."""
    free = np.maximum(weights.sum(axis=1) - model.mapping.parameters, 1.0)
    known = np.isfinite(ci95)
    beyond = np.where(known, epsilon_errors(model.residual, ci95), 0.0)
    judged = weights @ known
    with_interval = judged > 0
    nothing = np.full(judged.size, np.nan)
    star = (weights @ beyond**2) / np.maximum(judged - model.mapping.parameters, 1.0)
    signed = -model.predicted if model.mapping.falls else model.predicted
    ranks = weighted_ranks(signed, weights), weighted_ranks(mos, weights)
    return {
        "plcc": weighted_correlation(model.mapped, mos, weights),
        "srocc": weighted_correlation(*ranks, weights),
        "rmse": np.sqrt((weights @ model.residual**2) / free),
        "rmse_star": np.sqrt(np.where(with_interval, star, np.nan)),
        "outlier_ratio": np.divide(weights @ (beyond > 0), judged, out=nothing, where=with_interval),
    }


@dataclass(frozen=True, slots=True)
class _Spread:
    """How far the difference of two models moves from round to round, as it is and on the scale it is tested on."""

    plain: float
    tested: float
    units: int


def _apart(figure: str, first: Values, second: Values, units: int) -> _Spread:
    tested = _tested(figure, first) - _tested(figure, second)
    return _Spread(spread_of(first - second, units), spread_of(tested, units), units)


def _tested(figure: str, values: Values) -> Values:
    """Bring a figure to the scale on which its differences are nearest to normal, measured by their false alarms."""
    if figure in CORRELATIONS:
        fisher: Values = np.arctanh(np.clip(values, -NEARLY_ONE, NEARLY_ONE))
        return fisher
    return values**2 if figure in {"rmse", "rmse_star"} else values


def _pair(figure: str, first: Accuracy, second: Accuracy, ci95: Values, spread: _Spread) -> Comparison:
    tests = {
        "plcc": _correlation_tests,
        "srocc": _rank_tests,
        "rmse": _error_tests,
        "rmse_star": _epsilon_tests,
        "outlier_ratio": _outlier_tests,
    }
    independent, paired = tests[figure](first, second, ci95)
    a, b = getattr(first, figure).value, getattr(second, figure).value
    difference, reach = a - b, reach_of(spread.plain, spread.units)
    tested = _tested(figure, np.array([a, b]))
    p = two_sided(float(tested[0] - tested[1]), spread.tested, spread.units)
    return Comparison(
        first=first.model,
        second=second.model,
        figure=figure,
        difference=difference,
        ci95=(difference - reach, difference + reach),
        p_independent=independent,
        p_paired=paired,
        p_bootstrap=p,
        p_adjusted=math.nan,
        better="",
    )


def _fisher_scale(r: float) -> float:
    return math.nan if math.isnan(r) else math.atanh(max(-NEARLY_ONE, min(NEARLY_ONE, r)))


def _correlation_tests(first: Accuracy, second: Accuracy, _ci95: Values) -> tuple[float, float]:
    between = correlate(first.mapped, second.mapped)
    paired = williams(first.plcc.value, second.plcc.value, between, first.n)[1]
    return _fisher(first.plcc.value, second.plcc.value, first.n, variance=(1.0, 1.0)), paired


def _rank_tests(first: Accuracy, second: Accuracy, _ci95: Values) -> tuple[float, float]:
    a, b = (midranks(-one.predicted if one.mapping.falls else one.predicted) for one in (first, second))
    r, s = first.srocc.value, second.srocc.value
    grown = (1 + r * r / 2, 1 + s * s / 2)
    return _fisher(r, s, first.n, variance=grown), steiger(r, s, correlate(a, b), first.n)[1]


def _fisher(r: float, s: float, n: int, *, variance: tuple[float, float]) -> float:
    """Test two correlations as if of independent samples (P.1401, 7.6.1)."""
    from scipy.special import ndtr  # noqa: PLC0415 - import beholder.ratings must stay quick

    if n < 4 or math.isnan(r) or math.isnan(s):
        return math.nan
    apart = abs(_fisher_scale(r) - _fisher_scale(s))
    return float(2 * ndtr(-apart / math.sqrt(sum(variance) / (n - 3))))


def _error_tests(first: Accuracy, second: Accuracy, _ci95: Values) -> tuple[float, float]:
    independent = _f_test(first.rmse.value, second.rmse.value, first, second, first.n)
    return independent, _pitman_morgan(first.residual, second.residual)


def _epsilon_tests(first: Accuracy, second: Accuracy, ci95: Values) -> tuple[float, float]:
    judged = int(np.isfinite(ci95).sum())
    return _f_test(first.rmse_star.value, second.rmse_star.value, first, second, judged), math.nan


def _f_test(a: float, b: float, first: Accuracy, second: Accuracy, n: int) -> float:
    """Test the larger mean square against the smaller, one-sided as P.1401, 7.6.4, has it."""
    from scipy.special import fdtrc  # noqa: PLC0415 - import beholder.ratings must stay quick

    if math.isnan(a) or math.isnan(b):
        return math.nan
    large, small = (first, second) if a >= b else (second, first)
    if min(a, b) == 0.0:
        return 1.0 if a == b else 0.0
    free = n - large.mapping.parameters, n - small.mapping.parameters
    return float(fdtrc(*free, (max(a, b) / min(a, b)) ** 2))


def _pitman_morgan(a: Values, b: Values) -> float:
    """Test whether two errors of the same stimuli are equally large: then their sum and difference are uncorrelated."""
    from scipy.special import stdtr  # noqa: PLC0415 - import beholder.ratings must stay quick

    together, apart = a + b, a - b
    size = math.sqrt(float(together @ together) * float(apart @ apart))
    if size == 0.0:
        return 1.0
    r = float(together @ apart) / size
    if abs(r) >= NEARLY_ONE:
        return 0.0
    return float(2 * stdtr(a.size - 2, -abs(r) * math.sqrt((a.size - 2) / (1 - r * r))))


def _outlier_tests(first: Accuracy, second: Accuracy, ci95: Values) -> tuple[float, float]:
    """Test two shares of outliers: as independent samples (P.1401, 7.6.2) and by those that only one model has."""
    from scipy.special import bdtr, ndtr  # noqa: PLC0415 - import beholder.ratings must stay quick

    n = int(np.isfinite(ci95).sum())
    if not n:
        return math.nan, math.nan
    k, m = int(first.outlier.sum()), int(second.outlier.sum())
    pooled = (k + m) / (2 * n)
    spread = math.sqrt(pooled * (1 - pooled) * 2 / n)
    independent = float(2 * ndtr(-abs(k - m) / n / spread)) if spread else 1.0
    only_first = int((first.outlier & ~second.outlier).sum())
    single = int((first.outlier ^ second.outlier).sum())
    paired = min(1.0, 2 * float(bdtr(min(only_first, single - only_first), single, 0.5))) if single else 1.0
    return independent, paired
