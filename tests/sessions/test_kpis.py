import numpy as np

from beholder.sessions.kpis import correlations, moved, outside
from beholder.types import Series, Span


def series(name, t, y):
    return Series(name, np.asarray(t, np.float64), np.asarray(y, np.float32))


T = np.arange(0, 30, 0.5)
FLOW = series("kpi_throughput", T, np.where((T > 10) & (T < 14), 200, 4000 + 50 * np.sin(T)))
CALM = series("kpi_cpu", T, 30 + np.sin(T * 3))


def test_a_kpi_that_collapsed_is_told_and_a_calm_one_is_not():
    (kpi,) = moved(Span(11, 13), {"kpi_throughput": FLOW, "kpi_cpu": CALM})
    assert kpi.name == "throughput"
    assert kpi.inside < 300
    assert kpi.outside > 3000


def test_the_lag_of_a_kpi_is_found():
    rng = np.random.default_rng(3)
    cause = rng.normal(size=60).astype(np.float32)
    kpi = series("kpi_x", np.arange(60.0), cause)
    mos = series("mos", np.arange(60.0) + 2.0, 3 + 0.5 * cause)
    (row,) = correlations(mos, {"kpi_x": kpi})
    assert row["spearman"] > 0.95
    assert 1.5 <= row["lag_s"] <= 2.5


def test_constant_and_short_series_give_no_correlation():
    mos = series("mos", np.arange(20.0), np.linspace(2, 4, 20))
    assert correlations(mos, {"kpi_flat": series("kpi_flat", np.arange(20.0), np.ones(20))}) == ()
    assert correlations(mos, {"kpi_short": series("kpi_short", [0, 1], [1, 2])}) == ()


def test_missing_values_are_missing_not_zero():
    holes = FLOW.y.copy()
    holes[::2] = np.nan
    (kpi,) = moved(Span(11, 13), {"kpi_throughput": series("kpi_throughput", T, holes)})
    assert kpi.outside > 3000


def test_kpis_of_another_time_are_said():
    late = {"kpi_rtt": Series("kpi_rtt", np.arange(100.0, 200.0), np.ones(100, np.float32))}
    (note,) = outside(late, 20.0)
    assert note.what == "KPIs"
    assert "100.0 to 199.0 s, outside of the recording (0 to 20.0 s)" in note.reason
    assert outside(late, 120.0) == outside({}, 20.0) == ()
