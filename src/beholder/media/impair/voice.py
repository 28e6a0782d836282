"""Synthetic sound: something like speech, something like music."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from beholder.media.impair.clip import SOUND_RATE, Samples

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["music", "speech"]

_RATE = 16_000  # speech is made at this rate and brought to SOUND_RATE
_VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))
# ^ Hz, formants of a, i, u, e, o: Peterson and Barney 1952, doi:10.1121/1.1906875
_WIDTH = 90.0  # Hz, half width of a formant
_SYLLABLES = 4.5  # per second, as in read speech
_LEVEL = 0.12  # RMS while speaking: about -18 dBFS
_ROOM = 0.0008  # RMS of a quiet room: -62 dBFS


def speech(seconds: float, seed: int) -> tuple[Samples, NDArray[np.float64]]:
    """Make syllables of vowels and hiss, with pauses.

    Returns
    -------
    samples : Samples, shape (n, 1)
    opening : ndarray
        How far the mouth is open, 0..1, at 100 values per second.
    """
    random = np.random.default_rng([seed, 1])
    n = round(seconds * _RATE)
    t = np.arange(n) / _RATE
    count = int(seconds * _SYLLABLES) + 2
    starts = np.cumsum(random.uniform(0.7, 1.3, count)) / _SYLLABLES - 0.2
    loud = random.uniform(0.6, 1.0, count) * (np.arange(count) % 11 < 9)  # two syllables of silence: a breath
    envelope = np.zeros(n)
    place = np.clip(np.searchsorted(starts, t) - 1, 0, count - 1)
    phase = np.clip((t - starts[place]) * _SYLLABLES, 0, 1)
    envelope = loud[place] * np.sin(np.pi * phase) ** 0.7
    pitch = 120 * (1 + 0.12 * np.sin(2 * np.pi * 0.4 * t) + 0.05 * np.sin(2 * np.pi * 1.7 * t))
    turns = np.cumsum(pitch) / _RATE
    formants = np.array(_VOWELS, float)[random.integers(0, len(_VOWELS), count)][place]
    voiced = np.zeros(n)
    for harmonic in range(1, 28):
        frequency = harmonic * pitch
        gain = (1 / (1 + ((frequency[:, None] - formants) / _WIDTH) ** 2)).sum(axis=1) + 0.02
        voiced += gain / harmonic**0.5 * np.sin(2 * np.pi * harmonic * turns)
    hiss = np.diff(random.standard_normal(n), prepend=0.0) * np.exp(-(((phase - 0.06) / 0.05) ** 2)) * loud[place]
    sound = voiced * envelope + 0.4 * hiss
    sound *= _LEVEL / np.sqrt(np.mean(sound[envelope > 0.05] ** 2))
    sound += random.normal(0, _ROOM, n)
    fine = np.arange(round(seconds * SOUND_RATE)) / SOUND_RATE
    samples = np.interp(fine, t, sound.clip(-1, 1)).astype(np.float32)[:, None]
    return samples, np.interp(np.arange(0, seconds, 0.01), t, envelope)


def music(seconds: float, seed: int) -> Samples:
    """Make plucked chords, one note every quarter of a second; shape (n, 2)."""
    random = np.random.default_rng([seed, 2])
    n = round(seconds * SOUND_RATE)
    out = np.zeros((n + 2 * SOUND_RATE, 2), np.float32)
    chords = ((0, 4, 7, 12), (9, 12, 16, 21), (5, 9, 12, 17), (7, 11, 14, 19))
    plucks = {tone: _pluck(220 * 2 ** (tone / 12)) for tone in sorted({tone for chord in chords for tone in chord})}
    for note in range(int(seconds * 4)):
        tone = chords[note // 8 % 4][int(random.integers(0, 4))]
        pan = random.uniform(0.3, 0.7)
        first = note * SOUND_RATE // 4
        out[first : first + len(plucks[tone])] += np.outer(plucks[tone], np.array([1 - pan, pan], np.float32))
    return out[:n].clip(-1, 1)


def _pluck(pitch: float) -> NDArray[np.float32]:
    """Make two seconds of a plucked string."""
    t = np.arange(2 * SOUND_RATE) / SOUND_RATE
    parts = [np.sin(2 * np.pi * k * pitch * t) * np.exp(-t * 2.5 * k) / k for k in range(1, 6)]
    return np.asarray(0.16 * np.sum(parts, axis=0), np.float32)
