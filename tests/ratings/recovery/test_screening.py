import numpy as np
import pytest
from published_votes import panel
from random_votes import simulated

from beholder.ratings import Ratings, recover
from beholder.ratings.layout import layout
from beholder.ratings.recovery import correlate, screen_bt500, screen_correlation


def _with_clicker(seed, stimuli, raters, *, share=1.0, who=0):
    votes, _ = simulated(seed, stimuli, raters)
    generator = np.random.default_rng(seed + 10_000)  # not the stream of the truth
    block = votes.matrix()
    block[:, who] = generator.integers(1, 6, stimuli)
    block[generator.random(block.shape) > share] = np.nan
    return block


def test_bt500_by_hand():
    # kurtosis 4.9: a vote lies out beyond sqrt(20) = 4.5 standard deviations, and none does
    votes = layout(Ratings.from_matrix([[3, 3, 3, 3, 3, 3, 3, 3, 2, 5]]))
    assert not screen_bt500(votes).above.any()
    # mean 3.05, standard deviation (n - 1) .826, kurtosis 2.8: a vote lies out beyond 3.05 +- 1.65
    votes = layout(Ratings.from_matrix([[2] * 5 + [3] * 10 + [4] * 4 + [5]]))
    found = screen_bt500(votes)
    assert found.above.tolist() == [0] * 19 + [1]
    assert not found.below.any()
    assert not found.rejected.any()


def test_unanimous_stimuli_count_against_nobody():
    """In SUREAL's form they count against everybody to both sides: it rejects nearly all raters, or itself."""
    alone, silent = 0, 0
    for seed in range(20):
        block = _with_clicker(seed, 60, 20)
        block[:6] = 5.0
        votes = Ratings.from_matrix(block)
        sureal = recover(votes, method="bt500", compat="sureal")
        silent += "would reject every rater" in "".join(sureal.notes)
        assert sureal.rejected.sum() == 0 or sureal.rejected.sum() > 10
        text = recover(votes, method="bt500")
        assert not text.rejected[1:].sum() > 1
        alone += text.rejected.tolist() == [True] + [False] * 19
    assert silent > 0
    assert alone >= 10  # of 20: BT.500 is a weak test


def test_the_own_votes_are_the_denominator():
    """In SUREAL's form it is all presentations of the test: in sparse panels nobody can be rejected."""
    found = {"sureal": 0, None: 0}
    for seed in range(10):
        votes = Ratings.from_matrix(_with_clicker(seed, 400, 100, share=0.12))
        for compat in found:
            found[compat] += bool(recover(votes, method="bt500", compat=compat).rejected[0])
    assert found["sureal"] == 0
    assert found[None] >= 4  # of 10: BT.500 is a weak test


def test_nobody_is_held_to_a_single_vote():
    found = screen_bt500(layout(Ratings.from_matrix([[5, np.nan], [np.nan, 1]])))
    assert not found.above.any()
    assert found.statistic.tolist() == [0, 0]


@pytest.mark.parametrize(("name", "limit", "out"), [("NFLX", 0.7, []), ("NFLX4outliers", 0.5117, [26, 27, 28, 29])])
def test_screening_by_correlation_as_in_sureal(data_dir, name, limit, out):
    found = screen_correlation(layout(panel(data_dir, name)), leave_one_out=False)
    assert found.limit == pytest.approx(limit, abs=5.1e-5)
    assert np.flatnonzero(found.rejected).tolist() == out
    assert all("limit" in found.reasons[i] for i in out)


def test_correlation_with_the_others(data_dir):
    film = correlate(layout(panel(data_dir, "NFLX4outliers")))
    assert film[26:] == pytest.approx([-0.215, 0.241, 0.149, 0.137], abs=5.1e-4)
    film = correlate(layout(panel(data_dir, "NFLX")))
    assert (film.argmin(), film.min()) == (6, pytest.approx(0.743, abs=5.1e-4))
    sport = correlate(layout(panel(data_dir, "VQEGHD3")))
    assert (sport.argmin(), sport.min()) == (12, pytest.approx(0.747, abs=5.1e-4))


@pytest.mark.parametrize("leave_one_out", [True, False])
def test_correlation_by_hand_on_a_sparse_panel_with_repetitions(leave_one_out):
    votes, _ = simulated(5, 20, 8, share=0.6, repetitions=2)
    found = correlate(layout(votes), leave_one_out=leave_one_out)
    mean = votes.matrix()
    for i in range(8):
        others = np.delete(mean, i, axis=1) if leave_one_out else mean
        seen = ~np.isnan(mean[:, i]) & ~np.isnan(others).all(axis=1)
        wanted = np.corrcoef(mean[seen, i], np.nanmean(others[seen], axis=1))[0, 1]
        assert found[i] == pytest.approx(wanted, rel=1e-9)


def test_correlation_of_who_does_not_vary_is_not_known():
    votes = layout(Ratings.from_matrix([[1, 3, 1], [2, 3, 2], [4, 3, 5], [5, 3, 4]]))
    found = screen_correlation(votes)
    assert np.isnan(found.statistic[1])
    assert not found.rejected[1]
    assert np.isnan(correlate(layout(Ratings.from_matrix([[1], [2], [4]])))).all()
