from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from beholder.features.animation import AnimationMeasures, loop_strength, roundness
from beholder.features.glance import Glance

SCENE = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 255, (180, 320)).astype(np.uint8), (0, 0), 2)


def spinner(t, period=1.0, radius=12):
    luma = SCENE.copy()
    angle = 360 * t / period
    cv2.ellipse(luma, (160, 90), (radius, radius), angle, 0, 100, 255, 3, cv2.LINE_AA)
    return luma


def cursor(t):
    luma = SCENE.copy()
    if t % 1.0 < 0.5:
        luma[80:100, 150:153] = 255
    return luma


def across(t):
    luma = SCENE.copy()
    cv2.circle(luma, (20 + int(60 * t), 90), 8, 255, -1)
    return luma


def measured(draw, fps=30, seconds=4.0):
    watch, previous = AnimationMeasures(), None
    for index in range(int(fps * seconds)):
        luma = draw(index / fps)
        watch.update(Glance(index / fps, luma, None if previous is None else cv2.absdiff(luma, previous)))
        previous = luma
    return {series.name: series for series in watch.compute()}


@pytest.mark.parametrize(("fps", "period"), [(12, 1.2), (30, 0.75), (60, 1.0), (25, 1.6)])
def test_a_spinner_loops_and_is_round(fps, period):
    series = measured(lambda t: spinner(t, period), fps)
    late = series["loading_loop"].t > 3.0
    assert series["loading_loop"].y[late].min() > 0.7
    assert series["loading_round"].y[late].min() > 0.5
    assert 0 < series["moving_extent"].y[5:].max() < 0.02


@pytest.mark.parametrize("draw", [cursor, across, lambda _: SCENE])
def test_a_cursor_a_passing_ball_and_a_still_screen_do_not_loop(draw):
    assert measured(draw)["loading_loop"].y.max() < 0.4


def test_a_spinner_over_a_moving_picture_is_not_measured():
    pan = measured(lambda t: np.roll(spinner(t), int(t * 60), axis=1))
    assert pan["loading_loop"].y.max() == 0.0


def test_the_window_is_bounded_and_a_change_of_size_starts_anew():
    watch = AnimationMeasures()
    for index in range(600):
        luma = SCENE if index < 400 else SCENE[:90, :160]
        watch.update(Glance(index / 60, np.ascontiguousarray(luma), None))
        assert len(watch._window) <= 50
    assert watch._window[0].luma.shape == (90, 160)


@given(hnp.arrays(np.float32, (24, 9), elements={"min_value": 0, "max_value": 255}))
@settings(max_examples=60)
def test_loop_strength_is_a_share_and_ignores_brightness(stack):
    strength = loop_strength(stack, 15.0)
    assert 0.0 <= strength <= 1.0
    assert loop_strength(np.repeat(stack[:1], 24, axis=0), 15.0) == 0.0


@given(hnp.arrays(np.float32, (16, 16), elements={"min_value": 0, "max_value": 99}))
@settings(max_examples=60)
def test_roundness_is_a_share_and_the_same_for_the_mirrored_part(motion):
    assert 0.0 <= roundness(motion) <= 1.0
    assert roundness(motion[:, ::-1]) == pytest.approx(roundness(motion), abs=1e-3)


def test_a_bar_is_not_round():
    bar = np.zeros((6, 40), np.float32)
    bar[2:4] = 9
    assert roundness(bar) == 0.0
