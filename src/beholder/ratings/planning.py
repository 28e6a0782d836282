"""How many raters a test needs, before it is run or out of a pilot.

>>> deviation = sos_deviation(3.0, 0.2)
>>> raters_for_interval(0.25, deviation=deviation)
52
>>> raters_for_difference(0.5, deviation=0.8).per_group
42
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from beholder.errors import TableError, UsageError
from beholder.ratings.votes import ACR, Ratings, Scale, Values

__all__ = ["Need", "Pilot", "pilot", "power", "raters_for_difference", "raters_for_interval", "sos_deviation"]

MOST = 1_000_000  # raters; a wish beyond that is a slip of the keyboard
ROUNDS = 200  # of alternating means; sparse designs settle in tens
SETTLED = 1e-9  # change of a mean, in units of the scale


@dataclass(frozen=True, slots=True)
class Need:
    """How many raters a comparison needs.

    Attributes
    ----------
    raters : int
        In all; for independent groups both together.
    per_group : int
        Those who see one of the two; all of them when each rater sees both.
    approximate : float
        Raters per group by the normal formula, unrounded.
    power : float
        Chance to find the difference with so many, exact for normal votes.
    """

    raters: int
    per_group: int
    approximate: float
    power: float


@dataclass(frozen=True, slots=True)
class Pilot:
    """What a pilot says about the spread of votes.

    Attributes
    ----------
    raters, votes : int
        How many it had.
    sos_parameter : float
        The SOS parameter a (Hossfeld et al. 2011): how large the spread of votes is for its mean. About 0.1 to 0.3 for
        video.
    deviation : float
        Standard deviation of the votes on one stimulus, over all stimuli.
    difference_deviation : float
        Standard deviation of a rater's difference between two stimuli (or conditions): for tests in which each rater
        sees both. Biases of raters are not in it. NaN when it is not known who gave which vote.
    of : {"stimuli", "conditions"}
        What is compared.
    """

    raters: int
    votes: int
    sos_parameter: float
    deviation: float
    difference_deviation: float
    of: str


def sos_deviation(mos: float, a: float, *, scale: Scale = ACR) -> float:
    """Give the standard deviation of votes by the SOS hypothesis: its square is a (MOS - low)(high - MOS).

    Parameters
    ----------
    mos : float
        Expected MOS; the spread is largest in the middle of the scale.
    a : float
        SOS parameter, 0..1 (Hossfeld, Schatz and Egger 2011, doi:10.1109/QoMEX.2011.6065690).
    scale : Scale
        Of the votes.
    """
    if not scale.low <= mos <= scale.high:
        raise UsageError("mos", f"{mos:g} is not on the scale ({scale})", "give a MOS on the scale")
    if not 0 <= a <= 1:
        raise UsageError("a", f"{a:g} is no SOS parameter", "give 0 to 1, as 0.2")
    return float(np.sqrt(a * (mos - scale.low) * (scale.high - mos)))


def raters_for_interval(
    half_width: float, *, deviation: float, level: float = 0.95, assurance: float | None = None
) -> int:
    """Count the raters for an interval of the MOS (Student's t) that reaches no farther than `half_width`.

    Parameters
    ----------
    half_width : float
        Wished distance of the interval's ends from the MOS.
    deviation : float
        Standard deviation of the votes on a stimulus.
    level : float
        Of the interval.
    assurance : float, optional
        Chance that the interval of the test to come is so narrow. Without it, it is so with the expected variance, that
        is in about half of all tests.
    """
    from scipy.special import chdtri, stdtrit  # noqa: PLC0415 - importing ratings must not load SciPy

    _positive(half_width=half_width, deviation=deviation)
    _share(level=level)
    if assurance is not None:
        _share(assurance=assurance)

    def enough(count: int) -> bool:
        spread = 1.0 if assurance is None else float(chdtri(count - 1, 1 - assurance)) / (count - 1)
        reach = float(stdtrit(count - 1, (1 + level) / 2)) * deviation * (spread / count) ** 0.5
        return bool(reach <= half_width)

    return _least(enough, "half_width")


def power(
    raters: ArrayLike,
    difference: float,
    *,
    deviation: float,
    paired: bool = False,
    comparisons: int = 1,
    alpha: float = 0.05,
) -> Values:
    """Give the chance that a t-test finds a difference (exact for normal votes, noncentral t).

    Parameters
    ----------
    raters : int or array of int
        Per group; all of them when each rater sees both.
    difference : float
        True difference of the two MOS.
    deviation : float
        Standard deviation of the votes; with `paired` that of each rater's difference.
    paired : bool
        Whether each rater sees both.
    comparisons : int
        How many differences are tested; each at alpha / comparisons (Bonferroni).
    alpha : float
        Level of significance over all of them.

    Examples
    --------
    >>> power([12, 24, 48], 0.5, deviation=0.8).round(2).tolist()
    [0.31, 0.56, 0.86]
    """
    from scipy.special import nctdtr, stdtrit  # noqa: PLC0415 - importing ratings must not load SciPy

    _positive(difference=abs(difference), deviation=deviation, comparisons=comparisons)
    _share(alpha=alpha)
    count = np.asarray(raters, np.float64)
    groups = 1 if paired else 2
    dof = np.maximum(groups * (count - 1), 1)
    shift = abs(difference) / deviation * np.sqrt(count / groups)
    reach = stdtrit(dof, 1 - alpha / comparisons / 2)
    # SciPy gives NaN where a tail is too far out to be computed, that is where it is nothing.
    missed, opposite = (np.nan_to_num(nctdtr(dof, shift, end), nan=0.0) for end in (reach, -reach))
    return np.asarray(np.where(count < 2, 0.0, 1 - missed + opposite), np.float64)


def raters_for_difference(
    difference: float,
    *,
    deviation: float,
    paired: bool = False,
    comparisons: int = 1,
    alpha: float = 0.05,
    wanted: float = 0.8,
) -> Need:
    """Count the raters that find a difference with a given power.

    Parameters
    ----------
    difference : float
        Smallest difference of two MOS that must not be missed.
    deviation : float
        Standard deviation of the votes; with `paired` that of each rater's difference.
    paired : bool
        Whether each rater sees both.
    comparisons : int
        How many differences are tested; each at alpha / comparisons (Bonferroni).
    alpha : float
        Level of significance over all of them.
    wanted : float
        Wished power.

    References
    ----------
    Brunnstrom and Barkowsky (2018), doi:10.1117/1.JEI.27.5.053013: with many comparisons 15 raters rarely do.
    """
    from scipy.special import ndtri  # noqa: PLC0415 - importing ratings must not load SciPy

    _positive(difference=difference, deviation=deviation, comparisons=comparisons)
    _share(alpha=alpha, power=wanted)
    groups = 1 if paired else 2
    quantiles = float(ndtri(1 - alpha / comparisons / 2) + ndtri(wanted))
    approximate = groups * (quantiles * deviation / difference) ** 2

    def reached(count: int) -> float:
        test = power(count, difference, deviation=deviation, paired=paired, comparisons=comparisons, alpha=alpha)
        return float(test)

    count = _least(lambda raters: reached(raters) >= wanted, "difference")
    return Need(groups * count, count, approximate, reached(count))


def pilot(votes: Ratings, *, of: Literal["stimuli", "conditions"] = "stimuli") -> Pilot:
    """Learn the spread of votes from a pilot.

    Parameters
    ----------
    votes : Ratings
        Its votes, of two or more raters; sparse designs too.
    of : {"stimuli", "conditions"}
        What the test to come compares. A condition is a mean over sources, so a rater's difference of two conditions
        spreads less.

    Raises
    ------
    TableError
        When no stimulus has the votes of two raters, or raters share too little to tell their spread.
    """
    from beholder.ratings.mos import sos_parameter  # noqa: PLC0415 - loads SciPy

    count = votes.votes_per_stimulus
    several = count > 1
    if not several.any():
        raise TableError("pilot", "no stimulus has two votes", "let several raters vote on each")
    mean = np.divide(
        np.bincount(votes.stimulus, votes.score, len(count)), count, out=np.zeros(len(count)), where=several
    )
    squares = np.bincount(votes.stimulus, (votes.score - mean[votes.stimulus]) ** 2, len(count))[several]
    within = float(squares.sum() / (count[several] - 1).sum())
    each = np.sqrt(squares / (count[several] - 1))
    spread = _condition_spread(votes) if of == "conditions" else _stimulus_spread(votes)
    return Pilot(
        raters=len(np.unique(votes.rater)),
        votes=len(votes),
        sos_parameter=sos_parameter(mean[several], each, scale=votes.scale),
        deviation=within**0.5,
        difference_deviation=spread,
        of=of,
    )


def _stimulus_spread(votes: Ratings) -> float:
    """Give the standard deviation of a rater's difference of two stimuli: what means of both leave, twice."""
    if votes.anonymous:
        return float("nan")
    stimulus, stimuli = _renumbered(votes.stimulus)
    rater, raters = _renumbered(votes.rater)
    dof = len(votes) - stimuli - raters + 1
    if dof < 1:
        raise TableError("pilot", "the raters share too few stimuli to tell the spread of differences", "add votes")
    per_stimulus, per_rater = np.bincount(stimulus), np.bincount(rater)
    bias = np.zeros(raters)
    for _ in range(ROUNDS):
        mean = np.bincount(stimulus, votes.score - bias[rater]) / per_stimulus
        moved = np.bincount(rater, votes.score - mean[stimulus]) / per_rater
        settled = np.abs(moved - bias).max() < SETTLED
        bias = moved
        if settled:
            break
    left = votes.score - mean[stimulus] - bias[rater]
    return float(np.sqrt(2 * (left**2).sum() / dof))


def _condition_spread(votes: Ratings) -> float:
    from beholder.ratings.conditions import compare_conditions  # noqa: PLC0415 - only where conditions are asked for

    pairs = [one for one in compare_conditions(votes, correction="none").pairs if one.dof >= 1]
    if not pairs:
        raise TableError("pilot", "no two raters voted on the same two conditions", "add votes")
    dof = np.array([one.dof for one in pairs])
    variance = np.array([one.standard_error**2 * one.n for one in pairs])
    return float(np.sqrt((variance * dof).sum() / dof.sum()))


def _renumbered(codes: Values | np.ndarray) -> tuple[np.ndarray, int]:
    kinds, place = np.unique(codes, return_inverse=True)
    return place, len(kinds)


def _least(enough: Callable[[int], bool], what: str) -> int:
    """Smallest number of raters, two or more, that is enough; more never is worse."""
    high = 2
    while not enough(high):
        if high > MOST:
            raise UsageError(what, "more than a million raters would be needed", "wish for less")
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return max(high, 2)


def _positive(**given: float) -> None:
    for name, value in given.items():
        if not 0 < value < np.inf:
            raise UsageError(name, f"{value:g} is not a positive number", "give one, as 0.5")


def _share(**given: float) -> None:
    for name, value in given.items():
        if not 0 < value < 1:
            raise UsageError(name, f"{value:g} is not between 0 and 1", "give a share, as 0.8")
