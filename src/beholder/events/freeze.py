"""Frozen pictures: movement that stops at once, stays stopped, and goes on.

What is judged: a picture that stands while the content ought to move. A still scene (a slide, an idle app, a person
who sits still) is no freeze: there the movement dies away before and grows again after, or nothing moves at all.
A freeze is either a *pause* (the content goes on where it stopped) or a *skip* (content was lost meanwhile: the first
new picture lies much farther from the held one than the movement around explains).

The least duration follows the rule of WebRTC's freeze metric (a gap of three frame times and more), taken on new
frames, so that repeats and gaps in the time stamps count alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from beholder.features.cadence import NEEDS, Cadence, cadence
from beholder.features.holds import EPSILON_S
from beholder.features.screen import is_screen_content
from beholder.types import Event, Evidence, Floats, Series, Span

__all__ = ["Freeze"]

# Chosen on the tuning half of the generated cases (benchmarks/freeze.py).
LEAST_S = 0.25  # seconds; coding bleeds into either end of a freeze of 0.3 s
LEAST_HOLDS = 3.5  # times the usual hold of a picture
AROUND_S = 0.7  # seconds of movement looked at on each side
LEAST_NEW = 3  # new pictures on each side
VISIBLE = 4.0  # levels of shift: less is sensor noise
ABRUPT = 0.1  # of the movement around, in the last new picture before and the first after
EDGE = 3.5  # levels of shift there
SETTLED_S = 0.12  # seconds at the start of a freeze in which coding refines the picture
STILL = 0.35  # of the change around: a person who sits still, and sensor noise, go on changing
LOST = 0.71  # jump: above, content was lost
JUMP_S = 0.1  # seconds around the end of a freeze in which its jump was measured
WORST_S = 5.0  # a freeze this long is as bad as it gets; WebRTC calls it a pause of the stream


@dataclass(frozen=True, slots=True)
class Freeze:
    """Finds ``freeze`` events; evidence says whether it was a ``pause`` or a ``skip``."""

    kinds: tuple[str, ...] = ("freeze",)
    needs: tuple[str, ...] = (*NEEDS, "jump")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the freezes of a recording."""
        duration = float(evidence.facts["duration_s"])
        beat = cadence(evidence.series, duration=duration)
        usual = usual_hold(beat)
        long = (beat.hold >= LEAST_S) & (beat.hold >= LEAST_HOLDS * usual)
        events = []
        for j in np.flatnonzero(long):
            span = Span(float(beat.start[j]), float(beat.start[j] + beat.hold[j]))
            if not _is_screen(evidence, span) and _stands(evidence.series["change"], span):
                events += _judge(beat, int(j), span, evidence.series["jump"])
        return events


def usual_hold(beat: Cadence) -> Floats:
    """For each new picture, the median hold of those within about two seconds (itself left out)."""
    n = beat.hold.size
    usual = np.zeros(n, np.float32)
    for j in range(n):
        near = np.concatenate([beat.hold[max(0, j - 30) : j], beat.hold[j + 1 : j + 31]])
        usual[j] = np.median(near) if near.size else 0.0
    return usual


def _stands(change: Series, span: Span) -> bool:
    """Whether the picture changes much less than on either side, not only moves less."""
    inside = change.within(Span(min(span.start + SETTLED_S, span.end - EPSILON_S), span.end - EPSILON_S))
    sides = (Span(span.start - AROUND_S, span.start + EPSILON_S), Span(span.end - EPSILON_S, span.end + AROUND_S))
    usual = min(_quartile(change.within(side)) for side in sides)
    return inside.size < LEAST_NEW or float(np.median(inside)) <= STILL * usual


def _quartile(values: Floats) -> float:
    """Upper quartile of what was measured, 0 when nothing was."""
    known = values[np.isfinite(values)]
    return float(np.percentile(known, 75)) if known.size else 0.0


def _judge(beat: Cadence, j: int, span: Span, jumps: Series) -> list[Event]:
    before = _shifts(beat, j, span.start - AROUND_S, span.start)
    after = _shifts(beat, j + 1, span.end, span.end + AROUND_S)
    if before.size < LEAST_NEW or after.size < LEAST_NEW:
        return []
    usual_before, usual_after = float(np.percentile(before, 75)), float(np.percentile(after[1:], 75))
    if min(usual_before, usual_after) < VISIBLE:
        return []
    if before[-2:].max() < max(EDGE, ABRUPT * usual_before) or after[:2].max() < max(EDGE, ABRUPT * usual_after):
        return []
    jump = _jump(jumps, span.end)
    evidence: dict[str, float | str] = {
        "mode": "skip" if jump > LOST else "pause",
        "duration_s": round(span.duration, 3),
        "jump": round(jump, 2),
        "movement_before": round(usual_before, 2),
        "movement_after": round(usual_after, 2),
    }
    return [Event("freeze", span, min(1.0, span.duration / WORST_S), evidence)]


def _jump(jumps: Series, end: float) -> float:
    """Jump measured nearest to the end of a freeze; 0 where none was."""
    first, last = np.searchsorted(jumps.t, [end - JUMP_S, end + JUMP_S])
    near = first + np.flatnonzero(np.isfinite(jumps.y[first:last]))
    return float(jumps.y[near[np.abs(jumps.t[near] - end).argmin()]]) if near.size else 0.0


def _shifts(beat: Cadence, j: int, start: float, end: float) -> Floats:
    """Shifts of the new pictures between two times; `j` is on the near side and always among them."""
    near = (beat.start >= start) & (beat.start <= end)
    near[j : j + 1] = True
    shifts = beat.shift[near]
    return shifts[np.isfinite(shifts)]


def _is_screen(evidence: Evidence, span: Span) -> bool:
    if "plain" not in evidence.series:
        return False
    near = Span(span.start - 1.0, span.end + 1.0)
    plain, flat = (evidence.series[name].within(near) for name in ("plain", "flat"))
    return bool(plain.size) and is_screen_content(float(np.nanmedian(plain)), float(np.nanmedian(flat)))
