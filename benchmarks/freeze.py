"""Freezes: recall, edges, pause or skip, the VFR twin, and false alarms.

Protocol. Cases are made from the clips of the data with `media.impair`: every source at several frame rates (10-60),
freeze lengths (max(0.3 s, 4 frames) to 5 s), pause and skip in turn, x264 CRF 18, 23, 28 and 35, each also as variable
frame rate with the repeats left out; sources higher than 480 lines are scaled to 480. A case counts when the source moves visibly in the 0.7 s before and after the
freeze (median shift of new pictures at least 4 levels, measured on the source before damage). A freeze is found when one
event has both edges within one frame or 50 ms. False alarms are counted on the real clips, whose native faults are
listed in ``truth.toml``, and on generated talking heads, pages, idle screens and slides.

Sources of the tuning half chose the constants of `events.freeze` and `features.cadence`; the other half is reported.
"""

from __future__ import annotations

import itertools
import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from beholder.events.freeze import Freeze as FreezeDetector
from beholder.features.cadence import cadence
from beholder.features.frames import FrameMeasures
from beholder.features.glance import Glance
from beholder.features.screen import screen_measures
from beholder.media import Frame, Recording
from beholder.media.impair import Freeze, impair, scene
from beholder.types import Event, Evidence, Series
from benchmarks.sources import clips, half
from benchmarks.table import Row, main

CRFS = (18, 23, 28, 35)
LENGTHS_S = (0.3, 0.5, 1.0, 2.0, 5.0)
RATES = (10, 15, 25, 30, 50, 60)
VISIBLE = 4.0  # levels of shift in the source; sensor noise alone makes up to 3.3 (bottle-detection)
SIDE_S = 0.7
LEAST_SOURCE_S = 1.6
SCENES = ("head", "idle", "scroll", "slides")
PROBE_EVERY_S = 0.5
HEIGHT = 480
LONGEST_S = 6.0


@dataclass(frozen=True, slots=True)
class Case:
    """One freeze to find."""

    source: Path
    rate: int
    start: float
    length: float
    mode: str
    crf: int
    height: int


def evidence_of(path: Path) -> Evidence:
    """Frame and screen measures of a clip: all that freezes are found with."""
    frames, screens, times = FrameMeasures(), [], []
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
    for name in ("plain", "flat"):
        series[name] = Series(name, np.array(times), np.array([s[name] for s in screens], np.float32))
    return Evidence(series=series, facts=facts)


def cases(folder: Path, *, quick: bool) -> Iterator[Case]:
    """Cases of every source that moves visibly around the freeze."""
    for number, source in enumerate(clips()):
        with Recording(source) as recording:
            count = sum(isinstance(part, Frame) for part in recording)
            length = count / recording.facts.fps
            native = recording.facts.fps
        if length < LEAST_SOURCE_S or "loss" in source.parts:
            continue
        clean = folder / "clean.mp4"
        impair(source, clean, crf=18, duration=LONGEST_S, height=_height(recording))
        still = evidence_of(clean)
        plan = itertools.product(LENGTHS_S, (0, 1, 2))
        for k, (freeze_s, _) in enumerate(plan):
            if quick and (k + number) % 5:
                continue
            rate = RATES[(k + number) % len(RATES)]
            rate = min(rate, round(native) * 2)
            mode = ("pause", "skip")[(k + number // 2) % 2]
            room = min(length, LONGEST_S) - 2 * SIDE_S - 0.1
            if mode == "skip" and room < freeze_s + 0.1:
                mode = "pause"
            lost = freeze_s if mode == "skip" else 0.0
            start = 0.05 + SIDE_S + (room - lost) * ((k * 0.37 + number * 0.23) % 1.0)
            start = round(start * rate) / rate
            span = max(freeze_s, 4 / rate)
            case = Case(source, rate, start, math.ceil(span * rate - 1e-9) / rate, mode, CRFS[(k + number) % 4], _height(recording))
            if _moves(still, start, start + lost):
                yield case


def _height(recording: Recording) -> int:
    return min(recording.facts.height // 2 * 2, HEIGHT)


def _moves(evidence: Evidence, start: float, resume: float) -> bool:
    s = evidence.series
    duration = float(evidence.facts["duration_s"])
    beat = cadence(s["change"], s["shift"], s["active"], s["histogram_change"], duration=duration)
    sides = []
    for first, last in ((start - SIDE_S, start), (resume, resume + SIDE_S)):
        shift = beat.shift[(beat.start > first) & (beat.start <= last)]
        sides.append(float(np.median(shift)) if shift.size > 2 else 0.0)
    return min(sides) >= VISIBLE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a case."""

    case: Case
    found: bool
    overlapped: bool
    mode_right: bool
    twin_same: bool


def try_case(case: Case, folder: Path) -> Outcome:
    """Make the clip and its VFR twin, and look for the freeze in both."""
    fault = Freeze(start=case.start, end=case.start + case.length, mode=case.mode)
    found = []
    for vfr in (False, True):
        path = folder / f"case{int(vfr)}.mp4"
        truth = impair(
            case.source, path, [fault], crf=case.crf, fps=Fraction(case.rate), duration=LONGEST_S, vfr=vfr, height=case.height
        ).of("freeze")[0]
        found.append(FreezeDetector().detect(evidence_of(path)))
    slack = max(1.0 / case.rate, 0.05) + 1e-3
    match = _matching(found[0], truth.start_s, truth.end_s, slack)
    near = [e for e in found[0] if e.span.start < truth.end_s and e.span.end > truth.start_s]
    right = bool(near) and near[0].evidence["mode"] == case.mode
    return Outcome(case, match is not None, bool(near), right, _same(found[0], found[1], slack))


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


def false_on_real() -> tuple[int, float]:
    """False freezes on the real clips, and seconds looked at."""
    count, seconds = 0, 0.0
    for source in clips():
        evidence = evidence_of(source)
        seconds += float(evidence.facts["duration_s"])
        count += len(FreezeDetector().detect(evidence))
    return count, seconds


def false_on_generated(folder: Path, *, minutes: float) -> tuple[int, float]:
    """False freezes on generated scenes that stand still in natural ways, and minutes looked at."""
    count, seconds, number = 0, 0.0, 0
    while seconds < minutes * 60:
        kind = SCENES[number % len(SCENES)]
        clip = scene(kind, seconds=30, height=(360, 270)[number % 2], fps=(30, 25, 60, 15)[number % 4], seed=100 + number)
        path = folder / "still.mp4"
        impair(clip, path, crf=CRFS[(number // 4) % 4], vfr=number % 3 == 2)
        count += len(FreezeDetector().detect(evidence_of(path)))
        seconds += 30
        number += 1
    return count, seconds / 60


def run(*, quick: bool) -> list[Row]:
    """Print-ready rows; the reported half, and the tuning half beside it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        outcomes = [try_case(case, folder) for case in cases(folder, quick=quick)]
        false, minutes = false_on_generated(folder, minutes=4 if quick else 30)
    real, seconds = false_on_real()
    rows = [row for part in ("reported", "tuning") for row in _rows([o for o in outcomes if half(o.case.source) == part], part)]
    table = "Freeze"
    per_ten = 10 * false / minutes
    return [
        *rows,
        Row(table, f"false freezes on {seconds:.0f} s of real clips", real, "0", real == 0, "lower", 0),
        Row(table, f"false freezes per 10 min, {minutes:.0f} min generated", per_ten, "<= 1", per_ten <= 1, "lower", 0.5),
    ]


def _rows(outcomes: list[Outcome], part: str) -> list[Row]:
    table = "Freeze" if part == "reported" else "Freeze (tuning half)"
    fine = [o for o in outcomes if o.case.crf <= 28]
    coarse = [o for o in outcomes if o.case.crf > 28]
    seen = [o for o in outcomes if o.overlapped]
    sources = len({o.case.source for o in outcomes})
    figures = (
        (f"recall with edges, CRF <= 28, n={len(fine)}, {sources} clips", _share(o.found for o in fine), 0.98),
        (f"recall with edges, CRF 35, n={len(coarse)}", _share(o.found for o in coarse), 0.90),
        ("seen at all, edges aside", _share(o.overlapped for o in outcomes), None),
        ("pause or skip right", _share(o.mode_right for o in seen), 0.95),
        ("VFR twin gives the same", _share(o.twin_same for o in outcomes), 1.0),
    )
    return [
        Row(table, what, value, f">= {bar:g}" if bar and part == "reported" else "", value >= bar if bar and part == "reported" else None, "higher", 0.02)
        for what, value, bar in figures
    ]


def _share(flags: Iterator[bool]) -> float:
    values = list(flags)
    return float(np.mean(values)) if values else float("nan")


if __name__ == "__main__":
    main(run)
