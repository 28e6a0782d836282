"""Blank picture: one plain tone that is not black, where there was a picture before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from beholder.events.black import BLACK_PICTURE, is_sharp, lasts
from beholder.events.loading_animation import waiting
from beholder.events.spans import end_of, joined, spans_where
from beholder.types import Event, Evidence

if TYPE_CHECKING:
    from beholder.types import Floats

__all__ = ["Blank"]

PLAIN_PICTURE = 0.98  # share of pixels of one tone, as for black
MIN_S = 0.3
GAP_S = 0.1
FULL_S = 3.0  # strength 1


@dataclass(frozen=True, slots=True)
class Blank:
    """Finds stretches of at least 0.3 s in which at least 98 % of the pixels have one tone and that begin with a cut.

    A fade to white and a plain picture at the start are no blank picture (see `low_page_content` and `slow_start`),
    nor is one under a loading animation. A recording that holds nothing else is blank.
    """

    kinds: ClassVar[tuple[str, ...]] = ("blank",)
    needs: ClassVar[tuple[str, ...]] = ("plain_share", "black_share", "contrast", "brightness")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per stretch; evidence: ``duration_s``, ``plain_share``, ``brightness``."""
        plain, black = evidence.series["plain_share"], evidence.series["black_share"]
        mask = (plain.y >= PLAIN_PICTURE) & (black.y < BLACK_PICTURE)
        waits = waiting(evidence)
        events = []
        end = end_of(plain.t, evidence.facts)
        for span in joined(spans_where(plain.t, mask, end=end), gap=GAP_S):
            if any(span & wait for wait in waits):
                continue
            begins = is_sharp(evidence.series["contrast"], span.start) or lasts(span, plain.t, end)
            if span.duration < MIN_S - 1e-6 or not begins:
                continue
            tone: Floats = evidence.series["brightness"].within(span)
            figures = {
                "duration_s": round(span.duration, 3),
                "plain_share": round(float(np.nanmedian(plain.within(span))), 4),
                "brightness": round(float(np.nanmedian(tone)), 1),
            }
            events.append(Event("blank", span, min(1.0, span.duration / FULL_S), figures))
        return events
