"""What a recording says of itself, and what was learned while decoding it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import av.container
    import av.video.stream

__all__ = ["Facts", "nominal_rate", "read_facts"]

HDR_TRANSFERS = {16: "PQ (SMPTE ST 2084)", 18: "HLG (ARIB STD-B67)"}  # ITU-T H.273 table 3
DEFAULT_RATE = Fraction(25)  # FFmpeg's own assumption for streams that state none
HIGHEST_RATE = 480  # pictures per second; a header that claims more is a time base, not a rate


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one recording; sizes are of the upright picture.

    `fps` is the nominal rate; `start_s` where the first picture lies on the container's own clock;
    `duration_s` the stated length, None when the container states none.
    """

    container: str
    codec: str
    pix_fmt: str
    width: int
    height: int
    rotation: int
    fps: float
    duration_s: float | None
    color_range: str
    transfer: str
    hdr: bool
    video_tracks: int
    sound_tracks: int
    sound_codec: str | None = None
    sound_rate: int | None = None
    sound_channels: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """Facts as plain values."""
        return asdict(self)


def nominal_rate(stream: av.video.stream.VideoStream) -> Fraction:
    """Pictures per second as the stream states it, kept within reason."""
    for rate in (stream.guessed_rate, stream.average_rate, stream.base_rate):
        if rate and 0 < rate <= HIGHEST_RATE:
            return Fraction(rate)
    return DEFAULT_RATE


def stated_duration(container: av.container.InputContainer, stream: av.video.stream.VideoStream) -> float | None:
    """Length in seconds as stream or container states it."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if container.duration:
        return container.duration / 1e6
    return None


def read_facts(container: av.container.InputContainer, *, rotation: int) -> Facts:
    """Read the facts of an open container with at least one video stream."""
    stream = container.streams.video[0]
    context = stream.codec_context
    width, height = context.width, context.height
    if rotation in (90, 270):
        width, height = height, width
    duration = stated_duration(container, stream)
    transfer = int(context.color_trc)
    sound = container.streams.audio[0].codec_context if container.streams.audio else None
    return Facts(
        container=container.format.name,
        codec=context.name,
        pix_fmt=context.pix_fmt or "unknown",
        width=width,
        height=height,
        rotation=rotation,
        fps=float(nominal_rate(stream)),
        duration_s=duration if duration is not None and math.isfinite(duration) else None,
        color_range="full" if int(context.color_range) == 2 or "yuvj" in (context.pix_fmt or "") else "limited",  # noqa: PLR2004
        transfer=HDR_TRANSFERS.get(transfer, "SDR"),
        hdr=transfer in HDR_TRANSFERS,
        video_tracks=len(container.streams.video),
        sound_tracks=len(container.streams.audio),
        sound_codec=sound.name if sound else None,
        sound_rate=sound.sample_rate if sound else None,
        sound_channels=sound.channels if sound else None,
    )
