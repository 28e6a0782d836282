import numpy as np
import pytest

from beholder.features.frames import FRAME_SERIES, FrameMeasures, block_means, largest_shift
from beholder.features.glance import Glance


def measured(pictures, *, full_range=True):
    frames = FrameMeasures()
    for n, picture in enumerate(pictures):
        frames.update(Glance(n / 10, picture, None), picture, full_range=full_range)
    return {s.name: s.y for s in frames.compute()}


def test_every_series_has_a_value_for_each_frame(scene):
    series = measured([scene] * 3)
    assert set(series) == {*FRAME_SERIES, "fineness"}
    assert {series[name].size for name in FRAME_SERIES} == {3}
    assert series["fineness"].size == 1  # four a second
    assert np.isnan(series["change"][0])
    assert series["shift"][1:].tolist() == [0.0, 0.0]
    assert series["height"].tolist() == [360.0] * 3


def test_nothing_seen_gives_empty_series():
    assert all(s.t.size == 0 for s in FrameMeasures().compute())


def test_noise_changes_pixels_but_not_blocks(scene):
    rng = np.random.default_rng(1)
    noisy = np.clip(scene + rng.normal(0, 6, scene.shape), 0, 255).astype(np.uint8)
    moved = np.roll(scene, 4, axis=1)
    noise, movement = measured([scene, noisy]), measured([scene, moved])
    assert noise["change"][1] > 3
    assert noise["shift"][1] < 5 < movement["shift"][1]


def test_limited_range_is_stretched(scene):
    brighter = np.minimum(scene, 250) + 5
    full, limited = (measured([scene, brighter], full_range=f)["change"][1] for f in (True, False))
    assert limited == pytest.approx(full * 255 / 219)


def test_a_cut_moves_the_histogram():
    series = measured([np.full((90, 160), 20, np.uint8), np.full((90, 160), 220, np.uint8)])
    assert series["histogram_change"][1] == pytest.approx(1.0)
    assert series["active"][1] == 1.0


def test_a_change_of_size_is_no_change(scene):
    series = measured([scene, scene[::2, ::2].copy()])
    assert np.isnan(series["shift"][1])
    assert largest_shift(block_means(scene), block_means(scene[::2, ::2].copy())) == float("inf")
