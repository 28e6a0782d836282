"""Whether one line of scores explains the pair comparisons."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from beholder.ratings.pairs.comparisons import Comparisons, Edges
from beholder.ratings.pairs.scaled import PairScale
from beholder.ratings.votes import Values

__all__ = ["PairFit", "PairResidual", "goodness_of_fit"]

FEW = 5.0  # expected count below which the chi-squared distribution is doubtful (Cochran 1954)


@dataclass(frozen=True, slots=True)
class PairResidual:
    """One pair: how often the first was preferred, and how often the scores expect it.

    Attributes
    ----------
    first, second : str
        The pair.
    preferred, expected : float
        Times that the first was preferred, a tie as half, and its expectation.
    comparisons : float
        Times that the two were compared.
    residual : float
        Their difference in standard deviations; beyond about 3 the pair goes against the scores.
    """

    first: str
    second: str
    preferred: float
    expected: float
    comparisons: float
    residual: float


@dataclass(frozen=True, slots=True)
class PairFit:
    """How well scores on one line explain the comparisons.

    Attributes
    ----------
    deviance, pearson : float
        Twice the log-likelihood ratio against a model with a free probability for each pair, and Pearson's statistic.
    dof : int
        Degrees of freedom of both.
    p_value : float
        Of the deviance; NaN without degrees of freedom. A small one says that preferences are not on one line:
        circles (a over b, b over c, c over a), or two tastes among the raters.
    residuals : tuple of PairResidual
        Every pair, the worst first.
    notes : tuple of str
        When the p-value is doubtful.
    """

    deviance: float
    pearson: float
    dof: int
    p_value: float
    residuals: tuple[PairResidual, ...]
    notes: tuple[str, ...]


def goodness_of_fit(votes: Comparisons, scale: PairScale) -> PairFit:
    """Compare the comparisons with what the scores expect (likelihood ratio test; Agresti 2013, 11.6).

    Parameters
    ----------
    votes : Comparisons
        The votes.
    scale : PairScale
        Scores out of the same votes.

    Examples
    --------
    >>> from beholder.ratings.pairs import Comparisons, bradley_terry
    >>> votes = Comparisons.from_wins([[0, 3, 2, 7], [1, 0, 6, 3], [4, 3, 0, 0], [1, 2, 5, 0]])
    >>> fit = goodness_of_fit(votes, bradley_terry(votes))
    >>> fit.dof, round(fit.deviance, 3)
    (3, 11.885)
    """
    from scipy.special import chdtrc, rel_entr  # noqa: PLC0415 - importing ratings must not load SciPy

    edges = votes.edges()
    davidson = scale.ties == "davidson"
    seen, expected = _tables(edges, scale, davidson=davidson)
    deviance = float(2 * rel_entr(seen, expected).sum())
    pearson = float(((seen - expected) ** 2 / expected).sum())
    free = int((np.bincount(scale.group) - 1).sum()) + davidson
    dof = len(edges.low) * (len(seen) - 1) - free
    notes = []
    if expected.min() < FEW:
        notes.append("some expected counts are below 5: take the p-value as a hint")
    if not davidson and edges.ties.any():
        notes.append("ties count as half wins, so the deviance is too small; Davidson's ties give an exact test")
    return PairFit(
        deviance=deviance,
        pearson=pearson,
        dof=dof,
        p_value=float(chdtrc(dof, max(deviance, 0.0))) if dof > 0 else np.nan,
        residuals=_residuals(votes, edges, expected),
        notes=tuple(notes),
    )


def _tables(edges: Edges, scale: PairScale, *, davidson: bool) -> tuple[Values, Values]:
    """Seen and expected counts, shape (outcomes, pairs)."""
    from scipy.special import expit, ndtr  # noqa: PLC0415 - importing ratings must not load SciPy

    d = scale.score[edges.low] - scale.score[edges.high]
    if davidson:
        ratio = np.stack([np.exp(d / 2), np.exp(-d / 2), np.full_like(d, scale.tie_parameter)])
        return np.stack([edges.wins_low, edges.wins_high, edges.ties]), edges.total * ratio / ratio.sum(axis=0)
    chance = expit if scale.model == "bradley-terry" else ndtr
    seen = np.stack([edges.wins_low + edges.ties / 2, edges.wins_high + edges.ties / 2])
    return seen, edges.total * np.stack([chance(d), chance(-d)])


def _residuals(votes: Comparisons, edges: Edges, expected: Values) -> tuple[PairResidual, ...]:
    preferred = edges.wins_low + edges.ties / 2
    ahead, behind = expected[0] / edges.total, expected[1] / edges.total
    mean = edges.total * (ahead + (1 - ahead - behind) / 2)
    spread = np.sqrt(np.maximum(edges.total * (ahead + behind - (ahead - behind) ** 2), 0.0)) / 2
    residual = np.divide(preferred - mean, spread, out=np.zeros_like(mean), where=spread > 0)
    return tuple(
        PairResidual(
            first=votes.stimuli[edges.low[i]],
            second=votes.stimuli[edges.high[i]],
            preferred=float(preferred[i]),
            expected=float(mean[i]),
            comparisons=float(edges.total[i]),
            residual=float(residual[i]),
        )
        for i in np.argsort(-np.abs(residual), kind="stable")
    )
