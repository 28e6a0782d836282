from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from beholder.errors import MediaError
from beholder.media.frame import Region
from beholder.media.region import find_region, region_of
from beholder.types import Picture

WIDTH, HEIGHT = 320, 240
INNER = Region(40, 48, 220, 120)


def film(width: int, height: int, *, count: int = 24, seed: int = 0) -> Iterator[Picture]:
    """Textured pictures that move on in every frame."""
    noise = np.random.default_rng(seed).integers(0, 256, (height + 200, width + 200)).astype(np.uint8)
    wide = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 3), None, 20, 235, cv2.NORM_MINMAX)
    for n in range(count):
        yield wide[n * 7 : n * 7 + height, n * 5 : n * 5 + width]


def framed(inner: Region, border: Picture, **options: int) -> Iterator[Picture]:
    for picture in film(inner.width, inner.height, **options):
        screen = border.copy()
        screen[inner.y : inner.y + inner.height, inner.x : inner.x + inner.width] = picture
        yield screen


def flat(level: int) -> Picture:
    return np.full((HEIGHT, WIDTH), level, np.uint8)


def chrome() -> Picture:
    """A still page: title, buttons, lines of text."""
    page = flat(235)
    for n, y in enumerate(range(12, HEIGHT, 40)):
        cv2.putText(page, f"{n} Reply to this Share", (4 + n, y), cv2.FONT_HERSHEY_PLAIN, 0.8, 20)
    return page


@pytest.mark.parametrize(
    "inner",
    [Region(0, 30, WIDTH, 180), Region(40, 0, 240, HEIGHT), Region(20, 24, 280, 192), Region(0, 60, WIDTH, 180)],
    ids=["letterbox", "pillarbox", "both", "top only"],
)
@pytest.mark.parametrize("level", [0, 16, 128, 255])
def test_bars_are_found_to_the_pixel(inner: Region, level: int) -> None:
    assert region_of(framed(inner, flat(level))) == inner


def test_noise_in_the_bars_does_not_matter() -> None:
    noise = np.random.default_rng(1)
    bars = Region(0, 30, WIDTH, 180)
    pictures = (np.clip(p + noise.normal(0, 1, p.shape), 0, 255).astype(np.uint8) for p in framed(bars, flat(20)))
    assert region_of(pictures) == bars


def test_the_video_inside_of_an_app_is_found() -> None:
    assert region_of(framed(INNER, chrome())) == INNER


def test_a_talking_head_inside_of_an_app_is_found_to_its_still_edges() -> None:
    room = next(film(INNER.width, INNER.height, seed=3))

    def pictures() -> Iterator[Picture]:
        for n, screen in enumerate(framed(INNER, chrome())):
            head = room.copy()
            cv2.ellipse(head, (110 + n % 9, 70 + n % 5), (30, 40), 0, 0, 360, 190, -1)
            screen[INNER.y : INNER.y + INNER.height, INNER.x : INNER.x + INNER.width] = head
            yield screen

    assert region_of(pictures()) == INNER


def test_a_clock_in_the_chrome_is_no_picture() -> None:
    def pictures() -> Iterator[Picture]:
        for n, picture in enumerate(framed(INNER, chrome())):
            cv2.putText(picture, f"12:{n:02}", (280, 12), cv2.FONT_HERSHEY_PLAIN, 0.7, 0)
            yield picture

    region = region_of(pictures())
    assert region is not None
    assert abs(region.x - INNER.x) <= 2


def test_black_bars_around_a_still_picture_are_found() -> None:
    still = next(framed(Region(0, 30, WIDTH, 180), flat(0)))
    assert region_of(iter([still] * 24)) == Region(0, 30, WIDTH, 180)


@pytest.mark.parametrize(
    "pictures",
    [
        pytest.param(lambda: film(WIDTH, HEIGHT), id="no bars"),
        pytest.param(lambda: framed(Region(0, 30, WIDTH, 180), flat(0), count=4), id="too few"),
        pytest.param(lambda: iter([chrome()] * 24), id="still page"),
        pytest.param(
            lambda: iter([next(framed(Region(0, 30, WIDTH, 180), flat(255)))] * 24), id="still, white margins"
        ),
        pytest.param(lambda: iter([flat(0)] * 24), id="black"),
        pytest.param(lambda: framed(Region(0, 2, WIDTH, HEIGHT - 2), flat(0)), id="thin line"),
        pytest.param(lambda: framed(Region(100, 100, 40, 30), chrome()), id="small animation"),
        pytest.param(lambda: iter([]), id="nothing"),
    ],
)
def test_what_is_unclear_is_left_alone(pictures: object) -> None:
    assert region_of(pictures()) is None


def test_credits_on_black_are_no_letterbox() -> None:
    def pictures() -> Iterator[Picture]:
        for n in range(24):
            page = flat(0)
            cv2.putText(page, "Directed by", (60, 60 + 5 * n), cv2.FONT_HERSHEY_PLAIN, 2, 255, 2)
            yield page

    assert region_of(pictures()) is None


def test_a_talking_head_is_not_cut_to_its_moving_part() -> None:
    room = next(film(WIDTH, HEIGHT, seed=3))

    def pictures() -> Iterator[Picture]:
        for n in range(24):
            picture = room.copy()
            cv2.ellipse(picture, (160 + n % 5, 120 + n % 3), (60, 80), 0, 0, 360, 190, -1)
            yield picture

    assert region_of(pictures()) is None


@pytest.mark.parametrize(("name", "key_every"), [("a.mp4", 1), ("a.mp4", 100), ("a.264", 5)])
def test_a_file_is_sampled_over_its_length(tmp_path: Path, name: str, key_every: int) -> None:
    path = tmp_path / name
    with av.open(path, "w") as out:
        stream = out.add_stream("libx264", rate=10, options={"preset": "ultrafast", "g": str(key_every), "crf": "20"})
        stream.width, stream.height = WIDTH, HEIGHT
        for n, picture in enumerate(framed(Region(0, 30, WIDTH, 180), flat(0), count=26)):
            frame = av.VideoFrame.from_ndarray(picture, format="gray").reformat(format="yuv420p")
            frame.pts, frame.time_base = n, Fraction(1, 10)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    region = find_region(path)
    assert region is not None
    assert np.abs(np.subtract((region.x, region.y, region.width, region.height), (0, 30, WIDTH, 180))).max() <= 2


def test_a_file_that_is_no_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        find_region(tmp_path / "missing.mp4")
