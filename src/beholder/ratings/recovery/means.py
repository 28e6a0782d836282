"""Methods that average votes: plain, after bias removal, after screening."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import numpy as np

from beholder.ratings.layout import Layout, Moments, layout, moments, repetitions
from beholder.ratings.mos import Interval, interval_of
from beholder.ratings.recovered import Fit, Recovered
from beholder.ratings.recovery.result import (
    Compat,
    Raters,
    RecoveryInterval,
    fit_per_vote,
    gaussian,
    recovered,
    symmetric,
)
from beholder.ratings.recovery.screening import Screening, screen_bt500, screen_correlation
from beholder.ratings.votes import Ratings, Values

__all__ = ["bias_removed", "bt500", "correlation", "mos", "p913", "zscore"]


def mos(ratings: Ratings, *, interval: RecoveryInterval | None = None, compat: Compat | None = None) -> Recovered:
    """Average the votes."""
    votes = layout(ratings)
    return _averaged(ratings, votes, "mos", _interval(interval, compat), raters=Raters.unknown(len(ratings.raters)))


def bt500(ratings: Ratings, *, interval: RecoveryInterval | None = None, compat: Compat | None = None) -> Recovered:
    """Average the votes of the raters that pass ITU-R BT.500 screening."""
    votes = layout(ratings)
    return _screened(ratings, votes, "bt500", _interval(interval, compat), screen_bt500(votes, compat=compat))


def correlation(
    ratings: Ratings, *, interval: RecoveryInterval | None = None, compat: Compat | None = None
) -> Recovered:
    """Average the votes of the raters who correlate with the MOS (of the others, unless SUREAL's form is asked for)."""
    votes = layout(ratings)
    screening = screen_correlation(votes, leave_one_out=compat is None)
    return _screened(ratings, votes, "correlation", _interval(interval, compat), screening)


def bias_removed(
    ratings: Ratings, *, interval: RecoveryInterval | None = None, compat: Compat | None = None
) -> Recovered:
    """Average the votes less the bias of each rater (ITU-T P.913, 12.4)."""
    votes = layout(ratings)
    clean, raters = _remove_bias(votes)
    parameters = len(ratings.raters) * repetitions(votes)
    return _averaged(ratings, clean, "br_mos", _interval(interval, compat), raters=raters, parameters=parameters)


def p913(ratings: Ratings, *, interval: RecoveryInterval | None = None, compat: Compat | None = None) -> Recovered:
    """Remove bias (ITU-T P.913, 12.4), screen what is left as BT.500 does, then average.

    The bias comes from all raters and is not estimated again after the screening.
    """
    votes = layout(ratings)
    clean, raters = _remove_bias(votes)
    screening = screen_bt500(clean, compat=compat)
    parameters = len(ratings.raters) * repetitions(votes)
    return _screened(
        ratings, clean, "p913", _interval(interval, compat), screening, raters=raters, parameters=parameters
    )


def zscore(ratings: Ratings, *, interval: RecoveryInterval | None = None, compat: Compat | None = None) -> Recovered:
    """Give every rater mean 0 and standard deviation 1, screen as BT.500 does, then average: ZS_SR_MOS of SUREAL.

    The scores are no longer on the scale of the votes. Use it on complete panels only: who happens to see the better
    stimuli is pulled down.
    """
    votes = layout(ratings)
    n = np.maximum(votes.per_rater, 1)
    left = votes.score - votes.of_rater(votes.rater_sum(votes.score) / n)
    spread = np.sqrt(votes.rater_sum(left**2) / np.maximum(n - 1, 1))
    clean = votes.with_score(left / votes.of_rater(np.where(spread > 0, spread, 1.0)))
    notes = ("The scores are z-scores, not on the scale of the votes",)
    found = _screened(ratings, clean, "zscore", _interval(interval, compat), screen_bt500(clean, compat=compat))
    return replace(found, notes=found.notes + notes)


def _interval(asked: RecoveryInterval | None, compat: Compat | None) -> Interval:
    """Choose Student's t unless something else is asked for; SUREAL has the normal one."""
    return cast("Interval", asked or ("t" if compat is None else "normal"))


def _remove_bias(votes: Layout) -> tuple[Layout, Raters]:
    n, per_rater = np.maximum(votes.per_stimulus, 1), votes.per_rater
    left = votes.score - votes.of_stimulus(votes.stimulus_sum(votes.score) / n)
    bias = votes.rater_sum(left) / np.maximum(per_rater, 1)
    spread = np.sqrt(votes.rater_sum((left - votes.of_rater(bias)) ** 2) / np.maximum(per_rater, 1))
    ends = symmetric(bias, spread / np.sqrt(np.maximum(per_rater, 1)))
    raters = replace(Raters.unknown(len(bias)), bias=bias, bias_ci95=ends)
    return votes.with_score(votes.score - votes.of_rater(bias)), raters


def _screened(
    ratings: Ratings,
    votes: Layout,
    method: str,
    interval: Interval,
    screening: Screening,
    *,
    raters: Raters | None = None,
    parameters: int = 0,
) -> Recovered:
    known = raters or Raters.unknown(len(ratings.raters))
    reasons = tuple((reason,) if reason else () for reason in screening.reasons)
    known = replace(known, rejected=screening.rejected, reasons=reasons)
    return _averaged(ratings, votes, method, interval, raters=known, parameters=parameters, notes=screening.notes)


def _averaged(
    ratings: Ratings,
    votes: Layout,
    method: str,
    interval: Interval,
    *,
    raters: Raters,
    parameters: int = 0,
    notes: tuple[str, ...] = (),
) -> Recovered:
    kept = votes.of_raters(~raters.rejected)
    found = moments(kept)
    error = found.spread / np.sqrt(np.maximum(found.n, 1))
    ends = symmetric(found.mean, error) if interval == "normal" else _ends(kept, ratings, interval)
    return recovered(
        ratings,
        method,
        interval,
        n=found.n,
        mos=found.mean,
        sos=found.spread,
        standard_error=error,
        ci95=ends,
        raters=raters,
        fit=_fit(found, len(ratings), 2 * len(ratings.stimuli) + parameters),
        notes=notes,
    )


def _ends(votes: Layout, ratings: Ratings, interval: Interval) -> Values:
    return interval_of(votes, interval=interval, scale=ratings.scale)


def _fit(found: Moments, votes: int, parameters: int) -> Fit | None:
    """Fit of one normal law per stimulus; unanimous stimuli and single votes, whose density is infinite, stay out."""
    free = np.nan_to_num(found.spread) > 0
    if not free.any():
        return None
    n = found.n[free]
    return fit_per_vote(gaussian(np.log(found.spread[free]), n - 1, n) / float(n.sum()), parameters, votes)
