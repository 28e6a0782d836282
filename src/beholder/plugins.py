"""Parts that are found by entry point: ours and those of others register in the same way.

In the ``pyproject.toml`` of a package that brings a detector and a model::

    [project.entry-points."beholder.detectors"]
    rain = "my_package.rain:Rain"

    [project.entry-points."beholder.models"]
    mine = "my_package.model:Mine"
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

from beholder.errors import ModelError

__all__ = ["load"]


def load(group: str) -> Mapping[str, Any]:
    """Load what is registered under `group`, by name, in the order of the names.

    Raises
    ------
    ModelError
        When nothing is registered (Beholder runs without being installed), two packages use one name, or one cannot be
        imported.
    """
    found: dict[str, Any] = {}
    for entry in sorted(entry_points(group=group), key=lambda entry: entry.name):
        where = f"{group}: {entry.name}"
        if entry.name in found:
            raise ModelError(where, "two packages register this name", "remove one of them")
        try:
            found[entry.name] = entry.load()
        except (ImportError, AttributeError) as error:
            raise ModelError(
                where, f"{entry.value} cannot be imported ({error})", "update or remove its package"
            ) from error
    if not found:
        raise ModelError(group, "nothing is registered", "install Beholder (from a clone: pip install -e .)")
    return found
