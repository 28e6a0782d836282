"""How much a picture looks like drawn screen content (app, slide, text) and not like a camera's."""

from __future__ import annotations

import cv2
import numpy as np

from beholder.types import Picture

__all__ = ["SCREEN_SERIES", "inked", "is_noisy_screen", "is_screen_content", "screen_measures"]

SCREEN_SERIES = ("plain", "flat")
COMMON_GREYS = 4  # grey values: background, panel, text, accent
PLAIN = 0.45  # camera pictures <= .26 (median of a clip), app animations >= .53: measured on 24 clips, CRF 18 and 35
QUIETING, COARSE = 5, 4  # pixels of the median and levels per step that are left of a noisy copy
NOISY_PLAIN = 0.55  # of such a copy: scenes <= .33, pages >= .58 with noise of 10 levels (drawn pages, tuning clips)
INKS, INK_WIDTH = 6, 3  # tones of what is printed on a page; grey values that one takes after coding
CLIPPED = (5, 250)  # luma outside of these is black or white, of which burnt scenes have as much as pages
FLAT = 0.25  # a scaled document has .4 and less; camera pictures reach .6 in low light, so both have to be high


def screen_measures(luma: Picture) -> dict[str, float]:
    """Measure `luma` (the small view).

    Returns
    -------
    dict
        ``plain``: share of pixels that have one of the four commonest grey values, 0..1;
        ``flat``: share of pixels equal to their right and lower neighbours, 0..1.
    """
    histogram = cv2.calcHist([luma], [0], None, [256], [0, 256]).ravel()
    plain = float(np.sort(histogram)[-COMMON_GREYS:].sum()) / luma.size
    if min(luma.shape) < 2:
        return {"plain": plain, "flat": float("nan")}
    steps = cv2.max(cv2.absdiff(luma[1:, 1:], luma[1:, :-1]), cv2.absdiff(luma[1:, 1:], luma[:-1, 1:]))
    return {"plain": plain, "flat": 1.0 - cv2.countNonZero(steps) / steps.size}


def is_screen_content(plain: float, flat: float) -> bool:
    """Whether these measures are those of drawn screen content.

    >>> is_screen_content(0.9, 0.95), is_screen_content(0.2, 0.6)
    (True, False)
    """
    return plain >= PLAIN and flat >= FLAT


def is_noisy_screen(luma: Picture) -> bool:
    """Whether `luma` (the small view) of a noisy picture is drawn screen content under its noise."""
    quiet = np.asarray(cv2.medianBlur(luma, QUIETING), np.uint8) // COARSE
    measures = screen_measures(quiet)
    return measures["plain"] >= NOISY_PLAIN and measures["flat"] >= FLAT


def inked(luma: Picture) -> float:
    """Give the share of what is neither black nor white in `luma` (the small view) that its few commonest tones hold.

    Near 1 for drawn pages. A burnt photograph is as plain as a page in its white, and has every tone beside it.

    Examples
    --------
    >>> page = np.full((8, 8), 255, np.uint8)
    >>> page[2:4] = 40
    >>> inked(page), inked(np.arange(256, dtype=np.uint8).reshape(16, 16)) < 0.1
    (1.0, True)
    """
    tones = cv2.calcHist([luma], [0], None, [256], [0, 256]).ravel()
    tones[: CLIPPED[0]] = tones[CLIPPED[1] :] = 0
    total, held = float(tones.sum()), 0.0
    for _ in range(INKS):
        around = np.convolve(tones, np.ones(INK_WIDTH), "same")
        peak = int(around.argmax())
        held += float(around[peak])
        tones[max(peak - INK_WIDTH // 2, 0) : peak + INK_WIDTH // 2 + 1] = 0
    return held / total if total else 1.0
