"""Figures per source, and one verdict over several experiments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from beholder.errors import TableError
from beholder.ratings.evaluate.correlation import correlate, midranks
from beholder.ratings.evaluate.figures import Accuracy
from beholder.ratings.votes import Values

__all__ = ["Group", "Overall", "overall", "per_group"]

GUARD = 0.0004  # c of P.1401, 7.8.3, keeps the ratio finite when the best model has no distance (from memory)
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Group:
    """A model on the stimuli of one source, after the mapping of all.

    Attributes
    ----------
    name : str
    n : int
        Stimuli.
    bias : float
        Mean of MOS less prediction: above 0, the model thinks too little of the source.
    rmse, plcc, srocc : float
        Root mean square of the errors, and the correlations within the source; NaN below 3 stimuli.
    """

    name: str
    n: int
    bias: float
    rmse: float
    plcc: float
    srocc: float


def per_group(model: Accuracy, mos: ArrayLike, groups: Sequence[str]) -> tuple[Group, ...]:
    """Measure a model within each source (or any other group of stimuli), in the order of their names.

    A model can rank the sources well and know nothing within any of them, or the other way round.
    """
    y = np.asarray(mos, dtype=np.float64)
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    found = []
    for number, name in enumerate(names.tolist()):
        own = np.flatnonzero(member == number)
        enough = own.size >= 3
        mapped, truth, residual = model.mapped[own], y[own], model.residual[own]
        found.append(
            Group(
                name=str(name),
                n=own.size,
                bias=float(residual.mean()),
                rmse=math.sqrt(float((residual**2).mean())),
                plcc=correlate(mapped, truth) if enough else math.nan,
                srocc=correlate(midranks(mapped), midranks(truth)) if enough else math.nan,
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Overall:
    """Models over several experiments.

    Attributes
    ----------
    models : tuple of str
    distance : float64 array, shape (experiments, M)
        How far each model is significantly behind the best one of the experiment, as a ratio of squared rmse*.
    aggregated : float64 array, shape (M,)
        Weighted mean of the distances: the smaller the better.
    significance : float64 array, shape (M,)
        Above 0: the model is significantly behind the best one over all experiments.
    best : str
        The model with the smallest aggregated distance.
    """

    models: tuple[str, ...]
    distance: Values
    aggregated: Values
    significance: Values
    best: str


def overall(
    rmse_star: ArrayLike, stimuli: ArrayLike, *, models: Sequence[str], weights: ArrayLike | None = None
) -> Overall:
    """Aggregate the epsilon-insensitive errors of models over experiments.

    ``d = max(0, rmse*^2 / rmse*_best^2 - F(.05, N, N))`` per experiment, ``p`` its weighted mean, and
    ``t = max(0, p / (p_min + c) - F(.05, K, K))``. Source: ITU-T P.1401 (01/2020), 7.8.

    Parameters
    ----------
    rmse_star : array_like, shape (experiments, M)
    stimuli : array_like, shape (experiments,)
        Number of stimuli N of each.
    models : sequence of str
    weights : array_like, shape (experiments,), optional
        All alike when not given.

    Returns
    -------
    Overall

    Examples
    --------
    >>> overall([[0.2, 0.3], [0.25, 0.5]], [100, 100], models=["a", "b"]).aggregated.round(3).tolist()
    [0.0, 1.733]
    """
    from scipy.special import fdtri  # noqa: PLC0415 - import beholder.ratings must stay quick

    star, n = np.atleast_2d(np.asarray(rmse_star, dtype=np.float64)), np.asarray(stimuli, dtype=np.float64)
    if star.shape != (n.size, len(models)) or not np.isfinite(star).all():
        what = "rmse* must be numbers, one row per experiment and one column per model"
        raise TableError("experiments", what, "give the intervals of all MOS")
    share = np.full(n.size, 1.0) if weights is None else np.asarray(weights, dtype=np.float64)
    best = star.min(axis=1, keepdims=True)
    ratio = np.divide(star**2, best**2, out=np.where(star > 0, np.inf, 1.0), where=best > 0)
    distance = np.maximum(0.0, ratio - fdtri(n, n, 1.0 - LEVEL)[:, None])
    aggregated = np.average(distance, axis=0, weights=share)
    behind = aggregated / (aggregated.min() + GUARD) - float(fdtri(n.size, n.size, 1.0 - LEVEL))
    return Overall(
        tuple(models), distance, aggregated, np.maximum(0.0, behind), str(models[int(np.argmin(aggregated))])
    )
