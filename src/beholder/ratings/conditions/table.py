"""What a comparison of conditions gives: means, pairs, letters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from beholder.errors import UsageError
from beholder.ratings.conditions.effects import Effect
from beholder.ratings.votes import Codes, Values

__all__ = ["ConditionPair", "ConditionTable"]


@dataclass(frozen=True, slots=True)
class ConditionPair:
    """Two conditions compared.

    Attributes
    ----------
    first, second : str
        The conditions.
    difference, standard_error : float
        Mean of the first less that of the second, in MOS.
    ci95 : (float, float)
        95 % interval of this one difference (not corrected for the number of pairs).
    n : int
        Raters (or sources) that voted on both; 0 in a mixed model, which takes every vote.
    dof : float
        Degrees of freedom of the standard error.
    p_value, p_adjusted : float
        Two-sided, of no difference; as it is, and corrected for the number of pairs. NaN when it cannot be told.
    differs : bool
        Whether the corrected one is below the chosen level.
    p_equivalence : float
        Corrected p-value that the difference is at least the margin (two one-sided tests); NaN without a margin.
    equivalent : bool
        Whether that is below the chosen level: the conditions are the same for practical purposes.
    d : Effect
        Standardised difference: paired d; in a mixed model the difference over the standard deviation of a single vote.
    delta : Effect
        Cliff's delta between the two sets of means; NaN in a mixed model.
    """

    first: str
    second: str
    difference: float
    standard_error: float
    ci95: tuple[float, float]
    n: int
    dof: float
    p_value: float
    p_adjusted: float
    differs: bool
    p_equivalence: float
    equivalent: bool
    d: Effect
    delta: Effect


@dataclass(frozen=True, slots=True, eq=False)
class ConditionTable:
    """Conditions compared, each with each.

    Attributes
    ----------
    method : str
        How, in words.
    correction : str
        ``holm``, ``tukey``, ``benjamini-hochberg`` or ``none``.
    alpha : float
        Level of significance.
    margin : float or None
        Largest difference, in MOS, that does not matter.
    conditions : tuple of str
        Names.
    mean : float64 array, shape (conditions,)
        Mean vote.
    ci95 : float64 array, shape (conditions, 2)
        Its 95 % interval.
    n : int32 array, shape (conditions,)
        Raters, sources or (in a mixed model) votes behind each mean.
    letters : tuple of str
        Conditions that share a letter do not differ significantly; ``a`` has the best mean.
    pairs : tuple of ConditionPair
        Every pair, in the order of the conditions.
    notes : tuple of str
        What was assumed or left out.
    """

    method: str
    correction: str
    alpha: float
    margin: float | None
    conditions: tuple[str, ...]
    mean: Values
    ci95: Values
    n: Codes
    letters: tuple[str, ...]
    pairs: tuple[ConditionPair, ...]
    notes: tuple[str, ...]

    def pair(self, first: str, second: str) -> ConditionPair:
        """Give one pair, in the order in which it was compared.

        Raises
        ------
        UsageError
            When there is no such pair.
        """
        for one in self.pairs:
            if {one.first, one.second} == {first, second} and first != second:
                return one
        raise UsageError(f"{first}, {second}", "there is no such pair of conditions", "see the list of conditions")

    def matrix(self) -> Values:
        """Give the corrected p-values, shape (conditions, conditions), 1 on the diagonal."""
        place = {name: index for index, name in enumerate(self.conditions)}
        out = np.eye(len(self.conditions))
        for one in self.pairs:
            a, b = place[one.first], place[one.second]
            out[a, b] = out[b, a] = one.p_adjusted
        return out
