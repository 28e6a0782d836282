"""Long series made short for drawing: the lowest and highest value of every bucket.

Averaging would hide the dips that issues are about; minimum and maximum keep
them (the MinMax thinning of arXiv 2305.00332).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from beholder.types import Series

__all__ = ["thin", "thin_all"]

POINT_BUDGET = 65_000  # about 0.55 MB of JSON at 8 bytes a point, so that a report stays below 1.5 MB
SCORE_POINTS = 7_200  # the score itself keeps every second of two hours
FEWEST_POINTS = 400  # a track is about this many pixels wide on a phone
SCORES = ("mos", "mos_low", "mos_high")


def thin(series: Series, *, points: int) -> Series:
    """Thin one series to at most `points` values, keeping every dip and peak.

    Parameters
    ----------
    series : Series
    points : int
        At least 2.

    Returns
    -------
    Series
        The same series when it is short enough. Otherwise two values per bucket of neighbours, its minimum and
        maximum in their order, at the first and last time of the bucket (so series of one grid still share one).

    Examples
    --------
    >>> t = np.arange(1000.0)
    >>> y = np.ones(1000, dtype=np.float32)
    >>> y[617] = 0.0
    >>> short = thin(Series("x", t, y), points=20)
    >>> short.t.size, float(short.y.min())
    (20, 0.0)
    """
    if series.t.size <= points:
        return series
    per_bucket = -(-series.t.size // (points // 2))
    buckets = -(-series.t.size // per_bucket)
    padding = buckets * per_bucket - series.t.size
    y = np.pad(series.y, (0, padding), constant_values=np.nan).reshape(buckets, per_bucket)
    t = np.pad(series.t, (0, padding), mode="edge").reshape(buckets, per_bucket)
    hole = np.isnan(y)
    lowest = np.where(hole, np.inf, y).argmin(axis=1)
    highest = np.where(hole, -np.inf, y).argmax(axis=1)
    rows = np.arange(buckets)
    kept = np.stack([y[rows, np.minimum(lowest, highest)], y[rows, np.maximum(lowest, highest)]], axis=1)
    ends = np.stack([t[:, 0], t[:, -1]], axis=1)
    return replace(series, t=ends.ravel(), y=kept.ravel())


def thin_all(series: Mapping[str, Series], *, budget: int = POINT_BUDGET) -> dict[str, Series]:
    """Thin a whole timeline so that it holds about `budget` values.

    Parameters
    ----------
    series : Mapping[str, Series]
    budget : int
        Values that the series share evenly; the score (``mos`` and its band) is served first.

    Returns
    -------
    dict of str to Series
        Same names, same order.
    """
    share = max(FEWEST_POINTS, budget // max(1, len(series)))
    return {
        name: thin(one, points=max(share, SCORE_POINTS) if name in SCORES else share) for name, one in series.items()
    }
