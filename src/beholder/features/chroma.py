"""Colour of the whole picture: saturation, colourfulness, and a shift that nothing in the picture escapes."""

from __future__ import annotations

import cv2
import numpy as np

from beholder.types import Picture

__all__ = ["measure_chroma"]

NEUTRAL = 128.0
LONG_SIDE = 320  # pixels of the copy that is measured
LIT, CLIPPED = 40, 250  # luma outside of these carries hardly any colour
ESCAPES = 5.0  # percent of the lit picture that may lie nearer to neutral than the cast that is reported
LEAST_LIT = 0.02  # share of the picture; with less light there is no colour to judge


def measure_chroma(luma: Picture, u: Picture, v: Picture) -> dict[str, float]:
    """Measure the colour of a picture.

    Parameters
    ----------
    luma : Picture, shape (height, width)
    u, v : Picture
        Cb and Cr, full range, neutral 128, at their coded size.

    Returns
    -------
    dict
        ``saturation`` (mean distance from neutral in the plane of Cb and Cr, levels), ``colourfulness`` (standard
        deviation of chroma plus 0.3 of its mean shift, levels; after Hasler and Suesstrunk, SPIE 5007, 2003,
        doi:10.1117/12.477378, in Cb and Cr), ``cast`` (levels by which all but 5 % of the lit picture is shifted
        towards one colour; NaN when the picture is dark), ``cast_u``, ``cast_v`` (that shift).
    """
    scale = min(1.0, LONG_SIDE / max(luma.shape))
    size = (max(round(luma.shape[1] * scale), 1), max(round(luma.shape[0] * scale), 1))
    x, y = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA).astype(np.float32) - NEUTRAL for plane in (u, v))
    bright = cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
    mean_x, mean_y = float(x.mean()), float(y.mean())
    spread = float(np.hypot(x.std(), y.std()))
    out = {
        "saturation": float(cv2.magnitude(x, y).mean()),
        "colourfulness": spread + 0.3 * float(np.hypot(mean_x, mean_y)),
    }
    lit = np.flatnonzero((bright > LIT) & (bright < CLIPPED))
    if lit.size < LEAST_LIT * x.size:
        return {**out, "cast": float("nan"), "cast_u": float("nan"), "cast_v": float("nan")}
    x, y = x.ravel()[lit], y.ravel()[lit]
    mean_x, mean_y = float(np.median(x)), float(np.median(y))
    length = float(np.hypot(mean_x, mean_y))
    if length == 0:
        return {**out, "cast": 0.0, "cast_u": 0.0, "cast_v": 0.0}
    along = (x * mean_x + y * mean_y) / length
    rank = int(along.size * ESCAPES / 100)
    cast = max(float(np.partition(along, rank)[rank]), 0.0)
    return {**out, "cast": cast, "cast_u": cast * mean_x / length, "cast_v": cast * mean_y / length}
