import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beholder.models.model import PROFILES
from beholder.models.vmos import Vmos
from beholder.types import Event, Evidence, Series, Span

PC = PROFILES["pc"]
MODEL = Vmos(eye=None)  # judging needs no eye
SECONDS = 12


def evidence(*events, quality=4.2, duration=float(SECONDS)):
    t = np.arange(SECONDS) + 0.5
    looks = np.broadcast_to(np.asarray(quality, np.float32), t.shape)
    return Evidence(
        series={
            "spatial_quality": Series("spatial_quality", t, looks),
            "spatial_doubt": Series("spatial_doubt", t, np.full(SECONDS, 0.8, np.float32)),
        },
        events=events,
        facts={"duration_s": duration, "measured_share": 1.0, "width": 1920, "height": 1080},
    )


def judged(*events, **options):
    return MODEL.judge(evidence(*events, **options), PC)


freeze = Event("freeze", Span(4, 6), 0.4, {"mode": "pause"})
black = Event("black", Span(4, 6), 1.0, {})
slow = Event("low_frame_rate", Span(0, SECONDS), 0.5, {"rate_fps": 8.0})
kinds = st.sampled_from(
    ["freeze", "buffering", "black", "blank", "flicker", "corruption", "stutter", "blur", "silence"]
)


@st.composite
def event(draw):
    start = draw(st.floats(0, 11))
    return Event(draw(kinds), Span(start, start + draw(st.floats(0.1, 5))), draw(st.floats(0, 1)), {})


@given(st.lists(event(), max_size=8), st.floats(1, 5))
def test_factors_sum_to_what_is_lost(events, quality):
    verdict = judged(*events, quality=quality)
    assert sum(verdict.factors.values()) == pytest.approx(5.0 - verdict.score.mos, abs=2e-3)
    assert all(part >= -1e-4 for part in verdict.factors.values())
    low, high = verdict.score.ci95
    assert 1.0 <= low <= verdict.score.mos <= high <= 5.0


@given(st.lists(event(), min_size=1, max_size=8))
def test_events_cost_no_more_than_their_factors(events):
    verdict = judged(*events)
    for kind in {e.kind for e in events}:
        cost = sum(c for e, c in verdict.costs if e.kind == kind)
        assert cost == pytest.approx(verdict.factors.get(kind, 0.0), abs=1e-4)


@pytest.mark.parametrize("fault", [freeze, black, slow], ids=lambda e: e.kind)
def test_a_fault_costs_and_its_factor_is_the_largest(fault):
    clean, hurt = judged(quality=4.6), judged(fault, quality=4.6)
    assert hurt.score.mos < clean.score.mos - 0.2
    assert max(hurt.factors, key=hurt.factors.__getitem__) == fault.kind


def test_the_curve_drops_only_where_the_fault_is():
    curve = next(s for s in judged(black).series if s.name == "mos")
    assert curve.y[4:6].max() < 2.5
    assert curve.y[:4].min() == pytest.approx(4.2, abs=1e-3)


def test_black_seconds_are_not_judged_by_what_the_eye_says_of_black():
    quality = np.full(SECONDS, 4.2, np.float32)
    quality[4:6] = 1.3  # a trunk knows nothing of black pictures
    assert judged(black, quality=quality).score.mos == pytest.approx(judged(black).score.mos, abs=0.01)


def test_a_curve_second_holds_its_factors():
    series = {s.name: s for s in judged(black, slow).series}
    lost = sum(s.y for name, s in series.items() if name.startswith("factor_"))
    np.testing.assert_allclose(lost, 5.0 - series["mos"].y, atol=1e-3)


def test_unvalidated_profiles_say_so():
    assert judged().score.grounded
    assert not MODEL.judge(evidence(), PROFILES["phone"]).score.grounded


def test_sub_scores_look_at_one_side_each():
    scores = judged(freeze).scores
    assert scores["clarity"].mos == pytest.approx(4.2, abs=0.01)
    assert scores["smoothness"].mos == pytest.approx(5.0)
    assert scores["playback"].mos < 4.5


def test_a_second_in_which_nothing_is_seen_owes_all_its_loss_to_that():
    verdict = judged(black, quality=3.0)
    curves = {series.name: series.y for series in verdict.series}
    lost = {name: y[4] for name, y in curves.items() if name.startswith("factor_")}
    assert lost["factor_black"] == pytest.approx(5.0 - curves["mos"][4], abs=1e-3)
    assert all(y == pytest.approx(0.0, abs=1e-4) for name, y in lost.items() if name != "factor_black")
