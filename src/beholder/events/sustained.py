"""Stretches over which a sampled measure stays on one side of a threshold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beholder.events.spans import end_of, joined, runs, spans_where
from beholder.types import Floats, Series, Span

__all__ = ["Ramp", "Stretch", "smoothed", "stretches"]

SAMPLES = 3  # of the running median: one odd sample neither makes nor breaks a stretch
GAP = 1.0  # seconds; stretches this close are one
LEAST = 1.0  # seconds; shorter ones count only when they are all that was measured


@dataclass(frozen=True, slots=True)
class Ramp:
    """A straight line from a measure to strength: 0 at `low`, 1 at `high` (which may be the smaller)."""

    low: float
    high: float

    def __call__(self, value: float) -> float:
        """Give the strength, 0..1, of a value."""
        return float(np.clip((value - self.low) / (self.high - self.low), 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch and the typical (median) value of the measure in it."""

    span: Span
    value: float


def smoothed(y: Floats) -> Floats:
    """Take the running median of three samples, missing ones left out; short series give their overall median.

    Examples
    --------
    >>> smoothed(np.array([1, 9, 1, 1, 2], np.float32)).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    if y.size < SAMPLES:
        known = y[np.isfinite(y)]
        return np.full_like(y, np.median(known)) if known.size else y
    windows = np.stack([np.concatenate((y[2:3], y[:-1])), y, np.concatenate((y[1:], y[-3:-2]))])
    known = np.isfinite(windows)
    count = known.sum(axis=0)
    ordered = np.sort(np.where(known, windows, np.inf), axis=0)
    middle = np.where(count == SAMPLES, ordered[1], np.where(count > 0, ordered[0], np.nan))
    return np.asarray(middle, np.float32)


def stretches(series: Series, values: Floats, facts: Mapping[str, Any], *, enter: float, leave: float) -> list[Stretch]:
    """Find where `values` rise above `enter` and stay above `leave`.

    Parameters
    ----------
    series : Series
        Gives the grid.
    values : Floats
        The measure on that grid; NaN is never a fault.
    facts : Mapping
        ``duration_s`` ends the last stretch.
    enter, leave : float
        Thresholds; `leave` is not above `enter`.
    """
    if not series.t.size:
        return []
    y = smoothed(values)
    end = end_of(series.t, facts)
    above = np.nan_to_num(y, nan=-np.inf)
    mask: NDArray[np.bool_] = np.zeros(y.shape, bool)
    for first, last in runs(above > leave):
        mask[first:last] = bool((above[first:last] > enter).any())
    whole = end - float(series.t[0])
    out = []
    for span in joined(spans_where(series.t, mask, end=end), gap=GAP):
        if not span or span.duration < min(LEAST, whole):
            continue
        inside = above[(series.t >= span.start) & (series.t < span.end)]
        out.append(Stretch(span, float(np.median(inside[inside > leave]))))
    return out
