from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beholder.events.slow_response import SlowResponse, response
from beholder.events.slow_start import SlowStart, first_content
from beholder.types import Evidence, Series

FPS = 30


def launch(wait, *, content=0.03, black=0.0, plain=0.9, **facts):
    t = np.arange(0, 10, 1 / FPS)
    hops = np.arange(0, 10, 0.25)
    values = {
        "page_content": np.where(t < wait, content, 0.6),
        "black_share": np.where(t < wait, black, 0.0),
        "plain_share": np.where(t < wait, plain, 0.3),
        "moving_extent": np.zeros_like(t),
    }
    series = {name: Series(name, t, y.astype(np.float32)) for name, y in values.items()}
    series |= {name: Series(name, hops, np.zeros(40, np.float32)) for name in ("loading_loop", "loading_round")}
    return Evidence(series=series, facts={"duration_s": 10.0, **facts})


@pytest.mark.parametrize("kind", [{}, {"black": 1.0, "plain": 1.0}, {"plain": 1.0, "content": 0.3}])
def test_a_wait_with_nothing_to_see_is_a_slow_start(kind):
    (event,) = SlowStart().detect(launch(3.5, **kind))
    assert (event.span.start, event.span.end) == (0.0, pytest.approx(3.5, abs=0.04))
    assert event.evidence["wait_s"] == pytest.approx(3.5, abs=0.04)
    assert event.evidence["startup_score"] == pytest.approx(69.6, abs=0.3)


def test_quick_starts_and_recordings_without_content_give_nothing():
    assert SlowStart().detect(launch(0.0)) == []
    assert SlowStart().detect(launch(1.5)) == []
    assert SlowStart().detect(launch(3.0, start_s=2.0)) == []
    assert first_content(launch(11.0, plain=1.0)) is None
    assert SlowStart().detect(launch(11.0, plain=1.0)) == []


def taps(answers, inputs=None, noise=1.0):
    t = np.arange(0, 10, 1 / FPS)
    y = np.full(t.shape, noise)
    for at in answers:
        y[np.searchsorted(t, at)] = 60
    facts = {"duration_s": 10.0} | ({} if inputs is None else {"inputs": inputs})
    return Evidence(series={"shift": Series("shift", t, y.astype(np.float32))}, facts=facts)


@given(st.floats(0.5, 4.0), st.floats(1.1, 4.0))
def test_a_late_answer_is_found(at, wait):
    (event,) = SlowResponse().detect(taps([at + wait], [at]))
    assert event.span.start == pytest.approx(at)
    assert event.evidence["response_s"] == pytest.approx(wait, abs=0.04)


def test_quick_answers_and_no_inputs_give_nothing():
    assert SlowResponse().detect(taps([2.2, 5.5], [2.0, 5.0])) == []
    assert SlowResponse().detect(taps([2.2])) == []
    assert SlowResponse.needs_facts == ("inputs",)


def test_no_answer_at_all_and_inputs_out_of_range():
    (event,) = SlowResponse().detect(taps([], [6.0, -1.0, 99.0]))
    assert event.evidence["response_s"] == "none"
    assert event.span.end == pytest.approx(10.0)


def test_what_moved_before_the_input_is_no_answer():
    t = np.arange(0, 4, 1 / FPS)
    peak = Series("shift", t, np.where(t > 2.5, 90, 20).astype(np.float32))
    assert response(peak, 1.0, 4.0) == pytest.approx(2.5, abs=0.05)
