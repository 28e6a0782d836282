"""Resolving power against published values; the decision table against a plain loop."""

import numpy as np
import pytest

from beholder.ratings import Scale
from beholder.ratings.evaluate import decisions, resolving_power


def _power(votes):
    mos = [np.mean(row) for row in votes]
    error = [np.std(row) / np.sqrt(len(row)) for row in votes]
    return resolving_power(np.arange(1.0, len(votes) + 1), mos, error)


def _normal(random, shape):
    return random.normal(0, 1.0, shape)


def test_four_stimuli():
    """Netflix/vmaf, test_respow_perf_metric."""
    random = np.random.RandomState(0)
    votes = random.normal(0, 1.0, (4, 10)) + np.arange(1, 5)[:, None]
    assert _power(votes).value == pytest.approx(1.2176359647113211, rel=1e-9)


def test_unequal_numbers_of_votes():
    """Netflix/vmaf, test_respow_perf_metric3."""
    random = np.random.RandomState(0)
    votes = [random.normal(0, 1.0, size) + k for k, size in zip((1, 2, 3, 4), (10, 10, 10, 8), strict=True)]
    assert _power(votes).value == pytest.approx(1.2045849280245293, rel=1e-9)


def test_a_hundred_stimuli():
    """Netflix/vmaf, test_respow_perf_metric2."""
    random = np.random.RandomState(0)
    votes = random.normal(0, 10.0, (100, 30)) + np.arange(100)[:, None]
    found = _power(votes)
    assert found.value == pytest.approx(9.0014569671225111, rel=1e-9)
    powers = [value for _, value in found.at]
    assert powers == sorted(powers, reverse=True)


def test_what_is_never_reached_is_not_told():
    random = np.random.default_rng(0)
    found = resolving_power(random.normal(size=50), random.normal(size=50), np.full(50, 0.5))
    assert np.isnan(found.value)
    assert np.isnan(resolving_power([1, 1, 1], [1, 2, 3], [0.1] * 3).value)


def _by_hand(x, y, weight, same, threshold):
    shares = dict.fromkeys(("rank", "tie", "false rank", "distinction", "false tie"), 0.0)
    for i in range(len(x)):
        for j in range(i + 1, len(x)):
            told, said = y[i] - y[j], x[i] - x[j]
            if abs(told) <= same:
                kind = "distinction" if abs(said) >= threshold else "tie"
            elif abs(said) < threshold:
                kind = "false tie"
            else:
                kind = "rank" if told * said > 0 else "false rank"
            shares[kind] += weight(i, j)
    total = sum(shares.values())
    return [value / total for value in shares.values()]


@pytest.mark.parametrize("experiments", [None, ["a"] * 8 + ["b"] * 16])
def test_the_decision_table_equals_a_plain_loop(experiments):
    random = np.random.default_rng(7)
    y = random.uniform(1, 5, 24)
    x = y * 20 + random.normal(0, 10, 24)
    found = decisions(x, y, experiments=experiments)

    def weight(i, j):
        if experiments is None:
            return 1.0
        return (experiments[i] == experiments[j]) / experiments.count(experiments[i])

    for step in (0, 10, 40):
        columns = ("correct_ranking", "correct_tie", "false_ranking", "false_distinction", "false_tie")
        shares = [float(getattr(found, name)[step]) for name in columns]
        assert shares == pytest.approx(_by_hand(x, y, weight, 0.5, found.threshold[step]))
        assert sum(shares) == pytest.approx(1.0)


def test_thresholds_have_the_error_rates_that_they_promise():
    random = np.random.default_rng(3)
    y = random.uniform(1, 5, 150)
    good, bad = decisions(y + random.normal(0, 0.2, 150), y), decisions(y + random.normal(0, 2.5, 150), y)
    assert good.false_ranking[good.ideal] < 0.01
    assert good.false_distinction[good.ideal] < 0.10
    assert good.practical <= good.ideal
    assert (good.ad_hoc_raters, bad.ad_hoc_raters) == (12, 0)
    stretched = decisions(good_on_100 := 25 * (y - 1), good_on_100, scale=Scale(0, 100, None))
    assert stretched.false_ranking[0] == 0


def test_a_model_that_hardly_varies_has_no_table():
    assert decisions([1, 1, 1], [1, 3, 5]) is None
    assert decisions([1] * 9 + [2], np.linspace(1, 5, 10)) is None
