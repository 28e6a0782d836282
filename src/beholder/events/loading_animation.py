"""Loading animation: a spinner or an endless progress bar on a screen that otherwise stands still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from beholder.events.spans import end_of, joined, runs
from beholder.types import Event, Evidence, Series, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from beholder.types import Times

__all__ = ["Loading", "LoadingAnimation", "as_event", "find_loading", "waiting"]

LOOP = 0.6  # autocorrelation of the part that moves, at its period
LOOP_ROUND = 0.38  # enough when the part is round
ROUND = 0.4
LOCAL_EXTENT = 0.25  # of the picture, at most: SMALL_SHARE of features/animation.py
QUIET_S = 0.3  # a spinner moves at least this often
BLIP_S = 0.15  # a key frame may change the whole picture for a moment
MIN_S = 1.0
FULL_S = 5.0  # strength 1
LONG_S = 4.5  # seconds; something small that moves for longer must loop steadily
STEADY = 3  # hops of features/animation.py in a row
MOSTLY = 0.4  # of a long stretch loops: it is one animation
SEEN_S = 1.5  # the loop is seen about one turn and a half after it began
VIDEO_S = 1.0  # what came before the animation is judged over this time
VIDEO_PICTURES = 0.5  # of the pictures of that time move all over; an app between two screens moves for a moment


@dataclass(frozen=True, slots=True)
class Loading:
    """A stretch with an animation: its evidence, and whether a video was playing up to it."""

    span: Span
    loop: float
    roundness: float
    over_video: bool


def find_loading(evidence: Evidence) -> list[Loading]:
    """Find the stretches of more than 1 s in which a small part loops while the rest stands still."""
    loop, circle = evidence.series["loading_loop"], evidence.series["loading_round"]
    moving = evidence.series["moving_extent"]
    if not loop.t.size or not moving.t.size:
        return []
    end = end_of(moving.t, evidence.facts)
    hits = (loop.y >= LOOP) | ((loop.y >= LOOP_ROUND) & (circle.y >= ROUND))
    out = []
    for local in _local(moving, end):
        before = moving.within(Span(local.start - VIDEO_S, local.start))
        playing = before.size > 1 and float((before > LOCAL_EXTENT).mean()) >= VIDEO_PICTURES
        for span in [local] if local.duration <= LONG_S else _loops(local, loop.t, hits):
            inside = hits & (loop.t >= span.start) & (loop.t < span.end + QUIET_S)
            if span.duration <= MIN_S or not inside.any():
                continue
            looped, circled = (float(np.fmax.reduce(y[inside], initial=0.0)) for y in (loop.y, circle.y))
            out.append(Loading(span, looped, circled, over_video=bool(playing or span.start > local.start)))
    return out


def _loops(local: Span, t: Times, hits: NDArray[np.bool_]) -> list[Span]:
    """Give the parts of a long stretch that loop for some time; the whole when that is most of it.

    A speaking head moves a small part all the time as well, and comes back to the same look by chance.
    """
    inside = hits & (t >= local.start) & (t < local.end + QUIET_S)
    found = [(first, last) for first, last in runs(inside) if last - first >= STEADY]
    if sum(last - first for first, last in found) >= MOSTLY * np.count_nonzero((t >= local.start) & (t < local.end)):
        return [local]
    spans = [
        Span(max(local.start, float(t[first]) - SEEN_S), min(local.end, float(t[last - 1]))) for first, last in found
    ]
    return joined(spans, gap=QUIET_S)


def waiting(evidence: Evidence) -> list[Span]:
    """Give the spans of all loading animations; none when they were not measured."""
    if any(name not in evidence.series for name in LoadingAnimation.needs):
        return []
    return [item.span for item in find_loading(evidence)]


def _local(moving: Series, end: float) -> list[Span]:
    """Give the stretches in which something moves all the time, and never more than a small part."""
    small = (moving.y > 0) & (moving.y <= LOCAL_EXTENT)
    stops = np.append(moving.t[1:], end)
    spans = [Span(float(moving.t[a]), float(stops[b - 1])) for a, b in runs(small)]
    large = moving.t[moving.y > LOCAL_EXTENT]
    out: list[Span] = []
    for span in joined(spans, gap=0.0):
        gap = span.start - out[-1].end if out else QUIET_S + 1
        blip = out and bool(((large >= out[-1].end) & (large < span.start)).any())
        if out and gap <= (BLIP_S if blip else QUIET_S):
            out[-1] = Span(out[-1].start, span.end)
        else:
            out.append(span)
    return [_up_to_large(span, large) for span in out]


def _up_to_large(span: Span, large: Times) -> Span:
    """Widen a span to the pictures close by that change all over: the stop and the return of a video."""
    first, last = np.searchsorted(large, span.start), np.searchsorted(large, span.end)
    near_start = first > 0 and span.start - large[first - 1] <= QUIET_S
    near_end = last < large.size and large[last] - span.end <= QUIET_S
    return Span(float(large[first - 1]) if near_start else span.start, float(large[last]) if near_end else span.end)


@dataclass(frozen=True, slots=True)
class LoadingAnimation:
    """Finds animations of more than 1 s on a screen that was not playing a video just before (see `buffering`)."""

    kinds: ClassVar[tuple[str, ...]] = ("loading_animation",)
    needs: ClassVar[tuple[str, ...]] = ("loading_loop", "loading_round", "moving_extent")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per animation; evidence: ``duration_s``, ``loop``, ``roundness`` (both 0..1)."""
        return [as_event("loading_animation", item) for item in find_loading(evidence) if not item.over_video]


def as_event(kind: str, item: Loading) -> Event:
    """Turn a stretch into an event of `kind`."""
    figures = {
        "duration_s": round(item.span.duration, 3),
        "loop": round(item.loop, 3),
        "roundness": round(item.roundness, 3),
    }
    return Event(kind, item.span, min(1.0, item.span.duration / FULL_S), figures)
