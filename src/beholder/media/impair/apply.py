"""The way from any clip to the same clip with known faults, and the truth beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from beholder.errors import UsageError
from beholder.media.impair.clip import Clip, Planes
from beholder.media.impair.plan import Impairment, Take
from beholder.media.impair.read import read_clip
from beholder.media.impair.truth import Fault, Truth, Value
from beholder.media.impair.write import write_clip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from fractions import Fraction

__all__ = ["impair"]


def impair(
    source: str | Path | Clip,
    out: str | Path,
    impairments: Sequence[Impairment] = (),
    *,
    codec: str = "libx264",
    crf: float = 18,
    vfr: bool = False,
    fps: Fraction | None = None,
    height: int | None = None,
    start: float = 0.0,
    duration: float | None = None,
    seed: int = 0,
) -> Truth:
    """Write a clip with known faults, and ``<out>.truth.json`` beside it.

    Impairments are applied in order, each to what the one before gave, and their spans are on the clock of the clip
    as it reaches them: after a `Freeze` with ``mode="pause"`` everything is later. The truth has all spans on the
    clock of the file that was written.

    Parameters
    ----------
    source : str, Path or Clip
        A video file, or a synthetic clip (`scene`).
    out : str or Path
        ``.mp4``, ``.mov``, ``.mkv``, ``.webm`` or ``.ts``. Sound becomes AAC (Opus in WebM), 48 kHz.
    impairments : sequence of Impairment
    codec : {"libx264", "libx265", "libvpx-vp9", "libsvtav1"}
    crf : float
        Constant quality of the codec's own scale: 0..51 for x264 and x265, 0..63 for VP9 and AV1.
    vfr : bool
        Leave out repeated pictures, as phone screen recorders do; the gap in the time stamps stays.
    fps : Fraction, optional
        Rate of the grid of frames; default: that of the source. A `Clip` keeps its own.
    height : int, optional
        Scale the source to this height first. A `Clip` keeps its own.
    start, duration : float
        The part of the source to take, in seconds. A `Clip` is taken whole.
    seed : int
        Of everything random; the same seed gives the same clip.

    Raises
    ------
    CannotOpen, NothingToScore
        When the source cannot be used.
    UsageError
        When an impairment lies behind the end, needs sound that is not there, the codec or suffix is unknown, or `out`
        is the source.

    Examples
    --------
    >>> import tempfile
    >>> from beholder.media.impair import Freeze, impair, scene
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     clip = scene("pan", seconds=2, height=96, fps=10)
    ...     truth = impair(clip, f"{folder}/frozen.mp4", [Freeze(start=0.5, end=1.5, mode="pause")])
    >>> truth.duration_s, truth.impairments[0].kind, truth.impairments[0].end_s
    (2.9, 'freeze', 1.5)
    """
    if isinstance(source, Clip):
        clip = source
    elif Path(source).resolve() == Path(out).resolve():
        raise UsageError(out, "is the source itself", "write to another file")
    else:
        clip = read_clip(source, fps=fps, height=height, start=start, duration=duration)
    takes = [
        Take(clip.rate, clip.width, clip.height, np.random.default_rng([seed, place]))
        for place in range(len(impairments))
    ]
    chain = list(zip(impairments, takes, strict=True))
    path = Path(out)
    written = write_clip(_damaged(clip, chain), path, codec=codec, crf=crf, vfr=vfr)
    seconds = float(written.frames / clip.rate)
    try:
        faults = tuple(_within(_fault(chain[place:]), seconds) for place in range(len(chain)))
    except UsageError:
        path.unlink()
        raise
    truth = Truth(
        source=clip.name,
        impairments=faults,
        fps=float(clip.rate),
        vfr=vfr,
        codec=codec,
        crf=crf,
        width=clip.width,
        height=clip.height,
        frames=written.frames,
        pictures=written.pictures,
        duration_s=seconds,
    )
    truth.write(path.with_suffix(".truth.json"))
    return truth


def _damaged(clip: Clip, chain: Sequence[tuple[Impairment, Take]]) -> Clip:
    """Chain the impairments onto a clip; nothing is decoded before it is written."""
    sound = clip.sound
    for impairment, take in chain:
        if impairment.needs_sound and sound is None:
            raise UsageError(impairment.kind, f"{clip.name} has no sound", "take a source with sound")
        sound = None if sound is None else impairment.sound(sound, take)

    def pictures() -> Iterator[Planes]:
        flow = clip.pictures()
        for impairment, take in chain:
            flow = impairment.pictures(take.counted(flow), take)
        return flow

    return replace(clip, pictures=pictures, sound=sound)


def _fault(chain: Sequence[tuple[Impairment, Take]]) -> Fault:
    """Describe the first impairment of the chain on the clock after its last."""
    impairment, take = chain[0]
    first, last = impairment.frames(take)
    if first >= take.frames:
        seconds = float(take.frames / take.rate)
        raise UsageError(impairment.kind, f"starts behind the end at {seconds:.2f} s", "give an earlier start")
    for later, its_take in chain[1:]:
        first, last = later.moved(first, its_take), later.moved(last - 1, its_take) + 1
    notes = {name: _moved(note, chain) if name.endswith("_s") else note for name, note in take.notes.items()}
    parameters = {**impairment.parameters(), **notes}
    return Fault(impairment.kind, float(first / take.rate), float(last / take.rate), parameters)


def _moved(note: Value, chain: Sequence[tuple[Impairment, Take]]) -> Value:
    """Bring times that were noted on the way to the clock after the last step of the chain."""
    if isinstance(note, list):
        return [_moved(part, chain) for part in note]
    if not isinstance(note, float):
        return note
    frame = now = int(note * chain[0][1].rate)
    for later, take in chain[1:]:
        now = later.moved(now, take)
    return round(note + float((now - frame) / chain[0][1].rate), 6)


def _within(fault: Fault, duration: float) -> Fault:
    return replace(fault, end_s=min(fault.end_s, duration))
