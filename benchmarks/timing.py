"""Faults in time and in sound: recall, right kind, edges and false alarms on generated cases and clean clips.

Protocol: every case is a few seconds of a real clip, of a synthetic scene or of synthetic sound, with one fault,
encoded again with x264 (CRF 18-35, 10-60 frames per second, 240 to 720 rows) and AAC, and read as a user's file
would be. The strength is ``weak``, ``middle`` or ``strong``; the bar is on the middle one. A case counts as found when
an event of its kind overlaps the true span by half of the shorter of the two; a resolution switch when an event begins
within half a second of it.

Corruption is lost packets of an H.264 stream, concealed by FFmpeg; in the worst picture at least 5, 10 or 20 % of the
macroblocks are visibly wrong (VMAF falls by about 8, 15 and 30 against the same coding without losses). Low frame rate
is 15, 10 or 6 new pictures a second. Stutter is holds of random length (standard deviation .3, .6 or 1 of their mean),
every 10th, 5th or 4th picture dropped, or content early and late by 20, 40 or 80 ms; sources of both move visibly
(median shift of 6 levels, before damage). Slow responses are screens of an
app that answer one input after 1.3, 2.5 or 5 s and another at once; the inputs stand in a KPI file.

False alarms are counted on clean clips: the real clips as they are, without the faults that `truth.toml` lists, and
clean scenes. Real clips of the half ``tuning`` are never reported.
"""

from __future__ import annotations

import itertools
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import cv2
import numpy as np

from beholder.events.black import Black
from beholder.events.blank import Blank
from beholder.events.blockiness import Blockiness
from beholder.events.blur import Blur
from beholder.events.buffering import Buffering
from beholder.events.clipping import Clipping
from beholder.events.corruption import Corruption
from beholder.events.detector import Detector
from beholder.events.dropout import Dropout
from beholder.events.flicker import Flicker
from beholder.events.level import Level
from beholder.events.loading_animation import LoadingAnimation
from beholder.events.low_frame_rate import FEW, LowFrameRate
from beholder.events.page_content import LowPageContent
from beholder.events.resolution_switch import ResolutionSwitch
from beholder.events.silence import Silence
from beholder.events.slow_response import SlowResponse, input_times
from beholder.events.slow_start import SlowStart
from beholder.events.sound_noise import SoundNoise
from beholder.events.stutter import Stutter
from beholder.events.told_once import told_once
from beholder.features.animation import AnimationMeasures
from beholder.features.cadence import new_pictures
from beholder.features.corruption import CorruptionMeasures
from beholder.features.flicker import FlickerMeasures
from beholder.features.frames import FrameMeasures, block_means, largest_shift
from beholder.features.glance import Glance
from beholder.features.page import PageMeasures
from beholder.features.picture import measure_picture
from beholder.features.screen import screen_measures
from beholder.features.sound import SoundMeasures
from beholder.inputs import read_kpis
from beholder.media import impair as faults
from beholder.media.impair import Clip, Impairment, Planes, impair, read_clip, scene
from beholder.media.impair.plan import Take
from beholder.media.impair.truth import Fault
from beholder.media.recording import Recording, Sound
from beholder.types import Event, Evidence, Series, Span
from benchmarks.sources import clips, half
from benchmarks.table import Row, main

__all__ = ["CASES", "Case", "measure", "run"]

BESIDE: tuple[Detector, ...] = (Blur(), Blockiness())  # whose stretches explain a switch or damage
DETECTORS: tuple[Detector, ...] = (
    Black(),
    Blank(),
    Buffering(),
    Clipping(),
    Corruption(),
    Dropout(),
    Flicker(),
    Level(),
    LoadingAnimation(),
    LowFrameRate(),
    LowPageContent(),
    ResolutionSwitch(),
    Silence(),
    SlowResponse(),
    SlowStart(),
    SoundNoise(),
    Stutter(),
)
SECONDS = 6.0
PICTURE_EVERY_S = 0.5
DAMAGED = (0.05, 0.1, 0.2)  # of the picture: the least that a case of corruption shows, by strength
ATTEMPTS = 5
SWITCH_S = 0.5  # seconds: the grid of the picture measures
SHARP_ROWS = 720  # of the sources of resolution switches
STRENGTHS = ("weak", "middle", "strong")
TRUTH = Path(__file__).parent / "truth.toml"
RECALL, FALSE_ALARMS = 0.95, 0.05
CRFS, RATES, HEIGHTS = (18, 23, 28, 35), (10, 24, 30, 60), (240, 360, 480, 720)
MADE = ("pan", "objects", "head")
SCREENS = ("idle", "slides", "scroll")
CLEAR_SHIFT = 6.0  # levels, median of the source: slower movement hides its rhythm, and sensor noise makes up to 5
FULL_RANGE = 255 / 219
SLOW_RATE = 24  # frames per second: sources of faults of rhythm have at least as many
PICTURE = ("blur_sigma", "coding_loss", "block_edge", "plain", "flat")  # series every `PICTURE_EVERY_S`
ALWAYS = {"low_frame_rate", "stutter"}  # kinds that a source may have by itself, beside another fault
QUICK_S = 0.2  # after which a screen answers at once


@dataclass(frozen=True, slots=True)
class Case:
    """One fault of one kind: `make` gives it for a clip, a strength (0, 1, 2) and a seed; `crf` is the coarsest."""

    kind: str
    make: Callable[[Clip, int, int], Sequence[Impairment]]
    sources: str = "videos"
    also: tuple[str, ...] = ()
    crf: int = 51


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Impairment):
    """A page with nothing but a title bar and, at most, a line of text (`lines`)."""

    kind: ClassVar[str] = "page"
    lines: int = 1

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        first, last = take.frame(self.start), take.frame(self.end or 1e6)
        y = np.full((take.height, take.width), 235, np.uint8)
        y[: take.height // 14] = 90
        for line in range(self.lines):
            place = (take.width // 10, take.height // 14 + (line + 2) * take.height // 12)
            cv2.putText(y, "Nothing here yet", place, cv2.FONT_HERSHEY_SIMPLEX, take.height / 700, 60, 1, cv2.LINE_AA)
        neutral = np.full((take.height // 2, take.width // 2), 128, np.uint8)
        page = Planes(y, neutral, neutral)
        for index, planes in enumerate(pictures):
            yield page if first <= index < last else planes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers(Impairment):
    """A screen that shows another page from `start`, once more from `end`, and the first one again later."""

    kind: ClassVar[str] = "slow_response"

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        first, last = take.frame(self.start), take.frame(self.end or 1e6)
        other = next(scene("idle", seconds=1, height=take.height, width=take.width, fps=10, seed=99).pictures())
        for index, planes in enumerate(pictures):
            yield other if first <= index < last else planes


def _span(seed: int, length: float) -> dict[str, float]:
    start = 1.5 + (seed * 37 % 100) / 100
    return {"start": start, "end": start + length}


def _flicker(_clip: Clip, strength: int, seed: int) -> Sequence[Impairment]:
    hz = (3.0, 4.0, 5.0, 8.0, 12.0)[seed % 5]
    return [faults.Flicker(**_span(seed, 2.0), hz=min(hz, float(_clip.rate) / 3), depth=(0.04, 0.1, 0.25)[strength])]


def _loss(_clip: Clip, strength: int, seed: int) -> Sequence[Impairment]:
    damage = ("drop", "mangle")[seed % 2]
    return [faults.PacketLoss(**_span(seed, 2.5), loss=(0.02, 0.06, 0.15)[strength], damage=damage, crf=26)]


def _low_rate(_clip: Clip, strength: int, seed: int) -> Sequence[Impairment]:
    return [faults.LowFrameRate(**_span(seed, 4.0), fps=(15.0, 10.0, 6.0)[strength])]


def _stutter(clip: Clip, strength: int, seed: int) -> Sequence[Impairment]:
    made: tuple[Impairment, ...] = (
        faults.UnevenFrameRate(**_span(seed, 4.0), fps=float(clip.rate) / 2, spread=(0.3, 0.6, 1.0)[strength]),
        faults.FrameDrops(**_span(seed, 4.0), every=(10, 5, 4)[strength]),
        faults.Jitter(**_span(seed, 4.0), sd_ms=(20.0, 40.0, 80.0)[strength]),
    )
    return [made[seed % len(made)]]


def _answers(_clip: Clip, strength: int, seed: int) -> Sequence[Impairment]:
    start = 1.0 + (seed * 37 % 100) / 100 + (1.3, 2.5, 5.0)[strength]
    return [Answers(start=start, end=start + 1.0 + QUICK_S)]


def _switch(_clip: Clip, strength: int, seed: int) -> Sequence[Impairment]:
    span = {"start": 2.5} if seed % 2 else {"start": 0.0, "end": 2.5}
    return [faults.ResolutionSwitch(**span, height=(480, 360, 240)[strength], crf=24)]


def _stall(_clip: Clip, strength: int, seed: int) -> Sequence[Impairment]:
    style = ("ring", "dots", "bounce")[seed % 3]
    look = {
        "period_s": (0.7, 1.0, 1.5)[seed % 3],
        "size": (0.08, 0.12, 0.2)[seed // 3 % 3],
        "dim": (1.0, 0.5)[seed % 2],
    }
    return [faults.Stall(**_span(seed, (1.3, 2.5, 4.0)[strength]), style=style, **look)]


def _start(_clip: Clip, strength: int, seed: int) -> Sequence[Impairment]:
    style, under = ("none", "ring", "dots")[seed % 3], ("black", "white")[seed % 2]
    return [faults.Stall(start=0.0, end=(2.3, 3.5, 5.0)[strength], style=style, background=under)]


CASES = (
    Case("black", lambda _c, s, seed: [faults.Black(**_span(seed, (0.4, 1.0, 3.0)[s]))]),
    Case(
        "blank",
        lambda _c, s, seed: [
            faults.Blank(
                **_span(seed, (0.4, 1.0, 3.0)[s]), level=(255.0, 128.0, 60.0)[seed % 3], u=(0.0, 40.0)[seed % 2]
            )
        ],
    ),
    Case("flicker", _flicker),
    Case("corruption", _loss),
    Case("low_frame_rate", _low_rate, "moving"),
    Case("stutter", _stutter, "moving", also=("low_frame_rate",)),
    Case("slow_response", _answers, "screens"),
    Case("resolution_switch", _switch, "sharp", crf=28),  # coarser coding hides the lower rung
    Case("buffering", _stall),
    Case("loading_animation", _stall, "screens"),
    Case(
        "low_page_content",
        lambda _c, s, seed: [Page(**_span(seed, (1.2, 2.0, 3.0)[s]), lines=seed % 3)],
        "both",
    ),
    Case("slow_start", _start, also=("black", "blank", "loading_animation", "low_page_content", "buffering")),
    Case("silence", lambda _c, s, seed: [faults.Silence(**_span(seed, (2.1, 3.0, 3.5)[s]))], "sound"),
    Case(
        "dropout",
        lambda _c, s, seed: [faults.Dropouts(**_span(seed, 3.0), hole_ms=(20.0, 60.0, 200.0)[s], per_second=2.0)],
        "music",  # the made voice stops dead between its words; recorded speech does not
    ),
    Case("clipping", lambda _c, s, _seed: [faults.Clipping(gain_db=(6.0, 12.0, 20.0)[s])], "sound"),
    Case("level", lambda _c, s, _seed: [faults.Level(gain_db=(-18.0, -28.0, -40.0)[s])], "sound", also=("silence",)),
    Case("sound_noise", lambda _c, s, _seed: [faults.SoundNoise(snr_db=(22.0, 15.0, 5.0)[s])], "speech"),
)


def measure(path: Path, **facts: Any) -> Evidence:
    """Measure a file as far as these detectors need it; `facts` are told beside those of the file."""
    per_frame = (PageMeasures(), FlickerMeasures(), AnimationMeasures(), CorruptionMeasures())
    frames, sound = FrameMeasures(), SoundMeasures()
    before = None
    rows: list[tuple[float, ...]] = []
    with Recording(path) as recording:
        for part in recording:
            if isinstance(part, Sound):
                sound.update(part.t, part.samples, part.rate)
                continue
            luma = part.glance()
            change = cv2.absdiff(luma, before) if before is not None and before.shape == luma.shape else None
            before = luma
            glance = Glance(part.t, luma, change)
            if not rows or part.t - rows[-1][0] >= PICTURE_EVERY_S - 1e-6:
                found = measure_picture(part.luma(), *part.chroma()) | screen_measures(luma)
                rows.append((part.t, part.size[0] / found["upscaling"], *(found[name] for name in PICTURE)))
            frames.update(glance, part.coded_luma(), full_range=part.full_range)
            for accumulator in per_frame:
                accumulator.update(glance)
        rate = recording.facts.fps
        facts |= {"height": recording.facts.height, "duration_s": recording.last_t + 1.0 / rate, "fps": rate}
    series = {s.name: s for a in (*per_frame, frames, sound) for s in a.compute()}
    t, *columns = np.array(rows, np.float64).reshape(-1, 2 + len(PICTURE)).T
    for name, values in zip(("effective_height", *PICTURE), columns, strict=True):
        series[name] = Series(name, np.ascontiguousarray(t), values.astype(np.float32))
    return Evidence(series=series | new_pictures(series), facts=facts)


def events(evidence: Evidence) -> list[Event]:
    """Run every detector whose series are there, and tell each story once."""
    found = [
        event
        for detector in (*DETECTORS, *BESIDE)
        if all(name in evidence.series and evidence.series[name].t.size for name in detector.needs)
        for event in detector.detect(evidence)
    ]
    beside = {kind for detector in BESIDE for kind in detector.kinds}
    return [event for event in told_once(found) if event.kind not in beside]


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one case."""

    kind: str
    strength: int
    hit: bool
    first: bool
    edges: float
    other: tuple[str, ...]


def _source(case: Case, seed: int, videos: Sequence[Path]) -> Clip:
    """Give the clip of a case: real and made ones in turn."""
    rate = RATES[seed % len(RATES)]
    height = HEIGHTS[seed // 2 % len(HEIGHTS)]
    length = SECONDS + 3.0
    if case.sources in {"sound", "speech", "music"}:
        return _sounding(case.sources, seed, length)
    if case.sources == "sharp":
        return scene(MADE[seed % len(MADE)], seconds=SECONDS, height=SHARP_ROWS, fps=12, seed=seed)
    if case.sources == "moving":
        return _moving(seed, height, videos)
    if case.sources == "screens":
        return scene("idle", seconds=length, height=height, fps=max(rate, SLOW_RATE), seed=seed)
    rate, length = rate if height < SHARP_ROWS else min(rate, 30), SECONDS
    made = SCREENS[seed % 3] if case.sources == "both" and seed % 2 else MADE[seed % len(MADE)]
    if made in MADE and seed % 3 and videos:
        clip = read_clip(videos[seed % len(videos)], height=min(height, 480), duration=SECONDS)
        if sum(1 for _ in clip.pictures()) >= 5.0 * clip.rate:
            return clip
    return scene(made, seconds=length, height=height, fps=rate, seed=seed)


def _sounding(wanted: str, seed: int, length: float) -> Clip:
    """Give a small picture with music or speech."""
    music = wanted == "music" or (wanted == "sound" and not seed % 2)
    return scene("head", seconds=length, height=64, fps=10, seed=seed, sound="music" if music else "speech")


def _moving(seed: int, height: int, videos: Sequence[Path]) -> Clip:
    """Give a clip that moves steadily and visibly, at 24 frames per second or more."""
    rate, rhythm = max(RATES[seed % len(RATES)], SLOW_RATE), _truth().get("rhythm", {})
    steady = [path for path in videos if path.name not in rhythm]
    if seed % 2 and steady:
        clip = read_clip(steady[seed // 2 % len(steady)], height=min(height, 360), duration=SECONDS)
        if clip.rate >= SLOW_RATE and _moves(clip):
            return clip
    kind: Literal["pan", "objects"] = "objects" if seed // 2 % 2 else "pan"
    made = [scene(kind, seconds=SECONDS, height=min(height, 480), fps=r, seed=seed) for r in (rate, SLOW_RATE)]
    return next((clip for clip in made if _moves(clip)), made[-1])


def _moves(clip: Clip) -> bool:
    """Tell whether a clip is long enough and most of its pictures move visibly."""
    blocks = [block_means(planes.y) for planes in clip.pictures()]
    shifts = [largest_shift(one, other) * FULL_RANGE for one, other in itertools.pairwise(blocks)]
    return len(blocks) >= 5.0 * clip.rate and float(np.median(shifts)) >= CLEAR_SHIFT


def _truth() -> dict[str, Any]:
    return tomllib.loads(TRUTH.read_text("utf-8")) if TRUTH.exists() else {}


def _inputs(kind: str, fault: Fault, strength: int, folder: Path) -> tuple[float, ...]:
    """Write the inputs of a case of slow response as a KPI file, and read them as a user's would be."""
    if kind != "slow_response":
        return ()
    path = folder / "kpis.csv"
    times = (fault.start_s - (1.3, 2.5, 5.0)[strength], fault.end_s - QUICK_S)
    path.write_text("time_s,tap\n" + "".join(f"{t:.3f},1\n" for t in times), "utf-8")
    return input_times(read_kpis(path))


def _try(case: Case, strength: int, seed: int, videos: Sequence[Path], folder: Path) -> Found | None:
    """Make a case and look for its fault; None when chance made no fault of that strength."""
    clip = _source(case, seed, videos)
    for attempt in range(ATTEMPTS):
        steps, crf = case.make(clip, strength, seed), min(CRFS[seed % len(CRFS)], case.crf)
        truth = impair(clip, folder / "case.mp4", steps, crf=crf, seed=seed + 100 * attempt)
        fault = truth.impairments[0]
        if float(fault.parameters.get("damaged_share", 1.0)) >= DAMAGED[strength]:
            break
    else:
        return None
    inputs = _inputs(case.kind, fault, strength, folder)
    span = Span(inputs[0], fault.start_s) if inputs else _true_span(case.kind, fault)
    found = events(measure(folder / "case.mp4", inputs=inputs))
    right = [e for e in found if e.kind == case.kind and _matches(case.kind, e.span, span)]
    aside = {"level", *ALWAYS} - {case.kind, *case.also}
    here = [e for e in found if e.span & span and e.kind not in aside]
    strongest = max(here, key=lambda e: (e.span & span).duration, default=None)
    best = min((_edges(case.kind, e.span, span) for e in right), default=float("nan"))
    other = tuple(sorted({e.kind for e in here} - {case.kind, *case.also}))
    first = strongest is not None and strongest.kind in {case.kind, *case.also}
    return Found(case.kind, strength, bool(right), first, best, other)


def _true_span(kind: str, fault: Fault) -> Span:
    """Give when the fault is there: damage and holes from the first to the last, a switch at its one edge."""
    if kind == "resolution_switch":
        edge = fault.start_s or fault.end_s
        return Span(edge, edge + SWITCH_S)
    if kind == "corruption":
        damaged = fault.parameters.get("damaged_s") or [[fault.start_s, fault.start_s]]
        return Span(damaged[0][0], damaged[-1][1])
    if kind == "dropout":
        at, hole = fault.parameters["at_s"], float(fault.parameters["hole_ms"]) / 1000
        return Span(at[0], at[-1] + hole)
    return Span(fault.start_s, fault.end_s)


def _matches(kind: str, one: Span, true: Span) -> bool:
    if kind == "resolution_switch":
        return abs(one.start - true.start) <= SWITCH_S
    return (one & true).duration >= 0.5 * min(one.duration, true.duration) > 0


def _edges(kind: str, one: Span, true: Span) -> float:
    """Give the larger error of both edges; a switch has one."""
    start = abs(one.start - true.start)
    return start if kind == "resolution_switch" else max(start, abs(one.end - true.end))


def _alarms(quick: bool, folder: Path) -> list[tuple[str, set[str]]]:  # noqa: FBT001
    """Give the kinds found on every clean recording of the reported half, and on clean scenes."""
    native = _truth()
    out = []
    for path in clips()[:: 2 if quick else 1]:
        if half(path) == "tuning" or path.parent.name == "loss":
            continue
        listed = {kind for table in native.values() if isinstance(table, dict) for kind in _listed(table, path.name)}
        out.append((path.name, {event.kind for event in events(measure(path))} - listed))
    for seed, kind in enumerate((*MADE, *SCREENS) * (1 if quick else 3)):
        clip = scene(kind, seconds=12, height=HEIGHTS[seed % 3], fps=RATES[seed % 4], seed=seed, sound="music")
        impair(clip, folder / "clean.mp4", crf=CRFS[seed % 4], seed=seed)
        slow = {"low_frame_rate"} if RATES[seed % 4] < FEW else set()
        out.append((f"{kind}, seed {seed}", {event.kind for event in events(measure(folder / "clean.mp4"))} - slow))
    return out


def _listed(table: dict[str, Any], name: str) -> set[str]:
    entry = table.get(name, {})
    return set(entry) if isinstance(entry, dict) else {str(item.get("kind", "")) for item in entry}


def run(*, quick: bool = False) -> list[Row]:
    """Run the cases: 20 of middle strength per kind and 3 of each other, or 2 of middle strength when `quick`."""
    videos = [path for path in clips() if half(path) == "reported" and path.parent.name not in {"loss", "app_ui"}]
    seeds = {1: range(2)} if quick else {0: range(3), 1: range(20), 2: range(3)}
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clean = _alarms(quick, folder)
        for case in CASES:
            tried = [
                _try(case, strength, seed, videos, folder) for strength, numbers in seeds.items() for seed in numbers
            ]
            rows += _rows(case.kind, [one for one in tried if one is not None], clean)
    return rows


def _rows(kind: str, found: Sequence[Found], clean: Sequence[tuple[str, set[str]]]) -> list[Row]:
    rows = []
    for strength, group in itertools.groupby(sorted(found, key=lambda f: f.strength), key=lambda f: f.strength):
        cases = list(group)
        recall = sum(case.hit for case in cases) / len(cases)
        bar = {"bar": f">= {RECALL}", "passed": recall >= RECALL} if strength == 1 else {}
        what = f"{kind}: recall, {STRENGTHS[strength]} ({len(cases)})"
        rows.append(Row("Faults in time and sound", what, recall, better="higher", slack=0.05, **bar))
    edges = [case.edges for case in found if np.isfinite(case.edges)]
    worst = float(np.percentile(edges, 90)) if edges else float("nan")
    rows.append(Row("Faults in time and sound", f"{kind}: edge error, s, 9 of 10 within", worst, better="lower"))
    first = sum(case.first for case in found if case.hit) / max(1, sum(case.hit for case in found))
    rows.append(Row("Faults in time and sound", f"{kind}: the longest event is of this kind", first, better="higher"))
    named = [name for name, kinds in clean if kind in kinds]
    share = len(named) / len(clean)
    what = f"{kind}: false alarms on {len(clean)} clean recordings" + (f" ({', '.join(named)})" if named else "")
    bar = {"bar": f"<= {FALSE_ALARMS}", "passed": share <= FALSE_ALARMS}
    return [*rows, Row("Faults in time and sound", what, share, better="lower", slack=0.02, **bar)]


if __name__ == "__main__":
    main(run)
