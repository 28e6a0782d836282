"""Faults of time: frozen pictures, stalling, low and uneven frame rates, judder."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from beholder.errors import UsageError
from beholder.media.impair.clip import SOUND_RATE, Planes, Samples
from beholder.media.impair.plan import Impairment, Take
from beholder.media.impair.spinner import Backdrop, Style, backdrop, with_spinner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["FrameDrops", "Freeze", "Jitter", "Judder", "LowFrameRate", "Stall", "UnevenFrameRate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held(Impairment):
    """A picture held on screen: the picture at `start` stays until `end`."""

    @property
    @abstractmethod
    def _pauses(self) -> bool:
        """Whether the clip goes on where it stood."""

    def _inserted(self, take: Take) -> int:
        """Frames that the clip gets longer."""
        first, last = self.frames(take)
        return last - first - 1 if self._pauses else 0

    def _screens(self, held: Planes, take: Take) -> Iterator[Planes]:
        """Give what is on screen, frame by frame, without end."""
        del take
        return itertools.repeat(held)

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        """Give the pictures as they look afterwards."""
        first = take.frame(self.start)
        yield from itertools.islice(pictures, first)
        held = next(pictures, None)
        if held is None:
            return
        screens = self._screens(held, take)
        yield next(screens)
        for _ in itertools.count() if self.end is None else range(first + 1, take.frame(self.end)):
            if not self._pauses and next(pictures, None) is None:
                return
            yield next(screens)
        yield from pictures

    def sound(self, samples: Samples, take: Take) -> Samples:
        at = round((take.frame(self.start) + 1) / take.rate * SOUND_RATE)
        hole = np.zeros((round(self._inserted(take) / take.rate * SOUND_RATE), samples.shape[1]), np.float32)
        return np.concatenate([samples[:at], hole, samples[at:]])

    def moved(self, frame: int, take: Take) -> int:
        return frame if frame <= take.frame(self.start) else frame + self._inserted(take)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(_Held):
    """The picture stands still.

    Parameters
    ----------
    mode : {"pause", "skip"}
        ``pause``: content goes on where it stopped, the clip gets longer, the sound is silent meanwhile (a player
        that rebuffers). ``skip``: content is lost and jumps ahead, the sound goes on (a call, a stuck decoder).
    """

    kind: ClassVar[str] = "freeze"
    mode: Literal["pause", "skip"] = "skip"

    def __post_init__(self) -> None:
        Impairment.__post_init__(self)
        if self.mode == "pause" and self.end is None:
            raise UsageError(self.kind, "a pause without an end", "give end")

    @property
    def _pauses(self) -> bool:
        return self.mode == "pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall(_Held):
    """Playback stops for rebuffering under a loading animation, then goes on where it stopped.

    Parameters
    ----------
    style : {"ring", "dots", "bounce", "none"}
        A rotating arc on a ring, eight dots in a circle, three dots in a row, or no animation.
    period_s : float
        One turn of the animation.
    size : float
        Its diameter over the shorter side of the picture.
    dim : float
        Brightness of the held picture meanwhile, 0..1.
    background : {"held", "black", "white"}
        What lies under the animation; ``black`` and ``white`` at start 0 make a slow start.
    """

    kind: ClassVar[str] = "stall"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {
        "period_s": (0.1, 20.0),
        "size": (0.01, 0.8),
        "dim": (0.0, 1.0),
    }
    style: Style = "ring"
    period_s: float = 1.0
    size: float = 0.12
    dim: float = 0.5
    background: Backdrop = "held"

    def __post_init__(self) -> None:
        Impairment.__post_init__(self)
        if self.end is None:
            raise UsageError(self.kind, "a stall without an end", "give end")

    @property
    def _pauses(self) -> bool:
        return True

    def _screens(self, held: Planes, take: Take) -> Iterator[Planes]:
        under = backdrop(held, self.background, self.dim)
        for frame in itertools.count():
            yield with_spinner(under, self.style, turn=float(frame / take.rate) / self.period_s, size=self.size)


def _slots(pictures: Iterator[Planes], impairment: Impairment, take: Take, news: Iterator[bool]) -> Iterator[Planes]:
    """Inside of the span show a new picture only where `news` says so."""
    held: Planes | None = None
    for frame, planes in enumerate(pictures):
        if not impairment.covers(frame, take) or next(news) or held is None:
            held = planes
        yield held


@dataclass(frozen=True, slots=True, kw_only=True)
class LowFrameRate(Impairment):
    """Fewer new pictures per second; the repeats keep the rate of the container.

    Parameters
    ----------
    fps : float
        New pictures per second. A new one comes at the first frame of the grid at or after each of its times.
    """

    kind: ClassVar[str] = "low_frame_rate"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"fps": (0.1, 240.0)}
    fps: float = 10.0

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        """Give the pictures as they look afterwards."""
        return _slots(pictures, self, take, _evenly(self.fps / float(take.rate)))


def _evenly(share: float) -> Iterator[bool]:
    """Say True for a `share` of the frames, as evenly as a grid allows, the first one included."""
    slot = -1
    for frame in itertools.count():
        now = int(frame * share + 1e-9)
        yield now != slot
        slot = now


@dataclass(frozen=True, slots=True, kw_only=True)
class Judder(Impairment):
    """A regular uneven cadence: content of another rate shown on this grid (24 in 30, 24 in 60 is 3:2).

    A new picture comes at the first frame of the grid at or after each of its times.

    Parameters
    ----------
    content_fps : float
        Below the rate of the clip.
    """

    kind: ClassVar[str] = "judder"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"content_fps": (1.0, 240.0)}
    content_fps: float = 24.0

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        """Give the pictures as they look afterwards."""
        return _slots(pictures, self, take, _evenly(self.content_fps / float(take.rate)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameDrops(Impairment):
    """Every `every`-th picture is lost and the one before stays on.

    Parameters
    ----------
    every : int
        2 or more.
    """

    kind: ClassVar[str] = "frame_drops"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"every": (2, 10_000)}
    every: int = 10

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        """Give the pictures as they look afterwards."""
        return _slots(pictures, self, take, ((n + 1) % self.every != 0 for n in itertools.count()))


@dataclass(frozen=True, slots=True, kw_only=True)
class UnevenFrameRate(Impairment):
    """Pictures held for times that vary at random around a mean: stutter.

    Parameters
    ----------
    fps : float
        Mean of new pictures per second.
    spread : float
        Standard deviation of the hold over its mean (gamma distributed; at least one frame).
    """

    kind: ClassVar[str] = "uneven_frame_rate"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"fps": (0.1, 240.0), "spread": (0.01, 3.0)}
    fps: float = 15.0
    spread: float = 0.6

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        """Give the pictures as they look afterwards."""
        return _slots(pictures, self, take, self._news(take))

    def _news(self, take: Take) -> Iterator[bool]:
        mean, shape = float(take.rate) / self.fps, self.spread**-2
        due = 0.0
        for frame in itertools.count():
            new = frame >= due
            if new:
                due = max(frame + 1, due + take.random.gamma(shape, mean / shape))
            yield new


@dataclass(frozen=True, slots=True, kw_only=True)
class Jitter(Impairment):
    """Content comes early or late by a random time, never backwards: uneven motion.

    Inside of the span the content is late by two standard deviations on average, which leaves room to be early.

    Parameters
    ----------
    sd_ms : float
        Standard deviation of the displacement, normal, cut at two standard deviations, to the nearest frame.
    """

    kind: ClassVar[str] = "jitter"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"sd_ms": (0.0, 1000.0)}
    sd_ms: float = 40.0

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        """Give the pictures as they look afterwards."""
        sd = self.sd_ms / 1000 * float(take.rate)
        most = round(2 * sd)
        past: deque[Planes] = deque(maxlen=2 * most + 1)
        shown = 0
        for frame, planes in enumerate(pictures):
            past.append(planes)
            if not self.covers(frame, take):
                shown = frame
                yield planes
                continue
            lag = most - round(float(np.clip(take.random.normal(0.0, sd), -2 * sd, 2 * sd)))
            shown = max(shown, frame - min(lag, len(past) - 1))
            yield past[len(past) - 1 - (frame - shown)]
