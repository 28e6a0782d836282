from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beholder.events.clipping import Clipping
from beholder.events.detector import Detector
from beholder.events.dropout import Dropout, holes
from beholder.events.level import Level, programme_level
from beholder.events.silence import Silence
from beholder.events.sound_noise import SoundNoise, steady_floor
from beholder.features.sound import SoundMeasures
from beholder.types import Evidence, Series

RATE = 16000
DETECTORS = (Silence(), Dropout(), Clipping(), Level(), SoundNoise())


def voice(seconds=8.0, seed=1):
    """Syllables over faint room tone, with a pause of one second."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * RATE)) / RATE
    carrier = sum(np.sin(2 * np.pi * (140 + 9 * np.sin(t)) * k * t + k) / k for k in range(1, 9))
    accent = 0.7 + 0.3 * np.sin(5.1 * t)
    swell = accent * np.clip(np.sin(2 * np.pi * 1.7 * t) + 0.3, 0.0, 1.3) ** 2 * ((t < 3) | (t > 4))
    return 0.12 * carrier * swell + rng.normal(0, 5e-4, t.size)


def music(seconds=8.0):
    t = np.arange(int(seconds * RATE)) / RATE
    chord = sum(np.sin(2 * np.pi * f * t) for f in (220, 277, 330, 440, 554))
    return 0.06 * chord * (0.7 + 0.3 * np.exp(-4 * (t % 0.5)))


def events(samples):
    sound = SoundMeasures()
    sound.update(0.0, samples.astype(np.float32)[None], RATE)
    evidence = Evidence(series={series.name: series for series in sound.compute()})
    return [event for detector in DETECTORS for event in detector.detect(evidence)]


def hole(samples, start, length):
    out = samples.copy()
    out[int(start * RATE) : int((start + length) * RATE)] = 0.0
    return out


@pytest.mark.parametrize("clean", [voice(), music(), voice(seed=4)])
def test_speech_with_pauses_and_music_are_clean(clean):
    assert events(clean) == []


@given(st.floats(1.0, 5.0), st.floats(0.016, 1.5))
@settings(max_examples=15)
def test_a_hole_in_music_is_a_dropout(start, length):
    (event,) = events(hole(music(), start, length))
    assert event.kind == "dropout"
    assert event.span.start == pytest.approx(start, abs=0.011)
    assert event.span.end == pytest.approx(start + length, abs=0.011)


def fading(level, *, background):
    """Words that die away over 40 ms and begin at once, with a level every 5 ms."""
    y = np.full(1600, background, np.float32)
    for start in range(100, 1500, 120):
        y[start : start + 70] = level
        y[start + 62 : start + 70] = level - 3.0 * np.arange(8)
    return y


def dropouts(y):
    series = Series("sound_level_fine", np.arange(y.size) * 0.005, y)
    return Dropout().detect(Evidence(series={"sound_level_fine": series}))


@pytest.mark.parametrize("background", [-62.0, -120.0])
def test_pauses_between_words_that_begin_hard_are_no_dropouts(background):
    y = fading(-20.0, background=background)
    assert dropouts(y) == []


def test_a_hole_within_a_word_is_found_between_pauses():
    y = fading(-20.0, background=-62.0)
    y[240:250] = -120.0
    (event,) = dropouts(y)
    assert event.span.start == pytest.approx(1.2)
    assert event.span.end == pytest.approx(1.25)


def test_near_holes_are_one_event():
    samples = music()
    for k in range(6):
        samples = hole(samples, 3 + 0.2 * k, 0.06)
    (event,) = events(samples)
    assert event.evidence["holes"] == 6
    assert event.evidence["lost_s"] == pytest.approx(0.36, abs=0.07)


@pytest.mark.parametrize("clean", [voice(12.0), music(12.0)])
def test_a_long_hole_is_silence(clean):
    found = events(hole(clean, 5.0, 3.0))
    assert [event.kind for event in found] == ["silence"]
    assert found[0].span.start == pytest.approx(5.0, abs=0.02)
    assert found[0].span.end == pytest.approx(8.0, abs=0.02)


def test_a_track_without_any_sound_is_left_alone():
    assert events(np.zeros(20 * RATE)) == []


@pytest.mark.parametrize("clean", [voice(), music()])
@pytest.mark.parametrize("after", [1.0, 0.4])
def test_clipping(clean, after):
    samples = np.clip(clean * 5 / np.abs(clean).max(), -1, 1) * after * 0.6
    assert "clipping" in {event.kind for event in events(samples)}


@pytest.mark.parametrize(("gain", "direction"), [(0.02, "quiet"), (9.0, "loud")])
def test_level(gain, direction):
    (event,) = [event for event in events(voice() * gain) if event.kind == "level"]
    assert event.evidence["direction"] == direction


@pytest.mark.parametrize("snr", [5, 15, 20])
def test_noise_under_speech(snr):
    clean = voice()
    loudness = np.sqrt(np.mean(clean**2))
    noise = np.random.default_rng(3).normal(0, loudness * 10 ** (-snr / 20), clean.size)
    (event,) = events(clean + noise)
    assert event.kind == "sound_noise"
    assert event.span.duration > 6
    assert event.strength > (25 - snr) / 25 - 0.25


@given(st.lists(st.floats(-120, 0, width=32), min_size=1, max_size=40))
def test_levels_are_gated_and_floors_never_rise(values):
    levels = np.array(values, np.float32)
    programme, used = programme_level(levels)
    assert (levels <= -70).all() if not used else levels.min() - 0.01 <= programme <= levels.max() + 0.01
    floor = steady_floor(levels)
    assert floor.shape == levels.shape
    assert (floor <= levels).all()


@given(st.lists(st.floats(-120, 0, width=32), max_size=400))
def test_holes_are_in_order_and_in_range(values):
    t = np.arange(len(values)) * 0.005
    found = holes(t, np.array(values, np.float32))
    for one, other in pairwise(found):
        assert one.span.end <= other.span.start
    assert all(0.01 - 1e-6 <= hole.span.duration <= 2.0 + 1e-6 for hole in found)


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.kinds[0])
def test_contract_and_empty_series(detector):
    assert isinstance(detector, Detector)
    empty = {name: Series(name, np.empty(0), np.empty(0, np.float32)) for name in detector.needs}
    assert detector.detect(Evidence(series=empty)) == []
