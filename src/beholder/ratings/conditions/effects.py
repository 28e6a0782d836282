"""How large a difference is, beside its p-value: paired d and Cliff's delta, with intervals.

>>> effect = paired_d([0.5, 0.25, 0.75, 0.5])
>>> round(effect.value, 3)
2.449
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from beholder.ratings.votes import Values

__all__ = ["Effect", "cliffs_delta", "paired_d"]


@dataclass(frozen=True, slots=True)
class Effect:
    """An effect size.

    Attributes
    ----------
    value : float
        The effect; NaN where it does not exist.
    ci95 : (float, float)
        Its 95 % interval.
    """

    value: float
    ci95: tuple[float, float]


NONE = Effect(np.nan, (np.nan, np.nan))


def paired_d(differences: ArrayLike) -> Effect:
    """Mean of paired differences over their standard deviation (Cohen's d_z).

    The interval inverts the noncentral t distribution, exact for normal differences (Steiger and Fouladi 1997). NaN
    with fewer than two differences or when all are the same.
    """
    from scipy.special import nctdtrinc  # noqa: PLC0415 - importing ratings must not load SciPy

    values = np.asarray(differences, np.float64)
    spread = float(values.std(ddof=1)) if len(values) > 1 else 0.0
    if spread <= 1e-12 * max(float(np.abs(values).max(initial=0.0)), 1e-300):
        return NONE
    count = len(values)
    d = float(values.mean()) / spread
    t = d * count**0.5
    ends = tuple(float(nctdtrinc(count - 1, p, abs(t))) / count**0.5 for p in (0.975, 0.025))
    low, high = ends if t >= 0 else (-ends[1], -ends[0])
    return Effect(d, (low, high))


def cliffs_delta(one: ArrayLike, other: ArrayLike) -> Effect:
    """Chance that a value of the first is larger than one of the second, less the reverse (Cliff 1993); -1 to 1.

    Parameters
    ----------
    one, other : array, shape (raters,)
        The two values of each rater, in the same order: the interval takes them for paired.

    Notes
    -----
    The standard error is that of the influence of each rater, which sees the pairing. The interval is Feng and Cliff's
    (2004, Journal of Modern Applied Statistical Methods 3), which stays within -1 and 1. Full separation gets the bound
    of their rule for it, (n - t^2) / (n + t^2).
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - importing ratings must not load SciPy

    first, second = np.asarray(one, np.float64), np.asarray(other, np.float64)
    count = len(first)
    if count < 2:
        return NONE
    over = _above(first, second)
    under = _above(second, first)
    value = float(over.mean())
    spread = float((over - under - 2 * value).std(ddof=1)) / count**0.5
    t = float(stdtrit(count - 1, 0.975))
    if abs(value) >= 1 - 1e-12:
        bound = (count - t * t) / (count + t * t)
        return Effect(value, (bound, 1.0) if value > 0 else (-1.0, -bound))
    middle, below = value - value**3, 1 - value**2 + (t * spread) ** 2
    reach = t * spread * ((1 - value**2) ** 2 + (t * spread) ** 2) ** 0.5
    return Effect(value, ((middle - reach) / below, (middle + reach) / below))


def _above(values: Values, others: Values) -> Values:
    """For each value: share of the others below it less the share above it."""
    ordered = np.sort(others)
    below, up_to = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    share: Values = (below - (len(others) - up_to)) / len(others)
    return share
