"""What a recording says of itself, and what was learned while decoding it."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import av.audio.stream
    import av.container
    import av.video.stream

__all__ = ["Facts", "nominal_rate", "picture_tracks", "read_facts", "sound_tracks"]

HDR_TRANSFERS = {16: "PQ (SMPTE ST 2084)", 18: "HLG (ARIB STD-B67)"}  # ITU-T H.273 table 3
DEFAULT_RATE = Fraction(25)  # FFmpeg's own assumption for streams that state none
ATTACHED_PICTURE = 0x0400  # AV_DISPOSITION_ATTACHED_PIC, FFmpeg avformat.h: a cover image is no recording
HIGHEST_RATE = 480  # pictures per second; a header that claims more is a time base, not a rate


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of one recording; sizes are of the upright picture.

    `fps` is the nominal rate (of the first time stamps; as stated where there are none); `duration_s` the stated
    length, None when the container states none.
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


def picture_tracks(container: av.container.InputContainer) -> list[av.video.stream.VideoStream]:
    """Give the video tracks without cover images."""
    return [stream for stream in container.streams.video if not stream.disposition & ATTACHED_PICTURE]


def sound_tracks(container: av.container.InputContainer) -> list[av.audio.stream.AudioStream]:
    """Give the sound tracks whose coding is known."""
    return [stream for stream in container.streams.audio if stream.codec_context is not None]


def read_facts(container: av.container.InputContainer, stream: av.video.stream.VideoStream, *, fps: Fraction) -> Facts:
    """Read what an open container says of one of its picture tracks; size and rotation are the coded ones."""
    context = stream.codec_context
    duration = stated_duration(container, stream)
    transfer = int(context.color_trc)
    sounds = sound_tracks(container)
    sound = sounds[0].codec_context if sounds else None
    return Facts(
        container=container.format.name,
        codec=context.name,
        pix_fmt=context.pix_fmt or "unknown",
        width=context.width,
        height=context.height,
        rotation=0,
        fps=float(fps),
        duration_s=duration if duration is not None and math.isfinite(duration) else None,
        color_range="full" if int(context.color_range) == 2 or "yuvj" in (context.pix_fmt or "") else "limited",
        transfer=HDR_TRANSFERS.get(transfer, "SDR"),
        hdr=transfer in HDR_TRANSFERS,
        video_tracks=len(picture_tracks(container)),
        sound_tracks=len(sounds),
        sound_codec=sound.name if sound else None,
        sound_rate=sound.sample_rate if sound else None,
        sound_channels=sound.channels if sound else None,
    )
