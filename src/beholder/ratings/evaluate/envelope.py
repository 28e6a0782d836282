"""An evaluation as plain JSON, schema ``beholder.evaluation/1``; what is not known is ``null``."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beholder.ratings.evaluate.discrimination import Discrimination
from beholder.ratings.evaluate.estimate import Estimate
from beholder.ratings.evaluate.evaluation import Evaluation
from beholder.ratings.evaluate.figures import Accuracy
from beholder.ratings.evaluate.resolving import Decisions, ResolvingPower

__all__ = ["SCHEMA", "evaluation_to_dict", "evaluation_to_json"]

SCHEMA = "beholder.evaluation/1"
DIGITS = 6  # significant; MOS of 30 votes carry three
FIGURES = ("plcc", "srocc", "krcc", "rmse", "rmse_star", "outlier_ratio")


def evaluation_to_dict(found: Evaluation) -> dict[str, Any]:
    """Give an evaluation as dicts, lists, strings, numbers and None.

    Returns
    -------
    dict
        ``models`` (figures with intervals, mapping), ``comparisons``, ``pairs`` (Krasula), ``stimuli`` (MOS, mapped
        predictions and outliers of each), ``unpredicted``, ``unrated``, ``notes``.
    """
    pairs = found.krasula
    return {
        "schema": SCHEMA,
        "unit": found.unit,
        "n": len(found.truth.stimuli),
        "scale": [found.truth.scale.low, found.truth.scale.high],
        "mos": found.truth.method,
        "models": [_model(found, index) for index in range(len(found.models))],
        "comparisons": [{key: _plain(value) for key, value in asdict(one).items()} for one in found.comparisons],
        "pairs": None
        if pairs is None
        else {
            "different": pairs.different,
            "similar": pairs.similar,
            "auc_ds": _discrimination(pairs.different_similar),
            "auc_bw": _discrimination(pairs.better_worse),
            "cc_0": _discrimination(pairs.correct),
            "threshold": _plain(pairs.threshold),
        },
        "stimuli": [_stimulus(found, row) for row in range(len(found.truth.stimuli))],
        "unpredicted": list(found.unpredicted),
        "unrated": list(found.unrated),
        "notes": list(found.notes),
    }


def evaluation_to_json(found: Evaluation) -> str:
    """Give an evaluation as JSON text: strict, without NaN."""
    return json.dumps(evaluation_to_dict(found), indent=1, ensure_ascii=False, allow_nan=False)


def _model(found: Evaluation, index: int) -> dict[str, Any]:
    model = found.models[index]
    return {
        "model": model.model,
        "mapping": _mapping(model),
        **{name: _estimate(getattr(model, name)) for name in FIGURES},
        "plcc_unmapped": _plain(model.plcc_unmapped),
        "resolving_power": _resolving(found.resolving[index]) if found.resolving else None,
        "decisions": _decisions(found.decisions[index]) if found.decisions else None,
        "sources": [
            {key: _plain(value) for key, value in asdict(group).items()}
            for group in (found.sources[index] if found.sources else ())
        ],
    }


def _mapping(model: Accuracy) -> dict[str, Any]:
    one = model.mapping
    return {
        "order": one.order,
        "falls": one.falls,
        "range": [_plain(one.low), _plain(one.high)],
        "coefficients": [_plain(c) for c in one.coefficients],
    }


def _estimate(one: Estimate) -> dict[str, Any]:
    return {"value": _plain(one.value), "ci95": [_plain(end) for end in one.ci95], "method": one.method}


def _resolving(one: ResolvingPower) -> dict[str, Any]:
    return {f"{level:.2f}": _plain(value) for level, value in one.at}


def _decisions(one: Decisions | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "ideal": None if one.ideal is None else _plain(one.threshold[one.ideal]),
        "practical": None if one.practical is None else _plain(one.threshold[one.practical]),
        "ad_hoc_raters": one.ad_hoc_raters,
        "false_ranking": _plain(one.false_ranking[0]),
    }


def _discrimination(one: Discrimination) -> dict[str, Any]:
    return {
        "value": _plain(one.value),
        "standard_error": _plain(one.standard_error),
        "p_stimuli": _plain(one.p_stimuli),
        "p_pairs": _plain(one.p_pairs),
    }


def _stimulus(found: Evaluation, row: int) -> dict[str, Any]:
    truth = found.truth
    return {
        "stimulus": truth.stimuli[row],
        "mos": _plain(truth.mos[row]),
        "ci95": _plain(truth.ci95[row]),
        "mapped": {one.model: _plain(one.mapped[row]) for one in found.models},
        "outlier": [one.model for one in found.models if one.outlier[row]],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return _list(value)
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value


def _list(values: NDArray[Any]) -> list[Any]:
    return [_plain(item) for item in values.tolist()]
