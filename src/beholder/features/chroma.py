"""Colour of the whole picture: saturation, colourfulness, and the tint that a viewer would take off.

Whether a picture is tinted cannot be read from its mean alone: a meadow is green. A small network that was trained on
photographs with known tints looks at where chroma lies in all of the picture, in its bright and in its dark part.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.features.patches import halved
from beholder.types import Picture

__all__ = ["UNIT", "chroma_inputs", "measure_chroma", "small_planes"]

NEUTRAL = 128.0
LONGEST_COPY = 160  # pixels of the copy that is measured
LIT = (26, 251)  # luma outside of these carries hardly any colour
LEAST_LIT = 0.02  # share of the picture; with less light there is no colour to judge
BINS, BIN = 12, 8  # of the histogram of Cb and Cr in each direction; width in levels
CELL = np.clip((np.arange(256) - 128) // BIN + BINS // 2, 0, BINS - 1).astype(np.uint8)  # bin of every level
COLUMN = CELL * np.uint8(BINS)
DARK_PART, BRIGHT_PART = 0.3, 0.7  # quantiles of luma of what is lit
PAPER, LEAST_PAPER = 225, 0.1  # luma of paper white; share of the picture
NIGHT, LEAST_NIGHT = 60, 0.5  # luma of the ground of a dark page; share of the picture
INK_QUANTILE = 0.98  # of luma: the brightest ink of a dark page
ALIKE = 0.7  # cosine of the angle between the tints of ground and ink: a theme colours one of them
UNIT = 20.0  # levels per unit of the network
GREY = 1.5  # levels; a picture with less colour than this is grey film, not tinted


def small_planes(luma: Picture, u: Picture, v: Picture) -> tuple[Picture, Picture, Picture]:
    """Give luma and chroma at the size at which colour is measured; `luma` may be a halved copy."""
    y = halved(luma, LONGEST_COPY)
    size = (y.shape[1], y.shape[0])
    x, z = (cv2.resize(halved(plane, LONGEST_COPY), size, interpolation=cv2.INTER_AREA) for plane in (u, v))
    return y, np.asarray(x, np.uint8), np.asarray(z, np.uint8)


def chroma_inputs(y: Picture, u: Picture, v: Picture) -> NDArray[np.float64]:
    """Give what the network looks at: histograms and medians of chroma in the lit, the bright and the dark part.

    Parameters
    ----------
    y, u, v : Picture
        Of one size (`small_planes`); some of it must be lit.
    """
    lit = _lit(y)
    cell = COLUMN[u] + CELL[v]
    total = np.cumsum(_histogram(y, lit))
    low, high = (int(np.searchsorted(total, part * total[-1], "right")) for part in (DARK_PART, BRIGHT_PART))
    bright = cv2.bitwise_and(lit, cv2.threshold(y, high - 1, 255, cv2.THRESH_BINARY)[1])
    dark = cv2.bitwise_and(lit, cv2.threshold(y, low, 255, cv2.THRESH_BINARY_INV)[1])
    parts = (lit, np.asarray(bright, np.uint8), np.asarray(dark, np.uint8))
    histograms = [_histogram(cell, part)[: BINS * BINS] for part in parts]
    medians = [(_median(plane, part) - NEUTRAL) / UNIT for part in parts for plane in (u, v)]
    return np.concatenate((*(np.sqrt(h / h.sum()) for h in histograms), medians))


def _lit(y: Picture) -> Picture:
    """Mark the pixels whose colour can be seen."""
    return np.asarray(cv2.inRange(y, LIT[0], LIT[1]), np.uint8)


def _histogram(plane: Picture, mask: Picture) -> NDArray[np.float64]:
    """Count levels under a mask."""
    return np.asarray(cv2.calcHist([plane], [0], mask, [256], [0, 256]), np.float64).ravel()


def _median(plane: Picture, mask: Picture) -> float:
    """Give the lower median of the levels under a mask."""
    total = np.cumsum(_histogram(plane, mask))
    return float(np.searchsorted(total, total[-1] / 2))


def measure_chroma(luma: Picture, u: Picture, v: Picture, *, drawn: bool = False) -> dict[str, float]:
    """Measure the colour of a picture.

    Parameters
    ----------
    luma : Picture, shape (height, width)
        A halved copy serves as well.
    u, v : Picture
        Cb and Cr, full range, neutral 128, at their coded size.
    drawn : bool
        Whether the picture is drawn, like a user interface: then only a tint of what should be white counts.

    Returns
    -------
    dict
        ``saturation`` (mean distance from neutral in the plane of Cb and Cr, levels), ``colourfulness`` (spread of
        chroma plus 0.3 of its mean shift, levels; after Hasler and Suesstrunk, SPIE 5007, 2003,
        doi:10.1117/12.477378, in Cb and Cr), ``cast`` (length of the tint in the plane of Cb and Cr, levels; NaN when
        the picture is dark, 0 when it is grey), ``cast_u``, ``cast_v`` (the tint).
    """
    bright, *small = small_planes(luma, u, v)
    x, y = (plane.astype(np.float32) - np.float32(NEUTRAL) for plane in small)
    saturation = float(cv2.magnitude(x, y).mean())
    shift = float(np.hypot(x.mean(), y.mean()))
    out = {"saturation": saturation, "colourfulness": float(np.hypot(x.std(), y.std())) + 0.3 * shift}
    lit = _lit(bright)
    if saturation < GREY:
        tint = (0.0, 0.0)
    elif drawn:
        tint = _paper(bright, x, y)
    elif cv2.countNonZero(lit) < max(LEAST_LIT * x.size, 1.0):
        tint = (float("nan"), float("nan"))
    else:
        tint = _network(chroma_inputs(bright, *small))
    return {**out, "cast": float(np.hypot(*tint)), "cast_u": tint[0], "cast_v": tint[1]}


def _paper(bright: Picture, x: NDArray[np.float32], y: NDArray[np.float32]) -> tuple[float, float]:
    """Give the typical chroma of white paper; of a dark page, what its ground and its brightest ink have in common."""
    white = bright >= PAPER
    if white.mean() >= LEAST_PAPER:
        return float(np.median(x[white])), float(np.median(y[white]))
    ground = bright <= NIGHT
    brightest = float(np.quantile(bright, INK_QUANTILE))
    if ground.mean() < LEAST_NIGHT or brightest < LIT[0]:
        return 0.0, 0.0
    ink = bright >= max(brightest, NIGHT + 1)
    tints = [np.array([np.median(x[part]), np.median(y[part])]) for part in (ground, ink) if part.any()]
    first, last = tints[0], tints[-1]
    sizes = float(np.hypot(*first)), float(np.hypot(*last))
    if float(first @ last) < ALIKE * sizes[0] * sizes[1] or min(sizes) == 0:
        return 0.0, 0.0
    shorter = first if sizes[0] <= sizes[1] else last
    return float(shorter[0]), float(shorter[1])


@cache
def _weights() -> list[NDArray[np.float64]]:
    """Read a matrix and an offset for each of the two layers."""
    text = (files("beholder.features") / "chroma.json").read_text("utf-8")
    return [np.asarray(part, np.float64) for part in json.loads(text)["weights"]]


def _network(inputs: NDArray[np.float64]) -> tuple[float, float]:
    """Give the tint in levels of Cb and Cr: two layers with a hyperbolic tangent between them."""
    first, offset, second, last = _weights()
    u, v = np.tanh(inputs @ first + offset) @ second + last
    return float(u) * UNIT, float(v) * UNIT
