"""Correlations with their intervals, and tests of two that share one variable.

Two models that are judged on the same stimuli give two correlations that share
the MOS: they are dependent, and a test for independent samples (Fisher's z, as
in P.1401) sees differences too seldom. Williams's t and Steiger's Z use how the
two models correlate with each other.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from beholder.ratings.evaluate.estimate import LARGE_SAMPLE, Estimate, z_quantile
from beholder.ratings.votes import Values

__all__ = ["kendall", "midranks", "pearson", "rank_interval", "spearman", "steiger", "tau_b", "williams"]

BLOCK = 2_000  # rows of the sign matrix at a time: 2,000 x 10,000 bytes are 20 MB
SPEARMAN_GROWTH = 0.5  # variance of z is (1 + r^2/2)/(n - 3): Bonett & Wright 2000, doi:10.1007/BF02294183
KENDALL_VARIANCE = (
    0.437  # variance of z is 0.437/(n - 4): Fieller, Hartley & Pearson 1957, doi:10.1093/biomet/44.3-4.470
)
NEARLY_ONE = 1.0 - 1e-15


def midranks(values: ArrayLike) -> Values:
    """Rank along the last axis from 1; equal values share their mean rank.

    Examples
    --------
    >>> midranks([0.2, 0.7, 0.2]).tolist()
    [1.5, 3.0, 1.5]
    """
    table = np.asarray(values, dtype=np.float64)
    flat = table.reshape(-1, table.shape[-1])
    ranks = np.empty_like(flat)
    for row, out in zip(flat, ranks, strict=True):
        _, place, count = np.unique(row, return_inverse=True, return_counts=True)
        out[:] = (np.cumsum(count) - (count - 1) / 2.0)[place]
    return ranks.reshape(table.shape)


def correlate(x: Values, y: Values) -> float:
    """Give Pearson's correlation; NaN when one side does not vary."""
    a, b = x - x.mean(), y - y.mean()
    size = math.sqrt(float(a @ a) * float(b @ b))
    tiny = 1e-12 * x.size * max(abs(float(x.mean())), 1e-30) * max(abs(float(y.mean())), 1e-30)
    return float(np.clip(a @ b / size, -1.0, 1.0)) if size > tiny and np.ptp(x) > 0 and np.ptp(y) > 0 else math.nan


def pearson(predicted: ArrayLike, mos: ArrayLike) -> Estimate:
    """Give Pearson's linear correlation (PLCC) with Fisher's interval.

    ``z = atanh(r)``, ``sd = 1/sqrt(n - 3)``, ends ``tanh(z +- K sd)`` with K the normal quantile, Student's t for
    fewer than 30 stimuli. Source: ITU-T P.1401 (01/2020), 7.5.3.

    Parameters
    ----------
    predicted, mos : array_like, shape (stimuli,)

    Returns
    -------
    Estimate
        NaN when one side does not vary.

    Examples
    --------
    >>> round(pearson([1.2, 1.9, 3.1, 4.4, 2.9, 4.1], [1, 2, 3.5, 4, 2.5, 4.5]).value, 10)
    0.9599898643
    """
    x, y = np.asarray(predicted, dtype=np.float64), np.asarray(mos, dtype=np.float64)
    r = correlate(x, y)
    return Estimate(r, rank_interval(r, x.size, variance=1.0, lost=3), "Fisher z")


def spearman(predicted: ArrayLike, mos: ArrayLike) -> Estimate:
    """Give Spearman's rank correlation (SROCC), its interval after Bonett and Wright.

    Examples
    --------
    >>> round(spearman([1.2, 1.9, 3.1, 4.4, 2.9, 4.1], [1, 2, 3.5, 4, 2.5, 4.5]).value, 10)
    0.9428571429
    """
    x, y = midranks(predicted), midranks(mos)
    r = correlate(x, y)
    interval = rank_interval(r, x.size, variance=1.0 + SPEARMAN_GROWTH * r * r, lost=3)
    return Estimate(r, interval, "Fisher z, Bonett-Wright variance")


def kendall(predicted: ArrayLike, mos: ArrayLike) -> Estimate:
    """Give Kendall's rank correlation tau-b (KRCC), its interval after Fieller, Hartley and Pearson.

    Examples
    --------
    >>> round(kendall([1.2, 1.9, 3.1, 4.4, 2.9, 4.1], [1, 2, 3.5, 4, 2.5, 4.5]).value, 10)
    0.8666666667
    """
    x, y = np.asarray(predicted, dtype=np.float64), np.asarray(mos, dtype=np.float64)
    tau = tau_b(x, y)
    return Estimate(tau, rank_interval(tau, x.size, variance=KENDALL_VARIANCE, lost=4), "Fisher z, Fieller variance")


def tau_b(x: Values, y: Values) -> float:
    """Give Kendall's tau-b: concordant less discordant pairs, ties taken out of both sides; NaN without a pair."""
    agree, in_x, in_y = 0, 0, 0
    for start in range(0, x.size, BLOCK):
        rows = slice(start, start + BLOCK)
        a = np.sign(x[rows, None] - x[None, :]).astype(np.int8)
        b = np.sign(y[rows, None] - y[None, :]).astype(np.int8)
        agree += int((a * b).sum(dtype=np.int64))
        in_x += int(np.count_nonzero(a))
        in_y += int(np.count_nonzero(b))
    return agree / math.sqrt(in_x * in_y) if in_x and in_y else math.nan


def rank_interval(r: float, n: int, *, variance: float, lost: int) -> tuple[float, float]:
    """Give the ends of the interval on Fisher's scale: ``tanh(atanh(r) +- K sqrt(variance/(n - lost)))``."""
    if math.isnan(r):
        return math.nan, math.nan
    if n <= lost:
        return -1.0, 1.0
    if abs(r) >= NEARLY_ONE:
        return r, r
    reach = _quantile(n) * math.sqrt(variance / (n - lost))
    return math.tanh(math.atanh(r) - reach), math.tanh(math.atanh(r) + reach)


def _quantile(n: int) -> float:
    from scipy.special import stdtrit  # noqa: PLC0415 - import beholder.ratings must stay quick

    return z_quantile() if n >= LARGE_SAMPLE else float(stdtrit(n - 1, 0.975))


def williams(r_first: float, r_second: float, between: float, n: int) -> tuple[float, float]:
    """Test two correlations with the same variable (Williams's t).

    Source: Williams 1959; Steiger 1980, doi:10.1037/0033-2909.87.2.245, equation 7.

    Parameters
    ----------
    r_first, r_second : float
        Correlation of each model with the MOS.
    between : float
        Correlation of the two models.
    n : int
        Stimuli, at least 4.

    Returns
    -------
    tuple of float
        t with n - 3 degrees of freedom, and its two-sided p-value; NaN when it cannot be told.

    Examples
    --------
    >>> t, p = williams(0.5, 0.4, 0.1, 103)
    >>> round(t, 2), round(p, 2)
    (0.89, 0.37)
    """
    from scipy.special import stdtr  # noqa: PLC0415 - import beholder.ratings must stay quick

    if n < 4 or any(math.isnan(r) for r in (r_first, r_second, between)):
        return math.nan, math.nan
    if r_first == r_second:
        return 0.0, 1.0
    determinant = 1 - r_first**2 - r_second**2 - between**2 + 2 * r_first * r_second * between
    mean = (r_first + r_second) / 2
    scatter = 2 * max(determinant, 0.0) * (n - 1) / (n - 3) + mean**2 * max(1 - between, 0.0) ** 3
    if scatter <= 0:
        return math.nan, math.nan
    t = (r_first - r_second) * math.sqrt((n - 1) * (1 + between) / scatter)
    return t, float(2 * stdtr(n - 3, -abs(t)))


def steiger(r_first: float, r_second: float, between: float, n: int) -> tuple[float, float]:
    """Test two correlations with the same variable (Steiger's Z on Fisher's scale, pooled correlation).

    Source: Steiger 1980, doi:10.1037/0033-2909.87.2.245, equations 3, 12 and 14. It also serves for rank correlations
    (Myers & Sirois 2006).

    Parameters
    ----------
    r_first, r_second, between : float
        As for `williams`.
    n : int
        Stimuli, at least 4.

    Returns
    -------
    tuple of float
        Z and its two-sided p-value; NaN when it cannot be told.

    Examples
    --------
    >>> z, p = steiger(0.5, 0.4, 0.1, 103)
    >>> round(z, 2), round(p, 2)
    (0.89, 0.37)
    """
    from scipy.special import ndtr  # noqa: PLC0415 - import beholder.ratings must stay quick

    if n < 4 or any(math.isnan(r) for r in (r_first, r_second, between)):
        return math.nan, math.nan
    if r_first == r_second:
        return 0.0, 1.0
    if max(abs(r_first), abs(r_second)) >= NEARLY_ONE:
        return math.nan, math.nan
    square = ((r_first + r_second) / 2) ** 2
    together = between * (1 - 2 * square) - square * (1 - 2 * square - between**2) / 2
    rest = 2 - 2 * together / (1 - square) ** 2
    if rest <= 0:
        return math.nan, math.nan
    z = (math.atanh(r_first) - math.atanh(r_second)) * math.sqrt((n - 3) / rest)
    return z, float(2 * ndtr(-abs(z)))
