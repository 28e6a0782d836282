"""Black picture where there was one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from beholder.events.loading_animation import waiting
from beholder.events.spans import end_of, joined, spans_where
from beholder.types import Event, Evidence, Series, Span

if TYPE_CHECKING:
    from beholder.types import Floats, Times

__all__ = ["Black", "is_sharp", "lasts"]

BLACK_PICTURE = 0.98  # share of black pixels; picture_black_ratio_th of FFmpeg's blackdetect
MIN_S = 0.3  # shorter black between two shots is editing; 0.3 s holds 3 pictures at 10 fps
LONG_S = 10.0  # black this long is a fault however it began; the shortest alarm of AWS MediaConnect
GAP_S = 0.1
BEFORE_S = 1.0  # the picture before the entry
NEAR_S = 0.15  # the pictures just before the entry, where a fade is nearly done
SHARP = 0.6  # a cut keeps its level up to the last picture; a linear fade of 0.5 s is at 0.3 on average over NEAR_S
FULL_S = 3.0  # strength 1
ALL = 0.95  # share of a recording that is the whole; players add a picture of another kind at the ends


@dataclass(frozen=True, slots=True)
class Black:
    """Finds stretches of at least 0.3 s in which at least 98 % of the pixels are black and that begin with a cut.

    A fade to black is a means of film and no fault, nor is black before the first picture (see `slow_start`) or a
    dark scene; black of 10 s and more is a fault in any case, and so is a recording without any other picture. Black
    under a loading animation is that animation.
    """

    kinds: ClassVar[tuple[str, ...]] = ("black",)
    needs: ClassVar[tuple[str, ...]] = ("black_share", "brightness")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per stretch; evidence: ``duration_s``, ``black_share``, ``entry`` (cut, fade or start)."""
        share, brightness = evidence.series["black_share"], evidence.series["brightness"]
        end = end_of(share.t, evidence.facts)
        waits = waiting(evidence)
        events = []
        for span in joined(spans_where(share.t, share.y >= BLACK_PICTURE, end=end), gap=GAP_S):
            if any(span & wait for wait in waits):
                continue
            sharp, always = is_sharp(brightness, span.start), lasts(span, share.t, end)
            if span.duration < (MIN_S - 1e-6 if sharp or always else LONG_S):
                continue
            measured: Floats = share.within(span)
            figures = {
                "duration_s": round(span.duration, 3),
                "black_share": round(float(np.nanmedian(measured)), 4),
                "entry": "from the start" if always else "cut" if sharp else "fade",
            }
            events.append(Event("black", span, min(1.0, span.duration / FULL_S), figures))
        return events


def lasts(span: Span, t: Times, end: float) -> bool:
    """Say whether a stretch leaves next to nothing of the recording: there never was another picture."""
    return bool(t.size) and span.duration >= ALL * (end - float(t[0]))


def is_sharp(level: Series, start: float) -> bool:
    """Say whether `level` was still at its usual height just before `start`, so that a cut and no fade led there.

    Examples
    --------
    >>> t = np.arange(0, 2, 0.04)
    >>> fade = Series("brightness", t, (100 * np.clip(1.5 - t, 0, 1)).astype(np.float32))
    >>> is_sharp(fade, 1.5), is_sharp(Series("brightness", t, np.full(t.shape, 90, np.float32)), 1.5)
    (False, True)
    """
    before = level.within(Span(start - BEFORE_S, start))
    if not before.size or not np.isfinite(before).any():
        return False
    near = level.within(Span(start - NEAR_S, start))
    near = near if near.size else before[-1:]
    return bool(np.nanmin(near) >= SHARP * np.nanmedian(before))
