"""Noise of the flattest parts of a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["measure_noise"]

LAPLACIAN = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
"""Insensitive to planes and lines; J. Immerkaer, Fast noise variance estimation, CVIU 64(2), 1996, eq. 1."""
GAIN = 6.0  # standard deviation of the operator's answer to white noise of 1: the root of the sum of its squares
BLOCK = 8  # pixels
QUANTILE = 0.25  # of the blocks of the flat patches: edges, texture and coding blocks stay above it
TEXTURE = 2.0  # texture is at least this much stronger at half the resolution (photographs, benchmarks/visual.py)


def measure_noise(flat: NDArray[np.float32]) -> dict[str, float]:
    """Estimate the standard deviation of noise.

    White noise is as strong at half the resolution (per pixel of the full one) as at the full; texture is stronger.
    Two equations, two unknowns.

    Parameters
    ----------
    flat : NDArray of float32, shape (n, side, side)
        Patches with little structure (`beholder.features.patches`).

    Returns
    -------
    dict
        ``noise``: luma levels, 0 when all fine structure can be texture; NaN without patches.
    """
    if not flat.shape[0]:
        return {"noise": float("nan")}
    side = flat.shape[1]
    tall = flat.reshape(-1, side)
    half = cv2.resize(tall, (side // 2, tall.shape[0] // 2), interpolation=cv2.INTER_AREA).astype(np.float32)
    fine, coarse = _power(tall), 4 * _power(half)
    return {"noise": float(np.sqrt(max(TEXTURE**2 * fine - coarse, 0.0) / (TEXTURE**2 - 1)))}


def _power(picture: NDArray[np.float32]) -> float:
    """Lower quantile over blocks of the mean square answer, as the variance of noise."""
    answer = cv2.filter2D(picture, cv2.CV_32F, LAPLACIAN, borderType=cv2.BORDER_REFLECT_101)
    size = (max(picture.shape[1] // BLOCK, 1), max(picture.shape[0] // BLOCK, 1))
    power = np.asarray(cv2.resize(cv2.multiply(answer, answer), size, interpolation=cv2.INTER_AREA)).ravel()
    rank = int(power.size * QUANTILE)
    return float(np.partition(power, rank)[rank]) / GAIN**2
