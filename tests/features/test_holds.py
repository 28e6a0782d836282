import numpy as np
import pytest

from beholder.features.holds import HoldMeasures, step_across, strongest


def pattern(x: float) -> np.ndarray:
    """Block means of a picture that has moved by `x` blocks."""
    columns = np.arange(60)
    return np.tile(128 + 80 * np.sin((columns - x) / 4.0), (33, 1)).astype(np.float32)


def follow(positions: list[float], rate: float = 30.0) -> tuple[list[float], dict[int, float]]:
    measures, drifts, jumps, last = HoldMeasures(), [], {}, None
    for n, x in enumerate(positions):
        blocks = pattern(x)
        shift = float("nan") if last is None else strongest(np.abs(blocks - last))
        drift, found = measures.update(n / rate, blocks, shift)
        drifts.append(drift)
        jumps.update(found)
        last = blocks
    return drifts, jumps


def test_drift_adds_up_while_moving_and_vanishes_in_a_hold():
    moving = [0.2 * n for n in range(15)]
    drifts, _ = follow([*moving, *[moving[-1]] * 10])
    assert np.isnan(drifts[0])
    assert drifts[14] > 3 * strongest(np.abs(pattern(0.2) - pattern(0.0)))
    assert drifts[24] == 0.0


@pytest.mark.parametrize("lost", [0, 12])
def test_jump_tells_lost_content_from_a_pause(lost):
    before = [0.2 * n for n in range(15)]
    after = [0.2 * (15 + lost + n) for n in range(15)]
    _, jumps = follow([*before, *[before[-1]] * 12, *after])
    assert list(jumps) == [27]
    assert (jumps[27] > 0.69) == (lost > 0)


def test_no_jump_without_a_hold():
    assert follow([0.2 * n for n in range(60)])[1] == {}


def test_a_change_of_size_starts_again():
    measures = HoldMeasures()
    measures.update(0.0, pattern(0.0), float("nan"))
    drift, jumps = measures.update(0.1, np.zeros((5, 5), np.float32), float("nan"))
    assert np.isnan(drift)
    assert jumps == []


def test_memory_is_bounded_when_time_stands_still():
    measures = HoldMeasures()
    for n in range(400):
        measures.update(0.0, pattern(n), 20.0)
    assert len(measures._ring) <= 128


def test_step_across_of_equal_pictures_is_unknown():
    same = pattern(0.0)
    assert np.isnan(step_across(same, same, same, same))
