"""Tests between models, their adjustment and the bootstrap."""

import numpy as np
import pytest
from scipy import stats

from beholder.errors import TableError
from beholder.ratings.evaluate import accuracy, adjust, compare
from beholder.ratings.evaluate.resample import draw, spread_of, two_sided, weighted_correlation, weighted_ranks


def _models(n=120, noise=(0.3, 0.6), seed=3):
    random = np.random.default_rng(seed)
    mos, ci95 = random.uniform(1.2, 4.8, n), random.uniform(0.2, 0.4, n)
    models = [
        accuracy(mos + random.normal(0, sd, n), mos, ci95=ci95, order=1, model=f"m{k}") for k, sd in enumerate(noise)
    ]
    return models, mos, ci95


def test_a_clearly_better_model_is_better_on_every_figure():
    models, mos, ci95 = _models()
    found = {one.figure: one for one in compare(models, mos, ci95=ci95)}
    assert {one.better for one in found.values()} == {"m0"}
    assert found["plcc"].difference > 0 > found["rmse"].difference
    for one in found.values():
        assert one.ci95[0] < one.difference < one.ci95[1]
        assert max(one.p_independent, one.p_bootstrap) < 0.01


def test_the_forms_of_p1401():
    models, mos, ci95 = _models(noise=(0.3, 0.36))
    found = {one.figure: one for one in compare(models, mos, ci95=ci95)}
    a, b = models
    n = mos.size
    z = (np.arctanh(a.plcc.value) - np.arctanh(b.plcc.value)) / np.sqrt(2 / (n - 3))
    assert found["plcc"].p_independent == pytest.approx(2 * stats.norm.sf(abs(z)))
    assert found["rmse"].p_independent == pytest.approx(stats.f.sf((b.rmse.value / a.rmse.value) ** 2, n - 2, n - 2))
    k, m = a.outlier.sum(), b.outlier.sum()
    pooled = (k + m) / (2 * n)
    z = abs(k - m) / n / np.sqrt(pooled * (1 - pooled) * 2 / n)
    assert found["outlier_ratio"].p_independent == pytest.approx(2 * stats.norm.sf(z))


def test_the_paired_forms():
    models, mos, ci95 = _models(noise=(0.3, 0.36))
    found = {one.figure: one for one in compare(models, mos, ci95=ci95)}
    a, b = models
    only = int((a.outlier & ~b.outlier).sum()), int((b.outlier & ~a.outlier).sum())
    assert found["outlier_ratio"].p_paired == pytest.approx(stats.binomtest(only[0], sum(only)).pvalue)
    r = (a.residual + b.residual) @ (a.residual - b.residual)
    r /= np.linalg.norm(a.residual + b.residual) * np.linalg.norm(a.residual - b.residual)
    t = r * np.sqrt((mos.size - 2) / (1 - r * r))
    assert found["rmse"].p_paired == pytest.approx(2 * stats.t.sf(abs(t), mos.size - 2))


def test_a_model_does_not_differ_from_its_copy():
    models, mos, ci95 = _models(noise=(0.3,))
    for one in compare([*models, accuracy(models[0].predicted, mos, ci95=ci95, order=1, model="copy")], mos, ci95=ci95):
        assert (one.difference, one.p_bootstrap, one.better) == (0.0, 1.0, "")


def test_one_model_is_compared_with_nothing():
    models, mos, ci95 = _models(noise=(0.3,))
    assert compare(models, mos, ci95=ci95) == ()


def test_a_constant_model_cannot_be_told():
    models, mos, ci95 = _models(noise=(0.3,))
    flat = accuracy(np.full(mos.size, 3.0), mos, ci95=ci95, order=1, model="flat")
    found = {one.figure: one for one in compare([*models, flat], mos, ci95=ci95)}
    assert np.isnan(found["plcc"].p_bootstrap)
    assert found["plcc"].better == ""
    assert found["rmse"].better == "m0"


def test_models_of_other_stimuli_are_refused():
    models, mos, _ = _models()
    with pytest.raises(TableError, match="same stimuli"):
        compare(models, mos[:-1])


def test_whole_sources_are_drawn():
    weights = draw(9, rounds=200, seed=0, groups=list("aaabbbccc"))
    assert (weights.reshape(200, 3, 3) == weights.reshape(200, 3, 3)[:, :, :1]).all()
    assert (weights.sum(axis=1) == 9).all()
    assert len(np.unique(weights[:, 0])) > 2
    with pytest.raises(ValueError, match="too few"):
        draw(9, rounds=10, seed=0)


def test_weights_are_repetitions():
    random = np.random.default_rng(5)
    x, y = random.integers(0, 6, 20).astype(float), random.normal(size=20)
    weights = draw(20, rounds=100, seed=2)
    ranks, r = weighted_ranks(x, weights), weighted_correlation(x, y, weights)
    for row in range(100):
        again = np.repeat(np.arange(20), weights[row].astype(int))
        np.testing.assert_allclose(np.repeat(ranks[row], weights[row].astype(int)), stats.rankdata(x[again]))
        assert r[row] == pytest.approx(np.corrcoef(x[again], y[again])[0, 1])


def test_p_values_of_a_spread():
    rounds = np.random.default_rng(0).normal(1.0, 0.1, 4000)
    spread = spread_of(rounds, 20)
    assert spread == pytest.approx(0.1 * np.sqrt(20 / 19), rel=0.05)
    assert two_sided(0.2, spread, 20) == pytest.approx(2 * stats.t.sf(0.2 / spread, 19))
    assert two_sided(0.0, 0.0, 20) == 1.0
    assert np.isnan(spread_of(np.full(200, np.nan), 20))
    assert np.isnan(two_sided(np.nan, 0.1, 20))


@pytest.mark.parametrize(
    ("method", "wanted"),
    [
        ("holm", [0.04, 0.08, 0.06, 0.08]),
        ("bonferroni", [0.04, 0.16, 0.08, 0.18]),
        ("benjamini-hochberg", [0.04, 0.045, 0.04, 0.045]),
        ("none", [0.01, 0.04, 0.02, 0.045]),
    ],
)
def test_adjustment(method, wanted):
    p = adjust([0.01, 0.04, np.nan, 0.02, 0.045], method=method)
    np.testing.assert_allclose(np.delete(p, 2), wanted)
    assert np.isnan(p[2])
