"""Which frames show something new: repeats, holds, scene cuts, and the rate of new pictures.

A recording may hide a still picture as repeats or as a gap in its time stamps; both are the same here, for
everything is said of *new* frames and of how long each was held. After re-encoding a repeat is almost never
exact: the coder refines it for a few frames and touches it up at each intra frame. So a frame counts as a repeat
when it changed less than a noise floor taken from the clip itself, and such refinements next to repeats do too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beholder.types import Floats, Series, Times

__all__ = ["Cadence", "cadence"]

Flags = NDArray[np.bool_]

# Measured on repeats re-encoded at x264 CRF 18-35 and on moving frames of the tuning half (benchmarks/freeze.py).
QUIET_SHARE = 0.06  # of the clip's own median change
QUIET_LEAST, QUIET_MOST = 0.004, 0.03  # levels of mean change
QUIET_SHIFT = 1.3  # levels
REFINEMENT = 0.2  # of the movement around: a stronger shift is new content
REFINED_FRAMES = 5  # the longest run of refinements seen at one place, 10-60 pictures a second
AROUND_S = 1.0
LONGEST_PERIOD = 6  # repeats of 10 new pictures in 60
CUT_HISTOGRAM, CUT_ACTIVE, CUT_RATIO = 0.25, 0.5, 3.0  # share, share, times the change around
CUT_AROUND = 4  # frames on each side


@dataclass(frozen=True, slots=True)
class Cadence:
    """New frames and how long each stayed on the screen.

    Attributes
    ----------
    fresh : Flags, shape (frames,)
        True where a frame shows something new (the first always does).
    cut : Flags, shape (frames,)
        True at the first frame of a new scene.
    index : array of int, shape (new frames,)
        Which frames are new.
    start, hold : Times, shape (new frames,)
        When each came, and for how many seconds it stayed.
    shift : Floats, shape (new frames,)
        How far the picture moved when it came (``shift`` of the frame measures; NaN for the first).
    """

    fresh: Flags
    cut: Flags
    index: NDArray[np.intp]
    start: Times
    hold: Times
    shift: Floats

    def rate(self, start: float, end: float) -> float:
        """New pictures per second between two times."""
        return float(((self.start >= start) & (self.start < end)).sum()) / max(end - start, 1e-9)


def cadence(change: Series, shift: Series, active: Series, histogram_change: Series, *, duration: float) -> Cadence:
    """Find the new frames of a recording from its frame measures; `duration` in seconds ends the last hold."""
    t = change.t
    quiet = _quiet(change.y, shift.y)
    quiet |= _refinements(quiet, shift.y, t)
    quiet |= _periodic_repeats(quiet, shift.y)
    fresh = ~quiet
    if fresh.size:
        fresh[0] = True
    index = np.flatnonzero(fresh)
    start = t[index]
    hold = np.diff(np.append(start, max(duration, t[-1] if t.size else 0.0)))
    cut = _cuts(change.y, active.y, histogram_change.y)
    return Cadence(fresh, cut, index, start, hold, shift.y[index])


def _quiet(change: Floats, shift: Floats) -> Flags:
    known = change[np.isfinite(change)]
    if not known.size:
        return np.zeros(change.shape, bool)
    moving = known[known > QUIET_LEAST]
    typical = float(np.median(moving)) if moving.size else 0.0
    floor = min(max(QUIET_SHARE * typical, QUIET_LEAST), QUIET_MOST)
    return (change < floor) & (shift < QUIET_SHIFT)


def _refinements(quiet: Flags, shift: Floats, t: Times) -> Flags:
    """Frames beside repeats whose shift is far below the movement around: the coder's touch-ups."""
    found = np.zeros_like(quiet)
    for first, last in _runs(~quiet):
        frames = np.arange(first, last)
        before, after = first > 0, last < quiet.size
        if before and after and frames.size <= REFINED_FRAMES:
            candidates = frames
        elif after:
            candidates = frames[-REFINED_FRAMES:]
        else:
            continue
        level = _movement_around(quiet, shift, t, first, last)
        weak = shift[candidates] < REFINEMENT * level
        if candidates.size == frames.size and before:
            found[candidates[weak]] = bool(weak.all())
        else:
            tail = np.logical_and.accumulate(weak[::-1])[::-1]
            found[candidates[tail]] = True
    return found


def _movement_around(quiet: Flags, shift: Floats, t: Times, first: int, last: int) -> float:
    """Median shift of the moving frames up to a second before and after, stretches of repeats not counted."""
    moving = np.flatnonzero(~quiet & np.isfinite(shift))
    step = float(np.median(np.diff(t[: 1000]))) if t.size > 1 else 1.0
    reach = max(4, int(AROUND_S / max(step, 1e-3)))
    here = np.searchsorted(moving, [first, last])
    around = np.concatenate([moving[max(0, here[0] - reach) : here[0]], moving[here[1] : here[1] + reach]])
    own = moving[here[0] : here[1]]
    pool = np.concatenate([around, own]) if own.size > REFINED_FRAMES else around
    return float(np.median(shift[pool])) if pool.size else 0.0


def _periodic_repeats(quiet: Flags, shift: Floats) -> Flags:
    """Frames that repeat in a steady rhythm (each second, each third ...), even when the coder blurs it."""
    found = np.zeros_like(quiet)
    window = 8 * LONGEST_PERIOD
    for first in range(1, shift.size - window + 1, window):
        part = np.nan_to_num(shift[first : first + window])
        for period in range(2, LONGEST_PERIOD + 1):
            lowest = np.array([np.percentile(part[phase::period], 75) for phase in range(period)])
            highest = np.array([np.percentile(part[phase::period], 25) for phase in range(period)])
            lead = int(highest.argmax())
            others = np.delete(lowest, lead)
            if highest[lead] > QUIET_SHIFT and others.max() < 0.25 * highest[lead]:  # a quarter: far from any drift
                steady = np.ones(window, bool)
                steady[lead::period] = False
                found[first : first + window] |= steady
                break
    return found


def _cuts(change: Floats, active: Floats, histogram_change: Floats) -> Flags:
    cut = (histogram_change > CUT_HISTOGRAM) & (active > CUT_ACTIVE)
    for i in np.flatnonzero(cut):
        near = np.concatenate([change[max(0, i - CUT_AROUND) : i], change[i + 1 : i + 1 + CUT_AROUND]])
        near = near[np.isfinite(near)]
        cut[i] = not near.size or change[i] > CUT_RATIO * float(np.median(near))
    return cut


def _runs(flags: Flags) -> list[tuple[int, int]]:
    """Stretches of True as (first, one past the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
