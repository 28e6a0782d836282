"""When a running test may stop: looking at the result after every rater without raising the error rate.

A confidence sequence holds the true difference at all times at once with the stated chance, so it may be watched for as
long as one likes (Howard, Ramdas, McAuliffe and Sekhon 2021, doi:10.1214/20-AOS1991). An ordinary interval may not:
looked at after each of 100 raters, a 95 % one misses the truth in about a third of all tests.

>>> found = watch([0.5, 1.0, 0.5, 0.0, 1.0, 0.5, 1.5, 0.5, 1.0, 0.5, 0.0, 1.0, 0.5, 1.0], margin=0.3)
>>> found.verdict, found.stopped
('different', 9)
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from beholder.errors import UsageError
from beholder.ratings.votes import Ratings, Values

__all__ = ["PairWatch", "Watch", "confidence_sequence", "watch", "watch_conditions"]

Verdict = Literal["different", "equivalent", "go on"]
Kind = Literal["normal", "bounded"]

FIRST = 8  # raters before the first look: with fewer, five-step votes are too far from normal (benchmarks/planning.py)
BEST_AT = 24  # raters at which the sequence is tightest: the panel of ITU-T P.910
GROWTH = 2.0  # eta of the stitched boundary
DECAY = 1.4  # s of the stitched boundary, both as in Howard et al. 2021, equation 10
ZETA = 3.105472  # Riemann zeta of DECAY


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """A difference watched from rater to rater.

    Attributes
    ----------
    mean, low, high : float64 array, shape (raters,)
        Mean difference and its confidence sequence after each rater; infinite before the first look. The sequence only
        ever narrows.
    verdict : {"different", "equivalent", "go on"}
        What was said first: the sequence left 0 behind; or lay within the margin; or neither yet.
    stopped : int or None
        After how many raters.
    """

    mean: Values
    low: Values
    high: Values
    verdict: Verdict
    stopped: int | None


@dataclass(frozen=True, slots=True)
class PairWatch:
    """Two conditions watched.

    Attributes
    ----------
    first, second : str
        The conditions.
    raters : int
        Who voted on both.
    watch : Watch
        Of the difference, first less second.
    """

    first: str
    second: str
    raters: int
    watch: Watch


def confidence_sequence(
    values: ArrayLike,
    *,
    alpha: float = 0.05,
    kind: Kind = "normal",
    bounds: tuple[float, float] | None = None,
    floor: float = 0.0,
    best_at: int = BEST_AT,
) -> tuple[Values, Values]:
    """Give lower and upper ends that hold the true mean after every value at once, with chance 1 - alpha.

    Parameters
    ----------
    values : array, shape (raters,)
        One value per rater, in the order in which they came.
    alpha : float
        Chance that the true mean ever lies outside.
    kind : {"normal", "bounded"}
        ``normal``: Robbins' normal mixture for a mean with unknown variance; exact for normal values, close for means
        of votes. ``bounded``: the empirical Bernstein sequence, which assumes nothing but `bounds` and is far wider.
    bounds : (float, float), optional
        Least and largest possible value, for ``bounded``.
    floor : float
        Least standard deviation to believe in, for ``normal``. Votes in steps can agree by chance.
    best_at : int
        Number of raters at which a ``normal`` sequence is tightest.

    References
    ----------
    Howard et al. 2021: normal mixture; theorem 4 and equation 10 (empirical Bernstein with the stitched boundary).
    Unknown variance: Lai 1976, doi:10.1214/aos/1176343406; Wang and Ramdas 2023, arXiv:2310.03722.
    """
    given = np.asarray(values, np.float64)
    if not 0 < alpha < 1:
        raise UsageError("alpha", f"{alpha:g} is no level", "give a number between 0 and 1, as 0.05")
    if kind == "bounded":
        if bounds is None or not bounds[0] < bounds[1]:
            raise UsageError("bounds", "a bounded sequence needs them", "give the least and the largest difference")
        reach = _bernstein(given, alpha, bounds)
    else:
        reach = _mixture(given, alpha, floor, best_at)
    count = np.arange(1, len(given) + 1)
    mean = np.cumsum(given) / count
    return np.maximum.accumulate(mean - reach), np.minimum.accumulate(mean + reach)


def watch(
    differences: ArrayLike,
    *,
    margin: float | None = None,
    alpha: float = 0.05,
    comparisons: int = 1,
    kind: Kind = "normal",
    bounds: tuple[float, float] | None = None,
    floor: float = 0.0,
    first: int = FIRST,
) -> Watch:
    """Decide after every rater whether to stop: conditions differ, are equivalent, or it is too early to say.

    Parameters
    ----------
    differences : array, shape (raters,)
        Each rater's difference of the two conditions, in the order in which they came.
    margin : float, optional
        Largest difference that does not matter; without it the test never stops for equivalence.
    alpha : float
        Chance of a wrong verdict over all `comparisons` and all looks.
    comparisons : int
        How many pairs are watched; each gets alpha / comparisons.
    kind, bounds, floor
        As for `confidence_sequence`.
    first : int
        Raters before the first look.
    """
    given = np.asarray(differences, np.float64)
    if margin is not None and not 0 < margin < np.inf:
        raise UsageError("margin", f"{margin:g} is no margin", "give a positive difference in MOS, as 0.3")
    if comparisons < 1 or first < 1:
        raise UsageError("comparisons, first", "they count from 1", "give 1 or more")
    mean = np.cumsum(given) / np.arange(1, len(given) + 1)
    low, high = confidence_sequence(given, alpha=alpha / comparisons, kind=kind, bounds=bounds, floor=floor)
    early = np.arange(1, len(given) + 1) < first
    low, high = np.where(early, -np.inf, low), np.where(early, np.inf, high)
    low, high = np.maximum.accumulate(low), np.minimum.accumulate(high)
    apart = (low > 0) | (high < 0)
    same = np.zeros(len(given), bool) if margin is None else (low > -margin) & (high < margin)
    said = np.flatnonzero(apart | same)
    if not len(said):
        return Watch(mean, low, high, "go on", None)
    verdict: Verdict = "different" if apart[said[0]] else "equivalent"
    return Watch(mean, low, high, verdict, int(said[0]) + 1)


def watch_conditions(votes: Ratings, *, margin: float | None = None, alpha: float = 0.05) -> tuple[PairWatch, ...]:
    """Watch every pair of conditions of a running test, raters in the order of the ratings.

    Parameters
    ----------
    votes : Ratings
        The votes so far, with the facts ``condition`` and, when known, ``source``.
    margin : float, optional
        Largest difference that does not matter.
    alpha : float
        Chance of any wrong verdict, over all pairs and all looks.

    Returns
    -------
    tuple of PairWatch
        A test may stop when no verdict is ``go on``; each pair may stop on its own.
    """
    from beholder.ratings.conditions.cells import cells  # noqa: PLC0415 - only where conditions are watched

    found = cells(votes)
    pairs = list(combinations(range(len(found.conditions)), 2))
    step = votes.scale.step or 0.0
    watched = []
    for a, b in pairs:
        apart = found.value[:, :, a] - found.value[:, :, b]
        there = ~np.isnan(apart)
        count = there.sum(axis=1)
        values = np.where(there, apart, 0.0).sum(axis=1)[count > 0] / count[count > 0]
        # Rounding to steps gives a vote a variance of step^2 / 12, a difference of two twice that, less over sources.
        floor = step / np.sqrt(6 * max(float(count.max(initial=1)), 1.0))
        seen = watch(values, margin=margin, alpha=alpha, comparisons=len(pairs), floor=floor)
        watched.append(PairWatch(found.conditions[a], found.conditions[b], len(values), seen))
    return tuple(watched)


def _mixture(values: Values, alpha: float, floor: float, best_at: int) -> Values:
    """Reach of Robbins' normal mixture with unknown variance.

    The mixing variance g, in units of that of a value, is close to the one that is tightest at `best_at` when the
    variance is known. With the unknown standard deviation integrated out (right Haar prior), the likelihood ratio of n
    values with the t-statistic t is (1 + n g)^(-1/2) ((1 + t^2 / f) / (1 + t^2 / (f (1 + n g))))^(n / 2) with
    f = n - 1: a martingale where the mean is true, so it reaches 1 / alpha with a chance of alpha at most (Ville).
    """
    count = np.arange(1, len(values) + 1, dtype=np.float64)
    mixing = (-2 * np.log(alpha) + np.log(1 - 2 * np.log(alpha))) / best_at
    grown = 1 + count * mixing
    mean = np.cumsum(values - values[:1].sum()) / count
    squares = np.cumsum((values - values[:1].sum()) ** 2) - count * mean**2
    freedom = np.maximum(count - 1, 1)
    error = np.sqrt(np.maximum(np.maximum(squares, 0.0) / freedom, floor**2) / count)
    ratio = (np.sqrt(grown) / alpha) ** (2 / count)
    finite = (ratio < grown) & (count > 1)
    t = np.full(len(values), np.inf)
    t[finite] = np.sqrt(freedom[finite] * (ratio[finite] - 1) / (1 - ratio[finite] / grown[finite]))
    reach: Values = np.multiply(t, error, out=np.full(len(values), np.inf), where=finite)
    return reach


def _bernstein(values: Values, alpha: float, bounds: tuple[float, float]) -> Values:
    """Reach of the empirical Bernstein sequence with the stitched sub-gamma boundary."""
    width = bounds[1] - bounds[0]
    if len(values) and (values.min() < bounds[0] or values.max() > bounds[1]):
        raise UsageError("bounds", "a difference lies outside of them", "give the least and the largest possible one")
    count = np.arange(1, len(values) + 1)
    before = np.concatenate([[sum(bounds) / 2], (np.cumsum(values) / count)[:-1]])  # prediction of each value
    least = width**2 / 4
    spread = np.maximum(np.cumsum((values - before[: len(values)]) ** 2), least)
    stage = np.log(spread / least) / np.log(GROWTH)
    size = DECAY * np.log1p(stage) + np.log(ZETA) + np.log(2 / alpha)
    one = (GROWTH**0.25 + GROWTH**-0.25) / np.sqrt(2)
    two = (np.sqrt(GROWTH) + 1) / 2
    boundary: Values = np.sqrt(one**2 * spread * size + (two * width * size) ** 2) + two * width * size
    return boundary / count
