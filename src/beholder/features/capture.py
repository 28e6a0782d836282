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
BURNT = 246.0  # mean luma of the core: it is clipped but for its rim
LEAST_CORE, LARGEST_CORE = 0.004, 0.6  # share of the picture
MOST_CORES = 8  # the largest ones are looked at
ROUND = (0.55, 0.87)  # share of its bounding box that a blob of light fills; a disc fills 0.79, a window 1
LONGEST = 1.8  # sides of that box
RIM = (1.5, 3.5)  # pixels of the copy around the core
FAR, LEAST_FAR = 0.6, 9  # width of the surroundings, radii of the core; pixels
MIDDLE, OUTER = (0.25, 0.45), (0.75, 1.0)  # rings of the surroundings, parts of their width
SOFT, SOFT_LOW = 145.0, 105.0  # luma that the rim keeps on average and in nine of ten pixels when light spills over
FALL = 9.0  # levels from the rim to the outer ring, the middle one between them
DARK_ROOM = 70.0  # luma; a filmed screen is brighter than what surrounds it
EVEN_ROOM = 14.0  # levels, mean deviation of the surroundings
RISE = 22.0  # levels from the surroundings to the screen
STRAIGHT = 1.2  # pixels of the copy; median distance of the border from a straight line
TILE = 64  # pixels; native tiles in which moire is sought
TILES = (4, 5)  # down and across
INK = 30.0  # levels from the median of a tile; print and edges lie further off and are taken out first
LOWEST, PERIOD = 0.05, 0.085  # cycles per pixel: power counts from here, stripes lie from here
HIGHEST = 0.45  # cycles per pixel
PEAK_SHARE = 0.35  # of the power, weighted by frequency, that one pattern holds
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
    _, labels, stats, _ = cv2.connectedComponentsWithStats(bright, connectivity=8)
    largest = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable")[:MOST_CORES] + 1
    total = 0
    for label in largest:
        left, top, width, height, area = (int(value) for value in stats[label])
        shape_fits = ROUND[0] <= area / (width * height) <= ROUND[1] and max(width, height) <= LONGEST * min(
            width, height
        )
        if LEAST_CORE * small.size <= area <= LARGEST_CORE * small.size and shape_fits:
            far = max(LEAST_FAR, round(FAR * float(np.sqrt(area / np.pi))))
            rows, columns = slice(max(top - far, 0), top + height + far), slice(max(left - far, 0), left + width + far)
            core = np.asarray(labels[rows, columns] == label, np.uint8)
            total += area * _spills(small[rows, columns], core, far)
    return total / small.size


def _spills(small: Picture, core: Picture, far: int) -> bool:
    """Whether the picture falls off softly and ever further all around a burnt core."""
    core = np.asarray(cv2.morphologyEx(core, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)), np.uint8)
    distance = cv2.distanceTransform(1 - core, cv2.DIST_L2, 3)
    rim, middle, outer = (
        small[(distance > low) & (distance <= high)]
        for low, high in (RIM, *((low * far, high * far) for low, high in (MIDDLE, OUTER)))
    )
    if not (rim.size and middle.size and outer.size) or cv2.mean(small, mask=core)[0] < BURNT:
        return False
    if rim.mean() < SOFT or np.percentile(rim, 10) < SOFT_LOW:
        return False
    return bool(outer.mean() + FALL <= rim.mean() and outer.mean() < middle.mean() <= rim.mean() + 2)


@cache
def _tile_window() -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.intp]]:
    """Window of a tile, weights of the frequencies that count, 1 for those at which moire lies, and where OpenCV
    packs the real parts of the vertical frequencies.
    """  # noqa: D205
    hann = np.hanning(TILE + 2)[1:-1]
    radius = np.hypot(np.abs(np.fft.fftfreq(TILE))[:, None], np.fft.rfftfreq(TILE)[None, :])
    counted, allowed = (((radius > low) & (radius < HIGHEST)).astype(np.float32) for low in (LOWEST, PERIOD))
    counted *= radius.astype(np.float32)  # scenes lose power with frequency
    vertical = np.minimum(np.arange(TILE), TILE - np.arange(TILE))
    return np.outer(hann, hann).astype(np.float32), counted, allowed, np.maximum(2 * vertical - 1, 0)


def _moire(luma: Picture) -> float:
    """Share of tiles, spread over the picture, whose spectrum is one peak away from the lowest frequencies."""
    rows, columns = (
        np.linspace(0, size - TILE, count).astype(int) for size, count in zip(luma.shape, TILES, strict=True)
    )
    striped = [_striped(luma[row : row + TILE, column : column + TILE]) for row in rows for column in columns]
    return sum(striped) / len(striped)


def _striped(tile: Picture) -> bool:
    """Whether what is left of a tile without its print and edges is one pattern of stripes."""
    window, counted, allowed, places = _tile_window()
    scale = 2 / float((window**2).sum()) / TILE**2  # both halves of the spectrum
    ground = tile.astype(np.float32) - np.float32(np.median(tile[::2, ::2]))
    ground[np.abs(ground) > INK] = 0
    spectrum = cv2.dft(cv2.multiply(ground - ground.mean(), window))
    packed = cv2.mulSpectrums(spectrum, spectrum, 0, conjB=True)
    power = np.empty((TILE, TILE // 2 + 1), np.float32)
    power[:, 1:-1] = packed[:, 1:-1:2]
    power[:, 0], power[:, -1] = packed[places, 0], packed[places, -1]
    power *= counted
    wave = cv2.boxFilter(power, -1, (5, 5), normalize=False, borderType=cv2.BORDER_CONSTANT)
    _, strongest, _, place = cv2.minMaxLoc(cv2.multiply(wave, allowed))
    clear = strongest > PEAK_SHARE * float(power.sum()) and strongest >= float(wave.max())
    return clear and strongest * scale > LEAST_WAVE * float(counted[place[1], place[0]])


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
