"""Frozen pictures: movement that stops at once, stays stopped, and goes on.

What is judged: a picture that stands while the content ought to move. A still scene (a slide, an idle app, a person
who sits still) is no freeze: there nothing moves around it, or the still moment goes on changing a little, as a person
and a sensor do. A freeze is either a *pause* (the content goes on where it stopped) or a *skip* (content was lost
meanwhile: the first new picture lies as far from the held one as pictures that are farther apart). A picture that
stands until the end of the recording is a freeze as well, mode ``end``, when movement stopped at once and it stands for
a second or more.

The least duration follows the rule of WebRTC's freeze metric (a gap of three frame times and more), taken on new
frames, so that repeats and gaps in the time stamps count alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from beholder.features.cadence import NEEDS, Cadence, cadence
from beholder.features.holds import EPSILON_S
from beholder.features.screen import is_screen_content
from beholder.types import Event, Evidence, Floats, Series, Span

__all__ = ["Freeze", "is_screen"]

# Chosen on the tuning half of the generated cases (benchmarks/freeze.py).
LEAST_S = 0.25  # seconds; coding bleeds into either end of a freeze of 0.3 s
LEAST_HOLDS = 3.5  # times the usual hold of a picture
AROUND = 30  # new pictures on each side that say what hold is usual
AROUND_S = 0.7  # seconds of movement looked at on each side
LEAST_NEW = 3  # new pictures on each side
VISIBLE = 4.0  # levels of shift: less is sensor noise
ABRUPT = 0.05  # of the movement around, in the last new picture before and the first after
EDGE = 3.5  # levels of shift there
SETTLED_S = 0.12  # seconds at the start of a freeze in which coding refines the picture
STILL = 0.3  # of the change around: held pictures reach 0.26 at CRF <= 28, people who keep still start at 0.4
STILL_SHIFT, STILL_ROOT = 1.6, 0.4  # levels; times the root of the movement around
END_S, END_STEP = 1.0, 2.0  # seconds until the end; times the movement around: more is a cut to a still picture
LOST = 0.7  # jump: above, content was lost (the step over the usual one tells nothing beyond it)
JUMP_S = 0.1  # seconds around the end of a freeze in which its jump was measured
WORST_S = 5.0  # a freeze this long is as bad as it gets; WebRTC calls it a pause of the stream


@dataclass(frozen=True, slots=True)
class Freeze:
    """Finds ``freeze`` events; evidence says whether it was a ``pause``, a ``skip`` or the ``end``."""

    kinds: tuple[str, ...] = ("freeze",)
    needs: tuple[str, ...] = (*NEEDS, "change", "jump")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the freezes of a recording."""
        beat = cadence(evidence.series, duration=float(evidence.facts["duration_s"]))
        events = []
        for j in np.flatnonzero(beat.hold >= LEAST_S):
            if beat.hold[j] < LEAST_HOLDS * _usual_hold(beat, int(j)):
                continue
            hold = _Hold(beat, int(j), ends=bool(j == beat.hold.size - 1))
            if not is_screen(evidence, hold.span) and _stops(hold) and _stands(hold, evidence.series):
                events.append(_event(hold, evidence.series["jump"]))
        return events


def is_screen(evidence: Evidence, span: Span) -> bool:
    """Whether drawn screen content is shown around a span; False where it was not measured."""
    if "plain" not in evidence.series or "flat" not in evidence.series:
        return False
    near = Span(span.start - 1.0, span.end + 1.0)
    plain, flat = (evidence.series[name].within(near) for name in ("plain", "flat"))
    plain, flat = plain[np.isfinite(plain)], flat[np.isfinite(flat)]
    return bool(plain.size and flat.size) and is_screen_content(float(np.median(plain)), float(np.median(flat)))


@dataclass(frozen=True, slots=True)
class _Hold:
    """The hold of new picture `j`; `ends` when it lasts until the end of the recording."""

    beat: Cadence
    j: int
    ends: bool

    @property
    def span(self) -> Span:
        start = float(self.beat.start[self.j])
        return Span(start, start + float(self.beat.hold[self.j]))

    @property
    def before(self) -> Floats:
        """Shifts of the new pictures before, the held one among them."""
        return self._shifts(self.span.start - AROUND_S, self.span.start, self.j)

    @property
    def after(self) -> Floats:
        """Shifts of the new pictures after."""
        return self._shifts(self.span.end, self.span.end + AROUND_S, self.j + 1)

    def _shifts(self, start: float, end: float, always: int) -> Floats:
        near = (self.beat.start >= start) & (self.beat.start <= end)
        near[always : always + 1] = True
        shifts = self.beat.shift[near]
        return shifts[np.isfinite(shifts)]


def _usual_hold(beat: Cadence, j: int) -> float:
    """Median hold of the thirty new pictures on either side."""
    near = np.concatenate([beat.hold[max(0, j - AROUND) : j], beat.hold[j + 1 : j + 1 + AROUND]])
    return float(np.median(near)) if near.size else 0.0


def _stops(hold: _Hold) -> bool:
    """Whether movement stops at once before and, unless the recording ends, starts at once after."""
    before, after = hold.before, hold.after
    if before.size < LEAST_NEW or not _moves(before, before[-2:]):
        return False
    if hold.ends:
        return hold.span.duration >= END_S and float(before[-1]) <= END_STEP * _quartile(before[:-1])
    return after.size >= LEAST_NEW and _moves(after[1:], after[:2])


def _moves(shifts: Floats, nearest: Floats) -> bool:
    usual = _quartile(shifts)
    return usual >= VISIBLE and float(nearest.max()) >= max(EDGE, ABRUPT * usual)


def _stands(hold: _Hold, series: Mapping[str, Series]) -> bool:
    """Whether the picture changes and moves much less than on either side: who sits still is not frozen."""
    span = hold.span
    sides = [Span(span.start - AROUND_S, span.start + EPSILON_S)]
    if not hold.ends:
        sides.append(Span(span.end - EPSILON_S, span.end + AROUND_S))
    settled = Span(min(span.start + SETTLED_S, span.end - EPSILON_S), span.end - EPSILON_S)
    changes, shifts = series["change"].within(settled), series["shift"].within(settled)
    if changes.size < LEAST_NEW:  # a gap in the time stamps
        return True
    change, shift = (min(_quartile(_new(series, name, side)) for side in sides) for name in ("change", "shift"))
    still = float(np.median(shifts)) <= max(STILL_SHIFT, STILL_ROOT * shift**0.5)
    return still and float(np.median(changes)) <= STILL * change


def _new(series: Mapping[str, Series], name: str, span: Span) -> Floats:
    """Give the values of the new pictures in `span`: where each is shown twice, the repeats say nothing of movement."""
    return series[name].within(span)[series["fresh"].within(span) > 0]


def _quartile(values: Floats) -> float:
    """Upper quartile of what was measured, 0 when nothing was."""
    known = values[np.isfinite(values)]
    return float(np.percentile(known, 75)) if known.size else 0.0


def _event(hold: _Hold, jumps: Series) -> Event:
    span = hold.span
    jump = _jump(jumps, span.end)
    figures: dict[str, float | str] = {
        "mode": "end" if hold.ends else "skip" if jump > LOST else "pause",
        "duration_s": round(span.duration, 3),
        "movement_before": round(_quartile(hold.before), 2),
    }
    if not hold.ends:
        figures |= {"movement_after": round(_quartile(hold.after[1:]), 2), "jump": round(jump, 2)}
    return Event("freeze", span, min(1.0, span.duration / WORST_S), figures)


def _jump(jumps: Series, end: float) -> float:
    """Jump measured nearest to the end of a freeze; 0 where none was."""
    first, last = np.searchsorted(jumps.t, [end - JUMP_S, end + JUMP_S])
    near = first + np.flatnonzero(np.isfinite(jumps.y[first:last]))
    return float(jumps.y[near[np.abs(jumps.t[near] - end).argmin()]]) if near.size else 0.0
