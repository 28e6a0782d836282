"""Log-likelihoods of pair comparisons as functions of score differences, and their maximum.

Each model gives, per compared pair, the log-likelihood and its first and second derivative by the difference of the two
scores. All are concave, so Newton's method with step halving finds the one maximum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from beholder.errors import UsageError
from beholder.ratings.pairs.comparisons import Edges
from beholder.ratings.votes import Codes, Values

__all__ = ["Maximum", "Model", "Ties", "expected_curvature", "maximise"]

Model = Literal["bradley-terry", "thurstone"]
Ties = Literal["half", "davidson"]

ROUNDS = 200  # Newton needs fewer than 20; the rest is for step halving far from the maximum
SETTLED = 1e-11  # largest change of a score; scores are about 1 in size
ALMOST = 1e-6  # a change that double precision cannot make smaller when counts are very large


@dataclass(frozen=True, slots=True, eq=False)
class Maximum:
    """Where the likelihood is highest.

    Attributes
    ----------
    score : float64 array, shape (stimuli,)
        Scores; each group sums to 0.
    tie : float
        Natural logarithm of Davidson's nu; NaN without it.
    covariance : float64 array, shape (stimuli [+ 1], stimuli [+ 1])
        Inverse of the information in the sum-zero gauge; Davidson's log nu last.
    loglikelihood : float
        At the maximum, without the ridge.
    """

    score: Values
    tie: float
    covariance: Values
    loglikelihood: float


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    """Value and derivatives at one place: by difference (per pair), and by Davidson's log nu."""

    value: float
    slope: Values
    curvature: Values
    tie_slope: float = 0.0
    tie_curvature: float = 0.0
    cross: Values | None = None


def maximise(
    edges: Edges, group: Codes, *, model: Model, davidson: bool, ridge: float = 0.0, start: Values | None = None
) -> Maximum:
    """Find the scores under which the comparisons are most likely.

    Parameters
    ----------
    edges : Edges
        Counts per pair.
    group : int32 array, shape (stimuli,)
        Groups that each get the sum 0.
    model, davidson
        Which likelihood; Davidson's ties go with Bradley-Terry only.
    ridge : float
        Precision of a normal prior on the scores (0: none). Needed when the maximum is not finite.
    start : float64 array, optional
        Scores (and log nu) to begin with.
    """
    gauge = (group[:, None] == group[None, :]) / np.bincount(group)[group][:, None]
    count = len(group)
    place = np.zeros(count + davidson) if start is None else start.copy()
    point = _at(edges, place, model=model, davidson=davidson)
    height = point.value - ridge / 2 * float(place[:count] @ place[:count])
    for _ in range(ROUNDS):
        slope, information = _assemble(edges, point, place, gauge, davidson=davidson, ridge=ridge)
        step = np.linalg.solve(information, slope)
        size = 1.0
        while True:
            there = place + size * step
            new = _at(edges, there, model=model, davidson=davidson)
            reached = new.value - ridge / 2 * float(there[:count] @ there[:count])
            if reached >= height - 1e-12 * abs(height) or size < ALMOST:
                break
            size /= 2
        place, point, height = there, new, reached
        if np.abs(size * step).max() < SETTLED:
            break
    _, information = _assemble(edges, point, place, gauge, davidson=davidson, ridge=ridge)
    covariance = np.asarray(np.linalg.inv(information), np.float64)
    covariance[:count, :count] -= gauge / (1 + ridge)
    return Maximum(place[:count], float(place[count]) if davidson else np.nan, covariance, point.value)


def expected_curvature(total: Values, difference: Values, *, model: Model) -> Values:
    """Give the expected information per pair about the difference of its scores."""
    if model == "bradley-terry":
        from scipy.special import expit  # noqa: PLC0415 - importing ratings must not load SciPy

        return np.asarray(total * expit(difference) * expit(-difference))
    ahead, behind = _mills(difference), _mills(-difference)
    return np.asarray(total * ahead * behind)  # phi^2 / (Phi (1 - Phi))


def _at(edges: Edges, place: Values, *, model: Model, davidson: bool) -> _Point:
    difference = place[edges.low] - place[edges.high]
    if davidson:
        if model != "bradley-terry":
            raise UsageError("ties", "Davidson's ties belong to Bradley-Terry", 'take ties="half" with Thurstone')
        return _davidson(edges, difference, float(place[-1]))
    ahead, behind = edges.wins_low + edges.ties / 2, edges.wins_high + edges.ties / 2
    return (_logistic if model == "bradley-terry" else _probit)(ahead, behind, difference)


def _logistic(ahead: Values, behind: Values, d: Values) -> _Point:
    """Bradley-Terry: P = 1 / (1 + exp(-d))."""
    from scipy.special import expit, log_expit  # noqa: PLC0415 - importing ratings must not load SciPy

    value = float(ahead @ log_expit(d) + behind @ log_expit(-d))
    return _Point(value, ahead * expit(-d) - behind * expit(d), (ahead + behind) * expit(d) * expit(-d))


def _probit(ahead: Values, behind: Values, d: Values) -> _Point:
    """Thurstone case V: P = Phi(d); curvature as observed, (d Phi phi + phi^2) / Phi^2 per win."""
    from scipy.special import log_ndtr  # noqa: PLC0415 - importing ratings must not load SciPy

    value = float(ahead @ log_ndtr(d) + behind @ log_ndtr(-d))
    up, down = _mills(d), _mills(-d)
    return _Point(value, ahead * up - behind * down, ahead * up * (d + up) + behind * down * (down - d))


def _mills(d: Values) -> Values:
    """Give phi / Phi, also far in the tail."""
    from scipy.special import log_ndtr  # noqa: PLC0415 - importing ratings must not load SciPy

    return np.asarray(np.exp(-0.5 * d * d - 0.5 * np.log(2 * np.pi) - log_ndtr(d)))


def _davidson(edges: Edges, d: Values, tie: float) -> _Point:
    """Davidson (1970): win, loss and tie in the ratio exp(d / 2) : exp(-d / 2) : nu."""
    log = np.stack([d / 2, -d / 2, np.full_like(d, tie)])
    log -= np.logaddexp.reduce(log, axis=0)
    win, loss, equal = np.exp(log)
    total = edges.total
    value = float(edges.wins_low @ log[0] + edges.wins_high @ log[1] + edges.ties @ log[2])
    return _Point(
        value,
        slope=(edges.wins_low - edges.wins_high - total * (win - loss)) / 2,
        curvature=total * (win + loss - (win - loss) ** 2) / 4,
        tie_slope=float(edges.ties.sum() - total @ equal),
        tie_curvature=float(total @ (equal * (1 - equal))),
        cross=-total * equal * (win - loss) / 2,
    )


def _assemble(
    edges: Edges, point: _Point, place: Values, gauge: Values, *, davidson: bool, ridge: float
) -> tuple[Values, NDArray[np.float64]]:
    """Slope and information by score (and log nu), with gauge and ridge."""
    count = len(gauge)
    slope = np.zeros(count + davidson)
    slope[:count] = np.bincount(edges.low, point.slope, count) - np.bincount(edges.high, point.slope, count)
    slope[:count] -= ridge * place[:count]
    information = np.zeros((count + davidson, count + davidson))
    information[edges.low, edges.high] = information[edges.high, edges.low] = -point.curvature
    around = np.bincount(edges.low, point.curvature, count) + np.bincount(edges.high, point.curvature, count)
    information[np.arange(count), np.arange(count)] = around + ridge
    information[:count, :count] += gauge
    if point.cross is not None:
        across = np.bincount(edges.low, point.cross, count) - np.bincount(edges.high, point.cross, count)
        information[-1, :count] = information[:count, -1] = across
        information[-1, -1], slope[-1] = point.tie_curvature, point.tie_slope
    return slope, information
