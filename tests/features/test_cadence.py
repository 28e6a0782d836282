import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rhythm import STEP, frozen, moving, recording

from beholder.features.cadence import cadence, new_pictures, quiet_limit
from beholder.types import Evidence, Series


def beat(evidence: Evidence):
    return cadence(evidence.series, duration=float(evidence.facts["duration_s"]))


def test_even_movement_has_only_new_pictures():
    found = beat(recording(moving(60)))
    assert found.fresh.all()
    assert np.allclose(found.hold, 1 / 30)
    assert found.rate(0.0, 2.0) == pytest.approx(30.0)


@pytest.mark.parametrize("gaps", [False, True])
def test_a_hold_is_the_same_as_repeats_and_as_a_gap(gaps):
    found = beat(recording(frozen(30, 15, 30), gaps=gaps))
    longest = int(found.hold.argmax())
    assert found.start[longest] == pytest.approx(29 / 30)
    assert found.hold[longest] == pytest.approx(0.5)


@pytest.mark.parametrize("period", [2, 3, 5])
def test_a_steady_rhythm_of_repeats_is_the_lower_rate(period):
    found = beat(recording([STEP * period * (n // period) for n in range(120)]))
    assert np.median(found.hold) == pytest.approx(period / 30)


@given(held=st.integers(2, 40), before=st.integers(25, 40))
@settings(max_examples=25)
def test_repeats_lengthen_one_hold_and_change_no_other(held, before):
    found = beat(recording(frozen(before, held, 30)))
    assert found.start.size == before + 30
    assert found.hold[before - 1] == pytest.approx(held / 30)
    assert np.allclose(np.delete(found.hold, before - 1), 1 / 30)


def test_refinement_after_a_stop_belongs_to_the_hold():
    evidence = recording(frozen(30, 15, 30))
    shift = evidence.series["shift"].y.copy()
    shift[30:34] = (2.5, 2.2, 2.0, 1.8)
    found = beat(
        Evidence({**evidence.series, "shift": Series("shift", evidence.series["shift"].t, shift)}, (), evidence.facts)
    )
    assert found.hold.max() == pytest.approx(0.5)


def test_noise_alone_is_not_taken_for_repeats():
    assert beat(recording([0.0] * 60, noise=1.5)).fresh.mean() > 0.9


def test_a_cut_is_a_burst_of_change():
    evidence = recording(moving(60))
    t = evidence.series["change"].t
    burst = {"change": 80.0, "active": 0.9, "histogram_change": 0.6}
    series = dict(evidence.series)
    for name, value in burst.items():
        y = series[name].y.copy()
        y[40] = value
        series[name] = Series(name, t, y)
    assert np.flatnonzero(new_pictures(series)["cut"].y).tolist() == [40]


def test_no_frames_and_one_frame():
    assert beat(recording([])).start.size == 0
    one = beat(recording([0.0]))
    assert one.start.tolist() == [0.0]
    assert one.hold.tolist() == pytest.approx([1 / 30])


def test_more_movement_allows_more_refinement():
    limits = [float(quiet_limit(x)) for x in (0.0, 4.0, 25.0, 100.0)]
    assert limits == sorted(limits)
