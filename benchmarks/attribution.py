"""Attribution: is the planted fault the largest factor, and how much stays unexplained?

Protocol. A few pictures of every real clip (`visual_cases`) are damaged with one fault at its middle severity, coded
again and scored as a recording of their own; factors come from `models.vmos`. Counted are clips of at least 700 lines.
The largest factor must be the planted one; where no block grid stands out, lost detail by coding is called ``coding``,
which counts for planted coding. A clip that has other faults by nature (``truth.toml``) has more than the planted one;
the figure without such clips is given too, and so is the largest factor that the damage added to those of the same clip
undamaged. Loss without a measured fault is called ``detail``; the bar on what is unexplained counts it in. Half of
the clips fitted the price curves (``--fit`` rewrites ``models/data/attribution.json``); the other half is reported.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import nnls

from beholder.features.picture import measure_picture
from beholder.features.severity import severities
from beholder.media import Frame, Recording
from beholder.models import attribution
from beholder.models.faults import kept_share, lost_shares
from beholder.models.spatial import SpatialModel
from benchmarks import visual_cases as visual
from benchmarks.table import Row, show

TARGET = Path(attribution.__file__).parent / "data" / "attribution.json"
DISPLAY = 1080
# Knots of the price curves: severities from just visible to as bad as it gets.
KNOTS = {
    "blur": (0.7, 1.2, 2.0, 4.0, 6.0),
    "upscaled": (0.25, 0.6, 1.0, 1.6),
    "blockiness": (0.15, 0.3, 0.5, 0.8, 1.5),
    "noise": (2.0, 5.0, 10.0, 20.0),
    "banding": (3.0, 6.0, 12.0, 24.0),
    "underexposure": (0.3, 1.5, 2.5, 4.0),
    "overexposure": (0.1, 0.7, 2.0, 3.5),
    "low_contrast": (0.1, 0.6, 1.2, 2.0),
    "colour_cast": (8.0, 16.0, 26.0, 40.0),
    "glare": (0.05, 0.3, 1.0),
    "moire": (0.3, 0.6, 1.0),
    "skew": (1.0, 5.0, 15.0),
}
LEAST_LINES = 700
CODING = {"blockiness": ("blockiness", "coding")}  # names that a planted fault may bear, if not only its own
RIDGE = 0.02  # keeps prices that the data cannot tell apart small


@dataclass(frozen=True, slots=True)
class Sample:
    """One damaged picture: what was planted, its severities and its spatial quality."""

    clip: str
    case: str
    kind: str
    level: int
    severity: dict[str, float]
    looks: dict[str, float]


def samples(model: SpatialModel, *, tuning: bool, levels: tuple[int, ...], most: int = 99) -> Iterator[Sample]:
    """Damaged pictures of one half of the clips."""
    chosen = [c for c in visual.clips() if visual.tuning(c) == tuning and _is_counted(c)]
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "case.mp4"
        for clip in chosen[:most]:
            held = visual.segment(clip)
            for case in visual.cases(held):
                if case.severity in levels:
                    visual.write_case(held, case, out)
                    yield _sample(model, out, clip.name, case)


def _is_counted(clip: Path) -> bool:
    """Whether a clip is sound and has lines enough."""
    if "loss" in clip.parts or "unusable" in visual.native_faults(clip):
        return False
    with Recording(clip) as recording:
        return min(recording.facts.width, recording.facts.height) >= LEAST_LINES


def _sample(model: SpatialModel, path: Path, clip: str, case: visual.Case) -> Sample:
    with Recording(path) as recording:
        frames = [part for part in recording if isinstance(part, Frame)]
    frame = frames[len(frames) // 2]
    severity = severities(measure_picture(frame.luma(), *frame.chroma()))
    looks = model.look(frame.rgb(), display_height=DISPLAY)
    return Sample(clip, case.name, case.kind, case.severity, severity, looks)


def fit(found: list[Sample]) -> dict[str, object]:
    """Fit the price curves on what the faults took from their own clip."""
    clean = {
        clip: float(np.mean([s.looks["own"] for s in found if s.clip == clip and s.level < 0]))
        for clip in clips_of(found)
    }
    damaged = [s for s in found if s.level >= 0]
    curves = _curves(damaged, set(KNOTS), lambda s: clean[s.clip] - s.looks["own"])
    return {"made_by": "python -m benchmarks.attribution --fit", "curves": curves}


def clips_of(found: list[Sample]) -> set[str]:
    """Names of the clips."""
    return {s.clip for s in found}


def _curves(found: list[Sample], kinds: set[str], lost_of: Callable[[Sample], float]) -> dict[str, object]:
    """Non-negative steps between knots, so that no curve falls."""
    columns = [(k, low, high) for k, knots in KNOTS.items() if k in kinds for low, high in itertools.pairwise(knots)]
    design = np.array([[_step(s.severity.get(k, np.nan), low, high) for k, low, high in columns] for s in found])
    ridge = RIDGE * len(found) ** 0.5 * np.eye(len(columns))
    steps, _ = nnls(np.vstack([design, ridge]), np.concatenate([[lost_of(s) for s in found], np.zeros(len(columns))]))
    curves: dict[str, object] = {}
    for kind in kinds:
        taken = [step for step, column in zip(steps, columns, strict=True) if column[0] == kind]
        prices = np.cumsum([0.0, *taken])
        curves[kind] = {"severity": list(KNOTS[kind]), "mos_lost": [round(float(p), 4) for p in prices]}
    return dict(sorted(curves.items()))


def _step(value: float, low: float, high: float) -> float:
    return 0.0 if not np.isfinite(value) else float(np.clip((value - low) / (high - low), 0.0, 1.0))


def parts_of(sample: Sample) -> dict[str, float]:
    """Factors of one picture."""
    severity = {kind: np.array([value], np.float32) for kind, value in sample.severity.items()}
    looks = {name: np.array([value], np.float32) for name, value in sample.looks.items()}
    shares = lost_shares(severity, looks)
    eye = looks["quality"]
    clarity = 1.0 + (eye - 1.0) * kept_share(shares)
    parts = attribution.spatial_parts(eye, clarity, severity, shares, looks)
    return {kind: float(part[0]) for kind, part in parts.items()}


def first_of(parts: Mapping[str, float]) -> str:
    """Name of the largest factor; what is unexplained is none."""
    return max((part, name) for name, part in parts.items() if name != attribution.UNEXPLAINED)[1]


def judge(found: list[Sample], *, half: str) -> list[Row]:
    """Rows for one half."""
    clean: dict[str, dict[str, float]] = {s.clip: parts_of(s) for s in found if s.level < 0}
    plain, added, left, alone = [], [], [], []
    for sample in (s for s in found if s.level == 1):
        parts, names = parts_of(sample), CODING.get(sample.kind, (sample.kind,))
        left.append(parts.pop(attribution.UNEXPLAINED) + parts.get(attribution.DETAIL, 0.0))
        more = {kind: part - clean[sample.clip].get(kind, 0.0) for kind, part in parts.items()}
        plain.append(first_of(parts) in names)
        added.append(first_of(more) in names)
        if not visual.native_faults(Path(sample.clip)):
            alone.append(plain[-1])
    first, unexplained = float(np.mean(plain)), float(np.percentile(left, 90))
    rows = (
        (f"planted fault is the largest factor, n={len(plain)}", first, ">= .85", first >= 0.85),
        (f"the same, clips without faults by nature, n={len(alone)}", float(np.mean(alone)), "", None),
        ("planted fault is the largest added factor", float(np.mean(added)), "", None),
        ("unexplained and detail together, 90th percentile, MOS", unexplained, "<= .3", unexplained <= 0.3),
        ("unexplained and detail together, median, MOS", float(np.median(left)), "", None),
    )
    if half != "reported":
        return [Row("Attribution (tuning half)", what, value) for what, value, _, _ in rows]
    better = ("higher", "higher", "higher", "lower", "lower")
    return [
        Row("Attribution", what, value, bar, passed, way, 0.05)
        for (what, value, bar, passed), way in zip(rows, better, strict=True)
    ]


def by_kind(found: list[Sample]) -> str:
    """Which factor came out largest for each planted kind."""
    lines = []
    for kind in sorted({s.kind for s in found if s.level == 1}):
        firsts = Counter(first_of(parts_of(s)) for s in found if s.level == 1 and s.kind == kind)
        lines.append(f"{kind}: " + ", ".join(f"{name} {n}" for name, n in firsts.most_common()))
    return "\n".join(lines)


def run(*, quick: bool) -> list[Row]:
    """Rows of the reported half."""
    model = SpatialModel.load()
    return judge(list(samples(model, tuning=False, levels=(-1, 1), most=2 if quick else 99)), half="reported")


def main() -> None:
    """Fit or report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="fewer clips")
    parser.add_argument("--fit", action="store_true", help="fit the price curves on the tuning half")
    options = parser.parse_args()
    if options.fit:
        found = list(samples(SpatialModel.load(), tuning=True, levels=(-1, 0, 1, 2)))
        TARGET.write_text(json.dumps(fit(found), indent=1) + "\n", "utf-8")
        attribution.curves.cache_clear()
        print(show(judge(found, half="tuning")))
        print(by_kind(found))
        return
    found = list(samples(SpatialModel.load(), tuning=False, levels=(-1, 1), most=2 if options.quick else 99))
    rows = judge(found, half="reported")
    print(show(rows))
    print(by_kind(found))
    sys.exit(any(row.passed is False for row in rows))


if __name__ == "__main__":
    main()
