"""Ladders: one impairment in at least six rungs; the score must fall in order, and far enough.

Protocol. A few pictures from the middle of each clip (`visual_cases.segment`) of at least 480 rows are damaged with one
impairment in growing strength and coded again (x264, CRF 18; coding ladders are the coder itself); the rung's score is
the mean clarity of three pictures: the learned eye and the physical faults, as `models.vmos` joins them. On coding and
scaling a rung counts when its VMAF lies at least four below that of the rung before; ladders with fewer than six rungs
left are none, and are named. VP9 and AV1 are coded at one quantizer for all pictures: at a CRF they spare the first,
and a few pictures never get coarse. Dark scenes have no ladder of over-exposure. The rate ladder shows fewer and fewer
new pictures and is scored as a whole recording. Clips of the tuning half set the shares of `models.faults`; the other
half is reported.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from beholder.features.picture import measure_picture
from beholder.features.severity import severities
from beholder.media import Frame, Recording
from beholder.media.impair import Banding, Blur, Clip, ColourCast, Contrast, Exposure, Noise, Recode, Rescale, impair
from beholder.media.impair import LowFrameRate as FewPictures
from beholder.media.impair.clip import Planes
from beholder.media.impair.coding import Codec, Recoded, encoder, through
from beholder.media.impair.plan import Impairment, Take
from beholder.media.impair.write import coder_options
from beholder.models.faults import kept_share, lost_shares
from beholder.models.spatial import SpatialModel
from beholder.models.vmos import Vmos
from beholder.sessions import score
from benchmarks import visual_cases as visual
from benchmarks.table import Row, show
from benchmarks.visible import vmaf

LEAST_ROWS = 480
PICTURES = (1, 4, 7)  # of the eight of a segment
INVERSION = 0.05  # MOS
DROP = 0.8  # MOS
RATES = (30, 20, 15, 10, 7, 4, 2)
BARRED = 0.90
BRIGHT_SCENE = 90.0  # mean luma: more light does not spoil a darker scene until far beyond the ladder


STEP, FEWEST = 4.0, 6  # of VMAF between rungs; rungs of a ladder
VMAF_APPLIES = ("libx264", "libx265", "libvpx-vp9", "libsvtav1", "scaling")
SVT_LEVEL = "lp=1:rc=0:aq-mode=0:enable-tf=0:use-fixed-qindex-offsets=1:key-frame-qindex-offset=0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantized(Recoded):
    """Coded with VP9 or AV1 at the same quantizer (0..63) for every picture."""

    kind: ClassVar[str] = "coding"
    codec: Codec = "libvpx-vp9"
    quantizer: int = 40

    def _coded(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        level = str(self.quantizer)
        options = coder_options(self.codec, self.quantizer)
        if self.codec == "libvpx-vp9":
            options |= {"qmin": level, "qmax": level}
        else:
            options["svtav1-params"] = f"{SVT_LEVEL}:qp={level}"
        yield from through(pictures, encoder(self.codec, options, take.rate, take.height, take.width), self.codec)


def rungs(rows: int) -> dict[str, list[Sequence[Impairment]]]:
    """Impairments of each ladder, weakest first; the first rung is the undamaged clip."""
    ladder: dict[str, list[Sequence[Impairment]]] = {
        "blur": [(Blur(sigma=s),) for s in (1.0, 1.7, 2.5, 3.5, 5.0, 7.0)],
        "noise": [(Noise(sigma=s),) for s in (3.0, 6.0, 10.0, 15.0, 20.0, 28.0)],
        "banding": [(Banding(levels=n),) for n in (64, 48, 36, 24, 17, 12)],
        "underexposure": [(Exposure(stops=s),) for s in (-0.8, -1.5, -2.2, -2.9, -3.6, -4.3)],
        "overexposure": [(Exposure(stops=s),) for s in (0.6, 1.1, 1.7, 2.3, 2.9, 3.5)],
        "low_contrast": [(Contrast(factor=f),) for f in (0.75, 0.6, 0.48, 0.38, 0.3, 0.22)],
        "colour_cast": [(ColourCast(u=-0.8 * c, v=0.6 * c),) for c in (8, 16, 24, 32, 40, 50)],
        "scaling": [(Rescale(height=round(rows / f) // 2 * 2),) for f in (1.3, 1.6, 2.0, 2.6, 3.4, 4.5, 6.0, 8.0)],
    }
    for codec, crfs in (("libx264", (24, 29, 33, 37, 41, 46, 51)), ("libx265", (24, 29, 34, 39, 44, 49))):
        ladder[codec] = [(Recode(codec=codec, crf=float(crf)),) for crf in crfs]
    for codec in ("libvpx-vp9", "libsvtav1"):
        ladder[codec] = [(Quantized(codec=codec, quantizer=q),) for q in (30, 40, 47, 53, 58, 63)]
    return {name: [(), *steps] for name, steps in ladder.items()}


@dataclass(frozen=True, slots=True)
class Ladder:
    """The scores of one ladder, weakest damage first."""

    clip: str
    name: str
    mos: tuple[float, ...]

    @property
    def ordered(self) -> bool:
        """No rung above a weaker one by more than the slack."""
        return self.worst <= INVERSION

    @property
    def worst(self) -> float:
        """The largest rise from one rung to any stronger one."""
        lowest = np.minimum.accumulate(self.mos)
        return float((np.array(self.mos) - lowest).max())

    @property
    def drop(self) -> float:
        """First rung to last."""
        return self.mos[0] - self.mos[-1]


def clarity(path: Path, eye: SpatialModel) -> float:
    """Clarity of a short clip: the eye and the physical faults."""
    with Recording(path) as recording:
        frames = [part for part in recording if isinstance(part, Frame)]
    values = []
    for index in PICTURES:
        frame = frames[min(index, len(frames) - 1)]
        looks = {name: np.float32(value) for name, value in eye.look(frame.rgb(), display_height=1080).items()}
        severity = severities(measure_picture(frame.luma(), *frame.chroma()))
        shares = lost_shares({kind: np.float32(value) for kind, value in severity.items()}, looks)
        values.append(1.0 + (float(looks["quality"]) - 1.0) * float(kept_share(shares)))
    return float(np.mean(values))


def spatial_ladders(clip: Clip, name: str, eye: SpatialModel, folder: Path) -> Iterator[Ladder]:
    """Every ladder of one segment; one with too few rungs is given with those it has."""
    out = folder / "rung.mp4"
    for kind, steps in rungs(clip.height).items():
        if kind == "overexposure" and _brightness(clip) < BRIGHT_SCENE:
            continue
        mos: list[float] = []
        fidelity = float("inf")
        for step in steps:
            impair(clip, out, step, crf=18, seed=1)
            if kind in VMAF_APPLIES:
                now = vmaf(clip, out)
                if now > fidelity - STEP:
                    continue
                fidelity = now
            mos.append(clarity(out, eye))
        yield Ladder(name, kind, tuple(mos))


def _brightness(clip: Clip) -> float:
    """Mean luma of the first picture, as coded."""
    return float(next(iter(clip.pictures())).y.mean())


def rate_ladder(path: Path, model: Vmos, folder: Path) -> Ladder:
    """The ladder of new pictures per second, scored as recordings."""
    mos = []
    for rate in RATES:
        out = folder / "rate.mp4"
        impair(path, out, (FewPictures(fps=rate),) if rate < RATES[0] else (), duration=4.0, height=360, crf=20)
        result = score(out, model=model)
        mos.append(result.score.mos if result.score else float("nan"))
    return Ladder(path.name, "frame rate", tuple(mos))


def ladders(model: Vmos, *, tuning: bool, most: int = 99, rates: bool = True) -> Iterator[Ladder]:
    """All ladders of one half of the clips."""
    chosen = [c for c in visual.clips() if visual.tuning(c) == tuning and "unusable" not in visual.native_faults(c)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in chosen[:most]:
            with Recording(path) as recording:
                facts = recording.facts
            if min(facts.height, facts.width) < LEAST_ROWS or "loss" in path.parts:
                continue
            yield from spatial_ladders(visual.segment(path), path.name, model.eye, folder)
            if rates and facts.fps >= 24 and "app_ui" not in path.parts:
                yield rate_ladder(path, model, folder)


def judge(given: Sequence[Ladder], *, half: str) -> list[Row]:
    """Rows per kind and over all."""
    table = "Ladders" if half == "reported" else "Ladders (tuning half)"
    bars = half == "reported"
    found = [ladder for ladder in given if len(ladder.mos) >= FEWEST]
    rows = []
    for name in sorted({ladder.name for ladder in found}):
        group = [ladder for ladder in found if ladder.name == name]
        share = float(np.mean([g.ordered for g in group]))
        rows.append(Row(table, f"{name}: in order, n={len(group)}", share, better="higher", slack=0.2))
        drop = float(np.median([g.drop for g in group]))
        rows.append(Row(table, f"{name}: median drop, MOS", drop, better="higher"))
    ordered = float(np.mean([g.ordered for g in found]))
    far = float(np.mean([g.drop >= DROP for g in found]))
    for what, value in (("all in order", ordered), (f"all that drop >= {DROP}", far)):
        bar = f">= {BARRED:g}" if bars else ""
        passed = value >= BARRED if bars else None
        rows.append(Row(table, f"{what}, n={len(found)}", value, bar, passed, "higher", 0.05))
    short = [f"{ladder.clip} {ladder.name}" for ladder in given if len(ladder.mos) < FEWEST]
    text = ", ".join(short) or "none"
    return [*rows, Row(table, f"no ladder, fewer than {FEWEST} rungs of {STEP:g} VMAF ({len(short)})", text)]


def run(*, quick: bool) -> list[Row]:
    """Rows of the reported half."""
    return judge(list(ladders(Vmos.load(), tuning=False, most=3 if quick else 99, rates=not quick)), half="reported")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="fewer clips")
    parser.add_argument("--tuning", action="store_true", help="the half that shares were set on, rung by rung")
    options = parser.parse_args()
    half = "tuning" if options.tuning else "reported"
    most = 3 if options.quick else 99
    found = []
    for ladder in ladders(Vmos.load(), tuning=options.tuning, most=most, rates=not options.quick):
        steps = " ".join(f"{mos:.2f}" for mos in ladder.mos)
        print(f"{ladder.clip:22s} {ladder.name:14s} {steps}  {ladder.worst:.2f}", flush=True)
        found.append(ladder)
    rows = judge(found, half=half)
    print(show(rows))
    sys.exit(any(row.passed is False for row in rows))


if __name__ == "__main__":
    main()
