import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_votes import panels, simulated

from beholder.ratings import Ratings, recover
from beholder.ratings.layout import layout
from beholder.ratings.recovery import project


def _slow(block):
    """Annex E as it stands, on stimuli x raters x repetitions with NaN."""
    score = np.nanmean(block, axis=(1, 2))
    bias = np.nanmean(block - score[:, None, None], axis=(0, 2))
    before, number = score + 1, 0
    while np.linalg.norm(before - score) >= 1e-8:
        number += 1
        left = block - score[:, None, None] - bias[:, None]
        inconsistency, spread = np.nanstd(left, axis=(0, 2)), np.nanstd(left, axis=(1, 2))
        weight = 1 / (inconsistency**2 + 1e-8)
        before = score
        weights = np.where(np.isnan(block), 0, weight[:, None])
        score = np.nansum(weights * (block - bias[:, None]), axis=(1, 2)) / weights.sum(axis=(1, 2))
        bias = np.nanmean(block - score[:, None, None], axis=(0, 2))
    return score + bias.mean(), bias - bias.mean(), inconsistency, spread, number


@pytest.mark.parametrize(("share", "repetitions"), [(1.0, 1), (0.9, 1), (0.4, 1), (1.0, 2), (0.7, 3), (0.3, 2)])
def test_every_form_of_the_panel_gives_what_the_plain_loop_gives(share, repetitions):
    votes, _ = simulated(1, 60, 40, share=share, repetitions=repetitions)
    block = np.full((60, 40, repetitions), np.nan)
    block[votes.stimulus, votes.rater, votes.repetition] = votes.score
    score, bias, inconsistency, spread, rounds = _slow(block)
    found = project(layout(votes))
    np.testing.assert_allclose(found.score, score, rtol=1e-9)
    np.testing.assert_allclose(found.bias, bias, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(found.inconsistency, inconsistency, rtol=1e-9)
    np.testing.assert_allclose(found.spread, spread, rtol=1e-9)
    assert found.iterations == rounds


@settings(max_examples=60, deadline=None)
@given(panels(), st.sampled_from(["p910", "p910_restricted", "ls"]))
def test_any_panel_gives_finite_scores_and_intervals_around_them(votes, method):
    found = recover(votes, method=method)
    seen = votes.votes_per_stimulus > 0
    assert np.isfinite(found.mos[seen]).all()
    assert np.isnan(found.mos[~seen]).all()
    assert np.isfinite(found.bias[votes.votes_per_rater > 0]).all()
    assert abs(np.nansum(found.bias)) < 1e-6
    known = np.isfinite(found.ci95[:, 0])
    assert (found.ci95[known, 0] <= found.mos[known]).all()
    assert (found.ci95[known, 1] >= found.mos[known]).all()
    assert np.isnan(found.ci95[votes.votes_per_stimulus < 2]).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.sampled_from([0.2, 1.0]))
def test_the_order_of_the_votes_does_not_matter(seed, share):
    votes, _ = simulated(seed, 25, 12, share=share)
    order = np.random.default_rng(seed).permutation(len(votes))
    columns = {name: getattr(votes, name)[order] for name in ("stimulus", "rater", "score", "repetition")}
    mixed = Ratings(votes.stimuli, votes.raters, **columns)
    one, other = recover(votes, method="p910_restricted"), recover(mixed, method="p910_restricted")
    np.testing.assert_allclose(one.mos, other.mos, atol=1e-8)
    np.testing.assert_allclose(one.ci95, other.ci95, atol=1e-6)


def test_complete_panels_keep_the_grand_mean():
    votes, _ = simulated(3, 30, 15)
    for method in ("p910", "p910_restricted", "ls", "br_mos"):
        assert recover(votes, method=method).mos.mean() == pytest.approx(votes.score.mean(), rel=1e-9)


def test_least_squares_takes_bias_out_of_a_sparse_panel():
    # two groups of raters, a strict and a mild one, and few who saw everything
    truth = np.linspace(1.5, 4.5, 20)
    bias = np.array([-0.5] * 6 + [0.5] * 6 + [0.0] * 2)
    block = truth[:, None] + bias
    block[:10, :6], block[10:, 6:12] = np.nan, np.nan
    votes = Ratings.from_matrix(block)
    assert recover(votes, method="ls").mos == pytest.approx(truth, abs=1e-5)
    assert np.abs(recover(votes, method="mos").mos - truth).max() > 0.2


def test_no_rater_takes_over_in_the_restricted_form():
    # seed 5: the inconsistency of one rater falls to zero in P.910, and the scores are that rater's votes
    votes, truth = simulated(5, 40, 12, share=0.5, rounded=False)
    plain, restricted = recover(votes), recover(votes, method="p910_restricted")
    assert plain.inconsistency.min() < 1e-3
    assert any("nearly all the weight" in note for note in plain.notes)
    assert restricted.inconsistency.min() > 0.2
    assert not restricted.notes

    def error(found):
        return np.sqrt(np.mean((found.mos - truth) ** 2))

    assert error(restricted) < error(plain)


@pytest.mark.parametrize("method", ["p910", "p910_restricted"])
def test_intervals_hold_the_truth(method):
    inside = []
    for seed in range(40):
        votes, truth = simulated(seed, 60, 24, rounded=False)
        found = recover(votes, method=method)
        inside.append((found.ci95[:, 0] <= truth) & (truth <= found.ci95[:, 1]))
    assert 0.93 <= np.mean(inside) <= 0.97


def test_a_careless_rater_weighs_less_and_a_strict_one_is_found():
    votes, truth = simulated(8, 60, 20)
    block = votes.matrix()
    block[:, 0] = np.random.default_rng(0).integers(1, 6, 60)
    block[:, 1] = np.clip(block[:, 1] - 1, 1, 5)
    found = recover(Ratings.from_matrix(block))
    assert found.inconsistency.argmax() == 0
    assert found.bias.argmin() == 1
    plain = recover(Ratings.from_matrix(block), method="mos")
    assert np.mean((found.mos - truth) ** 2) < np.mean((plain.mos - truth) ** 2)


def test_a_single_vote_has_no_interval():
    found = recover(Ratings.from_matrix([[4, np.nan, 3], [np.nan, 2, np.nan], [5, 4, 4]]))
    assert np.isnan(found.ci95[1]).all()
    assert np.isnan(found.standard_error[1])
    assert found.mos[1] == pytest.approx(found.mos[1])


def test_small_panels_are_told_so():
    found = recover(Ratings.from_matrix([[4, 3, 5], [2, 2, 3]]))
    assert "P.910 needs more than 3 raters" in found.notes[0]
    assert "3 raters gave fewer than 8 votes" in found.notes[1]
