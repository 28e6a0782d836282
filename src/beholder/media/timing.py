"""From presentation time stamps, as they come, to one clock that never runs backwards."""

from __future__ import annotations

from fractions import Fraction

__all__ = ["MediaTime"]

SNAP_S = 0.00101  # Matroska rounds to whole milliseconds: the first stamp by half of one and each other by half of one
DISCONTINUITY_S = 1.0  # a step back beyond this is a new start of the clock, a smaller one a single bad stamp
LEAP_S = 60.0  # a leap forward beyond this and beyond the stated end is a broken stamp


class MediaTime:
    """Turns the time stamps of one track into seconds since its first picture.

    Stamps that were rounded to a container's tick are put back on the grid of the nominal frame
    rate, so that every container gives the same times. Missing stamps are counted from the rate;
    steps back and leaps beyond the stated end are repaired and counted.

    Parameters
    ----------
    rate : Fraction
        Nominal pictures per second.
    duration : float or None
        Stated length in seconds.

    Examples
    --------
    >>> clock = MediaTime(Fraction(30), None)
    >>> [round(clock.at(t), 4) for t in (0.5, 0.533, 0.567, None)]
    [0.0, 0.0333, 0.0667, 0.1]
    """

    def __init__(self, rate: Fraction, duration: float | None) -> None:
        self.rate, self.duration = rate, duration
        self.repaired = self.missing = 0
        self.origin: float | None = None
        self.last: float | None = None

    def at(self, stamp: float | None) -> float:
        """Give the media time of the next picture, whose stamp is `stamp` seconds (None when missing)."""
        t = self._place(stamp)
        self.last = t
        return t

    def _place(self, stamp: float | None) -> float:
        step = float(1 / self.rate)
        if stamp is None:
            self.missing += 1
            return 0.0 if self.last is None else self.last + step
        if self.origin is None:
            self.origin = stamp - (0.0 if self.last is None else self.last + step)
        t = self._snap(stamp - self.origin)
        if self.last is None:
            return t
        if t <= self.last or self._leaps(t):
            self.repaired += 1
            if abs(t - self.last) > DISCONTINUITY_S:
                self.origin = stamp - (self.last + step)
            return self.last + step
        return t

    def _snap(self, t: float) -> float:
        grid = float(round(t * self.rate) / self.rate)
        return grid if abs(grid - t) <= SNAP_S else round(t, 6)

    def _leaps(self, t: float) -> bool:
        if self.last is None or self.duration is None:
            return False
        return t - self.last > LEAP_S and t > self.duration + LEAP_S
