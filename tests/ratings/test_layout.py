import numpy as np
import pytest
from random_votes import simulated

from beholder.ratings import Ratings
from beholder.ratings.layout import Columns, Grid, averaged, layout, moments, parts, repetitions


def _reordered(votes, order):
    columns = {name: getattr(votes, name)[order] for name in ("stimulus", "rater", "score", "repetition")}
    return Ratings(votes.stimuli, votes.raters, **columns)


def test_complete_panels_in_order_are_a_grid_without_a_copy():
    votes, _ = simulated(0, 6, 4)
    found = layout(votes)
    assert isinstance(found, Grid)
    assert np.shares_memory(found.score, votes.score)
    by_rater = _reordered(votes, np.lexsort((votes.stimulus, votes.rater)))
    other = layout(by_rater)
    assert isinstance(other, Grid)
    assert (other.score == found.score).all()


@pytest.mark.parametrize("kind", ["mixed", "sparse", "repeated"])
def test_other_panels_are_columns(kind):
    votes, _ = simulated(0, 6, 4, share=0.7 if kind == "sparse" else 1, repetitions=2 if kind == "repeated" else 1)
    if kind == "mixed":
        votes = _reordered(votes, np.random.default_rng(0).permutation(len(votes)))
    assert isinstance(layout(votes), Columns)


def test_both_forms_give_the_same_sums():
    votes, _ = simulated(1, 7, 5)
    grid = layout(votes)
    columns = layout(_reordered(votes, np.random.default_rng(0).permutation(len(votes))))
    for one, other in (
        (grid.per_stimulus, columns.per_stimulus),
        (grid.per_rater, columns.per_rater),
        (grid.stimulus_sum(grid.score), columns.stimulus_sum(columns.score)),
        (grid.rater_sum(grid.score), columns.rater_sum(columns.score)),
        (grid.rater_count(grid.score > 3), columns.rater_count(columns.score > 3)),
        (moments(grid).spread, moments(columns).spread),
        (moments(grid.of_raters(np.arange(5) > 1)).mean, moments(columns.of_raters(np.arange(5) > 1)).mean),
        (grid.by_stimulus()[1], columns.by_stimulus()[1]),
    ):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_repetitions_are_counted_and_averaged():
    votes = layout(Ratings.from_matrix([[[5, 4], [3, np.nan]], [[1, 1], [2, 4]]]))
    assert repetitions(votes) == 2
    mean = averaged(votes)
    assert mean.score.tolist() == [4.5, 3, 1, 3]
    assert repetitions(mean) == 1
    assert averaged(mean) is mean


def test_parts_without_a_common_rater_are_counted():
    nan = np.nan
    assert parts(layout(Ratings.from_matrix([[3, 4], [2, 1]]))) == 1
    assert parts(layout(Ratings.from_matrix([[3, nan], [nan, 4], [nan, 2], [nan, nan]]))) == 2
    chain = np.full((500, 500), nan)
    chain[np.arange(500), np.arange(500)] = 3
    assert parts(layout(Ratings.from_matrix(chain))) == 500
    chain[np.arange(499), np.arange(1, 500)] = 3
    assert parts(layout(Ratings.from_matrix(chain))) == 1
