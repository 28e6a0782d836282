"""Parts that are found by entry point: ours and those of others register in the same way.

In the ``pyproject.toml`` of a package that brings a detector and a model::

    [project.entry-points."beholder.detectors"]
    rain = "my_package.rain:Rain"

    [project.entry-points."beholder.models"]
    mine = "my_package.model:Mine"
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from beholder.errors import ModelError

__all__ = ["load", "registered"]


def registered(group: str) -> Mapping[str, EntryPoint]:
    """Give what is registered under `group`, by name, in the order of the names; nothing is imported.

    Raises
    ------
    ModelError
        When nothing is registered (Beholder runs without being installed), or two packages use one name.
    """
    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=group), key=lambda entry: entry.name):
        if found.setdefault(entry.name, entry).value != entry.value:
            raise ModelError(f"{group}: {entry.name}", "two packages register this name", "remove one of them")
    if not found:
        raise ModelError(group, "nothing is registered", "install Beholder (from a clone: pip install -e .)")
    return found


def load(entry: EntryPoint) -> Any:
    """Import what an entry point names.

    Raises
    ------
    ModelError
        When it cannot be imported.
    """
    try:
        return entry.load()
    except (ImportError, AttributeError) as error:
        what = f"{entry.value} cannot be imported ({error})"
        raise ModelError(f"{entry.group}: {entry.name}", what, "update or remove its package") from error
