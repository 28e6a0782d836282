"""Which stimuli of a pair comparison differ significantly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from beholder.ratings.conditions.correction import Correction, adjusted
from beholder.ratings.conditions.letters import compact_letters
from beholder.ratings.pairs.scaled import PairScale
from beholder.ratings.votes import Values

__all__ = ["PairTests", "told_apart"]


@dataclass(frozen=True, slots=True, eq=False)
class PairTests:
    """Differences of scores, tested.

    Attributes
    ----------
    p_adjusted : float64 array, shape (stimuli, stimuli)
        Corrected two-sided p-values (Wald); 1 on the diagonal, NaN where no comparison joins two stimuli.
    letters : tuple of str
        Stimuli of one group that share a letter do not differ significantly; letters run from the best score down.
    """

    p_adjusted: Values
    letters: tuple[str, ...]


def told_apart(scale: PairScale, *, correction: Correction = "holm", alpha: float = 0.05) -> PairTests:
    """Test every difference of two scores.

    Parameters
    ----------
    scale : PairScale
        Scores with their covariance; out of `bootstrap_raters` the tests allow for raters of different taste.
    correction : {"holm", "benjamini-hochberg", "none"}
        For the number of pairs.
    alpha : float
        Level of significance.

    Examples
    --------
    >>> from beholder.ratings.pairs import Comparisons, bradley_terry
    >>> votes = Comparisons.from_wins([[0, 40, 45], [10, 0, 22], [5, 28, 0]], stimuli="abc")
    >>> told_apart(bradley_terry(votes)).letters
    ('a', 'b', 'b')
    """
    from scipy.special import erfc  # noqa: PLC0415 - importing ratings must not load SciPy

    value, error = scale.differences()
    size = len(value)
    z = np.divide(np.abs(value), error, out=np.where(np.isnan(value), np.nan, 0.0), where=error > 0)
    upper = np.triu_indices(size, 1)
    p_values = np.eye(size)
    p_values[upper] = adjusted(erfc(z[upper] / np.sqrt(2)), correction)
    p_values = np.minimum(p_values, 1.0)
    p_values[upper[::-1]] = p_values[upper]
    known = np.isfinite(scale.score)
    apart = ~np.isnan(p_values) & (p_values < alpha)
    apart |= scale.group[:, None] != scale.group[None, :]
    mean = np.where(known, scale.score, -np.inf)
    return PairTests(p_values, compact_letters(apart, mean=mean))
