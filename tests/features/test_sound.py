from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beholder.features.sound import SILENT_DB, SoundMeasures, clipped_share, decibels, noise_floor

RATE = 16000


def measures(samples, rate=RATE, cuts=(), start=0.0):
    sound = SoundMeasures()
    edges = [0, *sorted(cuts), samples.shape[1]]
    for first, last in pairwise(edges):
        sound.update(start + first / rate, samples[:, first:last], rate)
    return {series.name: series for series in sound.compute()}


def voice(seconds=3.0, rate=RATE, seed=1):
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * rate)) / rate
    carrier = sum(np.sin(2 * np.pi * 140 * k * t + k) / k for k in range(1, 9))
    swell = np.clip(np.sin(2 * np.pi * 2.1 * t), 0.0, 1.0) ** 2
    return (0.1 * carrier * swell + rng.normal(0, 3e-4, t.size)).astype(np.float32)[None]


@given(st.lists(st.integers(1, 3 * RATE - 1), max_size=12))
@settings(max_examples=25)
def test_the_cut_into_chunks_does_not_matter(cuts):
    whole, parts = measures(voice()), measures(voice(), cuts=set(cuts))
    for name, series in whole.items():
        assert np.array_equal(series.y, parts[name].y), name
        assert np.array_equal(series.t, parts[name].t), name


@given(st.floats(-60, 0))
@settings(max_examples=30)
def test_level_and_peak_follow_the_gain(gain):
    tone = np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE) * 10 ** (gain / 20)
    series = measures(tone.astype(np.float32)[None])
    assert series["sound_level"].y[0] == pytest.approx(gain - 3.01, abs=0.05)
    assert series["sound_peak"].y[0] == pytest.approx(gain, abs=0.05)


@given(st.floats(0, 1e6))
def test_decibels_never_fall_below_silence(power):
    assert decibels(np.array([power]))[0] >= SILENT_DB


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 48000])
def test_times_do_not_drift_at_any_rate(rate):
    series = measures(voice(4.3, rate), rate, start=0.5)
    assert series["sound_level"].t.tolist() == [0.5, 1.5, 2.5, 3.5, 4.5]
    fine = series["sound_level_fine"]
    assert fine.t.size in (859, 860)
    assert np.diff(fine.t) == pytest.approx(0.005, abs=2.1 / rate)


def test_compute_may_be_called_in_between_and_twice():
    sound = SoundMeasures()
    sound.update(0.0, voice(1.5), RATE)
    first, again = sound.compute(), sound.compute()
    assert [series.y.tolist() for series in first] == [series.y.tolist() for series in again]
    assert first[0].t.tolist() == [0.0, 1.0]


def test_a_gap_in_time_is_silence_and_a_leap_starts_a_new_clock():
    sound = SoundMeasures()
    sound.update(0.0, voice(1.0), RATE)
    sound.update(1.5, voice(1.0), RATE)
    sound.update(100.0, voice(1.0), RATE)
    level = {series.name: series for series in sound.compute()}
    hole = (level["sound_level_fine"].t >= 1.0) & (level["sound_level_fine"].t < 1.5)
    assert level["sound_level_fine"].y[hole].max() == SILENT_DB
    assert level["sound_level"].t.tolist() == [0.0, 1.0, 2.0, 100.0]


def test_damaged_samples_and_other_channel_counts_pass():
    sound = SoundMeasures()
    broken = voice(1.0)
    broken[0, 100:200] = np.nan
    broken[0, 300] = np.inf
    sound.update(0.0, broken, RATE)
    sound.update(1.0, np.repeat(voice(1.0), 6, axis=0), RATE)
    sound.update(2.0, voice(1.0), 2 * RATE)
    for series in sound.compute():
        assert np.isfinite(series.y).all()
        assert (np.diff(series.t) > 0).all()


def test_clipping_is_seen_at_full_scale_and_after_being_turned_down():
    clean = voice()
    assert clipped_share(clean) == 0.0
    for gain in (4.0, 10.0):
        clipped = np.clip(clean * gain / np.abs(clean).max(), -1, 1)
        assert clipped_share(clipped) > 0.003
        assert clipped_share(clipped * 0.3) > 0.003


def test_a_steady_tone_is_not_clipped():
    tone = 0.5 * np.sin(2 * np.pi * 500 * np.arange(RATE) / RATE, dtype=np.float32)
    assert clipped_share(tone[None]) == 0.0


@pytest.mark.parametrize("level", [-30, -50])
def test_the_noise_floor_is_found_under_speech(level):
    speech = voice(1.0)[0].astype(np.float64)
    noise = np.random.default_rng(4).normal(0, 10 ** (level / 20), speech.size)
    found, flatness = noise_floor(speech + noise, RATE)
    assert found == pytest.approx(level, abs=2.0)
    assert flatness > 0.5
    chord = 0.1 * sum(np.sin(2 * np.pi * f * np.arange(RATE) / RATE) for f in (440, 554, 659))
    assert noise_floor(chord, RATE)[1] < 0.1


def test_no_sound_and_hardly_any_sound_give_empty_series():
    assert all(series.t.size == 0 for series in SoundMeasures().compute())
    sound = SoundMeasures()
    sound.update(0.0, np.zeros((2, 0), np.float32), RATE)
    sound.update(0.0, np.zeros((2, 20), np.float32), RATE)
    assert all(series.t.size == 0 for series in sound.compute())
