"""What every impairment has: a kind, a span, physical parameters, and its place in a chain."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, ClassVar

from beholder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

    import numpy as np

    from beholder.media.impair.clip import Planes, Samples
    from beholder.media.impair.truth import Value

__all__ = ["Impairment", "Take"]


@dataclass(slots=True)
class Take:
    """The clip as one impairment sees it.

    Attributes
    ----------
    rate : Fraction
        Frames per second of the grid.
    width, height : int
    random : numpy.random.Generator
        This impairment's own, so that adding another changes nothing here.
    frames : int
        Frames that came in; final once the pictures have gone through.
    notes : dict
        What turned out on the way (which slices were lost ...); goes into the truth.
    """

    rate: Fraction
    width: int
    height: int
    random: np.random.Generator
    frames: int = 0
    notes: dict[str, Value] = field(default_factory=dict)

    @property
    def unit(self) -> float:
        """Pixels of this clip per pixel of a 1080p picture (shorter side over 1080)."""
        return min(self.width, self.height) / 1080

    def frame(self, t: float) -> int:
        """Give the frame of the grid nearest to time `t`."""
        return round(t * self.rate)

    def counted(self, pictures: Iterator[Planes]) -> Iterator[Planes]:
        """Count the pictures on their way in."""
        for planes in pictures:
            self.frames += 1
            yield planes


@dataclass(frozen=True, slots=True, kw_only=True)
class Impairment(ABC):
    """A known fault over a span of time.

    Parameters
    ----------
    start, end : float
        Seconds on the clock of the clip as it reaches this impairment; None: until the end. Both are moved to the
        nearest frame; the frames from `start` up to but not including `end` are affected.

    Raises
    ------
    UsageError
        When the span is empty or a parameter lies outside of its limits.
    """

    kind: ClassVar[str]
    needs_sound: ClassVar[bool] = False
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {}

    start: float = 0.0
    end: float | None = None

    def __post_init__(self) -> None:
        if self.start < 0 or (self.end is not None and self.end <= self.start):
            raise UsageError(self.kind, f"span {self.start}..{self.end} s is empty", "give 0 <= start < end")
        for name, (low, high) in self.limits.items():
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise UsageError(self.kind, f"{name} is {value}", f"give a value from {low} to {high}")

    def frames(self, take: Take) -> tuple[int, int]:
        """Give the first affected frame and the first one after the span."""
        last = take.frames if self.end is None else take.frame(self.end)
        return take.frame(self.start), last

    def covers(self, frame: int, take: Take) -> bool:
        """Tell whether the frame lies in the span."""
        return take.frame(self.start) <= frame and (self.end is None or frame < take.frame(self.end))

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        """Give the pictures as they look afterwards; here unchanged."""
        del take
        return pictures

    def sound(self, samples: Samples, take: Take) -> Samples:
        """Give the sound as it is afterwards; here unchanged."""
        del take
        return samples

    def moved(self, frame: int, take: Take) -> int:
        """Tell where frame `frame` of the clip before is in the clip afterwards."""
        del take
        return frame

    def parameters(self) -> dict[str, Value]:
        """Give the physical parameters by name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in {"start", "end"}}
