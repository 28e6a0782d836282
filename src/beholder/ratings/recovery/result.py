"""Figures of a method put together as `Recovered`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special

from beholder.ratings.mos import Interval
from beholder.ratings.recovered import Fit, Recovered
from beholder.ratings.votes import Ratings, Values

__all__ = [
    "Z95",
    "Compat",
    "Raters",
    "RecoveryInterval",
    "fit_per_vote",
    "gaussian",
    "recovered",
    "spread_interval",
    "symmetric",
]

RecoveryInterval = Interval | Literal["standard", "weighted"]
"""Ways to make the interval of a recovered score; the last two belong to P.910."""
Compat = Literal["sureal"]
"""Whose numbers to reproduce where they differ from the text of a Recommendation."""

Z95 = 1.95996  # the normal quantile as SUREAL 0.9 and published results have it
HALF_LOG_TAU = 0.5 * np.log(2 * np.pi)


@dataclass(frozen=True, slots=True, eq=False)
class Raters:
    """What a method knows of the raters; see `Recovered`."""

    bias: Values
    bias_ci95: Values
    inconsistency: Values
    inconsistency_ci95: Values
    rejected: NDArray[np.bool_]
    reasons: tuple[tuple[str, ...], ...]

    @classmethod
    def unknown(cls, count: int) -> Raters:
        """Give the raters of a method that looks at nobody in particular."""
        none, pair = np.full(count, np.nan), np.full((count, 2), np.nan)
        return cls(none, pair, none, pair, np.zeros(count, dtype=bool), ((),) * count)


def recovered(
    ratings: Ratings,
    method: str,
    interval: str,
    *,
    n: Values,
    mos: Values,
    sos: Values,
    standard_error: Values,
    ci95: Values,
    raters: Raters,
    fit: Fit | None = None,
    notes: tuple[str, ...] = (),
) -> Recovered:
    """Put a result together; stimuli and raters without a vote that counts get NaN."""
    known, votes = n > 0, ratings.votes_per_rater
    voted = votes > 0

    def stimuli(values: Values) -> Values:
        return np.where(known if values.ndim == 1 else known[:, None], values, np.nan)

    def people(values: Values) -> Values:
        return np.where(voted if values.ndim == 1 else voted[:, None], values, np.nan)

    return Recovered(
        method=method,
        interval=interval,
        stimuli=ratings.stimuli,
        raters=ratings.raters,
        mos=stimuli(mos),
        sos=stimuli(sos),
        standard_error=stimuli(standard_error),
        ci95=stimuli(ci95),
        n=n.astype(np.int32),
        bias=people(raters.bias),
        bias_ci95=people(raters.bias_ci95),
        inconsistency=people(raters.inconsistency),
        inconsistency_ci95=people(raters.inconsistency_ci95),
        votes=votes,
        rejected=raters.rejected,
        reasons=raters.reasons,
        fit=fit,
        notes=notes,
    )


def symmetric(middle: Values, error: Values) -> Values:
    """Give the normal 95 % interval of each value."""
    return np.stack([middle - Z95 * error, middle + Z95 * error], axis=1)


def spread_interval(spread: Values, n: Values) -> Values:
    """Give the 95 % interval of standard deviations from `n` votes each, from the chi-square law."""
    votes = np.maximum(n, 1)
    ends = [spread * np.sqrt(votes / special.chdtri(votes, tail)) for tail in (0.025, 0.975)]
    return np.stack(ends, axis=1)


def fit_per_vote(loglikelihood: float, parameters: int, votes: int, iterations: int = 0) -> Fit:
    """Give AIC and BIC per vote."""
    dof = parameters / votes
    aic, bic = 2 * dof - 2 * loglikelihood, float(np.log(votes)) * dof - 2 * loglikelihood
    return Fit(loglikelihood, dof, aic, bic, iterations)


def gaussian(log_spread: Values, square: Values, n: Values) -> float:
    """Give the summed log-likelihood of groups of `n` votes whose residuals, over their spread, have this square."""
    return float(-(n * (log_spread + HALF_LOG_TAU) + square / 2).sum())
