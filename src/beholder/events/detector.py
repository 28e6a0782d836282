"""The contract that every detector keeps, ours and those of others."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from beholder.types import Event, Evidence

__all__ = ["Detector"]


@runtime_checkable
class Detector(Protocol):
    """Turns series into events of the kinds that it declares. Pure: the same evidence gives the same events.

    Attributes
    ----------
    kinds : tuple of str
        The kinds of event that it can give.
    needs : tuple of str
        Names of the series that it reads. When one is missing the detector is reported as skipped.
    """

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of event that it can give."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the series that it reads."""

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the events in order of their start; spans of one kind do not overlap."""
