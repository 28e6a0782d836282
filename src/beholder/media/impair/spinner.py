"""Loading animations over a held picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from beholder.media.impair.clip import Planes

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Backdrop", "Style", "backdrop", "with_spinner"]

Style = Literal["ring", "dots", "bounce", "none"]
Backdrop = Literal["held", "black", "white"]

_BLACK, _WHITE, _NEUTRAL = 16, 235, 128  # ITU-R BT.709, 8-bit limited range
_SHIFT = 4  # cv2 draws with 4 fractional bits
_DOTS = 8
_FAINT = 0.25  # opacity of the ring under the arc, and of the darkest dot


def backdrop(held: Planes, background: Backdrop, dim: float) -> Planes:
    """Give what lies under the animation: the held picture dimmed, or a uniform picture."""
    if background == "held":
        table = np.arange(256.0)
        y = cv2.LUT(held.y, ((table - _BLACK) * dim + _BLACK).clip(0, 255).astype(np.uint8))
        colour = ((table - _NEUTRAL) * dim + _NEUTRAL).round().astype(np.uint8)
        return Planes(_grey(y), _grey(cv2.LUT(held.u, colour)), _grey(cv2.LUT(held.v, colour)))
    level = _BLACK if background == "black" else _WHITE
    neutral = np.full_like(held.u, _NEUTRAL)
    return Planes(np.full_like(held.y, level), neutral, neutral)


def with_spinner(planes: Planes, style: Style, *, turn: float, size: float) -> Planes:
    """Draw the animation in the middle.

    Parameters
    ----------
    planes : Planes
    style : Style
    turn : float
        Phase in turns; 0.25 is a quarter.
    size : float
        Diameter over the shorter side.
    """
    if style == "none":
        return planes
    height, width = planes.shape
    diameter = size * min(height, width)
    side = min(int(diameter) // 2 * 2 + 4, height, width)
    opacity = _DRAW[style](side, diameter, turn % 1.0)
    top, left = (height - side) // 4 * 2, (width - side) // 4 * 2
    ink = _BLACK if _looks_bright(planes) else _WHITE
    y = _over(planes.y, opacity, ink, top, left)
    half = (side // 2, side // 2)
    small = np.asarray(cv2.resize(opacity, half, interpolation=cv2.INTER_AREA), np.float32)
    u = _over(planes.u, small, _NEUTRAL, top // 2, left // 2)
    v = _over(planes.v, small, _NEUTRAL, top // 2, left // 2)
    return Planes(y, u, v)


def _looks_bright(planes: Planes) -> bool:
    return float(planes.y.mean()) > (_BLACK + _WHITE) / 2


def _grey(image: object) -> NDArray[np.uint8]:
    """Give an image that cv2 made as an array of uint8."""
    return np.asarray(image, np.uint8)


def _over(plane: NDArray[np.uint8], opacity: NDArray[np.float32], ink: int, top: int, left: int) -> NDArray[np.uint8]:
    """Lay `ink` over the plane."""
    out = plane.copy()
    rows, columns = opacity.shape
    part = out[top : top + rows, left : left + columns]
    part[...] = np.rint(part + opacity * (ink - part.astype(np.float32))).astype(np.uint8)
    return out


def _disc(side: int, x: float, y: float, radius: float, opacity: float) -> NDArray[np.float32]:
    layer = np.zeros((side, side), np.uint8)
    one = 1 << _SHIFT
    centre = (round(x * one), round(y * one))
    cv2.circle(layer, centre, round(radius * one), round(255 * opacity), -1, cv2.LINE_AA, _SHIFT)
    return layer.astype(np.float32) / np.float32(255)


def _ring(side: int, diameter: float, turn: float) -> NDArray[np.float32]:
    """Draw a faint ring with a bright quarter that goes round."""
    layer = np.zeros((side, side), np.uint8)
    middle, thick = side // 2, max(1, round(diameter * 0.09))
    radius = max(1, round(diameter / 2 - thick))
    cv2.circle(layer, (middle, middle), radius, round(255 * _FAINT), thick, cv2.LINE_AA)
    begin = 360 * turn
    cv2.ellipse(layer, (middle, middle), (radius, radius), 0, begin, begin + 90, 255, thick, cv2.LINE_AA)
    return layer.astype(np.float32) / np.float32(255)


def _dots(side: int, diameter: float, turn: float) -> NDArray[np.float32]:
    """Draw eight dots in a circle, the brightness going round."""
    layer = np.zeros((side, side), np.float32)
    radius = diameter * 0.09
    for dot in range(_DOTS):
        angle = 2 * np.pi * dot / _DOTS
        behind = (turn - dot / _DOTS) % 1.0
        reach = diameter / 2 - radius
        x, y = side / 2 + reach * np.cos(angle), side / 2 + reach * np.sin(angle)
        layer = np.maximum(layer, _disc(side, x, y, radius, 1.0 - (1.0 - _FAINT) * behind))
    return layer


def _bounce(side: int, diameter: float, turn: float) -> NDArray[np.float32]:
    """Draw three dots in a row that swell one after the other."""
    layer = np.zeros((side, side), np.float32)
    for dot in range(3):
        swell = 0.5 + 0.5 * np.cos(2 * np.pi * (turn - dot / 3))
        radius = diameter * (0.06 + 0.08 * swell)
        layer = np.maximum(layer, _disc(side, side / 2 + (dot - 1) * diameter / 3, side / 2, radius, 1.0))
    return layer


_DRAW = {"ring": _ring, "dots": _dots, "bounce": _bounce}
