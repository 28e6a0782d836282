"""The bootstrap over stimuli, as weights: how often each stimulus is drawn.

All models are weighed alike in a round, so that what they share cancels out of
their difference. Stimuli of one source are alike; when sources are named, whole
sources are drawn, or the intervals would be too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from beholder.ratings.votes import Values

__all__ = ["draw", "reach_of", "spread_of", "two_sided", "weighted_correlation", "weighted_ranks"]

FEWEST_ROUNDS = 100  # below, the spread of the rounds is known to no better than a tenth


def draw(n: int, *, rounds: int, seed: int, groups: Sequence[str] | None = None) -> Values:
    """Draw stimuli with replacement, or whole groups of them.

    Parameters
    ----------
    n : int
        Stimuli.
    rounds : int
        At least 100.
    seed : int
        The same seed gives the same weights.
    groups : sequence of str, optional
        Group of each stimulus.

    Returns
    -------
    float64 array, shape (rounds, n)
        How often each stimulus was drawn.

    Examples
    --------
    >>> draw(5, rounds=100, seed=1).sum(axis=1).min()
    np.float64(5.0)
    """
    if rounds < FEWEST_ROUNDS:
        raise ValueError(f"{rounds} rounds are too few for a standard error, give at least {FEWEST_ROUNDS}")
    random = np.random.default_rng(seed)
    if groups is None:
        return random.multinomial(n, np.full(n, 1.0 / n), size=rounds).astype(np.float64)
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    drawn = random.multinomial(names.size, np.full(names.size, 1.0 / names.size), size=rounds)
    weights: Values = drawn[:, member].astype(np.float64)
    return weights


def weighted_ranks(values: ArrayLike, weights: Values) -> Values:
    """Rank values that are there several times: the mid-ranks of each stimulus in each round.

    Parameters
    ----------
    values : array_like, shape (n,)
    weights : float64 array, shape (rounds, n)

    Returns
    -------
    float64 array, shape (rounds, n)

    Examples
    --------
    >>> weighted_ranks([0.3, 0.1, 0.2], np.array([[1.0, 1.0, 1.0], [2.0, 1.0, 0.0]])).tolist()
    [[3.0, 1.0, 2.0], [2.5, 1.0, 1.5]]
    """
    levels, place = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(levels.size))
    per_level = np.add.reduceat(weights[:, order], starts, axis=1)
    ranks: Values = np.cumsum(per_level, axis=1) - (per_level - 1.0) / 2.0
    return ranks[:, place]


def weighted_correlation(x: ArrayLike, y: ArrayLike, weights: Values) -> Values:
    """Give Pearson's correlation in each round; NaN where one side does not vary.

    Parameters
    ----------
    x, y : array_like, shape (n,) or (rounds, n)
    weights : float64 array, shape (rounds, n)
    """
    total = weights.sum(axis=1)
    a, b = (np.asarray(v, dtype=np.float64) for v in (x, y))
    a, b = (v - ((weights * v).sum(axis=1) / total)[:, None] for v in (a, b))
    together, of_a, of_b = ((weights * c).sum(axis=1) for c in (a * b, a * a, b * b))
    size = np.sqrt(of_a * of_b)
    varied = size > 1e-12 * total
    r: Values = np.divide(together, size, out=np.full(total.size, np.nan), where=varied)
    return r


def spread_of(rounds: Values, units: int) -> float:
    """Give the standard error that the rounds show, for so many drawn units (stimuli or sources).

    The bootstrap divides by the number of units where it is one less that is free: with few sources that matters.
    NaN when fewer than half of the rounds gave something.
    """
    told = rounds[np.isfinite(rounds)]
    if 2 * told.size < rounds.size or told.size < 2 or units < 2:
        return math.nan
    return float(told.std()) * math.sqrt(units / (units - 1))


def two_sided(difference: float, spread: float, units: int) -> float:
    """Give the p-value of a difference by Student's t with one degree of freedom less than drawn units.

    Percentiles of the rounds give twice as many false alarms with a dozen sources, and cannot tell small p-values
    apart, which many comparisons need (benchmarks/evaluate.py).

    Examples
    --------
    >>> round(two_sided(0.2, 0.1, 30), 3)
    0.055
    """
    from scipy.special import stdtr  # noqa: PLC0415 - import beholder.ratings must stay quick

    if not (math.isfinite(difference) and math.isfinite(spread)):
        return math.nan
    if spread == 0.0:
        return 1.0 if difference == 0.0 else 0.0
    return float(2.0 * stdtr(units - 1, -abs(difference) / spread))


def reach_of(spread: float, units: int) -> float:
    """Give the half width of the 95 % interval that belongs to `two_sided`."""
    from scipy.special import stdtrit  # noqa: PLC0415 - import beholder.ratings must stay quick

    return math.nan if math.isnan(spread) else spread * float(stdtrit(units - 1, 0.975))
