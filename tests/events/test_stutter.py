import numpy as np
import pytest
from rhythm import STEP, drawn, frozen, moving, recording

from beholder.events.stutter import Stutter
from beholder.testing import check_detector


def dropped(share: float, count: int = 180, step: float = STEP) -> list[float]:
    """Positions of a recording in which pictures are missing at random and the one before stays."""
    rng = np.random.default_rng(3)
    shown = 0
    positions = []
    for n in range(count):
        shown = shown if rng.random() < share else n
        positions.append(step * shown)
    return positions


def test_it_keeps_the_contract():
    check_detector(Stutter(), recording(dropped(0.3)))


@pytest.mark.parametrize("gaps", [False, True])
def test_an_uneven_rhythm_is_found(gaps):
    events = Stutter().detect(recording(dropped(0.3), gaps=gaps))
    assert events
    assert sum(e.span.duration for e in events) > 4.0
    assert all(0.0 <= e.strength <= 1.0 and e.evidence["excess_share"] > 0.09 for e in events)
    assert max(e.evidence["longest_hold_ms"] for e in events) >= 100


def test_film_in_thirty_is_uneven():
    positions = [STEP * (n * 4 // 5) for n in range(180)]
    assert sum(e.span.duration for e in Stutter().detect(recording(positions))) > 4.0


@pytest.mark.parametrize("every", [1, 2, 3])
def test_an_even_rhythm_is_fine(every):
    assert Stutter().detect(recording([STEP * every * (n // every) for n in range(180)])) == []


def test_freezes_noise_small_movement_and_drawn_screens_do_not_count():
    assert Stutter().detect(recording(frozen(60, 60, 60))) == []
    assert Stutter().detect(recording([0.0] * 180, noise=1.5)) == []
    assert Stutter().detect(recording(dropped(0.3, step=0.1))) == []
    assert Stutter().detect(drawn(recording(dropped(0.3)))) == []


def test_one_late_picture_is_not_a_stutter():
    assert Stutter().detect(recording([*moving(60), *[STEP * 59] * 2, *moving(60, STEP * 60)])) == []
