"""Does a model tell what people can tell? The analysis of Krasula and others on pairs of stimuli.

People can tell two stimuli apart (different) or cannot (similar), by a z-test on
their votes. *Different/similar*: is the model's difference larger for pairs that
people tell apart? *Better/worse*: of those, does the model know which is better?
Neither needs a mapping, and both look at what models are used for.

Every pair counts, so each stimulus counts in many pairs: the published p-values,
which take pairs for independent, are far too small. Standard errors and p-values
over stimuli stand beside them (the influence of each stimulus on the area, an
infinitesimal jackknife), and `krasula_rounds` gives the bootstrap over stimuli.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from beholder.errors import TableError
from beholder.ratings.evaluate.resample import draw
from beholder.ratings.evaluate.roc import Areas, areas, p_of_difference, weighted_area
from beholder.ratings.votes import Values

__all__ = ["Discrimination", "Krasula", "Pairs", "krasula", "krasula_of_differences", "krasula_rounds", "pairs_told"]

CRITICAL = 2.0  # |z| above which a pair is different: the public tools of Krasula and of Netflix
TINY_VARIANCE = 1e-8  # stands for none at all, as there: two unanimous stimuli differ when their MOS do
SIMILAR_COVERED = 95.0  # percentile of the similar pairs' differences: the threshold THR
AT_ONCE = 4_000_000  # pair weights held at a time: 32 MB


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of stimuli and what people can tell of them.

    Attributes
    ----------
    first, second : int array, shape (pairs,)
        Indices of the stimuli.
    sign : int8 array, shape (pairs,)
        1: the first is better; -1: worse; 0: people cannot tell.
    stimuli : int
        Number of stimuli.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    sign: NDArray[np.int8]
    stimuli: int


@dataclass(frozen=True, slots=True, eq=False)
class Discrimination:
    """One figure of M models.

    Attributes
    ----------
    value, standard_error : float64 array, shape (M,)
        The figure, and its standard error over stimuli; NaN where it cannot be told.
    p_pairs, p_stimuli : float64 array, shape (M, M)
        p-values of the differences, with pairs taken for independent (as published) and over stimuli (to be trusted).
    """

    value: Values
    standard_error: Values
    p_pairs: Values
    p_stimuli: Values


@dataclass(frozen=True, slots=True, eq=False)
class Krasula:
    """What M models tell of pairs.

    Attributes
    ----------
    models : tuple of str
    different, similar : int
        Number of pairs that people tell apart, and of those that they do not.
    different_similar, better_worse : Discrimination
        Areas under the ROC curve, AUC_DS and AUC_BW.
    correct : Discrimination
        CC_0: share of different pairs that the model puts in the right order.
    threshold : float64 array, shape (M,)
        THR: difference of the model that 95 % of the similar pairs stay below.
    """

    models: tuple[str, ...]
    different: int
    similar: int
    different_similar: Discrimination
    better_worse: Discrimination
    correct: Discrimination
    threshold: Values


def pairs_told(
    mos: ArrayLike,
    standard_error: ArrayLike,
    *,
    critical: float = CRITICAL,
    pairs: Literal["once", "ordered"] = "once",
) -> Pairs:
    """Say of each pair of stimuli what people can tell: z-test of the difference of their MOS.

    Parameters
    ----------
    mos, standard_error : array_like, shape (stimuli,)
        ``sd/sqrt(n)`` with ddof 1.
    critical : float
        |z| above which people can tell.
    pairs : {"once", "ordered"}
        Each pair once, as in the published data sets; or every ordered pair and each stimulus with itself, as the
        tool of Netflix takes them from raw votes.

    Raises
    ------
    TableError
        When a standard error is not known.
    """
    m, se = np.asarray(mos, dtype=np.float64), np.asarray(standard_error, dtype=np.float64)
    if not np.isfinite(se).all():
        what = f"the spread of the votes is not known for {int((~np.isfinite(se)).sum())} of {se.size} stimuli"
        raise TableError("ratings", what, "give the votes, or columns sd and n, or ci95")
    if pairs == "ordered":
        first, second = (index.ravel() for index in np.indices((m.size, m.size)))
    else:
        first, second = np.triu_indices(m.size, k=1)
    variance = se[first] ** 2 + se[second] ** 2
    z = (m[first] - m[second]) / np.sqrt(np.where(variance == 0.0, TINY_VARIANCE, variance))
    sign = ((z > critical).astype(np.int8) - (z < -critical)).astype(np.int8)
    return Pairs(first, second, sign, m.size)


def krasula(
    predicted: ArrayLike,
    pairs: Pairs,
    *,
    models: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
) -> Krasula:
    """Measure what models tell of pairs of stimuli.

    Source: Krasula et al. 2016, doi:10.1109/QoMEX.2016.7498936; Hanhart et al. 2016, doi:10.1109/QoMEX.2016.7498938.

    Parameters
    ----------
    predicted : array_like, shape (M, stimuli)
        Higher is better; turn the sign of errors and distances.
    pairs : Pairs
    models : sequence of str, optional
        Names.
    groups : sequence of str, optional
        Source of each stimulus; standard errors are over sources then.

    Returns
    -------
    Krasula

    Examples
    --------
    >>> told = pairs_told([1, 2, 3, 4], [0.1, 0.1, 0.1, 0.1])
    >>> krasula([[1, 2, 3, 4], [2, 1, 4, 3]], told).correct.value.round(3).tolist()
    [1.0, 0.667]
    """
    table = np.atleast_2d(np.asarray(predicted, dtype=np.float64))
    if table.shape[1] != pairs.stimuli:
        what = f"{table.shape[1]} predictions for {pairs.stimuli} stimuli"
        raise TableError("predictions", what, "give one prediction per stimulus")
    differences = table[:, pairs.first] - table[:, pairs.second]
    return krasula_of_differences(differences, pairs.sign, models=models, pairs=pairs, groups=groups)


def krasula_of_differences(
    differences: ArrayLike,
    sign: ArrayLike,
    *,
    models: Sequence[str] | None = None,
    pairs: Pairs | None = None,
    groups: Sequence[str] | None = None,
) -> Krasula:
    """Measure models by their differences on given pairs, for data that come as pairs.

    Parameters
    ----------
    differences : array_like, shape (M, pairs)
    sign : array_like, shape (pairs,)
        1: the first is better; -1: worse; 0: similar.
    models, groups : sequence of str, optional
    pairs : Pairs, optional
        Which stimuli the pairs are of; without it nothing can be told over stimuli.
    """
    d, s = np.atleast_2d(np.asarray(differences, dtype=np.float64)), np.asarray(sign)
    names = tuple(models) if models is not None else tuple(f"model {k + 1}" for k in range(d.shape[0]))
    told, alike = s != 0, s == 0
    large, small = np.abs(d[:, told]), np.abs(d[:, alike])
    better = d[:, told] * s[told]
    apart, order = areas(large, small), areas(better, -better)
    right = better > 0
    count = int(told.sum())
    share = right.mean(axis=1) if count else np.full(d.shape[0], np.nan)
    members = None if pairs is None else _members(pairs, groups)
    return Krasula(
        models=names,
        different=count,
        similar=int(alike.sum()),
        different_similar=_discrimination(apart, members, told, alike),
        better_worse=_discrimination(order, members, told, told),
        correct=_share(share, right, members, told),
        threshold=np.percentile(small, SIMILAR_COVERED, axis=1) if alike.any() else np.full(d.shape[0], np.nan),
    )


def _members(pairs: Pairs, groups: Sequence[str] | None) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """Give the group of both stimuli of each pair, and the number of groups; a stimulus alone is a group."""
    if groups is None:
        return pairs.first, pairs.second, pairs.stimuli
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    return member[pairs.first], member[pairs.second], names.size


def _influence(
    parts: Values, members: tuple[NDArray[np.intp], NDArray[np.intp], int], use: NDArray[np.bool_]
) -> Values:
    """Sum what pairs contribute by the groups that their stimuli belong to, shape (M, groups)."""
    first, second, count = members
    return np.array(
        [
            np.bincount(first[use], row, minlength=count) + np.bincount(second[use], row, minlength=count)
            for row in parts
        ]
    ).reshape(parts.shape[0], count)


def _over_groups(influence: Values) -> Values:
    groups = influence.shape[1]
    covariance: Values = influence @ influence.T * (groups / (groups - 1.0)) if groups > 1 else influence @ influence.T
    return covariance


def _discrimination(
    found: Areas,
    members: tuple[NDArray[np.intp], NDArray[np.intp], int] | None,
    positive: NDArray[np.bool_],
    negative: NDArray[np.bool_],
) -> Discrimination:
    by_pairs = p_of_difference(found.area, found.covariance)
    if members is None or np.isnan(found.area).any():
        unknown = np.full_like(found.covariance, np.nan)
        return Discrimination(found.area, np.diag(unknown).copy(), by_pairs, unknown)
    centre = found.area[:, None]
    influence = _influence((found.of_positive - centre) / found.of_positive.shape[1], members, positive)
    influence += _influence((found.of_negative - centre) / found.of_negative.shape[1], members, negative)
    covariance = _over_groups(influence)
    return Discrimination(found.area, np.sqrt(np.diag(covariance)), by_pairs, p_of_difference(found.area, covariance))


def _share(
    share: Values,
    right: NDArray[np.bool_],
    members: tuple[NDArray[np.intp], NDArray[np.intp], int] | None,
    told: NDArray[np.bool_],
) -> Discrimination:
    """Compare shares of pairs in the right order; published: two independent shares of 2 B cases each."""
    middle = (share[:, None] + share[None, :]) / 2.0
    half = middle * (1.0 - middle) / (2.0 * max(right.shape[1], 1))
    by_pairs = _p_of_shares(share, 2.0 * half)
    if members is None or not right.shape[1]:
        unknown = np.full_like(half, np.nan)
        return Discrimination(share, np.diag(unknown).copy(), by_pairs, unknown)
    covariance = _over_groups(_influence((right - share[:, None]) / right.shape[1], members, told))
    return Discrimination(share, np.sqrt(np.diag(covariance)), by_pairs, p_of_difference(share, covariance))


def _p_of_shares(share: Values, variance: Values) -> Values:
    from scipy.special import ndtr  # noqa: PLC0415 - import beholder.ratings must stay quick

    apart = np.abs(share[:, None] - share[None, :])
    z = np.divide(apart, np.sqrt(variance), out=np.zeros_like(apart), where=variance > 0)
    p: Values = np.where(np.isnan(apart), np.nan, 2.0 * ndtr(-z))
    np.fill_diagonal(p, 1.0)
    return p


def krasula_rounds(
    predicted: ArrayLike, pairs: Pairs, *, rounds: int = 1_000, seed: int = 0, groups: Sequence[str] | None = None
) -> tuple[Values, Values, Values]:
    """Draw the stimuli (or their sources) again and again, and give AUC_DS, AUC_BW and CC_0 of every round.

    A pair of a stimulus with itself, drawn twice, does not count. Slower than the standard errors of `krasula`, and
    free of their normal distribution.

    Parameters
    ----------
    predicted : array_like, shape (M, stimuli)
    pairs : Pairs
        Each pair once.
    rounds, seed : int
    groups : sequence of str, optional
        Source of each stimulus.

    Returns
    -------
    tuple of float64 arrays, each shape (rounds, M)
        NaN in a round without both kinds of pairs.
    """
    table = np.atleast_2d(np.asarray(predicted, dtype=np.float64))
    weights = draw(pairs.stimuli, rounds=rounds, seed=seed, groups=groups)
    told = pairs.sign != 0
    out = tuple(np.full((rounds, table.shape[0]), np.nan) for _ in range(3))
    step = max(1, AT_ONCE // max(1, told.size))
    for start in range(0, rounds, step):
        part = slice(start, min(rounds, start + step))
        w = weights[part][:, pairs.first] * weights[part][:, pairs.second]
        of_told, of_alike = w[:, told], w[:, ~told]
        size = of_told.sum(axis=1)
        for model, row in enumerate(table):
            d = row[pairs.first] - row[pairs.second]
            better = d[told] * pairs.sign[told]
            out[0][part, model] = weighted_area(np.abs(d[told]), np.abs(d[~told]), of_told, of_alike)
            out[1][part, model] = weighted_area(better, -better, of_told, of_told)
            nothing = np.full(size.size, np.nan)
            out[2][part, model] = np.divide(of_told @ (better > 0), size, out=nothing, where=size > 0)
    return out[0], out[1], out[2]
