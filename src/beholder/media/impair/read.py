"""Any video file as a `Clip`: even size, 8 bit, limited range, on a fixed grid of frames."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import av.error
import numpy as np

from beholder.errors import CannotOpen, NothingToScore
from beholder.media.impair.clip import SOUND_RATE, Clip, Planes, Samples
from beholder.media.impair.write import frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["read_clip"]

_LIMITED, _FULL = 1, 2  # AVColorRange
_PROBED_PACKETS = 600  # 10 s at 60 fps: enough for the median distance of pictures
_SAME_RATE = 0.02  # Matroska rounds time stamps to 1 ms: 2 % at 30 fps
_HIGHEST_RATE = 240  # frames per second of the fastest screens and phone cameras
_HALF_UP = 0.5 + 1e-6  # of two pictures between frames of the grid the one at the frame itself is shown
_REMEDY = "give a video file that FFmpeg can decode"


def read_clip(
    source: str | Path,
    *,
    fps: Fraction | None = None,
    height: int | None = None,
    start: float = 0.0,
    duration: float | None = None,
) -> Clip:
    """Open a file as a clip.

    Parameters
    ----------
    source : str or Path
    fps : Fraction, optional
        Rate of the grid. Default: the rate of the source; with variable frame rate the inverse of the median
        distance of its pictures.
    height : int, optional
        Scale to this many rows (made even), the aspect ratio kept.
    start, duration : float
        The part to take, in seconds after the first picture.

    Raises
    ------
    CannotOpen
        When the file is missing or not media.
    NothingToScore
        When it holds no picture.
    """
    try:
        with av.open(str(source)) as container:
            if not container.streams.video:
                raise NothingToScore(source, "holds no picture", _REMEDY)
            rate = fps or _rate(container)
        first_time, first = next(_decoded(source, rate))
        sound = _sound(source, first_time, start, duration)
    except StopIteration:
        raise NothingToScore(source, "not one picture could be decoded", _REMEDY) from None
    except (av.error.FFmpegError, OSError) as error:
        raise CannotOpen(source, f"cannot be read ({error})", _REMEDY) from error
    rows, columns = _upright_size(first, height)

    def pictures() -> Iterator[Planes]:
        shown = ((t - first_time - start, _planes(frame, rows, columns)) for t, frame in _decoded(source, rate))
        frames = None if duration is None else round(duration * rate)
        return itertools.islice(_on_grid(shown, rate), frames)

    return Clip(
        str(source),
        rate,
        columns,
        rows,
        pictures,
        sound,
        colorspace=_tag(first.colorspace),
        primaries=_tag(first.color_primaries),
        transfer=_tag(first.color_trc),
    )


def _tag(value: Any) -> int:
    """Give a colour tag as its number; 0 (RGB, reserved) cannot describe YUV and becomes 2, unspecified."""
    return int(value) or 2


def _rate(container: Any) -> Fraction:
    """Frames per second, robust against variable frame rate."""
    stream = container.streams.video[0]
    named = stream.average_rate or stream.guessed_rate or Fraction(25)
    packets = itertools.islice(container.demux(stream), _PROBED_PACKETS)
    stamps = sorted(float(p.pts * p.time_base) for p in packets if p.pts is not None)
    steps = np.diff(stamps)
    steps = steps[steps > 0]
    if not len(steps):
        return Fraction(named)
    measured = float(1 / np.median(steps))
    if abs(measured - named) <= _SAME_RATE * named or measured > _HIGHEST_RATE:
        return Fraction(named)
    return Fraction(measured).limit_denominator(100)


def _decoded(source: str | Path, rate: Fraction) -> Iterator[tuple[float, Any]]:
    """Every decodable picture with its time stamp; by count where the file has none."""
    last = -1 / float(rate)
    container: Any
    with av.open(str(source)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                continue  # damaged packets are part of the material
            for frame in frames:
                t = last + 1 / float(rate) if frame.pts is None else float(frame.pts * frame.time_base)
                last = max(last, t)
                yield t, frame


def _upright_size(frame: Any, height: int | None) -> tuple[int, int]:
    """Rows and columns, even, after rotation and scaling."""
    turned = frame.rotation % 180 != 0
    rows, columns = (frame.width, frame.height) if turned else (frame.height, frame.width)
    if height is None:
        return rows - rows % 2, columns - columns % 2
    return height - height % 2, 2 * round(columns * height / rows / 2)


def _planes(frame: Any, rows: int, columns: int) -> Planes:
    """Bring a decoded frame to even 8-bit 4:2:0 in limited range, upright."""
    turns = frame.rotation // 90 % 4
    full = frame.color_range == _FULL or frame.format.name.startswith("yuvj")
    if frame.format.name.startswith("gray"):
        frame = _with_chroma(frame.reformat(format="gray"))
    high, wide = (columns, rows) if turns % 2 else (rows, columns)
    odd = (frame.height - high) in (0, 1) and (frame.width - wide) in (0, 1)
    frame = frame.reformat(
        width=frame.width if odd else wide,
        height=frame.height if odd else high,
        format="yuv420p",
        src_color_range=_FULL if full else _LIMITED,
        dst_color_range=_LIMITED,
        interpolation="AREA" if high < frame.height else "BICUBIC",
    )
    planes = []
    for plane, shrink in zip(frame.planes, (1, 2, 2), strict=True):
        samples = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[
            : high // shrink, : wide // shrink
        ]
        samples = np.rot90(samples, turns)
        samples.flags.writeable = False
        planes.append(samples)
    return Planes(*planes)


def _with_chroma(frame: Any) -> Any:
    """Add neutral chroma to a grey frame; FFmpeg's own way takes every grey frame for full range."""
    plane = frame.planes[0]
    y = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[:, : frame.width]
    neutral = np.full(((frame.height + 1) // 2, (frame.width + 1) // 2), 128, np.uint8)
    return frame_of(Planes(y, neutral, neutral))


def _on_grid(shown: Iterator[tuple[float, Planes]], rate: Fraction) -> Iterator[Planes]:
    """Hold every picture until the next one; exact repeats become the same object."""
    frame, held = 0, None
    for t, planes in shown:
        place = math.floor(t * rate + _HALF_UP)
        while held is not None and frame < place:
            yield held
            frame += 1
        if held is None or not held.equals(planes):
            held = planes
    if held is not None:
        yield held


def _sound(source: str | Path, first_time: float, start: float, duration: float | None) -> Samples | None:
    """Read the first sound track at `SOUND_RATE`, aligned to the pictures; more than two channels become two."""
    container: Any
    with av.open(str(source)) as container:
        if not container.streams.audio:
            return None
        stream = container.streams.audio[0]
        layout = "mono" if stream.channels == 1 else "stereo"
        resampler: Any = av.AudioResampler("fltp", layout, SOUND_RATE)
        parts: list[Samples] = []
        begin: float | None = None
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                continue
            for frame in frames:
                if begin is None:
                    begin = 0.0 if frame.pts is None else float(frame.pts * frame.time_base)
                parts += [part.to_ndarray().T for part in resampler.resample(frame)]
        if begin is None:
            return None
        parts += [part.to_ndarray().T for part in resampler.resample(None)]
    samples = np.concatenate(parts).astype(np.float32)
    lead = round((begin - first_time - start) * SOUND_RATE)
    samples = np.pad(samples, ((lead, 0), (0, 0))) if lead > 0 else samples[-lead:]
    return samples if duration is None else samples[: round(duration * SOUND_RATE)]
