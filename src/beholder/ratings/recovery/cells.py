"""Votes as a matrix of cells for products with vectors: dense, or compressed rows when most cells are empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beholder.ratings.layout import Columns, Grid, Layout
from beholder.ratings.votes import Values

__all__ = ["Cells", "cells"]

DENSE_FROM = 0.5  # votes per cell; compressed rows take 12 bytes per vote and more time for each, a matrix 8 per cell


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Sums and numbers of values per cell (stimulus, rater), as operators.

    Attributes
    ----------
    sums : matrix, shape (stimuli, raters)
        Sum of the values of each cell; a NumPy array or a SciPy sparse array.
    counts : matrix or None
        Number of values of each cell; where `everywhere` is 1, what is to be added to one per cell; None for nothing.
    everywhere : {0, 1}
        Values that every cell has.
    """

    sums: Any
    counts: Any
    everywhere: int

    def weigh_raters(self, weights: Values) -> Values:
        """Give per stimulus the sum of its values, each times the weight of its rater."""
        return np.asarray(self.sums @ weights)

    def weigh_stimuli(self, weights: Values) -> Values:
        """Give per rater the sum of the values, each times the weight of its stimulus."""
        return np.asarray(self.sums.T @ weights)

    def count_raters(self, weights: Values) -> Values:
        """Give per stimulus the sum of `weights` over its votes."""
        total = np.full(self.sums.shape[0], weights.sum() * self.everywhere)
        return total if self.counts is None else total + self.counts @ weights

    def count_stimuli(self, weights: Values) -> Values:
        """Give per rater the sum of `weights` over the votes."""
        total = np.full(self.sums.shape[1], weights.sum() * self.everywhere)
        return total if self.counts is None else total + self.counts.T @ weights


def cells(votes: Layout, values: Values) -> Cells:
    """Gather one value per vote into cells.

    Parameters
    ----------
    votes : Layout
        Where the votes belong.
    values : float64 array
        One per vote, in the shape of ``votes.score``.
    """
    if isinstance(votes, Grid):
        return Cells(values, None, 1)
    stimuli, raters = votes.shape
    if len(values) >= DENSE_FROM * stimuli * raters:
        cell = votes.stimulus * raters + votes.rater
        sums = np.bincount(cell, weights=values, minlength=stimuli * raters).reshape(votes.shape)
        count = np.bincount(cell, minlength=stimuli * raters) - 1
        other = np.flatnonzero(count)
        return Cells(sums, _compressed(count[other], other // raters, other % raters, votes.shape), 1)
    return Cells(_gather(votes, values), _gather(votes, np.ones_like(values)), 0)


def _gather(votes: Columns, values: Values) -> Any:
    return _compressed(values, votes.stimulus, votes.rater, votes.shape)


def _compressed(values: NDArray[Any], row: NDArray[Any], column: NDArray[Any], shape: tuple[int, int]) -> Any:
    from scipy.sparse import coo_array  # noqa: PLC0415 - slow to import, and complete panels do without

    return coo_array((values.astype(np.float64), (row, column)), shape=shape).tocsr()
