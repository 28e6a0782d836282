"""Resolution switch: the picture becomes sharper or softer from one moment to the next, and stays so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from beholder.types import Event, Evidence, Series, Span, Times

__all__ = ["ResolutionSwitch", "steps"]

SIDE_S = 2.0  # of values on each side of a step; adaptive streams switch between segments of 2 s and more
MIN_SIDE = 3  # values a side
RATIO = 1.3  # between neighbouring rungs of a ladder lies 1.33 (540 to 720) to 1.5
CERTAIN = 6.0  # a step is this many standard errors high; a few hundred places are tried in a recording
LEAST_SD = 0.05  # of the logarithm: what the measure varies by itself
CUT_S = 0.6  # a scene cut this near explains a change of sharpness by its content
CUT_RATIO = 2.0  # unless the step is larger than this
SHORT_S = 0.5  # the span of an event: where the step lies
STRONGEST = 4.0  # ratio for strength 1: 1080 to 270


def steps(t: Times, y: np.ndarray, *, side_s: float = SIDE_S) -> list[tuple[float, float, float]]:
    """Find lasting steps of a positive series.

    Returns
    -------
    list of (time, before, after)
        Medians over `side_s` on each side; the ratio is at least 1.3 and clearly larger than the spread.

    Examples
    --------
    >>> t = np.arange(0, 10, 0.5)
    >>> [[round(value) for value in step] for step in steps(t, np.where(t < 5, 1080.0, 360.0))]
    [[5, 1080, 360]]
    """
    good = np.isfinite(y) & (y > 0)
    t, log = t[good], np.log(y[good].astype(np.float64))
    candidates: list[tuple[float, int, float, float]] = []
    for i in range(MIN_SIDE, t.size - MIN_SIDE + 1):
        first, last = np.searchsorted(t, [t[i] - side_s - 1e-6, t[i] + side_s + 1e-6])
        left, right = log[first:i], log[i:last]
        if min(left.size, right.size) < MIN_SIDE:
            continue
        before, after = float(np.median(left)), float(np.median(right))
        size = abs(after - before)
        error = np.sqrt(max(left.var(), LEAST_SD**2) / left.size + max(right.var(), LEAST_SD**2) / right.size)
        if size >= max(np.log(RATIO), CERTAIN * error):
            misfit = float(np.abs(left - before).mean() + np.abs(right - after).mean())
            candidates.append((size - misfit, i, before, after))
    chosen: list[tuple[float, float, float]] = []
    for _, i, before, after in sorted(candidates, reverse=True):
        if all(abs(t[i] - other[0]) >= side_s for other in chosen):
            chosen.append((float(t[i]), float(np.exp(before)), float(np.exp(after))))
    return sorted(chosen)


@dataclass(frozen=True, slots=True)
class ResolutionSwitch:
    """Finds lasting steps of the effective height, and changes of the coded height.

    A step near a scene cut counts only when it is large, for another scene may be softer by itself.
    """

    kinds: ClassVar[tuple[str, ...]] = ("resolution_switch",)
    needs: ClassVar[tuple[str, ...]] = ("effective_height",)

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per step; evidence: ``before_px``, ``after_px``, ``direction``, ``source``."""
        series = evidence.series["effective_height"]
        cuts = _cuts(evidence.series.get("cut"))
        found = [
            (t, before, after, "picture")
            for t, before, after in steps(series.t, series.y)
            if max(before, after) / min(before, after) >= CUT_RATIO or not np.any(np.abs(cuts - t) <= CUT_S)
        ]
        coded = _coded(evidence.series.get("height"))
        found = [item for item in found if all(abs(item[0] - other[0]) > SIDE_S for other in coded)] + coded
        return [_event(*item) for item in sorted(found)]


def _cuts(cut: Series | None) -> Times:
    return cut.t[cut.y > 0] if cut is not None else np.empty(0)


def _coded(height: Series | None) -> list[tuple[float, float, float, str]]:
    if height is None or height.t.size < 2:
        return []
    places = np.flatnonzero((np.diff(height.y) != 0) & np.isfinite(np.diff(height.y)))
    return [(float(height.t[i + 1]), float(height.y[i]), float(height.y[i + 1]), "stream") for i in places]


def _event(t: float, before: float, after: float, source: str) -> Event:
    ratio = max(before, after) / min(before, after)
    figures: dict[str, float | str] = {
        "before_px": round(before),
        "after_px": round(after),
        "direction": "up" if after > before else "down",
        "source": source,
    }
    strength = float(np.clip(np.log(ratio) / np.log(STRONGEST), 0.0, 1.0))
    return Event("resolution_switch", Span(t, t + SHORT_S), strength, figures)
