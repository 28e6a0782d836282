"""Krasula and DeLong against published values, brute force and the bootstrap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beholder.errors import TableError
from beholder.ratings.evaluate import areas, krasula, krasula_of_differences, krasula_rounds, pairs_told
from beholder.ratings.evaluate.roc import curve, p_of_difference


@pytest.fixture(scope="module")
def toyama(data_dir):
    from scipy.io import loadmat  # noqa: PLC0415 - tests of these data alone

    found = loadmat(data_dir / "ratings" / "vmaf_data_Toyama.mat")
    return found["objScoDif"], found["signif"][0]


def test_toyama(toyama):
    """The values that the test of Netflix/vmaf expects (test_auc_metrics_performance), and those of each metric."""
    found = krasula_of_differences(*toyama)
    assert (found.different, found.similar) == (5601 + 5520, 2907)
    values = found.different_similar.value, found.better_worse.value, found.correct.value, found.threshold
    means = 0.69767003960902052, 0.94454700301894534, 0.88105386206276415, 3.899105581509778
    for value, mean in zip(values, means, strict=True):
        assert value.mean() == pytest.approx(mean, rel=1e-10)
    each = (
        [0.59542, 0.70676, 0.71816, 0.71172, 0.75629],
        [0.85111, 0.96280, 0.96011, 0.96673, 0.98199],
        [0.76297, 0.90693, 0.88409, 0.91269, 0.93858],
        [10.64226, 0.08723, 8.67873, 0.04440, 0.04290],
    )
    for value, wanted in zip(values, each, strict=True):
        np.testing.assert_allclose(value, wanted, atol=5.1e-6)


def _votes(seed, shape=(4, 10)):
    random = np.random.RandomState(seed)
    return random.normal(0, 1.0, shape) + np.arange(1, shape[0] + 1)[:, None]


def test_the_small_check():
    """Netflix/vmaf, test_auc_perf_multiple_metrics."""
    votes = _votes(1)
    told = pairs_told(votes.mean(axis=1), votes.std(axis=1, ddof=1) / np.sqrt(10), pairs="ordered")
    found = krasula([[1, 2, 3, 4], [3, 1, 2, 4]], told)
    np.testing.assert_allclose(found.better_worse.value, [1, 0.8125], rtol=1e-9)
    np.testing.assert_allclose(found.different_similar.value, [0.9375, 0.625], rtol=1e-9)
    np.testing.assert_allclose(found.correct.value, [1, 0.75], rtol=1e-9)
    np.testing.assert_allclose(found.threshold, [1, 2], rtol=1e-9)
    assert found.different_similar.p_pairs[0, 1] == pytest.approx(0.02746864, abs=5e-9)
    assert found.better_worse.p_pairs[0, 1] == pytest.approx(0.06136883, abs=5e-9)
    assert found.correct.p_pairs[0, 1] == pytest.approx(0.03250944, abs=5e-9)


@given(st.integers(0, 10_000), st.integers(2, 9), st.integers(2, 9))
def test_delong_equals_brute_force(seed, m, n):
    random = np.random.default_rng(seed)
    x, y = random.integers(0, 6, (2, m)).astype(float), random.integers(0, 6, (2, n)).astype(float)
    found = areas(x, y)
    wins = (x[:, :, None] > y[:, None, :]) + 0.5 * (x[:, :, None] == y[:, None, :])
    np.testing.assert_allclose(found.area, wins.mean(axis=(1, 2)))
    covariance = np.cov(wins.mean(axis=2)) / m + np.cov(wins.mean(axis=1)) / n
    np.testing.assert_allclose(found.covariance, covariance, atol=1e-12)


def test_the_curve_has_the_area():
    random = np.random.default_rng(2)
    x, y = random.normal(1, 1, 60), random.normal(0, 1, 50)
    alarms, hits = curve(x, y, points=1000)
    assert np.trapezoid(hits, alarms) == pytest.approx(float(areas(x, y).area[0]))
    assert (alarms[[0, -1]].tolist(), hits[[0, -1]].tolist()) == ([0, 1], [0, 1])
    assert curve(x, y, points=20)[0].size <= 21


def test_standard_errors_over_stimuli_agree_with_the_bootstrap():
    random = np.random.default_rng(1)
    truth = random.normal(size=60)
    said = np.array([truth + random.normal(0, sd, 60) for sd in (0.5, 0.8)])
    told = pairs_told(truth, np.full(60, 0.25))
    found, rounds = krasula(said, told), krasula_rounds(said, told, rounds=300)
    for figure, drawn in zip((found.different_similar, found.better_worse, found.correct), rounds, strict=True):
        np.testing.assert_allclose(figure.standard_error, drawn.std(axis=0), rtol=0.3)
        np.testing.assert_allclose(drawn.mean(axis=0), figure.value, atol=0.02)
        assert figure.p_stimuli[0, 1] > figure.p_pairs[0, 1]


def test_sources_are_drawn_whole():
    random = np.random.default_rng(4)
    truth, bias = random.normal(size=60), np.repeat(random.normal(0, 0.7, 10), 6)
    told = pairs_told(truth, np.full(60, 0.2))
    groups = [str(k) for k in np.repeat(np.arange(10), 6)]
    alone, together = krasula([truth + bias], told), krasula([truth + bias], told, groups=groups)
    assert together.better_worse.value == alone.better_worse.value
    assert together.better_worse.standard_error > 1.2 * alone.better_worse.standard_error


def test_a_copy_does_not_differ_and_sure_things_are_sure():
    told = pairs_told([1, 2, 3, 4, 5], [0.4] * 5)
    found = krasula([[1, 2, 3, 4, 5]] * 2, told)
    assert found.better_worse.p_stimuli[0, 1] == 1.0
    np.testing.assert_array_equal(p_of_difference(np.array([0.5, 0.9]), np.zeros((2, 2))), [[1, 0], [0, 1]])


@pytest.mark.parametrize("spread", [0.0, 50.0])
def test_without_both_kinds_of_pairs_nothing_is_told(spread):
    told = pairs_told([1, 2, 3], [spread] * 3)
    found = krasula([[3, 1, 2]], told)
    assert np.isnan(found.different_similar.value).all()
    assert np.isnan(found.correct.value).all() == (found.different == 0)
    assert np.isnan(found.threshold).all() == (found.similar == 0)


def test_bad_input():
    with pytest.raises(TableError, match="spread of the votes is not known for 1 of 2"):
        pairs_told([1, 2], [0.1, np.nan])
    with pytest.raises(TableError, match="3 predictions for 2 stimuli"):
        krasula([[1, 2, 3]], pairs_told([1, 2], [0.1, 0.1]))
