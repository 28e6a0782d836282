"""Little or no content on the screen for more than a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from beholder.events.black import BLACK_PICTURE
from beholder.events.blank import Blank
from beholder.events.loading_animation import waiting
from beholder.events.spans import end_of, joined, spans_where
from beholder.types import Event, Evidence

__all__ = ["LOW_CONTENT", "LowPageContent"]

LOW_CONTENT = 0.12  # a plain page with a title bar, a logo or a spinner lies at 0.02-0.08 (benchmarks/timing.py)
DROP = 0.5  # of the usual content of this recording, so that an app of few colours is not all fault
MIN_S = 1.0
GAP_S = 0.2
FULL_S = 5.0  # strength 1


@dataclass(frozen=True, slots=True)
class LowPageContent:
    """Finds stretches of more than 1 s with a page content below 0.12 and below half of the recording's usual.

    The usual is the upper quartile of `page_content`. Black and blank pictures and loading animations
    have kinds of their own.
    """

    kinds: ClassVar[tuple[str, ...]] = ("low_page_content",)
    needs: ClassVar[tuple[str, ...]] = ("page_content", "plain_share", "black_share", "contrast", "brightness")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per stretch; evidence: ``duration_s``, ``page_content``, ``usual_page_content``."""
        content = evidence.series["page_content"]
        if not np.isfinite(content.y).any():
            return []
        usual = float(np.nanpercentile(content.y, 75))
        mask = (content.y < min(LOW_CONTENT, DROP * usual)) & (evidence.series["black_share"].y < BLACK_PICTURE)
        for span in [blank.span for blank in Blank().detect(evidence)] + waiting(evidence):
            mask &= (content.t < span.start) | (content.t >= span.end)
        events = []
        for span in joined(spans_where(content.t, mask, end=end_of(content.t, evidence.facts)), gap=GAP_S):
            if span.duration <= MIN_S:
                continue
            figures = {
                "duration_s": round(span.duration, 3),
                "page_content": round(float(np.nanmedian(content.within(span))), 4),
                "usual_page_content": round(usual, 4),
            }
            events.append(Event("low_page_content", span, min(1.0, span.duration / FULL_S), figures))
        return events
