from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beholder.events.corruption import Corruption
from beholder.types import Evidence, Series


def evidence(peaks, usual=0.0, **facts):
    t = np.arange(0, 10, 0.04)
    y = np.zeros(t.shape, np.float32)
    for at, height in peaks:
        y[np.searchsorted(t, at)] = height
    around = Series("torn_usual", t[::12], np.full(t[::12].shape, usual, np.float32))
    series = {"torn_change": Series("torn_change", t, y), "torn_usual": around}
    return Evidence(series=series, facts={"duration_s": 10.0, **facts})


def test_damage_that_comes_and_goes_is_one_event():
    (event,) = Corruption().detect(evidence([(3.0, 9), (3.5, 20), (4.8, 30)]))
    assert event.span.start == pytest.approx(3.0, abs=0.05)
    assert event.span.end == pytest.approx(4.8, abs=0.05)
    assert event.evidence["torn_per_mille"] == 30.0
    assert 0.5 < event.strength < 1.0


def test_one_weak_picture_and_coarse_coding_are_none():
    assert Corruption().detect(evidence([(3.0, 4.0)])) == []
    assert Corruption().detect(evidence([(3.0, 17.0), (3.5, 17.5)], usual=16.0)) == []


def test_one_strong_picture_is_enough():
    (event,) = Corruption().detect(evidence([(3.0, 25.0)]))
    assert event.span.duration == pytest.approx(0.5)


def test_what_the_decoder_reports_counts():
    (event,) = Corruption().detect(evidence([], corrupt_times=(2.0, 2.04, 2.6, 99.0)))
    assert event.evidence["decoder_reports"] == 3
    assert (event.span.start, event.span.end) == (2.0, pytest.approx(3.1))
    assert event.strength > 0


@given(st.lists(st.tuples(st.floats(0, 9.9), st.floats(0, 900)), max_size=20))
def test_events_are_ordered_and_do_not_overlap(peaks):
    found = Corruption().detect(evidence(peaks))
    for one, other in pairwise(found):
        assert one.span.end < other.span.start
    assert all(0 < event.strength <= 1 for event in found)


def test_empty_series():
    empty = Series("torn_change", np.empty(0), np.empty(0, np.float32))
    assert Corruption().detect(Evidence(series={"torn_change": empty, "torn_usual": empty})) == []


def test_a_scene_cut_is_no_damage():
    shown = evidence([(3.0, 30.0), (3.08, 9.0)])
    t = shown.series["torn_change"].t
    cut = np.zeros(t.shape, np.float32)
    cut[np.searchsorted(t, 3.0)] = 1.0
    series = dict(shown.series) | {"cut": Series("cut", t, cut)}
    assert Corruption().detect(shown) != []
    assert Corruption().detect(Evidence(series=series, facts=shown.facts)) == []
