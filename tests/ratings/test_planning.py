from dataclasses import replace

import numpy as np
import pytest
from condition_votes import quality_of, votes_of
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from beholder.errors import TableError, UsageError
from beholder.ratings import Ratings, Scale
from beholder.ratings.conditions import compare_conditions
from beholder.ratings.planning import pilot, power, raters_for_difference, raters_for_interval, sos_deviation


@pytest.mark.parametrize(("comparisons", "raters"), [(1, 40.2), (10, 68.2), (100, 95.7)])
def test_the_normal_formula_of_two_groups(comparisons, raters):
    need = raters_for_difference(0.5, deviation=0.8, comparisons=comparisons)
    assert need.approximate == pytest.approx(raters, abs=0.05)
    paired = raters_for_difference(0.5, deviation=0.8, comparisons=comparisons, paired=True)
    assert paired.approximate == pytest.approx(need.approximate / 2)
    assert 0 <= need.per_group - need.approximate < 4  # Student's t asks for a little more
    assert need.raters == 2 * need.per_group
    assert paired.raters == paired.per_group


def test_power_is_that_of_the_noncentral_t():
    shift, reach = 0.5 / 0.8 * np.sqrt(20), stats.t.ppf(1 - 0.05 / 6, 19)
    wanted = stats.nct.sf(reach, 19, shift) + stats.nct.cdf(-reach, 19, shift)
    assert power(20, 0.5, deviation=0.8, paired=True, comparisons=3) == pytest.approx(wanted)
    assert power(1, 0.5, deviation=0.8) == 0
    assert power(100_000, 0.5, deviation=0.8) == pytest.approx(1)


def test_the_number_of_raters_is_the_least_that_is_enough():
    need = raters_for_difference(0.3, deviation=0.7, paired=True, wanted=0.9)
    before = power(need.raters - 1, 0.3, deviation=0.7, paired=True)
    assert before < 0.9 <= need.power
    count = raters_for_interval(0.25, deviation=0.8)
    reach = [stats.t.ppf(0.975, n - 1) * 0.8 / np.sqrt(n) for n in (count - 1, count)]
    assert reach[1] <= 0.25 < reach[0]


def test_assurance_asks_for_more_raters():
    plain, sure = (raters_for_interval(0.25, deviation=0.8, assurance=share) for share in (None, 0.9))
    widths = [
        stats.t.ppf(0.975, sure - 1) * np.sqrt(stats.chi2.ppf(0.9, sure - 1) / (sure - 1) / n) * 0.8 for n in (sure,)
    ]
    assert plain < sure
    assert widths[0] <= 0.25


@given(st.floats(0.2, 2), st.floats(0.2, 2), st.integers(1, 50))
def test_harder_questions_need_more_raters(difference, deviation, comparisons):
    need = raters_for_difference(difference, deviation=deviation, comparisons=comparisons)
    assert need.power >= 0.8
    assert need.raters <= raters_for_difference(difference / 2, deviation=deviation, comparisons=comparisons).raters
    assert need.raters <= raters_for_difference(difference, deviation=deviation, comparisons=comparisons + 10).raters


def test_an_easy_question_needs_two():
    assert raters_for_difference(4.0, deviation=0.01, paired=True).raters == 2
    assert raters_for_interval(100, deviation=0.1) == 2


def test_the_sos_parabola():
    assert sos_deviation(3, 0.25) == pytest.approx(1.0)
    assert sos_deviation(5, 0.25) == 0
    assert sos_deviation(50, 0.1, scale=Scale(0, 100, None)) == pytest.approx(np.sqrt(0.1) * 50)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sos_deviation(6, 0.2), "not on the scale"),
        (lambda: sos_deviation(3, 1.2), "no SOS parameter"),
        (lambda: raters_for_interval(0, deviation=0.8), "half_width"),
        (lambda: raters_for_interval(1e-6, deviation=0.8), "million"),
        (lambda: raters_for_interval(0.2, deviation=0.8, level=95), "level"),
        (lambda: raters_for_interval(0.2, deviation=0.8, assurance=1), "assurance"),
        (lambda: raters_for_difference(-0.5, deviation=0.8), "difference"),
        (lambda: raters_for_difference(0.5, deviation=0.8, comparisons=0), "comparisons"),
        (lambda: raters_for_difference(0.5, deviation=0.8, wanted=1.0), "power"),
        (lambda: power(10, 0.5, deviation=np.nan), "deviation"),
    ],
)
def test_wishes_that_make_no_sense(call, message):
    with pytest.raises(UsageError, match=message):
        call()


def test_a_pilot_tells_the_spread():
    rng = np.random.default_rng(1)
    quality, bias = rng.uniform(2, 4, 40), 0.5 * rng.standard_normal(60)
    votes = quality[:, None] + bias[None, :] + 0.6 * rng.standard_normal((40, 60))
    found = pilot(Ratings.from_matrix(votes, scale=Scale(-5, 11, None)))
    assert found.deviation == pytest.approx(np.sqrt(votes.var(axis=1, ddof=1).mean()))
    assert found.difference_deviation == pytest.approx(0.6 * np.sqrt(2), rel=0.03)
    assert (found.raters, found.votes) == (60, 2400)


def test_the_spread_of_differences_is_that_of_all_pairs():
    votes = np.random.default_rng(2).integers(1, 6, (6, 9)).astype(float)
    apart = [np.var(votes[a] - votes[b], ddof=1) for a in range(6) for b in range(a)]
    assert pilot(Ratings.from_matrix(votes)).difference_deviation == pytest.approx(np.sqrt(np.mean(apart)), rel=1e-6)


def test_a_sparse_pilot_tells_the_same():
    rng = np.random.default_rng(3)
    votes = rng.uniform(2, 4, (200, 1)) + 0.5 * rng.standard_normal(80) + 0.6 * rng.standard_normal((200, 80))
    votes[rng.random(votes.shape) < 0.8] = np.nan
    found = pilot(Ratings.from_matrix(votes, scale=Scale(-5, 11, None)))
    assert found.difference_deviation == pytest.approx(0.6 * np.sqrt(2), rel=0.05)


def test_a_pilot_of_conditions_takes_means_over_sources():
    votes = votes_of(quality_of(4))
    found = pilot(votes, of="conditions")
    pairs = compare_conditions(votes).pairs
    wanted = np.sqrt(np.mean([pair.standard_error**2 * pair.n for pair in pairs]))
    assert found.difference_deviation == pytest.approx(wanted)
    assert found.difference_deviation < pilot(votes).difference_deviation


@pytest.mark.parametrize("name", ["NFLX_dataset_public_raw.csv", "VQEGHD3_dataset_raw.csv"])
def test_the_sos_parameter_of_real_sets(data_dir, name):
    table = np.genfromtxt(data_dir / "ratings" / name, delimiter=",", skip_header=1)[:, 1:]
    wanted = {"NFLX_dataset_public_raw.csv": 0.19800, "VQEGHD3_dataset_raw.csv": 0.19427}[name]
    assert pilot(Ratings.from_matrix(table)).sos_parameter == pytest.approx(wanted, abs=5e-6)


def test_a_pilot_that_tells_nothing():
    with pytest.raises(TableError, match="two votes"):
        pilot(Ratings.from_matrix([[5], [4]]))
    with pytest.raises(TableError, match="share too few"):
        pilot(Ratings.from_matrix([[5, 4]]))
    lonely = Ratings.from_matrix([[5, np.nan], [np.nan, 4], [3, 3]])
    with pytest.raises(TableError, match="no two raters"):
        pilot(lonely, of="conditions")


def test_a_pilot_of_nobody_in_particular_has_no_differences_of_raters():
    found = pilot(replace(Ratings.from_matrix([[5, 4, 4], [2, 3, 1]]), anonymous=True))
    assert np.isnan(found.difference_deviation)
    assert found.deviation > 0


@pytest.mark.parametrize(("raters", "comparisons"), [(3, 22), (2, 4), (40, 1)])
def test_power_far_out_in_a_tail(raters, comparisons):
    shift, dof = 2.0 / 0.34375 * np.sqrt(raters / 2), 2 * raters - 2
    wanted = stats.nct.sf(stats.t.ppf(1 - 0.05 / comparisons / 2, dof), dof, shift)
    found = power(raters, 2.0, deviation=0.34375, comparisons=comparisons)
    assert found == pytest.approx(wanted, rel=1e-6)
