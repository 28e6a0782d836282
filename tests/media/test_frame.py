from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from tiny_clips import CHROMA, HEIGHT, LEVELS, WIDTH, Clip, picture

from beholder.media import Frame, Recording, Region

LIMITED = tuple(round((level - 16) / 219 * 255) for level in LEVELS)
LIMITED_CHROMA = tuple(round((code - 128) / 224 * 255 + 128) for code in CHROMA)
LOSSY = 2  # levels that a lossy coder may be off in a flat quarter


def quarters(luma: np.ndarray) -> tuple[int, ...]:
    """Median level of the four quarters, well inside of them."""
    h, w = luma.shape
    rows, columns = (
        (slice(h // 8, 3 * h // 8), slice(5 * h // 8, 7 * h // 8)),
        (slice(w // 4, w // 3), slice(2 * w // 3, w)),
    )
    return tuple(int(np.median(luma[r, c])) for r in rows for c in columns)


def pictures(path: Path, **options: object) -> list[Frame]:
    with Recording(path, **options) as recording:
        return [part for part in recording if isinstance(part, Frame)]


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [
        ("a.mp4", "libx264", "yuv420p"),
        ("a.mp4", "libx264", "yuv422p"),
        ("a.mkv", "libx264", "yuv444p"),
        ("a.mp4", "libx264", "yuv420p10le"),
        ("a.mp4", "libx264", "yuv444p10le"),
        ("a.mkv", "libx265", "yuv420p"),
        ("a.mp4", "libx265", "yuv422p10le"),
        ("a.mp4", "libx265", "yuv420p12le"),
        ("a.webm", "libvpx", "yuv420p"),
        ("a.webm", "libvpx-vp9", "yuv420p"),
        ("a.webm", "libvpx-vp9", "yuv440p"),
        ("a.mp4", "libsvtav1", "yuv420p"),
        ("a.mp4", "libsvtav1", "yuv420p10le"),
        ("a.ts", "mpeg2video", "yuv420p"),
        ("a.mov", "prores_ks", "yuv422p10le"),
        ("a.mov", "prores_ks", "yuv444p10le"),
        ("a.mkv", "ffv1", "yuv411p"),
        ("a.mkv", "ffv1", "yuv420p16le"),
    ],
)
def test_limited_range_is_expanded_whatever_the_coding(clip: Clip, name: str, codec: str, pix_fmt: str) -> None:
    for frame in pictures(clip(name, codec, pix_fmt=pix_fmt)):
        assert not frame.full_range
        luma, (u, v) = frame.luma(), frame.chroma()
        assert luma.shape == (HEIGHT, WIDTH)
        assert luma.dtype == u.dtype == v.dtype == np.uint8
        assert np.abs(np.subtract(quarters(luma), LIMITED)).max() <= LOSSY
        assert np.abs(np.subtract((np.median(u), np.median(v)), LIMITED_CHROMA)).max() <= LOSSY


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [("a.mp4", "libx264", "yuv420p"), ("a.avi", "mjpeg", "yuvj420p"), ("a.mp4", "libx265", "yuv420p10le")],
)
def test_full_range_is_left_as_it_is(clip: Clip, name: str, codec: str, pix_fmt: str) -> None:
    for frame in pictures(clip(name, codec, pix_fmt=pix_fmt, full_range=True)):
        assert frame.full_range
        assert np.abs(np.subtract(quarters(frame.luma()), LEVELS)).max() <= LOSSY
        assert np.abs(np.subtract([np.median(plane) for plane in frame.chroma()], CHROMA)).max() <= LOSSY


def test_grey_pictures_have_neutral_chroma(clip: Clip) -> None:
    frame = pictures(clip("a.mkv", "ffv1", pix_fmt="gray"))[0]
    assert quarters(frame.luma()) == LEVELS
    assert [int(plane.mean()) for plane in frame.chroma()] == [128, 128]
    assert frame.rgb().shape == (HEIGHT, WIDTH, 3)


@pytest.mark.parametrize(("stated", "expected"), [(1, LIMITED), (2, LEVELS)])
def test_grey_follows_the_stated_range(stated: int, expected: tuple[int, ...]) -> None:
    grey = picture("gray")
    grey.color_range = stated
    assert quarters(Frame(grey, 0.0).luma()) == expected


@pytest.mark.parametrize("pix_fmt", ["rgb24", "gbrp", "bgra", "rgb48le"])
def test_rgb_sources_keep_their_brightness_and_colour(pix_fmt: str) -> None:
    pixels = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    pixels[:] = 200, 60, 30
    frame = Frame(av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format=pix_fmt), 0.0)
    assert abs(int(frame.luma()[9, 9]) - (0.299 * 200 + 0.587 * 60 + 0.114 * 30)) <= LOSSY
    assert np.abs(frame.rgb()[9, 9].astype(int) - (200, 60, 30)).max() <= LOSSY


@pytest.mark.parametrize("stated", [1, 2])
@pytest.mark.parametrize("pix_fmt", ["nv12", "p010le", "uyvy422", "yuv444p16be"])
def test_packed_planes_are_the_same_picture(pix_fmt: str, stated: int) -> None:
    plain = picture()
    plain.color_range = stated
    other = plain.reformat(format=pix_fmt)
    other.color_range = stated
    expected = LIMITED if stated == 1 else LEVELS
    assert np.abs(np.subtract(quarters(Frame(other, 0.0).luma()), expected)).max() <= LOSSY


@pytest.mark.parametrize("size", [(97, 65), (16, 16), (33, 17)])
def test_odd_and_tiny_sizes(clip: Clip, size: tuple[int, int]) -> None:
    width, height = size
    frame = pictures(clip("a.mkv", "ffv1", size=size))[0]
    assert frame.luma().shape == frame.glance().shape == (height, width)
    assert frame.rgb().shape == (height, width, 3)
    assert frame.chroma()[0].shape == ((height + 1) // 2, (width + 1) // 2)


def test_the_glance_is_the_picture_halved() -> None:
    frame = Frame(picture(size=(1920, 1080)), 0.0)
    glance = frame.glance()
    assert glance.shape == (270, 480)
    assert quarters(glance) == LIMITED


@pytest.mark.parametrize(
    (
        "rotation",
        "order",
    ),  # which quarter of the coded picture ends up at top left, top right, bottom left, bottom right
    [(0, (0, 1, 2, 3)), (90, (1, 3, 0, 2)), (180, (3, 2, 1, 0)), (270, (2, 0, 3, 1)), (-90, (2, 0, 3, 1))],
)
def test_every_view_stands_upright(rotation: int, order: tuple[int, ...]) -> None:
    frame = Frame(picture(), 0.0, rotation=rotation)
    upright = (HEIGHT, WIDTH) if rotation in (0, 180) else (WIDTH, HEIGHT)
    assert frame.size == frame.luma().shape == frame.glance().shape == frame.rgb().shape[:2] == upright
    assert quarters(frame.luma()) == quarters(frame.glance()) == tuple(LIMITED[n] for n in order)
    assert frame.chroma()[0].shape == tuple(side // 2 for side in upright)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_region_means_the_upright_picture(rotation: int) -> None:
    whole = Frame(picture(), 0.0, rotation=rotation)
    region = Region(20, 8, 30, 44)
    part = Frame(picture(), 0.0, rotation=rotation, region=region)
    rows, columns = slice(8, 52), slice(20, 50)
    assert np.array_equal(part.luma(), whole.luma()[rows, columns])
    assert np.array_equal(part.glance(), whole.luma()[rows, columns])
    assert np.array_equal(part.rgb(), whole.rgb()[rows, columns])
    assert part.chroma()[0].shape == (22, 15)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_mask_leaves_nothing_of_what_it_hides(rotation: int) -> None:
    mask = Region(4, 6, 20, 10)
    views = []
    for level in (0, 255):
        upright = np.full((HEIGHT, WIDTH) if rotation in (0, 180) else (WIDTH, HEIGHT), 128, np.uint8)
        upright[6:16, 4:24] = level
        image = picture()
        coded = np.rot90(upright, -rotation // 90)
        image.planes[0].update(np.pad(coded, ((0, 0), (0, image.planes[0].line_size - WIDTH))).tobytes())
        frame = Frame(image, 0.0, rotation=rotation, masks=(mask,))
        views.append((frame.luma(), frame.glance(), frame.rgb()))
    for dark, bright in zip(*views, strict=True):
        assert np.array_equal(dark, bright)
    assert int(np.ptp(views[0][0])) <= 1


def test_region_and_mask_never_write_into_the_decoder_s_memory() -> None:
    image = picture()
    before = bytes(image.planes[0])
    frame = Frame(image, 0.0, region=Region(0, 0, 50, 50), masks=(Region(0, 0, 10, 10),))
    for view in (frame.luma, frame.glance, frame.rgb, frame.chroma):
        view()
    assert bytes(image.planes[0]) == before


def test_colour_matrix_is_respected() -> None:
    image = picture()
    image.time_base = Fraction(1, 25)
    views = []
    for matrix in (1, 6):  # ITU-T H.273: BT.709, BT.601
        image.colorspace = matrix
        views.append(Frame(image, 0.0).rgb()[50, 80])
    assert not np.array_equal(*views)


@pytest.mark.parametrize(
    ("region", "inside"),
    [
        (Region(0, 0, 10, 10), Region(0, 0, 10, 10)),
        (Region(-5, -5, 10, 10), Region(0, 0, 5, 5)),
        (Region(90, 60, 50, 50), Region(90, 60, 6, 4)),
        (Region(96, 0, 5, 5), None),
        (Region(-9, 0, 9, 5), None),
        (Region(5, 5, 0, 5), None),
    ],
)
def test_a_region_is_cut_to_the_picture(region: Region, inside: Region | None) -> None:
    assert region.inside((HEIGHT, WIDTH)) == inside
