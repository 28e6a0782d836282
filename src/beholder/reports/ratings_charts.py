"""Charts of a rating test as SVG and one small image: scores, votes, heat map, spread, order.

What grows with the test is thinned before it is drawn: sorted stimuli into at most `COLUMNS` groups, raters into at
most `ROWS`. Groups show means; nothing is drawn that was not voted. Colours run from dark to light with the vote, so
that the charts read without colour.
"""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Sequence
from html import escape
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from beholder.ratings.drift import Drift
from beholder.ratings.votes import Ratings, Scale, Values

__all__ = [
    "COLUMNS",
    "ROWS",
    "Shades",
    "drift_chart",
    "groups",
    "heat_image",
    "histogram",
    "interval_mark",
    "score_curve",
    "sos_chart",
    "stacked_votes",
    "vote_levels",
]

COLUMNS = 400  # groups of stimuli in a chart: about as many as a phone has pixels
ROWS = 200  # groups of raters
POINTS = 1500  # stimuli in a scatter chart
LEVELS = 11  # a scale with more steps is shown in LEVEL_BINS parts
LEVEL_BINS = 10
RAMP = ((0, 34, 78), (53, 69, 108), (102, 105, 112), (148, 142, 119), (200, 184, 102), (254, 232, 56))
"""Cividis: even steps of lightness, for every kind of colour vision (doi:10.1371/journal.pone.0199239)."""
WIDTH, HEIGHT = 440.0, 280.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 12.0, 12.0, 40.0

Shades = Sequence[tuple[str, str]]
"""Label and colour of each level of votes, low to high."""


def groups(count: int, most: int) -> list[NDArray[np.int64]]:
    """Part so many sorted things into at most `most` groups of neighbours."""
    return np.array_split(np.arange(count), min(count, most))


def colour(share: float) -> tuple[int, int, int]:
    """Give the colour of a vote, by its share of the scale."""
    place = min(max(share, 0.0), 1.0) * (len(RAMP) - 1)
    low = min(int(place), len(RAMP) - 2)
    part = place - low
    red, green, blue = (round(a + part * (b - a)) for a, b in zip(RAMP[low], RAMP[low + 1], strict=True))
    return red, green, blue


def vote_levels(scale: Scale) -> tuple[Values, Shades]:
    """Give the edges between levels of votes, and the label and colour of each: steps, or tenths of a fine scale."""
    levels = scale.levels
    if 1 < len(levels) <= LEVELS:
        edges = np.concatenate([[-np.inf], (levels[1:] + levels[:-1]) / 2, [np.inf]])
        labels = [f"{level:g}" for level in levels]
    else:
        inner = np.linspace(scale.low, scale.high, LEVEL_BINS + 1)
        edges = np.concatenate([[-np.inf], inner[1:-1], [np.inf]])
        labels = [f"{low:g}–{high:g}" for low, high in pairwise(inner)]
    shades = [colour(n / (len(labels) - 1)) for n in range(len(labels))]
    return edges, [
        (label, "#" + "".join(f"{part:02x}" for part in shade)) for label, shade in zip(labels, shades, strict=True)
    ]


def interval_mark(value: float, low: float, high: float, *, ends: tuple[float, float], kind: str = "dot") -> str:
    """Draw one value with its interval on a line from end to end; `kind` is the shape: dot, diamond or cross."""
    if not np.isfinite(value):
        return '<svg class="mark" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true"></svg>'
    at, left, right = (_share(one, ends) * 1000 for one in (value, low, high))
    zero = ""
    if ends[0] < 0 < ends[1]:
        x = _share(0.0, ends) * 1000
        zero = f'<line class="zero" x1="{x:.0f}" x2="{x:.0f}" y1="0" y2="20"/>'
    shapes = {
        "dot": f'<line class="at" x1="{at:.0f}" x2="{at:.0f}" y1="3" y2="17"/>',
        "diamond": f'<line class="at odd" x1="{at:.0f}" x2="{at:.0f}" y1="0" y2="20"/>',
        "cross": f'<line class="at out" x1="{at:.0f}" x2="{at:.0f}" y1="0" y2="20"/>',
    }
    bar = f'<line class="span" x1="{left:.0f}" x2="{right:.0f}" y1="10" y2="10"/>' if np.isfinite(left + right) else ""
    return (
        '<svg class="mark" viewBox="0 0 1000 20" preserveAspectRatio="none" aria-hidden="true">'
        f'<line class="track" x1="0" x2="1000" y1="10" y2="10"/>{zero}{bar}{shapes[kind]}</svg>'
    )


def _share(value: float, ends: tuple[float, float]) -> float:
    return float(min(max((value - ends[0]) / (ends[1] - ends[0]), 0.0), 1.0))


def score_curve(mos: Values, low: Values, high: Values, *, scale: Scale, says: str) -> str:
    """Draw sorted scores, best first, with a band of their intervals."""
    parts = groups(len(mos), COLUMNS)
    x = np.array([part.mean() + 0.5 for part in parts]) / len(mos) * 1000
    means = [np.array([values[part].mean() for part in parts]) for values in (mos, low, high)]
    y, bottom, top = ((1 - np.clip((one - scale.low) / (scale.high - scale.low), 0, 1)) * 240 for one in means)
    band = _path(np.concatenate([x, x[::-1]]), np.concatenate([top, bottom[::-1]])) + "Z"
    lines = "".join(f'<line class="grid" x1="0" x2="1000" y1="{n * 60}" y2="{n * 60}"/>' for n in range(5))
    return _stretched(f'{lines}<path class="band" d="{band}"/><path class="curve" d="{_path(x, y)}"/>', says)


def _stretched(inner: str, says: str) -> str:
    """Make a chart that fills its place; labels stand outside of it."""
    return (
        f'<svg class="stretch" viewBox="0 0 1000 240" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(says)}">{inner}</svg>'
    )


def _path(x: ArrayLike, y: ArrayLike) -> str:
    points = zip(np.asarray(x, np.float64), np.asarray(y, np.float64), strict=True)
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points)


def stacked_votes(ratings: Ratings, order: NDArray[np.int64], *, says: str) -> str:
    """Draw for each stimulus, in this order, the shares of its votes, the lowest vote at the bottom."""
    edges, shades = vote_levels(ratings.scale)
    level = np.searchsorted(edges, ratings.score, side="right") - 1
    cell = ratings.stimulus.astype(np.int64) * len(shades) + np.clip(level, 0, len(shades) - 1)
    counts = np.bincount(cell, minlength=len(ratings.stimuli) * len(shades)).reshape(-1, len(shades))[order]
    parts = groups(len(order), COLUMNS)
    summed = np.array([counts[part].sum(axis=0) for part in parts])
    total = summed.sum(axis=1, keepdims=True)
    shares = np.divide(summed, total, out=np.zeros(summed.shape), where=total > 0)
    tops = np.concatenate([np.zeros((len(parts), 1)), np.cumsum(shares, axis=1)], axis=1)
    begins = np.array([part[0] for part in parts]) / len(order) * 1000
    ends = np.append(begins[1:], 1000.0)
    x = np.column_stack([begins, ends]).ravel()
    areas = []
    for number, (label, shade) in enumerate(shades):
        upper, lower = (np.repeat(240 * (1 - tops[:, n]), 2) for n in (number + 1, number))
        area = _path(np.concatenate([x, x[::-1]]), np.concatenate([upper, lower[::-1]])) + "Z"
        areas.append(f'<path fill="{shade}" d="{area}"><title>vote {label}</title></path>')
    return _stretched("".join(areas), says)


def heat_image(matrix: Values, scale: Scale) -> tuple[str, NDArray[np.uint8]]:
    """Draw votes as an image, a cell per rater (down) and stimulus (across), or per group of them.

    Parameters
    ----------
    matrix : float64 array, shape (raters, stimuli)
        NaN where there is no vote; sorted already, and not larger than ROWS x COLUMNS.
    scale : Scale

    Returns
    -------
    tuple of str and uint8 array
        The image as a data address, and its cells: 0 for no vote, else 1 (worst) to 255 (best).
    """
    share = np.clip((matrix - scale.low) / (scale.high - scale.low), 0, 1)
    cells = np.where(np.isfinite(matrix), 1 + np.round(254 * np.nan_to_num(share)), 0).astype(np.uint8)
    palette = bytes(part for n in range(256) for part in (colour((n - 1) / 254) if n else (0, 0, 0)))
    return "data:image/png;base64," + base64.b64encode(_png(cells, palette)).decode("ascii"), cells


def _png(cells: NDArray[np.uint8], palette: bytes) -> bytes:
    """Write an image of palette colours, the first of them clear (ISO 15948)."""
    rows, columns = cells.shape
    lines = np.zeros((rows, columns + 1), np.uint8)
    lines[:, 1:] = cells
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)),
        (b"PLTE", palette),
        (b"tRNS", b"\x00"),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    body = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def sos_chart(mos: Values, sos: Values, *, scale: Scale, parameter: float, says: str) -> str:
    """Draw the spread of votes over the score, with the parabola of the SOS hypothesis."""
    known = np.flatnonzero(np.isfinite(mos) & np.isfinite(sos))
    if len(known) > POINTS:
        known = known[np.linspace(0, len(known) - 1, POINTS).astype(np.int64)]
    most = max(float(np.max(sos[known], initial=0.0)), (scale.high - scale.low) / 4) * 1.06
    steps = np.linspace(scale.low, scale.high, 81)
    curve = np.sqrt(np.maximum(0.0, parameter * (scale.high - steps) * (steps - scale.low)))
    x, y = _across(mos[known], (scale.low, scale.high)), _up(sos[known], (0.0, most))
    dots = "".join(f"M{a:.1f} {b:.1f}h0" for a, b in zip(x, y, strict=True))
    parabola = (
        "" if not np.isfinite(parameter) else _path(_across(steps, (scale.low, scale.high)), _up(curve, (0.0, most)))
    )
    inner = f'<path class="dots" d="{dots}"/><path class="curve" d="{parabola}"/>'
    return _chart(inner, (scale.low, scale.high), (0.0, most), across="MOS", up="SOS", says=says)


def histogram(ratings: Ratings, *, says: str) -> str:
    """Draw how often each vote was given."""
    edges, shades = vote_levels(ratings.scale)
    level = np.clip(np.searchsorted(edges, ratings.score, side="right") - 1, 0, len(shades) - 1)
    shares = np.bincount(level, minlength=len(shades)) / len(level)
    most = float(shares.max())
    step = (WIDTH - LEFT - RIGHT) / len(shades)
    bars = []
    kind = "vote, from" if "–" in shades[0][0] else "vote"
    for number, ((label, shade), share) in enumerate(zip(shades, shares, strict=True)):
        x, height = LEFT + step * number, (HEIGHT - TOP - BOTTOM) * share / most * 0.9
        y = HEIGHT - BOTTOM - height
        bars.append(
            f'<rect class="bar" fill="{shade}" x="{x + 2:.1f}" y="{y:.1f}" width="{step - 4:.1f}" '
            f'height="{height:.1f}"/>{_tick(x + step / 2, y - 4, f"{100 * share:.0f} %")}'
            f"{_tick(x + step / 2, HEIGHT - BOTTOM + 16, label.split('–')[0])}"
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    name = f'<text class="axis" x="{middle:.0f}" y="{HEIGHT - 6:.0f}" text-anchor="middle">{kind}</text>'
    return _svg("".join(bars) + name, says)


def _tick(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text class="tick" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def drift_chart(found: Drift, *, says: str) -> str:
    """Draw what is left of votes after score and bias, along the sitting: its mean with interval, and its spread."""
    low = float(min(0.0, np.min(found.residual - found.residual_ci95)))
    high = float(max(np.max(found.residual + found.residual_ci95), np.max(found.spread)))
    room = 0.06 * (high - low or 1.0)
    up = (low - room, high + room)
    along = (0.0, max(float(found.place[-1]), 1.0))
    x = _across(found.place, along)
    bars = zip(
        x, _up(found.residual - found.residual_ci95, up), _up(found.residual + found.residual_ci95, up), strict=True
    )
    whiskers = "".join(f"M{a:.1f} {b:.1f}V{c:.1f}" for a, b, c in bars)
    zero = float(_up(np.zeros(1), up)[0])
    inner = (
        f'<line class="zero" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{zero:.1f}" y2="{zero:.1f}"/>'
        f'<path class="whiskers" d="{whiskers}"/><path class="curve" d="{_path(x, _up(found.residual, up))}"/>'
        f'<path class="curve second" d="{_path(x, _up(found.spread, up))}"/>'
    )
    return _chart(inner, along, up, across="place in the sitting", up="vote less score", says=says)


def _across(values: ArrayLike, ends: tuple[float, float]) -> Values:
    share = (np.asarray(values, np.float64) - ends[0]) / (ends[1] - ends[0])
    places: Values = LEFT + share * (WIDTH - LEFT - RIGHT)
    return places


def _up(values: ArrayLike, ends: tuple[float, float]) -> Values:
    share = (np.asarray(values, np.float64) - ends[0]) / (ends[1] - ends[0])
    places: Values = HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
    return places


def _chart(
    inner: str, x_ends: tuple[float, float], y_ends: tuple[float, float], *, across: str, up: str, says: str
) -> str:
    parts = []
    for level in _ticks(y_ends):
        y = float(_up(level, y_ends))
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_tick(LEFT - 6, y + 4, f"{level:g}", "end"))
    parts += [_tick(float(_across(level, x_ends)), HEIGHT - BOTTOM + 16, f"{level:g}") for level in _ticks(x_ends)]
    middle = (LEFT + WIDTH - RIGHT) / 2
    turned = f"translate(11 {HEIGHT / 2:.0f}) rotate(-90)"
    parts.append(
        f'<text class="axis" x="{middle:.0f}" y="{HEIGHT - 6:.0f}" text-anchor="middle">{escape(across)}</text>'
        f'<text class="axis" transform="{turned}" text-anchor="middle">{escape(up)}</text>'
    )
    return _svg("".join(parts) + inner, says)


def _ticks(ends: tuple[float, float]) -> list[float]:
    """Give about five round numbers between two ends."""
    span = ends[1] - ends[0]
    power = 10.0 ** np.floor(np.log10(span / 4))
    step = next(step * power for step in (1, 2, 2.5, 5, 10) if span / (step * power) <= 6)
    first, last = int(np.ceil(ends[0] / step - 1e-9)), int(np.floor(ends[1] / step + 1e-9))
    return [round(n * step, 9) for n in range(first, last + 1)]


def _svg(inner: str, says: str) -> str:
    return f'<svg class="chart" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(says)}">{inner}</svg>'
