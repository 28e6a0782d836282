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
    from beholder.ratings.agreement import (
        Agreement,
        agreement_coefficients,
        fleiss_kappa,
        intraclass,
        kendall_w,
        krippendorff_alpha,
    )
    from beholder.ratings.analysis import Analysis, analyse
    from beholder.ratings.conditions import ConditionPair, ConditionTable, MixedModel, compare_conditions, mixed_model
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
    from beholder.ratings.pairs import (
        Comparisons,
        PairScale,
        bootstrap_raters,
        bradley_terry,
        goodness_of_fit,
        thurstone,
    )
    from beholder.ratings.planning import (
        Need,
        Pilot,
        pilot,
        power,
        raters_for_difference,
        raters_for_interval,
        sos_deviation,
    )
    from beholder.ratings.raters import RaterCard, rater_cards
    from beholder.ratings.recovery import METHODS, recover
    from beholder.ratings.stopping import PairWatch, Watch, confidence_sequence, watch, watch_conditions

__all__ = [
    "ACR",
    "METHODS",
    "Agreement",
    "Analysis",
    "Calibration",
    "Comparisons",
    "ConditionPair",
    "ConditionTable",
    "Consistency",
    "Evaluation",
    "Fit",
    "GsdFit",
    "Interval",
    "MixedModel",
    "Need",
    "Opinions",
    "PairScale",
    "PairWatch",
    "Pilot",
    "Predictions",
    "RaterCard",
    "Ratings",
    "Recovered",
    "Scale",
    "Truth",
    "Watch",
    "acceptability",
    "agreement_coefficients",
    "analyse",
    "bootstrap_raters",
    "bradley_terry",
    "ci_ranks",
    "compare_conditions",
    "confidence",
    "confidence_sequence",
    "consistency",
    "differential_mos",
    "evaluate_models",
    "fit_gsd",
    "fleiss_kappa",
    "goodness_of_fit",
    "gsd_pmf",
    "intraclass",
    "kendall_w",
    "krasula",
    "krippendorff_alpha",
    "load_calibration",
    "mixed_model",
    "opinions",
    "pairs_told",
    "pilot",
    "power",
    "rater_cards",
    "raters_for_difference",
    "raters_for_interval",
    "read",
    "read_comparisons",
    "read_every",
    "read_predictions",
    "read_truth",
    "recalibrate",
    "recalibrated",
    "recover",
    "resolving_power",
    "sos_deviation",
    "sos_parameter",
    "thurstone",
    "watch",
    "watch_conditions",
    "write",
]

_HOMES: dict[str, tuple[str, ...]] = {
    "beholder.ratings.agreement": (
        "Agreement",
        "agreement_coefficients",
        "fleiss_kappa",
        "intraclass",
        "kendall_w",
        "krippendorff_alpha",
    ),
    "beholder.ratings.analysis": ("Analysis", "analyse"),
    "beholder.ratings.conditions": (
        "ConditionPair",
        "ConditionTable",
        "MixedModel",
        "compare_conditions",
        "mixed_model",
    ),
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
    "beholder.ratings.pairs": (
        "Comparisons",
        "PairScale",
        "bootstrap_raters",
        "bradley_terry",
        "goodness_of_fit",
        "thurstone",
    ),
    "beholder.ratings.planning": (
        "Need",
        "Pilot",
        "pilot",
        "power",
        "raters_for_difference",
        "raters_for_interval",
        "sos_deviation",
    ),
    "beholder.ratings.raters": ("RaterCard", "rater_cards"),
    "beholder.ratings.recovery": ("METHODS", "recover"),
    "beholder.ratings.stopping": ("PairWatch", "Watch", "confidence_sequence", "watch", "watch_conditions"),
}
"""Modules that are loaded at first use, and the names that they give; each also stands in __all__."""


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module 'beholder.ratings' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
