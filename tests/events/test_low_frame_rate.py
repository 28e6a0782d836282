import pytest
from rhythm import STEP, drawn, frozen, moving, recording

from beholder.events.low_frame_rate import LowFrameRate
from beholder.testing import check_detector


def slowed(every: int, count: int = 180) -> list[float]:
    return [STEP * every * (n // every) for n in range(count)]


def test_it_keeps_the_contract():
    check_detector(LowFrameRate(), recording(slowed(3)))


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("every", [2, 3, 6])
def test_few_new_pictures_are_counted(every, gaps):
    (event,) = LowFrameRate().detect(recording(slowed(every), gaps=gaps))
    assert event.evidence["rate_fps"] == pytest.approx(30 / every, rel=0.02)
    assert event.span.duration > 5.0


def test_fewer_pictures_are_worse():
    strengths = [LowFrameRate().detect(recording(slowed(n)))[0].strength for n in (2, 3, 6)]
    assert strengths == sorted(strengths)


@pytest.mark.parametrize("rate", [20, 24, 25, 30, 60])
def test_usual_rates_are_fine(rate):
    assert LowFrameRate().detect(recording(moving(5 * rate), rate)) == []


def test_stillness_freezes_and_drawn_screens_do_not_count():
    assert LowFrameRate().detect(recording([0.0] * 150)) == []
    assert LowFrameRate().detect(recording(frozen(60, 60, 60))) == []
    assert LowFrameRate().detect(drawn(recording(slowed(3)))) == []


def test_only_the_slow_part_is_reported():
    positions = [*moving(120), *[STEP * (120 + 3 * (n // 3)) for n in range(120)]]
    (event,) = LowFrameRate().detect(recording(positions))
    assert 3.0 <= event.span.start <= 5.0
    assert event.span.end == pytest.approx(8.0)
