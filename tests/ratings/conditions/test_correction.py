import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from beholder.errors import UsageError
from beholder.ratings.conditions import adjusted, tukey

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@given(P_VALUES)
def test_benjamini_hochberg_is_scipys(p_values):
    np.testing.assert_allclose(adjusted(p_values, "benjamini-hochberg"), stats.false_discovery_control(p_values))


@given(P_VALUES)
def test_holm_rejects_step_by_step(p_values):
    found = adjusted(p_values, "holm")
    order, going = np.argsort(p_values, kind="stable"), True
    for step, index in enumerate(order):
        going = going and p_values[index] * (len(p_values) - step) < 0.05
        assert (found[index] < 0.05) == going
    assert (found >= p_values).all()


def test_unknown_p_values_stay_and_do_not_count():
    np.testing.assert_array_equal(adjusted([0.01, np.nan, 0.04], "holm"), [0.02, np.nan, 0.04])
    np.testing.assert_array_equal(adjusted([np.nan], "holm"), [np.nan])


@pytest.mark.parametrize(("conditions", "dof"), [(2, 1), (3, 4.5), (5, 30), (20, 300), (60, 9e4)])
def test_tukey_is_scipys_studentized_range(conditions, dof):
    t = np.array([0.0, 0.3, 1.5, 2.5, 4.0])
    wanted = stats.studentized_range.sf(t * np.sqrt(2), conditions, dof)
    np.testing.assert_allclose(tukey(t, conditions=conditions, dof=dof), wanted, atol=1e-9, rtol=1e-7)


def test_every_tukey_test_has_its_own_degrees_of_freedom():
    dof = np.linspace(5, 50, 700)
    found = tukey(np.full(700, 2.5), conditions=4, dof=dof)
    assert (np.diff(found) < 0).all()
    assert found[0] == tukey([2.5], conditions=4, dof=5)[0]


def test_tukey_on_two_conditions_is_the_t_test():
    np.testing.assert_allclose(tukey([2.1, -2.1], conditions=2, dof=20), 2 * stats.t.sf(2.1, 20), rtol=1e-6)
    assert tukey([np.inf, np.nan], conditions=3, dof=20)[0] == 0


def test_tukey_is_no_correction_of_p_values():
    with pytest.raises(UsageError, match="tukey"):
        adjusted([0.1], "tukey")
