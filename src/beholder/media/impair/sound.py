"""Faults of the sound: silence, dropouts, clipping, level, noise, offset and drift against the picture."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from beholder.errors import UsageError
from beholder.media.impair.clip import SOUND_RATE, Samples
from beholder.media.impair.plan import Impairment, Take

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = ["Clipping", "Drift", "Dropouts", "Level", "Offset", "Silence", "SoundNoise"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _SoundFault(Impairment):
    """Changes the samples of the span."""

    needs_sound: ClassVar[bool] = True

    @abstractmethod
    def _changed(self, samples: Samples, take: Take) -> Samples:
        """Give the samples of the span as they are afterwards."""

    def sound(self, samples: Samples, take: Take) -> Samples:
        first = round(take.frame(self.start) / take.rate * SOUND_RATE)
        last = None if self.end is None else round(take.frame(self.end) / take.rate * SOUND_RATE)
        out = samples.copy()
        out[first:last] = self._changed(samples[first:last], take)
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence(_SoundFault):
    """No sound at all (digital silence before coding)."""

    kind: ClassVar[str] = "silence"

    def _changed(self, samples: Samples, take: Take) -> Samples:
        del take
        return np.zeros_like(samples)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropouts(_SoundFault):
    """Short holes at random places.

    The truth lists the first moment of every hole as `at_s`, on the clock of this step.

    Parameters
    ----------
    hole_ms : float
        Length of a hole.
    per_second : float
        Mean number of holes; they never overlap.
    """

    kind: ClassVar[str] = "dropouts"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"hole_ms": (1, 5000), "per_second": (0.01, 50)}
    hole_ms: float = 60.0
    per_second: float = 2.0

    def __post_init__(self) -> None:
        Impairment.__post_init__(self)
        if self.hole_ms / 1000 * self.per_second >= 0.9:
            raise UsageError(self.kind, "holes leave less than a tenth of the sound", "give fewer or shorter holes")

    def _changed(self, samples: Samples, take: Take) -> Samples:
        out = samples.copy()
        hole = round(self.hole_ms / 1000 * SOUND_RATE)
        begin = float(take.frame(self.start) / take.rate)
        count = max(1, round(len(samples) / SOUND_RATE * self.per_second))
        room = max(len(samples) - count * hole, 1)
        firsts = np.sort(take.random.integers(0, room, count)) + hole * np.arange(count)
        for first in firsts:
            out[first : first + hole] = 0
        take.notes["at_s"] = [round(begin + float(first) / SOUND_RATE, 6) for first in firsts]
        return out


def _cut(samples: NDArray[np.floating[Any]]) -> Samples:
    """Cut at full scale."""
    return np.asarray(samples, np.float32).clip(-1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clipping(_SoundFault):
    """Too much gain, cut at full scale.

    Parameters
    ----------
    gain_db : float
        Gain over the one that just reaches full scale within the span.
    """

    kind: ClassVar[str] = "clipping"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"gain_db": (0, 60)}
    gain_db: float = 12.0

    def _changed(self, samples: Samples, take: Take) -> Samples:
        del take
        peak = float(np.abs(samples).max(initial=0.0))
        if peak == 0.0:
            return samples
        return _cut(samples * np.float32(10 ** (self.gain_db / 20) / peak))


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(_SoundFault):
    """Louder or quieter; cut at full scale.

    Parameters
    ----------
    gain_db : float
    """

    kind: ClassVar[str] = "level"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"gain_db": (-100, 60)}
    gain_db: float = -20.0

    def _changed(self, samples: Samples, take: Take) -> Samples:
        del take
        return _cut(samples * np.float32(10 ** (self.gain_db / 20)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundNoise(_SoundFault):
    """White noise.

    Parameters
    ----------
    snr_db : float
        Power of the sound within the span over that of the noise.
    """

    kind: ClassVar[str] = "sound_noise"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"snr_db": (-20, 100)}
    snr_db: float = 15.0

    def _changed(self, samples: Samples, take: Take) -> Samples:
        power = float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
        noise = take.random.standard_normal(samples.shape, dtype=np.float32)
        return _cut(samples + noise * np.float32(np.sqrt(power) * 10 ** (-self.snr_db / 20)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset(_SoundFault):
    """Sound late or early against the picture.

    Parameters
    ----------
    ms : float
        Positive: the sound lags.
    """

    kind: ClassVar[str] = "sound_offset"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"ms": (-10_000, 10_000)}
    ms: float = 200.0

    def _changed(self, samples: Samples, take: Take) -> Samples:
        del take
        late = round(self.ms / 1000 * SOUND_RATE)
        out = np.zeros_like(samples)
        if late >= 0:
            out[late:] = samples[: max(len(samples) - late, 0)]
        else:
            out[:late] = samples[-late:]
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift(_SoundFault):
    """The clock of the sound runs wrong: by linear interpolation between samples.

    Parameters
    ----------
    ppm : float
        Positive: the sound lags more and more, by this many microseconds per second.
    """

    kind: ClassVar[str] = "sound_drift"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"ppm": (-100_000, 100_000)}
    ppm: float = 500.0

    def _changed(self, samples: Samples, take: Take) -> Samples:
        del take
        place = np.arange(len(samples), dtype=np.float64)
        heard = place / (1 + self.ppm * 1e-6)
        channels = [np.interp(heard, place, channel, right=0.0) for channel in samples.T]
        return np.stack(channels, axis=1).astype(np.float32)
