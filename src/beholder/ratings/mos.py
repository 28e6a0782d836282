"""Mean Opinion Scores, their spread, their intervals, and what share of people is content.

Intervals say where the mean of all possible raters lies:

=================== ================================================================================================
name                formula, for `n` votes with mean `m` and standard deviation `s`
=================== ================================================================================================
``t``               ``m +- t(.975, n - 1) s / sqrt(n)``
``normal``          ``m +- 1.96 s / sqrt(n)``; too narrow for few votes
``bootstrap``       middle of the means of 2000 resamples of the votes
``clopper_pearson`` exact binomial one; stays on the scale, holds for unanimous votes, rather wide
``jeffreys``        binomial with Jeffreys' prior; stays on the scale
``wilson``          binomial score interval with continuity correction; stays on the scale
``multinomial``     simultaneous over the levels of the scale (Goodman), from the spread of the votes
=================== ================================================================================================

The binomial ones treat `n` votes on a scale of `k` steps as `k n` trials (T. Hossfeld, P. Heegaard, M. Varela, L.
Skorin-Kapov, "Confidence interval estimators for MOS values", arXiv:1806.01126): that is right or safe as long as
people vary no more than a binomial law on that scale. On scales finer than five levels they vary more, so that no more
than four steps are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from beholder.errors import UsageError
from beholder.ratings.layout import Layout, layout, moments
from beholder.ratings.votes import ACR, Codes, Ratings, Scale, Values

__all__ = [
    "Interval",
    "Opinions",
    "acceptability",
    "confidence",
    "interval_of",
    "opinions",
    "sos_parameter",
]

Interval = Literal["t", "normal", "bootstrap", "clopper_pearson", "jeffreys", "wilson", "multinomial"]
"""Ways to make the interval of a mean opinion score."""

MOST_STEPS = 4  # of five levels; the SOS parameter of people stays near .25, that of a binomial law with 4 steps
GOOD, POOR = 0.75, 0.25  # of the way up the scale: 4 and 2 of 1..5 (GoB and PoW of the E-model, ITU-T G.107 Annex B)
RESAMPLES = 2000  # arXiv:1806.01126


@dataclass(frozen=True, slots=True, eq=False)
class Opinions:
    """Votes on each stimulus in figures; NaN where there is no vote.

    Attributes
    ----------
    stimuli : tuple of str
    n : int32 array, shape (stimuli,)
        Votes, repetitions included.
    mos, sos : float64 array, shape (stimuli,)
        Mean, and standard deviation with ``n - 1`` (NaN for a single vote).
    good_or_better, poor_or_worse : float64 array, shape (stimuli,)
        Shares of votes in the upper and the lower quarter of the scale (4 and 5, 1 and 2 of five): %GoB, %PoW over 100.
    """

    stimuli: tuple[str, ...]
    n: Codes
    mos: Values
    sos: Values
    good_or_better: Values
    poor_or_worse: Values


def opinions(ratings: Ratings) -> Opinions:
    """Give MOS, SOS, %GoB and %PoW of every stimulus.

    Examples
    --------
    >>> found = opinions(Ratings.from_matrix([[5, 4, 3, 4]]))
    >>> found.mos.item(), round(found.sos.item(), 4), found.good_or_better.item()
    (4.0, 0.8165, 0.75)
    """
    scale = ratings.scale
    found = moments(layout(ratings))
    span = scale.high - scale.low
    return Opinions(
        ratings.stimuli,
        ratings.votes_per_stimulus,
        found.mean,
        found.spread,
        _share(ratings, ratings.score >= scale.low + GOOD * span),
        _share(ratings, ratings.score <= scale.low + POOR * span),
    )


def acceptability(ratings: Ratings, *, threshold: float) -> Values:
    """Give per stimulus the share of votes of at least `threshold` (theta-acceptability)."""
    return _share(ratings, ratings.score >= threshold)


def sos_parameter(mos: Values, sos: Values, *, scale: Scale = ACR) -> float:
    """Fit the SOS hypothesis ``sos ** 2 = a (high - mos) (mos - low)`` by least squares and give `a`.

    T. Hossfeld, R. Schatz, S. Egger, "SOS: The MOS is not enough!", QoMEX 2011. Video tests lie around .1 to .3; .25
    on five levels is a binomial law. NaN when no stimulus lies between the ends of the scale.
    """
    known = np.isfinite(mos) & np.isfinite(sos)
    arch = (scale.high - mos[known]) * (mos[known] - scale.low)
    power = float(arch @ arch)
    return float(arch @ sos[known] ** 2) / power if power > 0 else float("nan")


def confidence(ratings: Ratings, *, interval: Interval = "t", level: float = 0.95, seed: int = 0) -> Values:
    """Give the interval of each MOS; ``t`` and ``normal`` may leave the scale.

    Parameters
    ----------
    ratings : Ratings
    interval : str
        See the head of this module.
    level : float
        Probability, over repeated tests, that the interval holds the truth.
    seed : int
        Of the bootstrap.

    Returns
    -------
    float64 array, shape (stimuli, 2)
        Lower and upper end; NaN where the votes do not give one (none; a single one for those that need a spread).

    Examples
    --------
    >>> votes = Ratings.from_matrix([[5] * 14 + [4] * 8 + [3] * 2])
    >>> confidence(votes, interval="clopper_pearson").round(4).tolist()
    [[4.1673, 4.7348]]
    """
    return interval_of(layout(ratings), interval=interval, scale=ratings.scale, level=level, seed=seed)


def interval_of(votes: Layout, *, interval: Interval, scale: Scale, level: float = 0.95, seed: int = 0) -> Values:
    """Give what `confidence` gives, for votes in a layout, which need not lie on the levels of the scale.

    Raises
    ------
    UsageError
        For an interval that is not known, or needs levels (``multinomial`` on a continuous scale).
    """
    if interval not in get_args(Interval):
        known = ", ".join(get_args(Interval))
        raise UsageError("interval", f"there is no interval {interval!r} for a mean", f"choose one of {known}")
    if interval == "bootstrap":
        return _bootstrap(votes, level, np.random.default_rng(seed))
    found = moments(votes)
    mean, n = found.mean, found.n
    tail = (1 - level) / 2
    if interval in {"t", "normal", "multinomial"}:
        half = _half(interval, found.spread, n, scale, tail)
        return np.stack([mean - half, mean + half], axis=1)
    steps = MOST_STEPS if scale.step is None else min(len(scale.levels) - 1, MOST_STEPS)
    share = np.clip((mean - scale.low) / (scale.high - scale.low), 0, 1)
    some = n > 0
    trials, right = np.where(some, steps * n, 1), np.where(some, share * steps * n, 0)
    ends = _binomial(interval, right, trials, tail)
    return np.where(some[:, None], scale.low + ends * (scale.high - scale.low), np.nan)


def _half(interval: Interval, spread: Values, votes: Values, scale: Scale, tail: float) -> Values:
    some = np.maximum(votes, 1)
    if interval == "multinomial":
        if scale.step is None:
            raise UsageError("interval", "multinomial needs a scale with levels", "choose t or bootstrap")
        quantile = special.ndtri(1 - tail / len(scale.levels))
        return np.asarray(quantile * spread * np.sqrt((some - 1) / some) / np.sqrt(some))
    if interval == "normal":
        return np.asarray(special.ndtri(1 - tail) * spread / np.sqrt(some))
    quantile = special.stdtrit(np.maximum(votes - 1, 1), 1 - tail)
    return np.asarray(np.where(votes > 1, quantile * spread / np.sqrt(some), np.nan))


def _binomial(interval: Interval, right: Values, trials: Values, tail: float) -> Values:
    wrong = trials - right
    none, all_ = right <= 0, wrong <= 0
    if interval == "wilson":
        low, high = _wilson(right / trials, trials, float(special.ndtri(1 - tail)))
    else:
        extra = 0.5 if interval == "jeffreys" else 0.0
        more = 0.5 if interval == "jeffreys" else 1.0
        low = special.betaincinv(np.where(none, 1, right + extra), wrong + more, tail)
        high = special.betaincinv(right + more, np.where(all_, 1, wrong + extra), 1 - tail)
    return np.stack([np.where(none, 0, low), np.where(all_, 1, high)], axis=1)


def _wilson(share: Values, trials: Values, z: float) -> tuple[Values, Values]:
    """Give the score interval with continuity correction; -(4p - 2) in the upper end, where the MATLAB code slips."""
    centre, width = 2 * trials * share + z**2, 2 * (trials + z**2)
    base = z**2 - 1 / trials + 4 * trials * share * (1 - share)
    low = (centre - 1 - z * np.sqrt(np.maximum(base + (4 * share - 2), 0))) / width
    high = (centre + 1 + z * np.sqrt(np.maximum(base - (4 * share - 2), 0))) / width
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def _bootstrap(votes: Layout, level: float, generator: np.random.Generator) -> Values:
    score, begins = votes.by_stimulus()
    tails = [(1 - level) / 2, (1 + level) / 2]
    found = np.full((len(begins) - 1, 2), np.nan)
    for stimulus in np.flatnonzero(np.diff(begins)):
        values, counts = np.unique(score[begins[stimulus] : begins[stimulus + 1]], return_counts=True)
        n = int(counts.sum())
        drawn = generator.multinomial(n, counts / n, size=RESAMPLES)
        found[stimulus] = np.quantile(drawn @ values / n, tails)
    return found


def _share(ratings: Ratings, mask: NDArray[np.bool_]) -> Values:
    found = np.bincount(ratings.stimulus[mask], minlength=len(ratings.stimuli)).astype(np.float64)
    n = ratings.votes_per_stimulus
    return np.asarray(np.divide(found, n, out=np.full(len(found), np.nan), where=n > 0))
