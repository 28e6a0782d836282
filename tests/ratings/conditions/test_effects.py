import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from beholder.ratings.conditions import cliffs_delta, compact_letters, paired_d


def test_the_interval_of_d_is_where_the_noncentral_t_puts_the_seen_one():
    values = np.random.default_rng(1).normal(0.5, 1, 20)
    found = paired_d(values)
    t = found.value * np.sqrt(20)
    low, high = (end * np.sqrt(20) for end in found.ci95)
    assert stats.nct.sf(t, 19, low) == pytest.approx(0.025, rel=1e-5)
    assert stats.nct.cdf(t, 19, high) == pytest.approx(0.025, rel=1e-5)
    turned = paired_d(-values)
    assert (turned.value, *turned.ci95) == pytest.approx((-found.value, -found.ci95[1], -found.ci95[0]))


@pytest.mark.parametrize("values", [[], [1.0], [0.5] * 4, [0.0, 0.0]])
def test_d_without_spread_does_not_exist(values):
    assert np.isnan(paired_d(values).value)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=2, max_size=15))
def test_cliffs_delta_is_the_share_of_dominance(pairs):
    one, other = np.transpose(pairs).astype(float)
    found = cliffs_delta(one, other)
    assert found.value == pytest.approx(np.sign(one[:, None] - other[None, :]).mean())
    assert -1 <= found.ci95[0] <= found.value <= found.ci95[1] <= 1


def test_full_separation_still_has_an_interval():
    found = cliffs_delta([4, 5, 5, 4, 5], [1, 2, 1, 1, 2])
    assert found.value == 1
    assert -1 < found.ci95[0] < 1 == found.ci95[1]
    assert cliffs_delta([1, 2, 1, 1, 2], [4, 5, 5, 4, 5]).ci95[1] == -found.ci95[0]
    assert np.isnan(cliffs_delta([1], [2]).value)


def test_the_interval_of_cliffs_delta_holds_the_truth():
    rng, held = np.random.default_rng(2), 0
    truth = 2 * stats.norm.cdf(0.5 / np.sqrt(2)) - 1
    for _ in range(300):
        rater = rng.normal(0, 0.7, 25)
        spread = np.sqrt(1 - 0.49)
        found = cliffs_delta(rater + rng.normal(0.5, spread, 25), rater + rng.normal(0, spread, 25))
        held += found.ci95[0] <= truth <= found.ci95[1]
    assert 0.90 <= held / 300 <= 0.99


@given(st.integers(2, 7), st.randoms(use_true_random=False))
def test_letters_are_shared_exactly_by_what_does_not_differ(count, random):
    apart = np.zeros((count, count), bool)
    for a in range(count):
        for b in range(a):
            apart[a, b] = apart[b, a] = random.random() < 0.5
    letters = compact_letters(apart)
    for a in range(count):
        for b in range(a):
            assert bool(set(letters[a]) & set(letters[b])) != apart[a, b]


def test_letters_run_from_the_best_mean():
    apart = ~np.eye(30, dtype=bool)
    letters = compact_letters(apart, mean=np.arange(30.0))
    assert (letters[29], letters[3], letters[0]) == ("a", "aa", "ad")


def test_letters_that_nobody_could_read_are_left_out():
    apart = np.zeros((24, 24), bool)
    apart[np.arange(24), np.arange(24) ^ 1] = True  # twelve separate pairs: 4096 groups
    assert set(compact_letters(apart)) == {""}
