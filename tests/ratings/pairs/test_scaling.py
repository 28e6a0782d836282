import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit, log_ndtr

from beholder.errors import TableError, UsageError
from beholder.ratings.pairs import Comparisons, bootstrap_raters, bradley_terry, goodness_of_fit, thurstone

# The worked example of Bradley and Terry's and Thurstone's models: point values as choix.mm_pairwise gives them, errors
# of the sum-zero gauge. Other tools give other errors; these are the ones of the information matrix.
WINS = [[0, 3, 2, 7], [1, 0, 6, 3], [4, 3, 0, 0], [1, 2, 5, 0]]
WORKED = Comparisons.from_wins(WINS, stimuli="abcd")


def _hessian(function, at, step=1e-4):
    unit, size = step * np.eye(len(at)), len(at)
    signs = list(itertools.product((1, -1), repeat=2))
    return [
        [sum(a * b * function(at + a * unit[i] + b * unit[j]) for a, b in signs) / (4 * step**2) for j in range(size)]
        for i in range(size)
    ]


def test_bradley_terry_gives_the_worked_example():
    found = bradley_terry(WORKED)
    np.testing.assert_allclose(found.strength, [0.39092801, 0.25280436, 0.14667577, 0.20959186], atol=5.1e-9)
    np.testing.assert_allclose(found.score, [0.509892, 0.073984, -0.470407, -0.113469], atol=5.1e-7)
    np.testing.assert_allclose(found.standard_error, [0.38042, 0.36801, 0.35803, 0.36512], atol=5.1e-6)
    np.testing.assert_allclose(found.strength_error, [0.12154, 0.09756, 0.06078, 0.08064], atol=5.1e-6)
    assert found.loglikelihood == pytest.approx(-24.118918, abs=5.1e-7)
    assert found.difference("a", "c").standard_error == pytest.approx(0.61681, abs=5.1e-6)
    assert found.notes == ()


def test_bradley_terry_errors_in_the_gauge_where_strengths_sum_to_one():
    found = bradley_terry(WORKED)
    relative = found.strength_error / found.strength
    np.testing.assert_allclose(relative, [0.31090, 0.38590, 0.41436, 0.38476], atol=5.1e-6)


@pytest.mark.parametrize(
    ("information", "errors", "apart"),
    [
        ("observed", [0.22880, 0.22931, 0.21534, 0.23126], 0.36331),
        ("expected", [0.23172, 0.22813, 0.21883, 0.22630], None),
    ],
)
def test_thurstone_gives_the_worked_example(information, errors, apart):
    found = thurstone(WORKED, information=information)
    np.testing.assert_allclose(found.score, [0.30747, 0.04854, -0.28157, -0.07444], atol=5.1e-6)
    np.testing.assert_allclose(found.standard_error, errors, atol=5.1e-6)
    assert found.loglikelihood == pytest.approx(-24.145245, abs=5.1e-7)
    assert apart is None or found.difference("a", "c").standard_error == pytest.approx(apart, abs=5.1e-6)


@pytest.mark.parametrize("model", ["bradley-terry", "thurstone"])
def test_scores_and_errors_equal_a_plain_optimiser_and_a_numerical_hessian(model):
    wins = np.array(WINS, float)
    log_chance = log_ndtr if model == "thurstone" else (lambda d: np.log(expit(d)))

    def loss(free):
        v = np.append(free, -free.sum())
        return -(wins * log_chance(v[:, None] - v[None, :])).sum()

    best = minimize(loss, np.zeros(3), method="BFGS", options={"gtol": 1e-10}).x
    found = thurstone(WORKED) if model == "thurstone" else bradley_terry(WORKED)
    np.testing.assert_allclose(found.score[:3], best, atol=1e-6)
    hessian = _hessian(loss, found.score[:3])
    np.testing.assert_allclose(found.covariance[:3, :3], np.linalg.inv(hessian), rtol=1e-5)


def _voted(rng, scores, raters=12, each=20, *, nu=0.0):
    """Votes of raters after Davidson's model."""
    pairs = list(itertools.combinations(range(len(scores)), 2))
    first, second, outcome, who = [], [], [], []
    for rater in range(raters):
        for a, b in (pairs[k] for k in rng.integers(0, len(pairs), each)):
            d = (scores[a] - scores[b]) / 2
            ratio = np.array([np.exp(d), np.exp(-d), nu])
            first.append(f"s{a}")
            second.append(f"s{b}")
            outcome.append(("first", "second", "tie")[rng.choice(3, p=ratio / ratio.sum())])
            who.append(f"r{rater}")
    return Comparisons.from_votes(first, second, outcome, raters=who)


def test_davidson_finds_the_tie_parameter_and_half_wins_understate_differences():
    votes = _voted(np.random.default_rng(4), [1.0, 0.0, -1.0], raters=40, each=60, nu=1.0)
    davidson, half = bradley_terry(votes, ties="davidson"), bradley_terry(votes)
    assert davidson.tie_parameter == pytest.approx(1.0, abs=3 * davidson.tie_parameter_error)
    truth = davidson.difference("s0", "s2")
    assert truth.ci95[0] < 2.0 < truth.ci95[1]
    assert half.difference("s0", "s2").value < truth.value


def test_davidson_equals_a_plain_optimiser():
    votes = _voted(np.random.default_rng(5), [0.5, 0.0, -0.5], nu=0.6)
    edges = votes.edges()

    def loss(free):
        d = free[edges.low] - free[edges.high]
        log = np.stack([d / 2, -d / 2, np.full_like(d, free[-1])])
        log -= np.logaddexp.reduce(log, axis=0)
        return -(edges.wins_low @ log[0] + edges.wins_high @ log[1] + edges.ties @ log[2]) + free[:3].sum() ** 2

    best = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-10})
    found = bradley_terry(votes, ties="davidson")
    np.testing.assert_allclose([*found.score, np.log(found.tie_parameter)], best.x, atol=1e-5)
    assert found.loglikelihood == pytest.approx(-best.fun, rel=1e-9)
    relative = np.sqrt(np.linalg.inv(_hessian(loss, best.x))[3, 3])
    assert found.tie_parameter_error / found.tie_parameter == pytest.approx(relative, rel=1e-4)


@given(st.permutations(range(4)), st.sampled_from(["half", "thurstone"]))
@settings(max_examples=20, deadline=None)
def test_the_order_of_stimuli_changes_nothing(order, how):
    table = np.array(WINS)[np.ix_(order, order)]
    votes = Comparisons.from_wins(table, stimuli=["abcd"[k] for k in order])
    scale = thurstone if how == "thurstone" else bradley_terry
    moved, plain = scale(votes), scale(WORKED)
    np.testing.assert_allclose(moved.score, plain.score[list(order)], atol=1e-9)
    np.testing.assert_allclose(moved.standard_error, plain.standard_error[list(order)], atol=1e-9)


def test_swapping_every_vote_turns_the_scale_around():
    votes = Comparisons.from_wins(np.array(WINS).T, stimuli="abcd")
    np.testing.assert_allclose(bradley_terry(votes).score, -bradley_terry(WORKED).score, atol=1e-9)


def test_twice_the_votes_halve_the_variance():
    twice = bradley_terry(Comparisons.from_wins(2 * np.array(WINS)))
    np.testing.assert_allclose(twice.covariance, bradley_terry(WORKED).covariance / 2, atol=1e-12)


def test_a_tie_is_half_a_win_for_each():
    halves = np.array(WINS, float)
    halves[0, 1] += 0.5
    halves[1, 0] += 0.5
    ties = np.zeros((4, 4))
    ties[0, 1] = ties[1, 0] = 1
    split, given_apart = Comparisons.from_wins(halves), Comparisons.from_wins(WINS, ties=ties)
    np.testing.assert_allclose(bradley_terry(split).score, bradley_terry(given_apart).score, atol=1e-10)


def test_groups_that_no_comparison_joins_have_scores_of_their_own_and_are_named():
    table = np.zeros((5, 5))
    table[:2, :2], table[2:4, 2:4] = [[0, 3], [1, 0]], [[0, 2], [2, 0]]
    found = bradley_terry(Comparisons.from_wins(table, stimuli=["p", "q", "x", "y", "lonely"]))
    assert found.group.tolist() == [0, 0, 1, 1, 2]
    np.testing.assert_allclose(found.score[:4], [np.log(3) / 2, -np.log(3) / 2, 0, 0], atol=1e-9)
    assert np.isnan([found.score[4], found.difference("p", "x").value, found.strength[4], found.ci95[4, 0]]).all()
    assert np.isnan(found.differences()[0][0, 2])
    assert "p, q; x, y" in found.notes[0]
    assert "lonely" in found.notes[1]


def test_a_stimulus_that_always_won_gets_a_weak_prior_and_a_note():
    table = [[0, 5, 5], [0, 0, 3], [0, 2, 0]]
    votes = Comparisons.from_wins(table, stimuli=["best", "b", "c"])
    found = bradley_terry(votes)
    assert np.isfinite(found.score).all()
    assert found.score.argmax() == 0
    assert any("best: always preferred" in note for note in found.notes)
    assert any("prior" in note for note in found.notes)
    with pytest.raises(TableError, match="always"):
        bradley_terry(votes, ridge=0)
    assert np.isfinite(thurstone(votes).ci95).all()


def test_an_asked_ridge_draws_scores_together_and_says_so():
    found = bradley_terry(WORKED, ridge=5.0)
    assert np.ptp(found.score) < np.ptp(bradley_terry(WORKED).score)
    assert "precision 5" in found.notes[0]
    with pytest.raises(UsageError, match="precision"):
        bradley_terry(WORKED, ridge=-1)


@pytest.mark.parametrize("ties", ["half", "davidson"])
def test_nothing_but_ties_says_that_all_are_equal(ties):
    votes = Comparisons.from_votes("aab", "bcc", ["tie"] * 3, raters="xyz")
    found = bradley_terry(votes, ties=ties)
    np.testing.assert_allclose(found.score, 0, atol=1e-12)
    assert found.difference("a", "b").p_value == 1
    assert any("Davidson" in note for note in found.notes) == (ties == "davidson")


def test_one_pair_and_one_rater():
    votes = Comparisons.from_votes(["a"] * 4, ["b"] * 4, ["first", "first", "first", "second"])
    assert bradley_terry(votes).difference("a", "b").value == pytest.approx(np.log(3))
    assert bradley_terry(votes).difference("a", "b").chance == pytest.approx(0.75)
    np.testing.assert_allclose(np.diff(bradley_terry(votes).jod), -1)
    np.testing.assert_allclose(np.diff(thurstone(votes).jod), -1)
    with pytest.raises(TableError, match="one rater"):
        bootstrap_raters(votes)


def test_a_name_that_is_not_there():
    with pytest.raises(UsageError, match="no stimulus"):
        bradley_terry(WORKED).difference("a", "z")


def test_drawing_raters_widens_intervals_when_raters_differ_in_taste():
    rng = np.random.default_rng(7)
    first = ["a"] * 240
    taste = np.repeat(rng.random(12) < 0.6, 20)  # a rater always prefers the same one
    outcome = ["first" if own else "second" for own in taste]
    votes = Comparisons.from_votes(first, ["b"] * 240, outcome, raters=np.repeat(range(12), 20).tolist())
    drawn = bootstrap_raters(votes, rounds=200)
    assert drawn.difference("a", "b").standard_error > 3 * bradley_terry(votes).difference("a", "b").standard_error
    low, high = drawn.difference("a", "b").ci95
    assert low < drawn.difference("a", "b").value < high
    np.testing.assert_array_equal(drawn.score, bradley_terry(votes).score)


@pytest.mark.parametrize("model", ["bradley-terry", "thurstone"])
def test_drawing_raters_agrees_with_the_information_when_votes_are_independent(model):
    votes = _voted(np.random.default_rng(8), [0.6, 0.0, -0.6], raters=60, each=30)
    drawn = bootstrap_raters(votes, model=model, rounds=200)
    plain = thurstone(votes) if model == "thurstone" else bradley_terry(votes)
    np.testing.assert_allclose(drawn.standard_error, plain.standard_error, rtol=0.3)
    assert drawn.notes == ()


def test_draws_in_which_somebody_always_wins_are_counted():
    outcome = ["first", "second", "tie", "first", "first", "tie"]  # only rater y ever prefers b
    votes = Comparisons.from_votes("aaaaaa", "bbbbbb", outcome, raters="xyyzzy")
    drawn = bootstrap_raters(votes, ties="davidson", rounds=50)
    assert any("draws" in note for note in drawn.notes)
    assert np.isfinite(drawn.ci95).all()


def test_the_deviance_is_the_distance_to_the_free_model():
    fit = goodness_of_fit(WORKED, bradley_terry(WORKED))
    wins = np.array(WINS, float)
    total = wins + wins.T
    share = np.divide(wins, total, out=np.ones_like(wins), where=wins > 0)
    assert fit.deviance == pytest.approx(2 * ((wins * np.log(share)).sum() + 24.118918416), abs=1e-6)
    assert fit.dof == 3
    worst = fit.residuals[0]
    assert abs(worst.residual) == max(abs(one.residual) for one in fit.residuals)
    assert fit.notes


def test_a_circle_of_preferences_does_not_fit():
    votes = Comparisons.from_wins([[0, 27, 3], [3, 0, 27], [27, 3, 0]])
    assert goodness_of_fit(votes, bradley_terry(votes)).p_value < 1e-9
    straight = _voted(np.random.default_rng(3), [0.8, 0.0, -0.8], raters=30, nu=0.5)
    fit = goodness_of_fit(straight, bradley_terry(straight, ties="davidson"))
    assert fit.dof == 3
    assert fit.p_value > 0.01


def test_two_stimuli_leave_nothing_to_test():
    votes = Comparisons.from_wins([[0, 3], [1, 0]])
    assert np.isnan(goodness_of_fit(votes, thurstone(votes)).p_value)


def test_stimuli_without_end_are_refused_at_once():
    names = [str(number) for number in range(6000)]
    votes = Comparisons.from_votes(names[:-1], names[1:], ["tie"] * 5999)
    with pytest.raises(TableError, match="6000 stimuli are too many"):
        bradley_terry(votes)


def test_wins_and_ties_without_losses_have_no_finite_tie_parameter():
    outcome = ["first", "tie", "first", "tie"]
    votes = Comparisons.from_votes("aabb", "bbcc", outcome)
    found = bradley_terry(votes, ties="davidson")
    assert np.isfinite([*found.score, found.tie_parameter, found.tie_parameter_error]).all()
    assert any("readily people tie" in note for note in found.notes)
    with pytest.raises(TableError, match="readily"):
        bradley_terry(votes, ties="davidson", ridge=0)
    answered = Comparisons.from_votes("aabbb", "bbccc", [*outcome, "second"])
    assert bradley_terry(answered, ties="davidson").notes == ()  # one loss is enough
