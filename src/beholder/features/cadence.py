"""Which frames show something new: repeats, holds, scene cuts, and the rate of new pictures.

A recording may hide a still picture as repeats or as a gap in its time stamps; both are the same here, for
everything is said of *new* frames and of how long each was held. After re-encoding a repeat is almost never
exact: the coder refines it for half a second and touches it up at each intra frame. Refinement changes many pixels a
little but leaves the means of blocks alone, so a frame counts as a repeat when its blocks moved much less than those
of the moving frames around it; at the ends of a hold, where coding spreads one picture thinly into the next, a frame
counts as a repeat when it is weak beside the strongest ones on its side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beholder.features.holds import DRIFT_S, EPSILON_S
from beholder.types import Floats, Series, Times

__all__ = ["NEEDS", "Cadence", "cadence", "new_pictures", "quiet_limit"]

NEEDS = ("shift", "fresh", "cut")

Flags = NDArray[np.bool_]

# Measured on repeats re-encoded at x264 CRF 18-35 and on moving frames of the tuning half (benchmarks/freeze.py).
QUIET_SHIFT, QUIET_ROOT = 1.6, 0.5  # levels; times the root of the movement around (4 at 40, 6.5 at 100)
STRONG_S, STRONG_FRAMES = 0.7, 3  # the movement around: the median of the strongest frames within this time
MOST_FRAMES = 64  # in that time
HALF_LIFE_S = 4.0  # of the movement while a picture is held: refinement ends as well
DRIFT_ROOT = 0.7  # times the root of the drift around: repeats stay below it at CRF 35
WEAK, STALE = 0.5, 0.25  # of the movement around; of DRIFT_S, at whose end new movement may already begin
REFINED_S, REFINED_ROOT = 0.3, 0.9  # seconds after a hold began; times the root of the strongest frame before
BLEED_S, BLEED, BLEED_MOST = 0.11, 0.3, 9.0  # seconds before it ends; of the strongest frame next to it; levels
LONG_S, LONG_HOLDS = 0.1, 2.5  # seconds and usual holds: a hold to which bleeding frames are added
TOUCH_S, TOUCH = 0.25, 6.0  # seconds still on both sides; levels: a key picture touches up a held one
LONGEST_PERIOD = 6  # repeats of 10 new pictures in 60
STEADY, STEADY_MOST = 0.4, 0.5  # of the weakest new picture: repeats of a steady rhythm, most of them and each
DIP, SPIKE = 0.45, 1.5  # of the movement of the four pictures around: a repeat, and the step of two pictures after it
CUT_HISTOGRAM, CUT_ACTIVE, CUT_RATIO = 0.25, 0.5, 3.0  # share, share, times the change around
CUT_AROUND = 4  # frames on each side
CHUNK = 10_000  # frames


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
        """Give the new pictures per second between two times."""
        return float(((self.start >= start) & (self.start < end)).sum()) / max(end - start, 1e-9)


def cadence(series: Mapping[str, Series], *, duration: float) -> Cadence:
    """Give the rhythm of a recording from its series (`NEEDS`); `duration` (seconds) ends the last hold."""
    shift, fresh, cut = (series[name] for name in NEEDS)
    t = shift.t
    index = np.flatnonzero(fresh.y)
    start = t[index]
    hold = np.diff(np.append(start, max(duration, t[-1] if t.size else 0.0)))
    return Cadence(fresh.y > 0, cut.y > 0, index, start, hold, shift.y[index])


def new_pictures(series: Mapping[str, Series]) -> dict[str, Series]:
    """Find the frames that show something new, and those that start a scene, from the frame measures.

    Parameters
    ----------
    series : Mapping of str to Series
        With ``change``, ``shift``, ``drift``, ``active`` and ``histogram_change``, one value per frame.

    Returns
    -------
    dict of str to Series
        ``fresh`` and ``cut``, 1 or 0 per frame.
    """
    shift, drift = series["shift"], series["drift"]
    t = shift.t
    quiet = _quiet(shift.y, t)
    quiet |= _periodic_repeats(shift.y)
    quiet |= _dropped(shift.y)
    quiet |= _standing(shift.y, drift.y, t)
    for _ in range(2):  # what is joined at first may be long enough then
        quiet |= _blurred(quiet, shift.y, t)
    quiet |= _touched_up(quiet, shift.y, t)
    fresh = ~quiet
    if fresh.size:
        fresh[0] = True
    cut = _cuts(*(series[name].y for name in ("change", "active", "histogram_change")))
    flags = {"fresh": fresh, "cut": cut}
    return {name: Series(name, t, flag.astype(np.float32), "", "neither", 0.0, 1.0) for name, flag in flags.items()}


def quiet_limit(movement: NDArray[np.floating] | float) -> NDArray[np.floating]:
    """Shift below which a frame repeats the one before, by the movement around it; all in levels.

    >>> float(quiet_limit(4.0)), float(quiet_limit(100.0))
    (1.6, 5.0)
    """
    return np.maximum(QUIET_SHIFT, QUIET_ROOT * np.sqrt(movement))


def _quiet(shift: Floats, t: Times) -> Flags:
    """Frames that are repeats by the movement around them; frames without a measure are not."""
    return np.asarray(shift < quiet_limit(_around(shift, t)))


def _standing(shift: Floats, drift: Floats, t: Times) -> Flags:
    """Frames that hardly led away from the picture of `DRIFT_S` ago, nor did those in between."""
    stands = drift < np.maximum(QUIET_SHIFT, DRIFT_ROOT * np.sqrt(_around(drift, t)))
    weak = shift < WEAK * _around(shift, t)
    found = np.zeros_like(weak)
    for k in np.flatnonzero(stands):
        first, last = np.searchsorted(t, [t[k] - DRIFT_S + EPSILON_S, t[k] - DRIFT_S * STALE])
        found[first:last] |= weak[first:last]
    return found


def _around(values: Floats, t: Times) -> Floats:
    """Movement around each frame, on the weaker of its two sides."""
    if not values.size:
        return values
    before, after = _movement(values, t), _movement(values[::-1], t[-1] - t[::-1])[::-1]
    return np.minimum(np.append(np.float32(0), before[:-1]), np.append(after[1:], np.float32(0)))


def _movement(shift: Floats, t: Times) -> Floats:
    """Movement up to each frame: the median of the strongest frames lately, forgotten slowly while nothing moves."""
    if shift.size < STRONG_FRAMES:
        return np.zeros(shift.size, np.float32)
    step = float(np.median(np.diff(t)))
    count = max(STRONG_FRAMES, min(round(STRONG_S / max(step, 1e-3)), MOST_FRAMES))
    padded = np.concatenate([np.zeros(count - 1, np.float32), np.nan_to_num(shift)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, count)
    middle = count - STRONG_FRAMES // 2 - 1
    level = np.empty(shift.size, np.float32)
    for first in range(0, shift.size, CHUNK):  # a copy of all windows would take as much memory as the pictures
        level[first : first + CHUNK] = np.partition(windows[first : first + CHUNK], middle, axis=1)[:, middle]
    keep = np.exp2(-np.diff(t, prepend=t[0]) / HALF_LIFE_S)
    for i in range(1, level.size):
        level[i] = max(level[i], level[i - 1] * keep[i])
    return level


def _blurred(quiet: Flags, shift: Floats, t: Times) -> Flags:
    """Frames at the ends of a hold: the held picture is refined at first, and the next one shows through at last.

    A hold that is a gap in the time stamps has no repeats that could be coded badly.
    """
    found = np.zeros_like(quiet)
    for first, last in _holds(quiet, t):
        if first == last:
            continue
        limit = REFINED_ROOT * np.sqrt(_strongest(shift, t, t[first - 1] - REFINED_S, t[first - 1]))
        for i in range(first - 1, 0, -1):
            if not (shift[i] < limit and t[i] > t[first - 1] - REFINED_S):
                break
            found[i] = True
        beyond = t[min(last, t.size - 1)] + BLEED_S
        limit = min(BLEED * _strongest(shift, t, t[last - 1], beyond), BLEED_MOST)
        for i in range(last, t.size):
            if not (shift[i] < limit and t[i] < beyond):
                break
            found[i] = True
    return found


def _touched_up(quiet: Flags, shift: Floats, t: Times) -> Flags:
    """Lone weak changes amid a picture that is held before and after: a key picture codes it anew."""
    found = np.zeros_like(quiet)
    fresh = np.flatnonzero(~quiet)
    if fresh.size > 2:
        hold = np.diff(t[fresh])
        lone = (hold[:-1] >= TOUCH_S) & (hold[1:] >= TOUCH_S) & (shift[fresh[1:-1]] < TOUCH)
        repeats = np.diff(fresh)  # a gap in the time stamps holds no repeats: the one picture in it is new
        lone &= (repeats[:-1] > 2) & (repeats[1:] > 2)
        found[fresh[1:-1][lone]] = True
    return found


def _strongest(shift: Floats, t: Times, start: float, end: float) -> float:
    """Largest shift between two times, both among them."""
    near = shift[np.searchsorted(t, start) : np.searchsorted(t, end, side="right")]
    near = near[np.isfinite(near)]
    return float(near.max()) if near.size else 0.0


def _holds(quiet: Flags, t: Times) -> list[tuple[int, int]]:
    """Long stretches of repeats, and gaps in the time stamps, as (first repeat, one past the last)."""
    fresh = np.flatnonzero(~quiet)
    if fresh.size < 2:
        return []
    hold = np.diff(t[fresh])
    least = max(LONG_S, LONG_HOLDS * float(np.median(hold)))
    return [(int(fresh[j]) + 1, int(fresh[j + 1])) for j in np.flatnonzero(hold >= least)]


def _periodic_repeats(shift: Floats) -> Flags:
    """Frames that repeat in a steady rhythm (each second, each third ...), even when the coder blurs it."""
    found = np.zeros(shift.shape, bool)
    window = 8 * LONGEST_PERIOD
    for first in range(1, shift.size - window + 1, window):
        part = np.nan_to_num(shift[first : first + window])
        for period in range(2, LONGEST_PERIOD + 1):
            lowest = np.array([np.percentile(part[phase::period], 75) for phase in range(period)])
            highest = np.array([np.percentile(part[phase::period], 25) for phase in range(period)])
            lead = int(highest.argmax())
            others = np.delete(lowest, lead)
            if highest[lead] > QUIET_SHIFT and others.max() < STEADY * highest[lead]:
                steady = part < STEADY_MOST * highest[lead]
                steady[lead::period] = False
                found[first : first + window] |= steady
                break
    return found


def _dropped(shift: Floats) -> Flags:
    """Lone frames that hardly move amid steady movement and are made up for by the next one: a picture was dropped."""
    found = np.zeros(shift.shape, bool)
    if shift.size < 6:
        return found
    around = np.median(np.stack([shift[:-5], shift[1:-4], shift[4:-1], shift[5:]]), axis=0)
    dip, spike = shift[2:-3], shift[3:-2]
    found[2:-3] = (around > QUIET_SHIFT) & (dip < DIP * around) & (spike > SPIKE * around)
    return found


def _cuts(change: Floats, active: Floats, histogram_change: Floats) -> Flags:
    cut = (histogram_change > CUT_HISTOGRAM) & (active > CUT_ACTIVE)
    for i in np.flatnonzero(cut):
        near = np.concatenate([change[max(0, i - CUT_AROUND) : i], change[i + 1 : i + 1 + CUT_AROUND]])
        near = near[np.isfinite(near)]
        cut[i] = not near.size or change[i] > CUT_RATIO * float(np.median(near))
    return cut
