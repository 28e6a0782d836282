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


def test_many_tukey_tests_are_interpolated_closely():
    t = np.linspace(0, 6, 150)
    found = tukey(t, conditions=6, dof=60)
    wanted = stats.studentized_range.sf(t[::15] * np.sqrt(2), 6, 60)
    np.testing.assert_allclose(found[::15], wanted, rtol=1e-4, atol=1e-9)


def test_tukey_on_two_conditions_is_the_t_test():
    np.testing.assert_allclose(tukey([2.1, -2.1], conditions=2, dof=20), 2 * stats.t.sf(2.1, 20), rtol=1e-6)
    assert tukey([np.inf, np.nan], conditions=3, dof=20)[0] == 0


def test_tukey_is_no_correction_of_p_values():
    with pytest.raises(UsageError, match="tukey"):
        adjusted([0.1], "tukey")
