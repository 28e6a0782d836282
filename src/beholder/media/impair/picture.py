"""Faults of the picture: scale, blur, noise, banding, exposure, contrast, colour, flicker, black, blank.

Levels are those that people see, full range 0 black .. 255 white; they are brought to the coded range here.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.media.impair.clip import Planes, from_rgb, to_rgb
from beholder.media.impair.plan import Impairment, Take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = [
    "Banding",
    "Black",
    "Blank",
    "Blur",
    "ColourCast",
    "Contrast",
    "Exposure",
    "Flicker",
    "Noise",
    "Rescale",
    "even",
    "scaled",
]

_BLACK, _WHITE, _NEUTRAL = 16, 235, 128  # ITU-R BT.709, 8-bit limited range
_LUMA_STEP = 219 / 255  # coded luma levels per full-range level
_CHROMA_STEP = 224 / 255
_GAMMA = 2.2  # light over signal of a display, ITU-R BT.1886 about: 2.4 in the dark, 2.2 on screens
_INTERPOLATION = {
    "bicubic": cv2.INTER_CUBIC,
    "bilinear": cv2.INTER_LINEAR,
    "nearest": cv2.INTER_NEAREST,
    "lanczos": cv2.INTER_LANCZOS4,
}
Interpolation = Literal["bicubic", "bilinear", "nearest", "lanczos"]
_Plane = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class _PictureFault(Impairment):
    """Changes each picture by itself; a repeat stays a repeat unless `_moving`."""

    @property
    def _moving(self) -> bool:
        """True when the same picture looks different later."""
        return False

    @abstractmethod
    def _changer(self, take: Take) -> Callable[[Planes, float], Planes]:
        """Prepare the change of a picture, given its seconds since the span began."""

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        change = self._changer(take)
        first = take.frame(self.start)
        before: Planes | None = None
        after: Planes | None = None
        for frame, planes in enumerate(pictures):
            if not self.covers(frame, take):
                yield planes
                continue
            if after is None or planes is not before or self._moving:
                before, after = planes, change(planes, float((frame - first) / take.rate))
            yield after


def _array(image: object) -> _Plane:
    """Give an image that cv2 made as an array of uint8."""
    return np.asarray(image, np.uint8)


def _table(values: NDArray[np.float64], low: int, high: int) -> _Plane:
    """Make a look-up table of 256 coded levels."""
    return np.rint(values).clip(low, high).astype(np.uint8)


def _levels() -> NDArray[np.float64]:
    """Full-range level of every coded luma level."""
    return (np.arange(256.0) - _BLACK) / _LUMA_STEP


def _coded(levels: NDArray[np.float64]) -> _Plane:
    """Make a luma table from full-range levels."""
    return _table(levels * _LUMA_STEP + _BLACK, _BLACK, _WHITE)


def scaled(planes: Planes, height: int, width: int, interpolation: int) -> Planes:
    """Bring a picture to another even size with a cv2 interpolation."""
    half = (width // 2, height // 2)
    return Planes(
        _array(cv2.resize(planes.y, (width, height), interpolation=interpolation)),
        _array(cv2.resize(planes.u, half, interpolation=interpolation)),
        _array(cv2.resize(planes.v, half, interpolation=interpolation)),
    )


def even(size: float) -> int:
    """Give the nearest even number of pixels, at least 2."""
    return max(2, 2 * round(size / 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescale(_PictureFault):
    """Scaled down to a lower height (by area) and back up: a lower native resolution.

    Parameters
    ----------
    height : int
        Rows in between.
    interpolation : {"bicubic", "bilinear", "nearest", "lanczos"}
        Of the way up.
    """

    kind: ClassVar[str] = "rescale"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"height": (8, 8192)}
    height: int = 360
    interpolation: Interpolation = "bicubic"

    def _changer(self, take: Take) -> Callable[[Planes, float], Planes]:
        rows, columns = even(self.height), even(take.width * self.height / take.height)
        up = _INTERPOLATION[self.interpolation]

        def change(planes: Planes, _: float) -> Planes:
            return scaled(scaled(planes, rows, columns, cv2.INTER_AREA), take.height, take.width, up)

        return change


@dataclass(frozen=True, slots=True, kw_only=True)
class Blur(_PictureFault):
    """Gaussian blur of luma and chroma.

    Parameters
    ----------
    sigma : float
        Standard deviation in pixels of a 1080p picture; scaled with the shorter side of the clip.
    """

    kind: ClassVar[str] = "blur"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"sigma": (0.01, 200.0)}
    sigma: float = 3.0

    def _changer(self, take: Take) -> Callable[[Planes, float], Planes]:
        sigma = self.sigma * take.unit

        def change(planes: Planes, _: float) -> Planes:
            chroma = (_array(cv2.GaussianBlur(plane, (0, 0), sigma / 2)) for plane in (planes.u, planes.v))
            return Planes(_array(cv2.GaussianBlur(planes.y, (0, 0), sigma)), *chroma)

        return change


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise(_PictureFault):
    """White Gaussian noise on luma.

    Parameters
    ----------
    sigma : float
        Standard deviation in full-range levels of 8 bit (black and white clip it).
    static : bool
        The same noise on every picture (a dirty sensor) instead of new noise each time.
    """

    kind: ClassVar[str] = "noise"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"sigma": (0.0, 128.0)}
    sigma: float = 8.0
    static: bool = False

    @property
    def _moving(self) -> bool:
        return not self.static

    def _changer(self, take: Take) -> Callable[[Planes, float], Planes]:
        def field() -> NDArray[np.float32]:
            white = take.random.standard_normal((take.height, take.width), dtype=np.float32)
            return white * np.float32(self.sigma * _LUMA_STEP)

        fixed = field() if self.static else None

        def change(planes: Planes, _: float) -> Planes:
            noisy = planes.y + (field() if fixed is None else fixed)
            return Planes(np.rint(noisy).clip(_BLACK, _WHITE).astype(np.uint8), planes.u, planes.v)

        return change


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tabled(_PictureFault):
    """Changes levels by look-up tables."""

    @abstractmethod
    def _tables(self, seconds: float) -> tuple[_Plane | None, _Plane | None]:
        """Give the tables of luma and of chroma; None leaves as is."""

    def _changer(self, take: Take) -> Callable[[Planes, float], Planes]:
        del take

        def change(planes: Planes, seconds: float) -> Planes:
            luma, chroma = self._tables(seconds)
            y = planes.y if luma is None else _array(cv2.LUT(planes.y, luma))
            if chroma is None:
                return Planes(y, planes.u, planes.v)
            return Planes(y, _array(cv2.LUT(planes.u, chroma)), _array(cv2.LUT(planes.v, chroma)))

        return change


@dataclass(frozen=True, slots=True, kw_only=True)
class Banding(_Tabled):
    """Luma in few levels, evenly spaced from black to white.

    Parameters
    ----------
    levels : int
        Number of luma levels left.
    """

    kind: ClassVar[str] = "banding"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"levels": (2, 220)}
    levels: int = 32

    def _tables(self, seconds: float) -> tuple[_Plane | None, _Plane | None]:
        del seconds
        step = 255 / (self.levels - 1)
        return _coded(np.rint(_levels().clip(0, 255) / step) * step), None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast(_Tabled):
    """Differences to mid grey (128), of brightness and of colour, times a factor.

    Parameters
    ----------
    factor : float
        Below 1 flat, above 1 hard.
    """

    kind: ClassVar[str] = "contrast"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"factor": (0.0, 10.0)}
    factor: float = 0.5

    def _tables(self, seconds: float) -> tuple[_Plane | None, _Plane | None]:
        del seconds
        chroma = _table((np.arange(256.0) - _NEUTRAL) * self.factor + _NEUTRAL, _BLACK, 240)
        return _coded((_levels() - 128) * self.factor + 128), chroma


@dataclass(frozen=True, slots=True, kw_only=True)
class Flicker(_Tabled):
    """Brightness goes up and down as a sine: luma times ``1 + depth * sin(2 pi hz t)``.

    Parameters
    ----------
    hz : float
        Above half of the frame rate it appears at its alias.
    depth : float
        0..1.
    """

    kind: ClassVar[str] = "flicker"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"hz": (0.05, 1000.0), "depth": (0.0, 1.0)}
    hz: float = 5.0
    depth: float = 0.1

    @property
    def _moving(self) -> bool:
        return True

    def _tables(self, seconds: float) -> tuple[_Plane | None, _Plane | None]:
        return _coded(_levels() * (1 + self.depth * math.sin(2 * math.pi * self.hz * seconds))), None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure(_PictureFault):
    """More or less light: linear light times ``2 ** stops``, each of R, G and B clipped at white.

    Parameters
    ----------
    stops : float
        Positive brighter, negative darker.
    """

    kind: ClassVar[str] = "exposure"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"stops": (-10.0, 10.0)}
    stops: float = 1.5

    def _changer(self, take: Take) -> Callable[[Planes, float], Planes]:
        del take
        gain = 2 ** (self.stops / _GAMMA)
        table = _table(np.arange(256.0) * gain, 0, 255)

        def change(planes: Planes, _: float) -> Planes:
            return from_rgb(_array(cv2.LUT(to_rgb(planes), table)))

        return change


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourCast(_PictureFault):
    """A tint: gains of the signal of R, G, B, then offsets of chroma.

    Parameters
    ----------
    red, green, blue : float
        Gains, 1 neutral; clipped at white.
    u, v : float
        Offsets in full-range levels: u to blue, v to red.
    """

    kind: ClassVar[str] = "colour_cast"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {
        **dict.fromkeys(("red", "green", "blue"), (0.0, 8.0)),
        **dict.fromkeys("uv", (-128.0, 128.0)),
    }
    u: float = 0.0
    v: float = 0.0
    red: float = 1.0
    green: float = 1.0
    blue: float = 1.0

    def _changer(self, take: Take) -> Callable[[Planes, float], Planes]:
        del take
        gains = (self.red, self.green, self.blue)
        steps = np.arange(256.0)
        table = np.stack([_table(steps * gain, 0, 255) for gain in gains], axis=-1)[None]
        shift_u, shift_v = (_table(steps + offset * _CHROMA_STEP, _BLACK, 240) for offset in (self.u, self.v))

        def change(planes: Planes, _: float) -> Planes:
            if gains != (1.0, 1.0, 1.0):
                planes = from_rgb(_array(cv2.LUT(to_rgb(planes), table)))
            return Planes(planes.y, _array(cv2.LUT(planes.u, shift_u)), _array(cv2.LUT(planes.v, shift_v)))

        return change


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank(_PictureFault):
    """A uniform picture.

    Parameters
    ----------
    level : float
        Full range, 255 white.
    u, v : float
        Colour in full-range levels around 0.
    """

    kind: ClassVar[str] = "blank"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {
        "level": (0.0, 255.0),
        **dict.fromkeys("uv", (-128.0, 128.0)),
    }
    level: float = 255.0
    u: float = 0.0
    v: float = 0.0

    def _changer(self, take: Take) -> Callable[[Planes, float], Planes]:
        half = (take.height // 2, take.width // 2)
        y = np.full((take.height, take.width), round(self.level * _LUMA_STEP + _BLACK), np.uint8)
        u, v = (np.full(half, round(offset * _CHROMA_STEP) + _NEUTRAL, np.uint8) for offset in (self.u, self.v))
        uniform = Planes(y, u, v)
        return lambda _planes, _seconds: uniform


@dataclass(frozen=True, slots=True, kw_only=True)
class Black(Blank):
    """A black picture."""

    kind: ClassVar[str] = "black"
    level: float = 0.0
