"""Picture faults: what is found, what is taken for what, and what clean material sets off.

``python -m benchmarks.visual [--tuning] [--cache FOLDER]``

Each clip gives one segment per case (`benchmarks.visual_cases`): eight pictures, three of them measured, as if half a
second apart. A case counts as found when its kind is among the events, and as ranked right when its kind has the
highest strength (faults that the clip has by nature, `truth.toml`, are left out of the ranking). Clips whose name
hashes to an odd number are reported; the others (``--tuning``) are those that thresholds and networks were made on.
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
from beholder.features.picture import PICTURE_SERIES, measure_picture
from beholder.media.frame import Frame
from beholder.media.recording import Recording
from beholder.types import Evidence, Series
from benchmarks.visual_cases import SEVERITIES, Case, cases, clips, native_faults, segment, tuning, write_case

__all__ = ["Tally", "detected", "evidence", "run"]

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
        rows = [measure_picture(frame.luma(), *frame.chroma()) for frame in chosen]
        size = {"width": recording.facts.width, "height": recording.facts.height}
    t = np.arange(len(rows)) * STEP
    series = {
        name: Series(name, t, np.array([row[name] for row in rows], np.float32), *meaning)
        for name, meaning in PICTURE_SERIES.items()
    }
    return Evidence(series=series, facts={**size, "duration_s": STEP * len(rows)})


def detected(found: Evidence) -> dict[str, float]:
    """Strength of every kind that the detectors report."""
    events = [event for detector in DETECTORS for event in detector.detect(found)]
    return {event.kind: event.strength for event in sorted(events, key=lambda event: event.strength)}


def run(cache: Path, *, tune: bool) -> Tally:
    """Make (where missing), measure and judge every case of one half of the clips."""
    tally = Tally()
    for path in clips():
        native = native_faults(path)
        if tuning(path) != tune or "unusable" in native:
            continue
        clip = segment(path)
        folder = cache / path.name
        folder.mkdir(parents=True, exist_ok=True)
        for case in cases(clip):
            out = folder / f"{case.name}.mp4"
            if not out.exists():
                write_case(clip, case, out)
            _judge(tally, path.name, case, detected(evidence(out)), native)
    return tally


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
    middle = [(kind, 1) for kind in KINDS if tally.cases[kind, 1]]
    total = sum(tally.cases[key] for key in middle)
    found, ranked = (sum(c[key] for key in middle) for c in (tally.found, {k: tally.first[k][k[0]] for k in middle}))
    print(f"middle severity: {total} cases, recall {found / total:.3f}, ranked first {ranked / total:.3f}")
    print(f"clean: {tally.clean} cases, {tally.alarmed / max(tally.clean, 1):.3f} with a false alarm")
    print("alarms per clean case: " + ", ".join(f"{k} {c / tally.clean:.3f}" for k, c in tally.alarms.most_common()))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tuning", action="store_true", help="the half that thresholds were chosen on")
    parser.add_argument("--cache", type=Path, help="keep the encoded cases here")
    parser.add_argument("--notes", action="store_true", help="list false alarms and wrong ranks one by one")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as scratch:
        tally = run(options.cache or Path(scratch), tune=options.tuning)
    _print(tally)
    if options.notes:
        print("\n".join(tally.notes))


if __name__ == "__main__":
    main()
