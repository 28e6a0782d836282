import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beholder.media.timing import MediaTime, Stamps, find_rate

stamps = st.one_of(st.none(), st.floats(-1e4, 1e6))
rates = st.sampled_from([Fraction(25), Fraction(30_000, 1001), Fraction(60), Fraction(15, 2)])


@given(st.lists(stamps, max_size=60), rates, st.one_of(st.none(), st.floats(0, 100)), st.booleans())
def test_the_clock_starts_at_zero_and_always_moves_on(
    given_stamps: list[float | None],
    rate: Fraction,
    duration: float | None,
    grid: bool,  # noqa: FBT001
) -> None:
    clock = MediaTime(rate, duration, grid=grid)
    times = [clock.at(stamp) for stamp in given_stamps]
    assert times[:1] in ([], [0.0])
    assert all(b >= a for a, b in itertools.pairwise(times))


@pytest.mark.parametrize("rate", [Fraction(24_000, 1001), Fraction(25), Fraction(30_000, 1001), Fraction(60)])
@pytest.mark.parametrize("start", [0.0, 1.4, 0.021])
def test_rounding_to_milliseconds_is_undone(rate: Fraction, start: float) -> None:
    exact, rounded = MediaTime(rate, None), MediaTime(rate, None)
    for n in range(200):
        t = start + float(n / rate)
        assert rounded.at(round(t, 3)) == exact.at(t) == float(n / rate)


def test_stamps_off_the_grid_keep_their_milliseconds() -> None:
    clock = MediaTime(Fraction(30), None, grid=False)
    assert [clock.at(t) for t in (2.0, 2.0335, 2.0401)] == [0.0, 0.034, 0.04]


def test_missing_stamps_are_counted_from_the_rate() -> None:
    clock = MediaTime(Fraction(25), None)
    assert [clock.at(None) for _ in range(4)] == [0.0, 0.04, 0.08, 0.12]
    assert clock.missing == 4


def test_one_bad_stamp_does_not_move_the_others() -> None:
    clock = MediaTime(Fraction(25), None)
    assert [clock.at(t) for t in (0.0, 0.04, 0.0, 0.12, 0.16)] == [0.0, 0.04, 0.08, 0.12, 0.16]
    assert clock.repaired == 1


def test_a_stamp_that_comes_twice_leaves_room_for_the_next() -> None:
    clock = MediaTime(Fraction(25), None)
    assert [clock.at(t) for t in (0.0, 0.0, 0.04, 0.08)] == [0.0, 0.02, 0.04, 0.08]
    assert clock.repaired == 1


def test_a_clock_set_back_a_little_runs_on() -> None:
    clock = MediaTime(Fraction(25), None)
    assert [clock.at(t) for t in (0.0, 0.4, 0.2, 0.24, 0.28)] == [0.0, 0.4, 0.44, 0.48, 0.52]
    assert clock.repaired == 2


def test_stamps_of_reordered_pictures_give_way_to_those_of_decoding() -> None:
    stamps = Stamps()
    chosen = [stamps.choose(pts, dts) for dts, pts in enumerate((1, 4, 3, 5, 2, 8, 7, 9, 6, 12, 11, 13, 10), start=2)]
    assert chosen[2:] == list(range(4, 15))


def test_good_presentation_stamps_are_kept_whatever_the_others_say() -> None:
    stamps = Stamps()
    pairs = ((0, 5), (1, 4), (2, None), (3, 1), (None, 7))
    assert [stamps.choose(pts, dts) for pts, dts in pairs] == [0, 1, 2, 3, None]


def test_a_clock_that_starts_anew_is_joined() -> None:
    clock = MediaTime(Fraction(25), None)
    assert [clock.at(t) for t in (5.0, 6.6, 0.0, 0.04, 0.08)] == [0.0, 1.6, 1.64, 1.68, 1.72]
    assert clock.repaired == 1


def test_a_leap_beyond_the_stated_end_is_repaired() -> None:
    clock = MediaTime(Fraction(25), 2.0)
    assert [clock.at(t) for t in (0.0, 1e6, 1e6 + 0.04)] == [0.0, 0.04, 0.08]
    assert clock.repaired == 1


def test_a_long_gap_inside_the_stated_length_is_a_gap() -> None:
    clock = MediaTime(Fraction(25), 300.0)
    assert [clock.at(t) for t in (0.0, 200.0)] == [0.0, 200.0]
    assert clock.repaired == 0


@pytest.mark.parametrize("rate", [Fraction(10), Fraction(24), Fraction(25), Fraction(30), Fraction(50), Fraction(60)])
def test_the_rate_of_rounded_stamps_is_found(rate: Fraction) -> None:
    times = [round(0.007 + n / float(rate), 3) for n in range(100)]
    assert find_rate(times, Fraction(1000)) == (rate, True)


def test_ntsc_rates_are_told_from_round_ones() -> None:
    rate = Fraction(30_000, 1001)
    assert find_rate([round(float(n / rate), 3) for n in range(300)], Fraction(90_000)) == (rate, True)


def test_skipped_pictures_leave_the_rest_on_the_grid() -> None:
    times = [n / 30 for n in (0, 1, 5, 9, 40, 41, 44, 90, 91)]
    assert find_rate(times, Fraction(11)) == (Fraction(30), True)


def test_uneven_stamps_have_a_rate_but_no_grid() -> None:
    times = [0.0, 0.036, 0.065, 0.103, 0.131, 0.169, 0.2021, 0.231]
    rate, grid = find_rate(times, Fraction(25))
    assert not grid
    assert rate == Fraction(30)


@given(st.lists(st.floats(-1e6, 1e9), max_size=30), rates)
def test_any_stamps_give_a_usable_rate(times: list[float], stated: Fraction) -> None:
    rate, _ = find_rate(times, stated)
    assert Fraction(1, 10) <= rate <= 1000


@pytest.mark.parametrize("times", [[], [3.0], [3.0, 3.0]])
def test_without_gaps_the_stated_rate_holds(times: list[float]) -> None:
    assert find_rate(times, Fraction(12)) == (Fraction(12), True)
