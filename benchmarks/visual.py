"""Picture faults: what is found, what is taken for what, and what clean material sets off.

``python -m benchmarks.visual [--quick] [--tuning] [--cache FOLDER] [--notes]``

Each clip gives one segment per case (`benchmarks.visual_cases`): eight pictures, three of them measured, as if half a
second apart. A case counts as found when its kind is among the events, and as ranked right when its kind has the
highest strength. The middle severities are a blur of 2 pixels at 1080 rows, noise of 10 levels, 24 levels of luma left,
-2.5 and +2 stops, contrast 0.4, a tint of 24 levels, half the height, x264 (with and without its loop filter) at the
quantiser that costs the clip 20 points of VMAF, and of filmed screens light over 0.6 of the short side, stripes of 14
levels, 5 % skew.

A fault is planted where it can be seen, decided from the source picture alone (`benchmarks.visible`), never from what a
detector says: banding where new contours would run through at least 5 % of the picture where the source has a slope
(a page of flat tones has nothing to band); overexposure where it takes the gradations of at least 10 % of the picture
(white paper has none to lose); coarse coding only at the quantiser that costs its VMAF. Glare and moire come with the
exposure of a camera that films a screen, whose white then lies at 0.8 of the camera's. Faults that a clip has by nature
(`truth.toml`) are neither planted nor ranked there.

Clips whose name hashes to an odd number are reported; the others and drawn pages (`benchmarks.pages`, both with
``--tuning``) are those that thresholds and networks were made on. ``--quick`` takes clips of at most 1280 x 720, one
clean case and the middle severity.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from beholder.events.banding import Banding
from beholder.events.blockiness import Blockiness
from beholder.events.blur import Blur
from beholder.events.capture import Capture
from beholder.events.colour_cast import ColourCast
from beholder.events.exposure import Exposure
from beholder.events.noise import Noise
from beholder.events.upscaled import Upscaled
from beholder.features.patches import LONGEST_COPY, halved
from beholder.features.picture import PICTURE_SERIES, measure_picture
from beholder.features.screen import screen_measures
from beholder.media.frame import Frame
from beholder.media.recording import Recording
from beholder.types import Evidence, Series
from benchmarks.pages import draw_pages, page_clip
from benchmarks.picture_sources import best_stills
from benchmarks.sources import clips, half
from benchmarks.table import Row, show
from benchmarks.visual_cases import SEVERITIES, Case, cases, native_faults, segment, write_case

__all__ = ["Tally", "count", "detected", "evidence", "run"]

DETECTORS = (
    Blur(),
    Upscaled(),
    Blockiness(),
    Noise(),
    Banding(),
    Exposure(),
    ColourCast(),
    Capture(),
)
KINDS = tuple(kind for detector in DETECTORS for kind in detector.kinds)
MEASURED = (1, 4, 7)  # pictures of a segment
STEP = 0.5  # seconds between them in the series
TABLE = "Picture faults, middle severity, reported half"
MIDDLE = 1
RECALL, ALARMS = 0.95, 0.05
QUICK_PIXELS = 1280 * 720
QUICK_CLEAN = "clean_23"


@dataclass
class Tally:
    """Counts over all clips."""

    cases: Counter[tuple[str, int]] = field(default_factory=Counter)
    found: Counter[tuple[str, int]] = field(default_factory=Counter)
    first: dict[tuple[str, int], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    clean: int = 0
    alarms: Counter[str] = field(default_factory=Counter)
    alarmed: int = 0
    notes: list[str] = field(default_factory=list)


def evidence(path: Path) -> Evidence:
    """Measure the chosen pictures of one case."""
    with Recording(path) as recording:
        pictures = [part for part in recording if isinstance(part, Frame)]
        chosen = [pictures[i] for i in MEASURED if i < len(pictures)]
        rows = [_look(frame) for frame in chosen]
        size = {"width": recording.facts.width, "height": recording.facts.height}
    t = np.arange(len(rows)) * STEP
    series = {
        name: Series(name, t, np.array([row[name] for row in rows], np.float32), *PICTURE_SERIES.get(name, ()))
        for name in rows[0]
    }
    return Evidence(series=series, facts={**size, "duration_s": STEP * len(rows)})


def _look(frame: Frame) -> dict[str, float]:
    luma = frame.luma()
    return measure_picture(luma, *frame.chroma()) | screen_measures(halved(luma, LONGEST_COPY))


def detected(found: Evidence) -> dict[str, float]:
    """Strength of every kind that the detectors report."""
    events = [event for detector in DETECTORS for event in detector.detect(found)]
    return {event.kind: event.strength for event in sorted(events, key=lambda event: event.strength)}


def count(cache: Path, *, tune: bool = False, quick: bool = False) -> Tally:
    """Make (where missing), measure and judge every case of one half of the clips."""
    tally = Tally()
    for path in _sources(cache, tune=tune):
        native = native_faults(path)
        clip = page_clip(path) if path.suffix == ".png" else segment(path)
        if quick and clip.width * clip.height > QUICK_PIXELS:
            continue
        folder = cache / path.name
        folder.mkdir(parents=True, exist_ok=True)
        for case in cases(clip):
            if quick and case.severity != MIDDLE and case.name != QUICK_CLEAN:
                continue
            out = folder / f"{case.name}.mp4"
            if not out.exists():
                write_case(clip, case, out)
            _judge(tally, path.name, case, detected(evidence(out)), native)
    return tally


def _sources(cache: Path, *, tune: bool) -> list[Path]:
    """Give the clips of one half, and the drawn pages when it is the tuning half."""
    wanted = "tuning" if tune else "reported"
    paths = [path for path in clips() if half(path) == wanted and "unusable" not in native_faults(path)]
    return [*paths, *draw_pages(cache / "pages", list(best_stills().values()))] if tune else paths


def run(*, quick: bool) -> list[Row]:
    """Judge the reported half."""
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as scratch:
        return _rows(count(Path(scratch), quick=quick))


def _rows(tally: Tally) -> list[Row]:
    rows = []
    for kind in KINDS:
        n, first = tally.cases[kind, MIDDLE], tally.first[kind, MIDDLE]
        if not n:
            continue
        share = tally.found[kind, MIDDLE] / n
        rows.append(Row(TABLE, f"{kind}: found ({n})", share, ">= .95", share >= RECALL, "higher", 0.06))
        rows.append(Row(TABLE, f"{kind}: ranked first", first[kind] / n, better="higher", slack=0.06))
        wrong = ", ".join(f"{other} {times}" for other, times in first.most_common() if other != kind)
        rows.append(Row(TABLE, f"{kind}: instead first", wrong or "none"))
    alarmed = tally.alarmed / max(tally.clean, 1)
    kinds = ", ".join(f"{kind} {times}" for kind, times in tally.alarms.most_common()) or "none"
    return [
        *rows,
        _overall(tally, "found"),
        _overall(tally, "ranked first"),
        Row(TABLE, f"clean with a false alarm ({tally.clean})", alarmed, "<= .05", alarmed <= ALARMS, "lower", 0.03),
        Row(TABLE, "false alarms by kind", kinds),
    ]


def _overall(tally: Tally, what: str) -> Row:
    keys = [(kind, MIDDLE) for kind in KINDS]
    total = sum(tally.cases[key] for key in keys)
    good = sum(tally.found[key] if what == "found" else tally.first[key][key[0]] for key in keys)
    share = good / max(total, 1)
    return Row(TABLE, f"all kinds: {what} ({total})", share, ">= .95", share >= RECALL, "higher", 0.03)


def _judge(tally: Tally, clip: str, case: Case, strengths: dict[str, float], native: dict[str, str]) -> None:
    kind, key = case.kind, (case.kind, case.severity)
    others = {k: s for k, s in strengths.items() if k == kind or k not in native}
    if kind == "clean":
        tally.clean += 1
        tally.alarms.update(others.keys())
        tally.alarmed += bool(others)
        if others:
            tally.notes.append(f"{clip} {case.name}: {_listed(others)}")
        return
    if kind in native:  # more of it, or a tint against a tint, proves nothing
        return
    tally.cases[key] += 1
    tally.found[key] += kind in strengths
    first = max(others, key=lambda k: others[k]) if others else "nothing"
    tally.first[key][first] += 1
    if first != kind and key[1] == 1:
        tally.notes.append(f"{clip} {case.name}: {_listed(others)}")


def _listed(strengths: dict[str, float]) -> str:
    return " ".join(f"{kind} {strength:.2f}" for kind, strength in strengths.items()) or "nothing"


def _print(tally: Tally) -> None:
    print(f"{'kind':15}{'':8}{'cases':>6}{'recall':>8}{'first':>7}  ranked first otherwise")
    for kind in KINDS:
        for level, word in enumerate(SEVERITIES):
            key = (kind, level)
            if not tally.cases[key]:
                continue
            n, first = tally.cases[key], tally.first[key]
            wrong = ", ".join(f"{k} {c}" for k, c in first.most_common() if k != kind)
            print(f"{kind:15}{word:8}{n:6}{tally.found[key] / n:8.2f}{first[kind] / n:7.2f}  {wrong}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tuning", action="store_true", help="the half that thresholds were chosen on")
    parser.add_argument("--quick", action="store_true", help="fewer clips, the middle severity")
    parser.add_argument("--cache", type=Path, help="keep the encoded cases here")
    parser.add_argument("--notes", action="store_true", help="list false alarms and wrong ranks one by one")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as scratch:
        tally = count(options.cache or Path(scratch), tune=options.tuning, quick=options.quick)
    _print(tally)
    print(show(_rows(tally)))
    if options.notes:
        print("\n".join(tally.notes))


if __name__ == "__main__":
    main()
