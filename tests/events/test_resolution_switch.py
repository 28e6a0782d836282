from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beholder.events.resolution_switch import ResolutionSwitch, steps
from beholder.types import Evidence, Series

FINE = 0.6  # how the fineness follows the rows: halving the rows takes a third of it


def evidence(*changes, noise=0.04, cuts=(), coded=None, duration=20.0, fine=FINE, blur=0.0):
    random = np.random.default_rng(7)

    def rows(t):
        y = np.full(t.shape, 720.0)
        for at, value in changes:
            y[t >= at] = value
        return y * np.exp(random.normal(0, noise, t.size))

    t, quarter = np.arange(0, duration, 0.5), np.arange(0, duration, 0.25)
    frames = np.arange(0, duration, 0.04)
    cut = np.isin(np.round(frames, 2), np.round(cuts, 2))
    height = rows(t)
    soft = np.where(height < 500, blur, 0.0).astype(np.float32)
    series = {
        "effective_height": Series("effective_height", t, height.astype(np.float32)),
        "blur_sigma": Series("blur_sigma", t, soft),
        "coding_loss": Series("coding_loss", t, np.zeros(t.shape, np.float32)),
        "fineness": Series("fineness", quarter, (0.8 * (rows(quarter) / 720) ** fine).astype(np.float32)),
        "cut": Series("cut", frames, cut.astype(np.float32)),
    }
    if coded is not None:
        series["height"] = Series("height", frames, np.where(frames < coded, 720, 360).astype(np.float32))
    return Evidence(series=series, facts={"height": 720})


@given(st.floats(3, 17), st.sampled_from([240, 360, 480, 1080]))
def test_a_lasting_step_is_found_where_it_is(at, height):
    (event,) = ResolutionSwitch().detect(evidence((at, height)))
    assert event.span.start == pytest.approx(at, abs=0.3)
    assert event.evidence["direction"] == ("up" if height > 720 else "down")
    assert event.evidence["after_px"] == pytest.approx(height, rel=0.15)


def test_two_steps_and_their_strength():
    down, up = ResolutionSwitch().detect(evidence((6, 240), (13, 720)))
    assert (down.evidence["direction"], up.evidence["direction"]) == ("down", "up")
    assert 0.6 < down.strength <= 1.0


@pytest.mark.parametrize(
    "harmless",
    [
        evidence(),
        evidence(noise=0.2),
        evidence((6.0, 300), (6.75, 720)),  # a moment of blur
        evidence((8.0, 480), cuts=(8.0,)),  # another scene
        evidence((8.0, 480), fine=0.0),  # the picture is as fine as before: the patches show something else
        evidence((5, 690), (7, 650), (9, 610), (11, 580), (13, 540), (15, 510), (17, 480)),  # slow
    ],
)
def test_steady_noisy_short_and_explained_changes_are_no_switch(harmless):
    assert ResolutionSwitch().detect(harmless) == []


def test_softness_counts_beside_the_rows():
    assert ResolutionSwitch().detect(evidence((8.0, 690))) == []
    series = dict(evidence((8.0, 640)).series)
    t = series["blur_sigma"].t
    series["blur_sigma"] = Series("blur_sigma", t, np.where(t < 8, 0.0, 0.6).astype(np.float32))
    fine = series["fineness"]
    series["fineness"] = Series("fineness", fine.t, np.where(fine.t < 8, 0.8, 0.6).astype(np.float32))
    (event,) = ResolutionSwitch().detect(Evidence(series=series, facts={"height": 720}))
    assert event.evidence["direction"] == "down"


def test_a_change_of_the_coded_height_is_certain_and_counted_once():
    (event,) = ResolutionSwitch().detect(evidence((8.2, 360), coded=8.0))
    assert event.evidence["source"] == "stream"
    assert event.span.start == pytest.approx(8.0)


def test_missing_values_are_left_out():
    t = np.arange(0, 10, 0.25)
    y = np.log(np.where(t < 5, 720.0, 360.0))
    fine = np.where(t < 5, 0.8, 0.5).astype(np.float32)
    y[::5] = fine[1::5] = np.nan
    assert len(steps(Series("fineness", t, fine), t, y)) == 1
    assert steps(Series("fineness", np.empty(0), np.empty(0, np.float32)), np.empty(0), np.empty(0)) == []
