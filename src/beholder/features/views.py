"""Views of a picture: the small squares that a neural trunk looks at.

A picture is judged as it is displayed. `crops` cuts squares out of the picture as it looks at a given height
without scaling the rest of it; `whole` shrinks all of it to the area of one square and keeps its proportions.
Positions depend on nothing but the size of the picture and lie symmetrically about its centre, so a picture
that lost a few lines at its edges is seen through nearly the same views.
"""

from __future__ import annotations

import cv2
import numpy as np

from beholder.types import Picture

__all__ = ["CENTRES", "SIDE", "crops", "whole"]

SIDE = 224
"""Side of a view in pixels: what EfficientNet-Lite0 was trained at."""
CENTRES = ((0.5, 0.5), (0.28, 0.28), (0.72, 0.72), (0.28, 0.72), (0.72, 0.28))
"""Where crops have their centres, (x, y) as shares of width and height; the first ones are the ones to use."""


def _start(centre: float, size: int, side: int) -> int:
    """First row or column of a stretch of `side` whose middle lies at `centre` of `size`, inside the picture."""
    return min(max(round(centre * size - side / 2), 0), size - side)


def _scaled(region: Picture, width: int, height: int) -> Picture:
    """Scale `region`: by area when it shrinks, bicubic when it grows."""
    if region.shape[:2] == (height, width):
        return np.ascontiguousarray(region)
    shrinks = region.shape[0] * region.shape[1] > height * width
    return cv2.resize(region, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)  # type: ignore[return-value]


def crops(rgb: Picture, *, display_height: int, count: int) -> Picture:
    """Cut squares out of the picture as it looks when displayed `display_height` pixels high.

    Parameters
    ----------
    rgb : Picture, shape (height, width, 3)
    display_height : int
        Height in pixels at which viewers see the picture. The own height of the picture gives its own pixels.
    count : int
        1 to 5 squares, at the first places of `CENTRES`.

    Returns
    -------
    Picture, shape (count, SIDE, SIDE, 3)
        A picture smaller than a square is stretched to it.

    Examples
    --------
    >>> crops(np.zeros((720, 1280, 3), np.uint8), display_height=1080, count=3).shape
    (3, 224, 224, 3)
    """
    height, width = rgb.shape[:2]
    side = max(round(SIDE * height / display_height), 1)
    w, h = min(side, width), min(side, height)
    views = np.empty((count, SIDE, SIDE, 3), np.uint8)
    for view, (x, y) in zip(views, CENTRES, strict=False):
        left, top = _start(x, width, w), _start(y, height, h)
        view[:] = _scaled(rgb[top : top + h, left : left + w], SIDE, SIDE)
    return views


def whole(rgb: Picture) -> Picture:
    """Scale the whole picture to the area of one square view, proportions kept.

    Parameters
    ----------
    rgb : Picture, shape (height, width, 3)

    Returns
    -------
    Picture, shape (h, w, 3)
        With h * w close to ``SIDE**2``; a picture longer than 4:1 is squeezed to 4:1.

    Examples
    --------
    >>> whole(np.zeros((1080, 1920, 3), np.uint8)).shape
    (168, 299, 3)
    """
    height, width = rgb.shape[:2]
    ratio = float(np.sqrt(np.clip(width / height, 0.25, 4.0)))
    return _scaled(rgb, round(SIDE * ratio), round(SIDE / ratio))
