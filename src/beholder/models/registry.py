"""The models that are registered (entry points ``beholder.models``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from beholder.errors import UsageError
from beholder.models.model import Model
from beholder.plugins import load, registered

__all__ = ["GROUP", "model_named"]

GROUP = "beholder.models"


def model_named(name: str, *, threads: int = 1) -> Model:
    """Load the model that is registered as `name`, with its weights.

    Raises
    ------
    UsageError
        When there is none of that name.
    ModelError
        When it cannot be imported or its weights are damaged.
    """
    found = registered(GROUP)
    if name not in found:
        raise UsageError("--model", f"there is no model {name!r}", f"choose one of {', '.join(found)}")
    make = cast("Callable[..., Model]", load(found[name]).load)
    return make(threads=threads)
