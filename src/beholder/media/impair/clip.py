"""A clip as pictures on a fixed grid of frames, and its sound: what impairments work on.

Picture `n` of a clip is on screen from ``n / rate`` seconds. A picture that is
shown again is the *same object*: identity, not equality, says "no new
content", through every later step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from fractions import Fraction

    from beholder.types import Picture

__all__ = ["SOUND_RATE", "Clip", "Planes", "Samples", "from_rgb", "to_rgb"]

Samples = NDArray[np.float32]
"""Sound, shape (n, channels), full scale -1..1; sample 0 belongs to time 0 of the pictures."""

SOUND_RATE = 48_000
"""Samples per second inside of this package: what AAC and Opus both take."""


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """One picture as it is coded: YUV 4:2:0, 8 bit, limited range (black 16, white 235, neutral 128).

    `y` has shape (height, width), both even; `u` and `v` half of that. Read only.
    """

    y: NDArray[np.uint8]
    u: NDArray[np.uint8]
    v: NDArray[np.uint8]

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the luma plane."""
        height, width = self.y.shape
        return height, width

    def equals(self, other: Planes) -> bool:
        """Tell whether both hold the same samples."""
        return all(np.array_equal(a, b) for a, b in ((self.y, other.y), (self.u, other.u), (self.v, other.v)))


def to_rgb(planes: Planes) -> Picture:
    """Give R, G, B, full range, by the matrix of BT.601 (the way back uses the same)."""
    height, width = planes.shape
    flat = np.concatenate([planes.y.ravel(), planes.u.ravel(), planes.v.ravel()])
    return np.asarray(cv2.cvtColor(flat.reshape(height * 3 // 2, width), cv2.COLOR_YUV2RGB_I420), np.uint8)


def from_rgb(rgb: Picture) -> Planes:
    """Bring an RGB picture of even size to 4:2:0 by the matrix of BT.601."""
    height, width = rgb.shape[:2]
    flat = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8).ravel()
    y, u, v = np.split(flat, [height * width, height * width * 5 // 4])
    half = (height // 2, width // 2)
    return Planes(y.reshape(height, width), u.reshape(half), v.reshape(half))


@dataclass(frozen=True, slots=True)
class Clip:
    """Pictures on a grid of frames, and sound.

    Attributes
    ----------
    name : str
        Where it comes from, for the truth.
    rate : Fraction
        Frames per second of the grid.
    width, height : int
        Both even.
    pictures : callable
        Starts over and gives every picture in order, one per frame.
    sound : Samples or None
        At `SOUND_RATE`.
    colorspace, primaries, transfer : int
        As tagged in the source (ISO/IEC 23091-2 code points); 2 is unspecified.
    """

    name: str
    rate: Fraction
    width: int
    height: int
    pictures: Callable[[], Iterator[Planes]]
    sound: Samples | None = None
    colorspace: int = 2
    primaries: int = 2
    transfer: int = 2
