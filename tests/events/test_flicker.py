from __future__ import annotations

import cv2
import numpy as np
import pytest

from beholder.events.flicker import Flicker
from beholder.features.flicker import FlickerMeasures
from beholder.features.glance import Glance
from beholder.types import Evidence, Series

SCENE = cv2.GaussianBlur(np.random.default_rng(5).integers(20, 200, (90, 160)).astype(np.uint8), (0, 0), 3)


def found(gain, fps=30, seconds=6.0):
    measure = FlickerMeasures()
    for index in range(int(fps * seconds)):
        measure.update(Glance(index / fps, np.clip(SCENE * gain(index / fps), 0, 255).astype(np.uint8), None))
    series = {series.name: series for series in measure.compute()}
    return Flicker().detect(Evidence(series=series, facts={"duration_s": seconds}))


@pytest.mark.parametrize("fps", [24, 30, 60])
@pytest.mark.parametrize("hertz", [4.0, 8.0])
def test_flicker_is_found_with_its_edges(fps, hertz):
    (event,) = found(lambda t: 1 + (0.12 * np.sign(np.sin(2 * np.pi * hertz * t)) if 2 <= t < 4 else 0), fps)
    assert event.span.start == pytest.approx(2.0, abs=0.3)
    assert event.span.end == pytest.approx(4.0, abs=0.3)


def test_stronger_flicker_is_stronger():
    weak, strong = (found(lambda t, a=a: 1 + a * np.sign(np.sin(40 * t)))[0].strength for a in (0.1, 0.4))
    assert weak < strong <= 1.0


@pytest.mark.parametrize(
    "gain",
    [
        lambda t: 1.0 if abs(t - 3) > 0.05 else 2.0,  # one flash
        lambda t: 0.3 + 0.1 * t,  # a fade
        lambda t: 0.5 if t < 3 else 1.0,  # a cut
        lambda t: 1 + 0.2 * np.sin(2 * np.pi * 0.4 * t),  # clouds
    ],
)
def test_flashes_fades_cuts_and_slow_changes_are_none(gain):
    assert found(gain) == []


def test_empty_series():
    series = Series("flicker", np.empty(0), np.empty(0, np.float32))
    assert Flicker().detect(Evidence(series={"flicker": series})) == []
