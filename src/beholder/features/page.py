"""Page content: how much there is to see, and how much of the picture is black or one plain tone."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import cv2
import numpy as np

from beholder.types import Series

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from beholder.features.glance import Glance
    from beholder.types import Picture

__all__ = ["BLACK_LEVEL", "PageMeasures", "histogram", "histogram_content", "plain_share"]

BLACK_LEVEL = 12
"""Luma below this is black: 16 + 10 of BT.601 limited range, the margin that coding noise needs, in full range."""
ROWS = 6  # of the small view: a line of text is higher
PLAIN_WIDTH = 9
"""A plain tone spreads over this many grey values; x264 CRF 35 on flat colour stays within 4, plus a faint gradient."""


def histogram(luma: Picture) -> NDArray[np.float32]:
    """Count the grey values of every sixth row.

    Parameters
    ----------
    luma : Picture, shape (height, width)

    Returns
    -------
    NDArray, shape (256,)
        Shares that sum to 1.
    """
    rows = luma[::ROWS]
    counts = cv2.calcHist([rows], [0], None, [256], [0, 256]).reshape(-1)
    return np.asarray(counts / np.float32(max(rows.size, 1)), np.float32)


def histogram_content(shares: NDArray[np.float32]) -> float:
    """Give the entropy of grey values, normalised: 0 for one grey value, 1 when all 256 are equally frequent.

    Examples
    --------
    >>> histogram_content(np.full(256, 1 / 256, np.float32))
    1.0
    """
    used = shares[shares > 0]
    bits = float(used @ np.log2(1.0 / used))
    return min(max(bits / 8.0, 0.0), 1.0)


def plain_share(shares: NDArray[np.float32]) -> float:
    """Give the largest share of pixels that lies within `PLAIN_WIDTH` neighbouring grey values, 0..1.

    Examples
    --------
    >>> plain_share(np.eye(256, dtype=np.float32)[200])
    1.0
    """
    total = np.zeros(shares.size + 1)
    np.cumsum(shares, dtype=np.float64, out=total[1:])
    return min(1.0, float((total[PLAIN_WIDTH:] - total[:-PLAIN_WIDTH]).max()))


class PageMeasures:
    """Measures every frame with one grey-value histogram; a frame that equals the one before costs nothing.

    Series
    ------
    page_content : 0..1, higher is better
        Normalised entropy of the grey values (0 blank, 1 all grey values equally frequent).
    black_share : 0..1, neither
        Share of pixels below `BLACK_LEVEL`.
    plain_share : 0..1, neither
        Largest share of pixels within `PLAIN_WIDTH` neighbouring grey values.

    Examples
    --------
    >>> from beholder.features.glance import Glance
    >>> page = PageMeasures()
    >>> page.update(Glance(0.0, np.zeros((90, 160), np.uint8), None))
    >>> {series.name: float(series.y[0]) for series in page.compute()}
    {'page_content': 0.0, 'black_share': 1.0, 'plain_share': 1.0}
    """

    def __init__(self) -> None:
        self._t = array("d")
        self._values = tuple(array("f") for _ in range(3))

    def update(self, glance: Glance) -> None:
        """Take the next frame."""
        self._t.append(glance.t)
        if glance.change is not None and len(self._t) > 1 and not cv2.countNonZero(glance.change):
            for values in self._values:
                values.append(values[-1])
            return
        shares = histogram(glance.luma)
        for values, value in zip(
            self._values,
            (histogram_content(shares), min(1.0, float(shares[:BLACK_LEVEL].sum())), plain_share(shares)),
            strict=True,
        ):
            values.append(value)

    def compute(self) -> list[Series]:
        """Give the three series, one value per frame."""
        t = np.array(self._t, np.float64)
        content, black, plain = (np.array(values, np.float32) for values in self._values)
        return [
            Series("page_content", t, content, better="higher", low=0.0, high=1.0),
            Series("black_share", t, black, low=0.0, high=1.0),
            Series("plain_share", t, plain, low=0.0, high=1.0),
        ]
