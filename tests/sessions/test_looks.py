from dataclasses import dataclass

import numpy as np
import pytest

from beholder.sessions.looks import Looks


@dataclass
class Shown:
    t: float
    value: float = 0.0


def blocks(value):
    return np.full((4, 4), value, np.float32)


def run(times, values, *, every=1.0, duration, change=5.0):
    seen = []

    def look(frame):
        seen.append(frame.t)
        return {"value": frame.value}

    looks = Looks(every, look)
    for t, value in zip(times, values, strict=True):
        looks.show(Shown(t, value), blocks(value * 10), change if seen else float("nan"))
    (series,) = looks.finish(duration)
    return series, seen


def test_the_picture_on_screen_at_each_tick_is_looked_at():
    times = np.arange(0, 3, 0.1)
    series, _ = run(times, np.floor(times), duration=3.0)
    np.testing.assert_allclose(series.t, [0.5, 1.5, 2.5])
    np.testing.assert_allclose(series.y, [0, 1, 2])


def test_a_gap_and_its_repeats_give_the_same():
    grid = np.arange(0, 6, 0.1)
    shown = np.where(grid < 2, 1.0, np.where(grid < 4.95, 2.0, 3.0))
    kept = np.flatnonzero(np.diff(np.concatenate([[0], shown])))
    repeats, _ = run(grid, shown, duration=6.0)
    gap, _ = run(grid[kept], shown[kept], duration=6.0)
    np.testing.assert_array_equal(repeats.y, gap.y)
    np.testing.assert_array_equal(repeats.t, gap.t)


def test_nothing_new_is_not_looked_at_again():
    times = np.arange(0, 20, 0.1)
    series, seen = run(times, np.zeros(times.size), duration=20.0, change=0.0)
    assert len(seen) == 1
    assert series.y.size == 20


def test_a_blur_that_moves_no_block_is_looked_at():
    times = np.arange(0, 4, 0.1)
    _, seen = run(times, np.zeros(times.size), duration=4.0, change=0.2)
    assert len(seen) == 4


@pytest.mark.parametrize("duration", [0.04, 0.3])
def test_a_recording_shorter_than_a_tick_is_looked_at_once(duration):
    series, seen = run([0.0], [7.0], duration=duration)
    assert seen == [0.0]
    assert series.y.tolist() == [7.0]
    assert series.t[0] <= duration


def test_a_broken_clock_does_not_fill_the_memory():
    series, _ = run([0.0, 1e12], [1.0, 2.0], duration=1e12)
    assert series.y.size <= 400_000
