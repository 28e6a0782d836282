"""Drawn pages to tune on: articles, feeds, chats, settings, dashboards, slides, code, as a browser draws them.

Each page is made of a seed: layout, sizes, colours, type, and photographs from a list of picture files. Chromium draws
it; the pictures of a clip are the page as it stands, or as it moves by a few pixels a picture. None of these pages is
among the clips that are reported.
"""

from __future__ import annotations

import base64
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.media.impair.clip import Clip, Planes, from_rgb
from beholder.media.impair.texture import words

__all__ = ["PAGES", "draw_pages", "page_clip"]

PAGES = 40
PICTURES = 8  # of a clip
SIZES = ((360, 640, 1), (390, 844, 1), (412, 732, 2), (540, 960, 1), (960, 540, 1), (1024, 768, 1), (1280, 720, 1))
"""Width and height in CSS pixels, and device pixels for one of them: phones upright, tablets, screens."""
SMALL_SIZES = ((240, 320, 1), (320, 240, 1), (480, 180, 1), (300, 400, 1), (200, 200, 1), (640, 300, 1))
FIRST_SMALL = 28  # pages from this seed on have these sizes: clips of single elements of an interface
SPEEDS = (0, 0, 2, 6)  # pixels per picture by which a page moves
LONGEST_MOVE = max(SPEEDS) * PICTURES
FONTS = ("Liberation Sans", "DejaVu Sans", "DejaVu Serif", "Liberation Mono", "Noto Sans", "Liberation Serif")
GLYPHS = "★ ✓ ✕ ☰ ⚙ ♥ ➤ ☀ ☁ ♫ ✉ ⌂"


@dataclass(frozen=True, slots=True)
class _Look:
    """Colours and type of one page."""

    ground: str
    card: str
    ink: str
    faint: str
    accent: str
    font: str
    size: int


def _look(random: np.random.Generator) -> _Look:
    hue = int(random.integers(0, 360))
    accent = f"hsl({hue},{int(random.integers(45, 95))}%,{int(random.integers(32, 58))}%)"
    font, size = str(random.choice(FONTS)), int(random.integers(12, 19))
    match int(random.integers(0, 5)):
        case 0:
            return _Look("#ffffff", "#ffffff", "#111", "#777", accent, font, size)
        case 1:
            return _Look("#f2f3f5", "#ffffff", "#1c1e21", "#65676b", accent, font, size)
        case 2:
            return _Look("#121212", "#1e1e1e", "#eaeaea", "#9a9a9a", accent, font, size)
        case 3:
            return _Look("#0b1020", "#161d33", "#f4f6ff", "#9aa4c8", accent, font, size)
        case _:
            return _Look(
                f"hsl({hue},35%,93%)", f"hsl({hue},30%,98%)", f"hsl({hue},40%,14%)", "#666", accent, font, size
            )


def _picture(random: np.random.Generator, photographs: Sequence[Path]) -> str:
    """Give a photograph as the address of an image."""
    bgr = cv2.imread(str(photographs[int(random.integers(len(photographs)))]))
    high = min(bgr.shape[0], 640)
    bgr = cv2.resize(bgr, (round(bgr.shape[1] * high / bgr.shape[0]), high), interpolation=cv2.INTER_AREA)
    return "data:image/png;base64," + base64.b64encode(cv2.imencode(".png", bgr)[1].tobytes()).decode()


def _text(random: np.random.Generator, count: int) -> str:
    return words(random, count).capitalize()


def _gradient(random: np.random.Generator) -> str:
    a, b = random.integers(0, 360, 2)
    light, dark = random.integers(55, 90), random.integers(15, 50)
    return f"linear-gradient({int(random.integers(0, 180))}deg,hsl({a},65%,{light}%),hsl({b},60%,{dark}%))"


def _article(random: np.random.Generator, photographs: Sequence[Path]) -> str:
    parts = [f"<h1>{_text(random, 6)}</h1><small>{_text(random, 5)}</small>"]
    if random.random() < 0.6:
        parts.append(f"<img style='width:100%' src='{_picture(random, photographs)}'>")
    parts += [f"<p>{_text(random, int(random.integers(25, 60)))}.</p>" for _ in range(12)]
    columns = int(random.choice((1, 1, 2)))
    return f"<main style='columns:{columns};column-gap:2em'>{''.join(parts)}</main>"


def _feed(random: np.random.Generator, photographs: Sequence[Path]) -> str:
    def card() -> str:
        picture = f"<img src='{_picture(random, photographs)}'>" if random.random() < 0.5 else ""
        face = f"<i class=round style='background:{_gradient(random)}'></i>"
        buttons = "".join(f"<button>{glyph} {int(random.integers(1, 999))}</button>" for glyph in GLYPHS.split()[:3])
        text = f"<b>{_text(random, 2)}</b><p>{_text(random, int(random.integers(5, 25)))}.</p>"
        return f"<section>{face}{text}{picture}{buttons}</section>"

    return f"<header>{_text(random, 1)}</header>" + "".join(card() for _ in range(7))


def _chat(random: np.random.Generator, photographs: Sequence[Path]) -> str:
    del photographs
    lines = []
    for _ in range(22):
        side = "mine" if random.random() < 0.5 else ""
        lines.append(f"<div class='bubble {side}'>{_text(random, int(random.integers(2, 18)))}</div>")
    return f"<header>{_text(random, 2)}</header>{''.join(lines)}"


def _settings(random: np.random.Generator, photographs: Sequence[Path]) -> str:
    del photographs
    rows = []
    for glyph in GLYPHS.split() * 2:
        text = f"{glyph}&nbsp; {_text(random, 3)}<br><small>{_text(random, 6)}</small>"
        rows.append(f"<div class=row><span>{text}</span><em></em></div>")
    return f"<header>{_text(random, 1)}</header>{''.join(rows)}"


def _dashboard(random: np.random.Generator, photographs: Sequence[Path]) -> str:
    del photographs
    parts = []
    for _ in range(8):
        values = np.cumsum(random.normal(0, 8, 24)) + 60
        points = " ".join(f"{12 * x},{110 - y:.0f}" for x, y in enumerate(values.clip(5, 105)))
        bars = "".join(
            f"<rect x={12 * x} y={110 - y:.0f} width=8 height={y:.0f} fill='hsl({int(20 * x) % 360},60%,50%)'/>"
            for x, y in enumerate(random.uniform(5, 100, 24))
        )
        line = f"<polyline points='{points}' fill=none stroke=currentColor stroke-width=2 />"
        ground = f"style='background:{_gradient(random)}'" if random.random() < 0.3 else ""
        chart = bars if random.random() < 0.4 else line
        parts.append(
            f"<section class=tile {ground}><b>{_text(random, 2)}</b><svg viewBox='0 0 288 116'>{chart}</svg></section>"
        )
    return f"<header>{_text(random, 2)}</header><div class=grid>{''.join(parts)}</div>"


def _landing(random: np.random.Generator, photographs: Sequence[Path]) -> str:
    top = f"<div class=hero style='background:{_gradient(random)}'><h1>{_text(random, 4)}</h1>"
    top += f"<button>{_text(random, 2)}</button></div>"
    below = f"<div class=hero style='background:{_gradient(random)}'><p>{_text(random, 12)}</p></div>"
    return top + f"<p>{_text(random, 40)}</p><img src='{_picture(random, photographs)}'>" + below


def _slide(random: np.random.Generator, photographs: Sequence[Path]) -> str:
    items = "".join(f"<li>{_text(random, int(random.integers(3, 8)))}</li>" for _ in range(6))
    picture = (
        f"<img style='width:38%;float:right' src='{_picture(random, photographs)}'>" if random.random() < 0.5 else ""
    )
    title = f"<h1 style='color:var(--accent)'>{_text(random, 4)}</h1>"
    return f"<main style='font-size:1.6em'>{title}{picture}<ul>{items}</ul></main>" * 2


def _code(random: np.random.Generator, photographs: Sequence[Path]) -> str:
    del photographs
    lines = []
    for number in range(60):
        hue = int(random.integers(0, 360))
        body = f"<span style='color:hsl({hue},70%,50%)'>{words(random, 1)}</span> "
        body += words(random, int(random.integers(0, 7)))
        lines.append(f"<small>{number:3}</small>{'&nbsp;' * int(random.integers(0, 12))}{body}")
    return f"<pre>{'<br>'.join(lines)}</pre>"


def _player(random: np.random.Generator, photographs: Sequence[Path]) -> str:
    film = f"<img style='width:100%' src='{_picture(random, photographs)}'>"
    bar = f"<div style='height:6px;background:{_gradient(random)};width:{int(random.integers(20, 80))}%'></div>"
    items = ""
    for _ in range(6):
        still = f"<img style='width:34%' src='{_picture(random, photographs)}'>"
        items += f"<div class=row>{still}<span>{_text(random, 7)}</span></div>"
    return f"{film}{bar}<h2>{_text(random, 5)}</h2>{items}"


LAYOUTS = (_article, _feed, _chat, _settings, _dashboard, _landing, _slide, _code, _player)


def page_source(seed: int, photographs: Sequence[Path]) -> str:
    """Give the page of a seed as HTML."""
    random = np.random.default_rng(seed)
    look = _look(random)
    body = LAYOUTS[seed % len(LAYOUTS)](random, photographs)
    shade = random.choice(("none", "0 2px 8px #0003", "0 1px 2px #0005"))
    return f"""<!doctype html><meta charset=utf-8><style>
:root{{--accent:{look.accent}}} *{{box-sizing:border-box}} ::-webkit-scrollbar{{display:none}}
body{{margin:0;background:{look.ground};color:{look.ink};font:{look.size}px '{look.font}',sans-serif}}
main{{padding:1.2em}} p{{line-height:1.4;margin:.6em}} small{{color:{look.faint}}} img{{max-width:100%;display:block}}
header{{background:var(--accent);color:#fff;padding:.8em 1em;font-size:1.25em}}
section{{background:{look.card};margin:.6em;padding:.8em;border-radius:8px;box-shadow:{shade}}}
button{{background:var(--accent);color:#fff;border:0;border-radius:1em;padding:.45em 1em;margin:.4em .3em 0 0}}
.round{{display:inline-block;width:2.4em;height:2.4em;border-radius:50%;margin-right:.5em;vertical-align:middle}}
.bubble{{background:{look.card};border:1px solid #8883;border-radius:1em;padding:.6em .9em;margin:.5em}}
.bubble{{max-width:70%;width:fit-content}}
.mine{{background:var(--accent);color:#fff;margin-left:auto}}
.row{{display:flex;gap:.8em;justify-content:space-between;padding:.7em 1em;border-bottom:1px solid #8884}}
.row em{{width:2.4em;height:1.3em;border-radius:1em;background:var(--accent)}}
.grid{{display:grid;grid-template-columns:repeat(auto-fill,minmax(220px,1fr))}} svg{{width:100%;color:var(--accent)}}
.hero{{padding:3em 1.2em;color:#fff}} pre{{margin:.6em}}
</style>{body}"""


def draw_pages(folder: Path, photographs: Sequence[Path], *, count: int = PAGES) -> list[Path]:
    """Draw the first `count` pages into `folder`, as PNG; those that are there already are kept.

    Raises
    ------
    FileNotFoundError
        When there is no Chromium.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"page_{seed:02}.png" for seed in range(count)]
    if all(path.exists() for path in paths):
        return paths
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        raise FileNotFoundError("Chromium draws the pages; install it")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only those need it who draw

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for seed, path in enumerate(paths):
            sizes = SIZES if seed < FIRST_SMALL else SMALL_SIZES
            width, height, ratio = sizes[(seed // 2) % len(sizes)]
            size = {"width": width, "height": height + LONGEST_MOVE}
            tab = chromium.new_page(viewport=size, device_scale_factor=ratio)
            tab.set_content(page_source(seed, photographs))
            path.write_bytes(tab.screenshot())
            tab.close()
        chromium.close()
    return paths


def page_clip(path: Path) -> Clip:
    """Hold eight pictures of a drawn page in memory; some pages move."""
    rgb = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
    seed = int(path.stem.split("_")[-1])
    speed = SPEEDS[seed % len(SPEEDS)]
    height, width = (rgb.shape[0] - LONGEST_MOVE) // 2 * 2, rgb.shape[1] // 2 * 2
    held = [_shown(rgb, speed * number, height, width) for number in range(PICTURES)]
    pictures = lambda: iter(held)  # noqa: E731
    return Clip(path.name, Fraction(25), width, height, pictures)


def _shown(rgb: NDArray[np.uint8], top: int, height: int, width: int) -> Planes:
    return from_rgb(np.ascontiguousarray(rgb[top : top + height, :width]))
