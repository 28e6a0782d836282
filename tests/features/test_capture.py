import cv2
import numpy as np
import pytest

from beholder.features.capture import measure_capture


@pytest.mark.parametrize("degrees", [3.0, 8.0])
def test_a_tilted_screen_before_a_dark_room(scene: np.ndarray, degrees: float) -> None:
    turn = cv2.getRotationMatrix2D((320, 180), degrees, 0.75)
    filmed = cv2.warpAffine(cv2.max(scene, 70), turn, (640, 360), borderValue=25)
    assert measure_capture(filmed)["skew"] == pytest.approx(degrees, abs=1.5)


def test_letterbox_and_scene_stand_straight(scene: np.ndarray) -> None:
    boxed = scene.copy()
    boxed[:40] = boxed[-40:] = 0
    assert measure_capture(boxed)["skew"] == 0
    assert measure_capture(scene)["skew"] == 0


def test_stripes_all_over_are_moire(scene: np.ndarray) -> None:
    rows, columns = np.indices(scene.shape)
    striped = (scene * 0.5 + 60 + 25 * np.sin(rows * 0.7 + columns * 0.9)).clip(0, 255).astype(np.uint8)
    assert measure_capture(striped)["moire"] > 0.5
    assert measure_capture(scene)["moire"] < 0.3


def test_a_soft_bright_spot_is_glare_and_a_white_disc_is_not(scene: np.ndarray) -> None:
    rows, columns = np.indices(scene.shape)
    far = np.hypot(rows - 180, columns - 320)
    calm = cv2.GaussianBlur(scene, (0, 0), 12) * 0.5
    spot = (calm + 320 * np.exp(-((far / 60) ** 2))).clip(0, 255).astype(np.uint8)
    disc = np.where(far < 60, 255, calm).astype(np.uint8)
    assert measure_capture(spot)["glare"] > 0.01
    assert measure_capture(disc)["glare"] == 0


def _page() -> np.ndarray:
    page = np.full((360, 640), 204, np.uint8)
    for row in range(20, 340, 24):
        page[row : row + 8, 40 : 600 - row] = np.tile(np.array([30, 30, 204, 204], np.uint8), 200)[: 560 - row]
    return page


def test_stripes_show_between_the_lines_of_a_page() -> None:
    page = _page()
    rows, columns = np.indices(page.shape)
    striped = (page + 12 * np.sin(rows * 1.3 + columns * 0.3)).clip(0, 255).astype(np.uint8)
    assert measure_capture(striped)["moire"] > 0.25
    assert measure_capture(page)["moire"] < 0.2


def test_light_on_a_bright_page_is_glare() -> None:
    page = _page()
    rows, columns = np.indices(page.shape)
    lit = page + 330 * np.exp(-((np.hypot(rows - 150, columns - 400) / 90) ** 2))
    assert measure_capture(lit.clip(0, 255).astype(np.uint8))["glare"] > 0.02
    assert measure_capture(page)["glare"] == 0
