"""Cases for the benchmark of picture faults: short segments of real clips, each with one fault of a known size.

A segment is a few consecutive pictures from the middle of a clip. Every case, the clean ones too, is encoded with
H.264 after the fault, because what people score has always been encoded again.
"""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np

from beholder.media.impair import (
    Banding,
    Blur,
    Clip,
    ColourCast,
    Contrast,
    Exposure,
    Impairment,
    Noise,
    Planes,
    Recode,
    ResolutionSwitch,
    impair,
    read_clip,
)
from beholder.media.impair.plan import Take
from benchmarks.sources import clips, half

__all__ = ["BLUR_FLOOR_ROWS", "CLEAN_CRF", "Case", "cases", "clips", "native_faults", "segment", "tuning", "write_case"]

PICTURES = 8  # of a segment

# Severities: weak, middle, strong. The bar is on the middle one.
BLUR_SIGMA = (1.0, 2.0, 4.0)  # pixels of a picture 1080 rows high
BLUR_FLOOR_ROWS = 540  # clips with a shorter short side are blurred as if it had this many rows
NOISE_SIGMA = (4.0, 10.0, 20.0)  # luma levels, standard deviation
BANDING_LEVELS = (48, 24, 12)  # luma levels left
DARKER_STOPS = (-1.5, -2.5, -3.5)
BRIGHTER_STOPS = (1.0, 2.0, 3.0)
CONTRAST_FACTOR = (0.6, 0.4, 0.25)
CAST_OFFSET = (12.0, 24.0, 36.0)  # length of the shift in the plane of Cb, Cr, levels
CAST_DIRECTIONS = {"warm": (-0.8, 0.6), "blue": (0.9, -0.43), "green": (-0.6, -0.8)}
LEAST_BURNT = 0.1  # share of the picture that a brighter exposure must newly clip to count as overexposed
BLOCK_CRF = (34.0, 40.0, 46.0)  # x264; VMAF loss about 8, 20, 40 on 720p talking heads
UPSCALED_RATIO = (1.5, 2.0, 3.0)  # shown height over coded height
UPSCALED_CRF = 20.0
CLEAN_CRF = (18.0, 20.0, 23.0)
FAULT_CRF = 20.0
SEVERITIES = ("weak", "middle", "strong")


@dataclass(frozen=True, slots=True)
class Case:
    """One fault of one size (`severity` 0 weak, 1 middle, 2 strong; -1 clean) and the coding after it."""

    name: str
    kind: str
    severity: int
    faults: tuple[Impairment, ...] = ()
    crf: float = FAULT_CRF


@dataclass(frozen=True, slots=True, kw_only=True)
class _Warped(Impairment):
    """A picture changed by a function of its planes; what a camera does that films a screen."""

    amount: float = 1.0
    kind: ClassVar[str] = "warped"

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        for planes in pictures:
            yield self._changed(planes, take)

    def _changed(self, planes: Planes, take: Take) -> Planes:
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Glare(_Warped):
    """A soft bright blob over `amount` of the short side, clipped in its middle."""

    kind: ClassVar[str] = "glare"

    def _changed(self, planes: Planes, take: Take) -> Planes:
        rows, columns = np.mgrid[0 : take.height, 0 : take.width].astype(np.float32)
        radius = self.amount * min(take.height, take.width) / 2
        far = np.hypot(rows - take.height * 0.4, columns - take.width * 0.62) / radius
        light = 330 * np.exp(-0.5 * (far * 1.6) ** 2)
        y = np.rint((planes.y + light).clip(16, 235)).astype(np.uint8)
        keep = cv2.resize(np.clip(1 - light / 220, 0, 1), planes.u.shape[::-1], interpolation=cv2.INTER_AREA)
        u, v = (np.rint(128 + (plane - 128.0) * keep).astype(np.uint8) for plane in (planes.u, planes.v))
        return Planes(y, u, v)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moire(_Warped):
    """Interference of two pixel grids: curved stripes, `amount` levels of luma high, coloured."""

    kind: ClassVar[str] = "moire"

    def _changed(self, planes: Planes, take: Take) -> Planes:
        rows, columns = np.mgrid[0 : take.height, 0 : take.width].astype(np.float32)
        bend = 0.00012 * (columns - take.width / 2) ** 2 / max(take.unit, 0.2)
        phase = (rows * 0.97 + columns * 0.24 + bend) * (2 * np.pi / (9 * max(take.unit, 0.5)))
        level = planes.y * np.float32(1.0)
        y = level + self.amount * (0.35 + level / 320) * np.sin(phase)
        half = (planes.u.shape[1], planes.u.shape[0])
        tint = cv2.resize(np.sin(phase / 2.3), half, interpolation=cv2.INTER_AREA) * (self.amount / 2)
        u, v = (np.rint((p + s * tint).clip(16, 240)).astype(np.uint8) for p, s in ((planes.u, 1), (planes.v, -1)))
        return Planes(np.rint(y.clip(16, 235)).astype(np.uint8), u, v)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skew(_Warped):
    """The picture as a quadrilateral before a dark room, seen `amount` of the width off the axis and turned."""

    kind: ClassVar[str] = "skew"

    def _changed(self, planes: Planes, take: Take) -> Planes:
        w, h, a = take.width, take.height, self.amount
        corners = np.array([[0.07 + a, 0.08], [0.93, 0.08 + a], [0.95 - a, 0.93], [0.06, 0.92 - a]], np.float32)

        def seen(plane: np.ndarray, ground: int) -> np.ndarray:
            rows, columns = plane.shape
            source = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float32)
            matrix = cv2.getPerspectiveTransform(source, corners * np.array([columns, rows], np.float32))
            warped = cv2.warpPerspective(
                plane, matrix, (columns, rows), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT, borderValue=ground
            )
            return np.asarray(warped, np.uint8)

        del w, h
        return Planes(seen(planes.y, 34), seen(planes.u, 128), seen(planes.v, 128))


GLARE_SIZE = (0.35, 0.6, 0.9)  # share of the short side
MOIRE_LEVELS = (6.0, 14.0, 28.0)
SKEW_SHARE = (0.02, 0.05, 0.1)


def cases(clip: Clip) -> Iterator[Case]:
    """Give the cases of a clip, clean ones first."""
    short = min(clip.width, clip.height)
    for crf in CLEAN_CRF:
        yield Case(f"clean_{crf:g}", "clean", -1, crf=crf)
    for level in range(3):
        for case in _optical(short, level):
            if case.kind != "overexposure" or _newly_burnt(clip, BRIGHTER_STOPS[level]) >= LEAST_BURNT:
                yield case
        yield from _coded(clip, level)
    for level in range(3):
        yield Case(f"glare_{level}", "glare", level, (Glare(amount=GLARE_SIZE[level]),))
        yield Case(f"moire_{level}", "moire", level, (Moire(amount=MOIRE_LEVELS[level]),))
        yield Case(f"skew_{level}", "skew", level, (Skew(amount=SKEW_SHARE[level]),))


def _newly_burnt(clip: Clip, stops: float) -> float:
    """Share of the first picture that gets clipped by a brighter exposure; dark scenes lose nothing."""
    luma = (next(iter(clip.pictures())).y - 16.0) * (255 / 219)
    return float((luma * 2 ** (stops / 2.2) >= 255).mean() - (luma >= 250).mean())


def _optical(short: int, level: int) -> Iterator[Case]:
    sigma = BLUR_SIGMA[level] * max(1.0, BLUR_FLOOR_ROWS / short)
    yield Case(f"blur_{level}", "blur", level, (Blur(sigma=sigma),))
    yield Case(f"noise_{level}", "noise", level, (Noise(sigma=NOISE_SIGMA[level]),))
    yield Case(f"banding_{level}", "banding", level, (Banding(levels=BANDING_LEVELS[level]),))
    yield Case(f"underexposure_{level}", "underexposure", level, (Exposure(stops=DARKER_STOPS[level]),))
    yield Case(f"overexposure_{level}", "overexposure", level, (Exposure(stops=BRIGHTER_STOPS[level]),))
    yield Case(f"low_contrast_{level}", "low_contrast", level, (Contrast(factor=CONTRAST_FACTOR[level]),))
    for name, (u, v) in CAST_DIRECTIONS.items():
        cast = ColourCast(u=u * CAST_OFFSET[level], v=v * CAST_OFFSET[level])
        yield Case(f"cast_{name}_{level}", "colour_cast", level, (cast,))


def _coded(clip: Clip, level: int) -> Iterator[Case]:
    yield Case(f"blocks_{level}", "blockiness", level, (Recode(crf=BLOCK_CRF[level]),))
    yield Case(f"raw_blocks_{level}", "blockiness", level, (Recode(crf=BLOCK_CRF[level], deblock=False),))
    rows = round(clip.height / UPSCALED_RATIO[level])
    switch = ResolutionSwitch(height=max(rows, 32), crf=UPSCALED_CRF)
    yield Case(f"upscaled_{level}", "upscaled", level, (switch,))


def tuning(path: Path) -> bool:
    """Tell whether thresholds may be chosen on this clip; the other half is only reported."""
    return half(path) == "tuning"


def native_faults(path: Path) -> dict[str, str]:
    """Kinds of fault that the clip has by nature, by eye; ``*`` is unusable for this benchmark."""
    table = tomllib.loads((Path(__file__).parent / "truth.toml").read_text("utf-8"))
    return dict(table.get("picture", {}).get(path.name, {}))


def segment(path: Path) -> Clip:
    """Hold a few consecutive pictures from the middle of a clip in memory."""
    whole = read_clip(path)
    count = sum(1 for _ in whole.pictures())
    first = max(0, min(count // 2, count - PICTURES))
    held = [
        Planes(*(np.array(plane) for plane in (p.y, p.u, p.v)))
        for p in itertools.islice(whole.pictures(), first, first + PICTURES)
    ]
    if len(held) < PICTURES:
        held = [Planes(p.y.copy(), p.u.copy(), p.v.copy()) for p in itertools.islice(itertools.cycle(held), PICTURES)]
    return replace(whole, pictures=lambda: iter(held), sound=None)


def write_case(clip: Clip, case: Case, out: Path) -> None:
    """Encode one case of a segment."""
    impair(clip, out, case.faults, crf=case.crf, seed=1)
