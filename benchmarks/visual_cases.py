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
from benchmarks.filmed import Glare, Moire, Skew
from benchmarks.sources import clips, half
from benchmarks.visible import banded_share, block_crf, burnt_share

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
LEAST_BURNT = 0.1  # share of the picture whose gradations a brighter exposure must clip to count as overexposed
LEAST_BANDED = 0.05  # share of the blocks of a picture through which new contours must run to count as banded
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


GLARE_SIZE = (0.35, 0.6, 0.9)  # share of the short side
MOIRE_LEVELS = (6.0, 14.0, 28.0)
SKEW_SHARE = (0.02, 0.05, 0.1)


def cases(clip: Clip) -> Iterator[Case]:
    """Give the cases of a clip, clean ones first; faults that could not be seen are left out (`benchmarks.visible`)."""
    short = min(clip.width, clip.height)
    for crf in CLEAN_CRF:
        yield Case(f"clean_{crf:g}", "clean", -1, crf=crf)
    for level in range(3):
        for case in _optical(short, level):
            if _shows(clip, case):
                yield case
        yield from _coded(clip, level)
    for level in range(3):
        yield Case(f"glare_{level}", "glare", level, (Glare(amount=GLARE_SIZE[level]),))
        yield Case(f"moire_{level}", "moire", level, (Moire(amount=MOIRE_LEVELS[level]),))
        yield Case(f"skew_{level}", "skew", level, (Skew(amount=SKEW_SHARE[level]),))


def _shows(clip: Clip, case: Case) -> bool:
    """Tell whether a fault of this size can be seen on this source."""
    if case.kind == "overexposure":
        return burnt_share(clip, BRIGHTER_STOPS[case.severity]) >= LEAST_BURNT
    if case.kind == "banding":
        return banded_share(clip, BANDING_LEVELS[case.severity]) >= LEAST_BANDED
    return True


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
    crf = block_crf(clip, level)
    if crf is not None:
        yield Case(f"blocks_{level}", "blockiness", level, (Recode(crf=crf),))
        yield Case(f"raw_blocks_{level}", "blockiness", level, (Recode(crf=crf, deblock=False),))
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
