import numpy as np
import pytest

from beholder.errors import TableError
from beholder.ratings.pairs import Comparisons


def test_votes_become_tables():
    votes = Comparisons.from_votes(["a", "b", "a"], ["b", "a", "c"], ["first", "first", "tie"], raters=["x", "y", "x"])
    assert votes.wins.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]
    assert votes.ties.tolist() == [[0, 0, 1], [0, 0, 0], [1, 0, 0]]
    assert (len(votes), votes.raters) == (3, ("x", "y"))


def test_a_table_comes_back_as_it_was():
    wins = np.array([[np.nan, 2, 0.5], [1, 0, 0], [0.5, 0, 0]])
    ties = np.array([[0, 0, 3], [0, 0, 0], [3, 0, 0]])
    votes = Comparisons.from_wins(wins, ties=ties)
    np.testing.assert_array_equal(votes.wins, np.nan_to_num(wins))
    np.testing.assert_array_equal(votes.ties, ties)
    edges = votes.edges()
    assert (edges.low.tolist(), edges.high.tolist()) == ([0, 0], [1, 2])
    assert (edges.wins_low.tolist(), edges.wins_high.tolist(), edges.ties.tolist()) == ([2, 0.5], [1, 0.5], [0, 3])


def test_weights_of_raters_count_their_votes_so_often():
    votes = Comparisons.from_votes(["a", "b"], ["b", "a"], ["first", "first"], raters=["x", "y"])
    edges = votes.edges(np.array([3.0, 0.0]))
    assert (edges.wins_low.tolist(), edges.wins_high.tolist()) == ([3], [0])


def test_sureal_entries_said_from_both_sides_count_once():
    opinions = [
        {("x", 1): 1, ("y", 1): 0, ("x", 2): 0.5, ("z", 1): 2},
        {("x", 0): 0, ("y", 0): 1, ("z", 0): 1},
        {("x", 0): 0.5},
    ]
    votes = Comparisons.from_sureal([0, 1, 2], opinions)
    assert votes.wins.tolist() == [[0, 3, 0], [2, 0, 0], [0, 0, 0]]
    assert votes.ties[0, 2] == 1
    assert set(votes.raters) == {"x", "y", "z"}


@pytest.mark.parametrize(
    ("opinions", "message"),
    [([{("x", 7): 1}], "7 is compared"), ([{("x", 0): 0.3}], "no count"), ([{("x", 0): -1}], "no count")],
)
def test_sureal_entries_that_make_no_sense(opinions, message):
    with pytest.raises(TableError, match=message):
        Comparisons.from_sureal([0], opinions)


def test_tiers_and_groups():
    table = np.zeros((6, 6))
    table[0, 1] = table[1, 2] = table[2, 1] = table[3, 4] = 1
    votes = Comparisons.from_wins(table)
    group, tier = votes.groups, votes.tiers
    assert group[0] == group[1] == group[2] != group[3] == group[4] != group[5]
    assert tier[1] == tier[2] != tier[0]
    assert len(set(tier.tolist())) == 5


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Comparisons.from_votes([], [], []), "no comparison"),
        (lambda: Comparisons.from_votes(["a"], ["b"], ["left"]), "'left' is no outcome"),
        (lambda: Comparisons.from_votes(["a"], ["b", "c"], ["tie"]), "differ in length"),
        (lambda: Comparisons.from_votes(["a"], ["a"], ["tie"]), "a is compared with itself"),
        (lambda: Comparisons.from_votes(["a"], ["b"], ["tie"], stimuli=["a"]), "b is compared, but is not"),
        (lambda: Comparisons.from_votes(["a"], ["b"], ["tie"], stimuli=["a", "b", "a"]), "name of another"),
        (lambda: Comparisons.from_wins([[0, 1, 2]]), "not square"),
        (lambda: Comparisons.from_wins([[0, 1], [0, 0]], ties=[[0, 1], [0, 0]]), "symmetric"),
        (lambda: Comparisons.from_wins([[0, -1], [0, 0]]), "not positive"),
        (lambda: Comparisons.from_wins([[0, np.inf], [0, 0]]), "not positive"),
        (lambda: Comparisons.from_wins([[1, 0], [0, 0]]), "compared with itself"),
        (lambda: Comparisons.from_wins(np.zeros((3, 3))), "no comparison"),
        (lambda: Comparisons.from_wins([[0, 1], [0, 0]], stimuli=["a"]), "not in the list"),
    ],
)
def test_what_makes_no_sense_is_said(make, message):
    with pytest.raises(TableError, match=message):
        make()
