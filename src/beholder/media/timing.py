"""From presentation time stamps, as they come, to one clock that never runs backwards."""

from __future__ import annotations

import itertools
import statistics
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LEAP_S", "SNAP_S", "MediaTime", "Stamps", "find_rate"]

NTSC = Fraction(1000, 1001)
STANDARD_RATES = (
    *(Fraction(rate, 2) for rate in (2, 4, 10, 12, 15, 16, 20, 24, 25, 30, 40, 48)),
    *(24 * NTSC, Fraction(25), Fraction(30), 30 * NTSC, Fraction(48), Fraction(50), Fraction(60), 60 * NTSC),
    *(Fraction(90), Fraction(100), Fraction(120)),
)  # pictures per second that cameras, coders and screen recorders use; NTSC rates after their round twins
ON_GRID = 0.95  # share of stamps that must lie on the grid of a rate; a few may be broken
NEAR_RATE = 0.05  # how far a median gap may lie from a standard rate to be called by its name
SNAP_S = 0.00101  # Matroska rounds to whole milliseconds: the first stamp by half of one and each other by half of one
DISCONTINUITY_S = 1.0  # a step back beyond this is a new start of the clock, a smaller one a single bad stamp
_BEFORE = -(2**63)  # before every stamp: FFmpeg's own mark of a missing one
LEAP_S = 60.0  # a leap forward beyond this (of pictures: and beyond the stated end) is a broken stamp


class MediaTime:
    """Turns the time stamps of one track into seconds since its first picture.

    Stamps that were rounded to a container's tick are put back on the grid of the frame rate, so that
    every container gives the same times; stamps off the grid are rounded to whole milliseconds, the
    coarsest tick of the common containers. Missing stamps are counted from the rate. Steps back and
    leaps beyond the stated end are repaired and counted: where a second one follows, or the
    step is long, the clock starts anew from there.

    Parameters
    ----------
    rate : Fraction
        Nominal pictures per second.
    duration : float or None
        Stated length in seconds.
    grid : bool
        Whether the stamps lie on the grid of `rate` (see `find_rate`).

    Examples
    --------
    >>> clock = MediaTime(Fraction(30), None)
    >>> [round(clock.at(t), 4) for t in (0.5, 0.533, 0.567, None)]
    [0.0, 0.0333, 0.0667, 0.1]
    """

    def __init__(self, rate: Fraction, duration: float | None, *, grid: bool = True) -> None:
        self.rate, self.duration, self.grid = rate, duration, grid
        self.repaired = self.missing = 0
        self.origin: float | None = None
        self.last: float | None = None
        self._behind: float | None = None  # the stamp of the last picture when it was repaired

    def at(self, stamp: float | None) -> float:
        """Give the media time of the next picture, whose stamp is `stamp` seconds (None when missing)."""
        t = self._place(stamp)
        self.last = t
        return t

    def _place(self, stamp: float | None) -> float:
        step = float(1 / self.rate)
        if stamp is None:
            self.missing += 1
            return 0.0 if self.last is None else self._snap(self.last + step)
        if self.origin is None:
            self.origin = stamp - (0.0 if self.last is None else self.last + step)
        t = self._snap(stamp - self.origin)
        if self.last is None:
            return t
        if t > self.last and not self._leaps(t):
            self._behind = None
            return t
        self.repaired += 1
        if t == self.last:
            return round(t + step / 2, 3)  # leaves room for the next one to be right
        goes_on = self._behind is not None and stamp > self._behind  # two in a row: the clock itself was set back
        self._behind = stamp
        if goes_on or abs(t - self.last) > DISCONTINUITY_S:
            self.origin = stamp - (self.last + step)
        return self._snap(self.last + step)

    def _snap(self, t: float) -> float:
        if self.grid:
            near = _nearest(t, self.rate)
            if abs(near - t) <= SNAP_S:
                return near
        return round(t, 3)

    def _leaps(self, t: float) -> bool:
        if self.last is None or self.duration is None:
            return False
        return t - self.last > LEAP_S and t > self.duration + LEAP_S


class Stamps:
    """Chooses between the two stamps of each decoded picture, as FFmpeg's own programs do.

    Some containers, AVI among them, know only the order of decoding. Their presentation stamps run backwards where
    pictures were reordered; the other stamp, handed through in the order of output, does not.

    Examples
    --------
    >>> stamps = Stamps()
    >>> [stamps.choose(pts, dts) for pts, dts in ((1, 2), (4, 3), (3, 4), (5, 5), (2, 6), (8, 7))]
    [1, 4, 4, 5, 6, 7]
    """

    def __init__(self) -> None:
        self._presented = self._decoded = _BEFORE
        self._faults = 0

    def choose(self, pts: int | None, dts: int | None) -> int | None:
        """Give the stamp to go by; None when the picture has no presentation stamp."""
        if pts is None:
            return None
        if dts is None:
            return pts
        self._faults += (pts <= self._presented) - (dts <= self._decoded)
        self._presented, self._decoded = pts, dts
        return pts if self._faults <= 0 else dts


def find_rate(stamps: Sequence[float], stated: Fraction) -> tuple[Fraction, bool]:
    """Find the frame rate of the first time stamps, and whether they lie on its grid.

    Containers state different rates for the same pictures when the rate varies, so the stamps decide. Skipped
    pictures leave the others on the grid.

    Parameters
    ----------
    stamps : sequence of float
        Seconds, in any order.
    stated : Fraction
        What the container says; taken when the stamps agree with it or say nothing.

    Examples
    --------
    >>> find_rate([0.0, 0.033, 0.1, 0.133], Fraction(25))
    (Fraction(30, 1), True)
    >>> find_rate([0.0, 0.037, 0.081, 0.118, 0.162], Fraction(30))
    (Fraction(25, 1), False)
    """
    times = sorted(stamps)
    gaps = [b - a for a, b in itertools.pairwise(times) if b > a]
    if not gaps:
        return stated, True
    for rate in (stated, *STANDARD_RATES):
        if rate in STANDARD_RATES and _on_grid([t - times[0] for t in times], rate):
            return rate, True
    typical = 1.0 / statistics.median(gaps)
    near = min(STANDARD_RATES, key=lambda rate: abs(float(rate) / typical - 1))
    if abs(float(near) / typical - 1) <= NEAR_RATE:
        return near, False
    return max(Fraction(1, 10), Fraction(min(typical, 1000.0)).limit_denominator(10)), False


def _on_grid(times: Sequence[float], rate: Fraction) -> bool:
    near = sum(abs(_nearest(t, rate) - t) <= SNAP_S for t in times)
    return near >= ON_GRID * len(times)


def _nearest(t: float, rate: Fraction) -> float:
    return float(round(t * rate) / rate)
