import numpy as np
import pytest

from beholder.ratings.pairs import Comparisons, bradley_terry, told_apart


def test_a_pair_is_the_wald_test_of_its_difference():
    scale = bradley_terry(Comparisons.from_wins([[0, 12], [5, 0]], stimuli="ab"))
    found = told_apart(scale)
    assert found.p_adjusted[0, 1] == found.p_adjusted[1, 0] == pytest.approx(scale.difference("a", "b").p_value)


def test_more_stimuli_raise_the_p_values():
    wins = np.array([[0, 14, 14], [6, 0, 10], [6, 10, 0]])
    scale = bradley_terry(Comparisons.from_wins(wins, stimuli="abc"))
    plain, holm = (told_apart(scale, correction=how).p_adjusted for how in ("none", "holm"))
    assert (holm >= plain).all()
    assert holm[0, 1] > plain[0, 1]
    np.testing.assert_array_equal(np.diag(holm), 1)


def test_groups_share_no_letter_and_have_no_p_value():
    wins = np.zeros((4, 4))
    wins[0, 1] = wins[1, 0] = wins[2, 3] = wins[3, 2] = 5
    found = told_apart(bradley_terry(Comparisons.from_wins(wins)))
    assert np.isnan(found.p_adjusted[0, 2])
    assert found.letters[0] == found.letters[1] != found.letters[2] == found.letters[3]
