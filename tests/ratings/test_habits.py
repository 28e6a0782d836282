import numpy as np
import pytest
from random_votes import simulated

from beholder.ratings import Ratings, Scale
from beholder.ratings.habits import checks, habits, without_each
from beholder.ratings.layout import layout
from beholder.ratings.recovery import project


@pytest.mark.parametrize(("share", "repetitions"), [(1.0, 1), (0.4, 1), (0.8, 2)])
def test_scores_of_the_others_leave_the_rater_out(share, repetitions):
    votes, _ = simulated(1, 25, 10, share=share, repetitions=repetitions)
    found = project(layout(votes), weights="restricted")
    fair, weight = votes.score - found.bias[votes.rater], found.weight[votes.rater]
    for rater in (0, 7):
        own = votes.rater == rater
        pairs = []
        for vote in np.flatnonzero(own):
            rest = (votes.stimulus == votes.stimulus[vote]) & ~own
            if rest.any():
                pairs.append((votes.score[vote], np.average(fair[rest], weights=weight[rest])))
        wanted = np.corrcoef(np.array(pairs).T)[0, 1]
        measured = habits(votes)
        assert measured.correlation[rater] == pytest.approx(wanted, rel=1e-9)
        assert measured.votes[rater] == len(pairs)


def test_simple_habits():
    votes = Ratings.from_matrix([[1, 2, 5], [1, 3, 5], [1, 3, np.nan], [2, 5, np.nan]])
    found = habits(votes)
    assert found.usual_vote_share.tolist() == [0.75, 0.5, 1.0]
    assert np.isnan(found.longest_run).all()
    assert np.isnan(found.seconds).all()
    assert np.isnan(found.repetition_difference).all()
    assert np.isnan(found.chance_difference).all()


def test_habits_of_repetitions():
    own = [2, 3, 3, 5]
    found = habits(Ratings.from_matrix([[[2, 3], [1, 1]], [[3, 5], [2, np.nan]]]))
    assert found.repetition_difference.tolist() == [1.5, 0]
    assert found.repeated.tolist() == [2, 1]
    pairs = [abs(a - b) for i, a in enumerate(own) for b in own[i + 1 :]]
    assert found.chance_difference[0] == pytest.approx(np.mean(pairs))


def test_the_usual_vote_of_a_fine_scale():
    votes = Ratings.from_matrix(np.random.default_rng(0).uniform(0, 100, (2000, 3)), scale=Scale(0, 100, None))
    assert habits(votes).usual_vote_share == pytest.approx(np.full(3, 1 / 2000))


def test_without_each_counts_what_is_left_alone():
    votes = Ratings.from_matrix([[1, 3], [4, np.nan], [2, 2]])
    found = without_each(votes)
    assert found.mean.tolist() == [0.5, 0.5]
    assert found.largest.tolist() == [1, 1]
    assert found.stimulus.tolist() == [0, 0]
    assert found.alone.tolist() == [1, 0]


def test_no_facts_no_checks():
    found = checks(Ratings.from_matrix([[1, 3]]))
    assert found.gold_votes.tolist() == found.trap_votes.tolist() == [0, 0]
