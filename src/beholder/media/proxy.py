"""A small copy of a recording that every browser plays, for viewing only; scores come from the original."""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error

from beholder.errors import MediaError
from beholder.media.facts import Facts
from beholder.media.frame import Frame
from beholder.media.recording import Recording, Sound

__all__ = ["make_proxy", "needs_proxy"]

PLAYED_CODECS = {"h264", "vp9", "libvpx-vp9", "av1", "libdav1d", "libaom-av1"}  # by Chromium, Firefox and Safari
PLAYED_CONTAINERS = {"mp4", "matroska", "webm"}
PLAYED_FORMATS = {"yuv420p", "yuvj420p"}  # other samplings and depths play in some browsers only
PLAYED_SOUND = {None, "aac", "aac_fixed", "mp3", "mp3float", "opus", "libopus", "vorbis", "libvorbis", "flac"}
KEY_EVERY_S = 1.0  # a jump decodes at most a second
TICKS = 90_000  # per second; the clock of MPEG, fine enough for every frame rate
CRF = "26"  # a viewing copy; about 1 Mbit/s at 540 lines
SOUND_RATE = 48_000  # hertz

Progress = Callable[[float, float | None], None]
"""Called with seconds done and seconds in all (None when the recording does not say)."""


def needs_proxy(facts: Facts) -> bool:
    """Say whether browsers need a proxy to play a recording.

    They play H.264, VP9 and AV1 (8 bit, 4:2:0) in MP4, WebM and Matroska.
    """
    return not (
        facts.codec in PLAYED_CODECS
        and PLAYED_CONTAINERS & set(facts.container.split(","))
        and facts.pix_fmt in PLAYED_FORMATS
        and facts.sound_codec in PLAYED_SOUND
    )


def make_proxy(
    path: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    height: int = 540,
    progress: Progress | None = None,
) -> None:
    """Write an MP4 with H.264 and AAC, upright, with a key picture each second and the time stamps of the original.

    A time on the media clock of the recording is the same time in the proxy. Memory does not grow with the length;
    the file appears under its name when it is complete.

    Parameters
    ----------
    path : str or path
    out : str or path
        Overwritten when it exists.
    height : int
        Lines of the proxy; pictures are never enlarged.
    progress : callable, optional
        Called about once per second of the recording.

    Raises
    ------
    MediaError
        When the recording cannot be decoded, or `out` cannot be written.
    """
    target = Path(out)
    part = target.with_name(target.name + ".part")
    try:
        with (
            Recording(path) as recording,
            av.open(part, "w", format="mp4", options={"movflags": "faststart"}) as written,
        ):
            _write(recording, written, height, progress)
        part.replace(target)
    except (av.error.FFmpegError, OSError) as error:
        raise MediaError(
            target, f"the proxy could not be written ({error})", "check the folder and its space"
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _write(recording: Recording, written: Any, height: int, progress: Progress | None) -> None:
    size = _size((recording.facts.height, recording.facts.width), height)
    video = written.add_stream("libx264", rate=Fraction(recording.facts.fps).limit_denominator(1001))
    video.height, video.width, video.pix_fmt = *size, "yuv420p"
    video.codec_context.time_base = Fraction(1, TICKS)
    video.codec_context.options = {"preset": "veryfast", "crf": CRF, "bf": "0"}
    sound = _SoundTrack(written) if recording.facts.sound_tracks else None
    key_t = said = float("-inf")
    for part in recording:
        if isinstance(part, Sound):
            if sound is not None:
                sound.write(part)
            continue
        picture = _picture(part, size)
        if part.t - key_t >= KEY_EVERY_S:
            picture.pict_type, key_t = av.video.frame.PictureType.I, part.t
        written.mux(video.encode(picture))
        if progress is not None and part.t - said >= KEY_EVERY_S:
            progress(part.t, recording.facts.duration_s)
            said = part.t
    written.mux(video.encode(None))
    if sound is not None:
        sound.finish()


def _size(size: tuple[int, int], height: int) -> tuple[int, int]:
    """Height and width of the proxy, even, in the shape of the original."""
    lines = min(size[0], height)
    return max(2, lines // 2 * 2), max(2, round(size[1] * lines / size[0] / 2) * 2)


def _picture(frame: Frame, size: tuple[int, int]) -> Any:
    picture = av.VideoFrame.from_ndarray(frame.rgb(), format="rgb24")
    picture = picture.reformat(width=size[1], height=size[0], format="yuv420p", interpolation="AREA")
    picture.pts, picture.time_base = round(frame.t * TICKS), Fraction(1, TICKS)
    return picture


class _SoundTrack:
    """Codes sound as AAC at its time on the media clock; gaps stay gaps, what lies before the picture is cut."""

    def __init__(self, written: Any) -> None:
        self._written = written
        self._stream = written.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        self._resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SOUND_RATE)
        self._end = 0

    def write(self, sound: Sound) -> None:
        at = round(sound.t * SOUND_RATE)
        if at < 0:
            return
        layout = "mono" if sound.samples.shape[0] == 1 else "stereo"
        frame = av.AudioFrame.from_ndarray(sound.samples[:2].copy(), format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = sound.rate, None, Fraction(1, sound.rate)
        for piece in self._resampler.resample(frame):
            piece.pts, piece.time_base = max(at, self._end), Fraction(1, SOUND_RATE)
            self._end = piece.pts + piece.samples
            self._written.mux(self._stream.encode(piece))

    def finish(self) -> None:
        self._written.mux(self._stream.encode(None))
