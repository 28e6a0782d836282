from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sample_result import a_result, timeline

from beholder.reports.words import clock_time, figure, grade, nothing_found, title, worst_window
from beholder.types import Series, Span


@pytest.mark.parametrize(
    ("mos", "word"),
    [
        (1.0, "Bad"),
        (1.49, "Bad"),
        (1.5, "Poor"),
        (3.0, "Fair"),
        (4.49, "Good"),
        (5.0, "Excellent"),
        (float("nan"), "Not scored"),
    ],
)
def test_a_grade_is_the_nearest_category(mos: float, word: str) -> None:
    assert grade(mos) == word


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00.0"), (59.96, "0:59.9"), (60, "1:00.0"), (3600, "1:00:00.0"), (-1.5, "−0:01.5"), (float("inf"), "?")],
)
def test_times_read_as_a_clock(seconds: float, text: str) -> None:
    assert clock_time(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (999.7, "1,000"),
        (12345.6, "12,346"),
        (0.5, "0.5"),
        (True, "yes"),
        ("pause", "pause"),
        (float("nan"), "–"),
    ],
)
def test_figures_are_short(value: object, text: str) -> None:
    assert figure(value) == text


def test_an_unknown_name_is_titled_by_its_own_words() -> None:
    assert title("chroma_bleed") == "Chroma bleed"


def test_the_worst_ten_seconds_hold_the_freeze() -> None:
    found = worst_window(timeline(64)["mos"])
    assert found is not None
    span, mean = found
    assert span.start <= 34
    assert span.end >= 39
    assert span.duration == 10
    assert 2.5 < mean < 3.5


def test_a_short_or_unmeasured_series_has_no_worst_ten_seconds() -> None:
    t = np.arange(20.0)
    assert worst_window(Series("mos", t[:9], np.ones(9, np.float32))) is None
    assert worst_window(Series("mos", t, np.full(20, np.nan, np.float32))) is None
    assert worst_window(Series("mos", t[:1], np.ones(1, np.float32))) is None


def test_the_worst_ten_seconds_end_with_the_recording() -> None:
    y = np.full(16, 4.0, np.float32)
    y[6:] = 2.0
    assert worst_window(Series("mos", np.arange(16.0), y)) == (Span(5, 15), 2.0)


@pytest.mark.parametrize(
    ("factors", "sentence"),
    [
        ({"blur": 0.1, "unexplained": 0.1}, "No issue was found."),
        ({"unexplained": 1.1}, "No single fault was found; the picture as a whole looks less than excellent."),
        (
            {"resolution": 1.0, "unexplained": 0.3, "coding": 0.4},
            "No single fault was found; what lowers the score lasts all the time: resolution (1.0), coding (0.4).",
        ),
    ],
)
def test_without_an_issue_the_score_is_still_accounted_for(factors: dict[str, float], sentence: str) -> None:
    assert nothing_found(replace(a_result(), issues=(), factors=factors)) == sentence


def test_a_stretch_that_is_half_unmeasured_does_not_count() -> None:
    y = np.full(40, 4.0, np.float32)
    y[0], y[1:20] = 1.0, np.nan
    found = worst_window(Series("mos", np.arange(40.0), y))
    assert found is not None
    assert found[1] == pytest.approx(4.0)
