"""Synthetic screens: a scrolled app page, an idle editor, a slide deck. What rests is the same picture object."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from beholder.media.impair.clip import Planes, from_rgb
from beholder.media.impair.texture import landscape, words, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from beholder.types import Picture

__all__ = ["idle", "scroll", "slides"]

_FLING = 1.6  # seconds from one scroll to the next
_MOVING = 0.9  # seconds that a scroll lasts
_BLINK = 0.53  # seconds a text cursor is on, then off: the default of Windows
_SLIDE = 3.0  # seconds per slide
_CHANGE = 0.4  # seconds of a slide transition


def scroll(random: np.random.Generator, height: int, width: int, times: Iterator[float]) -> Iterator[Planes]:
    """Scroll a page of cards with text and pictures, then rest, in turn."""
    bar = round(height * 0.09)
    page = _page(random, 5 * height, width)
    steps = random.uniform(0.5, 0.9, 1000) * height
    stops = np.concatenate([[0.0], np.cumsum(steps)])
    reach = len(page) - height
    shown: tuple[int, Planes] | None = None
    for t in times:
        fling, since = divmod(t, _FLING)
        ease = 1 - (1 - min(since / _MOVING, 1.0)) ** 3
        travelled = stops[int(fling)] + ease * steps[int(fling)]
        top = round(abs((travelled + reach) % (2 * reach) - reach))
        if shown is None or shown[0] != top:
            screen = page[top : top + height].copy()
            screen[:bar] = (24, 86, 168)
            write_text(screen, "News", round(width * 0.04), round(bar * 0.68), size=height / 720, ink=(255, 255, 255))
            shown = (top, from_rgb(screen))
        yield shown[1]


def _page(random: np.random.Generator, height: int, width: int) -> Picture:
    """Draw a long page of cards."""
    page = np.full((height, width, 3), 242, np.uint8)
    card, margin = round(width * 0.19), round(width * 0.02)
    unit = width / 1280
    for top in range(margin, height - card, card + margin):
        cv2.rectangle(page, (margin, top), (width - margin, top + card), (255, 255, 255), -1)
        picture = landscape(random, card - 2 * margin, 2 * round(card * 0.7), shapes=6, text=False)
        high, wide = picture.shape[:2]
        page[top + margin : top + margin + high, 2 * margin : 2 * margin + wide] = picture
        left = 3 * margin + wide
        write_text(page, words(random, 4).capitalize(), left, top + round(0.24 * card), size=unit, ink=(20, 20, 24))
        for line in range(4):
            y = top + round((0.42 + 0.15 * line) * card)
            write_text(page, words(random, 9), left, y, size=0.62 * unit, ink=(90, 90, 96))
    return page


def idle(random: np.random.Generator, height: int, width: int, times: Iterator[float]) -> Iterator[Planes]:
    """Show a page of text on which only the cursor blinks."""
    page = np.full((height, width, 3), 250, np.uint8)
    page[: round(height * 0.08)] = (228, 230, 236)
    unit = height / 720
    for line in range(14):
        y = round(height * (0.16 + 0.056 * line))
        write_text(page, words(random, 10), round(width * 0.06), y, size=0.7 * unit, ink=(36, 36, 40))
    off = from_rgb(page)
    left, top = round(width * 0.06), round(height * 0.92)
    cv2.rectangle(page, (left, top), (left + max(2, round(2 * unit)), top + round(24 * unit)), (10, 10, 10), -1)
    on = from_rgb(page)
    for t in times:
        yield on if int(t / _BLINK) % 2 == 0 else off


def slides(random: np.random.Generator, height: int, width: int, times: Iterator[float]) -> Iterator[Planes]:
    """Show slides; the next one is pushed in from the right."""
    deck = [_slide(random, height, width, number) for number in range(4)]
    still = [from_rgb(slide) for slide in deck]
    for t in times:
        number, since = divmod(t, _SLIDE)
        now, after = int(number) % len(deck), (int(number) + 1) % len(deck)
        moving = since - (_SLIDE - _CHANGE)
        if moving <= 0:
            yield still[now]
            continue
        pushed = 2 * round(width * (0.5 - 0.5 * np.cos(np.pi * moving / _CHANGE)) / 2)
        yield from_rgb(np.concatenate([deck[now][:, pushed:], deck[after][:, :pushed]], axis=1))


def _slide(random: np.random.Generator, height: int, width: int, number: int) -> Picture:
    """Draw a slide: a title, some lines, a chart or a picture."""
    slide = np.full((height, width, 3), 255, np.uint8)
    unit = height / 720
    write_text(slide, f"{number + 1}. {words(random, 4)}", *_at(slide, 0.06, 0.14), size=1.5 * unit, ink=(20, 40, 90))
    for line in range(6):
        write_text(slide, "- " + words(random, 5), *_at(slide, 0.06, 0.28 + 0.1 * line), size=0.8 * unit, ink=(40,) * 3)
    left, top, high, wide = round(width * 0.6), round(height * 0.25), round(height * 0.55), round(width * 0.34)
    if number % 2:
        slide[top : top + high, left : left + wide] = landscape(random, high, wide, shapes=10, text=False)
        return slide
    for bar, value in enumerate(random.uniform(0.2, 1.0, 6)):
        x = left + round(wide * bar / 6)
        corner = (x + round(wide / 8), top + high)
        cv2.rectangle(slide, (x, top + round(high * (1 - value))), corner, (60, 110, 190), -1, cv2.LINE_AA)
    return slide


def _at(slide: Picture, x: float, y: float) -> tuple[int, int]:
    """Give a point of the slide in pixels."""
    height, width = slide.shape[:2]
    return round(x * width), round(y * height)
