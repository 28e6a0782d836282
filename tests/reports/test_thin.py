from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sample_result import timeline

from beholder.reports.thin import FEWEST_POINTS, thin, thin_all
from beholder.types import Series


@given(st.integers(1, 3000), st.integers(2, 400), st.integers(0, 2**32 - 1))
def test_dips_and_peaks_survive(count: int, points: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    y = rng.standard_normal(count).astype(np.float32)
    y[rng.random(count) < 0.1] = np.nan
    short = thin(Series("x", np.arange(count, dtype=np.float64), y), points=points)
    assert short.t.size <= max(points, 2)
    assert np.all(np.diff(short.t) >= 0)
    if np.isfinite(y).any():
        assert np.nanmin(short.y) == np.nanmin(y)
        assert np.nanmax(short.y) == np.nanmax(y)


def test_a_short_series_is_left_alone() -> None:
    mos = timeline(60)["mos"]
    assert thin(mos, points=60) is mos


def test_a_long_gap_stays_a_gap() -> None:
    y = np.ones(10_000, dtype=np.float32)
    y[4_000:6_000] = np.nan
    short = thin(Series("x", np.arange(10_000.0), y), points=200)
    inside = (short.t > 4_100) & (short.t < 5_900)
    assert np.isnan(short.y[inside]).all()
    assert not np.isnan(short.y[~inside & ((short.t < 3_900) | (short.t > 6_100))]).any()


def test_two_hours_share_the_budget_and_keep_every_second_of_the_score() -> None:
    series = timeline(7_200)
    short = thin_all(series, budget=30_000)
    assert list(short) == list(series)
    assert short["mos"].t.size == 7_200
    assert all(FEWEST_POINTS / 2 < short[name].t.size <= 30_000 // len(series) for name in ("motion", "brightness"))
    assert np.array_equal(short["motion"].t, short["brightness"].t)
