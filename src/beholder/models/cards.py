"""The cards that come with the models' weights."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

__all__ = ["card"]


def card(name: str = "spatial") -> dict[str, Any]:
    """Give the card of a model's weights: task, training data and licences, accuracy, known failures, version.

    Examples
    --------
    >>> "licence" in str(card()).lower()
    True
    """
    found: dict[str, Any] = json.loads(files("beholder.models.data").joinpath(f"{name}.json").read_text("utf-8"))
    return found
