"""Exposure and contrast: how the range of brightness is used, what is clipped, and whether that is meant.

White paper is meant, a white sky is not, and no single figure tells them apart. A small network that learned from
photographs and drawn pages, brighter by a known amount or not, looks at the histogram, at what surrounds the white
parts, and at how smooth the rest is.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.features.patches import thinned
from beholder.types import Picture

__all__ = ["DRAWN", "brightest_ink", "light_inputs", "measure_exposure", "measure_light"]

BLACK, WHITE = 4, 250  # at or beyond these levels luma counts as clipped; coding moves clipped areas by a few levels
DRAWN = 0.08  # photographs lie above in 999 of 1000 cases, drawn interfaces below (benchmarks/visual.py)
DARK_HALF = 128  # luma
QUANTILES = (0.002, 0.5, 0.99)  # of dark, mid and bright level: text is dark and small
INK_QUANTILE = 0.999  # of luma of a drawn page: strokes and icons take up little of it
PAPER = 246  # luma of a smoothed copy, from which it is white
LEVELS, RING_LEVELS = 32, 8  # bins of the histograms of all of the picture and of the rings around white
RINGS = (1, 3, 5)  # pixels of the copy, widths from the white outwards
ROUGH = np.digitize(np.arange(256), (1, 2, 3, 5, 9, 17, 33)).astype(np.uint8)  # bin of a local range of levels
SMOOTHING = 5  # levels; stretched material has gaps between its levels


def measure_exposure(luma: Picture) -> dict[str, float]:
    """Measure how the range of brightness is used.

    Parameters
    ----------
    luma : Picture, shape (height, width)

    Returns
    -------
    dict
        ``dark_level``, ``mid_level``, ``bright_level`` (quantiles 0.002, 0.5 and 0.99 of luma, 0..255),
        ``clipped_black``, ``clipped_white`` (share of the picture, 0..1),
        ``tones`` (effective number of levels in what is not clipped:
        many in scenes, few in drawings), ``white_edges`` (share of the border of clipped white that falls off to the
        dark half within a pixel of the copy: text and lines on white paper and screens, where white is meant),
        ``palette`` (effective number of levels over the range they span: below `DRAWN` the picture is drawn, as a user
        interface is, and its colours are meant; `beholder.features.picture` sets it to 0 for screen content).
    """
    small = thinned(luma)
    share = cv2.calcHist([small], [0], None, [256], [0, 256]).ravel().astype(np.float64) / small.size
    total = np.cumsum(share)
    dark, mid, bright = (float(np.searchsorted(total, q)) for q in QUANTILES)
    white = float(share[WHITE:].sum())
    return {
        "dark_level": dark,
        "mid_level": mid,
        "bright_level": bright,
        "clipped_black": float(share[: BLACK + 1].sum()),
        "clipped_white": white,
        "tones": _tones(share[BLACK + 1 : WHITE]),
        "white_edges": _white_edges(small),
        "palette": _palette(share),
    }


def brightest_ink(thin: Picture) -> float:
    """Give the level of the brightest strokes of a drawn page, 0..255: a page with white ink lacks no light.

    Examples
    --------
    >>> page = np.full((100, 100), 30, np.uint8)
    >>> page[50, :20] = 240
    >>> brightest_ink(page)
    240.0
    """
    total = np.cumsum(cv2.calcHist([thin], [0], None, [256], [0, 256]).ravel())
    return float(np.searchsorted(total, INK_QUANTILE * thin.size, "right"))


def _tones(share: NDArray[np.float64]) -> float:
    """Inverse participation of the smoothed histogram; 0 when all is clipped."""
    if share.sum() <= 0:
        return 0.0
    smooth = np.convolve(share / share.sum(), np.full(SMOOTHING, 1 / SMOOTHING), "full")
    return float(1 / (smooth**2).sum())


def _palette(share: NDArray[np.float64]) -> float:
    """Inverse participation of the smoothed histogram over the range that it spans."""
    total = np.cumsum(share)
    low, high = np.searchsorted(total, [0.005, 0.995])
    smooth = np.convolve(share, np.full(SMOOTHING, 1 / SMOOTHING), "full")
    return float(1 / (smooth**2).sum() / (high - low + SMOOTHING))


def _white_edges(small: Picture) -> float:
    """Share of the pixels around what is clipped white that are dark; 0 when nothing is."""
    white = cv2.threshold(small, WHITE - 1, 255, cv2.THRESH_BINARY)[1]
    rim = cv2.subtract(cv2.dilate(white, np.ones((3, 3), np.uint8)), white)
    size = cv2.countNonZero(rim)
    dark = cv2.threshold(small, DARK_HALF - 1, 255, cv2.THRESH_BINARY_INV)[1]
    return cv2.countNonZero(cv2.bitwise_and(rim, dark)) / size if size else 0.0


def light_inputs(small: Picture) -> NDArray[np.float64]:
    """Give what the network looks at; see `measure_light`."""
    smooth = cv2.blur(small, (3, 3))
    shares = cv2.calcHist([smooth], [0], None, [LEVELS], [0, 256]).ravel() / small.size
    inner = cv2.threshold(smooth, PAPER - 1, 1, cv2.THRESH_BINARY)[1]
    dark = cv2.threshold(smooth, PAPER - 1, 255, cv2.THRESH_BINARY_INV)[1]
    parts: list[NDArray[Any]] = [np.sqrt(shares), np.array([cv2.countNonZero(inner) / small.size])]
    for width in RINGS:
        outer = cv2.dilate(inner, np.ones((2 * width + 1, 2 * width + 1), np.uint8))
        ring = cv2.subtract(outer, inner)
        size = cv2.countNonZero(ring)
        levels = cv2.calcHist([small], [0], ring, [RING_LEVELS], [0, 256]).ravel() / max(size, 1)
        parts += [np.sqrt(levels), np.array([size / small.size])]
        inner = outer
    square = np.ones((3, 3), np.uint8)
    rough = cv2.LUT(cv2.subtract(cv2.dilate(small, square), cv2.erode(small, square)), ROUGH)
    counts = cv2.calcHist([rough], [0], dark, [RING_LEVELS], [0, RING_LEVELS]).ravel()
    parts.append(np.sqrt(counts / max(float(counts.sum()), 1.0)))
    return np.concatenate(parts).astype(np.float64)


@cache
def _weights() -> list[NDArray[np.float64]]:
    """Read centre and scale of the inputs, then a matrix and an offset per layer."""
    text = (files("beholder.features") / "exposure.json").read_text("utf-8")
    return [np.asarray(part, np.float64) for part in json.loads(text)["weights"]]


def measure_light(small: Picture) -> dict[str, float]:
    """Measure by how much a picture was exposed too brightly.

    Parameters
    ----------
    small : Picture
        Luma, halved until its long side is at most 480 pixels.

    Returns
    -------
    dict
        ``excess_light``: stops; 0 for what is exposed well, or white on purpose.
    """
    centre, scale, first, offset, second, last = _weights()
    stops = np.tanh((light_inputs(small) - centre) / scale @ first + offset) @ second + last
    return {"excess_light": float(max(stops[0], 0.0))}
