from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beholder.events.black import Black
from beholder.events.blank import Blank
from beholder.events.detector import Detector
from beholder.types import Evidence, Series

FPS = 25


def evidence(duration=8.0, fps=FPS, **values):
    t = np.arange(0, duration, 1 / fps)
    usual = {"black_share": 0.05, "plain_share": 0.2, "brightness": 110.0, "contrast": 50.0, "page_content": 0.8}
    series = {
        name: Series(name, t, np.broadcast_to(values[name](t) if name in values else level, t.shape).astype(np.float32))
        for name, level in usual.items()
    }
    return Evidence(series=series, facts={"duration_s": duration, "fps": fps})


def black(start, length):
    def inside(t):
        return (t >= start - 1e-9) & (t < start + length - 1e-9)

    return evidence(
        black_share=lambda t: np.where(inside(t), 1.0, 0.05), brightness=lambda t: np.where(inside(t), 2, 110)
    )


@given(st.integers(10, 100), st.integers(8, 75))
def test_black_is_found_with_its_edges(first, frames):
    (event,) = Black().detect(black(first / FPS, frames / FPS))
    assert event.kind == "black"
    assert event.span.start == pytest.approx(first / FPS, abs=1e-6)
    assert event.span.end == pytest.approx((first + frames) / FPS, abs=1e-6)
    assert 0.0 < event.strength <= 1.0
    assert event.evidence["entry"] == "cut"


def test_a_blink_a_fade_and_black_at_the_start_are_no_fault():
    fade = evidence(
        black_share=lambda t: np.where((t >= 3) & (t < 5), 1.0, 0.1),
        brightness=lambda t: 110 * np.clip((3 - t) / 0.8, 0, 1) + 110 * np.clip((t - 5) / 0.8, 0, 1),
    )
    for harmless in (black(3.0, 0.2), fade, black(0.0, 3.0)):
        assert Black().detect(harmless) == []


def test_a_recording_without_any_other_picture_is_black_or_blank():
    (dark,) = Black().detect(evidence(4.0, black_share=np.ones_like, brightness=np.zeros_like))
    (plain,) = Blank().detect(evidence(4.0, plain_share=np.ones_like, contrast=np.zeros_like))
    assert dark.evidence["entry"] == "from the start"
    assert dark.span.duration == plain.span.duration == pytest.approx(4.0, abs=0.05)


def test_ten_seconds_of_black_count_however_they_began():
    dark = evidence(20.0, black_share=lambda t: np.where(t < 12, 1.0, 0.1))
    (event,) = Black().detect(dark)
    assert event.span.duration == pytest.approx(12.0, abs=0.05)
    assert event.evidence["entry"] == "fade"
    assert event.strength == 1.0


def white(start, length, contrast=None):
    def inside(t):
        return (t >= start - 1e-9) & (t < start + length - 1e-9)

    return evidence(
        plain_share=lambda t: np.where(inside(t), 1.0, 0.2),
        contrast=contrast or (lambda t: np.where(inside(t), 0, 50)),
        brightness=lambda t: np.where(inside(t), 250, 110),
    )


def test_a_blank_picture_is_found_and_is_not_black():
    (event,) = Blank().detect(white(2.0, 1.0))
    assert (event.kind, event.span.start, event.span.end) == ("blank", pytest.approx(2.0), pytest.approx(3.0))
    assert event.evidence["brightness"] == 250.0
    assert Black().detect(white(2.0, 1.0)) == []
    assert Blank().detect(black(2.0, 1.0)) == []


def test_a_fade_to_white_is_not_blank():
    assert Blank().detect(white(3.0, 1.0, lambda t: 50 * np.clip((3 - t) / 0.8, 0, 1))) == []


@pytest.mark.parametrize("detector", [Black(), Blank()])
def test_contract_and_empty_series(detector):
    assert isinstance(detector, Detector)
    empty = {name: Series(name, np.empty(0), np.empty(0, np.float32)) for name in detector.needs}
    assert detector.detect(Evidence(series=empty)) == []
