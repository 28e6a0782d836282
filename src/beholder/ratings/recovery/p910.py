"""P.910 recovery: scores, bias and inconsistency by alternating projection.

ITU-T P.910 (2021 and later) Annex E; the same procedure is in ITU-T P.913, 12.6 and ITU-R BT.500-15. The model of a
vote of rater `i` on stimulus `j` is ``score_j + bias_i + N(0, inconsistency_i ** 2)``.

The votes are centred once; every round then needs products of the centred votes with vectors only, which costs the
same per vote on dense and sparse panels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from beholder.ratings.layout import Columns, Layout, layout
from beholder.ratings.recovered import Fit, Recovered
from beholder.ratings.recovery.cells import Cells, cells
from beholder.ratings.recovery.result import (
    Z95,
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

__all__ = ["Projection", "least_squares", "p910", "p910_restricted", "project", "scores_of_others"]

ROUNDS = 1000  # P.910 Annex E as in SUREAL 0.9
SETTLED = 1e-8  # the same: Euclidean norm of the change of the scores
EPSILON = 1e-8  # the same: added to each variance before it is inverted
ZERO = 1e-13  # a variance below it is rounding error of votes between 1 and 100


LEAST_INCONSISTENCY = 1e-4  # of a rater without any, so that the log-likelihood stays finite; sqrt(EPSILON)
PULL = 2.0  # votes' worth of the variance of all raters; errors on panels as in benchmarks/ratings.py fell from 0 to 4
LEAST_REST = 0.05  # of 1 less leverage: a vote with more in its score and bias is taken care of otherwise
RULING = 0.5  # of the weight of a stimulus
FEW_RATERS, FEW_VOTES = 8, 8  # with three raters one can get all the weight (inconsistencies 1.36, .38, .38)

COLLAPSED = 0.05  # of the median inconsistency: such a rater has 400 times the usual weight, and copies the scores
Weights = Literal["inverse", "restricted", "equal"]


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
    interval : {"weighted", "standard"}, optional
        ``weighted``: from the residuals of the weighted mean, with Student's t (see `docs/explain/ratings.md`); holds
        the truth of simulated tests in 93 to 97 of 100 cases. ``standard``: 1.96 times the unweighted spread of what is
        left of the votes on a stimulus, over the root of their number, as SUREAL's "Projection Solver 2" does: too wide
        where raters differ in inconsistency, too narrow where they do not.
    compat : {"sureal"}, optional
        Makes ``standard`` the usual interval.
    """
    votes = layout(ratings)
    found = project(votes)
    name = interval or ("weighted" if compat is None else "standard")
    return _recovered(ratings, votes, found, method="p910", interval=name, notes=_notes(votes, found))


def p910_restricted(
    ratings: Ratings, *, interval: RecoveryInterval | None = None, compat: Compat | None = None
) -> Recovered:
    """Recover as P.910 does, without its fault on small and sparse panels.

    P.910 maximises a likelihood that grows without bound when one rater's inconsistency goes to zero: that rater then
    has all the weight, and the scores are copies of those votes. With twelve votes per stimulus of 24 raters it
    happens in about one test of eight. Here the degrees of freedom are counted; on large complete panels both agree.
    """
    del compat
    votes = layout(ratings)
    found = project(votes, weights="restricted")
    return _recovered(ratings, votes, found, method="p910_restricted", interval=interval or "weighted", notes=())


def least_squares(
    ratings: Ratings, *, interval: RecoveryInterval | None = None, compat: Compat | None = None
) -> Recovered:
    """Recover scores and biases by least squares, every vote alike: bias removal that is right on sparse panels too."""
    del compat
    votes = layout(ratings)
    found = project(votes, weights="equal")
    return _recovered(ratings, votes, found, method="ls", interval=interval or "weighted", notes=())


def _recovered(
    ratings: Ratings, votes: Layout, found: Projection, *, method: str, interval: str, notes: tuple[str, ...]
) -> Recovered:
    n, per_rater = votes.per_stimulus, votes.per_rater
    left = votes.score - votes.of_stimulus(found.score)
    left -= votes.of_rater(found.bias)
    left *= left
    square = votes.rater_sum(left)
    if interval == "standard":
        error, quantile = found.spread / np.sqrt(np.maximum(n, 1)), np.full(len(n), Z95)
    else:
        error, quantile = _weighted_error(votes, left, found)
    half = np.where(n > 1, error * quantile, np.nan)
    bias_error = found.inconsistency / np.sqrt(np.maximum(per_rater, 1))
    raters = replace(
        Raters.unknown(len(ratings.raters)),
        bias=found.bias,
        bias_ci95=symmetric(found.bias, bias_error),
        inconsistency=found.inconsistency,
        inconsistency_ci95=spread_interval(found.inconsistency, per_rater),
    )
    return recovered(
        ratings,
        method,
        interval,
        n=n,
        mos=found.score,
        sos=found.spread,
        standard_error=np.where(n > 1, error, np.nan),
        ci95=np.stack([found.score - half, found.score + half], axis=1),
        raters=raters,
        fit=_fit(ratings, found, square),
        notes=notes,
    )


def _weighted_error(votes: Layout, square: Values, found: Projection) -> tuple[Values, Values]:
    """Give the standard error of each weighted mean and the t quantile; takes the squared residuals over.

    The variance is the sum of the squared weighted residuals, each over (1 - leverage) squared (HC3: J. G. MacKinnon,
    H. White, J. Econometrics 29, 1985), the leverage being the share of a vote in its score and in its rater's bias.
    It presumes nothing about which votes vary how much. The degrees of freedom are the effective number of votes,
    ``(sum w) ** 2 / sum w ** 2``, less one. A vote with most of the weight tells nothing about its own error: there
    the mean square distance of the rater's votes from the scores of the others stands for it, with as many degrees of
    freedom as the rater has votes, less one.
    """
    weight, per_rater = found.weight, votes.per_rater
    telling = np.where(per_rater > 1, weight, 0.0)  # the only vote of a rater lies where bias puts it
    total = votes.stimulus_sum(np.broadcast_to(votes.of_rater(weight), square.shape))
    known = votes.stimulus_sum(np.broadcast_to(votes.of_rater(telling), square.shape)) > 0
    second = votes.stimulus_sum(np.broadcast_to(votes.of_rater(weight**2), square.shape))
    total, second = np.where(total > 0, total, 1), np.where(second > 0, second, 1)
    freedom = np.maximum(total**2 / second - 1, 1)
    share = votes.of_rater(weight) / votes.of_stimulus(total)
    ruling = (share > RULING) & votes.of_rater(per_rater > 1)
    square *= share
    square *= share
    rest = np.subtract(votes.of_rater(1 - _inverse(per_rater)), share, out=share)
    np.maximum(rest, LEAST_REST, out=rest)
    square /= rest
    square /= rest
    if ruling.any():
        distance = votes.score - votes.of_rater(found.bias) - scores_of_others(votes, found)
        seen = np.isfinite(distance).astype(np.float64)
        mean = votes.rater_sum(np.nan_to_num(distance) ** 2) / np.maximum(votes.rater_sum(seen), 1)
        share = votes.of_rater(weight) / votes.of_stimulus(total)
        square = np.where(ruling, votes.of_rater(mean) * share**2, square)
        ruled = votes.stimulus_sum(ruling * votes.of_rater(per_rater - 1))
        freedom = np.where(ruled > 0, ruled, freedom)
    error = np.sqrt(votes.stimulus_sum(square))
    return np.where(known, error, np.nan), special.stdtrit(freedom, 0.975)


def _fit(ratings: Ratings, found: Projection, square: Values) -> Fit:
    """Fit per vote, from the summed squared residuals of each rater."""
    stimuli, raters, repetitions = len(found.score), len(found.bias), int(ratings.repetition.max()) + 1
    spread = np.maximum(found.inconsistency, LEAST_INCONSISTENCY)
    total = gaussian(np.log(spread), square / spread**2, ratings.votes_per_rater.astype(np.float64))
    parameters = stimuli + 2 * raters * repetitions
    return fit_per_vote(total / len(ratings), parameters, len(ratings), found.iterations)


def _notes(votes: Layout, found: Projection) -> tuple[str, ...]:
    per_rater, notes = votes.per_rater, []
    voted = per_rater > 0
    few = int((voted & (per_rater < FEW_VOTES)).sum())
    usual = float(np.median(found.inconsistency[voted]))
    alone = int((voted & (found.inconsistency < COLLAPSED * usual)).sum())
    if voted.sum() < FEW_RATERS:
        notes.append(f"P.910 needs more than {int(voted.sum())} raters: a single one can get nearly all the weight")
    if few:
        notes.append(
            f"{few} raters gave fewer than {FEW_VOTES} votes: their inconsistency, and their weight, is a guess"
        )
    if alone:
        notes.append(
            f"P.910 gave {alone} of {int(voted.sum())} raters nearly all the weight: the scores follow their votes."
            " Use p910_restricted"
        )
    if found.iterations == ROUNDS:
        notes.append(f"P.910 did not settle in {ROUNDS} rounds. Use p910_restricted")
    return tuple(notes)


def project(votes: Layout, *, weights: Weights = "inverse") -> Projection:
    """Alternate between scores, biases and inconsistencies until the scores stand still.

    Scores are means of the votes less bias, weighted by inverse variance; biases are plain means; both spreads are
    population ones (over n), as in the reference code.

    Parameters
    ----------
    votes : Layout
    weights : {"inverse", "restricted", "equal"}
        ``inverse``: as P.910 has it. ``restricted``: the variance of a rater counts the degrees of freedom that scores
        and biases took (restricted maximum likelihood), and is pulled to that of all by two votes: no rater can get all
        the weight. ``equal``: least squares.
    """
    start = _centre(votes)
    score, bias = np.zeros_like(start.score), np.zeros_like(start.bias)
    taken = start.per_rater * 0 + 1 + start.cells.count_stimuli(_inverse(start.per_stimulus))
    for rounds in range(1, ROUNDS + 1):  # noqa: B007 - the number of rounds is part of the result
        variance = start.rater_variance(score, bias)
        if weights == "restricted":
            variance = _restricted(variance * start.per_rater, start.per_rater - taken)
        weight = np.ones_like(variance) if weights == "equal" else 1 / (variance + EPSILON)
        weight = np.where(start.per_rater > 0, weight, 0.0)
        before, before_bias = score, bias
        total = start.cells.count_raters(weight)
        pulled = start.cells.weigh_raters(weight) - start.cells.count_raters(weight * bias)
        score = np.divide(pulled, total, out=np.zeros_like(score), where=start.per_stimulus > 0)
        if weights == "restricted":
            taken = 1 + weight * start.cells.count_stimuli(_inverse(total))
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


def scores_of_others(votes: Layout, found: Projection) -> Values:
    """Give each vote the recovered score of its stimulus without any vote of the same rater; NaN without others."""
    weight = votes.of_rater(found.weight)
    fair = (votes.score - votes.of_rater(found.bias)) * weight
    weights = np.broadcast_to(weight, fair.shape)
    total, power = votes.stimulus_sum(fair), votes.stimulus_sum(weights)
    own, times = fair, np.ones_like(fair)
    if isinstance(votes, Columns):
        _, inverse = np.unique(votes.stimulus * votes.shape[1] + votes.rater, return_inverse=True)
        own, times = np.bincount(inverse, weights=fair)[inverse], np.bincount(inverse).astype(np.float64)[inverse]
    left = votes.of_stimulus(votes.per_stimulus) - times
    rest = votes.of_stimulus(power) - weights * times
    return np.asarray(np.divide(votes.of_stimulus(total) - own, rest, out=np.full_like(fair, np.nan), where=left > 0))


def _restricted(square: Values, freedom: Values) -> Values:
    """Give variances from sums of squared residuals and their degrees of freedom, pulled to that of all raters."""
    freedom = np.maximum(freedom, 0)
    pooled = square.sum() / max(float(freedom.sum()), 1.0)
    return np.asarray((square + PULL * pooled) / (freedom + PULL))


def _inverse(values: Values) -> Values:
    return np.divide(1, values, out=np.zeros_like(values), where=values > 0)


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
