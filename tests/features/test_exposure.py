import cv2
import numpy as np
import pytest

from beholder.features.exposure import measure_exposure, measure_light
from beholder.features.severity import low_contrast, overexposure, underexposure

DARK = ("dark_level", "mid_level", "bright_level", "palette")


def _exposed(scene: np.ndarray, stops: float) -> dict[str, float]:
    luma = (scene * 2 ** (stops / 2.2)).clip(0, 255).astype(np.uint8)
    return measure_exposure(luma) | measure_light(cv2.resize(luma, (320, 180), interpolation=cv2.INTER_AREA))


def test_percentiles_of_a_ramp() -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (100, 1))
    found = measure_exposure(ramp)
    assert found["mid_level"] == pytest.approx(127, abs=1)
    assert found["dark_level"] == pytest.approx(0, abs=1)
    assert found["bright_level"] == pytest.approx(253, abs=1)
    assert found["clipped_white"] == pytest.approx(6 / 256, abs=0.005)


def test_stops_grow_with_the_damage(scene: np.ndarray) -> None:
    darker = [_exposed(scene, stops) for stops in (0.0, -1.5, -2.5, -3.5)]
    missing = [underexposure(*(found[name] for name in DARK)) for found in darker]
    assert missing[0] == 0
    assert missing == sorted(missing)
    assert missing[3] - missing[2] == pytest.approx(1.0, abs=0.1)
    photograph = cv2.GaussianBlur(scene, (0, 0), 6)  # leaves have edges as sharp as print
    brighter = [_exposed(photograph, stops) for stops in (0.0, 1.0, 2.0, 3.0)]
    names = ("excess_light", "clipped_white", "tones", "white_edges")
    excess = [overexposure(*(found[name] for name in names)) for found in brighter]
    assert excess[0] == 0
    assert excess[1] < excess[2] < excess[3]


def test_flat_is_not_dark(scene: np.ndarray) -> None:
    found = measure_exposure(((scene - 128.0) * 0.3 + 128).astype(np.uint8))
    assert low_contrast(found["dark_level"], found["bright_level"], found["palette"]) > 0.5
    assert underexposure(*(found[name] for name in DARK)) == 0


def test_dim_and_flat_is_dark() -> None:
    assert underexposure(48.0, 80.0, 110.0, 0.5) > 0.5
    assert low_contrast(48.0, 110.0, 0.5) == 0


def test_a_grey_page_has_lost_its_contrast_and_a_white_one_has_not() -> None:
    assert low_contrast(85.0, 179.0, 0.05) > 0.3
    assert low_contrast(150.0, 255.0, 0.05) == 0


def test_white_paper_is_not_overexposed() -> None:
    page = np.full((400, 600), 255, np.uint8)
    page[50:350:12, 60:540] = 20
    found = measure_exposure(page)
    assert found["clipped_white"] > 0.5
    assert overexposure(3.0, 0.5, 150.0, found["white_edges"]) == 0
    assert overexposure(3.0, 0.5, 150.0, 0.0) > 0
    assert overexposure(3.0, 0.5, 12.0, 0.0) == 0


def test_a_dark_theme_is_meant_and_a_dimmed_page_is_not() -> None:
    assert underexposure(4.0, 18.0, 110.0, 0.04) == 0
    assert underexposure(4.0, 110.0, 116.0, 0.04) > 0.5
    assert underexposure(4.0, 18.0, 110.0, 0.5) > 0.5


def test_one_plain_tone_is_neither_dark_nor_flat() -> None:
    assert underexposure(0.0, 0.0, 2.0, 1.0) == 0
    assert low_contrast(252.0, 255.0, 1.0) == 0
