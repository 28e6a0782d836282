"""The figures of P.1401 and correlations with their intervals, against worked values and SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from beholder.errors import TableError
from beholder.ratings import Scale
from beholder.ratings.evaluate import (
    accuracy,
    ci_ranks,
    kendall,
    overall,
    pearson,
    per_group,
    spearman,
    steiger,
    williams,
)
from beholder.ratings.evaluate.correlation import midranks
from beholder.ratings.evaluate.estimate import half_width
from beholder.ratings.evaluate.figures import rms

MOS = np.array([1, 2, 3.5, 4, 2.5, 4.5])
PREDICTED = np.array([1.2, 1.9, 3.1, 4.4, 2.9, 4.1])
NUMBERS = arrays(float, 12, elements=st.floats(-100, 100, width=16))


def test_the_small_check():
    found = accuracy(PREDICTED, MOS, order=0)
    assert found.plcc.value == pytest.approx(0.9599898643, abs=1e-10)
    assert found.srocc.value == pytest.approx(0.9428571429, abs=1e-10)
    assert found.krcc.value == pytest.approx(0.8666666667, abs=1e-10)
    assert rms(found.residual, parameters=0).value == pytest.approx(0.3391164992, abs=1e-10)
    assert found.rmse.value == pytest.approx(0.3391164992 * np.sqrt(6 / 5), abs=1e-9)


def test_intervals_follow_their_formulas():
    r = pearson(PREDICTED, MOS)
    z, reach = np.arctanh(r.value), stats.t.ppf(0.975, 5) / np.sqrt(3)
    assert r.ci95 == pytest.approx((np.tanh(z - reach), np.tanh(z + reach)))
    many = np.random.default_rng(1).normal(size=(2, 40))
    s = spearman(*many)
    reach = stats.norm.ppf(0.975) * np.sqrt((1 + s.value**2 / 2) / 37)
    assert s.ci95 == pytest.approx(tuple(np.tanh(np.arctanh(s.value) + np.array([-1, 1]) * reach)))
    t = kendall(*many)
    reach = stats.norm.ppf(0.975) * np.sqrt(0.437 / 36)
    assert t.ci95 == pytest.approx(tuple(np.tanh(np.arctanh(t.value) + np.array([-1, 1]) * reach)))


@given(NUMBERS, NUMBERS)
def test_correlations_equal_those_of_scipy(x, y):
    if len(set(x)) > 1 and len(set(y)) > 1:
        assert spearman(x, y).value == pytest.approx(stats.spearmanr(x, y)[0], abs=1e-9)
        assert kendall(x, y).value == pytest.approx(stats.kendalltau(x, y)[0], abs=1e-9)
    else:
        assert np.isnan(spearman(x, y).value)
        assert np.isnan(kendall(x, y).value)
        assert np.isnan(pearson(x, y).value)
    assert midranks(x).tolist() == stats.rankdata(x).tolist()


@given(NUMBERS, NUMBERS, st.floats(0.5, 8), st.floats(-50, 50))
def test_a_rising_line_changes_no_rank_correlation(x, y, slope, offset):
    moved = np.round(x * slope + offset, 9)
    if (np.sign(np.subtract.outer(moved, moved)) == np.sign(np.subtract.outer(x, x))).all():
        assert spearman(moved, y).value == pytest.approx(spearman(x, y).value, abs=1e-12, nan_ok=True)
        assert kendall(moved, y).value == pytest.approx(kendall(x, y).value, abs=1e-12, nan_ok=True)


def test_the_interval_of_a_mean_is_student_below_30_votes_and_normal_from_there():
    assert half_width(0.8, 9) == pytest.approx(stats.t.ppf(0.975, 8) * 0.8 / 3)
    assert half_width(0.8, 30) == pytest.approx(stats.norm.ppf(0.975) * 0.8 / np.sqrt(30))
    assert np.isnan(half_width(0.8, 1))


def test_outliers_and_epsilon_errors():
    found = accuracy([1, 2, 3, 4.5], [1.1, 2, 3.4, 4], ci95=[0.2, 0.2, 0.2, np.nan], order=0)
    assert found.outlier.tolist() == [False, False, True, False]
    assert found.outlier_ratio.value == pytest.approx(1 / 3)
    assert found.rmse_star.value == pytest.approx(np.sqrt(0.2**2 / 2))
    low, high = found.outlier_ratio.ci95
    assert (low, high) == pytest.approx(stats.binomtest(1, 3).proportion_ci(method="exact"))


def test_without_intervals_nothing_is_said_of_outliers():
    found = accuracy(PREDICTED, MOS, order=0)
    assert np.isnan(found.outlier_ratio.value)
    assert np.isnan(found.rmse_star.value)
    assert not found.outlier.any()
    assert "not known" in found.rmse_star.method


def test_a_model_that_falls_is_turned_only_when_told():
    right = accuracy(-PREDICTED, MOS, falls=True, order=1)
    assert right.srocc.value == pytest.approx(0.9428571429)
    wrong = accuracy(-PREDICTED, MOS, order=1)
    assert wrong.srocc.value < 0
    assert np.ptp(wrong.mapped) == 0


def test_hostile_predictions():
    constant = accuracy([3.0] * 6, MOS)
    assert np.isnan(constant.plcc.value)
    assert np.isnan(constant.srocc.value)
    assert constant.rmse.value == pytest.approx(np.sqrt(((MOS - MOS.mean()) ** 2).sum() / 4))
    three = accuracy([1, 2, 3], [1, 2, 4])
    assert three.mapping.order == 1
    assert three.plcc.ci95 == (-1.0, 1.0)
    perfect = accuracy(MOS, MOS, order=0)
    assert (perfect.plcc.value, perfect.rmse.value) == (1.0, 0.0)
    for predicted, mos, message in (
        ([1.0, np.nan, 2.0], [1, 2, 3], "hold no number"),
        ([1.0, 2.0], [1, 2], "say nothing"),
        ([1.0, 2.0, 3.0], [1, 2], "do not belong together"),
        ([], [], "0 stimuli"),
    ):
        with pytest.raises(TableError, match=message):
            accuracy(predicted, mos)


def test_steiger_and_williams_give_the_worked_example():
    """Masculinity and femininity against verbal ability: Steiger 1980; t = 0.89, p = 0.37 in R's psych::r.test."""
    t, p = williams(0.5, 0.4, 0.1, 103)
    assert (t, p) == pytest.approx((0.89, 0.37), abs=0.005)
    z, q = steiger(0.5, 0.4, 0.1, 103)
    assert (z, q) == pytest.approx((t, p), abs=0.02)
    assert williams(0.5, 0.5, 0.2, 50) == (0.0, 1.0)
    assert np.isnan(williams(np.nan, 0.5, 0.2, 50)).all()
    assert np.isnan(steiger(1.0, 0.5, 0.2, 50)).all()


@pytest.mark.parametrize(
    ("mos", "ci95", "ranks"),
    [
        ([10, 6, 5.5], [4, 2, 0.2], [3, 1.5, 1.5]),
        ([10, 7], [4, 2], [1.5, 1.5]),
        ([1.1, 4, 5, 2, 3, 1.2, 4], [0.1] * 7, [1.5, 5.5, 7, 3, 4, 1.5, 5.5]),
        ([4, 2], [0.5, 0.5], [2, 1]),
        ([4, 3], [0.6, 0.6], [2, 1]),
        ([4, 3.5], [0.6, 0.2], [1.5, 1.5]),
        ([4, 3.8, 3.3], [0.6, 0.6, 0.2], [2.5, 2.5, 1]),
        ([4, 3.5, 3.3], [0.6, 0.3, 0.2], [3, 1.5, 1.5]),
        ([4, 3.5, 3.3], [0.8, 0.4, 0.3], [2, 2, 2]),
        ([4.5, 3, 2.5], [0.5, 0.2, 0.5], [3, 1.5, 1.5]),
        (
            [4.4927, 4.2658, 4.1003, 3.9383, 3.9394, 3.9129, 3.9126, 3.8482, 3.7159, 3.7496],
            [0.0879, 0.0984, 0.1058, 0.095, 0.1016, 0.1027, 0.1095, 0.1165, 0.0973, 0.1236],
            [10, 9, 8, 5, 5, 5, 5, 5, 1.5, 1.5],
        ),
    ],
)
def test_ranks_that_know_about_intervals(mos, ci95, ranks):
    """Every published case of Naderi & Moeller 2020 and their tests."""
    assert ci_ranks(mos, ci95).tolist() == ranks


def test_experiments_are_aggregated_as_in_7_8():
    found = overall([[0.2, 0.3, 0.2], [0.25, 0.5, 0.24]], [100, 50], models=["a", "b", "c"], weights=[2, 1])
    f = stats.f.ppf(0.95, [100, 50], [100, 50])
    wanted = np.array([[0, 2.25 - f[0], 0], [0, (0.5 / 0.24) ** 2 - f[1], 0]])
    np.testing.assert_allclose(found.distance, wanted)
    np.testing.assert_allclose(found.aggregated, (2 * wanted[0] + wanted[1]) / 3)
    assert found.significance[1] > 0
    assert found.significance[[0, 2]].tolist() == [0, 0]
    assert found.best in {"a", "c"}
    with pytest.raises(TableError, match="one row per experiment"):
        overall([[0.2, np.nan]], [100], models=["a", "b"])


def test_figures_within_sources():
    mos = np.array([1.0, 2, 3, 2, 3, 4])
    model = accuracy(mos + np.repeat([0.5, -0.5], 3), mos, order=0)
    low, high = per_group(model, mos, ["a"] * 3 + ["b"] * 3)
    assert (low.name, low.n, low.bias, low.rmse) == ("a", 3, -0.5, 0.5)
    assert (high.plcc, high.srocc) == pytest.approx((1.0, 1.0))


def test_mapped_values_stay_on_the_scale():
    found = accuracy(np.arange(20.0), np.linspace(0, 100, 20) ** 1.02, scale=Scale(0, 100, None))
    assert found.mapped.min() >= 0
    assert found.mapped.max() <= 100
