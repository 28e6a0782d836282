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
EXACT = 100  # SciPy takes 8 ms for a tail of the studentized range; beyond so many, a table of as many is interpolated


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
        Degrees of freedom of the standard errors.
    """
    from scipy.stats import studentized_range  # noqa: PLC0415 - takes half a second to load

    given = np.asarray(statistic, np.float64)
    freedom = np.broadcast_to(np.asarray(dof, np.float64), given.shape)
    out = np.full(given.shape, np.nan)
    known = np.flatnonzero(np.isfinite(given))
    out[np.isinf(given)] = 0.0
    q = np.abs(given[known]) * np.sqrt(2)
    if len(known) <= EXACT or len(np.unique(freedom[known])) > 1:
        out[known] = studentized_range.sf(q, conditions, freedom[known])
    else:
        from scipy.interpolate import PchipInterpolator  # noqa: PLC0415 - as above

        grid = np.linspace(0, max(q.max(), 1.0), EXACT)
        tail = np.maximum(studentized_range.sf(grid, conditions, freedom[known][0]), 1e-300)
        out[known] = np.exp(PchipInterpolator(grid, np.log(tail))(q))
    return np.asarray(np.clip(out, 0.0, 1.0), np.float64)
