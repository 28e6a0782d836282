from fractions import Fraction

import numpy as np
import pytest
from benchmarks.filmed import Glare, Moire
from benchmarks.pages import page_source
from benchmarks.visible import CRF_STEPS, banded_share, burnt_share, coarse_crf
from benchmarks.visual_cases import cases

from beholder.media.impair import Clip, Planes


def _clip(y: np.ndarray) -> Clip:
    grey = np.full((y.shape[0] // 2, y.shape[1] // 2), 128, np.uint8)
    return Clip("bikes.mp4", Fraction(25), y.shape[1], y.shape[0], lambda: iter([Planes(y, grey, grey)]))


@pytest.fixture
def sky() -> Clip:
    """Give a slope over a third of the range."""
    return _clip(np.tile(np.linspace(120, 200, 360).astype(np.uint8)[:, None], (1, 640)))


@pytest.fixture
def page() -> Clip:
    """Give dark lines on white."""
    y = np.full((360, 640), 235, np.uint8)
    y[40:320:20, 60:560] = 30
    return _clip(y)


def test_bands_show_on_a_slope_and_not_on_a_page(sky: Clip, page: Clip) -> None:
    assert banded_share(sky, 24) > 0.2
    assert banded_share(page, 24) == 0


def test_light_burns_a_slope_and_not_white_paper(sky: Clip, page: Clip) -> None:
    assert burnt_share(sky, 2.0) > 0.3
    assert burnt_share(page, 2.0) < 0.05


def test_cases_leave_out_what_cannot_show(sky: Clip, page: Clip) -> None:
    kinds = [{case.kind for case in cases(clip)} for clip in (sky, page)]
    assert kinds[0] - kinds[1] == {"banding", "overexposure"}


def test_a_quantiser_that_never_costs_enough_is_none() -> None:
    lost = [0.0, 1.0, 2.0, 4.0, 8.0, 12.0, 18.0, 30.0]
    assert coarse_crf(lost, 8.0) == CRF_STEPS[4]
    assert coarse_crf(lost, 40.0) is None


@pytest.mark.parametrize("fault", [Glare(amount=0.6), Moire(amount=14.0)])
def test_what_a_camera_adds_shows_on_white(page: Clip, fault: Glare | Moire) -> None:
    planes = next(iter(page.pictures()))
    take = type("Take", (), {"height": 360, "width": 640, "unit": 1 / 3})()
    changed = fault._changed(planes, take).y
    white = planes.y == 235
    assert changed[white].std() > 5


def test_a_page_is_made_of_its_seed() -> None:
    assert page_source(2, []) == page_source(2, [])
    assert page_source(2, []) != page_source(11, [])
