"""One pass over a recording: every frame small, some at full size, one a second for the model, and the sound."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from threadpoolctl import threadpool_limits

from beholder.features.animation import AnimationMeasures
from beholder.features.cadence import new_pictures
from beholder.features.corruption import CorruptionMeasures
from beholder.features.flicker import FlickerMeasures
from beholder.features.frames import FrameMeasures
from beholder.features.glance import Accumulator, Glance
from beholder.features.page import PageMeasures
from beholder.features.picture import PICTURE_SERIES, measure_picture
from beholder.features.screen import screen_measures
from beholder.features.severity import SEVERITIES, severities
from beholder.features.sound import SoundMeasures
from beholder.media import Frame, Recording, Region
from beholder.models.model import Model
from beholder.sessions.looks import Looks
from beholder.types import Evidence, Picture, Profile, Series, Skipped, Times

__all__ = ["Measured", "Progress", "measure"]

Progress = Callable[[float, float | None], None]
"""Called with seconds done and seconds in all (None when the recording does not say)."""

MODEL_EVERY_S = 1.0
PICTURE_EVERY_S = 0.5
PROGRESS_EVERY_S = 0.5  # seconds of the recording between two calls
SHORT_S = 2.0  # of a recording whose score rests on a handful of pictures
SHORT_OF_S = 0.5  # seconds by which a recording may fall short of its stated length: containers round


@dataclass(frozen=True, slots=True)
class Measured:
    """Evidence of a recording and what could not be measured."""

    evidence: Evidence
    skipped: tuple[Skipped, ...]


class _Pass:
    """The measures of one pass, fed part by part."""

    def __init__(self, model: Model, profile: Profile) -> None:
        self.frames = FrameMeasures()
        self.sound = SoundMeasures()
        self.every_frame: list[Accumulator] = [
            PageMeasures(),
            FlickerMeasures(),
            CorruptionMeasures(),
            AnimationMeasures(),
        ]
        self.model_looks = Looks(MODEL_EVERY_S, lambda frame: model.look(frame.rgb(), profile))
        self.picture_looks = Looks(PICTURE_EVERY_S, _look)
        self._before: Picture | None = None

    def frame(self, frame: Frame) -> None:
        luma = frame.glance()
        same_size = self._before is not None and self._before.shape == luma.shape
        before = self._before if same_size else None
        change = None if before is None else np.asarray(cv2.absdiff(luma, before), np.uint8)
        glance = Glance(frame.t, luma, change)
        self.frames.update(glance, frame.coded_luma(), full_range=frame.full_range)
        for measures in self.every_frame:
            measures.update(glance)
        self._before = luma
        if self.frames.blocks is not None:
            for looks in (self.model_looks, self.picture_looks):
                looks.show(frame, self.frames.blocks, self.frames.change)

    def series(self, duration: float, height: int) -> dict[str, Series]:
        """Give every series; the measures of every frame are let go one by one, as hours of them are large."""
        found = self.frames.compute() + self.sound.compute()
        while self.every_frame:
            found += [_on(found[0].t, series) for series in self.every_frame.pop(0).compute()]
        found += self.model_looks.finish(duration)
        sampled = {s.name: _described(s) for s in self.picture_looks.finish(duration)}
        named = {s.name: s for s in found}
        return named | new_pictures(named) | sampled | _effective_height(sampled.get("upscaling"), height)


def measure(
    path: str | os.PathLike[str],
    *,
    model: Model,
    profile: Profile,
    threads: int = 1,
    region: Region | None = None,
    masks: tuple[Region, ...] = (),
    progress: Progress | None = None,
) -> Measured:
    """Decode `path` once and measure it; memory does not grow with the pictures.

    Raises
    ------
    MediaError
        When the file cannot be opened or holds no picture.
    """
    cv2.setNumThreads(threads)
    measures = _Pass(model, profile)
    one_core = threadpool_limits(limits=1, user_api="blas")  # small products: threads only spin and cost CPU time
    with one_core, Recording(path, threads=threads, region=region, masks=masks) as recording:
        said = float("-inf")
        for part in recording:
            if not isinstance(part, Frame):
                measures.sound.update(part.t, part.samples, part.rate)
                continue
            measures.frame(part)
            if progress is not None and part.t - said >= PROGRESS_EVERY_S:
                progress(part.t, recording.facts.duration_s)
                said = part.t
    facts = _facts(recording)
    series = measures.series(facts["duration_s"], facts["height"])
    return Measured(Evidence(series=series, facts=facts), tuple(_skipped(recording, facts["duration_s"])))


def _look(frame: Frame) -> dict[str, float]:
    measures = measure_picture(frame.luma(), *frame.chroma())
    severity = {f"severity_{kind}": value for kind, value in severities(measures).items()}
    return measures | severity | screen_measures(frame.glance())


def _on(grid: Times, series: Series) -> Series:
    """Put a series on `grid` when its time stamps are the same, so that they are kept once."""
    return replace(series, t=grid) if np.array_equal(series.t, grid) else series


def _described(series: Series) -> Series:
    kind = series.name.removeprefix("severity_")
    if kind in SEVERITIES and kind != series.name:
        return Series(series.name, series.t, series.y, SEVERITIES[kind], "lower", 0.0)
    if series.name not in PICTURE_SERIES:
        return series
    unit, better, low, high = PICTURE_SERIES[series.name]
    return Series(series.name, series.t, series.y, unit, better, low, high)


def _effective_height(upscaling: Series | None, height: int) -> dict[str, Series]:
    """Rows that the picture really resolves."""
    if upscaling is None:
        return {}
    rows = (height / upscaling.y).astype(np.float32)
    return {"effective_height": Series("effective_height", upscaling.t, rows, "pixels", "higher", 1.0, float(height))}


def _facts(recording: Recording) -> dict[str, Any]:
    facts = recording.facts
    duration = recording.last_t + 1.0 / facts.fps
    stated = facts.duration_s
    share = 1.0 if not stated or stated - duration < SHORT_OF_S else duration / stated
    if recording.decode_errors:
        share *= recording.pictures / (recording.pictures + recording.decode_errors)
    return facts.as_dict() | {
        "duration_s": round(duration, 6),
        "stated_duration_s": stated,
        "frames": recording.pictures,
        "measured_share": round(share, 4),
        "corrupt_frames": recording.damaged_count,
        "corrupt_times": tuple(recording.damaged),
        "has_sound": facts.sound_tracks > 0,
    }


def _skipped(recording: Recording, duration: float) -> list[Skipped]:
    notes = []
    if recording.pictures == 1:
        notes.append(
            Skipped("time", "the file holds a single picture: only its sharpness, colours and noise are judged")
        )
    elif duration < SHORT_S:
        text = f"the recording is {duration:.1f} s long; scores of less than 2 s rest on a handful of pictures"
        notes.append(Skipped("steadiness of the score", text))
    if not recording.facts.sound_tracks:
        notes.append(Skipped("sound", "the recording has no sound track"))
    if recording.truncated:
        notes.append(Skipped("the end of the file", f"it could not be read ({recording.truncated})"))
    if recording.decode_errors:
        several = recording.decode_errors != 1
        what, who = (f"{recording.decode_errors} packets", "they are") if several else ("1 packet", "it is")
        notes.append(Skipped(what, f"{who} damaged and could not be decoded"))
    if recording.repaired_stamps:
        notes.append(Skipped(f"{recording.repaired_stamps} time stamps", "they ran backwards; counted from the rate"))
    if recording.missing_stamps:
        notes.append(Skipped("time stamps", "the file has none; counted from the frame rate"))
    if recording.facts.hdr:
        notes.append(
            Skipped("HDR", f"{recording.facts.transfer} is judged like standard range, which is not validated")
        )
    return notes
