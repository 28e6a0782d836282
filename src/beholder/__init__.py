"""Beholder measures what viewers and listeners perceive.

>>> import beholder
>>> result = beholder.score("recording.mp4")  # doctest: +SKIP
>>> result.score.mos, result.issues[0].explanation  # doctest: +SKIP
(3.1, 'Movement stops at once and the picture stands for 2.5 s. ...')

Importing it is quick: what decodes and computes is loaded at first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from beholder import ratings
    from beholder.media import Region
    from beholder.models import Vmos, card
    from beholder.reports import render_html, to_json
    from beholder.sessions import features, score
    from beholder.types import Event, Evidence, Issue, Result, Score, Series, Span

__all__ = [
    "Event",
    "Evidence",
    "Issue",
    "Region",
    "Result",
    "Score",
    "Series",
    "Span",
    "Vmos",
    "__version__",
    "card",
    "features",
    "ratings",
    "render_html",
    "score",
    "to_json",
]

__version__ = "0.1.0"

_HOMES = {
    "beholder.types": ("Event", "Evidence", "Issue", "Result", "Score", "Series", "Span"),
    "beholder.media": ("Region",),
    "beholder.models": ("Vmos", "card"),
    "beholder.reports": ("render_html", "to_json"),
    "beholder.sessions": ("features", "score"),
}


_ROOMS = ("ratings",)
"""Rooms with a door of their own: ``beholder.ratings.analyse("votes.csv")``."""


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return importlib.import_module(f"beholder.{name}")
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module 'beholder' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
