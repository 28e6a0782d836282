from __future__ import annotations

import numpy as np
import pytest

from beholder.events.page_content import LowPageContent
from beholder.types import Evidence, Series


def evidence(content, black=0.0, plain=0.9, duration=10.0, fps=30):
    t = np.arange(0, duration, 1 / fps)
    values = {
        "page_content": content(t),
        "black_share": black,
        "plain_share": plain,
        "contrast": 40.0,
        "brightness": 200.0,
    }
    series = {name: Series(name, t, np.broadcast_to(y, t.shape).astype(np.float32)) for name, y in values.items()}
    return Evidence(series=series, facts={"duration_s": duration})


@pytest.mark.parametrize("start", [0.0, 4.0])
def test_a_nearly_empty_page_is_found_also_at_the_start(start):
    (event,) = LowPageContent().detect(evidence(lambda t: np.where((t >= start) & (t < start + 2), 0.04, 0.6)))
    assert event.span.start == pytest.approx(start, abs=0.04)
    assert event.span.end == pytest.approx(start + 2, abs=0.04)
    assert event.evidence["usual_page_content"] == pytest.approx(0.6, abs=1e-3)


def test_a_short_one_an_app_of_few_colours_and_black_are_not():
    assert LowPageContent().detect(evidence(lambda t: np.where((t >= 4) & (t < 4.9), 0.04, 0.6))) == []
    assert LowPageContent().detect(evidence(lambda _: 0.09)) == []
    assert LowPageContent().detect(evidence(lambda t: np.where(t < 3, 0.0, 0.6), black=1.0)) == []


def test_nothing_measured_gives_nothing():
    assert LowPageContent().detect(evidence(lambda _: np.nan)) == []
