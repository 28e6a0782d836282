import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beholder.models.stalling import stall_factor, stall_terms

durations = st.floats(0.1, 20_000)
lengths = st.lists(st.floats(0, 100), max_size=12)
length = st.floats(0, 100)


@given(durations)
def test_nothing_stalled_costs_nothing(duration: float) -> None:
    assert stall_factor([], duration=duration) == 1.0


@given(lengths, durations, length)
def test_factor_lies_between_zero_and_one(stalls: list[float], duration: float, delay: float) -> None:
    assert 0 < stall_factor(stalls, duration=duration, initial_delay=delay) <= 1


@given(lengths, durations, length, length)
def test_one_more_stall_never_helps(stalls: list[float], duration: float, delay: float, extra: float) -> None:
    before = stall_factor(stalls, duration=duration, initial_delay=delay)
    assert stall_factor([*stalls, extra], duration=duration, initial_delay=delay) <= before * (1 + 1e-12)


@given(lengths, durations, st.data())
def test_a_longer_stall_never_helps(stalls: list[float], duration: float, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(stalls)))
    stalls = [*stalls, 1.0]
    longer = [*stalls]
    longer[at] += data.draw(length)
    assert stall_factor(longer, duration=duration) <= stall_factor(stalls, duration=duration) * (1 + 1e-12)


@given(lengths, durations, length, length)
def test_a_longer_wait_never_helps(stalls: list[float], duration: float, delay: float, more: float) -> None:
    before = stall_factor(stalls, duration=duration, initial_delay=delay)
    assert stall_factor(stalls, duration=duration, initial_delay=delay + more) <= before


@given(lengths, durations, st.floats(1, 10))
def test_the_same_stalls_in_a_longer_recording_cost_no_more(stalls: list[float], duration: float, times: float) -> None:
    shorter = stall_factor(stalls, duration=duration)
    assert stall_factor(stalls, duration=duration * times) >= shorter * (1 - 1e-12)


@given(lengths, durations)
def test_order_does_not_matter(stalls: list[float], duration: float) -> None:
    assert stall_factor(stalls[::-1], duration=duration) == pytest.approx(stall_factor(stalls, duration=duration))


@pytest.mark.parametrize("quality", [3.5, 4.0])
def test_one_second_in_ten_costs_about_what_people_say(quality: float) -> None:
    cost = (quality - 1) * (1 - stall_factor([1.0], duration=10.0))
    assert 0.5 < cost < 0.75


def test_short_freezes_count_less_than_a_stall() -> None:
    short, full, long = (stall_terms([s], duration=60.0)[0] for s in (0.1, 0.5, 5.0))
    assert short == pytest.approx(0.2)
    assert full == long == 1.0


def test_many_short_stalls_cost_more_than_one_long() -> None:
    assert stall_factor([1.0] * 5, duration=120.0) < stall_factor([5.0], duration=120.0)


def test_a_recording_that_never_plays_is_bad_but_not_impossible() -> None:
    assert 0 < stall_factor([10.0], duration=10.0) < 0.15


def test_beyond_five_minutes_stalls_are_counted_per_five_minutes() -> None:
    assert stall_terms([1.0] * 24, duration=7200.0)[0] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("stalls", "duration", "delay"),
    [
        ([-1.0], 10, 0),
        ([math.nan], 10, 0),
        ([math.inf], 10, 0),
        ([], 0, 0),
        ([], -1, 0),
        ([], math.nan, 0),
        ([], 10, -1),
    ],
)
def test_senseless_values_are_refused(stalls: list[float], duration: float, delay: float) -> None:
    with pytest.raises(ValueError, match="must be"):
        stall_factor(stalls, duration=duration, initial_delay=delay)
