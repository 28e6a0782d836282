import numpy as np
import pytest

from beholder.features.banding import measure_banding


@pytest.mark.parametrize("levels", [12, 24])
def test_few_even_levels_are_seen_with_their_step(scene: np.ndarray, levels: int) -> None:
    step = 255 / (levels - 1)
    banded = (np.rint(scene / step) * step).astype(np.uint8)
    found = measure_banding(banded)
    assert found["banding"] > 0.5
    assert found["banding_step"] == pytest.approx(step, rel=0.1)


def test_a_smooth_scene_has_no_bands(scene: np.ndarray) -> None:
    assert measure_banding(scene)["banding"] < 0.4


def test_a_drawing_in_three_tones_has_no_bands() -> None:
    drawing = np.full((300, 400), 240, np.uint8)
    drawing[50:120, 60:200], drawing[150:250, 220:380] = 200, 120
    assert measure_banding(drawing)["banding"] == 0


def test_a_page_whose_tones_fit_a_comb_by_chance_has_no_bands() -> None:
    page = np.full((300, 400), 242, np.uint8)
    for row, tone in enumerate((228, 214, 130, 32)):
        page[20 + 60 * row : 60 + 60 * row, 30:370] = tone
    assert measure_banding(page)["banding"] == 0
