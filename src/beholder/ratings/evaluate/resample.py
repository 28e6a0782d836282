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

__all__ = ["draw", "percentile_interval", "two_sided", "weighted_correlation", "weighted_ranks"]

FEWEST_ROUNDS = 100  # below, the ends of a 95 % interval are two or three values
FEW_ROUNDS = 10  # a share of fewer rounds is known to no better than a third


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
        raise ValueError(f"{rounds} rounds are too few for a 95 % interval, give at least {FEWEST_ROUNDS}")
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


def percentile_interval(rounds: Values) -> tuple[float, float]:
    """Give the middle 95 % of what came out; NaN when fewer than half of the rounds gave something."""
    told = rounds[np.isfinite(rounds)]
    if 2 * told.size < rounds.size or not told.size:
        return math.nan, math.nan
    low, high = np.quantile(told, [0.025, 0.975])
    return float(low), float(high)


def two_sided(rounds: Values, difference: float) -> float:
    """Give the p-value of a difference.

    Twice the smaller share of rounds on one side of zero; when so few lie there that the share says little, the normal
    tail at the spread of the rounds, so that many comparisons can still be adjusted for.

    Parameters
    ----------
    rounds : float64 array, shape (rounds,)
        Differences of every round.
    difference : float
        That of all stimuli.
    """
    from scipy.special import ndtr  # noqa: PLC0415 - import beholder.ratings must stay quick

    told = rounds[np.isfinite(rounds)]
    if 2 * told.size < rounds.size or not told.size or not math.isfinite(difference):
        return math.nan
    smaller = min(int((told <= 0).sum()), int((told >= 0).sum()))
    share = min(1.0, 2.0 * (smaller + 1) / (told.size + 1))
    spread = float(told.std())
    if smaller >= FEW_ROUNDS or spread == 0.0:
        return share
    return min(2.0 * (FEW_ROUNDS + 1) / (told.size + 1), float(2.0 * ndtr(-abs(difference) / spread)))
