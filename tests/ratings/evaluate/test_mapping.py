"""Mappings rise on the data range and are the best that do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import nnls

from beholder.ratings.evaluate import fit_mapping


def _random(seed, n):
    random = np.random.default_rng(seed)
    u = np.sort(random.uniform(-1, 1, n))
    c = random.normal(size=4) * 2
    return u, c[0] + c[1] * u + c[2] * u**2 + c[3] * u**3 + random.normal(size=n) * random.uniform(0.05, 1)


@given(st.integers(0, 10_000), st.integers(12, 60), st.sampled_from([1, 3]), st.booleans())
def test_a_mapping_never_falls(seed, n, order, falls):
    x, y = _random(seed, n)
    mapping = fit_mapping(x, y, order=order, falls=falls)
    mapped = mapping(np.linspace(x.min() - 1, x.max() + 1, 400))
    steps = np.diff(-mapped if falls else mapped)
    assert steps.min() >= -1e-9


@pytest.mark.parametrize("seed", range(25))
def test_the_cubic_is_the_best_rising_one(seed):
    """Rising cubics on [-1, 1] are mixtures of integrals of (u - t)^2 and 1 - u^2: NNLS over a fine grid of t."""
    u, y = _random(seed, 40)
    u = 2 * (u - u.min()) / np.ptp(u) - 1
    mapping = fit_mapping(u, y, order=3)
    found = float(((np.polynomial.polynomial.polyval(u, mapping.coefficients) - y) ** 2).sum())
    t = np.linspace(-1, 1, 1001)
    waves = np.column_stack([(u[:, None] - t) ** 3 / 3, u - u**3 / 3])
    best = nnls(waves - waves.mean(axis=0), y - y.mean())[1] ** 2
    assert found <= best * (1 + 1e-9) + 1e-9
    assert found >= best * (1 - 1e-4) - 1e-6


def test_data_on_a_rising_cubic_are_met():
    x = np.linspace(0, 100, 30)
    y = 1 + 4 * (x / 100) ** 3
    mapping = fit_mapping(x, y)
    np.testing.assert_allclose(mapping(x), y, atol=1e-9)
    assert mapping([-10, 120]).tolist() == pytest.approx([1, 5])
    assert (mapping.parameters, fit_mapping(x, y, order=1).parameters, fit_mapping(x, y, order=0).parameters) == (
        4,
        2,
        1,
    )


def test_against_the_mos_it_is_flat():
    mapping = fit_mapping(np.arange(20.0), 5 - np.arange(20.0) / 5)
    assert np.ptp(mapping(np.arange(20.0))) < 1e-9
    assert mapping(3.0) == pytest.approx(5 - 9.5 / 5)


def test_no_mapping_changes_nothing():
    assert fit_mapping([1, 2, 9], [1, 2, 3], order=0)([7.5]).tolist() == [7.5]
