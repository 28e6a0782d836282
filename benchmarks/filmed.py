"""What a camera does that films a screen: glare, moire, skew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from beholder.media.impair import Impairment, Planes
from beholder.media.impair.plan import Take

__all__ = ["Glare", "Moire", "Skew"]

SCREEN_WHITE = 0.8
"""Level of the white of a filmed screen, as a share of the camera's: a camera that meters a bright page leaves
headroom, so that light spilt over it, and stripes on it, show there as well as on dark film."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Warped(Impairment):
    """A picture changed by a function of its planes."""

    amount: float = 1.0
    kind: ClassVar[str] = "warped"

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        for planes in pictures:
            yield self._changed(planes, take)

    def _changed(self, planes: Planes, take: Take) -> Planes:
        raise NotImplementedError


def _exposed(planes: Planes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Levels as the camera holds them."""
    y = 16 + (planes.y - np.float32(16)) * np.float32(SCREEN_WHITE)
    u, v = (128 + (plane - np.float32(128)) * np.float32(SCREEN_WHITE) for plane in (planes.u, planes.v))
    return y, u, v


@dataclass(frozen=True, slots=True, kw_only=True)
class Glare(_Warped):
    """A soft bright blob over `amount` of the short side, clipped in its middle."""

    kind: ClassVar[str] = "glare"

    def _changed(self, planes: Planes, take: Take) -> Planes:
        rows, columns = np.mgrid[0 : take.height, 0 : take.width].astype(np.float32)
        radius = self.amount * min(take.height, take.width) / 2
        far = np.hypot(rows - take.height * 0.4, columns - take.width * 0.62) / radius
        light = 330 * np.exp(-0.5 * (far * 1.6) ** 2)
        y, u, v = _exposed(planes)
        keep = cv2.resize(np.clip(1 - light / 220, 0, 1), u.shape[::-1], interpolation=cv2.INTER_AREA)
        u, v = (np.rint(128 + (plane - 128) * keep).astype(np.uint8) for plane in (u, v))
        return Planes(np.rint((y + light).clip(16, 235)).astype(np.uint8), u, v)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moire(_Warped):
    """Interference of two pixel grids: curved stripes, `amount` levels of luma high, coloured."""

    kind: ClassVar[str] = "moire"

    def _changed(self, planes: Planes, take: Take) -> Planes:
        rows, columns = np.mgrid[0 : take.height, 0 : take.width].astype(np.float32)
        bend = 0.00012 * (columns - take.width / 2) ** 2 / max(take.unit, 0.2)
        phase = (rows * 0.97 + columns * 0.24 + bend) * (2 * np.pi / (9 * max(take.unit, 0.5)))
        level, u, v = _exposed(planes)
        y = level + self.amount * (0.35 + level / 320) * np.sin(phase)
        tint = cv2.resize(np.sin(phase / 2.3), u.shape[::-1], interpolation=cv2.INTER_AREA) * (self.amount / 2)
        u, v = (np.rint((p + s * tint).clip(16, 240)).astype(np.uint8) for p, s in ((u, 1), (v, -1)))
        return Planes(np.rint(y.clip(16, 235)).astype(np.uint8), u, v)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skew(_Warped):
    """The picture as a quadrilateral before a dark room, seen `amount` of the width off the axis and turned."""

    kind: ClassVar[str] = "skew"

    def _changed(self, planes: Planes, take: Take) -> Planes:
        del take
        a = self.amount
        corners = np.array([[0.07 + a, 0.08], [0.93, 0.08 + a], [0.95 - a, 0.93], [0.06, 0.92 - a]], np.float32)

        def seen(plane: np.ndarray, ground: int) -> np.ndarray:
            rows, columns = plane.shape
            source = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
            matrix = cv2.getPerspectiveTransform(source, corners * np.array([columns, rows], np.float32))
            warped = cv2.warpPerspective(
                plane, matrix, (columns, rows), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT, borderValue=ground
            )
            return np.asarray(warped, np.uint8)

        return Planes(seen(planes.y, 34), seen(planes.u, 128), seen(planes.v, 128))
