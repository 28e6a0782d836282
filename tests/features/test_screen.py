import numpy as np

from beholder.features.screen import inked, is_noisy_screen, is_screen_content, screen_measures


def test_a_drawn_page_is_screen_content(scene):
    page = np.full((360, 640), 245, np.uint8)
    page[::24, 40:400] = 20
    assert is_screen_content(**screen_measures(page))
    assert not is_screen_content(**screen_measures(scene))


def test_one_row_has_no_neighbours():
    measures = screen_measures(np.zeros((1, 8), np.uint8))
    assert measures["plain"] == 1.0
    assert np.isnan(measures["flat"])
    assert not is_screen_content(**measures)


def test_noise_does_not_hide_a_page_nor_make_one(scene):
    rng = np.random.default_rng(0)
    page = np.full((360, 640), 245.0)
    page[::24, 40:400] = 20
    noisy = [(picture + rng.normal(0, 10, picture.shape)).clip(0, 255).astype(np.uint8) for picture in (page, scene)]
    assert [is_noisy_screen(picture) for picture in noisy] == [True, False]


def test_a_burnt_scene_has_every_tone_beside_its_white(scene):
    page = np.full((360, 640), 255, np.uint8)
    page[::24, 40:400] = 20
    burnt = np.clip(scene.astype(float) * 2.5, 0, 255).astype(np.uint8)
    assert inked(page) == 1.0
    assert inked(burnt) < 0.4
