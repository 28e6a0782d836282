import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_votes import panels
from scipy import stats

from beholder.errors import UsageError
from beholder.ratings import Ratings, Scale
from beholder.ratings.mos import acceptability, confidence, opinions, sos_parameter

WORKED = Ratings.from_matrix([[5] * 14 + [4] * 8 + [3] * 2])


@pytest.mark.parametrize(
    ("interval", "low", "high"),
    [
        ("normal", 4.2362, 4.7638),
        ("t", 4.2216, 4.7784),
        ("clopper_pearson", 4.1673, 4.7348),
        ("jeffreys", 4.1920, 4.7193),
        ("wilson", 4.1521, 4.7237),
    ],
)
def test_the_worked_example(interval, low, high):
    assert confidence(WORKED, interval=interval)[0] == pytest.approx([low, high], abs=5.1e-5)


def test_the_worked_example_in_figures():
    found = opinions(WORKED)
    assert (found.mos[0], found.n[0]) == (4.5, 24)
    assert found.sos[0] == pytest.approx(0.65938, abs=5.1e-6)
    assert (found.good_or_better[0], found.poor_or_worse[0]) == (22 / 24, 0)
    assert acceptability(WORKED, threshold=5)[0] == 14 / 24


def test_binomial_intervals_are_those_of_scipy():
    k, n = 84, 96  # of 24 votes with four steps each
    for ours, theirs in (("clopper_pearson", "exact"), ("wilson", "wilsoncc")):
        wanted = stats.binomtest(k, n).proportion_ci(method=theirs)
        assert (confidence(WORKED, interval=ours)[0] - 1) / 4 == pytest.approx(tuple(wanted), rel=1e-9)


def test_the_multinomial_interval_by_hand():
    quantile = np.sqrt(stats.chi2.ppf(1 - 0.05 / 5, 1))
    half = quantile * np.sqrt(WORKED.score.var() / 24)
    assert confidence(WORKED, interval="multinomial")[0] == pytest.approx([4.5 - half, 4.5 + half], rel=1e-9)


def test_the_bootstrap_repeats_and_is_close_to_the_normal_one():
    one, two = (confidence(WORKED, interval="bootstrap", seed=3) for _ in range(2))
    assert (one == two).all()
    assert one[0] == pytest.approx(confidence(WORKED, interval="normal")[0], abs=0.05)


@pytest.mark.parametrize("interval", ["clopper_pearson", "jeffreys", "wilson"])
@pytest.mark.parametrize("vote", [1, 3, 5])
def test_unanimous_votes_leave_doubt(interval, vote):
    low, high = confidence(Ratings.from_matrix([[vote] * 10]), interval=interval)[0]
    assert 1 <= low <= vote <= high <= 5
    assert high - low > 0.1
    assert (low == 1) == (vote == 1)
    assert (high == 5) == (vote == 5)


@pytest.mark.parametrize("interval", ["clopper_pearson", "jeffreys", "wilson"])
def test_another_scale_only_shifts_and_stretches(interval):
    other = Ratings.from_matrix([[100] * 14 + [75] * 8 + [50] * 2], scale=Scale(0, 100, 25))
    wanted = (confidence(WORKED, interval=interval) - 1) * 25
    np.testing.assert_allclose(confidence(other, interval=interval), wanted, rtol=1e-12)


@pytest.mark.parametrize("scale", [Scale(0, 100, 1), Scale(0, 100, None)])
def test_fine_scales_count_no_more_than_four_steps(scale):
    fine = Ratings.from_matrix([[100] * 14 + [75] * 8 + [50] * 2], scale=scale)
    wanted = (confidence(WORKED, interval="clopper_pearson") - 1) * 25
    np.testing.assert_allclose(confidence(fine, interval="clopper_pearson"), wanted, rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(panels(), st.sampled_from(["t", "normal", "bootstrap", "clopper_pearson", "jeffreys", "wilson", "multinomial"]))
def test_intervals_lie_around_the_mean_and_on_the_scale(votes, interval):
    ends, found = confidence(votes, interval=interval), opinions(votes)
    some = np.isfinite(ends[:, 0])
    assert (ends[some, 0] <= found.mos[some] + 1e-9).all()
    assert (ends[some, 1] >= found.mos[some] - 1e-9).all()
    assert not some[found.n == 0].any()
    if interval not in {"t", "normal", "multinomial"}:
        assert some[found.n > 0].all()
        assert votes.scale.holds(ends[some]).all()


@settings(max_examples=30, deadline=None)
@given(panels())
def test_figures_are_those_of_the_votes(votes):
    found = opinions(votes)
    for j in range(len(votes.stimuli)):
        own = votes.score[votes.stimulus == j]
        assert found.n[j] == len(own)
        if len(own):
            assert found.mos[j] == pytest.approx(own.mean())
            assert found.good_or_better[j] == pytest.approx((own >= 4).mean())
            assert found.poor_or_worse[j] == pytest.approx((own <= 2).mean())
        if len(own) > 1:
            assert found.sos[j] == pytest.approx(own.std(ddof=1), abs=1e-9)
        else:
            assert np.isnan(found.sos[j])


def test_the_sos_parameter_of_a_binomial_law_is_a_quarter():
    mos = np.linspace(1, 5, 30)
    sos = np.sqrt((mos - 1) * (5 - mos) / 4)
    assert sos_parameter(mos, sos) == pytest.approx(0.25)
    assert sos_parameter(np.append(mos, np.nan), np.append(sos, 1.0)) == pytest.approx(0.25)
    assert np.isnan(sos_parameter(np.array([1.0, 5.0]), np.array([0.0, 0.0])))


def test_what_is_no_interval():
    with pytest.raises(UsageError, match="choose one of t, normal, bootstrap"):
        confidence(WORKED, interval="wald")
