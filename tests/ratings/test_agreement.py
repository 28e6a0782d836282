from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import friedmanchisquare

from beholder.errors import UsageError
from beholder.ratings import Ratings, Scale
from beholder.ratings.agreement import (
    FORMS,
    LEVELS,
    agreement_coefficients,
    fleiss_kappa,
    intraclass,
    kendall_w,
    krippendorff_alpha,
)

# As krippendorff 0.9, pingouin 0.7 and statsmodels 0.15 give them: alpha ordinal, interval, nominal, Fleiss kappa,
# ICC(1,1), ICC(A,1), ICC(C,1), ICC(A,k), Kendall W.
NAMES = ["alpha (ordinal)", "alpha (interval)", "alpha (nominal)", "Fleiss kappa"]
NAMES += ["ICC(1,1)", "ICC(A,1)", "ICC(C,1)", "ICC(A,k)", "Kendall W"]
REAL = {
    "NFLX_dataset_public_raw.csv": "714266 741776 323880 323550 744116 744573 780850 986978 775076",
    "NFLX_dataset_public_raw_last4outliers.csv": "556375 580271 246652 246333 583268 583820 607977 976790 601717",
    "VQEGHD3_dataset_raw.csv": "648686 656628 213475 213019 659645 661131 738505 979090 753007",
}


@pytest.mark.parametrize("name", REAL)
def test_real_sets_give_the_values_of_other_packages(data_dir, name):
    table = np.genfromtxt(data_dir / "ratings" / name, delimiter=",", skip_header=1)[:, 1:]
    found = {one.name: one.value for one in agreement_coefficients(Ratings.from_matrix(table), rounds=0)}
    wanted = [float(f"0.{digits}") for digits in REAL[name].split()]
    np.testing.assert_allclose([found[one] for one in NAMES], wanted, atol=1e-6)


# Shrout and Fleiss (1979), table 2: six targets, four judges; values and intervals as the R package psych prints them.
SHROUT = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


@pytest.mark.parametrize(
    ("form", "value", "low", "high"),
    [
        ("1,1", 0.166, -0.133, 0.723),
        ("A,1", 0.290, 0.019, 0.761),
        ("C,1", 0.715, 0.342, 0.946),
        ("A,k", 0.620, 0.071, 0.927),
        ("C,k", 0.909, 0.676, 0.986),
    ],
)
def test_intraclass_gives_shrout_and_fleiss(form, value, low, high):
    found = intraclass(Ratings.from_matrix(SHROUT, scale=Scale(1, 10)), form=form)
    assert [found.value, *found.ci95] == pytest.approx([value, low, high], abs=6e-4)
    assert 0 < found.p_value < 0.2


# Krippendorff (2011), Computing Krippendorff's alpha-reliability: four observers, twelve units, missing votes.
_ = np.nan
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]


@pytest.mark.parametrize(("level", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_gives_krippendorffs_example(level, value):
    found = krippendorff_alpha(Ratings.from_matrix(np.transpose(OBSERVERS)), level=level)
    assert found.value == pytest.approx(value, abs=5.1e-4)
    assert found.ci95[0] < found.value < found.ci95[1] <= 1
    assert found.stimuli == 11  # the twelfth has one vote


def _from_counts(counts):
    return Ratings.from_matrix([np.repeat(np.arange(1, len(row) + 1), row) for row in counts])


def test_kappa_gives_fleiss_example():
    # Ten subjects, fourteen raters, five categories, as in the usual textbook table; kappa 0.210.
    counts = [[0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1]]
    counts += [[7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7]]
    found = fleiss_kappa(_from_counts(counts))
    assert found.value == pytest.approx(0.210, abs=5.1e-4)
    assert found.ci95[0] < found.value < found.ci95[1]


def test_w_is_friedmans_test():
    table = np.random.default_rng(1).integers(1, 6, (7, 5)).astype(float)
    found = kendall_w(Ratings.from_matrix(table))
    statistic, p_value = friedmanchisquare(*table)
    assert found.value == pytest.approx(statistic / (5 * 6))
    assert found.p_value == pytest.approx(p_value)


@given(arrays(float, (6, 4), elements=st.sampled_from([1, 2, 3, 4, 5, np.nan])), st.permutations(range(4)))
@settings(max_examples=40, deadline=None)
def test_the_order_of_raters_and_stimuli_changes_nothing(table, order):
    if np.isnan(table).all():
        return
    plain = agreement_coefficients(Ratings.from_matrix(table), rounds=0)
    moved = agreement_coefficients(Ratings.from_matrix(table[::-1, list(order)]), rounds=0)
    np.testing.assert_allclose([a.value for a in moved], [a.value for a in plain], atol=1e-9)
    assert [a.note for a in moved] == [a.note for a in plain]
    assert all(bool(a.note) == np.isnan(a.value) for a in plain)


@given(st.lists(st.integers(1, 5), min_size=3, max_size=6).filter(lambda votes: len(set(votes)) > 1))
@settings(max_examples=20, deadline=None)
def test_raters_who_agree_fully_get_one(column):
    found = agreement_coefficients(Ratings.from_matrix(np.transpose([column] * 3)), rounds=50)
    np.testing.assert_allclose([one.value for one in found], 1, atol=1e-12)
    assert all(one.ci95 == pytest.approx((1, 1)) for one in found if one.interval)


def test_independent_raters_get_about_nothing():
    votes = Ratings.from_matrix(np.random.default_rng(2).integers(1, 6, (400, 8)).astype(float))
    for one in agreement_coefficients(votes, rounds=200):
        if one.name not in ("Kendall W", "ICC(A,k)", "ICC(C,k)"):
            assert abs(one.value) < 0.03
            assert one.ci95[0] < 0 < one.ci95[1] or abs(one.value) < 0.02


@pytest.mark.parametrize(
    ("table", "messages"),
    [
        ([[3, 3], [3, 3]], ["all votes are equal"] * 4 + ["the same mean"] * 5 + ["one vote to all"]),
        ([[3, np.nan], [2, 1]], [""] * 3 + ["1 to 2 votes"] + ["1 of 4 votes is missing"] * 6),
        ([[3, np.nan], [np.nan, 1]], ["two raters"] * 4 + ["2 of 4 votes are missing"] * 6),
        ([[3], [2]], ["two raters"] * 10),
        ([[3, 2]], ["", "", "", ""] + ["two raters and two stimuli"] * 6),
    ],
)
def test_where_there_is_no_coefficient_the_reason_is_said(table, messages):
    found = agreement_coefficients(Ratings.from_matrix(table), rounds=20)
    for one, message in zip(found, messages, strict=True):
        assert message in one.note
        assert np.isnan(one.value) == bool(message)


def test_repetitions_count_once():
    twice = np.stack([np.transpose(OBSERVERS)] * 2, axis=2)
    for level in LEVELS:
        plain = krippendorff_alpha(Ratings.from_matrix(twice[..., 0]), level=level, rounds=0)
        found = krippendorff_alpha(Ratings.from_matrix(twice), level=level, rounds=0)
        assert found.value == pytest.approx(plain.value)
        assert "repetitions" in found.note


def test_constant_votes_of_each_rater_are_no_agreement_on_stimuli():
    table = np.tile([1.0, 3.0, 5.0], (4, 1))
    assert "the same mean" in intraclass(Ratings.from_matrix(table)).note
    assert "one vote" in kendall_w(Ratings.from_matrix(table)).note


def test_biases_without_noise_are_consistent_but_not_absolute():
    table = np.add.outer([1.0, 2.0, 3.0], [0.0, 1.0, 2.0])
    values = {form: intraclass(Ratings.from_matrix(table), form=form).value for form in FORMS}
    assert values["C,1"] == values["C,k"] == 1
    assert values["A,1"] == pytest.approx(0.5)


def test_a_level_or_form_that_does_not_exist():
    votes = Ratings.from_matrix(SHROUT, scale=Scale(1, 10))
    with pytest.raises(UsageError, match="ratio"):
        krippendorff_alpha(votes, level="ratio")
    with pytest.raises(UsageError, match="2,1"):
        intraclass(votes, form="2,1")


def test_a_large_sparse_crowd_is_quick():
    rng = np.random.default_rng(3)
    stimulus, rater = np.divmod(rng.choice(2000 * 500, 50_000, replace=False), 500)
    votes = Ratings(
        stimuli=tuple(map(str, range(2000))),
        raters=tuple(map(str, range(500))),
        stimulus=stimulus.astype(np.int32),
        rater=rater.astype(np.int32),
        score=np.clip(np.round(3 + np.sin(stimulus) + rng.normal(0, 0.6, 50_000)), 1, 5),
        repetition=np.zeros(50_000, np.int32),
    )
    assert 0.4 < krippendorff_alpha(votes, rounds=100).value < 0.7


def test_votes_of_nobody_in_particular_have_the_coefficients_that_need_no_names():
    votes = replace(Ratings.from_matrix(SHROUT, scale=Scale(1, 10)), anonymous=True)
    without = {one.name for one in agreement_coefficients(votes, rounds=0) if np.isnan(one.value)}
    assert without == {"ICC(A,1)", "ICC(C,1)", "ICC(A,k)", "ICC(C,k)", "Kendall W"}
