"""How far a model is from the MOS: the figures of ITU-T P.1401.

The figures look at mapped predictions, so that a model is not blamed for a
scale of its own. An error within the interval of the MOS is no outlier and does
not count for the epsilon-insensitive error: the panel does not know better.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from beholder.ratings.evaluate.correlation import correlate, kendall, pearson, spearman
from beholder.ratings.evaluate.estimate import Estimate, pairs_of
from beholder.ratings.evaluate.mapping import Mapping, Order, fit_mapping, order_for
from beholder.ratings.votes import ACR, Scale, Values

__all__ = ["Accuracy", "accuracy", "epsilon_errors", "outlier_estimate", "rms"]

NO_INTERVAL = "the intervals of the MOS are not known"


@dataclass(frozen=True, slots=True, eq=False)
class Accuracy:
    """One model against the MOS.

    Attributes
    ----------
    model : str
        Its name.
    n : int
        Stimuli (or conditions).
    mapping : Mapping
        From its scale to that of the votes.
    predicted, mapped, residual : float64 array, shape (n,)
        Predictions as given, after the mapping, and MOS less the mapped prediction.
    outlier : bool array, shape (n,)
        Whose residual is larger than the half width of the interval of its MOS; False where that is not known.
    plcc, srocc, krcc : Estimate
        Pearson after the mapping; Spearman and Kendall (tau-b), which no rising mapping changes.
    plcc_unmapped : float
        Pearson of the predictions as given.
    rmse, rmse_star, outlier_ratio : Estimate
        Root mean square error, the same beyond the intervals of the MOS, and the share of outliers.
    """

    model: str
    n: int
    mapping: Mapping
    predicted: Values
    mapped: Values
    residual: Values
    outlier: NDArray[np.bool_]
    plcc: Estimate
    srocc: Estimate
    krcc: Estimate
    plcc_unmapped: float
    rmse: Estimate
    rmse_star: Estimate
    outlier_ratio: Estimate


def accuracy(
    predicted: ArrayLike,
    mos: ArrayLike,
    *,
    ci95: ArrayLike | None = None,
    order: Order = 3,
    falls: bool = False,
    scale: Scale = ACR,
    model: str = "model",
) -> Accuracy:
    """Measure a model against the MOS.

    Source: ITU-T P.1401 (01/2020), 7.3.2 (mapping), 7.5.1 (rmse), 7.5.2 (outlier ratio), 7.5.3 (correlation) and
    7.7 (epsilon-insensitive rmse).

    Parameters
    ----------
    predicted, mos : array_like, shape (stimuli,)
        Finite, at least 3.
    ci95 : array_like, shape (stimuli,), optional
        Half widths of the 95 % intervals of the MOS; NaN where not known. Without any, outliers and rmse* are not
        told; the stimuli without one are left out of both.
    order : {0, 1, 3}
        Of the mapping; a cubic becomes a line below 12 stimuli.
    falls : bool
        Whether a lower prediction means a higher quality.
    scale : Scale
        Scale of the MOS.
    model : str
        Name.

    Returns
    -------
    Accuracy

    Raises
    ------
    TableError
        When predictions and MOS do not belong together, hold no numbers or are too few.

    Examples
    --------
    >>> found = accuracy([1.2, 1.9, 3.1, 4.4, 2.9, 4.1], [1, 2, 3.5, 4, 2.5, 4.5], order=0)
    >>> round(found.rmse.value, 4), round(found.plcc.value, 4)
    (0.3715, 0.96)
    """
    x, y = pairs_of(predicted, mos)
    mapping = fit_mapping(x, y, order=order_for(x.size, order), falls=falls, scale=scale)
    mapped = mapping(x)
    residual = y - mapped
    width = np.full(x.size, np.nan) if ci95 is None else np.asarray(ci95, dtype=np.float64)
    known = np.isfinite(width)
    beyond = epsilon_errors(residual, width)
    signed = -x if falls else x
    return Accuracy(
        model=model,
        n=x.size,
        mapping=mapping,
        predicted=x,
        mapped=mapped,
        residual=residual,
        outlier=known & (beyond > 0),
        plcc=pearson(mapped, y),
        srocc=spearman(signed, y),
        krcc=kendall(signed, y),
        plcc_unmapped=correlate(signed, y),
        rmse=rms(residual, parameters=mapping.parameters),
        rmse_star=rms(beyond[known], parameters=mapping.parameters) if known.any() else Estimate.unknown(NO_INTERVAL),
        outlier_ratio=outlier_estimate(beyond[known] > 0),
    )


def epsilon_errors(residual: Values, ci95: Values) -> Values:
    """Give how far each error reaches beyond the interval of its MOS; NaN where that is not known.

    Examples
    --------
    >>> epsilon_errors(np.array([0.1, -0.5]), np.array([0.2, 0.2])).round(3).tolist()
    [0.0, 0.3]
    """
    beyond: Values = np.where(np.isfinite(ci95), np.maximum(0.0, np.abs(residual) - ci95), np.nan)
    return beyond


def rms(errors: Values, *, parameters: int) -> Estimate:
    """Give the root mean square of errors with the interval of a normal error.

    ``sqrt(sum(e^2)/(n - d))``; the interval is that of a standard deviation, ``rmse sqrt((n - d)/chi2)``.

    Parameters
    ----------
    errors : float64 array, shape (n,)
    parameters : int
        d: what the mapping took. With no more than d errors nothing can be told.
    """
    from scipy.special import chdtri  # noqa: PLC0415 - import beholder.ratings must stay quick

    free = errors.size - parameters
    if free < 1:
        return Estimate.unknown(f"{errors.size} errors do not outweigh a mapping of {parameters} parameters")
    value = math.sqrt(float(errors @ errors) / free)
    low, high = (value * math.sqrt(free / float(chdtri(free, tail))) for tail in (0.025, 0.975))
    return Estimate(value, (low, high), "chi-square")


def outlier_estimate(outlier: NDArray[np.bool_]) -> Estimate:
    """Give the share of outliers with its exact interval (Clopper and Pearson).

    The normal interval of P.1401, 7.5.2.2, has no width when there is no outlier; this one has.

    Examples
    --------
    >>> share = outlier_estimate(np.array([True, False, False, False]))
    >>> share.value, [round(end, 3) for end in share.ci95]
    (0.25, [0.006, 0.806])
    """
    from scipy.special import betaincinv  # noqa: PLC0415 - import beholder.ratings must stay quick

    n = outlier.size
    if not n:
        return Estimate.unknown(NO_INTERVAL)
    k = int(outlier.sum())
    low = float(betaincinv(k, n - k + 1, 0.025)) if k else 0.0
    high = float(betaincinv(k + 1, n - k, 0.975)) if k < n else 1.0
    return Estimate(k / n, (low, high), "Clopper-Pearson")
