"""The detectors that are registered (entry points ``beholder.detectors``)."""

from __future__ import annotations

from beholder.events.detector import Detector
from beholder.plugins import load, registered

__all__ = ["GROUP", "detectors"]

GROUP = "beholder.detectors"


def detectors() -> tuple[Detector, ...]:
    """Make one of each registered detector, in the order of their names.

    Raises
    ------
    ModelError
        When one cannot be imported.
    """
    return tuple(load(entry)() for entry in registered(GROUP).values())
