"""What the KPIs did while quality dropped: medians inside issues, and correlation with the MOS at a lag."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from beholder.types import Floats, Kpi, Series, Skipped, Span

__all__ = ["correlations", "moved", "outside"]

MOVED_SHARE = 0.25  # a KPI moved when its medians inside and outside differ by a quarter of its middle 90 per cent
AROUND_S = 0.5  # seconds by which an issue is widened: KPIs are sampled coarsely
LONGEST_LAG_S = 5.0
FEWEST = 8  # seconds in common: fewer say nothing


def moved(span: Span, kpis: Mapping[str, Series]) -> tuple[Kpi, ...]:
    """KPIs whose median inside of `span` lies well off their median outside, the most moved first."""
    wide = Span(span.start - AROUND_S, span.end + AROUND_S)
    found: list[tuple[float, Kpi]] = []
    for name, series in kpis.items():
        mask = (series.t >= wide.start) & (series.t < wide.end) & np.isfinite(series.y)
        inside, outside = series.y[mask], series.y[~mask & np.isfinite(series.y)]
        if not inside.size or not outside.size:
            continue
        low, high = np.percentile(np.concatenate([inside, outside]), [5, 95])
        shift = abs(float(np.median(inside)) - float(np.median(outside))) / max(float(high - low), 1e-9)
        if shift >= MOVED_SHARE:
            figures = Kpi(name.removeprefix("kpi_"), float(np.median(inside)), float(np.median(outside)), series.unit)
            found.append((shift, figures))
    return tuple(kpi for _, kpi in sorted(found, key=lambda pair: -pair[0]))


def correlations(mos: Series, kpis: Mapping[str, Series]) -> tuple[dict[str, Any], ...]:
    """Rank correlation of each KPI with the MOS per second, at the lag (KPI first) where it is strongest.

    Correlation is no cause; with several KPIs and lags tried, treat values below about .5 as chance.
    """
    found = []
    for name, series in kpis.items():
        best: tuple[float, float, int] | None = None
        for lag in np.arange(0.0, LONGEST_LAG_S + 0.5, 0.5):
            value = _at(series, mos.t + 0.5 - lag)
            known = np.isfinite(value) & np.isfinite(mos.y)
            if known.sum() < FEWEST or np.ptp(value[known]) == 0 or np.ptp(mos.y[known]) == 0:
                continue
            rho = _spearman(value[known], mos.y[known])
            if best is None or abs(rho) > abs(best[0]) + 0.01:
                best = (rho, float(lag), int(known.sum()))
        if best is not None:
            rho, lag, n = best
            found.append(
                {"kpi": name.removeprefix("kpi_"), "with": "mos", "spearman": round(rho, 3), "lag_s": lag, "n": n}
            )
    return tuple(sorted(found, key=lambda row: -abs(row["spearman"])))


def outside(kpis: Mapping[str, Series], duration: float) -> tuple[Skipped, ...]:
    """Say when the times of the KPIs do not meet those of the recording."""
    stamps = [series.t for series in kpis.values() if series.t.size]
    if not stamps or any(((t >= 0) & (t <= duration)).any() for t in stamps):
        return ()
    first, last = min(float(t[0]) for t in stamps), max(float(t[-1]) for t in stamps)
    reason = f"their times run from {first:.1f} to {last:.1f} s, outside of the recording (0 to {duration:.1f} s)"
    return (Skipped("KPIs", reason),)


def _at(series: Series, t: np.ndarray) -> Floats:
    """Last value at or before each time; NaN outside of the series."""
    index = np.searchsorted(series.t, t, side="right") - 1
    value = series.y[np.clip(index, 0, series.y.size - 1)].astype(np.float32)
    value[(index < 0) | (t > series.t[-1] + LONGEST_LAG_S)] = np.nan
    return value


def _spearman(x: Floats, y: Floats) -> float:
    return float(np.corrcoef(_ranks(x), _ranks(y))[0, 1])


def _ranks(x: Floats) -> np.ndarray:
    values, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    del values
    mean_rank = np.cumsum(counts) - (counts - 1) / 2.0
    return np.asarray(mean_rank[inverse])
