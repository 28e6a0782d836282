import numpy as np
import pytest

from beholder.features.noise import measure_noise
from beholder.features.patches import cut_patches


@pytest.mark.parametrize("sigma", [4.0, 10.0, 20.0])
def test_white_noise_is_measured_in_levels(scene: np.ndarray, sigma: float) -> None:
    rng = np.random.default_rng(1)
    noisy = (scene + rng.normal(0, sigma, scene.shape)).clip(0, 255).astype(np.uint8)
    assert measure_noise(cut_patches(noisy).flat)["noise"] == pytest.approx(sigma, rel=0.25)


def test_a_scene_without_noise_has_none(scene: np.ndarray) -> None:
    assert measure_noise(cut_patches(scene).flat)["noise"] < 0.6


def test_texture_everywhere_is_not_taken_for_noise(scene: np.ndarray) -> None:
    leaves = scene[140:]
    assert measure_noise(cut_patches(leaves).flat)["noise"] < 2.5


def test_without_patches_nothing_is_said() -> None:
    assert np.isnan(measure_noise(np.empty((0, 16, 16), np.float32))["noise"])
