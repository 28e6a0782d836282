"""How large a difference of a model means something: resolving power, and the decision table of NTIA."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from beholder.ratings.evaluate.estimate import pairs_of
from beholder.ratings.votes import ACR, Scale, Values

__all__ = ["Decisions", "ResolvingPower", "decisions", "resolving_power"]

LEVELS = (0.95, 0.90, 0.75, 0.68)  # confidences reported; NTIA TR-09-457
BINS = 10  # of the range of differences, half overlapping; NTIA TR-09-457
NO_SPREAD = 1e-8  # stands for a standard error of zero, as in the tool of Netflix
SAME_MOS = 0.5 / 4.0  # of the scale: differences of MOS that two laboratories may not agree on; NTIA, ci_calc
IDEAL = 0.01, 0.10  # false ranking and false distinction between two tests of 24 raters; NTIA, ci_calc
PRACTICAL = 0.16  # both together between two tests of 15 raters; NTIA, ci_calc
AD_HOC = ((0.0325, 12), (0.0395, 9), (0.056, 6), (0.0765, 3), (0.0995, 2), (0.1285, 1))
"""False ranking of a quick test of so many raters (NTIA, ci_calc)."""
STEPS = 100  # thresholds over the range of the predictions


@dataclass(frozen=True, slots=True, eq=False)
class ResolvingPower:
    """Differences of a model, and how surely people agree with them.

    Attributes
    ----------
    centre, confidence : float64 array, shape (bins,)
        Middle of each bin of differences, and the mean confidence that the model's better stimulus is better.
    at : tuple of (float, float)
        Confidence level and the smallest difference from which on it is reached; NaN where it never is.
    """

    centre: Values
    confidence: Values
    at: tuple[tuple[float, float], ...]

    @property
    def value(self) -> float:
        """Difference that is right with a confidence of 95 %."""
        return self.at[0][1]


def resolving_power(predicted: ArrayLike, mos: ArrayLike, standard_error: ArrayLike) -> ResolvingPower:
    """Give the resolving power of a model that is already mapped to the scale of the MOS.

    Source: Pinson & Wolf 2009, NTIA TR-09-457; ITU-T J.149.

    Parameters
    ----------
    predicted, mos : array_like, shape (stimuli,)
        Higher is better.
    standard_error : array_like, shape (stimuli,)
        Of the MOS.

    Returns
    -------
    ResolvingPower

    Examples
    --------
    >>> found = resolving_power([1, 2, 3, 4], [1, 2, 3, 4], [0.3, 0.3, 0.3, 0.3])
    >>> 0.5 < found.value < 1.5
    True
    """
    from scipy.special import ndtr  # noqa: PLC0415 - import beholder.ratings must stay quick

    x, y = pairs_of(predicted, mos)
    se = np.asarray(standard_error, dtype=np.float64)
    first, second = np.triu_indices(x.size, k=1)
    apart, told = x[second] - x[first], y[second] - y[first]
    spread = np.sqrt(se[first] ** 2 + se[second] ** 2)
    z = np.where(apart < 0, -1.0, 1.0) * told / np.where(spread == 0.0, NO_SPREAD, spread)
    known = np.isfinite(z)
    apart, sure = np.abs(apart)[known], ndtr(z)[known]
    if not known.any() or np.ptp(apart) == 0.0:
        return ResolvingPower(np.empty(0), np.empty(0), tuple((level, math.nan) for level in LEVELS))
    centre, confidence = _binned(apart, sure)
    return ResolvingPower(centre, confidence, tuple((level, _reached(centre, confidence, level)) for level in LEVELS))


def _binned(apart: Values, sure: Values) -> tuple[Values, Values]:
    lowest, highest = float(apart.min()), float(apart.max())
    width = (highest - lowest) / BINS
    low = np.arange(lowest, highest - width, step=width / 2.0)
    if low[-1] + width < highest:
        low = np.append(low, highest - width)
    order = np.argsort(apart, kind="stable")
    total = np.concatenate([[0.0], np.cumsum(sure[order])])
    begin, end = (np.searchsorted(apart[order], edge, side="left") for edge in (low, low + width))
    filled = end > begin
    mean = (total[end] - total[begin])[filled] / (end - begin)[filled]
    return low[filled] + width / 2.0, mean


def _reached(centre: Values, confidence: Values, level: float) -> float:
    """Find where the confidence last rises through a level; a difference of nothing is right half of the time."""
    x, y = np.concatenate([[0.0], centre]), np.concatenate([[0.5], confidence])
    below = np.flatnonzero(y < level)
    last = int(below[-1])
    if last + 1 == y.size:
        return math.nan
    share = (level - y[last]) / (y[last + 1] - y[last])
    return float(x[last] + share * (x[last + 1] - x[last]))


@dataclass(frozen=True, slots=True, eq=False)
class Decisions:
    """What is decided when only differences above a threshold count.

    Attributes
    ----------
    threshold : float64 array, shape (steps,)
        Differences of the model, rising.
    correct_ranking, correct_tie, false_ranking, false_distinction, false_tie : float64 array, shape (steps,)
        Shares of the pairs; together 1. A false distinction: the model ranks what people do not; a false tie: the
        other way round; a false ranking: the model ranks against people.
    ideal, practical : int or None
        Step of the smallest threshold with the error rates of a test with 24, and with 15 raters; None when no
        threshold has them.
    ad_hoc_raters : int
        Without a threshold, the model ranks as falsely as a quick test with so many raters; 0: worse than one.
    """

    threshold: Values
    correct_ranking: Values
    correct_tie: Values
    false_ranking: Values
    false_distinction: Values
    false_tie: Values
    ideal: int | None
    practical: int | None
    ad_hoc_raters: int


def decisions(
    predicted: ArrayLike, mos: ArrayLike, *, experiments: Sequence[str] | None = None, scale: Scale = ACR
) -> Decisions | None:
    """Make the decision table of a model, for every threshold.

    Source: Pinson, NTIA, NRMetricFramework, ``ci_calc`` (constants for the 5-point scale, stretched to others).

    Parameters
    ----------
    predicted, mos : array_like, shape (stimuli,)
        Higher is better.
    experiments : sequence of str, optional
        Experiment of each stimulus: only pairs of one experiment are looked at, and each experiment weighs as much as
        its number of stimuli.
    scale : Scale
        Scale of the MOS.

    Returns
    -------
    Decisions or None
        None when more than half of the pairs are ties at the smallest threshold: the model hardly varies.
    """
    x, y = pairs_of(predicted, mos)
    first, second = np.triu_indices(x.size, k=1)
    weight = np.ones(first.size)
    if experiments is not None:
        _, member, count = np.unique(np.asarray(experiments), return_inverse=True, return_counts=True)
        weight = np.where(member[first] == member[second], 1.0 / count[member[first]], 0.0)
    same = SAME_MOS * (scale.high - scale.low)
    truth = y[first] - y[second]
    sign = (truth > same).astype(float) - (truth < -same)
    span = float(np.ptp(x))
    if span == 0.0 or not weight.any():
        return None
    thresholds = _thresholds(span)
    along = (x[first] - x[second]) * np.where(sign == 0, 1.0, sign)
    right, wrong = (_at_least(side * along, weight * (sign != 0), thresholds) for side in (1.0, -1.0))
    split = _at_least(np.abs(along), weight * (sign == 0), thresholds)
    total, tied = float(weight.sum()), float(weight[sign == 0].sum())
    correct_tie, false_tie = tied - split, total - tied - right - wrong
    if correct_tie[0] + false_tie[0] > total / 2.0:
        return None
    false_ranking, false_distinction = wrong / total, split / total
    return Decisions(
        threshold=thresholds,
        correct_ranking=right / total,
        correct_tie=correct_tie / total,
        false_ranking=false_ranking,
        false_distinction=false_distinction,
        false_tie=false_tie / total,
        ideal=_first((false_ranking < IDEAL[0]) & (false_distinction < IDEAL[1])),
        practical=_first(false_ranking + false_distinction < PRACTICAL),
        ad_hoc_raters=next((raters for most, raters in AD_HOC if false_ranking[0] <= most), 0),
    )


def _thresholds(span: float) -> Values:
    """Give about a hundred thresholds whose step has one significant digit."""
    step = float(f"{span / STEPS:.0e}")
    count = max(1, math.floor(span / step + 1e-9))
    thresholds: Values = step * np.arange(1.0, count + 1.0)
    return thresholds


def _at_least(values: Values, weight: Values, thresholds: Values) -> Values:
    """Give the weight of the values at or above each threshold."""
    order = np.argsort(values, kind="stable")
    below = np.concatenate([[0.0], np.cumsum(weight[order])])
    rest: Values = below[-1] - below[np.searchsorted(values[order], thresholds, side="left")]
    return rest


def _first(holds: NDArray[np.bool_]) -> int | None:
    places = np.flatnonzero(holds)
    return int(places[0]) if places.size else None
