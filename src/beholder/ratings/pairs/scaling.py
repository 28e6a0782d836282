"""Scores out of pair comparisons: Bradley-Terry and Thurstone case V, with intervals.

>>> from beholder.ratings.pairs.comparisons import Comparisons
>>> votes = Comparisons.from_wins([[0, 3, 2, 7], [1, 0, 6, 3], [4, 3, 0, 0], [1, 2, 5, 0]], stimuli="abcd")
>>> found = bradley_terry(votes)
>>> found.score.round(3).tolist()
[0.51, 0.074, -0.47, -0.113]
>>> difference = found.difference("a", "c")
>>> round(difference.value, 3), round(difference.standard_error, 3)
(0.98, 0.617)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from beholder.errors import TableError, UsageError
from beholder.ratings.pairs.comparisons import Comparisons, Edges
from beholder.ratings.pairs.likelihood import Maximum, Model, Ties, expected_curvature, maximise
from beholder.ratings.pairs.scaled import PairScale
from beholder.ratings.votes import Codes, Values

__all__ = ["bootstrap_raters", "bradley_terry", "thurstone"]

Z95 = 1.959963984540054  # normal quantile of 0.975
LOOSE = 0.1  # precision of the prior where scores are not finite: 95 % of scores within +- 6.2 log odds, 1 : 490
ENDLESS = 1e-7  # gain of the linear programme that is more than rounding
NAMED = 5  # stimuli listed in a note
MOST = 5000  # stimuli; their covariance takes 200 MB, its inverse half a minute


@dataclass(frozen=True, slots=True)
class _Join:
    """What the comparisons join: groups, whether the maximum is finite, what to say about it."""

    group: Codes
    finite: bool
    notes: tuple[str, ...]


def bradley_terry(votes: Comparisons, *, ties: Ties = "half", ridge: float | None = None) -> PairScale:
    """Scale stimuli so that the log odds of being preferred are differences of scores.

    Parameters
    ----------
    votes : Comparisons
        The votes.
    ties : {"half", "davidson"}
        A tie is half a win for each (intervals then are a little too wide), or an outcome of its own with one parameter
        for how readily people tie (Davidson 1970).
    ridge : float, optional
        Precision of a normal prior on the scores. By default 0 where every score is finite, else 0.1, and a note says
        so. 0 asks for the pure maximum and raises where there is none.

    Returns
    -------
    PairScale
        Scores in log odds, centred on 0. Where no comparison joins two groups of stimuli, each has its own 0,
        and a note says so.

    Raises
    ------
    TableError
        With ``ridge=0`` when a score is not finite.

    References
    ----------
    Bradley and Terry, Biometrika 39 (1952), doi:10.2307/2334029. Davidson, JASA 65 (1970),
    doi:10.1080/01621459.1970.10481082. Covariance: pseudo-inverse of the information, as in Firth and de Menezes,
    Biometrika 91 (2004), doi:10.1093/biomet/91.1.65.
    """
    edges, join = votes.edges(), _joined(votes)
    notes = join.notes
    davidson = ties == "davidson"
    if davidson and not 0 < edges.ties.sum() < edges.total.sum():
        davidson = False
        notes += ("no comparison or every comparison is a tie, so Davidson's parameter is not estimated",)
    if davidson and join.finite and not _davidson_finite(edges, len(votes.stimuli)):
        endless = "wins and ties fit the better, the farther all scores are apart and the more readily people tie"
        join, notes = _Join(join.group, finite=False, notes=(*notes, endless)), (*notes, endless)
    precision, said = _ridge(ridge, join)
    best = maximise(edges, join.group, model="bradley-terry", davidson=davidson, ridge=precision)
    return _scale(votes, edges, best, join.group, model="bradley-terry", davidson=davidson, notes=notes + said)


def thurstone(
    votes: Comparisons,
    *,
    information: Literal["observed", "expected"] = "observed",
    ridge: float | None = None,
) -> PairScale:
    """Scale stimuli so that the normal quantile of being preferred is the difference of scores (case V).

    Parameters
    ----------
    votes : Comparisons
        The votes; a tie is half a win for each.
    information : {"observed", "expected"}
        Which curvature of the likelihood gives the intervals.
    ridge : float, optional
        As for `bradley_terry`.

    Returns
    -------
    PairScale
        Scores in standard deviations of the difference of two stimuli, centred on 0.

    Raises
    ------
    TableError
        With ``ridge=0`` when a score is not finite.

    References
    ----------
    Thurstone, Psychological Review 34 (1927), doi:10.1037/h0070288.
    """
    edges, join = votes.edges(), _joined(votes)
    precision, said = _ridge(ridge, join)
    best = maximise(edges, join.group, model="thurstone", davidson=False, ridge=precision)
    if information == "expected":
        weight = expected_curvature(edges.total, best.score[edges.low] - best.score[edges.high], model="thurstone")
        best = replace(best, covariance=_inverse(edges, weight, join.group, precision))
    return _scale(votes, edges, best, join.group, model="thurstone", davidson=False, notes=join.notes + said)


def bootstrap_raters(
    votes: Comparisons, *, model: Model = "bradley-terry", ties: Ties = "half", rounds: int = 1000, seed: int = 0
) -> PairScale:
    """Scale stimuli with intervals by drawing whole raters again.

    The votes of one rater belong together: somebody who dislikes blur dislikes it in every pair. Intervals from the
    likelihood take all votes for independent and are then too narrow; drawing raters keeps them together.

    Parameters
    ----------
    votes : Comparisons
        The votes, with raters.
    model, ties
        As for `bradley_terry` and `thurstone`.
    rounds : int
        Draws.
    seed : int
        Of the draws.

    Returns
    -------
    PairScale
        The scores of all votes; intervals are quantiles of the draws (a little outside of 2.5 and 97.5 %, since few
        raters are drawn), the covariance is theirs.

    Raises
    ------
    TableError
        With fewer than two raters.
    """
    people = len(votes.raters)
    if people < 2:
        raise TableError("pair comparisons", "one rater cannot be drawn again", "give the rater of each vote")
    full = thurstone(votes) if model == "thurstone" else bradley_terry(votes, ties=ties)
    davidson = np.isfinite(full.tie_parameter)
    generator = np.random.default_rng(seed)
    start = np.nan_to_num(full.score)
    if davidson:
        start = np.append(start, np.log(full.tie_parameter))
    draws, loose = np.empty((rounds, len(votes.stimuli))), 0
    for index in range(rounds):
        weight = generator.multinomial(people, np.full(people, 1 / people)).astype(np.float64)
        edges = votes.edges(weight)
        infinite = not _finite(edges, full.group, davidson=bool(davidson))
        loose += infinite
        precision = LOOSE if infinite else 0.0
        drawn = maximise(edges, full.group, model=model, davidson=bool(davidson), ridge=precision, start=start)
        draws[index] = drawn.score
    tail = _tail(people)
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    covariance = np.atleast_2d(np.cov(draws, rowvar=False))
    alone = np.isnan(full.score)
    notes = full.notes
    if loose:
        notes += (f"in {loose} of {rounds} draws a stimulus always won or always lost; a weak prior kept it finite",)
    return replace(
        full,
        interval="bootstrap over raters",
        standard_error=np.where(alone, np.nan, np.sqrt(np.diag(covariance))),
        ci95=np.where(alone[:, None], np.nan, np.column_stack([low, high])),
        covariance=covariance,
        strength_error=np.full(len(alone), np.nan),
        tie_parameter_error=np.nan,
        notes=notes,
        draws=draws,
        tail=tail,
    )


def _tail(people: int) -> float:
    """Give the share of draws beyond each end: fewer than 2.5 %, since few raters vary less when drawn than anew.

    Hesterberg (2015), doi:10.1080/00031305.2015.1089789, expanded percentile interval.
    """
    from scipy.special import ndtr, stdtrit  # noqa: PLC0415 - importing ratings must not load SciPy

    return float(ndtr(stdtrit(people - 1, 0.025) * (people / (people - 1)) ** 0.5))


def _joined(votes: Comparisons) -> _Join:
    if len(votes.stimuli) > MOST:
        what = f"{len(votes.stimuli)} stimuli are too many for one scale"
        raise TableError("pair comparisons", what, f"scale them in parts of at most {MOST}")
    group, tier = votes.groups, votes.tiers
    size = np.bincount(group)
    notes = []
    if (size > 1).sum() > 1:
        parts = [_listed(votes, group == g) for g in np.flatnonzero(size > 1)]
        notes.append(f"no comparison joins these groups, scores compare only within each: {'; '.join(parts)}")
    if (size == 1).any():
        notes.append(f"never compared, no score: {_listed(votes, size[group] == 1)}")
    split = [g for g in range(len(size)) if len(set(tier[group == g].tolist())) > 1]
    for g in split:
        notes += _ends(votes, group == g, tier)
    return _Join(group, not split, tuple(notes))


def _ends(votes: Comparisons, inside: NDArray[np.bool_], tier: Codes) -> list[str]:
    """Say who never lost, and who never won, against the rest of a group."""
    winners, losers = _crossings(votes, tier)
    here = set(tier[inside].tolist())
    ends = (("preferred to", here - losers), ("rejected against", here - winners))
    return [
        f"{_listed(votes, tier == one)}: always {verb} the rest, so how far away is not known"
        for verb, tiers in ends
        for one in sorted(tiers)
    ]


def _crossings(votes: Comparisons, tier: Codes) -> tuple[set[int], set[int]]:
    """Tiers with a win over another tier, and tiers with a loss to another tier."""
    winner = np.where(votes.outcome >= 0, votes.first, votes.second)
    loser = np.where(votes.outcome >= 0, votes.second, votes.first)
    across = tier[winner] != tier[loser]
    return set(tier[winner[across]].tolist()), set(tier[loser[across]].tolist())


def _listed(votes: Comparisons, which: NDArray[np.bool_]) -> str:
    names = [votes.stimuli[index] for index in np.flatnonzero(which)]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _ridge(asked: float | None, join: _Join) -> tuple[float, tuple[str, ...]]:
    if asked is not None and (asked < 0 or not np.isfinite(asked)):
        raise UsageError("ridge", f"{asked:g} is no precision", "give 0 or more")
    if asked is None:
        if join.finite:
            return 0.0, ()
        return LOOSE, (f"a weak normal prior (precision {LOOSE:g}) keeps the scores finite",)
    if asked == 0 and not join.finite:
        raise TableError("pair comparisons", join.notes[-1], "leave ridge out, or compare more pairs")
    return asked, (f"a normal prior of precision {asked:g} draws the scores together",) if asked else ()


def _finite(edges: Edges, group: Codes, *, davidson: bool) -> bool:
    """Tell whether the maximum is finite: one tier in each group and, for Davidson, some ties and some wins."""
    from scipy.sparse import csgraph, csr_array  # noqa: PLC0415 - importing ratings must not load SciPy

    ahead, behind = edges.wins_low + edges.ties > 0, edges.wins_high + edges.ties > 0
    row = np.concatenate([edges.low[ahead], edges.high[behind]])
    column = np.concatenate([edges.high[ahead], edges.low[behind]])
    links = csr_array((np.ones(len(row)), (row, column)), shape=(len(group), len(group)))
    tiers = csgraph.connected_components(links, connection="strong")[0]
    if tiers != group.max() + 1:
        return False
    if not davidson:
        return True
    return bool(0 < edges.ties.sum() < edges.total.sum()) and _davidson_finite(edges, len(group))


def _davidson_finite(edges: Edges, count: int) -> bool:
    """Tell whether Davidson's likelihood has its maximum at finite scores and a finite tie parameter.

    It has not where some change of scores and log nu, carried on without end, never lowers the chance of an outcome
    that was seen and raises some (Albert and Anderson 1984, doi:10.1093/biomet/71.1.1): a linear programme.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - importing ratings must not load SciPy
    from scipy.sparse import csr_array, vstack  # noqa: PLC0415 - as above

    pairs = np.arange(len(edges.low))
    shape = (len(pairs), count + 1)
    ones = np.ones(len(pairs))
    apart = csr_array(
        (np.tile([0.5, -0.5], (len(pairs), 1)).T.ravel(), (np.tile(pairs, 2), [*edges.low, *edges.high])), shape
    )
    tie = csr_array((ones, (pairs, np.full(len(pairs), count))), shape)
    logits = (apart, -apart, tie)
    seen = (edges.wins_low > 0, edges.wins_high > 0, edges.ties > 0)
    rows = vstack(
        [(logits[a] - logits[b]).tocsr()[seen[a]] for a in range(3) for b in range(3) if a != b and seen[a].any()]
    )
    best = linprog(-np.asarray(rows.sum(axis=0)).ravel(), A_ub=-rows, b_ub=np.zeros(rows.shape[0]), bounds=(-1, 1))
    return bool(best.fun > -ENDLESS)


def _inverse(edges: Edges, weight: Values, group: Codes, ridge: float) -> Values:
    """Covariance in the sum-zero gauge out of the information of each pair."""
    count = len(group)
    gauge = (group[:, None] == group[None, :]) / np.bincount(group)[group][:, None]
    information = np.zeros((count, count))
    information[edges.low, edges.high] = information[edges.high, edges.low] = -weight
    information[np.arange(count), np.arange(count)] = ridge - information.sum(axis=1)
    inverse: Values = np.linalg.inv(information + gauge) - gauge / (1 + ridge)
    return inverse


def _scale(
    votes: Comparisons,
    edges: Edges,
    best: Maximum,
    group: Codes,
    *,
    model: Model,
    davidson: bool,
    notes: tuple[str, ...],
) -> PairScale:
    count = len(group)
    covariance = best.covariance[:count, :count]
    alone = np.bincount(group)[group] == 1
    score = np.where(alone, np.nan, best.score)
    error = np.where(alone, np.nan, np.sqrt(np.maximum(np.diag(covariance), 0.0)))
    strength, strength_error = np.full(count, np.nan), np.full(count, np.nan)
    if model == "bradley-terry":
        raised = np.exp(best.score - np.array([best.score[group == g].max() for g in range(group.max() + 1)])[group])
        strength = raised / np.bincount(group, raised)[group]
        slope = np.diag(strength) - np.outer(strength, strength) * (group[:, None] == group[None, :])
        strength_error = np.sqrt(np.maximum(np.diag(slope @ covariance @ slope.T), 0.0))
    nu = float(np.exp(best.tie)) if davidson else np.nan
    return PairScale(
        model=model,
        ties="davidson" if davidson else "half",
        interval="information",
        stimuli=votes.stimuli,
        score=score,
        standard_error=error,
        ci95=np.column_stack([score - Z95 * error, score + Z95 * error]),
        covariance=covariance,
        group=group,
        strength=np.where(alone, np.nan, strength),
        strength_error=np.where(alone, np.nan, strength_error),
        comparisons=_times(edges, count),
        tie_parameter=nu,
        tie_parameter_error=nu * float(np.sqrt(best.covariance[-1, -1])) if davidson else np.nan,
        loglikelihood=best.loglikelihood,
        notes=notes,
    )


def _times(edges: Edges, count: int) -> Values:
    """How often each stimulus was compared."""
    times: Values = np.bincount(np.append(edges.low, edges.high), np.tile(edges.total, 2), count).astype(np.float64)
    return times
