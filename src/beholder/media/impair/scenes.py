"""Synthetic clips that need no data: moving pictures and screens of apps, the same for the same seed."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import cv2
import numpy as np

from beholder.errors import UsageError
from beholder.media.impair.clip import Clip, Planes, from_rgb
from beholder.media.impair.screens import idle, scroll, slides
from beholder.media.impair.texture import array, landscape, spectral_noise
from beholder.media.impair.voice import music, speech

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from beholder.types import Picture

__all__ = ["Scene", "scene"]

Scene = Literal["pan", "objects", "head", "scroll", "idle", "slides"]
_GRAIN = 1.2  # standard deviation of camera noise in coded luma levels: a phone in daylight
_SLACK = 64  # pixels by which the grain is larger than the picture, to be shifted at random


def scene(
    kind: Scene,
    *,
    seconds: float = 10.0,
    height: int = 720,
    width: int | None = None,
    fps: float | Fraction = 30,
    seed: int = 0,
    sound: Literal["music", "speech"] | None = None,
) -> Clip:
    """Make a synthetic clip.

    Parameters
    ----------
    kind : {"pan", "objects", "head", "scroll", "idle", "slides"}
        ``pan``: a camera moves and zooms over a textured picture. ``objects``: things fly over a still background.
        ``head``: someone talks, mostly still. ``scroll``: an app page with text, scrolled and at rest in turn.
        ``idle``: a page of text with a blinking cursor. ``slides``: a slide every three seconds.
        The last three have exact repeats, as screens do.
    seconds : float
    height, width : int
        Even; the width defaults to 16:9.
    fps : float or Fraction
    seed : int
    sound : {"music", "speech"}, optional
        With ``head`` and ``speech`` the mouth moves with the voice.

    Examples
    --------
    >>> clip = scene("idle", seconds=1, height=90, fps=10)
    >>> len({id(planes) for planes in clip.pictures()}) < 10
    True
    """
    rate = Fraction(fps).limit_denominator(1001)
    columns = 2 * round(height * 8 / 9) if width is None else width
    if height % 2 or columns % 2 or height < 32 or columns < 32:
        raise UsageError("scene", f"size {columns}x{height}", "give an even size of 32 pixels or more")
    samples, opening = speech(seconds, seed) if sound == "speech" else (None, None)
    frames = round(seconds * rate)

    def pictures() -> Iterator[Planes]:
        random = np.random.default_rng([seed, 0])
        times = (float(n / rate) for n in range(frames))
        if kind == "head":
            return _head(random, height, columns, times, opening)
        return _MAKERS[kind](random, height, columns, times)

    return Clip(
        f"scene:{kind}",
        rate,
        columns,
        height,
        pictures,
        music(seconds, seed) if sound == "music" else samples,
    )


def _grainy(random: np.random.Generator, height: int, width: int) -> Callable[[NDArray[np.uint8]], NDArray[np.uint8]]:
    """Prepare camera noise: one field, shifted at random from picture to picture."""
    field = random.normal(0, _GRAIN, (height + _SLACK, width + _SLACK))
    grain = np.rint(field).clip(-127, 127).astype(np.int8)

    def add(y: NDArray[np.uint8]) -> NDArray[np.uint8]:
        top, left = random.integers(0, _SLACK, 2)
        return array(cv2.add(y, grain[top : top + height, left : left + width], dtype=cv2.CV_8U))

    return add


def _pan(random: np.random.Generator, height: int, width: int, times: Iterator[float]) -> Iterator[Planes]:
    """Move and zoom over a larger picture on a smooth path."""
    big = from_rgb(landscape(random, round(height * 0.8) * 2, round(width * 0.8) * 2, shapes=40))
    grain = _grainy(random, height, width)
    slack = np.array([big.y.shape[1] - width, big.y.shape[0] - height]) / 2
    phase = random.uniform(0, 2 * np.pi, 5)
    for t in times:
        zoom = 1.12 + 0.1 * np.sin(2 * np.pi * t / 9.0 + phase[0])
        sway = 0.65 * np.sin(2 * np.pi * t / np.array([11.0, 9.3]) + phase[1:3])
        sway += 0.2 * np.sin(2 * np.pi * t / np.array([4.3, 3.7]) + phase[3:5])
        centre = np.array([big.y.shape[1], big.y.shape[0]]) / 2 + sway * slack
        planes = [_view(plane, centre / k, zoom, height // k, width // k) for plane, k in _with_shrink(big)]
        yield Planes(grain(planes[0]), planes[1], planes[2])


def _with_shrink(planes: Planes) -> tuple[tuple[NDArray[np.uint8], int], ...]:
    return (planes.y, 1), (planes.u, 2), (planes.v, 2)


def _view(
    plane: NDArray[np.uint8], centre: NDArray[np.float64], zoom: float, height: int, width: int
) -> NDArray[np.uint8]:
    """Cut a zoomed view around `centre` out of a plane."""
    x, y = centre - np.array([width, height]) / 2 / zoom
    matrix = np.array([[1 / zoom, 0, x], [0, 1 / zoom, y]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return array(cv2.warpAffine(plane, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REFLECT))


def _objects(random: np.random.Generator, height: int, width: int, times: Iterator[float]) -> Iterator[Planes]:
    """Textured discs fly over a still background and bounce off the edges."""
    still = from_rgb(landscape(random, height, width))
    grain = _grainy(random, height, width)
    count = 6
    size = random.uniform(0.1, 0.24, count) * height
    sprites = [_sprite(random, 2 * round(s / 2)) for s in size]
    origin = random.uniform(0, 1, (count, 2)) * [width, height]
    speed = random.uniform(0.12, 0.5, (count, 2)) * height * random.choice([-1, 1], (count, 2))
    for t in times:
        planes = Planes(still.y.copy(), still.u.copy(), still.v.copy())
        for n, (sprite, alpha) in enumerate(sprites):
            room = np.array([width, height]) - 2 * sprite.u.shape[0]
            x, y = np.abs((origin[n] + speed[n] * t) % (2 * room) - room)
            _paste(planes, sprite, alpha, float(x), float(y))
        yield Planes(grain(planes.y), planes.u, planes.v)


def _sprite(random: np.random.Generator, side: int) -> tuple[Planes, NDArray[np.float32]]:
    """Make a textured disc and its opacity."""
    colour = random.uniform(40, 220, 3)
    texture = colour + 30 * spectral_noise(random, side, side, 0.9)[..., None]
    mask = np.zeros((side, side), np.uint8)
    cv2.circle(mask, (side // 2, side // 2), side // 2 - 2, 255, -1, cv2.LINE_AA)
    return from_rgb(texture.clip(0, 255).astype(np.uint8)), mask.astype(np.float32) / np.float32(255)


def _paste(planes: Planes, sprite: Planes, alpha: NDArray[np.float32], x: float, y: float) -> None:
    """Blend a sprite in at a fractional position, inside of the picture."""
    for (plane, k), (part, _) in zip(_with_shrink(planes), _with_shrink(sprite), strict=True):
        side, wide = part.shape
        left, top = int(x / k), int(y / k)
        shift = np.array([[1, 0, x / k - left], [0, 1, y / k - top]])
        size = (min(wide + 1, plane.shape[1] - left), min(side + 1, plane.shape[0] - top))
        moved = cv2.warpAffine(part, shift, size, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
        opacity = alpha if k == 1 else cv2.resize(alpha, (wide, side), interpolation=cv2.INTER_AREA)
        opacity = cv2.warpAffine(opacity, shift, size)
        view = plane[top : top + size[1], left : left + size[0]]
        view[...] = np.rint(view + opacity * (moved - view)).astype(np.uint8)


def _head(
    random: np.random.Generator,
    height: int,
    width: int,
    times: Iterator[float],
    opening: NDArray[np.float64] | None,
) -> Iterator[Planes]:
    """Draw someone who talks: a little sway, blinks, a mouth that follows the voice."""
    room = array(cv2.GaussianBlur(landscape(random, height, width, text=False), (0, 0), height / 160))
    body = (round(width / 2), round(height * 1.08))
    cv2.ellipse(room, body, (round(height * 0.46), round(height * 0.42)), 0, 0, 360, (52, 62, 96), -1, cv2.LINE_AA)
    room = (room + 5 * spectral_noise(random, height, width, 0.7)[..., None]).clip(0, 255).astype(np.uint8)
    still = from_rgb(room)
    grain = _grainy(random, height, width)
    side = 2 * round(height * 0.29)
    skin = np.array([205, 160, 132]) + 7 * spectral_noise(random, side, side, 0.9)[..., None]
    face = skin.clip(0, 255).astype(np.uint8)
    mask = np.zeros((side, side), np.uint8)
    cv2.ellipse(mask, (side // 2, side // 2), (round(side * 0.36), round(side * 0.48)), 0, 0, 360, 255, -1, cv2.LINE_AA)
    alpha = mask.astype(np.float32) / np.float32(255)
    for t in times:
        open_now = (
            0.5 - 0.5 * np.cos(8 * np.pi * t) if opening is None else opening[min(int(t * 100), len(opening) - 1)]
        )
        sprite = from_rgb(_face(face, float(open_now), blink=t % 3.7 < 0.14))
        x = width / 2 - side / 2 + height * 0.018 * np.sin(2 * np.pi * t / 3.1)
        y = height * 0.16 + height * 0.008 * np.sin(2 * np.pi * t / 1.9)
        planes = Planes(still.y.copy(), still.u.copy(), still.v.copy())
        _paste(planes, sprite, alpha, float(x), float(y))
        yield Planes(grain(planes.y), planes.u, planes.v)


def _face(skin: Picture, opening: float, *, blink: bool) -> Picture:
    """Draw eyes, nose, hair and mouth."""
    face = skin.copy()
    side = len(face)

    def blob(x: float, y: float, wide: float, high: float, colour: tuple[int, int, int]) -> None:
        centre, axes = (round(x * side), round(y * side)), (round(wide * side), max(1, round(high * side)))
        cv2.ellipse(face, centre, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)

    blob(0.5, 0.06, 0.4, 0.16, (58, 40, 30))
    for x in (0.36, 0.64):
        blob(x, 0.42, 0.06, 0.006 if blink else 0.032, (240, 240, 236))
        blob(x, 0.42, 0.024, 0.006 if blink else 0.026, (50, 70, 60))
        blob(x, 0.34, 0.075, 0.012, (70, 50, 40))
    blob(0.5, 0.57, 0.03, 0.05, (190, 142, 118))
    blob(0.5, 0.76, 0.11, 0.02 + 0.06 * opening, (150, 70, 70))
    blob(0.5, 0.76, 0.085, 0.004 + 0.05 * opening, (60, 20, 24))
    return face


_MAKERS: dict[str, Callable[[np.random.Generator, int, int, Iterator[float]], Iterator[Planes]]] = {
    "pan": _pan,
    "objects": _objects,
    "scroll": scroll,
    "idle": idle,
    "slides": slides,
}
