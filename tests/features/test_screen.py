import numpy as np

from beholder.features.screen import is_screen_content, screen_measures


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
