import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from beholder.models.pooling import pool, pooling_weights

curves = arrays(np.float32, st.integers(1, 40), elements=st.floats(1, 5, width=32))


@given(curves, st.floats(0.05, 1.0))
def test_pooled_mos_lies_within_its_seconds(mos, last):
    duration = mos.size - 1 + last
    pooled = pool(mos, np.arange(float(mos.size)), duration)
    assert mos.min() - 1e-4 <= pooled <= mos.max() + 1e-4


@given(curves)
def test_lowering_one_second_never_raises_the_mos(mos):
    seconds = np.arange(float(mos.size))
    for index in (0, mos.size // 2, mos.size - 1):
        worse = mos.copy()
        worse[index] = 1.0
        assert pool(worse, seconds, float(mos.size)) <= pool(mos, seconds, float(mos.size)) + 1e-4


def test_the_end_weighs_more_than_the_start():
    early, late = np.full(20, 4.5, np.float32), np.full(20, 4.5, np.float32)
    early[1:3], late[17:19] = 2.0, 2.0
    seconds = np.arange(20.0)
    assert pool(late, seconds, 20.0) < pool(early, seconds, 20.0) - 0.1


def test_bad_moments_weigh_more_than_their_length():
    mos = np.full(10, 4.0, np.float32)
    mos[5] = 1.0
    assert pool(mos, np.arange(10.0), 10.0) < 3.7 - 0.1


def test_a_short_last_bin_weighs_less():
    mos = np.array([4, 4, 1], np.float32)
    whole, sliver = pooling_weights(mos, np.arange(3.0), 3.0), pooling_weights(mos, np.arange(3.0), 2.1)
    assert sliver[2] < 0.5 * whole[2]
