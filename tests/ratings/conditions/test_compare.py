from dataclasses import replace

import numpy as np
import pytest
from condition_votes import quality_of, votes_of
from scipy import stats

from beholder.errors import TableError, UsageError
from beholder.ratings import Ratings
from beholder.ratings.conditions import compare_conditions


def test_a_pair_is_scipys_paired_t_test():
    quality = quality_of(1)
    table = compare_conditions(votes_of(quality), correction="none")
    wanted = stats.ttest_rel(quality[:, 0].mean(axis=0), quality[:, 2].mean(axis=0))
    found = table.pair("c0", "c2")
    assert found.difference / found.standard_error == pytest.approx(wanted.statistic)
    assert found.p_value == found.p_adjusted == pytest.approx(wanted.pvalue)
    assert found.ci95 == pytest.approx(tuple(wanted.confidence_interval()))
    assert (found.n, found.dof) == (16, 15)


def test_tukey_is_scipys_studentized_range_on_the_error_of_raters_within_conditions():
    quality = quality_of(2)
    means = quality.mean(axis=0)  # conditions x raters
    left = means - means.mean(axis=0) - means.mean(axis=1, keepdims=True) + means.mean()
    error = (left**2).sum() / 45
    q = abs(means[0].mean() - means[1].mean()) / np.sqrt(error / 16)
    found = compare_conditions(votes_of(quality), correction="tukey").pair("c0", "c1")
    assert found.p_adjusted == pytest.approx(stats.studentized_range.sf(q, 4, 45), rel=1e-6)
    assert found.dof == 45


def test_equivalence_is_two_one_sided_t_tests():
    quality = quality_of(3, means=(3.0, 3.05, 4.0))
    one, other = quality[:, 0].mean(axis=0), quality[:, 1].mean(axis=0)
    wanted = max(
        stats.ttest_1samp(one - other, 0.4, alternative="less").pvalue,
        stats.ttest_1samp(one - other, -0.4, alternative="greater").pvalue,
    )
    table = compare_conditions(votes_of(quality), correction="none", margin=0.4)
    assert table.pair("c0", "c1").p_equivalence == pytest.approx(wanted)
    assert table.pair("c0", "c1").equivalent
    assert table.pair("c0", "c2").differs
    assert not table.pair("c0", "c2").equivalent


def test_sources_can_be_paired_instead_of_raters():
    quality = quality_of(4)
    wanted = stats.ttest_rel(quality[:, 0].mean(axis=1), quality[:, 3].mean(axis=1))
    found = compare_conditions(votes_of(quality), over="sources", correction="none").pair("c0", "c3")
    assert found.p_value == pytest.approx(wanted.pvalue)


def test_a_rater_who_missed_a_source_is_compared_on_the_others():
    quality = quality_of(5, means=(2.0, 3.0), spread=(1.5, 0, 0.3, 0))
    whole = compare_conditions(votes_of(quality))
    holes = compare_conditions(votes_of(quality, seen=0.5))
    assert whole.pairs[0].difference == pytest.approx(-1)
    assert holes.pairs[0].difference == pytest.approx(-1)  # the sources differ much, but never within a pair
    assert holes.pairs[0].n <= whole.pairs[0].n


def test_tukey_leaves_out_raters_with_holes_and_says_so():
    quality = quality_of(6)
    quality[:, 1, 0] = np.nan
    table = compare_conditions(votes_of(np.nan_to_num(quality, nan=np.nan)), correction="tukey")
    assert any("1 without votes on every condition" in note for note in table.notes)
    assert table.pairs[0].dof == 14 * 3


def test_letters_and_matrix_say_the_same():
    table = compare_conditions(votes_of(quality_of(7, means=(1, 1, 3, 5))))
    same = table.matrix() >= 0.05
    for a, one in enumerate(table.letters):
        for b, other in enumerate(table.letters):
            assert bool(set(one) & set(other)) == same[a, b]
    assert "a" in table.letters[3]


def test_the_order_of_conditions_turns_signs_only():
    quality = quality_of(8)
    table, turned = (
        compare_conditions(votes_of(quality[:, order], conditions=[f"c{k}" for k in order]), margin=0.3)
        for order in ([0, 1, 2, 3], [3, 2, 1, 0])
    )
    for one in table.pairs:
        other = turned.pair(one.first, one.second)
        assert other.difference == pytest.approx(-one.difference)
        assert other.p_adjusted == pytest.approx(one.p_adjusted)
        assert other.p_equivalence == pytest.approx(one.p_equivalence)
        assert other.delta.value == pytest.approx(-one.delta.value)
    np.testing.assert_allclose(table.mean, turned.mean[::-1])


def test_votes_without_conditions_compare_stimuli():
    votes = Ratings.from_matrix([[5, 4, 5, 5, 4], [1, 2, 1, 1, 2]], stimuli=["good", "bad"])
    table = compare_conditions(votes)
    assert table.conditions == ("good", "bad")
    assert table.pairs[0].differs
    assert "no condition" in table.notes[0]


def test_all_equal_votes_are_no_difference_and_equivalent():
    table = compare_conditions(Ratings.from_matrix(np.full((3, 6), 3.0)), margin=0.5)
    for one in table.pairs:
        assert (one.difference, one.p_adjusted, one.differs, one.equivalent) == (0, 1, False, True)
        assert np.isnan(one.d.value)
    assert table.letters == ("a", "a", "a")


def test_a_constant_difference_is_a_difference():
    table = compare_conditions(Ratings.from_matrix([[5.0] * 6, [3.0] * 6]), correction="tukey")
    assert table.pairs[0].p_adjusted == 0
    assert table.pairs[0].differs


def test_pairs_that_nobody_saw_both_of_have_no_p_value():
    votes = Ratings.from_matrix([[5, 4, np.nan, np.nan], [np.nan, np.nan, 2, 1], [3, 3, 3, 4]])
    table = compare_conditions(votes)
    assert np.isnan(table.pairs[0].p_adjusted)
    assert not table.pairs[0].differs
    assert any("1 pairs have fewer than two" in note for note in table.notes)
    assert any("hints" in note for note in table.notes)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"correction": "scheffe"}, UsageError, "scheffe"),
        ({"alpha": 5}, UsageError, "no level"),
        ({"margin": -1}, UsageError, "no margin"),
    ],
)
def test_options_that_make_no_sense(options, error, message):
    with pytest.raises(error, match=message):
        compare_conditions(votes_of(quality_of(9)), **options)


def test_too_little_to_compare():
    with pytest.raises(TableError, match="one condition"):
        compare_conditions(Ratings.from_matrix([[5, 4]]))
    with pytest.raises(TableError, match="one of the raters"):
        compare_conditions(Ratings.from_matrix([[5], [4]]))
    with pytest.raises(TableError, match="Tukey"):
        compare_conditions(Ratings.from_matrix([[5, 4, np.nan], [np.nan, 3, 2], [4, np.nan, 1]]), correction="tukey")
    with pytest.raises(UsageError, match="no such pair"):
        compare_conditions(votes_of(quality_of(9))).pair("c0", "c0")


def test_votes_of_nobody_in_particular_are_paired_by_source_only():
    votes = replace(votes_of(quality_of(10)), anonymous=True)
    with pytest.raises(TableError, match="who gave which"):
        compare_conditions(votes)
    assert compare_conditions(votes, over="sources").pairs[0].n == 6


def test_what_is_no_condition_is_left_out_and_said():
    votes = votes_of(quality_of(11))
    facts = dict(votes.about_stimuli)
    facts["condition"] = (None, *facts["condition"][1:])
    facts["trap"] = (None, "3", *[None] * 22)
    facts["gold"] = (None, None, "5", *[None] * 21)
    table = compare_conditions(replace(votes, about_stimuli=facts))
    assert "16 votes on stimuli without a condition are left out" in table.notes
    assert "32 votes on gold and trapping clips are left out" in table.notes
    facts["condition"] = (None,) * 24
    with pytest.raises(TableError, match="no stimulus has a condition"):
        compare_conditions(replace(votes, about_stimuli=facts))


def test_conditions_without_end_are_refused_at_once():
    with pytest.raises(TableError, match="300 conditions are too many"):
        compare_conditions(Ratings.from_matrix(np.full((300, 3), 3.0)))


def test_some_sources_known_and_some_not():
    votes = votes_of(quality_of(12))
    facts = votes.about_stimuli | {"source": (None, *votes.about_stimuli["source"][1:])}
    with pytest.raises(TableError, match="some have none"):
        compare_conditions(replace(votes, about_stimuli=facts))
    nameless = compare_conditions(replace(votes, about_stimuli={"condition": facts["condition"]}))
    assert any("sources are not known" in note for note in nameless.notes)
