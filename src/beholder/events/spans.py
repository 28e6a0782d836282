"""From series to stretches of time: what every detector does first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from beholder.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from beholder.types import Floats, Series, Times

__all__ = ["end_of", "held", "joined", "runs", "spans_where"]


def runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Give every run of True as a half open pair of indices.

    Examples
    --------
    >>> runs(np.array([True, True, False, True]))
    [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def end_of(t: Times, facts: Mapping[str, Any]) -> float:
    """Give the time at which the last value of a grid ends: the duration, or one median step past the last value.

    Parameters
    ----------
    t : Times
        The grid; 0 when it is empty.
    facts : Mapping
        ``duration_s`` is used when it is a number beyond the last value.
    """
    if not t.size:
        return 0.0
    step = float(np.median(np.diff(t))) if t.size > 1 else 0.0
    last = float(t[-1])
    duration = facts.get("duration_s")
    if isinstance(duration, int | float) and last < duration <= last + max(2.0 * step, 1.0):
        return float(duration)
    return last + step


def spans_where(t: Times, mask: NDArray[np.bool_], *, end: float) -> list[Span]:
    """Turn every run of True into a span; a value lasts until the next one, the last one until `end`.

    Examples
    --------
    >>> spans_where(np.array([0.0, 1.0, 2.0]), np.array([False, True, True]), end=3.0)
    [Span(start=1.0, end=3.0)]
    """
    stops = np.append(t[1:], max(end, float(t[-1]))) if t.size else t
    return [Span(float(t[first]), float(stops[last - 1])) for first, last in runs(mask)]


def joined(spans: Iterable[Span], *, gap: float) -> list[Span]:
    """Sort spans and join those that overlap or lie at most `gap` seconds apart.

    Examples
    --------
    >>> joined([Span(0.0, 1.0), Span(1.1, 2.0)], gap=0.2)
    [Span(start=0.0, end=2.0)]
    """
    out: list[Span] = []
    for span in sorted(spans):
        if out and span.start - out[-1].end <= gap:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return out


def held(series: Series, t: Times) -> Floats:
    """Give the value of `series` that is in force at each time of `t`; NaN before its first value."""
    if not series.t.size:
        return np.full(t.shape, np.nan, np.float32)
    index = np.searchsorted(series.t, t, side="right") - 1
    return np.where(index >= 0, series.y[np.maximum(index, 0)], np.float32(np.nan)).astype(np.float32)
