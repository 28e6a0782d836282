"""Freezes: recall, edges, pause or skip, the VFR twin, and false alarms.

Protocol. Cases are made from the camera and film clips of the data with `media.impair`: every source at several frame
rates (10-60, at most twice its own), freeze lengths (max(0.3 s, 4 frames) to 5 s), pause and skip in turn, x264 CRF 18,
23, 28 and 35, each also as variable frame rate with the repeats left out. To be quick, sources are scaled to 360 lines
and a case has two seconds of the source on each side. A case counts when the source moves visibly in the 0.7 s before
and after the freeze (median shift of its new pictures at least 4 levels, measured before damage).

The truth is what can be seen: where the source itself repeats a picture (25 pictures shown at 50, film at 25), the held
picture stands from its first appearance until the first picture that differs. A freeze is found when one event has
both edges within one frame or 50 ms of that. False alarms are counted on all real clips, and on generated talking
heads, signing (the real clips played forth and back), pages, idle screens and slides.

Drawn screens (``app_ui``) are not among the cases: they stand still by nature, and a held one is never called a freeze.
Sources of the tuning half chose the constants of `events.freeze` and `features.cadence`; the other half is reported.
"""

from __future__ import annotations

import itertools
import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from beholder.events.freeze import Freeze as FreezeDetector
from beholder.features.cadence import new_pictures
from beholder.features.frames import FrameMeasures
from beholder.features.glance import Glance
from beholder.features.screen import screen_measures
from beholder.media import Frame, Recording
from beholder.media.impair import Clip, Freeze, impair, read_clip, scene
from beholder.media.impair.scenes import Scene
from beholder.types import Event, Evidence, Floats, Series, Times
from benchmarks.sources import clips, half
from benchmarks.table import Row, main

CRFS = (18, 23, 28, 35)
LENGTHS_S = (0.3, 0.5, 1.0, 2.0, 5.0)
RATES = (10, 15, 25, 30, 50, 60)
VISIBLE = 4.0  # levels of shift in the source; sensor noise alone makes up to 3.3 (bottle-detection)
REPEAT, REPEAT_SHARE = 1.5, 0.05  # levels; of the strongest of seven pictures: less is a repeat in the source itself
SIDE_S = 0.7
CONTEXT_S = 2.0  # of source on each side of the freeze
LEAST_SOURCE_S = 1.6
SCENES: tuple[Scene | Literal["signing"], ...] = ("head", "idle", "signing", "scroll", "slides")
SCENE_S = 30
PROBE_EVERY_S = 0.5
HEIGHT = 360
LONGEST_S = 12.0
FINE_CRF = 28


@dataclass(frozen=True, slots=True)
class Source:
    """A clip in a small, nearly lossless copy, and which of its pictures are new."""

    path: Path
    clean: Path
    fps: float
    duration: float
    new: Times
    shift: Floats

    def moves(self, start: float, end: float) -> bool:
        """Whether new pictures come and move visibly between two times."""
        shift = self.shift[(self.new > start) & (self.new <= end)]
        return shift.size > 2 and float(np.median(shift)) >= VISIBLE


@dataclass(frozen=True, slots=True)
class Case:
    """One freeze to find: `start` in the source, `frames` of the grid long."""

    source: Source
    rate: int
    start: float
    frames: int
    mode: Literal["pause", "skip"]
    crf: int

    @property
    def first(self) -> float:
        """Where in the source the clip starts."""
        return max(0.0, math.floor((self.start - CONTEXT_S) * self.rate) / self.rate)

    @property
    def lost(self) -> int:
        """Frames of the grid from the held picture to the one that follows it."""
        return self.frames if self.mode == "skip" else 1

    def edges(self) -> tuple[float, float]:
        """Give the seen start and end of the freeze on the clock of the clip."""
        held = round((self.start - self.first) * self.rate)
        shown = np.floor(
            (self.source.new - self.first) * self.rate + 0.5 + 1e-6
        )  # first frame of the grid that shows it
        after = shown[shown > held]
        late = max(0.0, float(after[0]) - held - self.lost)
        return float(shown[shown <= held][-1]) / self.rate, (held + self.frames + late) / self.rate


def evidence_of(path: Path) -> Evidence:
    """Frame and screen measures of a clip: all that freezes are found with."""
    frames = FrameMeasures()
    times: list[float] = []
    screens: list[dict[str, float]] = []
    with Recording(path) as recording:
        for part in recording:
            if isinstance(part, Frame):
                luma = part.glance()
                frames.update(Glance(part.t, luma, None), part.coded_luma(), full_range=part.full_range)
                if not times or part.t >= times[-1] + PROBE_EVERY_S:
                    times.append(part.t)
                    screens.append(screen_measures(luma))
        facts = {"duration_s": recording.last_t + 1.0 / recording.facts.fps, "fps": recording.facts.fps}
    series = {s.name: s for s in frames.compute()}
    series |= new_pictures(series)
    for name in ("plain", "flat"):
        series[name] = Series(name, np.array(times), np.array([s[name] for s in screens], np.float32))
    return Evidence(series=series, facts=facts)


def prepared(path: Path, folder: Path) -> Source | None:
    """Copy a source; None when it is too short, drawn or damaged."""
    if path.parent.name in {"app_ui", "loss"}:
        return None
    clean = folder / f"{path.stem}.mp4"
    clip = read_clip(path, height=min(_height(path), HEIGHT), duration=LONGEST_S)
    truth = impair(replace(clip, sound=None), clean, crf=8)
    if truth.duration_s < LEAST_SOURCE_S:
        return None
    s = evidence_of(clean).series
    t, shift = s["shift"].t, np.nan_to_num(s["shift"].y, nan=np.inf)
    near = sliding_window_view(np.pad(np.where(np.isfinite(shift), shift, 0), 3), 7).max(axis=1)
    new = shift > np.maximum(REPEAT, REPEAT_SHARE * near)
    return Source(path, clean, truth.fps, truth.duration_s, t[new], shift[new])


def cases(source: Source, number: int, *, quick: bool) -> Iterator[Case]:
    """Cases of a source that moves visibly around the freeze; `number` varies what is tried."""
    for k, (length, _) in enumerate(itertools.product(LENGTHS_S, (0, 1, 2))):
        if quick and (k + number) % 7:
            continue
        rate = min(RATES[(k + number) % len(RATES)], round(source.fps) * 2)
        frames = math.ceil(max(length, 4 / rate) * rate - 1e-9)
        room = source.duration - 2 * SIDE_S - 0.1
        wanted = ("pause", "skip")[(k + number // 2) % 2]
        mode: Literal["pause", "skip"] = "skip" if wanted == "skip" and room > length + 0.1 else "pause"
        lost = frames / rate if mode == "skip" else 0.0
        start = 0.05 + SIDE_S + (room - lost) * ((k * 0.37 + number * 0.23) % 1.0)
        start = round(start * rate) / rate
        if source.moves(start - SIDE_S, start) and source.moves(start + lost, start + lost + SIDE_S):
            yield Case(source, rate, start, frames, mode, CRFS[(k + number) % 4])


def _height(path: Path) -> int:
    with Recording(path) as recording:
        return recording.facts.height // 2 * 2


def written(case: Case, path: Path, *, vfr: bool) -> Evidence:
    """Make the clip of a case and measure it."""
    start = case.start - case.first
    fault = Freeze(start=start, end=start + case.frames / case.rate, mode=case.mode)
    length = start + case.lost / case.rate + CONTEXT_S
    rate = Fraction(case.rate)
    impair(case.source.clean, path, [fault], crf=case.crf, fps=rate, start=case.first, duration=length, vfr=vfr)
    return evidence_of(path)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case."""

    case: Case
    found: bool
    seen: bool
    mode_right: bool
    twin_same: bool


def outcome(case: Case, evidence: Evidence, twin: Evidence) -> Outcome:
    """Judge what the detector says about a case and its VFR twin."""
    start, end = case.edges()
    slack = max(1.0 / case.rate, 0.05) + 1e-3
    events, twins = (FreezeDetector().detect(e) for e in (evidence, twin))
    near = [e for e in events if e.span.start < end and e.span.end > start]
    right = bool(near) and near[0].evidence["mode"] == case.mode
    found = _matching(events, start, end, slack) is not None
    return Outcome(case, found, bool(near), right, _same(events, twins, slack))


def _matching(events: list[Event], start: float, end: float, slack: float) -> Event | None:
    for event in events:
        if abs(event.span.start - start) <= slack and abs(event.span.end - end) <= slack:
            return event
    return None


def _same(events: list[Event], twins: list[Event], slack: float) -> bool:
    if len(events) != len(twins):
        return False
    return all(
        (match := _matching(twins, e.span.start, e.span.end, slack)) is not None
        and match.evidence["mode"] == e.evidence["mode"]
        for e in events
    )


def still_scene(number: int) -> Clip:
    """Give half a minute that stands still in natural ways, or moves without ever freezing."""
    kind = SCENES[number % len(SCENES)]
    if kind == "signing":
        signing = [path for path in clips() if path.parent.name == "signing"]
        return forth_and_back(read_clip(signing[number // len(SCENES) % len(signing)], height=HEIGHT), SCENE_S)
    return scene(
        kind, seconds=SCENE_S, height=(360, 270)[number % 2], fps=(30, 25, 60, 15)[number % 4], seed=100 + number
    )


def forth_and_back(clip: Clip, seconds: float) -> Clip:
    """Play a short clip forth and back until the time is over; the ends are not shown twice."""
    shown = list(clip.pictures())
    loop = shown + shown[-2:0:-1]
    frames = round(seconds * clip.rate)
    return replace(clip, pictures=lambda: itertools.islice(itertools.cycle(loop), frames), sound=None)


def false_on_real(*, quick: bool) -> tuple[int, float]:
    """Count false freezes on the real clips, and the seconds looked at."""
    count, seconds = 0, 0.0
    for source in clips()[:: 4 if quick else 1]:
        evidence = evidence_of(source)
        seconds += float(evidence.facts["duration_s"])
        count += len(FreezeDetector().detect(evidence))
    return count, seconds


def false_on_generated(folder: Path, *, minutes: float) -> int:
    """False freezes on generated scenes."""
    count = 0
    for number in range(round(minutes * 60 / SCENE_S)):
        path = folder / "still.mp4"
        impair(still_scene(number), path, crf=CRFS[(number // 4) % 4], vfr=number % 3 == 2)
        count += len(FreezeDetector().detect(evidence_of(path)))
    return count


def run(*, quick: bool) -> list[Row]:
    """Give the rows; the reported half, and the tuning half beside it."""
    outcomes = []
    minutes = 1 if quick else 30
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, path in enumerate(clips()):
            if quick and number % 3:
                continue
            source = prepared(path, folder)
            for case in cases(source, number, quick=quick) if source else ():
                evidence, twin = (written(case, folder / "case.mp4", vfr=vfr) for vfr in (False, True))
                outcomes.append(outcome(case, evidence, twin))
        false = false_on_generated(folder, minutes=minutes)
    real, seconds = false_on_real(quick=quick)
    halves = [(part, [o for o in outcomes if half(o.case.source.path) == part]) for part in ("reported", "tuning")]
    per_ten = 10 * false / minutes
    return [
        *(row for part, those in halves for row in rows(those, part)),
        Row("Freeze", f"false freezes on {seconds:.0f} s of real clips", real, "0", real == 0, "lower", 0),
        Row(
            "Freeze", f"false freezes per 10 min, {minutes} min generated", per_ten, "<= 1", per_ten <= 1, "lower", 0.5
        ),
    ]


def rows(outcomes: list[Outcome], part: str) -> list[Row]:
    """Give the figures of one half."""
    fine = [o for o in outcomes if o.case.crf <= FINE_CRF]
    coarse = [o for o in outcomes if o.case.crf > FINE_CRF]
    sources = len({o.case.source.path for o in outcomes})
    figures = (
        (f"recall with edges, CRF <= 28, n={len(fine)}, {sources} clips", _share(o.found for o in fine), 0.98),
        (f"recall with edges, CRF 35, n={len(coarse)}", _share(o.found for o in coarse), 0.90),
        ("seen at all, edges aside", _share(o.seen for o in outcomes), None),
        ("pause or skip right", _share(o.mode_right for o in outcomes if o.seen), 0.95),
        ("VFR twin gives the same", _share(o.twin_same for o in outcomes), 1.0),
    )
    if part == "tuning":
        return [Row("Freeze (tuning half)", what, value, "", None, "higher", 0.02) for what, value, _ in figures]
    return [
        Row("Freeze", what, value, f">= {bar:g}" if bar else "", value >= bar if bar else None, "higher", 0.02)
        for what, value, bar in figures
    ]


def _share(flags: Iterator[bool]) -> float:
    values = list(flags)
    return float(np.mean(values)) if values else float("nan")


if __name__ == "__main__":
    main(run)
