from __future__ import annotations

import cv2
import numpy as np
import pytest

from beholder.events.buffering import Buffering
from beholder.events.loading_animation import LoadingAnimation
from beholder.features.animation import AnimationMeasures
from beholder.features.glance import Glance
from beholder.types import Evidence, Series

SCENE = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 255, (180, 400)).astype(np.uint8), (0, 0), 2)
WAIT = (2.0, 5.0)


def recording(wait, *, video, fps=30, seconds=7.0):
    measure, previous = AnimationMeasures(), None
    for index in range(int(fps * seconds)):
        t = index / fps
        waiting = WAIT[0] <= t < WAIT[1]
        shift = int(30 * (min(t, WAIT[0]) + max(0.0, t - WAIT[1]))) if video else 0
        luma = np.ascontiguousarray(SCENE[:, shift : shift + 200])
        if waiting:
            wait(luma, t)
        measure.update(Glance(t, luma, None if previous is None else cv2.absdiff(luma, previous)))
        previous = luma
    return Evidence(series={series.name: series for series in measure.compute()}, facts={"duration_s": seconds})


def ring(luma, t):
    cv2.ellipse(luma, (100, 90), (12, 12), 360 * t, 0, 100, 255, 3, cv2.LINE_AA)


def bar(luma, t):
    luma[120:126, 60:140] = 40
    x = 60 + int(80 * (t % 1.0))
    luma[120:126, x : min(x + 20, 140)] = 230


def cursor(luma, t):
    if t % 1.0 < 0.5:
        luma[80:100, 90:94] = 255


@pytest.mark.parametrize("wait", [ring, bar])
@pytest.mark.parametrize("fps", [15, 30, 60])
def test_an_animation_on_a_still_screen(wait, fps):
    evidence = recording(wait, video=False, fps=fps)
    (event,) = LoadingAnimation().detect(evidence)
    assert event.span.start == pytest.approx(WAIT[0], abs=0.15)
    assert event.span.end == pytest.approx(WAIT[1], abs=0.15)
    assert event.evidence["loop"] > 0.6
    assert Buffering().detect(evidence) == []


def test_a_spinner_over_a_stopped_video_is_buffering():
    evidence = recording(ring, video=True)
    (event,) = Buffering().detect(evidence)
    assert event.span.start == pytest.approx(WAIT[0], abs=0.15)
    assert event.span.end == pytest.approx(WAIT[1], abs=0.15)
    assert LoadingAnimation().detect(evidence) == []


@pytest.mark.parametrize("video", [False, True])
@pytest.mark.parametrize("wait", [cursor, lambda _luma, _t: None])
def test_a_cursor_and_a_pause_are_no_animation(wait, video):
    evidence = recording(wait, video=video)
    assert LoadingAnimation().detect(evidence) == []
    assert Buffering().detect(evidence) == []


def test_empty_series():
    series = {name: Series(name, np.empty(0), np.empty(0, np.float32)) for name in LoadingAnimation().needs}
    assert LoadingAnimation().detect(Evidence(series=series)) == []


def speaking_head(hits):
    """A small part moves for 12 s and looks like a loop at some quarters of a second."""
    frames, hops = np.arange(0, 12, 1 / 25), np.arange(0, 12, 0.25)
    loop = np.isin(np.arange(hops.size), hits).astype(np.float32)
    series = (
        Series("moving_extent", frames, np.full(frames.shape, 0.05, np.float32)),
        Series("loading_loop", hops, loop),
        Series("loading_round", hops, np.zeros(hops.shape, np.float32)),
    )
    return Evidence(series={one.name: one for one in series}, facts={"duration_s": 12.0})


def test_a_speaking_head_that_looks_like_a_loop_by_chance_is_none():
    evidence = speaking_head([7, 8, 20, 21, 40])
    assert LoadingAnimation().detect(evidence) == []
    assert Buffering().detect(evidence) == []


def test_a_spinner_over_a_speaking_head_is_buffering_while_it_turns():
    evidence = speaking_head(range(20, 30))
    (event,) = Buffering().detect(evidence)
    assert event.span.start == pytest.approx(3.5, abs=0.01)
    assert event.span.end == pytest.approx(7.25, abs=0.01)
    assert LoadingAnimation().detect(evidence) == []
