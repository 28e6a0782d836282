"""Tiny clips with known pixels and time stamps, written on the spot."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from beholder.media.impair.opening import open_encoder

WIDTH, HEIGHT = 96, 64
LEVELS = (40, 90, 150, 210)  # 8-bit luma codes of the four quarters: top left, top right, bottom left, bottom right
CHROMA = (100, 160)  # 8-bit codes of Cb and Cr, the same everywhere
TICKS = 90_000  # of the encoder's clock
RATE = 25

Clip = Callable[..., Path]

os.environ.setdefault("SVT_LOG", "-2")  # the AV1 encoder talks on stderr

DEFAULTS = {
    "libx264": {"qp": "0", "preset": "ultrafast", "bf": "0"},
    "libx265": {"x265-params": "lossless=1:log-level=none:pools=none:frame-threads=1", "preset": "ultrafast"},
    "libvpx": {"crf": "4", "b": "4M", "cpu-used": "8", "deadline": "realtime"},
    "libvpx-vp9": {"lossless": "1", "cpu-used": "8", "deadline": "realtime"},
    "libsvtav1": {"crf": "5", "preset": "12", "svtav1-params": "lp=1"},
    "mpeg2video": {"qmin": "1", "qmax": "2"},
}


def picture(pix_fmt: str = "yuv420p", *, size: tuple[int, int] = (WIDTH, HEIGHT), mark: int = 0) -> av.VideoFrame:
    """Give a picture whose quarters have `LEVELS`; `mark` moves a small square, so that no two pictures are equal."""
    width, height = size
    frame = av.VideoFrame(width, height, pix_fmt)
    for index, plane in enumerate(frame.planes):
        bits = frame.format.components[index].bits
        wide = bits > 8
        rows = np.zeros((plane.height, plane.line_size // (1 + wide)), np.uint16 if wide else np.uint8)
        if index == 0:
            half_h, half_w = plane.height // 2, plane.width // 2
            codes = [level << (bits - 8) for level in LEVELS]
            rows[:half_h, :half_w], rows[:half_h, half_w:] = codes[:2]
            rows[half_h:, :half_w], rows[half_h:, half_w:] = codes[2:]
            left = 2 + mark % 8
            rows[2:6, left : left + 4] = 120 << (bits - 8)
        else:
            rows[:] = CHROMA[index - 1] << (bits - 8)
        plane.update(rows.tobytes())
    return frame


def tone(start: int, *, samples: int = 1024, rate: int = 48_000) -> av.AudioFrame:
    """Give a stretch of a 440 Hz tone that starts at sample `start`."""
    t = (start + np.arange(samples)) / rate
    wave = (0.2 * np.sin(2 * np.pi * 440 * t)).astype(np.float32)[None]
    frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
    return frame


def write_clip(
    path: Path,
    codec: str = "libx264",
    *,
    pix_fmt: str = "yuv420p",
    stamps: Sequence[float] | None = None,
    count: int = 8,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    options: Mapping[str, str] | None = None,
    full_range: bool | None = None,
    sound: bool = False,
    container: str | None = None,
) -> Path:
    """Write a clip of `count` pictures at 25 per second, or with the given `stamps` in seconds."""
    stamps = [n / RATE for n in range(count)] if stamps is None else stamps
    with av.open(path, "w", format=container) as out:
        stream = out.add_stream(codec, rate=RATE, options={**DEFAULTS.get(codec, {}), **(options or {})})
        stream.width, stream.height, stream.pix_fmt = *size, pix_fmt
        stream.codec_context.time_base = Fraction(1, TICKS)
        if codec in ("mpeg2video", "gif"):  # these write whole frame periods only
            stream.codec_context.time_base = Fraction(1, RATE)
        if full_range is not None:
            stream.codec_context.color_range = 2 if full_range else 1
        open_encoder(stream.codec_context)
        track = out.add_stream("aac", rate=48_000, layout="mono") if sound else None
        start = 0
        for mark, t in enumerate(stamps):
            frame = picture(pix_fmt, size=size, mark=mark)
            frame.time_base = stream.codec_context.time_base
            frame.pts = round(t / frame.time_base)
            if full_range is not None:
                frame.color_range = 2 if full_range else 1
            out.mux(stream.encode(frame))
            while track and start / 48_000 < t + 1 / RATE:
                out.mux(track.encode(tone(start)))
                start += 1024
        out.mux(stream.encode(None))
        if track:
            out.mux(track.encode(None))
    return path


def remux(source: Path, target: Path) -> Path:
    """Copy every packet of `source` into another container."""
    with av.open(source) as read, av.open(target, "w") as out:
        tracks = {s.index: out.add_stream_from_template(s) for s in read.streams if s.type in ("video", "audio")}
        for packet in read.demux():
            if packet.dts is not None and packet.stream.index in tracks:
                packet.stream = tracks[packet.stream.index]
                out.mux(packet)
    return target
