"""Slow start: the first full picture comes late."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from beholder.events.black import BLACK_PICTURE
from beholder.events.blank import PLAIN_PICTURE
from beholder.events.loading_animation import find_loading
from beholder.events.page_content import LOW_CONTENT
from beholder.events.spans import end_of, runs
from beholder.types import Event, Evidence, Span

__all__ = ["SlowStart", "first_content"]

SLOW_S = 2.0  # viewers leave from 2 s on: Krishnan and Sitaraman, IMC 2012, doi:10.1145/2398776.2398799
STEADY_S = 0.3  # content must last this long to count; a splash that flashes by does not
DROP = 0.5  # content below half of the recording's usual is not yet full
FULL_S = 10.0  # strength 1


def first_content(evidence: Evidence) -> float | None:
    """Give the time of the first full content; None when there is none.

    Not yet content: black, a plain tone, a page content below half of the recording's usual while under 0.12,
    and a loading animation that belongs to this first wait.
    """
    content = evidence.series["page_content"]
    if not np.isfinite(content.y).any():
        return None
    end = end_of(content.t, evidence.facts)
    low = min(LOW_CONTENT, DROP * float(np.nanpercentile(content.y, 75)))
    plain, black = evidence.series["plain_share"].y, evidence.series["black_share"].y
    waiting = (black >= BLACK_PICTURE) | (plain >= PLAIN_PICTURE) | (content.y < low)
    for item in find_loading(evidence):
        reached = content.t < item.span.start
        if bool(waiting[reached].all()) or item.span.start < STEADY_S:
            waiting |= (content.t >= item.span.start) & (content.t < item.span.end)
    for first, last in runs(~waiting):
        start, stop = float(content.t[first]), float(content.t[last]) if last < content.t.size else end
        if stop - start >= STEADY_S or stop >= end:
            return start
    return None


@dataclass(frozen=True, slots=True)
class SlowStart:
    """Finds a wait of more than 2 s between the start of the recording and the first full content.

    The fact ``start_s`` (seconds, default 0) says when the launch or the tap on play happened.
    A recording without any content gives nothing here: it has a kind of its own (`black`, `blank`).
    """

    kinds: ClassVar[tuple[str, ...]] = ("slow_start",)
    needs: ClassVar[tuple[str, ...]] = (
        "page_content",
        "plain_share",
        "black_share",
        "loading_loop",
        "loading_round",
        "moving_extent",
    )

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give at most one event; evidence: ``wait_s``, ``startup_score`` (100 is instant, Mux's formula)."""
        start = float(evidence.facts.get("start_s", 0.0))
        first = first_content(evidence)
        if first is None or first - start <= SLOW_S:
            return []
        wait = first - start
        figures = {"wait_s": round(wait, 3), "startup_score": round(800.0 / (8.0 + wait), 1)}
        return [Event("slow_start", Span(start, first), min(1.0, wait / FULL_S), figures)]
