from dataclasses import replace

import numpy as np
import pytest
from condition_votes import quality_of, votes_of
from scipy import stats
from scipy.optimize import minimize

from beholder.errors import TableError, UsageError
from beholder.ratings import Ratings
from beholder.ratings.conditions import compare_conditions, mixed_model


def test_complete_votes_give_the_analysis_of_variance():
    quality = quality_of(1, sources=8, raters=20)
    found = mixed_model(votes_of(quality))
    sources, conditions, raters = quality.shape
    mean, of_source, of_condition = quality.mean(), quality.mean(axis=(1, 2)), quality.mean(axis=(0, 2))
    own = quality.mean(axis=2) - of_source[:, None] - of_condition[None, :] + mean
    between = raters * (own**2).sum() / ((sources - 1) * (conditions - 1))
    term = found.terms[0]
    statistic = sources * raters * of_condition.var(ddof=1) / between
    assert (term.statistic, term.rest_dof) == pytest.approx((statistic, (sources - 1) * (conditions - 1)), rel=1e-6)
    assert term.p_value == pytest.approx(stats.f.sf(statistic, 3, 21), rel=1e-5)
    pair = found.table.pair("c0", "c1")
    assert pair.standard_error == pytest.approx(np.sqrt(2 * between / sources / raters), rel=1e-6)
    assert pair.difference == pytest.approx(of_condition[0] - of_condition[1], abs=1e-9)
    raters_mean = quality.mean(axis=(0, 1))
    error = ((quality - quality.mean(axis=2, keepdims=True) - raters_mean + mean) ** 2).sum() / (31 * 19)
    assert found.random[0].variance == pytest.approx(raters_mean.var(ddof=1) - error / 32, rel=1e-6)
    assert found.random[-1].variance == pytest.approx(error, rel=1e-6)


def _dense(votes, groups):
    """Minus twice the restricted log-likelihood with the whole covariance of all votes, as the textbook has it."""
    condition = np.array([int(votes.about_stimuli["condition"][s][1:]) for s in votes.stimulus])
    design = np.eye(condition.max() + 1)[condition]
    shared = [np.equal.outer(group, group).astype(float) for group in groups]

    def criterion(logs):
        v = sum(np.exp(log) * part for log, part in zip(logs, shared, strict=False)) + np.exp(logs[-1]) * np.eye(
            len(votes)
        )
        inverse = np.linalg.inv(v)
        inner = design.T @ inverse @ design
        beta = np.linalg.solve(inner, design.T @ inverse @ votes.score)
        left = votes.score - design @ beta
        determinants = np.linalg.slogdet(v)[1] + np.linalg.slogdet(inner)[1]
        free = len(votes) - design.shape[1]
        return determinants + left @ inverse @ left + free * np.log(2 * np.pi), beta, np.linalg.inv(inner)

    return criterion


def test_missing_votes_give_what_the_whole_covariance_gives():
    votes = votes_of(quality_of(2, sources=5, raters=9), seen=0.7)
    source = np.array([votes.about_stimuli["source"][s] for s in votes.stimulus])
    criterion = _dense(votes, [votes.rater, source, votes.stimulus])
    found = mixed_model(votes, correction="none")
    logs = np.log([term.variance for term in found.random])
    best = minimize(lambda at: criterion(at)[0], logs + 0.1, method="L-BFGS-B", options={"ftol": 1e-13})
    np.testing.assert_allclose(np.exp(best.x), np.exp(logs), rtol=2e-3)
    value, beta, covariance = criterion(logs)
    assert value <= best.fun + 1e-9
    # sum-to-zero coding instead of one mean per condition shifts the criterion by a constant
    np.testing.assert_allclose(found.table.mean, beta, atol=1e-8)
    error = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    assert found.table.pairs[0].standard_error == pytest.approx(error, rel=1e-6)


def test_statsmodels_finds_the_same():
    # statsmodels 0.15.0, MixedLM with variance components of rater, source and stimulus on the very same votes:
    # those and the residual, then two differences and their standard errors.
    drawn = quality_of(3, sources=6, means=(2, 3, 4), raters=16, spread=(0.6, 0.5, 0.6, 0.5))
    quality = np.clip(np.round(drawn), 1, 5)
    found = mixed_model(votes_of(quality, seen=0.8, seed=3))
    wanted = [0.350362, 0.145392, 0.207908, 0.330749, 0.598302, 1.383199, 0.279703, 0.278699]
    np.testing.assert_allclose([term.variance for term in found.random], wanted[:4], rtol=2e-3)
    pairs = found.table.pairs[:2]
    np.testing.assert_allclose([-pair.difference for pair in pairs], wanted[4:6], rtol=1e-4)
    np.testing.assert_allclose([pair.standard_error for pair in pairs], wanted[6:], rtol=1e-3)


def test_luck_of_a_source_is_no_difference_of_conditions():
    quality = quality_of(4, means=(3, 3), sources=4, raters=60, spread=(0.5, 0.6, 0.3, 0.5))
    with_stimulus, without = (
        mixed_model(votes_of(quality), random=random).table.pairs[0]
        for random in (("rater", "source", "stimulus"), ("rater", "source"))
    )
    assert with_stimulus.standard_error > 2 * without.standard_error
    assert with_stimulus.dof == pytest.approx(3, rel=1e-5)


def _with_raters(votes, **facts):
    return replace(votes, about_raters={name: tuple(values) for name, values in facts.items()})


def test_attributes_of_raters_are_factors():
    quality = quality_of(5, raters=20)
    quality[:, :, :10] += 0.8  # the first ten vote higher
    quality[:, 3, :10] += 1.2  # and like the last condition
    votes = _with_raters(votes_of(quality), expertise=["expert"] * 10 + ["novice"] * 10)
    plain, crossed = (mixed_model(votes, attributes=["expertise"], interactions=i) for i in (False, True))
    assert [term.name for term in crossed.terms] == ["condition", "expertise", "condition:expertise"]
    assert all(term.p_value < 0.01 for term in crossed.terms)
    assert crossed.random[-1].variance < plain.random[-1].variance
    assert [term.dof for term in crossed.terms] == [3, 1, 3]
    # an equal number in both groups: means are those of all raters
    np.testing.assert_allclose(crossed.table.mean, quality.mean(axis=(0, 2)), atol=1e-8)


def test_a_factor_between_raters_is_tested_against_raters():
    quality = quality_of(6, raters=12)
    votes = _with_raters(votes_of(quality), device=["phone", "pc"] * 6)
    term = mixed_model(votes, attributes=["device"]).terms[1]
    means = quality.mean(axis=(0, 1))
    wanted = stats.ttest_ind(means[::2], means[1::2])
    assert (term.statistic, term.rest_dof) == pytest.approx((wanted.statistic**2, 10), rel=1e-5)


def test_age_comes_in_bands_and_unknown_is_a_group():
    quality = quality_of(7, raters=20)
    ages = [*map(str, range(20, 56, 2)), None, "61"]
    found = mixed_model(_with_raters(votes_of(quality), age=ages), attributes=["age"])
    assert found.terms[1].dof == 4  # three bands, one old adult, one unknown
    assert any("bands" in note for note in found.table.notes)
    assert any("1 raters without age" in note for note in found.table.notes)


def test_what_the_votes_cannot_tell_is_left_out_and_said():
    one_source = votes_of(quality_of(8, sources=1))
    found = mixed_model(one_source)
    assert [term.name for term in found.random] == ["rater", "residual"]
    assert sum("no random effect" in note for note in found.table.notes) == 2
    plain = compare_conditions(one_source, correction="tukey").pair("c0", "c1")
    mixed = mixed_model(one_source, correction="tukey").table.pair("c0", "c1")
    assert mixed.p_adjusted == pytest.approx(plain.p_adjusted, rel=1e-4)  # the same model: randomised blocks
    assert mixed.standard_error == pytest.approx(plain.standard_error, rel=1e-6)


def test_no_spread_of_raters_is_a_variance_of_zero():
    quality = quality_of(9, spread=(0.5, 0.3, 0, 0.6))
    quality -= quality.mean(axis=(0, 1))  # raters are more alike than chance makes them
    found = mixed_model(votes_of(quality))
    assert found.random[0].variance == 0
    assert any("no spread of rater" in note for note in found.table.notes)
    assert np.isfinite([pair.p_value for pair in found.table.pairs]).all()


def test_relabelling_raters_and_sources_changes_nothing():
    quality = quality_of(10)
    plain, moved = (mixed_model(votes_of(q)) for q in (quality, quality[::-1, :, ::-1]))
    np.testing.assert_allclose(moved.table.mean, plain.table.mean, atol=1e-8)
    np.testing.assert_allclose(moved.table.matrix(), plain.table.matrix(), rtol=1e-5, atol=1e-12)


def test_a_step_of_all_votes_moves_means_alone():
    quality = quality_of(11)
    plain, moved = (mixed_model(votes_of(q), margin=0.5) for q in (quality, quality + 7))
    np.testing.assert_allclose(moved.table.mean, plain.table.mean + 7)
    assert moved.table.pairs[0].p_equivalence == pytest.approx(plain.table.pairs[0].p_equivalence, rel=1e-5)


def test_twenty_thousand_votes_are_quick():
    votes = votes_of(quality_of(12, sources=40, raters=250), seen=0.5)
    assert mixed_model(votes).votes == pytest.approx(20_000, rel=0.05)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"attributes": ["shoe"]}, "no such attribute"),
        ({"attributes": ["same"]}, "1 different"),
        ({"attributes": ["name"]}, "16 different"),
        ({"attributes": ["age"]}, "not numbers"),
        ({"random": ["moon"]}, "'moon' is unknown"),
        ({"random": []}, "no random effect"),
        ({"correction": "moon"}, "moon"),
    ],
)
def test_options_that_make_no_sense(options, message):
    people = {"same": ["x"] * 16, "name": map(str, range(16)), "age": [f"about {k}" for k in range(16)]}
    votes = _with_raters(votes_of(quality_of(13)), **people)
    with pytest.raises(UsageError, match=message):
        mixed_model(votes, **options)


def test_effects_that_cannot_be_told_apart():
    quality = quality_of(14, means=(2, 3))
    quality[:, 0, :8] = np.nan
    quality[:, 1, 8:] = np.nan
    votes = _with_raters(votes_of(quality), device=["phone"] * 8 + ["pc"] * 8)
    with pytest.raises(TableError, match="no votes"):
        mixed_model(votes, attributes=["device"])
    with pytest.raises(TableError, match="no spread"):
        mixed_model(Ratings.from_matrix(np.full((3, 6), 3.0)))


def test_votes_of_nobody_in_particular_have_no_effect_of_raters():
    found = mixed_model(replace(votes_of(quality_of(15)), anonymous=True))
    assert [term.name for term in found.random] == ["source", "stimulus", "residual"]
    assert any("who gave which" in note for note in found.table.notes)


def test_votes_that_are_explained_to_the_last_leave_nothing_to_compare_with():
    exact = quality_of(16, spread=(0.5, 0.3, 0.4, 0))
    with pytest.raises(TableError, match="explain every vote"):
        mixed_model(votes_of(exact))
