import numpy as np
import pytest
from condition_votes import quality_of, votes_of
from hypothesis import given, settings
from hypothesis import strategies as st

from beholder.errors import UsageError
from beholder.ratings import Scale, stopping
from beholder.ratings.stopping import confidence_sequence, watch, watch_conditions


def _likelihood_ratio(values, mean, mixing):
    """Mixture over a fixed one, by numerical integration over mean and standard deviation (right Haar prior)."""
    effect = np.linspace(-12, 12, 2001)
    log_sigma = np.linspace(-4, 4, 2001)
    sigma = np.exp(log_sigma)
    total, squares = (values - mean).sum(), ((values - mean) ** 2).sum()
    count = len(values)

    def density(shift):
        exponent = -(squares - 2 * shift * sigma * total + count * (shift * sigma) ** 2) / (2 * sigma**2)
        return np.trapezoid(np.exp(exponent - count * log_sigma), log_sigma)

    prior = np.exp(-(effect**2) / (2 * mixing)) / np.sqrt(2 * np.pi * mixing)
    return np.trapezoid(prior * np.array([density(e) for e in effect]), effect) / density(0.0)


def test_the_ends_are_where_the_mixture_is_one_over_alpha():
    values = np.random.default_rng(1).normal(0.4, 0.7, 14)
    reach = stopping._mixture(values, 0.05, 0.0, 24)[-1]
    mixing = (-2 * np.log(0.05) + np.log(1 - 2 * np.log(0.05))) / 24
    assert _likelihood_ratio(values, values.mean() - reach, mixing) == pytest.approx(20, rel=1e-3)
    low, high = confidence_sequence(values)
    assert values.mean() - reach <= low[-1] < high[-1] <= values.mean() + reach


@pytest.mark.parametrize("spread", [0.3, 1.0])
def test_a_sequence_of_normal_values_is_missed_as_often_as_stated(spread):
    rng = np.random.default_rng(2)
    missed = 0
    for _ in range(400):
        low, high = confidence_sequence(spread * rng.standard_normal(150), alpha=0.1)
        missed += low[-1] > 0 or high[-1] < 0  # the ends only narrow: the last look sees every miss
    assert missed / 400 <= 0.1 + 3 * np.sqrt(0.09 / 400)
    assert missed > 4  # and is not idle


def test_a_bounded_sequence_holds_for_lopsided_values():
    rng = np.random.default_rng(3)
    missed = 0
    for _ in range(200):
        low, high = confidence_sequence(rng.binomial(1, 0.05, 400), kind="bounded", bounds=(0, 1))
        missed += not low[-1] <= 0.05 <= high[-1]
    assert missed <= 10


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=60), st.sampled_from(["normal", "bounded"]))
@settings(deadline=None)
def test_a_sequence_only_narrows_and_turns_with_its_values(values, kind):
    low, high = confidence_sequence(values, kind=kind, bounds=(-4, 4), floor=0.4)
    assert (np.diff(low[np.isfinite(low)]) >= 0).all()
    assert (np.diff(high[np.isfinite(high)]) <= 0).all()
    other = confidence_sequence([-value for value in values], kind=kind, bounds=(-4, 4), floor=0.4)
    np.testing.assert_allclose(other[1], -low, atol=1e-9)


def test_a_sequence_gets_as_narrow_as_one_likes():
    values = np.random.default_rng(4).normal(0, 1, 100_000)
    for kind in ("normal", "bounded"):
        low, high = confidence_sequence(np.clip(values, -4, 4), kind=kind, bounds=(-4, 4))
        assert high[-1] - low[-1] < 0.06


def test_a_large_difference_stops_early_and_none_goes_on():
    rng = np.random.default_rng(5)
    assert watch(1.0 + 0.6 * rng.standard_normal(40)).verdict == "different"
    found = watch(0.6 * rng.standard_normal(20))
    assert (found.verdict, found.stopped) == ("go on", None)
    assert found.low[6] == -np.inf
    assert np.isfinite(found.low[7])


def test_alike_conditions_stop_as_equivalent():
    found = watch(0.4 * np.random.default_rng(6).standard_normal(100), margin=0.4)
    assert found.verdict == "equivalent"
    assert found.low[found.stopped - 1] > -0.4
    assert found.high[found.stopped - 1] < 0.4


def test_more_comparisons_take_longer():
    values = 0.5 + 0.6 * np.random.default_rng(7).standard_normal(100)
    assert watch(values).stopped < watch(values, comparisons=50).stopped


def test_votes_that_agree_by_chance_do_not_stop_a_test_at_once():
    same = [0.0] * 12
    assert watch(same, margin=0.2).verdict == "equivalent"
    assert watch(same, margin=0.2, floor=0.4).verdict == "go on"


def test_every_pair_of_conditions_is_watched():
    votes = votes_of(np.clip(np.round(quality_of(8, raters=40)), 1, 5), scale=Scale(1, 5))
    found = {(one.first, one.second): one for one in watch_conditions(votes, margin=0.4)}
    assert len(found) == 6
    assert found["c0", "c2"].watch.verdict == "different"
    assert found["c0", "c2"].raters == 40
    assert found["c0", "c2"].watch.mean[-1] < 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: watch([0.1], margin=0), "no margin"),
        (lambda: watch([0.1], comparisons=0), "count from 1"),
        (lambda: confidence_sequence([0.1], alpha=2), "no level"),
        (lambda: confidence_sequence([0.1], kind="bounded"), "needs them"),
        (lambda: confidence_sequence([5.0], kind="bounded", bounds=(-4, 4)), "outside"),
    ],
)
def test_options_that_make_no_sense(call, message):
    with pytest.raises(UsageError, match=message):
        call()


def test_no_rater_yet():
    found = watch([])
    assert (found.verdict, len(found.mean)) == ("go on", 0)
    assert len(confidence_sequence([], kind="bounded", bounds=(0, 1))[0]) == 0
