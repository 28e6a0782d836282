"""Charts of an evaluation as SVG: scatter, residuals, ROC and resolving power.

Ordinary points are one path, outliers another with a shape of their own, so that
thousands of stimuli stay small and the chart reads without colour. The script of
the page finds the point under the pointer from the inlined data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import ArrayLike, NDArray

from beholder.ratings.evaluate import Accuracy, Evaluation
from beholder.ratings.evaluate.roc import curve
from beholder.ratings.votes import Values

__all__ = ["legend_mark", "residual_chart", "resolving_chart", "roc_chart", "scatter_chart"]

WIDTH, HEIGHT = 440.0, 340.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 12.0, 10.0, 42.0
DIAMOND = 4.6  # half diagonal of an outlier
CURVE_POINTS = 81
COLOURS = 6  # --line-1 .. --line-6 of the style sheet
DASHES = ("", "7 3", "2 3", "9 3 2 3", "15 4", "6 2 1 2 1 2")
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
TICKS = 6  # at most about so many on an axis


@dataclass(frozen=True, slots=True)
class Plane:
    """The area of a chart: from values to places in the picture."""

    x: tuple[float, float]
    y: tuple[float, float]

    def across(self, values: ArrayLike) -> Values:
        """Give horizontal places."""
        share = (np.asarray(values, dtype=np.float64) - self.x[0]) / (self.x[1] - self.x[0])
        places: Values = LEFT + share * (WIDTH - LEFT - RIGHT)
        return places

    def up(self, values: ArrayLike) -> Values:
        """Give vertical places; low values are low in the picture."""
        share = (np.asarray(values, dtype=np.float64) - self.y[0]) / (self.y[1] - self.y[0])
        places: Values = HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
        return places

    @property
    def words(self) -> str:
        """The ranges, for the script."""
        return " ".join(f"{end:.6g}" for end in (*self.x, *self.y))


def scatter_chart(found: Evaluation, index: int) -> str:
    """Draw MOS against the prediction: interval bars, mapping curve, outliers as diamonds."""
    model, truth = found.models[index], found.truth
    low, high = truth.scale.low, truth.scale.high
    wide = _roomy(model.predicted)
    plane = Plane(wide, _roomy(np.array([low, high, *truth.mos])))
    steps = np.linspace(model.mapping.low, model.mapping.high, CURVE_POINTS)
    parts = [
        _axes(plane, f"{model.model}, as given", "MOS"),
        _bars(plane, model.predicted, truth.mos - truth.ci95, truth.mos + truth.ci95),
        _line(plane, steps, model.mapping(steps), "map"),
        _points(plane, model.predicted, truth.mos, model.outlier),
    ]
    says = (
        f"MOS of {model.n} {_units(found)} against the prediction of {model.model}; {int(model.outlier.sum())} outliers"
    )
    return _svg(parts, plane, says, kind="scatter", model=index)


def residual_chart(found: Evaluation, index: int) -> str:
    """Draw MOS less mapped prediction against the mapped prediction, with the intervals of the MOS."""
    model, truth = found.models[index], found.truth
    reach = max(0.5, float(np.abs(model.residual).max()) * 1.08)
    plane = Plane(_roomy(model.mapped), (-reach, reach))
    parts = [
        _axes(plane, f"{model.model}, mapped to MOS", "MOS − prediction"),
        _rule(plane, 0.0),
        _bars(plane, model.mapped, model.residual - truth.ci95, model.residual + truth.ci95),
        _points(plane, model.mapped, model.residual, model.outlier),
    ]
    says = f"Errors of {model.model}: from {model.residual.min():.2f} to {model.residual.max():.2f} MOS"
    return _svg(parts, plane, says, kind="residual", model=index)


def roc_chart(models: Sequence[str], positive: Values, negative: Values, *, says: str) -> str:
    """Draw ROC curves of all models.

    Parameters
    ----------
    models : sequence of str
    positive, negative : float64 array, shapes (M, positives) and (M, negatives)
    says : str
        What the chart shows, for those who cannot see it.
    """
    plane = Plane((0.0, 1.0), (0.0, 1.0))
    parts = [
        _axes(plane, "false alarms", "hits", ticks=SHARES),
        _line(plane, np.array([0.0, 1.0]), np.array([0.0, 1.0]), "chance"),
    ]
    for number in range(len(models)):
        alarms, hits = curve(positive[number], negative[number])
        parts.append(_line(plane, alarms, hits, _style(number), dash=_dash(number)))
    return _svg(parts, plane, says, kind="roc")


def resolving_chart(found: Evaluation) -> str:
    """Draw how surely people agree with a difference of a model, over its size."""
    longest = max((float(one.centre.max()) for one in found.resolving if one.centre.size), default=1.0)
    plane = Plane((0.0, longest * 1.02), (0.4, 1.0))
    parts = [
        _axes(plane, "difference of two mapped predictions, MOS", "mean confidence"),
        _rule(plane, 0.95),
        _rule(plane, 0.75),
    ]
    for number, one in enumerate(found.resolving):
        if one.centre.size:
            parts.append(_line(plane, one.centre, np.maximum(one.confidence, 0.4), _style(number), dash=_dash(number)))
    return _svg(parts, plane, "Confidence that people agree, over the difference of the predictions", kind="resolving")


def legend_mark(number: int) -> str:
    """Draw the line of a model for a legend."""
    return (
        f'<svg class="mark" width="34" height="10" aria-hidden="true">'
        f'<path class="curve {_style(number)}" {_dash_of(_dash(number))}d="M1 5H33"/></svg>'
    )


def _style(number: int) -> str:
    return f"line-{number % COLOURS + 1}"


def _dash(number: int) -> str:
    return DASHES[(number // COLOURS + number) % len(DASHES)]  # another dash for a colour that comes again


def _dash_of(dash: str) -> str:
    return f'stroke-dasharray="{dash}" ' if dash else ""


def _units(found: Evaluation) -> str:
    return "stimuli" if found.unit == "stimulus" else "conditions"


def _roomy(values: Values) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = 0.04 * (high - low) or 0.5 * max(abs(low), 1.0)
    return low - room, high + room


def _svg(parts: Sequence[str], plane: Plane, says: str, *, kind: str, model: int | None = None) -> str:
    own = "" if model is None else f' data-model="{model}" tabindex="0"'
    return (
        f'<svg class="chart {kind}" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(says)}" '
        f'data-kind="{kind}" data-plane="{plane.words}" '
        f'data-area="{LEFT:g} {TOP:g} {WIDTH - RIGHT:g} {HEIGHT - BOTTOM:g}"{own}>{"".join(parts)}</svg>'
    )


def _axes(plane: Plane, across: str, up: str, *, ticks: Sequence[float] = ()) -> str:
    parts = []
    for value in ticks or _ticks(*plane.x):
        x = float(plane.across(value))
        parts.append(f'<path class="grid" d="M{x:.1f} {TOP:g}V{HEIGHT - BOTTOM:g}"/>')
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 15:g}" text-anchor="middle">{_figure(value)}</text>')
    for value in ticks or _ticks(*plane.y):
        y = float(plane.up(value))
        parts.append(f'<path class="grid" d="M{LEFT:g} {y:.1f}H{WIDTH - RIGHT:g}"/>')
        parts.append(f'<text x="{LEFT - 6:g}" y="{y + 4:.1f}" text-anchor="end">{_figure(value)}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2.0, (TOP + HEIGHT - BOTTOM) / 2.0
    parts.append(
        f'<text class="axis" x="{middle[0]:g}" y="{HEIGHT - 8:g}" text-anchor="middle">{escape(_short(across))}</text>'
        f'<text class="axis" transform="translate(12 {middle[1]:g}) rotate(-90)" text-anchor="middle">'
        f"{escape(up)}</text>"
    )
    return "".join(parts)


def _short(text: str) -> str:
    return text if len(text) <= 52 else f"{text[:24]}…{text[-26:]}"


def _ticks(low: float, high: float) -> list[float]:
    """Choose round values: steps of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1.0, 2.0, 5.0, 10.0) if power * times >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [step * k for k in range(first, math.floor(high / step + 1e-9) + 1)]


def _figure(value: float) -> str:
    return f"{value:.6g}".replace("-", "−") if abs(value) > 1e-12 else "0"


def _rule(plane: Plane, value: float) -> str:
    return f'<path class="rule" d="M{LEFT:g} {float(plane.up(value)):.1f}H{WIDTH - RIGHT:g}"/>'


def _bars(plane: Plane, x: Values, low: Values, high: Values) -> str:
    known = np.isfinite(low) & np.isfinite(high)
    bottom, top = (np.clip(plane.up(end[known]), TOP, HEIGHT - BOTTOM) for end in (low, high))
    path = "".join(
        f"M{a:.1f} {b:.1f}V{c:.1f}" for a, b, c in zip(plane.across(x[known]), bottom, top, strict=True) if b - c > 0.5
    )
    return f'<path class="bars" d="{path}"/>'


def _line(plane: Plane, x: Values, y: Values, style: str, *, dash: str = "") -> str:
    places = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(plane.across(x), plane.up(y), strict=True))
    return f'<polyline class="curve {style}" {_dash_of(dash)}points="{places}"/>'


def _points(plane: Plane, x: Values, y: Values, outlier: NDArray[np.bool_]) -> str:
    across, up = plane.across(x), plane.up(y)
    dots = "".join(f"M{a:.1f} {b:.1f}h0" for a, b in zip(across[~outlier], up[~outlier], strict=True))
    d = DIAMOND
    diamonds = "".join(
        f"M{a - d:.1f} {b:.1f}l{d} -{d} {d} {d} -{d} {d}z" for a, b in zip(across[outlier], up[outlier], strict=True)
    )
    return (
        f'<path class="dots" d="{dots}"/><path class="outliers" d="{diamonds}"/><circle class="ring" r="8" hidden=""/>'
    )


def outliers_of(model: Accuracy, limit: int) -> list[int]:
    """Give the outliers, the largest error first."""
    rows = np.flatnonzero(model.outlier)
    order = np.argsort(-np.abs(model.residual[rows]), kind="stable")
    return [int(row) for row in rows[order][:limit]]
