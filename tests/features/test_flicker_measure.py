from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beholder.features.flicker import FlickerMeasures, there_and_back
from beholder.features.glance import Glance

levels = st.lists(st.floats(0, 255), min_size=2, max_size=40)


def flicker_of(pictures, fps=30):
    measure, previous = FlickerMeasures(), None
    for index, luma in enumerate(pictures):
        change = None if previous is None else cv2.absdiff(luma, previous)
        measure.update(Glance(index / fps, luma, change))
        previous = luma
    return measure.compute()[0].y


def picture(gain=1.0, shift=0):
    scene = np.random.default_rng(5).integers(30, 180, (90, 160 + 200)).astype(np.float64)
    scene = cv2.GaussianBlur(scene, (0, 0), 3)[:, shift : shift + 160]
    return np.clip(scene * gain, 0, 255).astype(np.uint8)


@given(levels)
@settings(max_examples=60)
def test_to_and_fro_is_nothing_for_a_value_that_only_rises(values):
    rising = np.sort(np.array(values))[:, None]
    t = np.arange(len(values)) / 30
    assert there_and_back(t, rising)[0] == pytest.approx(0.0, abs=1e-6)


@given(levels, st.floats(-50, 50))
@settings(max_examples=60)
def test_to_and_fro_does_not_depend_on_direction_or_offset(values, offset):
    y, t = np.array(values)[:, None], np.arange(len(values)) / 30
    expected = there_and_back(t, y)[0]
    assert there_and_back(t, y[::-1])[0] == pytest.approx(expected, abs=1e-6)
    assert there_and_back(t, y + offset)[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("fps", [10, 25, 60])
def test_flicker_measures_the_wave_whatever_the_frame_rate(fps):
    hertz, swing = 3.0, 0.2
    pictures = [picture(1 + swing / 2 * np.sign(np.sin(2 * np.pi * hertz * i / fps + 0.1))) for i in range(3 * fps)]
    mean = picture().mean()
    assert np.median(flicker_of(pictures, fps)[fps:]) == pytest.approx(2 * hertz * swing * mean, rel=0.45)


def test_a_cut_a_fade_and_a_pan_are_no_flicker():
    cut = [picture(0.4 if i < 30 else 1.2) for i in range(60)]
    fade = [picture(1 - i / 70) for i in range(60)]
    pan = [picture(shift=2 * i) for i in range(60)]
    assert max(flicker_of(cut).max(), flicker_of(fade).max()) < 10
    assert flicker_of(pan).max() < 40
    assert flicker_of([picture(1 + 0.1 * (i % 2)) for i in range(60)]).max() > 150
