"""P.910 recovery: scores, bias and inconsistency by alternating projection.

ITU-T P.910 (2021 and later) Annex E; the same procedure is in ITU-T P.913, 12.6 and ITU-R BT.500-15. The model of a
vote of rater `i` on stimulus `j` is ``score_j + bias_i + N(0, inconsistency_i ** 2)``.

The votes are centred once; every round then needs products of the centred votes with vectors only, which costs the
same per vote on dense and sparse panels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from beholder.ratings.layout import Layout, layout, repetitions
from beholder.ratings.recovered import Fit, Recovered
from beholder.ratings.recovery.cells import Cells, cells
from beholder.ratings.recovery.result import (
    Compat,
    Raters,
    RecoveryInterval,
    fit_per_vote,
    gaussian,
    recovered,
    spread_interval,
    symmetric,
)
from beholder.ratings.votes import Ratings, Values

__all__ = ["Projection", "p910", "project"]

ROUNDS = 1000  # P.910 Annex E as in SUREAL 0.9
SETTLED = 1e-8  # the same: Euclidean norm of the change of the scores
EPSILON = 1e-8  # the same: added to each variance before it is inverted
ZERO = 1e-13  # a variance below it is rounding error of votes between 1 and 100


LEAST_INCONSISTENCY = 1e-4  # of a rater without any, so that the log-likelihood stays finite; sqrt(EPSILON)
FEW_RATERS, FEW_VOTES = 8, 8  # with three raters one can get all the weight (inconsistencies 1.36, .38, .38)


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """What the alternating projection settles at; stimuli and raters without votes have score, bias and spread 0.

    Attributes
    ----------
    score, spread : float64 array, shape (stimuli,)
        Recovered scores, and the standard deviation of what is left of the votes on a stimulus.
    bias, inconsistency, weight : float64 array, shape (raters,)
        Mean and spread of a rater's votes around the scores (biases add up to 0), and the weight of each vote.
    iterations : int
    """

    score: Values
    spread: Values
    bias: Values
    inconsistency: Values
    weight: Values
    iterations: int


@dataclass(frozen=True, slots=True, eq=False)
class _Centred:
    """Votes less a first guess of score and bias, and the sums that never change."""

    score: Values
    bias: Values
    cells: Cells
    per_stimulus: Values
    per_rater: Values
    stimulus_sum: Values
    stimulus_square: Values
    rater_sum: Values
    rater_square: Values

    def rater_variance(self, score: Values, bias: Values) -> Values:
        """Variance of the residuals of each rater, for scores and biases relative to the first guess."""
        plain = self.cells.count_stimuli(score)
        total = self.rater_sum - plain - self.per_rater * bias
        square = self.rater_square - 2 * self.cells.weigh_stimuli(score) + self.cells.count_stimuli(score**2)
        square += bias * (2 * plain - 2 * self.rater_sum + self.per_rater * bias)
        return _variance(square, total, self.per_rater)

    def stimulus_variance(self, score: Values, bias: Values) -> Values:
        """Variance of the residuals of each stimulus."""
        plain = self.cells.count_raters(bias)
        total = self.stimulus_sum - plain - self.per_stimulus * score
        square = self.stimulus_square - 2 * self.cells.weigh_raters(bias) + self.cells.count_raters(bias**2)
        square += score * (2 * plain - 2 * self.stimulus_sum + self.per_stimulus * score)
        return _variance(square, total, self.per_stimulus)


def p910(ratings: Ratings, *, interval: RecoveryInterval | None = None, compat: Compat | None = None) -> Recovered:
    """Recover scores, biases and inconsistencies (ITU-T P.910 Annex E).

    Parameters
    ----------
    ratings : Ratings
    interval : {"standard", "weighted"}, optional
        ``standard``: 1.96 times the spread of what is left on a stimulus over the root of its votes (SUREAL's
        "Projection Solver 2"). ``weighted``: from the variance of the weighted mean.
    compat : {"sureal"}, optional
        The numbers are the same either way.
    """
    del compat
    votes = layout(ratings)
    found = project(votes)
    n, per_rater = votes.per_stimulus, votes.per_rater
    error = found.spread / np.sqrt(np.maximum(n, 1))
    bias_error = found.inconsistency / np.sqrt(np.maximum(per_rater, 1))
    nobody = Raters.unknown(len(ratings.raters))
    raters = replace(
        nobody,
        bias=found.bias,
        bias_ci95=symmetric(found.bias, bias_error),
        inconsistency=found.inconsistency,
        inconsistency_ci95=spread_interval(found.inconsistency, per_rater),
    )
    return recovered(
        ratings,
        "p910",
        interval or "standard",
        n=n,
        mos=found.score,
        sos=found.spread,
        standard_error=error,
        ci95=symmetric(found.score, error),
        raters=raters,
        fit=_fit(votes, found),
        notes=_notes(per_rater),
    )


def _fit(votes: Layout, found: Projection) -> Fit:
    stimuli, raters = len(found.score), len(found.bias)
    left = votes.score - votes.of_stimulus(found.score)
    left -= votes.of_rater(found.bias)
    left *= left
    spread = np.maximum(found.inconsistency, LEAST_INCONSISTENCY)
    count = int(votes.score.size)
    total = gaussian(np.log(spread), votes.rater_sum(left) / spread**2, votes.per_rater)
    return fit_per_vote(total / count, stimuli + 2 * raters * repetitions(votes), count, found.iterations)


def _notes(per_rater: Values) -> tuple[str, ...]:
    notes = []
    voted = int((per_rater > 0).sum())
    if voted < FEW_RATERS:
        notes.append(f"P.910 needs more than {voted} raters: a single one can get nearly all the weight")
    few = int(((per_rater > 0) & (per_rater < FEW_VOTES)).sum())
    if few:
        notes.append(
            f"{few} raters gave fewer than {FEW_VOTES} votes: their inconsistency, and their weight, is a guess"
        )
    return tuple(notes)


def project(votes: Layout) -> Projection:
    """Alternate between scores, biases and inconsistencies until the scores stand still.

    Scores are means of the votes less bias, weighted by inverse variance; biases are plain means; both spreads are
    population ones (over n), as in the reference code.
    """
    start = _centre(votes)
    score, bias = np.zeros_like(start.score), np.zeros_like(start.bias)
    for rounds in range(1, ROUNDS + 1):  # noqa: B007 - the number of rounds is part of the result
        variance = start.rater_variance(score, bias)
        weight = np.where(start.per_rater > 0, 1 / (variance + EPSILON), 0.0)
        before, before_bias = score, bias
        total = start.cells.count_raters(weight)
        pulled = start.cells.weigh_raters(weight) - start.cells.count_raters(weight * bias)
        score = np.divide(pulled, total, out=np.zeros_like(score), where=start.per_stimulus > 0)
        left = start.rater_sum - start.cells.count_stimuli(score)
        bias = np.divide(left, start.per_rater, out=np.zeros_like(bias), where=start.per_rater > 0)
        if np.linalg.norm(before - score) < SETTLED:
            break
    spread = np.sqrt(start.stimulus_variance(before, before_bias))
    present = start.per_rater > 0
    middle = float((start.bias + bias)[present].mean())
    return Projection(
        np.where(start.per_stimulus > 0, start.score + score + middle, 0.0),
        spread,
        np.where(present, start.bias + bias - middle, 0.0),
        np.sqrt(variance),
        weight,
        rounds,
    )


def _centre(votes: Layout) -> _Centred:
    per_stimulus, per_rater = votes.per_stimulus, votes.per_rater
    score = votes.stimulus_sum(votes.score) / np.maximum(per_stimulus, 1)
    left = votes.score - votes.of_stimulus(score)
    bias = votes.rater_sum(left) / np.maximum(per_rater, 1)
    left -= votes.of_rater(bias)
    square = left**2
    return _Centred(
        score=score,
        bias=bias,
        cells=cells(votes, left),
        per_stimulus=per_stimulus,
        per_rater=per_rater,
        stimulus_sum=votes.stimulus_sum(left),
        stimulus_square=votes.stimulus_sum(square),
        rater_sum=votes.rater_sum(left),
        rater_square=votes.rater_sum(square),
    )


def _variance(square: Values, total: Values, count: Values) -> Values:
    some: NDArray[np.float64] = np.maximum(count, 1)
    found = square / some - (total / some) ** 2
    return np.where(found > ZERO, found, 0.0)
