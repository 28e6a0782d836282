import numpy as np
import pytest

from beholder.features.views import CENTRES, SIDE, crops, whole


def _picture(height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    return np.stack([x * 255 / width, y * 255 / height, (x + y) % 256], -1).astype(np.uint8)


@pytest.mark.parametrize(("height", "width"), [(1080, 1920), (2340, 1080), (500, 500), (100, 60), (1, 1), (40, 3000)])
def test_views_of_any_size_are_of_one_kind(height: int, width: int) -> None:
    picture = _picture(height, width)
    assert crops(picture, display_height=1080, count=5).shape == (5, SIDE, SIDE, 3)
    h, w, _ = whole(picture).shape
    assert abs(h * w - SIDE**2) < 0.02 * SIDE**2


def test_crop_at_own_height_is_the_pixels_themselves() -> None:
    picture = _picture(720, 1280)
    centre = crops(picture, display_height=720, count=1)[0]
    top, left = (720 - SIDE) // 2, (1280 - SIDE) // 2
    np.testing.assert_array_equal(centre, picture[top : top + SIDE, left : left + SIDE])


def test_crop_of_an_enlarged_picture_shows_less_of_it() -> None:
    picture = _picture(360, 640)
    centre = crops(picture, display_height=1080, count=1)[0]
    assert np.ptp(centre[..., 0].astype(int)) == pytest.approx(255 * (SIDE / 3) / 640, abs=3)


def test_places_are_symmetric_about_the_centre() -> None:
    places = set(CENTRES)
    assert {(round(1 - x, 6), round(1 - y, 6)) for x, y in places} == places
    picture = _picture(1080, 1920)
    turned = np.ascontiguousarray(picture[::-1, ::-1])
    there, back = (crops(p, display_height=1080, count=3) for p in (picture, turned))
    np.testing.assert_array_equal(there[1], back[2][::-1, ::-1])


def test_whole_keeps_proportions() -> None:
    h, w, _ = whole(_picture(1080, 1920)).shape
    assert w / h == pytest.approx(16 / 9, rel=0.01)
