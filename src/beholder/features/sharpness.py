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
    """Window and the matrix that averages a half spectrum over rings of frequency."""
    window = np.hanning(side + 2)[1:-1]
    fy = np.abs(np.fft.fftfreq(side))[:, None]
    fx = np.fft.rfftfreq(side)[None, :]
    band = np.floor(np.hypot(fy, fx) * 2 * BANDS).astype(int).ravel()
    matrix = (band[None, :] == np.arange(BANDS)[:, None]).astype(np.float32)
    matrix[0, 0] = 0
    matrix /= np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    return np.outer(window, window).astype(np.float32), matrix


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
        spectrum = cv2.dft(cv2.multiply(patch - patch.mean(), window), flags=cv2.DFT_COMPLEX_OUTPUT)
        real, imaginary = cv2.split(spectrum[:, : busy.shape[1] // 2 + 1])
        row[:] = cv2.add(cv2.multiply(real, real), cv2.multiply(imaginary, imaginary)).ravel()
    return (power @ matrix.T).astype(np.float64) / float(np.square(window).sum())
