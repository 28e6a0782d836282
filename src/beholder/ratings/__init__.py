"""Votes to Mean Opinion Scores: read, screen, recover, agree, compare, evaluate.

>>> from beholder import ratings
>>> votes = ratings.read("votes.csv")  # doctest: +SKIP
>>> ratings.recover(votes, method="p910").mos  # doctest: +SKIP

What computes is loaded at first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from beholder.ratings.read import read, read_comparisons, read_every
from beholder.ratings.recovered import Fit, Recovered
from beholder.ratings.votes import ACR, Ratings, Scale

if TYPE_CHECKING:
    from beholder.ratings.analysis import Analysis, analyse
    from beholder.ratings.dmos import differential_mos
    from beholder.ratings.evaluate import (
        Calibration,
        Evaluation,
        Predictions,
        Truth,
        ci_ranks,
        evaluate_models,
        krasula,
        load_calibration,
        pairs_told,
        read_predictions,
        read_truth,
        recalibrate,
        recalibrated,
        resolving_power,
    )
    from beholder.ratings.gsd import Consistency, GsdFit, consistency, fit_gsd, gsd_pmf
    from beholder.ratings.mos import Interval, Opinions, acceptability, confidence, opinions, sos_parameter
    from beholder.ratings.output import write
    from beholder.ratings.raters import RaterCard, rater_cards
    from beholder.ratings.recovery import METHODS, recover

__all__ = [
    "ACR",
    "METHODS",
    "Analysis",
    "Calibration",
    "Consistency",
    "Evaluation",
    "Fit",
    "GsdFit",
    "Interval",
    "Opinions",
    "Predictions",
    "RaterCard",
    "Ratings",
    "Recovered",
    "Scale",
    "Truth",
    "acceptability",
    "analyse",
    "ci_ranks",
    "confidence",
    "consistency",
    "differential_mos",
    "evaluate_models",
    "fit_gsd",
    "gsd_pmf",
    "krasula",
    "load_calibration",
    "opinions",
    "pairs_told",
    "rater_cards",
    "read",
    "read_comparisons",
    "read_every",
    "read_predictions",
    "read_truth",
    "recalibrate",
    "recalibrated",
    "recover",
    "resolving_power",
    "sos_parameter",
    "write",
]

_HOMES: dict[str, tuple[str, ...]] = {
    "beholder.ratings.analysis": ("Analysis", "analyse"),
    "beholder.ratings.dmos": ("differential_mos",),
    "beholder.ratings.evaluate": (
        "Calibration",
        "Evaluation",
        "Predictions",
        "Truth",
        "ci_ranks",
        "evaluate_models",
        "krasula",
        "load_calibration",
        "pairs_told",
        "read_predictions",
        "read_truth",
        "recalibrate",
        "recalibrated",
        "resolving_power",
    ),
    "beholder.ratings.gsd": ("Consistency", "GsdFit", "consistency", "fit_gsd", "gsd_pmf"),
    "beholder.ratings.mos": ("Interval", "Opinions", "acceptability", "confidence", "opinions", "sos_parameter"),
    "beholder.ratings.output": ("write",),
    "beholder.ratings.raters": ("RaterCard", "rater_cards"),
    "beholder.ratings.recovery": ("METHODS", "recover"),
}
"""Modules that are loaded at first use, and the names that they give; each also stands in __all__."""


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module 'beholder.ratings' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
