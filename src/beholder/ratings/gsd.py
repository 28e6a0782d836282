"""Generalised Score Distribution: two numbers for the votes on a stimulus, and whether a test is consistent.

L. Janowski, B. Cmiel, K. Rusek, J. Nawala, Z. Li, "Generalized Score Distribution", arXiv:1909.04369. Its mean is
`psi`; `rho` in (0, 1] says how far people agree: the variance is ``rho Vmin + (1 - rho) Vmax`` between the smallest and
the largest that votes with this mean can have.

The test of consistency is that of J. Nawala, L. Janowski, B. Cmiel, K. Rusek, "Describing Subjective Experiment
Consistency by p-Value P-P Plot", ACM MM 2020: where one population voted with care on each stimulus, the p-values of
the fits are spread evenly; too many small ones say that something went wrong.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from beholder.errors import UsageError
from beholder.ratings.votes import Ratings, Values

__all__ = ["Consistency", "GsdFit", "consistency", "fit_gsd", "gsd_pmf"]

PSI_STEP, RHO_STEP = 0.01, 0.0025  # of the final grid; 401 x 400 points on five levels
COARSE = 4  # the first search takes every fourth point of either
BESIDE = 8  # points of the final grid to either side of the coarse maximum
TINY = 1e-300
CHUNK = 2000  # rows of counts that are fitted at once: 100 MB
RESAMPLES = 10_000
SMALL_P = 0.2  # ACM MM 2020: where the share of small p-values is judged
Z_ONE_SIDED = 1.645
MOST_LEVELS = 11


@dataclass(frozen=True, slots=True, eq=False)
class GsdFit:
    """The most likely distribution of each stimulus; float64 arrays of shape (stimuli,), NaN without votes.

    Attributes
    ----------
    stimuli : tuple of str
    psi : float64 array
        Mean, on the scale of the votes.
    rho : float64 array
        Agreement, in (0, 1]; any value fits unanimous votes, which get 1.
    loglikelihood : float64 array
        Sum over the votes.
    g : float64 array
        ``sum n ln(n / expected)``: how far the votes lie from the fit.
    """

    stimuli: tuple[str, ...]
    psi: Values
    rho: Values
    loglikelihood: Values
    g: Values


@dataclass(frozen=True, slots=True, eq=False)
class Consistency:
    """Whether the votes of a test look like those of one careful population.

    Attributes
    ----------
    fit : GsdFit
    p : float64 array, shape (stimuli,)
        Probability of votes at least as far from the fit, by parametric bootstrap with refit.
    share, limit : float
        Share of stimuli with p up to .2, and what it may be: ``.2 + 1.645 sqrt(.16 / stimuli)``.
    consistent : bool
        Whether the share keeps the limit.
    """

    fit: GsdFit
    p: Values
    share: float
    limit: float
    consistent: bool


def gsd_pmf(psi: ArrayLike, rho: ArrayLike, *, levels: int = 5) -> Values:
    """Give the probability of each vote 1 .. `levels`.

    Below ``rho = C`` it is a beta-binomial law, evaluated by rising factorials (through log-gamma it is unstable near
    `C`), above a mixture of the binomial law and the narrowest one.

    Parameters
    ----------
    psi, rho : array_like
        In [1, levels] and (0, 1]; they broadcast.

    Returns
    -------
    float64 array, shape (..., levels)

    Examples
    --------
    >>> gsd_pmf(3.3, 0.5).round(6).tolist()
    [0.157534, 0.166175, 0.181272, 0.208796, 0.286223]
    """
    mean, agreement = np.broadcast_arrays(np.asarray(psi, np.float64), np.asarray(rho, np.float64))
    mean, agreement = mean[..., None], agreement[..., None]
    steps = levels - 1
    up, down = mean - 1, levels - mean
    largest = up * down
    smallest = (np.ceil(mean) - mean) * (mean - np.floor(mean))
    inside = largest > 0
    middle = np.where(inside, (steps - 1) / steps * largest / np.where(inside, largest - smallest, 1), 1)
    k = np.arange(levels)
    binomial = _rising(up, down, np.zeros_like(mean), np.ones_like(mean), steps)
    spread = _rising(up, down, steps * np.maximum(middle - agreement, 0), agreement, steps)
    narrow = np.maximum(0, 1 - np.abs(k + 1 - mean))
    share = np.where(middle < 1, (agreement - middle) / np.where(middle < 1, 1 - middle, 1), 1)
    return np.asarray(np.where(agreement < middle, spread, share * narrow + (1 - share) * binomial))


def fit_gsd(ratings: Ratings) -> GsdFit:
    """Fit the distribution to the votes on every stimulus by maximum likelihood.

    Raises
    ------
    UsageError
        When the scale has no levels, fewer than 3 or more than 11, or a vote lies between them.
    """
    return _fit(ratings, _counts(ratings))


def consistency(ratings: Ratings, *, resamples: int = RESAMPLES, seed: int = 0) -> Consistency:
    """Test whether the votes on each stimulus, and the whole test, follow the distribution.

    Parameters
    ----------
    ratings : Ratings
        Votes on a scale of 3 to 11 levels.
    resamples : int
        Votes drawn from each fit.
    seed : int
    """
    counts = _counts(ratings)
    fit = _fit(ratings, counts)
    levels = counts.shape[1]
    generator = np.random.default_rng(seed)
    n = counts.sum(axis=1)
    voted = np.flatnonzero(n)
    draws = [
        generator.multinomial(
            n[j], _certain(gsd_pmf(_index(fit.psi[j], ratings), fit.rho[j], levels=levels)), resamples
        )
        for j in voted
    ]
    unique, inverse = np.unique(np.concatenate(draws), axis=0, return_inverse=True)
    far = _estimate(unique)[3][inverse.reshape(len(voted), resamples)]
    p = np.full(len(n), np.nan)
    p[voted] = (1 + (far >= fit.g[voted, None] - 1e-9).sum(axis=1)) / (1 + resamples)
    share = float((p[voted] <= SMALL_P).mean())
    limit = SMALL_P + Z_ONE_SIDED * float(np.sqrt(SMALL_P * (1 - SMALL_P) / len(voted)))
    return Consistency(fit, p, share, limit, share <= limit)


def _rising(up: Values, down: Values, step: Values, agreement: Values, steps: int) -> Values:
    """Probabilities of a beta-binomial law whose parameters are ``up * agreement / step`` and ``down * ...``."""
    above, below, both = np.ones_like(up), np.ones_like(up), np.ones_like(up)
    rises, falls = [above], [below]
    for j in range(steps):
        above = above * (up * agreement + j * step)
        below = below * (down * agreement + j * step)
        both = both * (steps * agreement + j * step)
        rises.append(above)
        falls.append(below)
    choose = 1.0
    parts = []
    for k in range(steps + 1):
        parts.append(choose * rises[k] * falls[steps - k] / both)
        choose *= (steps - k) / (k + 1)
    return np.concatenate(parts, axis=-1)


def _fit(ratings: Ratings, counts: NDArray[np.int64]) -> GsdFit:
    voted = counts.sum(axis=1) > 0
    found = np.full((4, len(counts)), np.nan)
    unique, inverse = np.unique(counts[voted], axis=0, return_inverse=True)
    found[:, voted] = np.array(_estimate(unique))[:, inverse.ravel()]
    step = ratings.scale.step or 1.0
    psi = ratings.scale.low + (found[0] - 1) * step
    return GsdFit(ratings.stimuli, psi, found[1], found[2], found[3])


def _estimate(counts: NDArray[np.int64]) -> tuple[Values, Values, Values, Values]:
    """Give psi (from 1), rho, log-likelihood and G of each row of counts."""
    levels = counts.shape[1]
    psi = np.linspace(1, levels, round((levels - 1) / PSI_STEP) + 1)
    rho = np.linspace(RHO_STEP, 1, round(1 / RHO_STEP))
    table = np.log(np.maximum(gsd_pmf(psi[:, None], rho[None, :], levels=levels), TINY))
    rows, columns = np.arange(0, len(psi), COARSE), np.arange(len(rho) - 1, -1, -COARSE)
    coarse = table[rows[:, None], columns].reshape(-1, levels)
    near = np.arange(-BESIDE, BESIDE + 1)
    row, column = np.empty(len(counts), np.int64), np.empty(len(counts), np.int64)
    best = np.empty(len(counts))
    for begin in range(0, len(counts), CHUNK):
        part = slice(begin, begin + CHUNK)
        own = counts[part].astype(np.float64)
        first = (own @ coarse.T).argmax(axis=1)
        i = np.clip(rows[first // len(columns)][:, None] + near, 0, len(psi) - 1)
        j = np.clip(columns[first % len(columns)][:, None] + near, 0, len(rho) - 1)
        fine = np.einsum("nijk,nk->nij", table[i[:, :, None], j[:, None, :]], own)
        place = fine.reshape(len(own), -1).argmax(axis=1)
        at = np.arange(len(own))
        row[part], column[part] = i[at, place // len(near)], j[at, place % len(near)]
        best[part] = fine[at, place // len(near), place % len(near)]
    n = counts.sum(axis=1, keepdims=True)
    share = np.log(np.where(counts > 0, counts / np.maximum(n, 1), 1))
    agreement = np.where((counts == n).any(axis=1), 1.0, rho[column])
    return psi[row], agreement, best, np.maximum((counts * share).sum(axis=1) - best, 0)


def _counts(ratings: Ratings) -> NDArray[np.int64]:
    scale = ratings.scale
    levels = len(scale.levels)
    if scale.step is None or not 3 <= levels <= MOST_LEVELS:
        what = f"the scale ({scale}) does not have 3 to {MOST_LEVELS} levels"
        raise UsageError("gsd", what, "use a method for continuous scales, such as p910")
    place = (ratings.score - scale.low) / scale.step
    level = np.rint(place).astype(np.int64)
    if np.abs(place - level).max() > 1e-6:
        raise UsageError("gsd", "some votes lie between the levels of the scale", "name the scale with its right step")
    cell = ratings.stimulus.astype(np.int64) * levels + level
    return np.bincount(cell, minlength=len(ratings.stimuli) * levels).reshape(-1, levels)


def _index(psi: float, ratings: Ratings) -> float:
    """Give the mean in levels, from 1."""
    return 1 + (psi - ratings.scale.low) / (ratings.scale.step or 1.0)


def _certain(probabilities: Values) -> Values:
    """Let probabilities add up to 1 in the last bit."""
    return np.asarray(probabilities / probabilities.sum())
