"""Signs that a camera filmed a screen: glare, moire, a picture that does not stand straight."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.features.patches import halved
from beholder.types import Picture

__all__ = ["measure_capture"]

LEAST = 64  # pixels on a side
LONG_SIDE = 256  # pixels of the copy on which glare and skew are measured
WHITE = 240  # luma of the core of a glare
LEAST_CORE, LARGEST_CORE = 0.004, 0.6  # share of the picture
ROUND = 0.55  # share of its bounding box that a blob of light fills; a disc fills 0.79
LONGEST = 3.0  # sides of that box
NEAR, FAR = 3, 9  # pixels of the copy: rings around the core
SOFT, SOFT_SHARE = 140, 0.9  # luma that nearly all of the near ring keeps when light spills over
FALL = 25.0  # levels by which the far ring is darker than the near one
DARK_ROOM = 70.0  # luma; a filmed screen is brighter than what surrounds it
EVEN_ROOM = 14.0  # levels, mean deviation of the surroundings
RISE = 22.0  # levels from the surroundings to the screen
STRAIGHT = 1.2  # pixels of the copy; median distance of the border from a straight line
TILE = 64  # pixels; native tiles in which moire is sought
TILES = 12
LOWEST, PERIOD = 0.05, 0.085  # cycles per pixel: power counts from here, stripes lie from here
HIGHEST = 0.45  # cycles per pixel
PEAK_SHARE = 0.45  # of the power that one pattern holds; scenes hold most of theirs at the lowest frequencies
LEAST_WAVE = 2.0  # squared levels of the pattern; less is coding


def measure_capture(luma: Picture, small: Picture | None = None) -> dict[str, float]:
    """Look for the marks of a filmed screen.

    Parameters
    ----------
    luma : Picture, shape (height, width)
    small : Picture, optional
        A copy of it that was halved some times already (`beholder.features.patches.halved`).

    Returns
    -------
    dict
        ``glare``: share of the picture under spilt light, 0..1; ``moire``: share of native tiles with one strong
        periodic pattern, 0..1; ``skew``: largest tilt of the sides of a bright quadrilateral before a dark room,
        degrees. NaN for pictures smaller than 64 pixels on a side.
    """
    if min(luma.shape) < LEAST:
        return {"glare": float("nan"), "moire": float("nan"), "skew": float("nan")}
    small = halved(luma if small is None else small, LONG_SIDE)
    return {"glare": _glare(small), "moire": _moire(luma), "skew": _skew(small)}


def _glare(small: Picture) -> float:
    """Area of round bright cores whose light spills over their surroundings."""
    bright = cv2.threshold(small, WHITE - 1, 255, cv2.THRESH_BINARY)[1]
    count, labels, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=8)
    total = 0.0
    for label in range(1, min(count, 50)):
        left, top, width, height, area = (int(value) for value in stats[label])
        shape_fits = area >= ROUND * width * height and max(width, height) <= LONGEST * min(width, height)
        if LEAST_CORE * small.size <= area <= LARGEST_CORE * small.size and shape_fits:
            rows = slice(max(top - FAR, 0), top + height + FAR)
            columns = slice(max(left - FAR, 0), left + width + FAR)
            core = np.where(labels[rows, columns] == label, np.uint8(255), np.uint8(0))
            total += area * _spills(small[rows, columns], core)
    return total / small.size


def _spills(small: Picture, mask: Picture) -> bool:
    """Whether the picture falls off softly all around a core."""
    near = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * NEAR + 1, 2 * NEAR + 1)))
    far = cv2.subtract(cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * FAR + 1, 2 * FAR + 1))), near)
    ring = cv2.subtract(near, mask)
    size = cv2.countNonZero(ring)
    soft = cv2.countNonZero(cv2.bitwise_and(ring, cv2.threshold(small, SOFT - 1, 255, cv2.THRESH_BINARY)[1]))
    if size == 0 or soft < SOFT_SHARE * size:
        return False
    return cv2.mean(small, mask=far)[0] < cv2.mean(small, mask=ring)[0] - FALL


@cache
def _tile_window() -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.intp]]:
    """Window of a tile, 1 for the frequencies that count and for those at which moire lies, and where OpenCV packs
    the real parts of the vertical frequencies.
    """  # noqa: D205
    hann = np.hanning(TILE + 2)[1:-1]
    radius = np.hypot(np.abs(np.fft.fftfreq(TILE))[:, None], np.fft.rfftfreq(TILE)[None, :])
    counted, allowed = (((radius > low) & (radius < HIGHEST)).astype(np.float32) for low in (LOWEST, PERIOD))
    vertical = np.minimum(np.arange(TILE), TILE - np.arange(TILE))
    return np.outer(hann, hann).astype(np.float32), counted, allowed, np.maximum(2 * vertical - 1, 0)


def _moire(luma: Picture) -> float:
    """Share of tiles, spread over the picture, whose spectrum is one peak away from the lowest frequencies."""
    rows = np.linspace(0, luma.shape[0] - TILE, 3).astype(int)
    columns = np.linspace(0, luma.shape[1] - TILE, TILES // 3).astype(int)
    window, counted, allowed, places = _tile_window()
    scale = 2 / float((window**2).sum()) / TILE**2  # both halves of the spectrum
    found = 0
    power = np.empty((TILE, TILE // 2 + 1), np.float32)
    for row in rows:
        for column in columns:
            tile = luma[row : row + TILE, column : column + TILE].astype(np.float32)
            spectrum = cv2.dft(cv2.multiply(tile - tile.mean(), window))
            packed = cv2.mulSpectrums(spectrum, spectrum, 0, conjB=True)
            power[:, 1:-1] = packed[:, 1:-1:2]
            power[:, 0], power[:, -1] = packed[places, 0], packed[places, -1]
            power *= counted
            wave = cv2.boxFilter(power, -1, (5, 5), normalize=False, borderType=cv2.BORDER_CONSTANT)
            strongest = float(cv2.multiply(wave, allowed).max())
            clear = strongest > PEAK_SHARE * float(power.sum()) and strongest * scale > LEAST_WAVE
            found += clear and strongest >= float(wave.max())
    return found / TILES


def _skew(small: Picture) -> float:
    """Largest tilt of the four sides when all of them are straight."""
    rim = np.concatenate((small[:3].ravel(), small[-3:].ravel(), small[:, :3].ravel(), small[:, -3:].ravel()))
    room = float(np.median(rim))
    if room > DARK_ROOM or float(np.abs(rim - room).mean()) > EVEN_ROOM:
        return 0.0
    lit = small > room + RISE
    tilts = [_tilt(view) for view in (lit, lit[:, ::-1], lit.T, lit.T[:, ::-1])]
    known = [tilt for tilt in tilts if np.isfinite(tilt)]
    return max(known) if len(known) >= 3 else 0.0


def _tilt(lit: NDArray[np.bool_]) -> float:
    """Angle to the upright of the left border of what is lit, degrees; NaN when it is not straight."""
    rows = np.flatnonzero(lit.mean(axis=1) > 0.3)
    rows = rows[rows.size // 8 : rows.size - rows.size // 8]
    if rows.size < lit.shape[0] // 3:
        return float("nan")
    border = lit[rows].argmax(axis=1).astype(np.float64)
    half = rows.size // 2
    slope = float(np.median((border[half : 2 * half] - border[:half]) / (rows[half : 2 * half] - rows[:half])))
    rest = border - slope * rows
    if border.min() < 2 or float(np.median(np.abs(rest - np.median(rest)))) > STRAIGHT:
        return float("nan")
    return float(np.degrees(np.arctan(abs(slope))))
