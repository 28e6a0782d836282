"""Learning, drift and fatigue: votes at the end of a sitting against those at its start.

Each vote is compared with the score of its stimulus and the bias of its rater. What is left should not depend on the
place of the vote in the sitting. If its mean does, raters learned or drifted; if its spread grows, they tired.

>>> from dataclasses import replace
>>> import numpy as np
>>> rng = np.random.default_rng(2)
>>> votes = Ratings.from_matrix(np.clip(np.round(rng.normal(3, 1, (60, 20))), 1, 5))
>>> found = drift(replace(votes, order=votes.stimulus.astype(float)), mos=np.full(60, 3.0), bias=np.zeros(20))
>>> found.mean_changes, found.spread_changes
(False, False)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from beholder.ratings.votes import Codes, Ratings, Values

__all__ = ["Drift", "drift"]

BINS = 12  # stretches of a sitting
FEWEST_VOTES = 30  # fewer say nothing about a trend
Z95 = 1.959964  # normal quantile of .975


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """Votes along the sitting.

    Attributes
    ----------
    place : float64 array, shape (bins,)
        Mean place of the votes of a bin, from 0.
    residual, residual_ci95 : float64 array, shape (bins,)
        Mean of vote less score less bias, and half of its 95 % interval.
    spread : float64 array, shape (bins,)
        Standard deviation of the same.
    n : int32 array, shape (bins,)
        Votes of a bin.
    mean_slope, mean_slope_ci95 : float
        Change of the mean over a whole sitting, on the scale of the votes, and half of its 95 % interval; from the
        slopes of single raters, so that one rater counts once.
    spread_slope, spread_slope_ci95 : float
        The same for the absolute residual.
    """

    place: Values
    residual: Values
    residual_ci95: Values
    spread: Values
    n: Codes
    mean_slope: float
    mean_slope_ci95: float
    spread_slope: float
    spread_slope_ci95: float

    @property
    def mean_changes(self) -> bool:
        """Whether votes rise or fall along the sitting, beyond chance."""
        return abs(self.mean_slope) > self.mean_slope_ci95

    @property
    def spread_changes(self) -> bool:
        """Whether votes scatter more, or less, along the sitting, beyond chance."""
        return abs(self.spread_slope) > self.spread_slope_ci95


def drift(ratings: Ratings, *, mos: Values, bias: Values) -> Drift | None:
    """Look for learning, drift and fatigue; None where the order is not known, or votes are few.

    Parameters
    ----------
    ratings : Ratings
    mos : float64 array, shape (stimuli,)
    bias : float64 array, shape (raters,)
        NaN counts as none.
    """
    if ratings.order is None:
        return None
    known = np.isfinite(ratings.order) & np.isfinite(mos[ratings.stimulus])
    if known.sum() < FEWEST_VOTES or not np.ptp(ratings.order[known]):
        return None
    rater, place = ratings.rater[known], ratings.order[known]
    left = ratings.score[known] - mos[ratings.stimulus[known]] - np.nan_to_num(bias)[rater]
    edges = np.unique(np.quantile(place, np.linspace(0, 1, BINS + 1)))
    group = np.clip(np.searchsorted(edges, place, side="right") - 1, 0, len(edges) - 2)
    n = np.bincount(group, minlength=len(edges) - 1)
    kept = n > 1
    mean = _means(group, left, n)
    spread = np.sqrt(_means(group, (left - mean[group]) ** 2, n) * n / np.maximum(n - 1, 1))
    length = float(place.max() - place.min())
    slopes = [_common(_slopes(rater, place, values), length) for values in (left, np.abs(left))]
    return Drift(
        place=_means(group, place, n)[kept],
        residual=mean[kept],
        residual_ci95=(Z95 * spread / np.sqrt(np.maximum(n, 1)))[kept],
        spread=spread[kept],
        n=n[kept].astype(np.int32),
        mean_slope=slopes[0][0],
        mean_slope_ci95=slopes[0][1],
        spread_slope=slopes[1][0],
        spread_slope_ci95=slopes[1][1],
    )


def _means(group: NDArray[np.integer], values: Values, n: NDArray[np.integer]) -> Values:
    return np.asarray(np.bincount(group, weights=values, minlength=len(n)) / np.maximum(n, 1))


def _slopes(rater: Codes, place: Values, values: Values) -> Values:
    """Give the slope of each rater's values over the place, weighted later by how far the places reach."""
    n = np.bincount(rater)
    x = place - _means(rater, place, n)[rater]
    along = np.bincount(rater, weights=x * x)
    cross = np.bincount(rater, weights=x * (values - _means(rater, values, n)[rater]))
    good = along > 0
    return np.column_stack([cross[good] / along[good], along[good]])


def _common(slopes: Values, length: float) -> tuple[float, float]:
    """Give the weighted mean slope over a whole sitting, and half of its 95 % interval over raters."""
    slope, weight = slopes[:, 0], slopes[:, 1]
    if len(slope) < 2:
        return (float(slope[0]) * length if len(slope) else 0.0), float("inf")
    weight = weight / weight.sum()
    mean = float(weight @ slope)
    error = float(np.sqrt(np.sum(weight**2 * (slope - mean) ** 2) * len(slope) / (len(slope) - 1)))
    return mean * length, float(special.stdtrit(len(slope) - 1, 0.975)) * error * length
