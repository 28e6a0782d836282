"""A recording, decoded once and streaming: pictures and sound in the order of the file.

Memory stays bounded whatever the length. Only local files are opened, and a file cannot make
FFmpeg open anything else but files beside it. Damaged packets are counted and passed over.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import av
import av.error
import av.logging
import numpy as np

from beholder.errors import CannotOpen, NothingToScore
from beholder.media.facts import Facts, nominal_rate, read_facts
from beholder.media.frame import Frame, Region
from beholder.media.timing import MediaTime

if TYPE_CHECKING:
    import av.container
    from numpy.typing import NDArray

__all__ = ["Recording", "Sound"]

NOT_RECORDINGS = {"tty", "bin", "xbin", "adf", "idf", "hls", "concat", "dash", "ffmetadata", "srt", "webvtt", "ass"}
MOST_TIMES_KEPT = 1000  # times of damaged pictures that are listed; beyond that only their number counts
PROBE_BYTES = 20_000_000  # how far FFmpeg may read to learn what a file is


@dataclass(frozen=True, slots=True)
class Sound:
    """A stretch of sound.

    `t` is the time of its first sample; `samples` float32 in -1..1, shape (channels, n); `rate` in hertz.
    """

    t: float
    samples: NDArray[np.float32]
    rate: int


class Recording:
    """An opened recording; use it as a context manager and iterate over it once.

    Parameters
    ----------
    path : str or path
    threads : int
        Decoder threads; the pictures are the same for any number.
    region : Region, optional
        Part of the upright picture to look at.
    masks : tuple of Region
        Parts of the upright picture to leave out.

    Attributes
    ----------
    facts : Facts
        What the file says of itself.
    damaged : list of float
        Times of pictures that the decoder flagged as damaged (the first thousand).
    decode_errors : int
        Packets that could not be decoded.
    last_t : float
        Time of the last picture so far.

    Raises
    ------
    CannotOpen
        When the file is missing, unreadable, empty or not media.
    NothingToScore
        When it holds no picture track.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        threads: int = 1,
        region: Region | None = None,
        masks: tuple[Region, ...] = (),
    ) -> None:
        self.path = Path(path)
        self.region, self.masks = region, masks
        self.damaged: list[float] = []
        self.damaged_count = self.decode_errors = self.pictures = 0
        self.last_t = 0.0
        self.truncated: str | None = None
        self._container = _open(self.path)
        try:
            self._video = self._choose_video()
            self._prepare(threads)
            self.facts: Facts = read_facts(self._container, rotation=0)
            self._first = self._first_picture()
        except BaseException:
            self._container.close()
            raise

    def __enter__(self) -> Recording:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    def __iter__(self) -> Iterator[Frame | Sound]:
        """Give pictures and sound in the order of the file."""
        yield from self._first
        yield from self._parts

    @property
    def repaired_stamps(self) -> int:
        """Time stamps that ran backwards or leapt, and were repaired."""
        return self._clock.repaired

    @property
    def missing_stamps(self) -> int:
        """Pictures that came without a time stamp."""
        return self._clock.missing

    def _choose_video(self) -> Any:
        pictures = [s for s in self._container.streams.video if not s.disposition & _ATTACHED]
        if not pictures:
            raise NothingToScore(
                self.path, "it has no picture track", "give a recording with video; sound alone cannot be scored yet"
            )
        return pictures[0]

    def _prepare(self, threads: int) -> None:
        context = self._video.codec_context
        context.thread_count = threads
        context.thread_type = "AUTO" if threads > 1 else "NONE"
        rate = nominal_rate(self._video)
        duration = self._container.duration / 1e6 if self._container.duration else None
        self._clock = MediaTime(Fraction(rate), duration)
        sounds = self._container.streams.audio
        self._sound = sounds[0] if sounds else None
        self._resampler: av.AudioResampler | None = None

    def _first_picture(self) -> list[Frame | Sound]:
        """Decode up to the first picture: only then are rotation and true size known."""
        self._parts = self._decode()
        early: list[Frame | Sound] = []
        for part in self._parts:
            early.append(part)
            if isinstance(part, Frame):
                height, width = part.size
                self.facts = replace(self.facts, width=width, height=height, rotation=part.rotation)
                origin = self._clock.origin or 0.0
                return [replace(p, t=p.t - origin) if isinstance(p, Sound) else p for p in early]
        raise NothingToScore(
            self.path, "not one picture could be decoded", "the file is damaged or cut off; record or copy it again"
        )

    def _decode(self) -> Iterator[Frame | Sound]:
        tracks = [track for track in (self._video, self._sound) if track is not None]
        packets = self._container.demux(tracks)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except (av.error.FFmpegError, OSError) as error:
                self.truncated = str(error)
                return
            yield from self._decode_packet(packet)

    def _decode_packet(self, packet: av.Packet) -> Iterator[Frame | Sound]:
        try:
            parts = packet.decode()
        except (av.error.FFmpegError, ValueError, MemoryError):
            self.decode_errors += packet.stream.type == "video"
            return
        for part in parts:
            if isinstance(part, av.VideoFrame):
                yield self._frame(part)
            elif isinstance(part, av.AudioFrame):
                yield from self._sounds(part)

    def _frame(self, picture: av.VideoFrame) -> Frame:
        t = self._clock.at(None if picture.pts is None else float(picture.pts * picture.time_base))
        self.pictures += 1
        self.last_t = t
        if picture.is_corrupt:
            self.damaged_count += 1
            if len(self.damaged) < MOST_TIMES_KEPT:
                self.damaged.append(t)
        return Frame(picture, t, rotation=picture.rotation, region=self.region, masks=self.masks)

    def _sounds(self, chunk: av.AudioFrame) -> Iterator[Sound]:
        if self._resampler is None:
            self._resampler = av.AudioResampler(format="fltp")
        stamp = None if chunk.pts is None else float(chunk.pts * chunk.time_base)
        origin = self._clock.origin
        try:
            converted = self._resampler.resample(chunk)
        except (av.error.FFmpegError, ValueError):
            self._resampler = None
            return
        for part in converted:
            t = float("nan") if stamp is None else stamp - (origin or 0.0)
            yield Sound(t, part.to_ndarray(), part.sample_rate)


_ATTACHED = 0x0400  # AV_DISPOSITION_ATTACHED_PIC, FFmpeg avformat.h: a cover image is no recording


def _open(path: Path) -> av.container.InputContainer:
    _check_file(path)
    av.logging.set_level(None)
    try:
        container = av.open(
            f"file:{path.absolute()}", options={"protocol_whitelist": "file", "probesize": str(PROBE_BYTES)}
        )
    except (av.error.FFmpegError, ValueError, OSError) as error:
        raise CannotOpen(
            path, f"it is not a recording that can be read ({_reason(error)})", "check that it was copied whole, or convert it to MP4"
        ) from error
    if set(container.format.name.split(",")) & NOT_RECORDINGS:
        name = container.format.name
        container.close()
        raise CannotOpen(path, f"it is no recording but a {name} file", "give a video file")
    return container


def _check_file(path: Path) -> None:
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise CannotOpen(path, "there is no such file", "check the name") from error
    except (OSError, ValueError) as error:
        raise CannotOpen(path, f"it cannot be reached ({_reason(error)})", "check the name and its rights") from error
    if stat.S_ISDIR(status.st_mode):
        raise CannotOpen(path, "it is a directory", "give the files in it")
    if not stat.S_ISREG(status.st_mode):
        raise CannotOpen(path, "it is not a regular file", "save the recording to a file first")
    if status.st_size == 0:
        raise CannotOpen(path, "the file is empty", "record it again or copy it once more")
    if not os.access(path, os.R_OK):
        raise CannotOpen(path, "it may not be read", "change its rights")


def _reason(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error)
    return " ".join(str(text).split())[:120].lower()
