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
    from beholder.ratings.mos import Opinions, acceptability, confidence, opinions, sos_parameter
    from beholder.ratings.recovery import METHODS, recover

__all__ = [
    "ACR",
    "METHODS",
    "Fit",
    "Opinions",
    "Ratings",
    "Recovered",
    "Scale",
    "acceptability",
    "confidence",
    "opinions",
    "read",
    "read_comparisons",
    "read_every",
    "recover",
    "sos_parameter",
]

_HOMES: dict[str, tuple[str, ...]] = {
    "beholder.ratings.mos": ("Opinions", "acceptability", "confidence", "opinions", "sos_parameter"),
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
