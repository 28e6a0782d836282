import cv2
import numpy as np

from beholder.features.blockiness import PHASES, grid_profile, measure_blockiness, phase_inputs


def _blocks(scene: np.ndarray, size: int) -> np.ndarray:
    small = cv2.resize(scene, (scene.shape[1] // size, scene.shape[0] // size), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, scene.shape[::-1], interpolation=cv2.INTER_NEAREST)


def test_blocks_of_eight_stand_out(scene: np.ndarray) -> None:
    clean, blocky = measure_blockiness(scene), measure_blockiness(_blocks(scene, 8))
    assert clean["block_edge"] < 0.5
    assert blocky["block_edge"] > 10
    assert blocky["block_step"] > clean["block_step"] + 2


def test_steps_off_the_grid_are_no_blocks(scene: np.ndarray) -> None:
    shifted = np.roll(_blocks(scene, 8), (3, 3), axis=(0, 1))
    assert measure_blockiness(shifted)["block_edge"] < 0.5


def test_strength_grows_with_the_share_of_blocks(scene: np.ndarray) -> None:
    blocky = _blocks(scene, 8)
    edges = [
        measure_blockiness(cv2.addWeighted(scene, 1 - share, blocky, share, 0))["block_step"]
        for share in (0.0, 0.25, 0.5, 1.0)
    ]
    assert edges == sorted(edges)


def test_a_grid_shows_in_the_phases_and_a_scene_has_none(scene: np.ndarray) -> None:
    clean, blocky = (phase_inputs(grid_profile(picture)) for picture in (scene, _blocks(scene, 8)))
    assert clean.shape == (PHASES,)
    lines = [0, 6, 12, 18]  # what lies on the lines of the grid, of each statistic
    assert np.abs(clean[lines]).max() < 0.3 < np.abs(blocky[lines]).max()
