import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rhythm import STEP, drawn, frozen, moving, recording

from beholder.events.freeze import Freeze
from beholder.testing import check_detector


def test_it_keeps_the_contract():
    check_detector(Freeze(), recording(frozen(30, 15, 30)))


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize(("rate", "held"), [(10, 5), (15, 6), (30, 9), (30, 60), (60, 20)])
@pytest.mark.parametrize("mode", ["pause", "skip"])
def test_a_freeze_is_found_with_its_edges_and_mode(rate, held, mode, gaps):
    positions = frozen(2 * rate, held, 2 * rate, lost=held if mode == "skip" else 0)
    (event,) = Freeze().detect(recording(positions, rate, gaps=gaps))
    assert event.span.start == pytest.approx((2 * rate - 1) / rate)
    assert event.span.duration == pytest.approx(held / rate)
    assert event.evidence["mode"] == mode
    assert event.evidence["duration_s"] == pytest.approx(held / rate, abs=1e-3)


@given(held=st.integers(12, 90), lost=st.sampled_from([0, 30]))
@settings(max_examples=15)
def test_repeats_and_gaps_tell_the_same(held, lost):
    positions = frozen(45, held, 45, lost=lost)
    events, twins = (Freeze().detect(recording(positions, gaps=gaps)) for gaps in (False, True))
    assert [(e.span, e.evidence["mode"]) for e in events] == [(e.span, e.evidence["mode"]) for e in twins]


def test_longer_is_worse_up_to_five_seconds():
    strengths = [Freeze().detect(recording(frozen(45, n, 45)))[0].strength for n in (15, 60, 200)]
    assert strengths == sorted(strengths)
    assert strengths[-1] == 1.0


@pytest.mark.parametrize(
    "positions",
    [
        moving(150),
        [0.0] * 150,
        [*[0.0] * 60, *moving(60)],
        [STEP * 3 * (n // 3) for n in range(150)],
        [*moving(45), *[STEP * 44] * 4, *moving(45, STEP * 45)],
    ],
    ids=["moving", "still", "begins to move", "ten a second", "too short"],
)
def test_no_freeze(positions):
    assert Freeze().detect(recording(positions)) == []


def test_a_scene_that_comes_to_rest_is_no_freeze():
    slowing = [0.0]
    for n in range(60):
        slowing.append(slowing[-1] + STEP * 0.9**n)
    starting = [slowing[-1] + (slowing[-1] - x) for x in reversed(slowing)]
    assert Freeze().detect(recording([*moving(30, -15.0), *slowing, *[slowing[-1]] * 30, *starting])) == []


def test_a_still_moment_with_sensor_noise_is_no_freeze():
    assert Freeze().detect(recording(frozen(45, 30, 45), noise=1.5)) == []


def test_drawn_screens_may_stand_still():
    assert Freeze().detect(drawn(recording(frozen(45, 30, 45)))) == []


def test_a_recording_may_end_frozen():
    (event,) = Freeze().detect(recording([*moving(60), *[STEP * 59] * 45]))
    assert event.evidence["mode"] == "end"
    assert event.span.end == pytest.approx(105 / 30)
    assert Freeze().detect(recording([*moving(60), *[STEP * 59] * 20])) == []
