"""P-values of many comparisons at once: Holm, Benjamini-Hochberg, Tukey.

>>> adjusted([0.01, 0.04, 0.03], "holm").tolist()
[0.03, 0.06, 0.06]
>>> adjusted([0.01, 0.04, 0.03], "benjamini-hochberg").tolist()
[0.03, 0.04, 0.04]
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from beholder.errors import UsageError
from beholder.ratings.votes import Values

__all__ = ["CORRECTIONS", "Correction", "adjusted", "tukey"]

Correction = Literal["holm", "tukey", "benjamini-hochberg", "none"]
CORRECTIONS: tuple[Correction, ...] = ("holm", "tukey", "benjamini-hochberg", "none")
OUTER, INNER = 64, 160  # nodes of the two quadratures; differs from SciPy's adaptive one by less than 1e-9
ENDS = 1e-15  # chance beyond the ends of the integral over the deviation
FARTHEST = 9.0  # standard deviations at which the integral over the smallest value ends
ENDLESS = 1e6  # degrees of freedom beyond which nothing changes
CHUNK = 500  # tests at once: 41 MB


def adjusted(p_values: ArrayLike, correction: Correction) -> Values:
    """Correct p-values for their number; NaN stays and is not counted.

    Parameters
    ----------
    p_values : array
        One per comparison.
    correction : {"holm", "benjamini-hochberg", "none"}
        Holm (1979) bounds the chance of any false difference, Benjamini and Hochberg (1995,
        doi:10.1111/j.2517-6161.1995.tb02031.x) the expected share of false ones among those that are found.
    """
    if correction not in ("holm", "benjamini-hochberg", "none"):
        raise UsageError("correction", f"{correction!r} does not work on p-values", "take holm or benjamini-hochberg")
    given = np.asarray(p_values, np.float64)
    out = given.copy()
    known = np.flatnonzero(np.isfinite(given))
    if correction == "none" or not len(known):
        return out
    order = known[np.argsort(given[known], kind="stable")]
    count, place = len(order), np.arange(1, len(order) + 1)
    if correction == "holm":
        raised = np.maximum.accumulate(given[order] * (count + 1 - place))
    else:
        raised = np.minimum.accumulate((given[order] * count / place)[::-1])[::-1]
    out[order] = np.minimum(raised, 1.0)
    return out


def tukey(statistic: ArrayLike, *, conditions: int, dof: ArrayLike) -> Values:
    """Give p-values of all pairwise differences by the studentized range (Tukey; Kramer for unequal errors).

    Parameters
    ----------
    statistic : array
        Differences over their standard errors (as for a t-test); NaN stays.
    conditions : int
        How many means are compared, each with each.
    dof : float or array
        Degrees of freedom of the standard errors; with less than 1 there is no p-value.
    """
    given = np.asarray(statistic, np.float64)
    freedom = np.broadcast_to(np.asarray(dof, np.float64), given.shape)
    out = np.full(given.shape, np.nan)
    out[np.isinf(given)] = 0.0
    known = np.flatnonzero(np.isfinite(given) & (freedom >= 1))
    freedom = np.minimum(freedom, ENDLESS)
    q = np.abs(given[known]) * np.sqrt(2)
    for start in range(0, len(known), CHUNK):
        part = slice(start, start + CHUNK)
        out[known[part]] = _range_tail(q[part], conditions, freedom[known[part]])
    return out


def _range_tail(q: Values, conditions: int, dof: Values) -> Values:
    """Integrate the tail of the studentized range by Gauss-Legendre: over the deviation s, and the smallest value z.

    Given s, the range of k normal values exceeds q s with the chance 1 - k times the integral over z of
    phi(z) (Phi(z + q s) - Phi(z))^(k - 1).
    """
    from scipy.special import gammainccinv, gammaincinv, gammaln, ndtr  # noqa: PLC0415 - must not load with ratings

    node, weight = np.polynomial.legendre.leggauss(OUTER)
    smallest, share = np.polynomial.legendre.leggauss(INNER)
    half = (dof / 2)[:, None]
    low, high = np.sqrt(gammaincinv(half, ENDS) / half), np.sqrt(gammainccinv(half, ENDS) / half)
    s = low + (high - low) * (node + 1) / 2
    density = np.exp(half * np.log(half) - gammaln(half) + (2 * half - 1) * np.log(s) - half * s**2) * weight
    density /= density.sum(axis=1, keepdims=True)
    z = FARTHEST * smallest
    chance = share * FARTHEST * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    between = ndtr(z + (q[:, None] * s)[:, :, None]) - ndtr(z)
    inside = conditions * (between ** (conditions - 1)) @ chance
    return np.asarray(np.clip(1 - (density * inside).sum(axis=1), 0.0, 1.0), np.float64)
