"""Natural-looking material for synthetic scenes: 1/f textures, shapes, words, grain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from beholder.types import Picture

__all__ = ["Canvas", "array", "landscape", "spectral_noise", "words", "write_text"]

Canvas = NDArray[np.float32]
_WORDS = [
    "the",
    "network",
    "quality",
    "of",
    "a",
    "call",
    "depends",
    "on",
    "delay",
    "loss",
    "and",
    "jitter",
    "people",
    "notice",
    "frozen",
    "picture",
    "before",
    "they",
    "blur",
    "streaming",
    "apps",
    "switch",
    "to",
    "lower",
    "rungs",
    "when",
    "throughput",
    "falls",
    "each",
    "minute",
    "counts",
    "every",
    "second",
    "buffering",
    "costs",
    "patience",
    "watch",
    "listen",
    "measure",
    "compare",
    "improve",
    "release",
    "build",
    "test",
    "report",
    "video",
    "sound",
]


def array(image: Any) -> Picture:
    """Give an image that cv2 made as an array of uint8."""
    return np.asarray(image, np.uint8)


def spectral_noise(random: np.random.Generator, height: int, width: int, slope: float) -> Canvas:
    """Noise whose amplitude falls as ``1 / frequency ** slope``, mean 0, standard deviation 1, seamless.

    Natural pictures have a slope near 1 (Field 1987, doi:10.1364/JOSAA.4.002379).
    """
    high, wide = cv2.getOptimalDFTSize(height), cv2.getOptimalDFTSize(width)
    spectrum = np.fft.rfft2(random.standard_normal((high, wide), dtype=np.float32))
    distance = np.hypot(np.fft.fftfreq(high)[:, None], np.fft.rfftfreq(wide)[None]).astype(np.float32)
    distance[0, 0] = np.inf
    field = np.fft.irfft2(spectrum / distance**slope, s=(high, wide))[:height, :width]
    return np.asarray((field - field.mean()) / field.std(), np.float32)


def landscape(random: np.random.Generator, height: int, width: int, *, shapes: int = 24, text: bool = True) -> Picture:
    """Draw an RGB picture with the spectrum of a photograph: texture, shaded shapes with edges, a little text."""
    luma = spectral_noise(random, height, width, 1.25)
    small = [spectral_noise(random, height // 2, width // 2, 1.6) for _ in range(2)]
    tint = [np.asarray(cv2.resize(field, (width, height)), np.float32) for field in small]
    base = np.stack([112 + 26 * luma + 12 * tint[0], 112 + 26 * luma, 108 + 26 * luma + 12 * tint[1]], axis=-1)
    rgb = base.clip(0, 255).astype(np.uint8)
    fine = spectral_noise(random, height, width, 0.8)
    for _ in range(shapes):
        _shape(random, rgb, fine)
    if text:
        scale = height / 720
        for _ in range(6):
            x, y = int(random.uniform(0.02, 0.8) * width), int(random.uniform(0.06, 0.96) * height)
            ink = 235 if random.random() < 0.5 else 25
            write_text(rgb, words(random, 3), x, y, size=random.uniform(0.5, 1.1) * scale, ink=(ink, ink, ink))
    return rgb


def _shape(random: np.random.Generator, rgb: Picture, fine: Canvas) -> None:
    """Draw one shaded, textured ellipse or polygon."""
    height, width = rgb.shape[:2]
    size = random.uniform(0.03, 0.16) * height
    x, y = random.uniform(0, width), random.uniform(0, height)
    mask = np.zeros((height, width), np.uint8)
    if random.random() < 0.5:
        axes = (round(size), round(size * random.uniform(0.4, 1.0)))
        cv2.ellipse(mask, (round(x), round(y)), axes, random.uniform(0, 180), 0, 360, 255, -1, cv2.LINE_AA)
    else:
        angles = np.sort(random.uniform(0, 2 * np.pi, int(random.integers(3, 7))))
        points = np.stack([x + size * np.cos(angles), y + size * np.sin(angles)], axis=1)
        cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], 255, cv2.LINE_AA)
    left, top, wide, high = cv2.boundingRect(mask)
    part = np.s_[top : top + high, left : left + wide]
    colour = random.uniform(20, 235, 3)
    shade = np.linspace(1.15, 0.75, high, dtype=np.float32)[:, None, None]
    alpha = mask[part][..., None].astype(np.float32) / 255
    fill = (colour * shade + 8 * fine[part][..., None]).clip(0, 255)
    rgb[part] = np.rint(rgb[part] * (1 - alpha) + fill * alpha).astype(np.uint8)


def words(random: np.random.Generator, count: int) -> str:
    """Give a few words of plain text."""
    return " ".join(random.choice(_WORDS, count))


def write_text(rgb: Picture, text: str, x: int, y: int, *, size: float, ink: tuple[int, int, int]) -> None:
    """Write a line of text; `size` 1 is about 22 pixels for a capital letter."""
    weight = max(1, round(1.6 * size))
    cv2.putText(rgb, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size, ink, weight, cv2.LINE_AA)
