"""Everything about models against MOS, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from beholder.errors import UsageError
from beholder.ratings.evaluate.aggregate import Group, per_group
from beholder.ratings.evaluate.correlation import correlate
from beholder.ratings.evaluate.discrimination import Krasula, krasula, pairs_told
from beholder.ratings.evaluate.estimate import FEWEST_STIMULI
from beholder.ratings.evaluate.figures import Accuracy, accuracy
from beholder.ratings.evaluate.mapping import Order
from beholder.ratings.evaluate.resolving import Decisions, ResolvingPower, decisions, resolving_power
from beholder.ratings.evaluate.significance import ROUNDS, Adjustment, Comparison, compare
from beholder.ratings.evaluate.truth import Predictions, Truth, join
from beholder.ratings.recovered import Recovered
from beholder.ratings.votes import Ratings, Values

__all__ = ["Evaluation", "evaluate_models"]

MOST_FOR_PAIRS = 3_000  # stimuli: 4.5 million pairs, 1.4 GB and 8 s a model while they are looked at
FEW_STIMULI = 30  # below, intervals are so wide that hardly any model beats another


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Models against MOS.

    Attributes
    ----------
    truth : Truth
        The stimuli (or conditions) that all models were judged on.
    unit : {"stimulus", "condition"}
    models : tuple of Accuracy
        In the order of the predictions.
    comparisons : tuple of Comparison
        Every pair of models on every figure.
    krasula : Krasula or None
        None when the spread of the votes is not known, or there are too many stimuli.
    resolving : tuple of ResolvingPower
        Per model; empty where `krasula` is None.
    decisions : tuple of Decisions or None
        Per model.
    sources : tuple of tuple of Group
        Per model: figures within each source; empty when sources are not known.
    unpredicted, unrated : tuple of str
        What did not match.
    notes : tuple of str
        What a reader must know.
    """

    truth: Truth
    unit: Literal["stimulus", "condition"]
    models: tuple[Accuracy, ...]
    comparisons: tuple[Comparison, ...]
    krasula: Krasula | None
    resolving: tuple[ResolvingPower, ...]
    decisions: tuple[Decisions | None, ...]
    sources: tuple[tuple[Group, ...], ...]
    unpredicted: tuple[str, ...]
    unrated: tuple[str, ...]
    notes: tuple[str, ...]


def evaluate_models(
    truth: Truth | Ratings | Recovered,
    predictions: Predictions,
    *,
    order: Order = 3,
    falling: Sequence[str] = (),
    by: Literal["stimulus", "condition"] = "stimulus",
    method: Adjustment = "holm",
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Evaluation:
    """Judge models against MOS: accuracy, comparisons, what they tell of pairs, resolving power.

    Parameters
    ----------
    truth : Truth, Ratings or Recovered
    predictions : Predictions
        Matched by the names of the stimuli.
    order : {0, 1, 3}
        Of the mapping: none, linear, cubic.
    falling : sequence of str
        Models whose lower values mean higher quality.
    by : {"stimulus", "condition"}
        Judge stimuli, or means over the stimuli of each condition.
    method : {"holm", "bonferroni", "benjamini-hochberg", "none"}
        Adjustment of the p-values over the pairs of models.
    rounds, seed : int
        Of the bootstrap.

    Returns
    -------
    Evaluation

    Raises
    ------
    TableError
        When fewer than 3 stimuli match.
    UsageError
        When `falling` names no model.

    Examples
    --------
    >>> mos = Truth.from_ratings(Ratings.from_matrix([[1, 2, 1], [2, 3, 3], [4, 4, 5], [5, 5, 4]]))
    >>> said = Predictions(("psnr",), mos.stimuli, np.array([[27.0, 31.0, 36.0, 40.0]]))
    >>> evaluate_models(mos, said).models[0].n
    4
    """
    unknown = sorted(set(falling) - set(predictions.models))
    if unknown:
        raise UsageError("--falling", f"there is no model {unknown[0]!r}", f"known: {', '.join(predictions.models)}")
    joined = join(_truth(truth), predictions)
    mos, values = (joined.truth, joined.values) if by == "stimulus" else joined.truth.by_condition(joined.values)
    models = tuple(
        accuracy(row, mos.mos, ci95=mos.ci95, order=order, falls=name in falling, scale=mos.scale, model=name)
        for name, row in zip(joined.models, values, strict=True)
    )
    compared = compare(models, mos.mos, ci95=mos.ci95, groups=mos.source, method=method, rounds=rounds, seed=seed)
    signed = np.array([_signed(model) for model in models])
    rows = _with_spread(mos)
    pairs = mos.take(rows) if len(mos.stimuli) <= MOST_FOR_PAIRS and rows.size >= FEWEST_STIMULI else None
    return Evaluation(
        truth=mos,
        unit=by,
        models=models,
        comparisons=compared,
        krasula=None if pairs is None else _krasula(signed[:, rows], pairs, joined.models),
        resolving=() if pairs is None else tuple(_resolving(one.mapped[rows], pairs) for one in models),
        decisions=() if pairs is None else tuple(decisions(row, mos.mos, scale=mos.scale) for row in signed),
        sources=tuple(per_group(one, mos.mos, mos.source) for one in models) if mos.source else (),
        unpredicted=joined.unpredicted,
        unrated=joined.unrated,
        notes=(*joined.notes, *_notes(mos, models, order)),
    )


def _truth(truth: Truth | Ratings | Recovered) -> Truth:
    if isinstance(truth, Ratings):
        return Truth.from_ratings(truth)
    return Truth.from_recovered(truth) if isinstance(truth, Recovered) else truth


def _signed(model: Accuracy) -> Values:
    return -model.predicted if model.mapping.falls else model.predicted


def _with_spread(mos: Truth) -> NDArray[np.intp]:
    """Give the stimuli of which it is known how far their votes spread."""
    return np.flatnonzero(np.isfinite(mos.standard_error))


def _resolving(mapped: Values, mos: Truth) -> ResolvingPower:
    return resolving_power(mapped, mos.mos, mos.standard_error)


def _krasula(signed: Values, mos: Truth, names: Sequence[str]) -> Krasula:
    pairs = pairs_told(mos.mos, mos.standard_error)
    return krasula(signed, pairs, models=names, groups=mos.source)


def _notes(mos: Truth, models: Sequence[Accuracy], order: Order) -> list[str]:
    notes = []
    n = len(mos.stimuli)
    if n < FEW_STIMULI:
        notes.append(f"only {n} stimuli: intervals are wide, and hardly any difference can be shown")
    if models[0].mapping.order != order:
        notes.append("too few stimuli for a cubic: the mapping is linear")
    if not np.isfinite(mos.ci95).any():
        notes.append("the intervals of the MOS are not known: no outliers, no rmse*")
    blind = n - _with_spread(mos).size
    if n > MOST_FOR_PAIRS:
        notes.append(f"more than {MOST_FOR_PAIRS} stimuli: pairs were not looked at")
    elif blind:
        notes.append(f"the spread of the votes is not known for {blind} of {n} stimuli: left out of the pairs")
    if mos.source:
        notes.append("bootstrap and standard errors of pairs draw whole sources")
    for model in models:
        if np.ptp(model.predicted) == 0:
            notes.append(f"{model.model} says the same of every stimulus")
        elif model.mapping.order and correlate(_signed(model), mos.mos) < 0:
            notes.append(f"{model.model} falls where the MOS rises; if that is its sense, name it in --falling")
    return notes
