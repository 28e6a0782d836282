"""What the networks of the picture measures learn from, and the damage that is done to it.

Nothing of the reported half of the clips is among it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.features.chroma import chroma_inputs, small_planes
from beholder.features.patches import LONGEST_COPY, halved
from beholder.media.impair import Clip, Planes
from beholder.media.impair.clip import from_rgb
from benchmarks.pages import draw_pages, page_clip
from benchmarks.sources import clips, data_dir, half
from benchmarks.visible import burnt_levels
from benchmarks.visual_cases import LEAST_BURNT, native_faults, segment

__all__ = [
    "Source",
    "best_stills",
    "bright_variants",
    "coded_sources",
    "full_planes",
    "photographs",
    "screenshots",
    "still",
    "tints",
]

Array = NDArray[Any]
LEAST_VOTE, LEAST_ROWS, PHOTOGRAPHS = 60.0, 480, 24
LARGE, LARGE_ROWS, LARGE_ENOUGH = 8, (1080, 720), 1450  # large photographs, rows they are brought to, rows they have
BEST_CRF, STILL_ROWS = 14, 400
LEAST_SCREEN, LARGEST_SCREEN = 300, 4_000_000  # pixels of the short side; pixels
SCREENS, CODED_PIXELS = 20, 1_200_000  # about as many screenshots are coded; their largest size
MIDDLE = (1080, 1920)  # rows and columns that are looked at of an undamaged picture
TINTS, TINT_RANGE = 18, (4.0, 44.0)  # variants of a picture, a third of them without; levels
BRIGHTER = (0.0, 0.0, 1.0, 2.0, 3.0, 2.0, 0.0, 1.5, 2.5, 0.0, 0.0, 0.0, 1.0, 2.0)  # stops of the variants
ROOM = 0.8  # level of white when a camera films a screen, as in `benchmarks.filmed`


@dataclass(frozen=True, slots=True)
class Source:
    """A clip to damage, and which of its pictures are measured."""

    name: str
    clip: Clip
    chosen: tuple[int, ...]

    @property
    def drawn(self) -> bool:
        """Whether it is a page or a screen."""
        return self.name.startswith(("page_", "screen_"))


def still(name: str, bgr: Array) -> Source:
    """Make a source of one picture."""
    height, width = bgr.shape[0] // 2 * 2, bgr.shape[1] // 2 * 2
    planes = from_rgb(np.ascontiguousarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)[:height, :width]))
    held = [planes] + [Planes(planes.y.copy(), planes.u.copy(), planes.v.copy()) for _ in range(2)]
    return Source(name, Clip(name, Fraction(25), width, height, lambda: iter(held)), (2,))


def photographs(folder: Path) -> list[tuple[float, str]]:
    """Give votes and names of LIVE In the Wild, best first."""
    from scipy.io import loadmat  # noqa: PLC0415 - reads the MAT files of this set alone

    names, votes = (
        loadmat(folder / "Data" / f"{name}.mat")[name].ravel()[7:]  # the first seven trained the raters
        for name in ("AllImages_release", "AllMOS_release")
    )
    pairs = [(float(vote), str(name[0])) for vote, name in zip(votes, names, strict=True)]
    return sorted(pairs, key=lambda pair: -pair[0])


def best_stills() -> dict[str, Path]:
    """Give the best coded still of every source of image_mos in the tuning half."""
    best: dict[str, tuple[int, Path]] = {}
    for path in sorted((data_dir() / "image_mos" / "images").glob("*.webp")):
        match = re.match(r"(.*)_crf_(\d+)_height_(\d+)", path.name)
        if match and int(match[2]) <= BEST_CRF and int(match[3]) >= STILL_ROWS and half(match[1]) == "tuning":
            best[match[1]] = min(best.get(match[1], (99, path)), (int(match[2]), path), key=lambda pair: pair[0])
    return {name: path for name, (_, path) in sorted(best.items())}


def coded_sources(live: Path, screens: Path | None, large: Path | None, cache: Path) -> Iterator[Source]:
    """Give what is damaged and coded: clips of the tuning half, drawn pages, stills, photographs, screenshots.

    The last two, and large photographs, come from folders that need not be given.
    """
    for path in clips():
        if half(path) == "tuning" and "unusable" not in native_faults(path):
            yield Source(path.name, segment(path), (1, 4, 7))
    stills = best_stills()
    for path in draw_pages(cache / "pages", list(stills.values())):
        yield Source(path.name, page_clip(path), (1, 4, 7))
    for name, path in stills.items():
        yield still(f"im_{name[:24]}", cv2.imread(str(path)))
    found = 0
    for _, name in photographs(live):
        picture = cv2.imread(str(live / "Images" / name)) if half(name) == "tuning" and found < PHOTOGRAPHS else None
        if picture is not None and min(picture.shape[:2]) >= LEAST_ROWS:
            found += 1
            yield still(f"live_{Path(name).stem}", picture)
    yield from _large(large)
    small = [source for source in screenshots(screens) if source.clip.width * source.clip.height <= CODED_PIXELS]
    yield from small[:: max(len(small) // SCREENS, 1)]


def _large(folder: Path | None) -> Iterator[Source]:
    """Give large photographs, evenly chosen, in the sizes of video."""
    paths = []
    for path in sorted(folder.iterdir()) if folder else []:
        picture = cv2.imread(str(path), cv2.IMREAD_REDUCED_GRAYSCALE_8)
        if picture is not None and LARGE_ENOUGH / 8 <= picture.shape[0] <= picture.shape[1]:
            paths.append(path)
    for number, path in enumerate(paths[:: max(len(paths) // LARGE, 1)][:LARGE]):
        picture, rows = cv2.imread(str(path)), LARGE_ROWS[number % len(LARGE_ROWS)]
        size = (round(picture.shape[1] * rows / picture.shape[0]), rows)
        yield still(f"large_{path.stem}", cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


def screenshots(folder: Path | None) -> Iterator[Source]:
    """Give the screenshots of a folder, each look once."""
    seen: set[bytes] = set()
    for path in sorted(folder.iterdir()) if folder else []:
        picture = cv2.imread(str(path))
        if picture is None or min(picture.shape[:2]) < LEAST_SCREEN or picture[..., 0].size > LARGEST_SCREEN:
            continue
        look = cv2.resize(picture, (8, 8), interpolation=cv2.INTER_AREA).tobytes()
        if look not in seen:
            seen.add(look)
            yield still(f"screen_{path.stem}", picture)


def undamaged(folder: Path | None) -> Iterator[Array]:
    """Give luma of the pictures of a folder as they are; of large ones the middle, on the grid of their own coding."""
    for path in sorted(folder.iterdir()) if folder else []:
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        if picture is None or min(picture.shape) < LEAST_SCREEN:
            continue
        top, left = (max(size - most, 0) // 16 * 8 for size, most in zip(picture.shape, MIDDLE, strict=True))
        yield np.ascontiguousarray(picture[top : top + MIDDLE[0], left : left + MIDDLE[1]])


def full_planes(picture: Planes) -> tuple[Array, Array, Array]:
    """Give luma and chroma in full range, as the measures take them."""
    luma = np.rint((picture.y.astype(np.float64) - 16) * 255 / 219).clip(0, 255).astype(np.uint8)
    u, v = (np.rint((p - 128.0) * 255 / 224 + 128).clip(0, 255).astype(np.uint8) for p in (picture.u, picture.v))
    return luma, u, v


def tints(planes: tuple[Array, Array, Array], rng: np.random.Generator) -> Iterator[tuple[Array, tuple[float, float]]]:
    """Give chroma inputs of tinted variants, some of them paler, and the tint, even or following brightness."""
    luma, u, v = small_planes(*planes)
    if float(((luma > 25) & (luma < 252)).mean()) <= 0.02:
        return
    for variant in range(TINTS):
        size = 0.0 if variant < TINTS // 3 else rng.uniform(*TINT_RANGE)
        angle = rng.uniform(0, 2 * np.pi)
        tint = (size * np.cos(angle), size * np.sin(angle))
        pale = rng.uniform(0, 0.7) if rng.random() < 0.3 else 1.0
        amount = 1.0 if variant % 2 else luma / 150.0
        tinted = [128 + (p - 128.0) * pale + t * amount for p, t in zip((u, v), tint, strict=True)]
        yield chroma_inputs(luma, *(np.rint(p.clip(0, 255)).astype(np.uint8) for p in tinted)), tint


def bright_variants(luma: Array, rng: np.random.Generator) -> Iterator[tuple[Array, float]]:
    """Give small copies of a picture brighter by known stops, and the stops; other damage goes with some of them.

    Stops that do not show on this picture (`benchmarks.visible`) are left out.
    """
    small = halved(luma, LONGEST_COPY).astype(np.float32)
    for stops in BRIGHTER:
        if stops and burnt_levels(small, stops) < LEAST_BURNT:
            continue
        picture = np.clip(small * 2 ** (stops / 2.2), 0, 255)
        picture = _also(picture, int(rng.integers(0, 4 if stops else 7)), rng)
        yield np.rint(picture.clip(0, 255)).astype(np.uint8), stops


def _also(picture: Array, damage: int, rng: np.random.Generator) -> Array:
    """Damage in another way: 1 blur, 2 fewer pixels, 3 noise, 4 less contrast, 5 darker, 6 light on a filmed screen."""
    height, width = picture.shape
    if damage == 1:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.5, 1.5))))
    if damage == 2:
        small = cv2.resize(picture, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC))
    if damage == 3:
        return picture + rng.normal(0, rng.uniform(2, 16), picture.shape)
    if damage in (4, 5):
        factor, fixed = (rng.uniform(0.4, 0.9), 128) if damage == 4 else (2 ** (-rng.uniform(0.5, 2.5) / 2.2), 0)
        return (picture - fixed) * factor + fixed
    if damage == 6:
        rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
        centre = rng.uniform(0.2, 0.8, 2) * picture.shape
        far = np.hypot(rows - centre[0], columns - centre[1]) / (rng.uniform(0.3, 0.9) * min(height, width) / 2)
        return picture * ROOM + 384 * np.exp(-0.5 * (1.6 * far) ** 2)
    return picture
