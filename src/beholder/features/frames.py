"""What is measured on every frame: how much it changed, how bright it is, whether the scene was cut."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from beholder.features.fineness import FinenessMeasure
from beholder.features.holds import HoldMeasures, strongest
from beholder.types import Floats, Picture, Series, Times

if TYPE_CHECKING:
    from beholder.features.glance import Glance

__all__ = ["FRAME_SERIES", "FrameMeasures", "block_means", "largest_shift"]

BLOCK = 8  # pixels of the small view: about 32 of a 1080p picture, the size of a mouth in a head-and-shoulders shot
ACTIVE = 3.0  # levels: above the shift of a block that coding noise alone makes (measured, benchmarks/freeze.py)
HISTOGRAM_BINS = 32


@dataclass(frozen=True, slots=True)
class Meaning:
    """Unit and range of a series."""

    unit: str
    low: float
    high: float


FRAME_SERIES = {
    "change": Meaning("levels", 0, 255),
    "shift": Meaning("levels", 0, 255),
    "drift": Meaning("levels", 0, 255),
    "jump": Meaning("", 0, float("nan")),
    "active": Meaning("share", 0, 1),
    "histogram_change": Meaning("share", 0, 1),
    "brightness": Meaning("levels", 0, 255),
    "contrast": Meaning("levels", 0, 128),
    "height": Meaning("pixels", 1, float("nan")),
}


class FrameMeasures:
    """Measures of every frame on the small view; only `change` looks at all pixels, and ``fineness`` at some rows.

    - ``change``: mean absolute difference to the frame before, full size, in full-range levels;
    - ``shift``: difference of block means to the frame before, mean of the strongest four blocks. Coding noise
      averages out inside a block, movement does not: this tells a re-coded repeat from a new picture;
    - ``drift``: the same difference to the frame 0.15 s before, and ``jump``: how the step across a hold compares with
      those around it, given at the frame that ended the hold (`features.holds`);
    - ``active``: share of blocks whose mean moved visibly;
    - ``histogram_change``: share of pixels that moved to another grey value (a scene cut moves many at once);
    - ``brightness``, ``contrast``: mean and standard deviation of luma;
    - ``height``: of the coded picture, in pixels;
    - ``fineness``: four times a second, see `features.fineness`.

    The first frame has no predecessor: its changes are NaN.
    """

    def __init__(self) -> None:
        self._t = array("d")
        self._values = {name: array("f") for name in FRAME_SERIES}
        self._holds = HoldMeasures()
        self._fineness = FinenessMeasure()
        self._coded: Picture | None = None
        self._histogram: Floats | None = None
        self.blocks: Floats | None = None
        self.change = float("nan")

    def update(self, glance: Glance, coded: Picture, *, full_range: bool) -> None:
        """Take the next frame: its small view and its full-size luma as coded."""
        mean, deviation = cv2.meanStdDev(glance.luma)
        histogram = cv2.calcHist([glance.luma], [0], None, [HISTOGRAM_BINS], [0, 256]).ravel() / glance.luma.size
        blocks = block_means(glance.luma)
        shift = active = moved = change = float("nan")
        if self.blocks is not None and self._histogram is not None and self.blocks.shape == blocks.shape:
            differences = np.abs(blocks - self.blocks)
            shift = strongest(differences)
            active = float(np.count_nonzero(differences > ACTIVE)) / differences.size
            moved = 0.5 * float(np.abs(histogram - self._histogram).sum())
            change = self._change(coded, full_range=full_range)
        self._fineness.update(glance.t, coded)
        drift, jumps = self._holds.update(glance.t, blocks, shift)
        self._coded, self._histogram, self.blocks, self.change = coded, histogram.astype(np.float32), blocks, change
        self._t.append(glance.t)
        row = (
            change,
            shift,
            drift,
            float("nan"),
            active,
            moved,
            float(mean[0, 0]),
            float(deviation[0, 0]),
            float(coded.shape[0]),
        )
        for values, value in zip(self._values.values(), row, strict=True):
            values.append(value)
        for frame, jump in jumps:
            self._values["jump"][frame] = jump

    def compute(self) -> list[Series]:
        """Give one series per measure, one value per frame; ``fineness`` has fewer."""
        t: Times = np.frombuffer(self._t, np.float64) if self._t else np.empty(0)
        dense = [
            Series(name, t, np.frombuffer(self._values[name], np.float32), m.unit, "neither", m.low, m.high)
            for name, m in FRAME_SERIES.items()
        ]
        return [*dense, self._fineness.compute()]

    def _change(self, coded: Picture, *, full_range: bool) -> float:
        if self._coded is None or self._coded.shape != coded.shape:
            return float("nan")
        return cv2.norm(coded, self._coded, cv2.NORM_L1) / coded.size * (1.0 if full_range else 255 / 219)


def block_means(luma: Picture) -> Floats:
    """Mean of each whole block of 8 x 8 pixels; shape (height // 8, width // 8), float32, at least (1, 1).

    Exact halvings cost a tenth of one reduction by eight.
    """
    height, width = luma.shape
    if min(height, width) < BLOCK:
        return np.full((1, 1), float(luma.mean()), np.float32)
    means = luma[: height // BLOCK * BLOCK, : width // BLOCK * BLOCK].astype(np.float32)
    for _ in range(3):  # 2 ** 3 == BLOCK
        size = (means.shape[1] // 2, means.shape[0] // 2)
        means = np.asarray(cv2.resize(means, size, interpolation=cv2.INTER_AREA), np.float32)
    return means


def largest_shift(blocks: Floats, others: Floats) -> float:
    """How far two pictures' block means lie apart, as ``shift`` measures it; infinite when sizes differ."""
    return strongest(np.abs(blocks - others)) if blocks.shape == others.shape else float("inf")
