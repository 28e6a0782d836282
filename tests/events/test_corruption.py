from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beholder.events.corruption import Corruption
from beholder.types import Evidence, Series

T = np.arange(0, 10, 0.04)


def evidence(moments, extent=0.2, cuts=(), **facts):
    damage, share, cut = (np.zeros(T.shape, np.float32) for _ in range(3))
    for at, probability in moments:
        damage[np.searchsorted(T, at)] = probability
    share[damage > 0] = extent
    for at in cuts:
        cut[np.searchsorted(T, at)] = 1.0
    series = {"damage": Series("damage", T, damage), "damage_extent": Series("damage_extent", T, share)}
    return Evidence(series={**series, "cut": Series("cut", T, cut)}, facts={"duration_s": 10.0, **facts})


def test_damage_that_comes_and_goes_is_one_event():
    (event,) = Corruption().detect(evidence([(3.0, 0.6), (3.5, 0.9), (4.8, 0.7)]))
    assert event.span.start == pytest.approx(3.0, abs=0.05)
    assert event.span.end == pytest.approx(4.8, abs=0.05)
    assert event.evidence["certainty"] == pytest.approx(0.9)
    assert event.evidence["picture_share"] == pytest.approx(0.2)
    assert 0.5 < event.strength < 1.0


def test_one_moment_is_enough_and_what_is_unlikely_is_none():
    (event,) = Corruption().detect(evidence([(3.0, 0.8), (7.0, 0.3)]))
    assert event.span.duration == pytest.approx(0.5)


def test_far_apart_are_two():
    assert len(Corruption().detect(evidence([(1.0, 0.8), (6.0, 0.8)]))) == 2


def test_more_of_the_picture_is_stronger():
    strengths = [Corruption().detect(evidence([(3.0, 0.8)], extent))[0].strength for extent in (0.02, 0.1, 0.4, 0.9)]
    assert strengths == sorted(strengths)
    assert strengths[-1] == 1.0


def test_what_the_decoder_reports_counts():
    (event,) = Corruption().detect(evidence([], corrupt_times=(2.0, 2.04, 2.6, 99.0)))
    assert event.evidence["decoder_reports"] == 3
    assert (event.span.start, event.span.end) == (2.0, pytest.approx(3.1))
    assert event.strength > 0


def test_a_scene_cut_is_no_damage():
    assert Corruption().detect(evidence([(3.0, 0.9), (3.08, 0.7)])) != []
    assert Corruption().detect(evidence([(3.0, 0.9), (3.08, 0.7)], cuts=(3.0,))) == []


def test_a_picture_that_comes_late_must_be_certain():
    fresh = np.ones(T.shape, np.float32)
    place = np.searchsorted(T, 3.0)
    fresh[place - 3 : place] = 0.0
    for probability, count in ((0.6, 0), (0.9, 1)):
        shown = evidence([(3.0, probability)])
        series = {**shown.series, "fresh": Series("fresh", T, fresh)}
        assert len(Corruption().detect(Evidence(series=series, facts=shown.facts))) == count
        assert len(Corruption().detect(shown)) == 1


@given(st.lists(st.tuples(st.floats(0, 9.9), st.floats(0, 1)), max_size=20))
def test_events_are_ordered_and_do_not_overlap(moments):
    found = Corruption().detect(evidence(moments))
    for one, other in pairwise(found):
        assert one.span.end < other.span.start
    assert all(0 < event.strength <= 1 for event in found)


def test_empty_series():
    empty = Series("damage", np.empty(0), np.empty(0, np.float32))
    assert Corruption().detect(Evidence(series={"damage": empty, "damage_extent": empty})) == []
