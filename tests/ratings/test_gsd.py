import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published_votes import panel
from random_votes import panels

from beholder.errors import UsageError
from beholder.ratings import Ratings, Scale
from beholder.ratings.gsd import consistency, fit_gsd, gsd_pmf


@pytest.mark.parametrize(
    ("psi", "rho", "wanted"),
    [
        (3.3, 0.5, [0.157534, 0.166175, 0.181272, 0.208796, 0.286223]),
        (3.3, 0.9, [0.015728, 0.085117, 0.535279, 0.311178, 0.052698]),
        (1.6, 0.8, [0.552751, 0.319663, 0.104505, 0.020996, 0.002084]),
        (4.7, 0.95, [0.000021, 0.001041, 0.019252, 0.258291, 0.721396]),
        (2.0, 0.7, [0.356733, 0.369945, 0.199770, 0.063695, 0.009858]),
        (1.0, 0.3, [1, 0, 0, 0, 0]),
        (5.0, 1.0, [0, 0, 0, 0, 1]),
    ],
)
def test_published_probabilities(psi, rho, wanted):
    assert gsd_pmf(psi, rho) == pytest.approx(wanted, abs=5.1e-7)


@given(st.floats(1, 5), st.floats(1e-6, 1))
def test_mean_and_variance_are_as_defined(psi, rho):
    law, votes = gsd_pmf(psi, rho), np.arange(1, 6)
    assert law.min() >= 0
    assert law.sum() == pytest.approx(1)
    assert law @ votes == pytest.approx(psi)
    most, least = (psi - 1) * (5 - psi), (np.ceil(psi) - psi) * (psi - np.floor(psi))
    assert law @ (votes - psi) ** 2 == pytest.approx(rho * least + (1 - rho) * most, abs=1e-9)


@pytest.mark.parametrize("levels", [3, 7, 11])
def test_other_numbers_of_levels(levels):
    psi, votes = 1 + 0.37 * (levels - 1), np.arange(1, levels + 1)
    for rho in (0.2, 0.7, 0.95):
        law = gsd_pmf(psi, rho, levels=levels)
        most, least = (psi - 1) * (levels - psi), (np.ceil(psi) - psi) * (psi - np.floor(psi))
        assert law @ (votes - psi) ** 2 == pytest.approx(rho * least + (1 - rho) * most)


def test_the_law_is_smooth_where_its_two_forms_meet():
    below, above = gsd_pmf(3.3, 0.792568 - 1e-9), gsd_pmf(3.3, 0.792568 + 1e-9)
    assert below == pytest.approx(above, abs=1e-6)


def test_a_fit_finds_what_was_drawn():
    generator = np.random.default_rng(0)
    votes = np.stack([generator.choice(5, 3000, p=gsd_pmf(psi, rho)) + 1 for psi, rho in [(2.2, 0.6), (4.1, 0.9)]])
    found = fit_gsd(Ratings.from_matrix(votes))
    assert found.psi == pytest.approx([2.2, 4.1], abs=0.06)
    assert found.rho == pytest.approx([0.6, 0.9], abs=0.03)


def test_the_search_finds_the_best_of_all_points():
    generator = np.random.default_rng(1)
    rows = [generator.multinomial(24, generator.dirichlet(np.ones(5))) for _ in range(25)]
    votes = Ratings.from_matrix([np.repeat(np.arange(1, 6), row) for row in rows])
    psi, rho = np.linspace(1, 5, 401), np.linspace(0.0025, 1, 400)
    table = np.log(np.maximum(gsd_pmf(psi[:, None], rho[None, :]), 1e-300)).reshape(-1, 5)
    assert fit_gsd(votes).loglikelihood == pytest.approx((np.array(rows) @ table.T).max(axis=1), abs=1e-3)


@settings(max_examples=15, deadline=None)
@given(panels())
def test_any_panel_can_be_fitted(votes):
    found = fit_gsd(votes)
    some = votes.votes_per_stimulus > 0
    assert votes.scale.holds(found.psi[some]).all()
    assert np.isnan(found.psi[~some]).all()
    assert (found.g[some] >= 0).all()


def test_unanimous_votes_fit_exactly():
    found = fit_gsd(Ratings.from_matrix([[4] * 9, [1] * 9]))
    assert found.psi == pytest.approx([4, 1])
    assert found.rho == pytest.approx([1, 1])
    assert found.g == pytest.approx([0, 0], abs=1e-9)


def test_real_panels_are_fitted_close_to_their_means(data_dir):
    votes = panel(data_dir, "NFLX")
    found = fit_gsd(votes)
    assert np.abs(found.psi - votes.matrix().mean(axis=1)).mean() < 0.03


def test_careful_votes_are_consistent_and_mixed_ones_are_not():
    generator = np.random.default_rng(4)
    psi, rho = generator.uniform(1.5, 4.5, 60), generator.uniform(0.7, 0.95, 60)
    careful = np.stack([generator.choice(5, 40, p=gsd_pmf(a, b)) + 1 for a, b in zip(psi, rho, strict=True)])
    assert consistency(Ratings.from_matrix(careful), resamples=1000).consistent
    mixed = careful.copy()
    mixed[:, :18] = np.where(generator.random((60, 18)) < 0.5, 1, 5)
    found = consistency(Ratings.from_matrix(mixed), resamples=1000)
    assert not found.consistent
    assert found.share > found.limit
    assert (found.p > 0).all()


def test_the_test_repeats():
    votes = Ratings.from_matrix([[1, 2, 2, 3, 5], [3, 4, 4, 4, 5]])
    assert consistency(votes, resamples=200, seed=1).p.tolist() == consistency(votes, resamples=200, seed=1).p.tolist()


@pytest.mark.parametrize(
    ("votes", "message"),
    [
        (Ratings.from_matrix([[10.0]], scale=Scale(0, 100, None)), "3 to 11 levels"),
        (Ratings.from_matrix([[10.0]], scale=Scale(0, 100)), "3 to 11 levels"),
        (Ratings.from_matrix([[2.5]]), "between the levels"),
    ],
)
def test_scales_without_levels(votes, message):
    with pytest.raises(UsageError, match=message):
        fit_gsd(votes)
