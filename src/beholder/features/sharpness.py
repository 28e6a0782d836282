"""Radial spectrum of the busy patches: the basis of sharpness and of the effective resolution."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["BANDS", "measure_spectrum"]

BANDS = 16  # radial bands from 0 to the Nyquist frequency (corners left out)


@cache
def _rings(side: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Window and the matrix that averages a packed spectrum over rings of frequency.

    OpenCV packs the spectrum of real values so that column 2k - 1 holds the real parts of horizontal frequency k; the
    first and the last column hold frequencies 0 and side / 2 packed the same way down the rows. Power is real, so the
    places of imaginary parts hold zeros.
    """
    window = np.hanning(side + 2)[1:-1]
    packed = np.concatenate(([0], np.repeat(np.arange(1, side // 2), 2), [side // 2]))  # frequency of each place
    real = np.concatenate(([1.0], np.tile([1.0, 0.0], side // 2 - 1), [1.0]))
    columns, rows = packed[None, :], np.minimum(np.arange(side), side - np.arange(side))[:, None]
    lonely = (columns == 0) | (columns == side // 2)  # these columns leave out their negative frequencies
    down = np.where(lonely, packed[:, None], rows)
    inner = (packed > 0) & (packed < side // 2)
    weight = np.where(lonely, (real * (1 + inner))[:, None], real[None, :])
    band = np.floor(np.hypot(down, columns) / side * 2 * BANDS).astype(int).ravel()
    matrix = np.where(band[None, :] == np.arange(BANDS)[:, None], weight.ravel(), 0.0)
    matrix[0, 0] = 0
    matrix /= np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    return np.outer(window, window).astype(np.float32), matrix.astype(np.float32)


def measure_spectrum(busy: NDArray[np.float32]) -> NDArray[np.float64]:
    """Mean power in rings of frequency, per patch.

    Parameters
    ----------
    busy : NDArray of float32, shape (n, side, side)

    Returns
    -------
    NDArray of float64, shape (n, BANDS)
        Power per coefficient and pixel, in squared luma levels; ring k spans parts k .. k + 1 of `BANDS` of the
        Nyquist frequency.
    """
    window, matrix = _rings(busy.shape[1])
    power = np.empty((busy.shape[0], matrix.shape[1]), np.float32)
    for patch, row in zip(busy, power, strict=True):
        spectrum = cv2.dft(cv2.multiply(patch - patch.mean(), window))
        row[:] = cv2.mulSpectrums(spectrum, spectrum, 0, conjB=True).ravel()
    return (power @ matrix.T).astype(np.float64) / float(np.square(window).sum())
