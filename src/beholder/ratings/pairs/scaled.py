"""What a pair comparison model gives: a score per stimulus, with intervals for scores and for differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from beholder.errors import UsageError
from beholder.ratings.votes import Codes, Values

__all__ = ["PairDifference", "PairScale"]

Z95 = 1.959963984540054  # normal quantile of 0.975
SQRT2 = 2**0.5


@dataclass(frozen=True, slots=True)
class PairDifference:
    """How far two stimuli are apart.

    Attributes
    ----------
    value, standard_error : float
        Score of the first less that of the second; NaN when no comparison joins them.
    ci95 : (float, float)
        Its 95 % interval.
    p_value : float
        Two-sided, of no difference (Wald). Not corrected for the number of pairs.
    chance : float
        Modelled probability that the first is preferred where one of them is, 0..1.
    """

    value: float
    standard_error: float
    ci95: tuple[float, float]
    p_value: float
    chance: float


@dataclass(frozen=True, slots=True, eq=False)
class PairScale:
    """Scores out of pair comparisons.

    Attributes
    ----------
    model : {"bradley-terry", "thurstone"}
        Which model; scores are log odds, or standard deviations of the difference of two stimuli (case V).
    ties : {"half", "davidson"}
        What a tie counted for.
    interval : str
        How the intervals were made: ``information`` (curvature of the likelihood; comparisons independent) or
        ``bootstrap over raters``.
    stimuli : tuple of str
        As in the comparisons.
    score, standard_error : float64 array, shape (stimuli,)
        Centred on 0 within each group.
    ci95 : float64 array, shape (stimuli, 2)
        95 % intervals of the scores. For two stimuli use `difference`: their errors are correlated.
    covariance : float64 array, shape (stimuli, stimuli)
        Of the scores, in the gauge where they sum to 0 per group.
    group : int32 array, shape (stimuli,)
        Scores compare only within a group: no comparison joins two groups.
    strength, strength_error : float64 array, shape (stimuli,)
        Bradley-Terry strengths, positive, with sum 1 per group, and their standard errors by the delta method; NaN for
        Thurstone.
    comparisons : float64 array, shape (stimuli,)
        How often each stimulus was compared.
    tie_parameter, tie_parameter_error : float
        Davidson's nu (0 where nobody ties; 2 when half of the votes between equals are ties), and its standard error;
        NaN without that model.
    loglikelihood : float
        Natural logarithm, summed over the comparisons; with half wins a weighted sum.
    notes : tuple of str
        What a reader must know, such as several groups, or stimuli that always won.
    draws : float64 array, shape (rounds, stimuli), or None
        Scores of each bootstrap round.
    tail : float
        Share of the draws beyond each end of an interval.
    """

    model: str
    ties: str
    interval: str
    stimuli: tuple[str, ...]
    score: Values
    standard_error: Values
    ci95: Values
    covariance: Values
    group: Codes
    strength: Values
    strength_error: Values
    comparisons: Values
    tie_parameter: float
    tie_parameter_error: float
    loglikelihood: float
    notes: tuple[str, ...] = ()
    draws: Values | None = None
    tail: float = 0.025

    @property
    def jod(self) -> Values:
        """Scores in just-objectionable differences: 1 where 75 % prefer the better (Perez-Ortiz and Mantiuk 2017)."""
        return self.score / (np.log(3) if self.model == "bradley-terry" else 0.6744897501960817)  # quantile of 0.75

    def difference(self, one: str, other: str) -> PairDifference:
        """Compare two stimuli by name.

        Raises
        ------
        UsageError
            When a name is not there.
        """
        a, b = self._place(one), self._place(other)
        if self.group[a] != self.group[b]:
            return PairDifference(np.nan, np.nan, (np.nan, np.nan), np.nan, np.nan)
        value = float(self.score[a] - self.score[b])
        variance = self.covariance[a, a] + self.covariance[b, b] - 2 * self.covariance[a, b]
        error = float(np.sqrt(max(variance, 0.0)))
        ends = (value - Z95 * error, value + Z95 * error)
        if self.draws is not None:
            low, high = np.quantile(self.draws[:, a] - self.draws[:, b], [self.tail, 1 - self.tail])
            ends = (float(low), float(high))
        return PairDifference(value, error, ends, _p_value(value, error), self._chance(value))

    def differences(self) -> tuple[Values, Values]:
        """Give all differences (row less column) and their standard errors; NaN across groups."""
        value = self.score[:, None] - self.score[None, :]
        own = np.diag(self.covariance)
        error = np.sqrt(np.maximum(own[:, None] + own[None, :] - 2 * self.covariance, 0.0))
        apart = self.group[:, None] != self.group[None, :]
        return np.where(apart, np.nan, value), np.where(apart, np.nan, error)

    def _place(self, name: str) -> int:
        try:
            return self.stimuli.index(name)
        except ValueError as error:
            known = ", ".join(self.stimuli[:5])
            raise UsageError(name, "no stimulus has that name", f"there are {known} ...") from error

    def _chance(self, difference: float) -> float:
        from scipy.special import expit, ndtr  # noqa: PLC0415 - importing ratings must not load SciPy

        return float(expit(difference) if self.model == "bradley-terry" else ndtr(difference))


def _p_value(value: float, error: float) -> float:
    from scipy.special import erfc  # noqa: PLC0415 - importing ratings must not load SciPy

    if error > 0:
        return float(erfc(abs(value) / error / SQRT2))
    return 1.0 if value == 0 else 0.0
