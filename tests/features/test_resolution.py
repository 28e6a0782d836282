import cv2
import numpy as np
import pytest

from beholder.features.picture import measure_picture

NEUTRAL = np.full((1, 1), 128, np.uint8)


def _measured(luma: np.ndarray) -> dict[str, float]:
    return measure_picture(luma, NEUTRAL, NEUTRAL)


def test_blur_grows_with_its_sigma(scene: np.ndarray) -> None:
    blurs = [_measured(cv2.GaussianBlur(scene, (0, 0), s) if s else scene)["blur_sigma"] for s in (0, 1.0, 2.0)]
    assert blurs[0] < 1.2
    assert blurs[0] < blurs[1] < blurs[2]


@pytest.mark.parametrize("ratio", [2, 3])
def test_fewer_pixels_than_shown(scene: np.ndarray, ratio: int) -> None:
    small = cv2.resize(scene, (640 // ratio, 360 // ratio), interpolation=cv2.INTER_AREA)
    grown = cv2.resize(small, (640, 360), interpolation=cv2.INTER_CUBIC)
    assert _measured(grown)["upscaling"] > _measured(scene)["upscaling"] + 0.1
