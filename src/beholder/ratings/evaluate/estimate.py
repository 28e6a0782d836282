"""A figure with its 95 % interval, and the quantiles that intervals are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from beholder.errors import TableError
from beholder.ratings.votes import Values

__all__ = ["FEWEST_STIMULI", "Estimate", "half_width", "pairs_of", "z_quantile"]

FEWEST_STIMULI = 3  # two points always lie on a line: nothing can be said of a model
LARGEST = 1e100  # its cube can still be reckoned with; nobody predicts such values
LARGE_SAMPLE = 30  # votes, stimuli: from here on the normal quantile stands for Student's (P.1401, 7.5)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and where it would lie, 95 times in 100.

    Attributes
    ----------
    value : float
        NaN where it cannot be told.
    ci95 : tuple of float
        Ends of the 95 % interval; NaN where it cannot be told.
    method : str
        How the interval was made.
    """

    value: float
    ci95: tuple[float, float]
    method: str

    @classmethod
    def unknown(cls, reason: str) -> Estimate:
        """Give the estimate of a figure that cannot be told, with the reason in place of the method."""
        return cls(math.nan, (math.nan, math.nan), reason)


def z_quantile(confidence: float = 0.95) -> float:
    """Give the two-sided quantile of the normal distribution: 1.959964 for 0.95."""
    from scipy.special import ndtri  # noqa: PLC0415 - import beholder.ratings must stay quick

    return float(ndtri(0.5 + confidence / 2.0))


def half_width(sd: ArrayLike, n: ArrayLike) -> Values:
    """Give the half width of the 95 % interval of a mean: Student's t, the normal quantile from 30 votes on.

    Source: ITU-T P.1401 (01/2020), 7.5.2.2.

    Parameters
    ----------
    sd : array_like
        Standard deviations of the votes (ddof 1).
    n : array_like
        Numbers of votes.

    Returns
    -------
    float64 array
        NaN where there are fewer than two votes.

    Examples
    --------
    >>> half_width([0.8, 0.8], [9, 36]).round(4).tolist()
    [0.6149, 0.2613]
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - import beholder.ratings must stay quick

    votes = np.asarray(n, dtype=np.float64)
    enough = votes >= 2.0
    safe = np.where(enough, votes, 2.0)
    factor = np.where(votes >= LARGE_SAMPLE, z_quantile(), stdtrit(safe - 1.0, 0.975))
    width: Values = np.where(enough, factor * np.asarray(sd, dtype=np.float64) / np.sqrt(safe), np.nan)
    return width


def pairs_of(predicted: ArrayLike, mos: ArrayLike) -> tuple[Values, Values]:
    """Check that predictions and MOS belong together.

    Raises
    ------
    TableError
        When they differ in length, hold something that is no number, or are fewer than three.
    """
    x, y = np.asarray(predicted, dtype=np.float64), np.asarray(mos, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        what = f"{_size(x.shape)} predictions and {_size(y.shape)} MOS do not belong together"
        raise TableError("predictions", what, "give one prediction per stimulus")
    numbers = (np.abs(x) < LARGEST) & (np.abs(y) < LARGEST)  # False for NaN too
    if not numbers.all():
        what = f"{int((~numbers).sum())} of {x.size} pairs hold no number that can be reckoned with"
        raise TableError("predictions", what, "leave these stimuli out")
    if x.size < FEWEST_STIMULI:
        what = f"{x.size} stimuli say nothing about a model"
        raise TableError("predictions", what, f"give at least {FEWEST_STIMULI}")
    return x, y


def _size(shape: Sequence[int]) -> str:
    return " x ".join(map(str, shape)) or "one"
