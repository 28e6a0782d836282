import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beholder.errors import TableError
from beholder.ratings import ACR, Ratings, Scale


def _votes(**changes):
    columns = {
        "stimuli": ("a", "b"),
        "raters": ("x", "y"),
        "stimulus": np.array([0, 1], np.int32),
        "rater": np.array([0, 1], np.int32),
        "score": np.array([1.0, 5.0]),
        "repetition": np.zeros(2, np.int32),
    }
    return Ratings(**(columns | changes))


@given(st.lists(st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=3, max_size=3), min_size=1, max_size=6))
def test_a_matrix_comes_back_as_it_was(rows):
    wanted = np.array(rows, dtype=float)
    if np.isnan(wanted).all():
        with pytest.raises(TableError, match="no vote"):
            Ratings.from_matrix(rows)
        return
    votes = Ratings.from_matrix(rows)
    np.testing.assert_array_equal(votes.matrix(), wanted)
    assert votes.is_complete == (not np.isnan(wanted).any())
    assert votes.votes_per_stimulus.sum() == votes.votes_per_rater.sum() == len(votes)


def test_repetitions_are_votes_and_the_matrix_averages_them():
    votes = Ratings.from_matrix([[[5, 4], [3, np.nan]]])
    assert votes.repetition.tolist() == [0, 1, 0]
    assert votes.matrix().tolist() == [[4.5, 3.0]]
    assert not votes.is_complete


def test_a_choice_of_votes_keeps_every_name():
    votes = _votes(order=np.array([3.0, 4.0]), seconds=np.array([1.0, np.nan]))
    kept = votes.where(np.array([False, True]))
    assert (kept.stimuli, kept.raters) == (votes.stimuli, votes.raters)
    assert (kept.score.tolist(), kept.order.tolist()) == ([5.0], [4.0])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"score": np.array([1.0, 6.0])}, "1 votes are not on the scale .*first is 6"),
        ({"score": np.array([1.0, np.nan])}, "not on the scale"),
        ({"score": np.array([1.0])}, "differ in length"),
        ({"seconds": np.array([1.0])}, "differ in length"),
        ({"raters": ("x", "x")}, "rater x is there twice"),
        ({"stimuli": ("a",)}, "stimulus that is not in the list"),
        ({"about_raters": {"age": ("20",)}}, "fact about each rater"),
    ],
)
def test_votes_that_make_no_sense_are_refused(changes, message):
    with pytest.raises(TableError, match=message):
        _votes(**changes)


def test_a_scale_knows_its_levels():
    assert Scale(0, 1, 0.25).levels.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert Scale(0, 100, None).levels.size == 0
    assert str(ACR) == "1 to 5, steps of 1"
    with pytest.raises(ValueError, match="must rise"):
        Scale(5, 5)
