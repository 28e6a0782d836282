"""Buffering: a spinner over a video that stopped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from beholder.events.loading_animation import as_event, find_loading

if TYPE_CHECKING:
    from beholder.types import Event, Evidence

__all__ = ["Buffering"]


@dataclass(frozen=True, slots=True)
class Buffering:
    """Finds loading animations of more than 1 s that begin while a video is playing: the stall that the viewer sees."""

    kinds: ClassVar[tuple[str, ...]] = ("buffering",)
    needs: ClassVar[tuple[str, ...]] = ("loading_loop", "loading_round", "moving_extent")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per stall; evidence: ``duration_s``, ``loop``, ``roundness`` (both 0..1)."""
        return [as_event("buffering", item) for item in find_loading(evidence) if item.over_video]
