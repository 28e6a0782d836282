"""A clip as a file: quick single-threaded encoders, time stamps on the grid, sound beside the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np

from beholder.errors import UsageError
from beholder.media.impair.clip import SOUND_RATE, Clip, Planes, Samples
from beholder.media.impair.opening import open_encoder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Written", "coder_options", "frame_of", "runs", "write_clip"]

_QUICK: dict[str, dict[str, str]] = {
    "libx264": {"preset": "superfast", "threads": "1"},
    "libx265": {"preset": "ultrafast", "x265-params": "pools=none:frame-threads=1:log-level=error"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "b": "0", "threads": "1"},
    "libsvtav1": {"preset": "8", "svtav1-params": "lp=1"},
}
_SOUND_BITS = 128_000  # bit/s; AAC and Opus are transparent enough there for stereo
_FORMATS = {".mp4": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm", ".ts": "mpegts"}
_TAKEN = {"webm": ("libvpx-vp9", "libsvtav1"), "mpegts": ("libx264", "libx265")}  # the others take all four


def coder_options(codec: str, crf: float) -> dict[str, str]:
    """Options of a quick, single-threaded encoder at a constant quality.

    Raises
    ------
    UsageError
        When the codec is none of libx264, libx265, libvpx-vp9, libsvtav1.
    """
    if codec not in _QUICK:
        raise UsageError("codec", f"{codec} is not known", f"give one of {', '.join(_QUICK)}")
    return {**_QUICK[codec], "crf": f"{crf:g}"}


def frame_of(planes: Planes) -> av.VideoFrame:
    """Copy a picture into a frame for an encoder."""
    height, width = planes.shape
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, samples in zip(frame.planes, (planes.y, planes.u, planes.v), strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        rows[: samples.shape[0], : samples.shape[1]] = samples
    return frame


@dataclass(frozen=True, slots=True)
class Written:
    """What went into a file: frames of the grid, and pictures (without repeats when these were left out)."""

    frames: int
    pictures: int


def write_clip(clip: Clip, out: Path, *, codec: str, crf: float, vfr: bool) -> Written:
    """Encode a clip; the container follows from the suffix of `out`.

    Raises
    ------
    UsageError
        When the suffix or the codec is unknown, or the container does not take the codec.
    """
    kind = _FORMATS.get(out.suffix.lower())
    if kind is None:
        raise UsageError(out, "the suffix names no known container", f"use one of {', '.join(_FORMATS)}")
    if codec not in _TAKEN.get(kind, _QUICK):
        raise UsageError(out, f"the container does not take {codec}", "use .mkv or .mp4")
    container: Any
    with av.open(str(out), "w", format=kind) as container:
        video = _Video(container, clip, codec, crf, reorder=not vfr)
        sound = None if clip.sound is None else _Sound(container, clip.sound, webm=kind == "webm")
        return _interleave(clip, video, sound, vfr=vfr)


def _interleave(clip: Clip, video: _Video, sound: _Sound | None, *, vfr: bool) -> Written:
    frames = pictures = 0
    for planes, first, length in runs(clip.pictures()):
        for frame, duration in ((first, length),) if vfr else ((first + n, 1) for n in range(length)):
            video.write(planes, frame, duration)
            pictures += 1
            if sound is not None:
                sound.write_until((frame + duration) / clip.rate)
        frames = first + length
    video.finish()
    if sound is not None:
        sound.finish()
    return Written(frames, pictures)


def runs(pictures: Iterator[Planes]) -> Iterator[tuple[Planes, int, int]]:
    """Give each picture once, with its first frame and for how many frames it is shown."""
    first = length = 0
    held: Planes | None = None
    for planes in pictures:
        if held is not None and planes is not held:
            yield held, first, length
            first, length = first + length, 0
        held = planes
        length += 1
    if held is not None:
        yield held, first, length


class _Video:
    """The encoder of the pictures and its track."""

    def __init__(self, container: Any, clip: Clip, codec: str, crf: float, *, reorder: bool) -> None:
        self._container = container
        self._stream = container.add_stream(codec, rate=clip.rate, options=coder_options(codec, crf))
        context = self._stream.codec_context
        context.width, context.height, context.pix_fmt = clip.width, clip.height, "yuv420p"
        context.time_base = 1 / clip.rate
        context.thread_count = 1
        if not reorder:  # as phone encoders; and MP4 keeps the length of the last picture only in coding order
            context.max_b_frames = 0
        context.color_range = 1
        context.colorspace = clip.colorspace
        context.color_primaries = clip.primaries
        context.color_trc = clip.transfer
        open_encoder(context)
        self._durations: dict[int, int] = {}

    def write(self, planes: Planes, frame: int, duration: int) -> None:
        picture = frame_of(planes)
        picture.pts, picture.time_base = frame, self._stream.codec_context.time_base
        self._durations[frame] = duration
        self._mux(picture)

    def finish(self) -> None:
        self._mux(None)

    def _mux(self, picture: av.VideoFrame | None) -> None:
        for packet in self._stream.encode(picture):
            if packet.pts is not None:
                scale = self._stream.codec_context.time_base / packet.time_base
                packet.duration = round(self._durations.pop(round(packet.pts / scale), 1) * scale)
            self._container.mux(packet)


class _Sound:
    """The encoder of the sound and its track, fed in step with the pictures."""

    def __init__(self, container: Any, samples: Samples, *, webm: bool) -> None:
        layout = "mono" if samples.shape[1] == 1 else "stereo"
        self._container, self._samples, self._layout, self._done = container, samples, layout, 0
        name = "libopus" if webm else "aac"
        self._stream = container.add_stream(name, rate=SOUND_RATE, layout=layout, bit_rate=_SOUND_BITS)
        self._stream.codec_context.time_base = Fraction(1, SOUND_RATE)

    def write_until(self, seconds: Fraction) -> None:
        end = min(round(seconds * SOUND_RATE), len(self._samples))
        if end <= self._done:
            return
        part = np.ascontiguousarray(self._samples[self._done : end].T.clip(-1, 1))
        frame = av.AudioFrame.from_ndarray(part, format="fltp", layout=self._layout)
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, self._done, Fraction(1, SOUND_RATE)
        self._done = end
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))
