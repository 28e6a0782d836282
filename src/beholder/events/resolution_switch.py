"""Resolution switch: the picture becomes sharper or softer from one moment to the next, and stays so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from beholder.types import Event, Evidence, Series, Span, Times

__all__ = ["ResolutionSwitch", "Step", "steps"]

# Chosen on made scenes with other seeds and on the tuning half (benchmarks/timing.py): switches from 720 rows to 480
# or 360 pass all of these limits, clean recordings reach 0.7 of the one or the other at most.
FINENESS_STEP, FINENESS_SPREAD = 0.11, 2.4  # of the logarithm; times the standard deviation on either side
ROWS_STEP, ROWS_SPREAD = 0.12, 1.2  # the same of the apparent rows
LEAST_SD = (0.02, 0.05)  # of both: what they vary by themselves
SOFT, LOSS = 0.7, 0.5  # weights of a blur (per pixel of 1080 rows) and of coding loss beside the logarithm of the rows
SIDE_S = 2.0  # of values on each side of a step; adaptive streams switch between segments of 2 s and more
LEAST_SIDE_S = 0.74  # seconds of values on each side
MIN_ROWS = 3  # values a side
MIDDLE = 1.3  # times the step of the medians: more is a moment of blur, not a lasting step
LEAST_RATIO = 1.17  # of the apparent rows; 720 to 480 shows as 1.14 to 1.6, content of other recordings as 1.2 and less
LEAST_SHOWN = 360  # rows shown; the apparent rows of smaller pictures wander with their content
LEAST_TOP = 0.6  # of the rows shown: where even the better side is coarser, what steps is blur or content
CUT_S = 0.6  # a scene cut this near explains a change of sharpness by its content
CUT_RATIO = 2.0  # unless the step is larger than this
SHORT_S = 0.5  # the span of an event: where the step lies
STRONGEST = 4.0  # ratio for strength 1: 1080 to 270

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Step:
    """A lasting step at `t`: the apparent rows on either side, as logarithms, and the step of the fineness."""

    t: float
    before: float
    after: float
    fineness: float

    @property
    def ratio(self) -> float:
        """The larger over the smaller number of rows."""
        return float(np.exp(abs(self.after - self.before)))


def steps(fineness: Series, t: Times, rows: Values) -> list[Step]:
    """Find the steps that the fineness of the picture and its apparent rows show alike.

    Parameters
    ----------
    fineness : Series
        `beholder.features.fineness`.
    t, rows : arrays, shape (n,)
        Times, and the logarithm of the apparent rows; NaN where unknown.

    Examples
    --------
    >>> t = np.arange(0, 10, 0.25)
    >>> fine = Series("fineness", t, np.where(t < 5, 0.8, 0.5).astype(np.float32))
    >>> [(step.t, round(step.ratio, 1)) for step in steps(fine, t, np.log(np.where(t < 5, 1080, 360)))]
    [(5.0, 3.0)]
    """
    good = np.isfinite(fineness.y) & (fineness.y > 0)
    at, fine = fineness.t[good], np.log(fineness.y[good].astype(np.float64))
    t, rows = t[np.isfinite(rows)], rows[np.isfinite(rows)]
    found: list[tuple[float, Step]] = []
    for i in range(1, at.size):
        left, right = _sides(at, fine, float(at[i]))
        if at[i] - at[i - left.size] < LEAST_SIDE_S or at[i + right.size - 1] - at[i] < LEAST_SIDE_S:
            continue
        if not _clear(left, right, FINENESS_STEP, FINENESS_SPREAD, LEAST_SD[0]):
            continue
        before, after = _sides(t, rows, float(at[i]))
        if min(before.size, after.size) < MIN_ROWS or not _clear(before, after, ROWS_STEP, ROWS_SPREAD, LEAST_SD[1]):
            continue
        size = _step(left, right)
        if size * _step(before, after) > 0:
            misfit = float(np.abs(left - left.mean()).mean() + np.abs(right - right.mean()).mean())
            found.append((abs(size) - misfit, Step(float(at[i]), float(before.mean()), float(after.mean()), size)))
    chosen: list[Step] = []
    for _, step in sorted(found, key=lambda pair: (-pair[0], pair[1].t)):
        if all(abs(step.t - other.t) >= SIDE_S for other in chosen):
            chosen.append(step)
    return sorted(chosen, key=lambda step: step.t)


def _sides(t: Times, y: Values, at: float) -> tuple[Values, Values]:
    first, middle, last = np.searchsorted(t, [at - SIDE_S - 1e-6, at - 1e-6, at + SIDE_S + 1e-6])
    return y[first:middle], y[middle:last]


def _step(left: Values, right: Values) -> float:
    """Give the step of the means, or that of the medians when it is much smaller."""
    mean, middle = float(right.mean() - left.mean()), MIDDLE * float(np.median(right) - np.median(left))
    return min(mean, middle, key=abs)


def _clear(left: Values, right: Values, least: float, spread: float, sd: float) -> bool:
    step = abs(_step(left, right))
    return step >= max(least, spread * float(np.sqrt(max((left.var() + right.var()) / 2, sd**2))))


@dataclass(frozen=True, slots=True)
class ResolutionSwitch:
    """Finds lasting steps of the apparent resolution, and changes of the coded height.

    A step near a scene cut counts only when it is large, for another scene may be softer by itself.
    """

    kinds: ClassVar[tuple[str, ...]] = ("resolution_switch",)
    needs: ClassVar[tuple[str, ...]] = ("effective_height", "blur_sigma", "coding_loss", "fineness")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per step; evidence: ``before_px``, ``after_px``, ``direction``, ``source``."""
        height, blur, loss = (evidence.series[name] for name in self.needs[:3])
        rows = np.log(np.where(height.y > 0, height.y, np.nan)) - SOFT * blur.y - LOSS * loss.y
        cuts = _cuts(evidence.series.get("cut"))
        shown = float(evidence.facts.get("height", 0))
        found = [
            (step.t, float(np.exp(step.before)), float(np.exp(step.after)), "picture")
            for step in steps(evidence.series["fineness"], height.t, rows.astype(np.float64))
            if _is_switch(step, shown) and (step.ratio >= CUT_RATIO or not np.any(np.abs(cuts - step.t) <= CUT_S))
        ]
        coded = _coded(evidence.series.get("height"))
        found = [item for item in found if all(abs(item[0] - other[0]) > SIDE_S for other in coded)] + coded
        return [_event(*item) for item in sorted(found)]


def _is_switch(step: Step, shown: float) -> bool:
    """Whether a step is as large as between two rungs of a ladder, and one side as fine as what is shown allows."""
    finer = float(np.exp(max(step.before, step.after)))
    return shown >= LEAST_SHOWN and step.ratio >= LEAST_RATIO and finer >= LEAST_TOP * shown


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
