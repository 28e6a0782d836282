from dataclasses import replace

import numpy as np
import pytest
from random_votes import simulated

from beholder.errors import UsageError
from beholder.ratings import Ratings, differential_mos
from beholder.ratings.mos import opinions


def _hidden_reference(matrix, source, reference):
    votes = Ratings.from_matrix(matrix)
    return replace(votes, about_stimuli={"source": source, "reference": reference})


PAIR = _hidden_reference(
    [[5, 4, 4, 5], [4, 2, 3, 5], [4, 5, 4, np.nan], [5, 5, 5, 5]], ("a", "a", "b", "b"), ("yes", None, "no", "Yes")
)


def test_per_rater():
    found = differential_mos(PAIR)
    assert found.method == "dmos_per_rater"
    assert found.mos == pytest.approx([5, np.mean([4, 3, 4, 5]), np.mean([4, 5, 4]), 5])
    assert found.n.tolist() == [4, 4, 3, 4]
    assert found.sos[1] == pytest.approx(np.std([4, 3, 4, 5], ddof=1))


def test_values_above_the_scale_are_kept_or_crushed():
    votes = _hidden_reference([[3, 3], [5, 4]], ("a", "a"), ("yes", None))
    assert differential_mos(votes).mos[1] == 6.5
    crushed = differential_mos(votes, crush=True)
    assert crushed.method == "dmos_per_rater_crushed"
    assert crushed.mos[1] == pytest.approx(np.mean([7 * 7 / 9, 7 * 6 / 8]))


def test_of_means():
    mos = opinions(PAIR).mos
    group = differential_mos(PAIR, variant="group")
    assert group.mos == pytest.approx([5, mos[1] - mos[0] + 5, mos[2] - mos[3] + 5, 5])
    assert group.sos == pytest.approx(opinions(PAIR).sos)
    capped = differential_mos(_hidden_reference([[3, 3], [5, 4]], ("a", "a"), ("yes", None)), variant="capped")
    assert (capped.method, capped.mos.tolist()) == ("dmos_capped", [5, 5])
    assert capped.ci95.max() <= 5


def test_complete_panels_agree_on_the_score_but_not_on_the_interval():
    votes, _ = simulated(0, 12, 20)
    marks = ("yes", *[None] * 5) * 2
    votes = replace(votes, about_stimuli={"source": ("a",) * 6 + ("b",) * 6, "reference": marks})
    one, two = differential_mos(votes), differential_mos(votes, variant="group")
    assert one.mos == pytest.approx(two.mos)
    three = differential_mos(votes, variant="capped")
    assert (three.mos - three.ci95[:, 0])[1:6] == pytest.approx(2.093024 * three.standard_error[1:6], rel=1e-6)
    assert (three.standard_error[1:6] > two.standard_error[1:6]).all()


def test_raters_who_did_not_see_the_reference_are_left_out():
    votes = _hidden_reference([[5, np.nan, 5], [4, 2, 3]], ("a", "a"), ("yes", None))
    found = differential_mos(votes)
    assert (found.mos[1], found.n[1]) == (3.5, 2)
    assert found.notes == ("1 votes of raters who did not rate the reference are left out",)


@pytest.mark.parametrize(
    ("votes", "options", "message"),
    [
        (Ratings.from_matrix([[1, 2]]), {}, "name source and reference"),
        (_hidden_reference([[5], [4]], ("a", "b"), ("yes", None)), {}, "2 has no reference with votes"),
        (PAIR, {"variant": "best"}, "choose one of per_rater, group, capped"),
        (PAIR, {"crush": True, "variant": "group"}, "leave it out"),
        (PAIR, {"interval": "wilson"}, "choose t, normal or bootstrap"),
    ],
)
def test_what_does_not_fit(votes, options, message):
    with pytest.raises(UsageError, match=message):
        differential_mos(votes, **options)
