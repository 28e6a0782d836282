"""The small view of every frame that all per-frame measures share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from beholder.types import Picture, Series

__all__ = ["Accumulator", "Glance"]


@dataclass(frozen=True, slots=True)
class Glance:
    """A frame as the per-frame measures see it: small, luma only, with its change.

    Attributes
    ----------
    t : float
        Seconds on the media clock.
    luma : Picture, shape (height, width)
        Full-range luma, halved until the short side is at most 360 pixels. Read only.
    change : Picture or None
        ``|luma - previous luma|``, same shape; None for the first frame and after a change of size.
    """

    t: float
    luma: Picture
    change: Picture | None


class Accumulator(Protocol):
    """Takes every frame once, in bounded memory, and gives series at the end."""

    def update(self, glance: Glance) -> None:
        """Take the next frame."""

    def compute(self) -> list[Series]:
        """Give the series measured so far."""
