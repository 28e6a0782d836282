"""Flicker: brightness that goes up and down again within half a second, over most of the picture."""

from __future__ import annotations

from array import array
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from beholder.types import Series

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from beholder.features.glance import Glance
    from beholder.types import Picture, Times

__all__ = ["FlickerMeasures", "there_and_back"]

WINDOW_S = 0.5  # holds one and a half periods of 3 Hz, where ITU-R BT.1702-2 begins to call flashes a hazard
CELLS = (4, 3)  # columns, rows; the median over them needs half of the picture to flicker
ALIKE = 0.4  # of the change of a cell must be in one direction: light changes all pixels alike, motion does not
FAINT = 0.2  # levels; all frames of 60 a second together give 12 levels/s, far below what is noticed
STEP = 4  # every fourth row: still > 2500 pixels a cell at 480x270


def there_and_back(t: Times, y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give how much a value moved to and fro: its path less its net change, per second.

    Parameters
    ----------
    t : Times, shape (n,)
    y : NDArray, shape (n, cells)

    Returns
    -------
    NDArray, shape (cells,)
        Units of `y` per second, >= 0: 0 for a constant, a step and a fade; ``2 f p`` for a square wave of `f` Hz
        and `p` from low to high.

    Examples
    --------
    >>> there_and_back(np.array([0.0, 0.5, 1.0]), np.array([[0.0], [9.0], [0.0]]))
    array([18.])
    """
    length = float(t[-1] - t[0]) if t.size > 1 else 0.0
    if length <= 0.0:
        return np.zeros(y.shape[1])
    path = np.abs(np.diff(y, axis=0)).sum(axis=0)
    return np.asarray(np.maximum(path - np.abs(y[-1] - y[0]), 0.0) / length)


class FlickerMeasures:
    """Follows the mean brightness of the picture and of twelve cells over the last half second.

    Series
    ------
    flicker : levels/s, lower is better, 0 and up
        `there_and_back` of the whole picture or the median of its cells, whichever is smaller. Only steps in which
        most pixels go the same way count, so a list that scrolls past does not flicker.

    Examples
    --------
    >>> from beholder.features.glance import Glance
    >>> flicker = FlickerMeasures()
    >>> for frame in range(30):
    ...     flicker.update(Glance(frame / 30, np.full((90, 160), 100 + 10 * (frame % 2), np.uint8), None))
    >>> round(float(flicker.compute()[0].y[-1]))
    280
    """

    def __init__(self) -> None:
        self._t = array("d")
        self._flicker = array("f")
        self._window: deque[_Step] = deque()

    def update(self, glance: Glance) -> None:
        """Take the next frame."""
        self._t.append(glance.t)
        window = self._window
        if not window:
            level = _levels(glance.luma)
            window.append(_Step(glance.t, level, np.zeros_like(level)))
        elif glance.change is not None and not cv2.countNonZero(glance.change):
            window.append(_Step(glance.t, window[-1].level, window[-1].path))
        else:
            level = _levels(glance.luma)
            step = np.abs(level - window[-1].level)
            if step.max() < FAINT:
                step[:] = 0.0
            elif glance.change is not None:
                step *= step >= ALIKE * _levels(glance.change)
            window.append(_Step(glance.t, level, window[-1].path + step))
        while len(window) > 2 and window[1].t <= glance.t - WINDOW_S:
            window.popleft()
        self._flicker.append(self._measure())

    def compute(self) -> list[Series]:
        """Give the series, one value per frame."""
        y = np.array(self._flicker, np.float32)
        return [Series("flicker", np.array(self._t, np.float64), y, unit="levels/s", better="lower", low=0.0)]

    def _measure(self) -> float:
        first, last = self._window[0], self._window[-1]
        length = last.t - first.t
        if length < 0.8 * WINDOW_S:
            return 0.0
        excess = np.maximum(last.path - first.path - np.abs(last.level - first.level), 0.0) / length
        cells = np.sort(excess[:-1])
        return float(min(excess[-1], cells[len(cells) // 2]))


@dataclass(frozen=True, slots=True)
class _Step:
    """Levels of the cells and, last, of the whole picture; the path that each has gone since the start."""

    t: float
    level: NDArray[np.float64]
    path: NDArray[np.float64]


def _levels(luma: Picture) -> NDArray[np.float64]:
    """Give the means of the cells, row by row, and last that of all cells."""
    if luma.shape[0] < CELLS[1] or luma.shape[1] < CELLS[0]:
        luma = np.asarray(cv2.resize(luma, CELLS, interpolation=cv2.INTER_LINEAR), np.uint8)
    height, width = luma.shape[0] // CELLS[1], luma.shape[1] // CELLS[0]
    bands = np.empty((CELLS[1], width * CELLS[0]), np.float32)
    for row, band in enumerate(bands):
        lines = luma[row * height : (row + 1) * height : STEP, : width * CELLS[0]]
        cv2.reduce(lines, 0, cv2.REDUCE_SUM, band[None], cv2.CV_32F)
    cells = bands.reshape(-1, width).sum(axis=1, dtype=np.float64) / (-(-height // STEP) * width)
    return np.append(cells, cells.mean())
