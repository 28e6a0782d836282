"""Votes to Mean Opinion Scores: read, screen, recover, agree, compare, evaluate.

>>> from beholder import ratings
>>> votes = ratings.read("votes.csv")  # doctest: +SKIP
>>> ratings.recover(votes, method="p910").mos  # doctest: +SKIP
>>> ratings.pairs.bradley_terry(ratings.read_comparisons("pairs.csv")).score  # doctest: +SKIP

Here is what nearly everybody needs. Behind it are the rooms `agreement`, `conditions`, `evaluate`, `gsd`, `mos`,
`pairs`, `planning` and `stopping`. What computes is loaded at first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from beholder.ratings.read import read, read_comparisons, read_every
from beholder.ratings.recovered import Fit, Recovered
from beholder.ratings.votes import ACR, Ratings, Scale

if TYPE_CHECKING:
    from beholder.ratings import agreement, conditions, evaluate, gsd, mos, pairs, planning, stopping
    from beholder.ratings.analysis import Analysis, analyse
    from beholder.ratings.dmos import differential_mos
    from beholder.ratings.output import write
    from beholder.ratings.raters import RaterCard, rater_cards
    from beholder.ratings.recovery import METHODS, recover

__all__ = [
    "ACR",
    "METHODS",
    "Analysis",
    "Fit",
    "RaterCard",
    "Ratings",
    "Recovered",
    "Scale",
    "agreement",
    "analyse",
    "conditions",
    "differential_mos",
    "evaluate",
    "gsd",
    "mos",
    "pairs",
    "planning",
    "rater_cards",
    "read",
    "read_comparisons",
    "read_every",
    "recover",
    "stopping",
    "write",
]

_ROOMS = ("agreement", "conditions", "evaluate", "gsd", "mos", "pairs", "planning", "stopping")
_HOMES = {
    "Analysis": "analysis",
    "METHODS": "recovery",
    "RaterCard": "raters",
    "analyse": "analysis",
    "differential_mos": "dmos",
    "rater_cards": "raters",
    "recover": "recovery",
    "write": "output",
}


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return importlib.import_module(f"beholder.ratings.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(f"beholder.ratings.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'beholder.ratings' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
