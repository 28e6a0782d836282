"""Which raters vote unlike the others: BT.500 screening and screening by correlation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from beholder.ratings.layout import Layout, averaged, repetitions
from beholder.ratings.votes import Values

__all__ = ["Screening", "correlate", "screen_bt500", "screen_correlation"]

SHARE, BALANCE = 0.05, 0.3  # ITU-R BT.500-15, A1-2.3.1: above 5 % outlying votes that lie to both sides
NORMAL_KURTOSIS = 2.0, 4.0  # the same: between them votes count as normal, and lie out at two standard deviations
WIDE = np.sqrt(20.0)  # the same: standard deviations for any other distribution
LEAST_R = 0.7  # SUREAL, development head; ITU-T P.913, 11.4 names .75 for complete tests
FEWEST = 3  # stimuli in common: a correlation of fewer says nothing
ZERO = 1e-13  # a variance below it is rounding error of votes between 1 and 100
TIE = 1e-12  # a vote exactly on a limit lies out, whichever way its last bit was rounded


@dataclass(frozen=True, slots=True, eq=False)
class Screening:
    """Who is rejected, by which figures, and why.

    Attributes
    ----------
    rejected : bool array, shape (raters,)
    above, below : float64 array, shape (raters,)
        Votes that lie out to the good and to the bad side (BT.500); zero for a screening by correlation.
    statistic : float64 array, shape (raters,)
        What is held against the limit: the share of outlying votes, or the correlation; NaN when there is none.
    limit : float
        Its limit.
    reasons : tuple of str
        Per rater, empty when nothing was found.
    notes : tuple of str
        What concerns the screening as a whole.
    """

    rejected: NDArray[np.bool_]
    above: Values
    below: Values
    statistic: Values
    limit: float
    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()


def screen_bt500(votes: Layout, *, compat: Literal["sureal"] | None = None) -> Screening:
    """Screen by ITU-R BT.500-15, A1-2.3.1 (the beta-2 test): reject who often lies out to both sides.

    A vote lies out when it is two standard deviations (``n - 1``) from the mean of its stimulus, or ``sqrt(20)`` where
    the votes are not normal by their kurtosis. A rater is rejected when more than 5 % of *the own* votes lie out and
    the two sides differ by less than 30 %. Unanimous stimuli hold nobody against anybody and count only as votes.

    Parameters
    ----------
    votes : Layout
    compat : {"sureal"}, optional
        Population standard deviation (over n), all presentations of the test as denominator for everyone, unanimous
        stimuli counted against everybody to both sides, and nobody rejected when everybody would be, as SUREAL 0.9
        does. On sparse panels that finds nobody; with a tenth of the stimuli unanimous it switches itself off.
    """
    above, below = _outlying(votes, over_n=compat == "sureal")
    count = votes.per_rater
    if compat == "sureal":
        count = np.full_like(count, votes.per_stimulus.size * repetitions(votes))
    out = above + below
    share = np.divide(out, count, out=np.full_like(out, np.nan), where=count > 0)
    balance = np.divide(np.abs(above - below), out, out=np.ones_like(out), where=out > 0)
    rejected = (np.nan_to_num(share) > SHARE) & (balance < BALANCE)
    notes: tuple[str, ...] = ()
    if rejected.all():
        rejected = np.zeros_like(rejected)
        notes = ("BT.500 screening would reject every rater and therefore rejects none",)
    reasons = tuple(
        f"BT.500: {int(out[i])} of {int(count[i])} votes ({share[i]:.0%}, limit 5 %) lie out,"
        f" {int(above[i])} above and {int(below[i])} below the others: rejected"
        if rejected[i]
        else ""
        for i in range(len(out))
    )
    return Screening(rejected, above, below, share, SHARE, reasons, notes)


def screen_correlation(votes: Layout, *, leave_one_out: bool = True, limit: float | None = None) -> Screening:
    """Screen by the Pearson correlation of a rater's votes with the MOS.

    Parameters
    ----------
    votes : Layout
    leave_one_out : bool
        Compare with the MOS of the others (fairer, most of all for small panels); else with the MOS of all, as the
        development head of SUREAL does.
    limit : float, optional
        Reject up to this correlation. Without one, .7 when the mean less the standard deviation (over n) of all
        correlations lies above .7, else that difference (SUREAL).
    """
    found = correlate(votes, leave_one_out=leave_one_out)
    known = found[np.isfinite(found)]
    if limit is None:
        limit = min(LEAST_R, float(known.mean() - known.std())) if known.size else LEAST_R
    rejected = np.isfinite(found) & (np.nan_to_num(found, nan=1.0) <= limit)
    others = "the MOS of the others" if leave_one_out else "the MOS"
    reasons = tuple(
        f"Correlation of the votes with {others} is {r:.2f} (limit {limit:.2f}): rejected" if out else ""
        for r, out in zip(found, rejected, strict=True)
    )
    none = np.zeros_like(found)
    return Screening(rejected, none, none, found, limit, reasons)


def correlate(votes: Layout, *, leave_one_out: bool = True) -> Values:
    """Correlate each rater's votes with the MOS; repetitions are averaged first.

    Returns
    -------
    float64 array, shape (raters,)
        NaN for fewer than three stimuli in common, or where one side does not vary.
    """
    cells = averaged(votes)
    own = cells.score
    n = cells.of_stimulus(cells.per_stimulus)
    total = cells.of_stimulus(cells.stimulus_sum(own))
    if leave_one_out:
        n, total = n - 1, total - own
    shared = np.broadcast_to(n > 0, own.shape).astype(np.float64)
    size = cells.rater_sum(shared)
    mine = _centred(cells, own, shared, size)
    theirs = _centred(cells, total / np.maximum(n, 1), shared, size)
    power = cells.rater_sum(mine**2) * cells.rater_sum(theirs**2)
    enough = (size >= FEWEST) & (power > ZERO**2)
    return np.divide(cells.rater_sum(mine * theirs), np.sqrt(power), out=np.full_like(size, np.nan), where=enough)


def _centred(cells: Layout, values: Values, shared: Values, size: Values) -> Values:
    mean = cells.rater_sum(values * shared) / np.maximum(size, 1)
    return np.asarray((values - cells.of_rater(mean)) * shared)


def _outlying(votes: Layout, *, over_n: bool) -> tuple[Values, Values]:
    """Count the votes of each rater that lie out above and below."""
    n = np.maximum(votes.per_stimulus, 1)
    left = votes.score - votes.of_stimulus(votes.stimulus_sum(votes.score) / n)
    power = left**2
    second = votes.stimulus_sum(power) / n
    power *= power
    fourth = votes.stimulus_sum(power) / n
    unanimous = second <= ZERO
    kurtosis = fourth / np.where(unanimous, 1, second) ** 2
    low, high = NORMAL_KURTOSIS
    factor = np.where((kurtosis >= low - TIE) & (kurtosis <= high + TIE), 2.0, WIDE)
    limit = factor * np.sqrt(second if over_n else second * n / np.maximum(n - 1, 1)) * (1 - TIE)
    limit = np.where(unanimous, -1.0 if over_n else np.inf, limit)
    edge = votes.of_stimulus(limit)
    return votes.rater_count(left >= edge), votes.rater_count(left <= -edge)
