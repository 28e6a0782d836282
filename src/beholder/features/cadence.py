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
QUIET_SHARE = 0.06  # of the usual change of the clip, and of that around
QUIET_LEAST, QUIET_MOST = 0.004, 0.03  # levels of mean change, anywhere
QUIET_SHIFT, QUIET_SHIFT_SHARE = 1.3, 0.03  # levels; share of the movement around
BLEED = 0.2  # of the movement around: coding spreads a new picture thinly into the repeats beside it
BLEED_FRAMES = 4  # B frames between two references, and one
AROUND_FRAMES = 30  # moving frames looked at on each side
LONGEST_PERIOD = 6  # repeats of 10 new pictures in 60
STEADY = 0.25  # of the weakest new picture: the strongest repeat of a steady rhythm
LONG_S = 0.1  # seconds: a hold to which bleeding frames are added
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
    quiet |= _quiet_here(quiet, change.y, shift.y)
    quiet |= _periodic_repeats(quiet, shift.y)
    quiet |= _bleeding(quiet, shift.y, t)
    fresh = ~quiet
    if fresh.size:
        fresh[0] = True
    index = np.flatnonzero(fresh)
    start = t[index]
    hold = np.diff(np.append(start, max(duration, t[-1] if t.size else 0.0)))
    cut = _cuts(change.y, active.y, histogram_change.y)
    return Cadence(fresh, cut, index, start, hold, shift.y[index])


def _quiet(change: Floats, shift: Floats) -> Flags:
    """Frames that are repeats by the noise floor of the whole clip."""
    known = change[np.isfinite(change)]
    if not known.size:
        return np.zeros(change.shape, bool)
    moving = known[known > QUIET_LEAST]
    typical = float(np.median(moving)) if moving.size else 0.0
    floor = min(max(QUIET_SHARE * typical, QUIET_LEAST), QUIET_MOST)
    return (change < floor) & (shift < QUIET_SHIFT)


def _quiet_here(quiet: Flags, change: Floats, shift: Floats) -> Flags:
    """Frames that are repeats by the movement around them: coarse coding refines a repeat for half a second."""
    usual_change, usual_shift = _around(quiet, change), _around(quiet, shift)
    still = shift < np.maximum(QUIET_SHIFT, QUIET_SHIFT_SHARE * usual_shift)
    return still & (change < QUIET_SHARE * usual_change)


def _around(quiet: Flags, values: Floats) -> Floats:
    """Upper quartile of `values` over the moving frames nearest to each frame, on the weaker of the two sides."""
    moving = np.flatnonzero(~quiet & np.isfinite(values))
    level = np.zeros(values.size, np.float32)
    if not moving.size:
        return level
    here = np.searchsorted(moving, np.arange(values.size))
    sides = [_quartiles(values[moving], AROUND_FRAMES)[0], _quartiles(values[moving], AROUND_FRAMES)[1]]
    before = sides[0][np.clip(here - 1, 0, moving.size - 1)]
    after = sides[1][np.clip(here, 0, moving.size - 1)]
    return np.minimum(before, after)


def _quartiles(values: Floats, count: int) -> tuple[Floats, Floats]:
    """Upper quartile of the `count` values up to each one, and of those from each one on."""
    padded = np.concatenate([np.full(count - 1, np.nan, np.float32), values, np.full(count - 1, np.nan, np.float32)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, count)
    quartile = np.nanpercentile(windows, 75, axis=1).astype(np.float32)
    return quartile[: values.size], quartile[count - 1 :]


def _bleeding(quiet: Flags, shift: Floats, t: Times) -> Flags:
    """Frames beside a hold into which coding spread the picture before or after."""
    usual = _around(quiet, shift)
    weak = ~quiet & (shift < BLEED * usual)
    found = np.zeros_like(quiet)
    for first, last in _holds(quiet, t):
        for step, at in ((-1, first - 1), (1, last)):
            for i in range(at, at + step * BLEED_FRAMES, step):
                if not (0 < i < weak.size and weak[i]):
                    break
                found[i] = True
    return found


def _holds(quiet: Flags, t: Times) -> list[tuple[int, int]]:
    """Stretches of repeats, and gaps in the time stamps, that are long enough, as (first, one past the last) frame."""
    repeats = [(a, b) for a, b in _runs(quiet) if t[min(b, t.size - 1)] - t[a - 1 if a else 0] >= LONG_S]
    gaps = np.flatnonzero(np.diff(t) >= LONG_S) + 1
    usual = float(np.median(np.diff(t))) if t.size > 1 else 0.0
    return repeats + [(int(i), int(i)) for i in gaps if t[i] - t[i - 1] > 2.5 * usual]


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
            if highest[lead] > QUIET_SHIFT and others.max() < STEADY * highest[lead]:
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
