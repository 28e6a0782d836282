"""ZREC: recovery from z-scores per stimulus, in one step.

J. Zhu, A. Ak, P. Le Callet, S. Sethuraman, K. Rahul, "ZREC: robust recovery of mean and percentile opinion scores",
ICIP 2023.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from beholder.ratings.layout import layout
from beholder.ratings.recovered import Recovered
from beholder.ratings.recovery.result import Z95, Compat, Raters, RecoveryInterval, recovered, symmetric
from beholder.ratings.votes import Ratings

__all__ = ["zrec"]

ZERO = 1e-13  # a variance below it is rounding error of votes between 1 and 100
EPSILON = 1e-8  # added to each variance before it is inverted, as P.910 Annex E does
WIDE = 1.96  # the normal quantile of the reference code


def zrec(ratings: Ratings, *, interval: RecoveryInterval | None = None, compat: Compat | None = None) -> Recovered:
    """Weigh the votes, less bias in standard deviations of the stimulus, by inconsistency.

    Bias and inconsistency are in standard deviations of the votes on a stimulus. Unanimous stimuli tell nothing about
    raters and keep their score.
    """
    del compat, interval
    votes = layout(ratings)
    n, per_rater = np.maximum(votes.per_stimulus, 1), votes.per_rater
    left = votes.score - votes.of_stimulus(votes.stimulus_sum(votes.score) / n)
    variance = votes.stimulus_sum(left**2) / n
    spread = np.sqrt(np.where(variance > ZERO, variance, 0))
    told = np.broadcast_to(votes.of_stimulus((spread > 0).astype(np.float64)), left.shape)
    left *= votes.of_stimulus(np.divide(1, spread, out=np.zeros_like(spread), where=spread > 0))
    size = np.maximum(votes.rater_sum(told), 1)
    bias = votes.rater_sum(left) / size
    left *= left
    inconsistency = np.sqrt(np.maximum(votes.rater_sum(left) / size - bias**2, 0))
    weight = votes.of_rater(1 / (inconsistency**2 + EPSILON))
    fair = votes.score - votes.of_stimulus(spread) * votes.of_rater(bias)
    weights = votes.stimulus_sum(np.broadcast_to(weight, fair.shape))
    total = np.where(votes.per_stimulus > 0, weights, 1)
    score = votes.stimulus_sum(fair * weight) / total
    fair -= votes.of_stimulus(score)
    fair *= fair
    fair *= weight
    weighted = votes.stimulus_sum(fair) / total
    sos = np.sqrt(np.where(weighted > ZERO, weighted, 0))
    error = sos / np.sqrt(n)
    rater_error = inconsistency / np.sqrt(np.maximum(per_rater, 1))
    raters = replace(
        Raters.unknown(len(bias)),
        bias=bias,
        bias_ci95=symmetric(bias, rater_error),
        inconsistency=inconsistency,
    )
    return recovered(
        ratings,
        "zrec",
        "normal",
        n=votes.per_stimulus,
        mos=score,
        sos=sos,
        standard_error=error,
        ci95=symmetric(score, error * (WIDE / Z95)),
        raters=raters,
        notes=("Bias and inconsistency are in standard deviations of the votes on a stimulus",),
    )
