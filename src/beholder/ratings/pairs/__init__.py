"""Pair comparisons: scores, with correct intervals, out of which of two people prefer."""

from __future__ import annotations

from beholder.ratings.pairs.apart import PairTests, told_apart
from beholder.ratings.pairs.comparisons import Comparisons
from beholder.ratings.pairs.goodness import PairFit, PairResidual, goodness_of_fit
from beholder.ratings.pairs.scaled import PairDifference, PairScale
from beholder.ratings.pairs.scaling import bootstrap_raters, bradley_terry, thurstone

__all__ = [
    "Comparisons",
    "PairDifference",
    "PairFit",
    "PairResidual",
    "PairScale",
    "PairTests",
    "bootstrap_raters",
    "bradley_terry",
    "goodness_of_fit",
    "thurstone",
    "told_apart",
]
