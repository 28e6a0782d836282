import numpy as np
import pytest

from beholder.features.picture import PICTURE_SERIES, measure_picture
from beholder.features.severity import SEVERITIES, severities

NEUTRAL = np.full((1, 1), 128, np.uint8)


@pytest.mark.parametrize("shape", [(1, 1), (2, 40), (16, 16), (17, 33), (31, 200), (64, 64), (90, 161), (1080, 1920)])
@pytest.mark.parametrize("level", [0, 128, 255])
def test_one_tone_of_any_size_gives_every_name_and_no_fault(shape: tuple[int, int], level: int) -> None:
    values = measure_picture(np.full(shape, level, np.uint8), NEUTRAL, NEUTRAL)
    assert set(values) == set(PICTURE_SERIES)
    for name in ("noise", "block_step", "banding", "glare", "moire", "skew", "blur_sigma"):
        assert np.isnan(values[name]) or values[name] == 0


@pytest.mark.parametrize("shape", [(16, 16), (40, 300), (300, 40), (144, 176), (360, 640)])
def test_any_content_stays_within_the_declared_range(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    for picture in (rng.integers(0, 256, shape), np.indices(shape).sum(axis=0) % 256, np.eye(*shape) * 255):
        luma = picture.astype(np.uint8)
        u, v = (rng.integers(0, 256, (shape[0] // 2, shape[1] // 2)).astype(np.uint8) for _ in range(2))
        values = measure_picture(luma, u, v)
        for name, meaning in PICTURE_SERIES.items():
            value = values[name]
            assert np.isnan(value) or np.isnan(meaning.low) or value >= meaning.low - 1e-6, name
            assert np.isnan(value) or np.isnan(meaning.high) or value <= meaning.high + 1e-6, name


def test_an_8k_picture_is_measured() -> None:
    luma = np.tile(np.repeat(np.arange(256, dtype=np.uint8), 30), (4320, 1))
    assert measure_picture(luma, NEUTRAL, NEUTRAL)["bright_level"] > 240


def test_the_same_picture_gives_the_same_values() -> None:
    luma = np.random.default_rng(1).integers(0, 256, (200, 300)).astype(np.uint8)
    first, second = (measure_picture(luma.copy(), NEUTRAL, NEUTRAL) for _ in range(2))
    assert repr(first) == repr(second)


def test_severities_have_every_name_and_carry_missing_values() -> None:
    tiny = np.full((8, 8), 90, np.uint8)
    found = severities(measure_picture(tiny, NEUTRAL, NEUTRAL))
    assert set(found) == set(SEVERITIES)
    assert np.isnan(found["blur"])
    assert found["underexposure"] == 0


def test_colours_and_even_tones_of_a_drawn_page_are_meant() -> None:
    page = np.full((400, 376), 255, np.uint8)
    u, v = np.full((200, 188), 128, np.uint8), np.full((200, 188), 128, np.uint8)
    for step in range(6):
        rows = slice(150 + 40 * step, 190 + 40 * step)
        page[rows] = 230 - 16 * step
        u[rows.start // 2 : rows.stop // 2], v[rows.start // 2 : rows.stop // 2] = 150, 100
    found = measure_picture(page, u, v)
    assert found["cast"] == 0
    assert found["banding"] == 0
    assert severities(found)["overexposure"] == 0


def test_few_bright_strokes_are_enough_light_for_a_dark_page() -> None:
    page = np.full((360, 640), 10, np.uint8)
    page[100:200, 100:300] = 60
    plane = np.full((180, 320), 128, np.uint8)
    assert severities(measure_picture(page, plane, plane))["underexposure"] > 1
    page[300:304, 100:300] = 220
    assert severities(measure_picture(page, plane, plane))["underexposure"] == 0


def test_pale_pages_lack_no_contrast_while_they_have_their_white() -> None:
    page = np.full((360, 640), 240, np.uint8)
    page[100:200, 100:500] = 190
    plane = np.full((180, 320), 128, np.uint8)
    assert severities(measure_picture(page, plane, plane))["low_contrast"] == 0
    assert severities(measure_picture(page // 2 + 40, plane, plane))["low_contrast"] > 1
