"""How each rater votes, in figures: with the others, with themselves, how fast, and on checks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beholder.ratings.layout import Layout, layout
from beholder.ratings.recovery.p910 import project, scores_of_others
from beholder.ratings.votes import Ratings, Values

__all__ = ["Change", "Checks", "Habits", "checks", "habits", "without_each"]

GOLD_STEPS = 1.0  # a gold clip is met within one step (microsoft/P.910, default of its configuration)
MOST_LEVELS = 1000  # of a scale whose votes are counted in a table
ZERO = 1e-13  # a variance below it is rounding error of votes between 1 and 100


@dataclass(frozen=True, slots=True, eq=False)
class Habits:
    """Figures of each rater, float64 arrays of shape (raters,); NaN where the votes do not tell.

    Attributes
    ----------
    votes : float64 array
        Votes that are compared: trapping clips, and stimuli that nobody else rated, left out.
    bias, inconsistency : float64 array
        Of the restricted P.910 recovery.
    correlation : float64 array
        Pearson correlation of the votes with the recovered scores of the same stimuli without this rater.
    range_of_others : float64 array
        Largest less smallest of those scores.
    usual_vote_share : float64 array
        Share of the votes that have the rater's most frequent value.
    longest_run : float64 array
        Equal votes in a row, where the order is known.
    seconds : float64 array
        Median time per vote, where it is known.
    repetition_difference, chance_difference : float64 array
        Mean absolute difference of a rater's votes on the same stimulus, and that of any two votes of the rater; NaN
        in a test without repetitions.
    repeated : float64 array
        Stimuli that the rater voted on more than once.
    """

    votes: Values
    bias: Values
    inconsistency: Values
    correlation: Values
    range_of_others: Values
    usual_vote_share: Values
    longest_run: Values
    seconds: Values
    repetition_difference: Values
    chance_difference: Values
    repeated: Values


@dataclass(frozen=True, slots=True, eq=False)
class Checks:
    """Gold and trapping clips of each rater, int64 arrays of shape (raters,)."""

    gold_hits: NDArray[np.int64]
    gold_votes: NDArray[np.int64]
    trap_hits: NDArray[np.int64]
    trap_votes: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """What the plain MOS would be without each rater.

    Attributes
    ----------
    mean, largest : float64 array, shape (raters,)
        Mean and largest absolute change over the stimuli that the rater voted on and others too; NaN for none.
    stimulus : int64 array, shape (raters,)
        The one that changes most; -1 for none.
    alone : int64 array, shape (raters,)
        Stimuli that would have no vote left.
    """

    mean: Values
    largest: Values
    stimulus: NDArray[np.int64]
    alone: NDArray[np.int64]


def habits(ratings: Ratings) -> Habits:
    """Measure how each rater votes."""
    raters = len(ratings.raters)
    trap = _wanted(ratings, "trap")[ratings.stimulus]
    real = ratings if np.isnan(trap).all() or not np.isnan(trap).any() else ratings.where(np.isnan(trap))
    votes = layout(real)
    found = project(votes, weights="restricted")
    others = scores_of_others(votes, found)
    compared = np.isfinite(others).astype(np.float64)
    size = votes.rater_sum(compared)
    voted = ratings.votes_per_rater > 0
    repetition, repeated = _repetition_difference(real)
    return Habits(
        votes=size,
        bias=np.where(voted, found.bias, np.nan),
        inconsistency=np.where(voted, found.inconsistency, np.nan),
        correlation=_correlation(votes, np.nan_to_num(others), compared, size),
        range_of_others=_range(real, others, raters),
        usual_vote_share=_usual_vote_share(real),
        longest_run=_longest_run(real),
        seconds=_median_seconds(ratings),
        repetition_difference=repetition,
        chance_difference=_chance_difference(real),
        repeated=repeated,
    )


def checks(ratings: Ratings) -> Checks:
    """Count who met the expected vote of gold clips (within one step) and the asked vote of trapping clips."""
    step = ratings.scale.step or (ratings.scale.high - ratings.scale.low) / 4
    raters, counts = len(ratings.raters), []
    for name, tolerance in (("gold", GOLD_STEPS * step), ("trap", step / 2)):
        wanted = _wanted(ratings, name)[ratings.stimulus]
        asked = np.isfinite(wanted)
        met = asked & (np.abs(ratings.score - np.nan_to_num(wanted)) <= tolerance)
        counts += [np.bincount(ratings.rater[mask], minlength=raters) for mask in (met, asked)]
    return Checks(*counts)


def without_each(ratings: Ratings) -> Change:
    """Say how the plain MOS changes when one rater is left out."""
    stimuli, raters = len(ratings.stimuli), len(ratings.raters)
    stimulus, rater, own, times = _cells(ratings)
    total = np.bincount(ratings.stimulus, weights=ratings.score, minlength=stimuli)[stimulus]
    n = ratings.votes_per_stimulus.astype(np.float64)[stimulus]
    shared = n > times
    change = np.abs(total / n - (total - own) / np.maximum(n - times, 1))
    alone = np.bincount(rater[~shared], minlength=raters)
    rater, stimulus, change = rater[shared], stimulus[shared], change[shared]
    size = np.bincount(rater, minlength=raters)
    mean = _over(np.bincount(rater, weights=change, minlength=raters), size)
    largest, where = np.full(raters, -1.0), np.full(raters, -1, dtype=np.int64)
    np.maximum.at(largest, rater, change)
    most = change == largest[rater]
    where[rater[most][::-1]] = stimulus[most][::-1]  # the first of equal ones is written last
    return Change(mean, np.where(size > 0, largest, np.nan), where, alone)


def _cells(ratings: Ratings) -> tuple[NDArray[np.integer], NDArray[np.integer], Values, NDArray[np.integer]]:
    """Give stimulus, rater, sum and number of votes of each cell that has any."""
    if not ratings.repetition.any():
        return ratings.stimulus, ratings.rater, ratings.score, np.ones(len(ratings), dtype=np.int64)
    raters = len(ratings.raters)
    cell = ratings.stimulus.astype(np.int64) * raters + ratings.rater
    pairs, inverse, times = np.unique(cell, return_inverse=True, return_counts=True)
    own = np.asarray(np.bincount(inverse, weights=ratings.score), dtype=np.float64)
    return pairs // raters, pairs % raters, own, times


def _correlation(votes: Layout, others: Values, compared: Values, size: Values) -> Values:
    some = np.maximum(size, 1)

    def centred(values: Values) -> Values:
        mean = votes.rater_sum(values * compared) / some
        return np.asarray((values - votes.of_rater(mean)) * compared)

    mine, theirs = centred(votes.score), centred(others)
    power = votes.rater_sum(mine**2) / some * (votes.rater_sum(theirs**2) / some)
    product = votes.rater_sum(mine * theirs) / some
    return np.divide(product, np.sqrt(power), out=np.full_like(size, np.nan), where=power > ZERO**2)


def _range(ratings: Ratings, others: Values, raters: int) -> Values:
    flat = others.ravel() if others.ndim == 1 or others.flags.c_contiguous else others.T.ravel()
    low, high = np.full(raters, np.inf), np.full(raters, -np.inf)
    known = np.isfinite(flat)
    np.minimum.at(low, ratings.rater[known], flat[known])
    np.maximum.at(high, ratings.rater[known], flat[known])
    return np.where(low <= high, high - low, np.nan)


def _usual_vote_share(ratings: Ratings) -> Values:
    values, kind = np.unique(ratings.score, return_inverse=True)
    raters = len(ratings.raters)
    if len(values) * raters <= len(ratings) + raters * MOST_LEVELS:
        table = np.bincount(ratings.rater.astype(np.int64) * len(values) + kind, minlength=raters * len(values))
        return _over(table.reshape(raters, -1).max(axis=1), ratings.votes_per_rater)
    pair, counts = np.unique(ratings.rater.astype(np.int64) * len(values) + kind, return_counts=True)
    most = np.zeros(raters)
    np.maximum.at(most, pair // len(values), counts)
    return _over(most, ratings.votes_per_rater)


def _longest_run(ratings: Ratings) -> Values:
    longest = np.full(len(ratings.raters), np.nan)
    if ratings.order is None or not np.isfinite(ratings.order).any():
        return longest
    known = np.flatnonzero(np.isfinite(ratings.order))
    sitting = known[np.lexsort((ratings.order[known], ratings.rater[known]))]
    rater, score = ratings.rater[sitting], ratings.score[sitting]
    new = np.ones(len(sitting), dtype=bool)
    new[1:] = (rater[1:] != rater[:-1]) | (score[1:] != score[:-1])
    begins = np.flatnonzero(new)
    lengths = np.diff(np.append(begins, len(sitting)))
    longest[np.unique(rater)] = 0
    np.maximum.at(longest, rater[begins], lengths)
    return longest


def _median_seconds(ratings: Ratings) -> Values:
    found = np.full(len(ratings.raters), np.nan)
    if ratings.seconds is None:
        return found
    known = np.flatnonzero(np.isfinite(ratings.seconds))
    ordered = known[np.lexsort((ratings.seconds[known], ratings.rater[known]))]
    counts = np.bincount(ratings.rater[ordered], minlength=len(found))
    begins = np.cumsum(counts) - counts
    some = counts > 0
    seconds = ratings.seconds[ordered]
    low, high = begins[some] + (counts[some] - 1) // 2, begins[some] + counts[some] // 2
    found[some] = (seconds[low] + seconds[high]) / 2
    return found


def _repetition_difference(ratings: Ratings) -> tuple[Values, Values]:
    raters = len(ratings.raters)
    if not ratings.repetition.any():
        return np.full(raters, np.nan), np.zeros(raters)
    cell = ratings.stimulus.astype(np.int64) * raters + ratings.rater
    order = np.lexsort((ratings.repetition, cell))
    same = cell[order][1:] == cell[order][:-1]
    difference = np.abs(np.diff(ratings.score[order]))[same]
    rater = ratings.rater[order][1:][same]
    count = np.bincount(rater, minlength=raters).astype(np.float64)
    return _over(np.bincount(rater, weights=difference, minlength=raters), count), count


def _chance_difference(ratings: Ratings) -> Values:
    """Give the mean absolute difference of any two votes of each rater; NaN where nobody repeats."""
    raters = len(ratings.raters)
    if not ratings.repetition.any():
        return np.full(raters, np.nan)
    order = np.lexsort((ratings.score, ratings.rater))
    n = ratings.votes_per_rater.astype(np.float64)
    begins = np.cumsum(n) - n
    rater = ratings.rater[order]
    place = np.arange(len(order)) - begins[rater]
    weighted = (2 * place - n[rater] + 1) * ratings.score[order]
    return _over(2 * np.bincount(rater, weights=weighted, minlength=raters), n * np.maximum(n - 1, 0))


def _wanted(ratings: Ratings, name: str) -> Values:
    """Give the vote that a fact about the stimuli asks for; NaN for none."""
    facts = ratings.about_stimuli.get(name)
    found = np.full(len(ratings.stimuli), np.nan)
    for place, fact in enumerate(facts or ()):
        if fact is not None:
            found[place] = _number(fact)
    return found


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _over(total: NDArray[np.generic], count: NDArray[np.generic]) -> Values:
    size = np.asarray(count, dtype=np.float64)
    return np.asarray(np.divide(total, size, out=np.full(len(size), np.nan), where=size > 0))
