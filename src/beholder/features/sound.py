"""Sound measures: level, peak, clipping and noise floor per second, and the level every 5 ms.

Levels are dBFS of the square mean: a full-scale sine has -3.01, a full-scale square wave 0. Channels are averaged;
more than two count as their sum over two, as in a stereo mix.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np

from beholder.types import Series

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from beholder.types import Floats

__all__ = ["FINE_S", "SILENT_DB", "SoundMeasures", "clipped_share", "decibels", "noise_floor"]

FINE_S = 0.005  # a hole of 10 ms covers at least one whole step
SILENT_DB = -120.0  # the lowest level given: digital silence; the quietest 24-bit step lies at -138
GAP_S = 0.04  # chunks further apart than two AAC frames leave a hole, which a player fills with silence
LONGEST_GAP_S = 10.0  # a longer hole is a new start of the clock, not silence
RAIL = 0.985  # of full scale: lossy coding moves a clipped top by less than that
TOP = (0.95, 1.02)  # clipped tops pile up here, relative to the usual peak
BELOW = (0.80, 0.87)  # an equally wide band below the tops
PILE = 3.2  # top over below: unclipped sound has less than 1, and round tops of one height, as of a tone, 2.5
PILE_MIN = 2e-3  # share of samples; fewer are chance
QUIET_SHARE = 0.1  # of the frames of a second carry the noise floor (minimum statistics, Martin 2001,
# doi:10.1109/89.928915)
FRAME_S = 0.032
BAND_HZ = (300.0, 6000.0)  # where noise is heard most and music has its partials
EPSILON = 1e-20
LOUDEST = 4.0  # +12 dBFS: what float samples of lossy codecs stay well below


def decibels(power: NDArray[np.floating]) -> NDArray[np.float64]:
    """Turn square means into dBFS, at least `SILENT_DB`.

    Examples
    --------
    >>> decibels(np.array([1.0, 0.01, 0.0]))
    array([   0.,  -20., -120.])
    """
    return np.asarray(np.maximum(10.0 * np.log10(np.maximum(power, EPSILON)), SILENT_DB), np.float64)


def clipped_share(samples: Floats) -> float:
    """Give the share of samples that were cut off at the top, 0..1.

    Parameters
    ----------
    samples : Floats, shape (channels, n)
        About one second.

    Notes
    -----
    Two signs count: samples at full scale, and a pile of samples just below the usual peak that sound which was not
    clipped does not have. The second sign finds sound that was clipped first and turned down or coded later.

    Examples
    --------
    >>> swell = 0.1 * np.sin(np.arange(8000) / 800) ** 2
    >>> hiss = (np.random.default_rng(1).normal(size=8000) * swell)[None].astype(np.float32)
    >>> clipped_share(hiss)
    0.0
    >>> clipped_share(np.clip(hiss, -0.1, 0.1)) > 0.05
    True
    """
    size = np.abs(samples)
    if not size.size:
        return 0.0
    rail = float(np.count_nonzero(size >= RAIL)) / size.size
    blocks = size[:, : size.shape[1] // 16 * 16].reshape(size.shape[0], -1, 16).max(axis=2)
    if not blocks.size:
        return rail
    usual = float(np.partition(blocks.ravel(), -max(1, blocks.size // 50))[-max(1, blocks.size // 50)])
    if usual < 1e-3:
        return rail
    top = _between(size, TOP[0] * usual, TOP[1] * usual)
    below = _between(size, BELOW[0] * usual, BELOW[1] * usual)
    piled = top > PILE * below and top > PILE_MIN
    return max(rail, top - below) if piled else rail


def noise_floor(mono: NDArray[np.float64], rate: int) -> tuple[float, float]:
    """Give level and flatness of the quietest tenth of a second of sound.

    Parameters
    ----------
    mono : NDArray, shape (n,)
    rate : int
        Samples per second.

    Returns
    -------
    level : float
        dBFS.
    flatness : float
        Geometric over arithmetic mean of its power spectrum from 300 Hz to 6 kHz: near 0 for tones, 0.5-0.6 for
        white noise in few frames, up to 1.

    Examples
    --------
    >>> noise = np.random.default_rng(1).normal(0, 0.01, 16000)
    >>> level, flatness = noise_floor(noise, 16000)
    >>> round(level), flatness > 0.5
    (-40, True)
    """
    length = max(64, round(FRAME_S * rate))
    count = mono.size // length
    if not count:
        return SILENT_DB, 0.0
    frames = mono[: count * length].reshape(count, length)
    power = np.einsum("ij,ij->i", frames, frames) / length
    quiet = np.argsort(power, kind="stable")[: max(3, round(QUIET_SHARE * count))]
    level = float(decibels(np.array([power[quiet].mean()]))[0])
    if level <= SILENT_DB:
        return level, 0.0
    spectrum = np.abs(np.fft.rfft(frames[quiet] * np.hanning(length), axis=1)) ** 2
    hertz = np.arange(spectrum.shape[1]) * rate / length
    band = spectrum[:, (hertz >= BAND_HZ[0]) & (hertz <= min(BAND_HZ[1], 0.45 * rate))].mean(axis=0)
    flatness = float(np.exp(np.log(band + EPSILON).mean()) / (band.mean() + EPSILON)) if band.size else 0.0
    return level, min(1.0, flatness)


class SoundMeasures:
    """Measures sound as it streams in; the result does not depend on how it is cut into chunks.

    Series
    ------
    sound_level : dBFS, neither; every second
        RMS.
    sound_peak : dBFS, neither; every second
        Largest sample.
    sound_clipped : 0..1, lower is better; every second
        Share of clipped samples (`clipped_share`).
    sound_noise_floor : dBFS, lower is better; every second
        Level of the quietest tenth of the second (`noise_floor`).
    sound_flatness : 0..1, neither; every second
        Flatness of that floor's spectrum.
    sound_level_fine : dBFS, neither; every 5 ms
        RMS.

    Examples
    --------
    >>> sound = SoundMeasures()
    >>> tone = np.sin(2 * np.pi * 1000 * np.arange(16000) / 16000, dtype=np.float32)
    >>> sound.update(0.0, tone[None], 16000)
    >>> {series.name: round(float(series.y[0]), 1) for series in sound.compute()}["sound_level"]
    -3.0
    """

    def __init__(self) -> None:
        self._rate = 0
        self._start = 0.0
        self._taken = 0
        self._held: list[Floats] = []
        self._count = 0
        self._t = array("d")
        self._seconds = tuple(array("f") for _ in range(5))
        self._t_fine = array("d")
        self._fine = array("f")

    def update(self, t: float, samples: Floats, rate: int) -> None:
        """Take the next chunk.

        Parameters
        ----------
        t : float
            Time of its first sample, seconds on the media clock.
        samples : Floats, shape (channels, n)
            Full scale is 1.
        rate : int
            Samples per second.
        """
        if rate <= 0 or not samples.size:
            return
        expected = self._start + (self._taken + self._count) / max(self._rate, 1)
        channels = self._held[0].shape[0] if self._held else samples.shape[0]
        if not self._rate or rate != self._rate or channels != samples.shape[0]:
            self._restart(t, rate)
        elif t - expected > LONGEST_GAP_S or t - expected < -1.0:
            self._restart(max(t, expected), rate)
        elif t - expected > GAP_S:
            self._take(np.zeros((samples.shape[0], round((t - expected) * rate)), np.float32))
        self._take(samples)

    def compute(self) -> list[Series]:
        """Give the series; a last part of at least 0.1 s counts as a second."""
        saved = len(self._t), len(self._t_fine)
        if self._count and self._count >= 0.1 * self._rate:
            self._measure(np.concatenate(self._held, axis=1))
        out = self._series()
        del self._t[saved[0] :], self._t_fine[saved[1] :], self._fine[saved[1] :]
        for values in self._seconds:
            del values[saved[0] :]
        return out

    def _restart(self, t: float, rate: int) -> None:
        if self._count and self._count >= 0.1 * self._rate:
            self._measure(np.concatenate(self._held, axis=1))
        self._rate, self._start, self._taken, self._count, self._held = rate, t, 0, 0, []

    def _take(self, samples: Floats) -> None:
        """Hold samples until a second is complete, so that every second is measured on the same array."""
        offset = 0
        while offset < samples.shape[1]:
            part = samples[:, offset : offset + self._rate - self._count]
            self._held.append(np.array(part, np.float32))
            self._count += part.shape[1]
            offset += part.shape[1]
            if self._count == self._rate:
                self._measure(np.concatenate(self._held, axis=1))
                self._taken += self._count
                self._count, self._held = 0, []

    def _measure(self, second: Floats) -> None:
        second = np.clip(second, -LOUDEST, LOUDEST)
        if not np.isfinite(second.sum(dtype=np.float64)):
            second = np.nan_to_num(second)
        n, rate = second.shape[1], self._rate
        start = self._start + self._taken / rate
        power = np.square(second, dtype=np.float64).sum(axis=0) / min(len(second), 2)
        steps = max(1, int(n / rate / FINE_S))
        edges = (np.arange(steps) * rate * FINE_S).astype(np.int64)
        sizes = np.diff(np.append(edges, n))
        fine = decibels(np.add.reduceat(power, edges) / sizes)
        level, flatness = noise_floor(second.mean(axis=0, dtype=np.float64), rate)
        peak = float(decibels(np.array([float(np.abs(second).max()) ** 2]))[0])
        row = (float(decibels(power.mean(keepdims=True))[0]), peak, clipped_share(second), level, flatness)
        self._t.append(start)
        for values, value in zip(self._seconds, row, strict=True):
            values.append(value)
        self._t_fine.frombytes((start + edges / rate).tobytes())
        self._fine.frombytes(fine.astype(np.float32).tobytes())

    def _series(self) -> list[Series]:
        t, fine = np.array(self._t, np.float64), np.array(self._t_fine, np.float64)
        level, peak, clipped, floor, flat = (np.array(values, np.float32) for values in self._seconds)
        return [
            Series("sound_level", t, level, "dBFS", "neither", SILENT_DB, 0.0),
            Series("sound_peak", t, peak, "dBFS", "neither", SILENT_DB, 12.0),
            Series("sound_clipped", t, clipped, "", "lower", 0.0, 1.0),
            Series("sound_noise_floor", t, floor, "dBFS", "lower", SILENT_DB, 0.0),
            Series("sound_flatness", t, flat, "", "neither", 0.0, 1.0),
            Series("sound_level_fine", fine, np.array(self._fine, np.float32), "dBFS", "neither", SILENT_DB, 0.0),
        ]


def _between(size: Floats, low: float, high: float) -> float:
    return float(np.count_nonzero(size >= low) - np.count_nonzero(size > high)) / size.size
