"""A recording, decoded once and streaming: pictures and sound in the order of the file.

Memory stays bounded whatever the length. Only local files are opened, and a file cannot make
FFmpeg open anything else but files beside it. Damaged packets are counted and passed over.
"""

from __future__ import annotations

import itertools
import os
import re
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import av
import av.container
import av.error
import av.logging
import numpy as np

from beholder.errors import CannotOpen, NothingToScore, UsageError
from beholder.media.facts import Facts, nominal_rate, picture_tracks, read_facts, sound_tracks
from beholder.media.frame import Frame, Region
from beholder.media.timing import LEAP_S, SNAP_S, MediaTime, Stamps, find_rate

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Recording", "Sound"]

NOT_RECORDINGS = {"tty", "bin", "xbin", "adf", "idf", "hls", "concat", "dash", "ffmetadata", "srt", "webvtt", "ass"}
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)  # a scheme; a path has no double slash any more
LEAST_SIDE = 32  # pixels of a region: four blocks of the coder each way
LEAST_LEFT = 0.1  # share of the picture that masks must leave
MOST_TIMES_KEPT = 1000  # times of damaged pictures that are listed; beyond that only their number counts
PROBE_BYTES = 20_000_000  # how far FFmpeg may read to learn what a file is
MOST_PIXELS = 2**26  # of one picture; 8K has 2**25, and a forged header may claim any number
FIRST_PACKETS, FIRST_BYTES = 500, 8_000_000  # looked at for the frame rate before decoding starts
MOST_NEW_TRACKS = 100  # that may appear on the way, as in transport streams; beyond that the file is damaged
SOUND_STEP_S = 0.02  # a smaller step between stretches of sound is the container's rounding, not a gap
LONGEST_PRIMING_S = 0.1  # silence that coders put in front: AAC 1024 to 2112 samples, Opus 312
EARLY_SOUNDS = 1000  # stretches of sound before the first picture that are kept, about 20 s


@dataclass(frozen=True, slots=True)
class Sound:
    """A stretch of sound.

    `t` is the time of its first sample; `samples` float32 in -1..1, shape (channels, n); `rate` in hertz.
    """

    t: float
    samples: NDArray[np.float32]
    rate: int

    @property
    def end(self) -> float:
        """Time of the sample after the last."""
        return self.t + int(self.samples.shape[1]) / self.rate

    def since(self, t: float) -> Sound:
        """Leave out the samples before `t`, to the nearest sample."""
        return self if self.t >= t else Sound(t, self.samples[:, round((t - self.t) * self.rate) :], self.rate)


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
        When it holds no picture track, or not one picture that can be decoded.
    UsageError
        When `region` lies outside of the picture.
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
        self._size: tuple[int, int] | None = None
        self._resampler: av.AudioResampler | None = None
        self._sound_end: float | None = None  # on the media clock
        self._container = _open(self.path)
        try:
            self._video = self._choose_video()
            sounds = sound_tracks(self._container)
            self._sound = sounds[0] if sounds else None
            self._prepare(threads)
            self._first = self._first_picture()
        except BaseException:
            self._container.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    def __iter__(self) -> Iterator[Frame | Sound]:
        """Give pictures and sound in the order of the file."""
        yield from self._first
        yield from self._parts

    def seek(self, t: float) -> bool:
        """Go to the key picture at or before `t`; iterate anew from there. False when the file has no time stamps."""
        if self._clock.origin is None:
            return False
        try:
            self._container.seek(round((t + self._clock.origin) * 1e6))
        except (av.error.FFmpegError, OSError):
            return False
        self._first, self._parts, self._clock.last = [], self._decode(self._read_packets()), None
        self._stamps = Stamps()
        self._sound_end = None
        return True

    @property
    def repaired_stamps(self) -> int:
        """Time stamps that ran backwards or leapt, and were repaired."""
        return self._clock.repaired

    @property
    def missing_stamps(self) -> int:
        """Pictures that came without a time stamp."""
        return self._clock.missing

    def _choose_video(self) -> Any:
        tracks = picture_tracks(self._container)
        if not tracks:
            raise NothingToScore(
                self.path, "it has no picture track", "give a recording with video; sound alone cannot be scored yet"
            )
        context: Any = tracks[0].codec_context
        if context is None:
            raise NothingToScore(self.path, "its pictures are coded in an unknown way", "convert it to H.264 in MP4")
        if context.width * context.height > MOST_PIXELS:
            raise NothingToScore(
                self.path,
                f"its pictures are {context.width} x {context.height}, more than can be measured",
                "scale it down to 8K or less",
            )
        return tracks[0]

    def _prepare(self, threads: int) -> None:
        context = self._video.codec_context
        context.thread_count = threads
        context.thread_type = "AUTO" if threads > 1 else "NONE"
        context.options = {"max_pixels": str(MOST_PIXELS)}
        first, stamps = self._first_packets()
        rate, grid = find_rate(stamps, nominal_rate(self._video))
        duration = self._container.duration / 1e6 if self._container.duration else None
        self._clock, self._stamps = MediaTime(rate, duration, grid=grid), Stamps()
        self.facts: Facts = read_facts(self._container, self._video, fps=rate)
        self._parts = self._decode(itertools.chain(first, self._packets))

    def _first_packets(self) -> tuple[list[av.Packet[Any]], list[float]]:
        """Read ahead, without decoding, to learn the frame rate from the time stamps."""
        self._packets = self._read_packets()
        packets: list[av.Packet[Any]] = []
        stamps: list[float] = []
        size = 0
        for packet in self._packets:
            packets.append(packet)
            size += packet.size
            if packet.stream is self._video and packet.pts is not None and packet.time_base is not None:
                stamps.append(float(packet.pts * packet.time_base))
            if len(packets) >= FIRST_PACKETS or size >= FIRST_BYTES:
                break
        return packets, stamps

    def _first_picture(self) -> list[Frame | Sound]:
        """Decode up to the first picture: only then are rotation and true size known."""
        early: deque[Sound] = deque(maxlen=EARLY_SOUNDS)
        for part in self._parts:
            if isinstance(part, Sound):
                early.append(part)
                continue
            height, width = part.size
            self.facts = replace(self.facts, width=width, height=height, rotation=part.rotation)
            origin = self._clock.origin or 0.0
            return [*self._settled([replace(sound, t=sound.t - origin) for sound in early]), part]
        raise NothingToScore(
            self.path, "not one picture could be decoded", "the file is damaged or cut off; record or copy it again"
        )

    def _read_packets(self) -> Iterator[av.Packet[Any]]:
        tracks = [track for track in (self._video, self._sound) if track is not None]
        last = False
        for _ in range(MOST_NEW_TRACKS):
            try:
                for packet in self._container.demux(tracks):
                    last = packet.size == 0
                    yield packet
            except (av.error.FFmpegError, OSError) as error:
                self.truncated = str(error)
                return
            except IndexError:  # PyAV met a track that was not there when the file was opened
                if last:
                    return
                continue
            return

    def _decode(self, packets: Iterator[av.Packet[Any]]) -> Iterator[Frame | Sound]:
        for packet in packets:
            yield from self._decode_packet(packet)
        if self.truncated:  # a whole file ends with empty packets that empty the decoders
            for track in (self._video, self._sound):
                if track is not None:
                    last: av.Packet[Any] = av.Packet()
                    last.stream = track
                    yield from self._decode_packet(last)

    def _decode_packet(self, packet: av.Packet[Any]) -> Iterator[Frame | Sound]:
        if packet.size == 0 and packet.pts is not None:
            return  # the picture before is shown once more: Theora, and VP8 and VP9 from conferences
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
        stamp = self._stamps.choose(picture.pts, picture.dts)
        t = self._clock.at(None if stamp is None or picture.time_base is None else float(stamp * picture.time_base))
        self.pictures += 1
        self.last_t = t
        if picture.is_corrupt:
            self.damaged_count += 1
            if len(self.damaged) < MOST_TIMES_KEPT:
                self.damaged.append(t)
        frame = Frame(picture, t, rotation=picture.rotation, region=self.region, masks=self.masks)
        if self.region or self.masks:
            self._place(frame)
        return frame

    def _place(self, frame: Frame) -> None:
        """Cut region and masks to the picture; they are given in pixels of the first picture."""
        if self._size is None:
            self._size = frame.size
            self.region = self.region and self.region.inside(frame.size)
            self.masks = tuple(mask for mask in (m.inside(frame.size) for m in self.masks) if mask)
            self._check_places(frame)
        if frame.size != self._size or frame.region is not self.region:
            frame.region = self.region and self.region.scaled(self._size, frame.size)
            frame.masks = tuple(mask.scaled(self._size, frame.size) for mask in self.masks)

    def _check_places(self, frame: Frame) -> None:
        """Refuse a region outside of the picture or too small to judge, and masks that leave nothing."""
        height, width = frame.size
        if frame.region and not self.region:
            what = f"it lies outside of the picture of {width} x {height}"
            raise UsageError(f"region {frame.region}", what, "give x,y,width,height")
        seen = self.region or Region(0, 0, width, height)
        if min(seen.width, seen.height) < LEAST_SIDE and seen != Region(0, 0, width, height):
            what = f"it is smaller than {LEAST_SIDE} x {LEAST_SIDE} pixels"
            raise UsageError(f"region {seen}", what, "give a larger part of the picture")
        left = np.ones((height, width), bool)
        for mask in self.masks:
            left[mask.y : mask.y + mask.height, mask.x : mask.x + mask.width] = False
        share = float(left[seen.y : seen.y + seen.height, seen.x : seen.x + seen.width].mean())
        if share < LEAST_LEFT:
            what = f"the masks leave {100 * share:.0f} % of the picture"
            raise UsageError(self.path, what, "mask less than nine tenths of it")

    def _sounds(self, chunk: av.AudioFrame) -> Iterator[Sound]:
        if self._resampler is None:
            self._resampler = av.AudioResampler(format="fltp")
        stamp = _seconds(chunk)
        t = 0.0 if stamp is None else stamp - (self._clock.origin or 0.0)
        end = self._sound_end
        if end is not None and (stamp is None or not end + SOUND_STEP_S <= t <= max(end, self.last_t) + LEAP_S):
            t = end  # the stamp is missing, rounded, runs backwards or leaps
        try:
            converted = self._resampler.resample(chunk)
        except (av.error.FFmpegError, ValueError):
            self._resampler = None
            return
        sounds = []
        for part in converted:
            sounds.append(Sound(t, np.asarray(part.to_ndarray(), np.float32), part.sample_rate))
            t = self._sound_end = sounds[-1].end
        yield from sounds if end is not None or self._clock.origin is None else self._settled(sounds)

    def _settled(self, sounds: list[Sound]) -> list[Sound]:
        """Put the start of the sound where every container would have it.

        Rounding of its first stamp is undone, and what the coder put in front of the first picture is cut off.
        """
        if not sounds:
            return []
        first = sounds[0]
        step = first.samples.shape[1] / first.rate
        near = round(first.t / step) * step
        shift = near - first.t if abs(near - first.t) <= SNAP_S else 0.0
        self._sound_end = sounds[-1].end + shift
        settled = [replace(first, t=first.t if not shift else near)]
        settled += [replace(sound, t=sound.t + shift) for sound in sounds[1:]]
        if not -LONGEST_PRIMING_S < settled[0].t < 0:
            return settled
        return [sound.since(0.0) for sound in settled if sound.end > 0.5 / sound.rate]


def _seconds(part: av.AudioFrame) -> float | None:
    return None if part.pts is None or part.time_base is None else float(part.pts * part.time_base)


def _open(path: Path) -> av.container.InputContainer:
    _check_file(path)
    av.logging.set_level(None)
    try:
        container = av.open(
            f"file:{path.absolute()}", options={"protocol_whitelist": "file", "probesize": str(PROBE_BYTES)}
        )
    except (av.error.FFmpegError, ValueError, OSError) as error:
        raise CannotOpen(
            path,
            f"it is not a recording that can be read ({_reason(error)})",
            "check that it was copied whole, or convert it to MP4",
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
        if ADDRESS.match(str(path)):
            remedy = "download the recording and give the file"
            address = str(path).replace(":/", "://", 1)
            raise CannotOpen(address, "it is an address, and nothing is fetched from the network", remedy) from error
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
