"""Sums of votes over stimuli and over raters, fast for complete panels and for sparse crowds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beholder.ratings.votes import Ratings, Values

__all__ = ["Columns", "Grid", "Layout", "Moments", "averaged", "layout", "moments", "parts", "repetitions"]


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """One vote of every rater on every stimulus: a plain matrix, no copy of the votes.

    Attributes
    ----------
    score : float64 array, shape (stimuli, raters)
        The votes.
    """

    score: Values

    @property
    def per_stimulus(self) -> Values:
        """Votes of each stimulus."""
        return np.full(self.score.shape[0], float(self.score.shape[1]))

    @property
    def per_rater(self) -> Values:
        """Votes of each rater."""
        return np.full(self.score.shape[1], float(self.score.shape[0]))

    def of_stimulus(self, values: NDArray[Any]) -> NDArray[Any]:
        """Give each vote the value of its stimulus (as a view that broadcasts)."""
        return values[:, None]

    def of_rater(self, values: NDArray[Any]) -> NDArray[Any]:
        """Give each vote the value of its rater (as a view that broadcasts)."""
        return values[None, :]

    def stimulus_sum(self, values: Values) -> Values:
        """Add one value per vote up to one per stimulus."""
        return np.asarray(values.sum(axis=1))

    def rater_sum(self, values: Values) -> Values:
        """Add one value per vote up to one per rater."""
        return np.asarray(values.sum(axis=0))

    def rater_count(self, mask: NDArray[np.bool_]) -> Values:
        """Count the votes of each rater for which `mask` holds."""
        return np.asarray(np.count_nonzero(mask, axis=0), dtype=np.float64)

    def with_score(self, score: Values) -> Grid:
        """Give the same layout with other votes."""
        return Grid(score)

    def of_raters(self, keep: NDArray[np.bool_]) -> Grid:
        """Give the votes of some raters only, who are counted anew; stimuli keep their place."""
        return self if keep.all() else Grid(self.score[:, keep])

    def by_stimulus(self) -> tuple[Values, NDArray[np.int64]]:
        """Give the votes stimulus by stimulus, and where each stimulus begins (with the end of the last)."""
        stimuli, raters = self.score.shape
        return self.score.ravel(), np.arange(stimuli + 1, dtype=np.int64) * raters


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Votes in any number per cell: one entry per vote.

    Attributes
    ----------
    score : float64 array, shape (votes,)
        The votes.
    stimulus, rater : int64 array, shape (votes,)
        What they belong to.
    shape : tuple of int
        Number of stimuli and of raters.
    """

    score: Values
    stimulus: NDArray[np.int64]
    rater: NDArray[np.int64]
    shape: tuple[int, int]

    @property
    def per_stimulus(self) -> Values:
        """Votes of each stimulus."""
        return np.bincount(self.stimulus, minlength=self.shape[0]).astype(np.float64)

    @property
    def per_rater(self) -> Values:
        """Votes of each rater."""
        return np.bincount(self.rater, minlength=self.shape[1]).astype(np.float64)

    def of_stimulus(self, values: NDArray[Any]) -> NDArray[Any]:
        """Give each vote the value of its stimulus."""
        return values[self.stimulus]

    def of_rater(self, values: NDArray[Any]) -> NDArray[Any]:
        """Give each vote the value of its rater."""
        return values[self.rater]

    def stimulus_sum(self, values: Values) -> Values:
        """Add one value per vote up to one per stimulus."""
        return np.asarray(np.bincount(self.stimulus, weights=values, minlength=self.shape[0]), dtype=np.float64)

    def rater_sum(self, values: Values) -> Values:
        """Add one value per vote up to one per rater."""
        return np.asarray(np.bincount(self.rater, weights=values, minlength=self.shape[1]), dtype=np.float64)

    def rater_count(self, mask: NDArray[np.bool_]) -> Values:
        """Count the votes of each rater for which `mask` holds."""
        return np.bincount(self.rater[mask], minlength=self.shape[1]).astype(np.float64)

    def with_score(self, score: Values) -> Columns:
        """Give the same layout with other votes."""
        return Columns(score, self.stimulus, self.rater, self.shape)

    def of_raters(self, keep: NDArray[np.bool_]) -> Columns:
        """Give the votes of some raters only; raters and stimuli keep their place."""
        if keep.all():
            return self
        own = keep[self.rater]
        return Columns(self.score[own], self.stimulus[own], self.rater[own], self.shape)

    def by_stimulus(self) -> tuple[Values, NDArray[np.int64]]:
        """Give the votes stimulus by stimulus, and where each stimulus begins (with the end of the last)."""
        ends = np.concatenate([[0], np.cumsum(np.bincount(self.stimulus, minlength=self.shape[0]))])
        return self.score[np.argsort(self.stimulus, kind="stable")], ends


Layout = Grid | Columns
"""Either form; both have the same methods."""


def layout(ratings: Ratings) -> Layout:
    """Choose the form: a matrix when each rater voted once on each stimulus, in order; else columns."""
    stimuli, raters = len(ratings.stimuli), len(ratings.raters)
    if len(ratings) == stimuli * raters:
        down = np.arange(stimuli, dtype=np.int32)[:, None]
        across = np.arange(raters, dtype=np.int32)[None, :]
        stimulus, rater = ratings.stimulus.reshape(stimuli, raters), ratings.rater.reshape(stimuli, raters)
        if (stimulus == down).all() and (rater == across).all():
            return Grid(ratings.score.reshape(stimuli, raters))
        stimulus, rater = ratings.stimulus.reshape(raters, stimuli).T, ratings.rater.reshape(raters, stimuli).T
        if (stimulus == down).all() and (rater == across).all():
            return Grid(ratings.score.reshape(raters, stimuli).T)
    return Columns(ratings.score, ratings.stimulus.astype(np.int64), ratings.rater.astype(np.int64), (stimuli, raters))


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Votes of each stimulus in figures.

    Attributes
    ----------
    n : float64 array, shape (stimuli,)
        Number of votes.
    mean : float64 array, shape (stimuli,)
        NaN where there is no vote.
    spread : float64 array, shape (stimuli,)
        Standard deviation with ``n - 1``; NaN for fewer than two votes.
    """

    n: Values
    mean: Values
    spread: Values


def moments(votes: Layout) -> Moments:
    """Give number, mean and standard deviation of the votes of each stimulus."""
    n = votes.per_stimulus
    mean = votes.stimulus_sum(votes.score) / np.maximum(n, 1)
    left = votes.score - votes.of_stimulus(mean)
    left *= left
    square = votes.stimulus_sum(left)
    spread = np.sqrt(np.divide(square, n - 1, out=np.full_like(n, np.nan), where=n > 1))
    return Moments(n, np.where(n > 0, mean, np.nan), spread)


def averaged(votes: Layout) -> Layout:
    """Average the repetitions, so that no rater has more than one vote on a stimulus."""
    if isinstance(votes, Grid):
        return votes
    raters = votes.shape[1]
    pairs, cell, times = np.unique(votes.stimulus * raters + votes.rater, return_inverse=True, return_counts=True)
    if len(pairs) == len(cell):
        return votes
    return Columns(np.bincount(cell, weights=votes.score) / times, pairs // raters, pairs % raters, votes.shape)


def repetitions(votes: Layout) -> int:
    """Give the most votes that a rater gave to one stimulus."""
    if isinstance(votes, Grid):
        return 1
    return int(np.unique(votes.stimulus * votes.shape[1] + votes.rater, return_counts=True)[1].max())


def parts(votes: Layout) -> int:
    """Give the number of parts of the test that share neither a rater nor a stimulus; 1 is as it should be."""
    if isinstance(votes, Grid):
        return 1
    stimuli, raters = votes.shape
    label = np.arange(stimuli)
    while True:
        least = np.full(raters, stimuli)
        np.minimum.at(least, votes.rater, label[votes.stimulus])
        lower = label.copy()
        np.minimum.at(lower, votes.stimulus, least[votes.rater])
        lower = lower[lower]  # a label is itself a stimulus: long chains are followed in few rounds
        if (lower == label).all():
            return len(np.unique(label[votes.per_stimulus > 0]))
        label = lower
