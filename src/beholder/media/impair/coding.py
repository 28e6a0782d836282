"""Faults of coding: a span coded worse than the rest, or at a lower resolution."""

from __future__ import annotations

import itertools
from abc import abstractmethod
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import av
import cv2
import numpy as np

from beholder.media.impair.clip import Planes
from beholder.media.impair.opening import open_encoder
from beholder.media.impair.picture import even, scaled
from beholder.media.impair.plan import Impairment, Take
from beholder.media.impair.write import coder_options, frame_of, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

__all__ = ["Codec", "Recode", "Recoded", "ResolutionSwitch", "encoder", "planes_of", "through"]

Codec = Literal["libx264", "libx265", "libvpx-vp9", "libsvtav1"]
_DECODERS = {"libx264": "h264", "libx265": "hevc", "libvpx-vp9": "vp9", "libsvtav1": "libdav1d"}


def encoder(codec: str, options: Mapping[str, str], rate: Fraction, height: int, width: int) -> Any:
    """Open an encoder that stands in memory, without a file."""
    context: Any = av.CodecContext.create(codec, "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.framerate, context.time_base = rate, 1 / rate
    context.thread_count, context.color_range = 1, 1
    context.options = dict(options)
    open_encoder(context)
    return context


def planes_of(frame: Any) -> Planes:
    """Take the samples of a decoded 4:2:0 frame without a copy."""
    height, width = frame.height, frame.width
    planes = []
    for plane, shrink in zip(frame.planes, (1, 2, 2), strict=True):
        samples = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[
            : height // shrink, : width // shrink
        ]
        samples.flags.writeable = False
        planes.append(samples)
    return Planes(*planes)


def through(pictures: Iterator[Planes], coder: Any, codec: str) -> Iterator[Planes]:
    """Encode and decode; as many pictures come out as go in, in order."""
    decoder: Any = av.CodecContext.create(_DECODERS[codec], "r")
    decoder.thread_count = 1
    for place, planes in enumerate(pictures):
        frame = frame_of(planes)
        frame.pts = place
        for packet in coder.encode(frame):
            yield from map(planes_of, decoder.decode(packet))
    for packet in coder.encode(None):
        yield from map(planes_of, decoder.decode(packet))
    yield from map(planes_of, decoder.decode(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoded(Impairment):
    """Codes the pictures of the span on their own; repeats are coded once and stay repeats."""

    @abstractmethod
    def _coded(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        """Give one coded picture for each that comes in."""

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        """Give the pictures as they look afterwards."""
        first = take.frame(self.start)
        yield from itertools.islice(pictures, first)
        span = pictures if self.end is None else itertools.islice(pictures, take.frame(self.end) - first)
        lengths: deque[int] = deque()

        def once() -> Iterator[Planes]:
            for planes, _, length in runs(span):
                lengths.append(length)
                yield planes

        for coded in self._coded(once(), take):
            yield from itertools.repeat(coded, lengths.popleft())
        yield from pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class Recode(Recoded):
    """Coded at a quality of its own: blocks, lost detail. Over a whole clip, a rung of a codec ladder.

    Parameters
    ----------
    codec : {"libx264", "libx265", "libvpx-vp9", "libsvtav1"}
    crf : float
        Constant quality on the scale of the codec.
    height : int, optional
        Coded at this many rows: scaled down by area, and up again (bicubic).
    deblock : bool
        False switches the loop filter of libx264 off, so that block edges stay visible.
    """

    kind: ClassVar[str] = "coding"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"crf": (0, 63), "height": (32, 8192)}
    codec: Codec = "libx264"
    crf: float = 40
    height: int | None = None
    deblock: bool = True

    def _coded(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        options = coder_options(self.codec, self.crf)
        if not self.deblock:
            options["x264-params"] = "no-deblock=1"
        if self.height is None:
            coder = encoder(self.codec, options, take.rate, take.height, take.width)
            yield from through(pictures, coder, self.codec)
            return
        rows, columns = even(self.height), even(take.width * self.height / take.height)
        coder = encoder(self.codec, options, take.rate, rows, columns)
        small = (scaled(planes, rows, columns, cv2.INTER_AREA) for planes in pictures)
        for planes in through(small, coder, self.codec):
            yield scaled(planes, take.height, take.width, cv2.INTER_CUBIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolutionSwitch(Recoded):
    """A span from a lower rung of an adaptive stream: coded with H.264 at a lower height, scaled up again.

    Parameters
    ----------
    height : int
        Rows of the lower rung.
    crf : float
        Its constant quality.
    """

    kind: ClassVar[str] = "resolution_switch"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {"height": (32, 8192), "crf": (0, 51)}
    height: int = 360
    crf: float = 26

    def _coded(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        return Recode(crf=self.crf, height=self.height)._coded(pictures, take)  # noqa: SLF001 - the same way of coding
