"""Copies of a recording: packets in another container, packets over and over, and pictures coded anew."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

__all__ = ["LOSSLESS", "recode", "remux", "repeat"]

LOSSLESS = {"qp": "0", "preset": "ultrafast", "threads": "1"}


def remux(source: Path, target: Path) -> Path:
    """Copy every packet into the container that the suffix of `target` names."""
    with av.open(str(source)) as read, av.open(str(target), "w") as out:
        tracks = {s.index: out.add_stream_from_template(s) for s in read.streams if s.type in ("video", "audio")}
        for packet in read.demux():
            if packet.dts is not None and packet.stream.index in tracks:
                packet.stream = tracks[packet.stream.index]
                out.mux(packet)
    return target


def repeat(source: Path, target: Path, *, times: int) -> Path:
    """Write the packets of a clip `times` over, one after the other."""
    with av.open(str(source)) as read, av.open(str(target), "w") as out:
        stream = read.streams.video[0]
        track = out.add_stream_from_template(stream)
        length = round(Fraction(read.duration, 1_000_000) / stream.time_base)
        for n in range(times):
            read.seek(0)
            for packet in read.demux(stream):
                if packet.dts is None:
                    continue
                packet.pts += n * length
                packet.dts += n * length
                packet.stream = track
                out.mux(packet)
    return target


def recode(
    source: Path,
    target: Path,
    *,
    options: Mapping[str, str] = LOSSLESS,
    seconds: float = 8.0,
    skip: int = 0,
    crop: int = 0,
) -> Path:
    """Code the pictures of the first `seconds` with x264, without the first `skip` and `crop` pixels at each edge.

    Time stamps, pixel format and range stay; sound is left out.
    """
    with av.open(str(source)) as read, av.open(str(target), "w") as out:
        stream = read.streams.video[0]
        written: Any = None
        first = None
        for n, picture in enumerate(read.decode(stream)):
            t = n / stream.guessed_rate if picture.pts is None else picture.pts * picture.time_base
            first = t if first is None else first
            if t - first > seconds:
                break
            if n < skip:
                continue
            cut = _cut(picture, crop)
            if written is None:
                written = out.add_stream("libx264", rate=stream.guessed_rate, options=dict(options))
                written.width, written.height, written.pix_fmt = cut.width, cut.height, cut.format.name
                written.codec_context.color_range = int(picture.color_range)
                written.codec_context.time_base = Fraction(1, 90_000)
            cut.pts, cut.time_base = round((t - first) * 90_000), Fraction(1, 90_000)
            cut.color_range = picture.color_range
            cut.pict_type = 0
            out.mux(written.encode(cut))
        out.mux(written.encode(None))
    return target


def _cut(picture: av.VideoFrame, crop: int) -> av.VideoFrame:
    """Leave out `crop` pixels at each edge, and what makes a side odd."""
    width, height = (picture.width - 2 * crop) // 2 * 2, (picture.height - 2 * crop) // 2 * 2
    if (width, height) == (picture.width, picture.height):
        return picture
    cut = av.VideoFrame(width, height, picture.format.name)
    for old, new in zip(picture.planes, cut.planes, strict=True):
        fx, fy = picture.width / old.width, picture.height / old.height
        left, top = round(crop / fx), round(crop / fy)
        rows = np.frombuffer(old, np.uint8).reshape(old.height, -1)[top : top + new.height, left : left + new.width]
        new.update(np.pad(rows, ((0, 0), (0, new.line_size - new.width))).tobytes())
    return cut
