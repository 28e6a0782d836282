"""Areas under ROC curves of several scores on the same cases, with their covariance (fast DeLong)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from beholder.ratings.evaluate.correlation import midranks
from beholder.ratings.votes import Values

__all__ = ["Areas", "areas", "curve", "p_of_difference", "weighted_area"]


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """Areas under the curves of M scores.

    Attributes
    ----------
    area : float64 array, shape (M,)
        Chance that a positive case has the higher score, ties counting half; NaN without cases of both kinds.
    covariance : float64 array, shape (M, M)
        Of the areas, for independent cases.
    of_positive, of_negative : float64 array, shapes (M, positives) and (M, negatives)
        Placements: the share of the other kind that each case is ahead of (behind, for a negative one).
    """

    area: Values
    covariance: Values
    of_positive: Values
    of_negative: Values


def areas(positive: ArrayLike, negative: ArrayLike) -> Areas:
    """Give the areas and their covariance in O(n log n).

    Source: DeLong et al. 1988, doi:10.2307/2531595; Sun & Xu 2014, doi:10.1109/LSP.2014.2337313.

    Parameters
    ----------
    positive, negative : array_like, shapes (M, positives) and (M, negatives)

    Examples
    --------
    >>> areas([[3.0, 4.0]], [[1.0, 2.0, 3.0]]).area.round(6).tolist()
    [0.916667]
    """
    x, y = (np.atleast_2d(np.asarray(part, dtype=np.float64)) for part in (positive, negative))
    models, m, n = x.shape[0], x.shape[1], y.shape[1]
    if not m or not n:
        nothing = np.full(models, np.nan)
        return Areas(nothing, np.full((models, models), np.nan), np.full(x.shape, np.nan), np.full(y.shape, np.nan))
    joint = midranks(np.concatenate([x, y], axis=1))
    ahead: Values = (joint[:, :m] - midranks(x)) / n
    behind: Values = 1.0 - (joint[:, m:] - midranks(y)) / m
    covariance = _covariance(ahead) / m + _covariance(behind) / n
    return Areas(ahead.mean(axis=1), covariance, ahead, behind)


def _covariance(rows: Values) -> Values:
    if rows.shape[1] < 2:
        return np.full((rows.shape[0], rows.shape[0]), np.nan)
    centred = rows - rows.mean(axis=1, keepdims=True)
    covariance: Values = centred @ centred.T / (rows.shape[1] - 1)
    return covariance


def p_of_difference(values: Values, covariance: Values) -> Values:
    """Give the two-sided p-values of all differences of correlated, nearly normal values.

    Parameters
    ----------
    values : float64 array, shape (M,)
    covariance : float64 array, shape (M, M)

    Returns
    -------
    float64 array, shape (M, M)
        1 where two values are equal; NaN where nothing is known.
    """
    from scipy.special import ndtr  # noqa: PLC0415 - import beholder.ratings must stay quick

    apart = np.abs(values[:, None] - values[None, :])
    own = np.diag(covariance)
    variance = np.maximum(own[:, None] + own[None, :] - 2.0 * covariance, 0.0)
    sure = np.where(apart > 0, np.inf, 0.0)
    z = np.divide(apart, np.sqrt(variance), out=sure, where=variance > 0)
    z = np.where(np.isnan(apart) | np.isnan(variance), np.nan, z)
    p: Values = 2.0 * ndtr(-z)
    np.fill_diagonal(p, 1.0)
    return p


def curve(positive: ArrayLike, negative: ArrayLike, *, points: int = 200) -> tuple[Values, Values]:
    """Give the ROC curve of one score: shares of negatives and of positives at or above each threshold.

    Parameters
    ----------
    positive, negative : array_like
        At least one of each.
    points : int
        Of so many points at most, evenly chosen.

    Returns
    -------
    tuple of float64 arrays
        From (0, 0) to (1, 1).
    """
    x, y = (np.sort(np.asarray(part, dtype=np.float64)) for part in (positive, negative))
    levels = np.unique(np.concatenate([x, y]))[::-1]
    if levels.size > points:
        levels = levels[np.unique(np.linspace(0, levels.size - 1, points).round().astype(int))]
    hits = 1.0 - np.searchsorted(x, levels) / x.size
    alarms = 1.0 - np.searchsorted(y, levels) / y.size
    return np.concatenate([[0.0], alarms]), np.concatenate([[0.0], hits])


def weighted_area(positive: Values, negative: Values, of_positive: Values, of_negative: Values) -> Values:
    """Give the area of one score when cases are there several times.

    Parameters
    ----------
    positive, negative : float64 array, shapes (m,) and (n,)
    of_positive, of_negative : float64 array, shapes (rounds, m) and (rounds, n)
        Weights.

    Returns
    -------
    float64 array, shape (rounds,)
        NaN where one kind has no weight.
    """
    levels, place = np.unique(np.concatenate([positive, negative]), return_inverse=True)
    hits, alarms = (
        _per_level(weights, where, levels.size)
        for weights, where in ((of_positive, place[: positive.size]), (of_negative, place[positive.size :]))
    )
    below = np.cumsum(alarms, axis=1) - alarms / 2.0
    size = hits.sum(axis=1) * alarms.sum(axis=1)
    area: Values = np.divide((hits * below).sum(axis=1), size, out=np.full(size.size, np.nan), where=size > 0)
    return area


def _per_level(weights: Values, place: NDArray[np.intp], levels: int) -> Values:
    out = np.zeros((weights.shape[0], levels))
    order = np.argsort(place, kind="stable")
    there, starts = np.unique(place[order], return_index=True)
    if there.size:
        out[:, there] = np.add.reduceat(weights[:, order], starts, axis=1)
    return out
