"""The same recording gives the same answer: for any number of threads, in any container, on any CPU.

Protocol: real clips are scored with one and with two threads, and after their packets were copied into MP4, Matroska
and MPEG-TS. The MOS, every issue and every series of the picture must be identical. Series of the sound are counted
apart: Matroska rounds the start of a sound track to a millisecond, which moves their windows by a few samples. In
processes of their own the clips are scored again with all optional CPU features of OpenCV and NumPy disabled (the
inference engine has no such switch); the MOS may move by .001.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np

import beholder
from beholder.types import Result
from benchmarks.copies import remux
from benchmarks.running import beholder as command
from benchmarks.sources import data_dir
from benchmarks.table import Row, main

__all__ = ["run"]

TABLE = "The same answer"
LIMIT = 0.001  # MOS
NAMES = ("s32.mp4", "bikes.mp4", "s18.mp4", "app_ui/slide_transition.mp4", "car-detection.mp4", "s13.mp4")
SOUND = "sound_"  # how the names of sound series begin


def run(*, quick: bool) -> list[Row]:
    """Score every clip in every way."""
    names = NAMES[:2] if quick else NAMES
    unequal: dict[str, list[str]] = {way: [] for way in ("2 threads", ".mkv", ".ts")}
    moved = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            clip = remux(data_dir() / "clips" / name, Path(folder, "a.mp4"))
            first = beholder.score(clip)
            for suffix in (".mkv", ".ts"):
                unequal[suffix] += _differences(name, first, beholder.score(remux(clip, clip.with_suffix(suffix))))
            unequal["2 threads"] += _differences(name, first, beholder.score(clip, threads=2))
            moved = max(moved, abs(_mos(clip, {}) - _mos(clip, _without_features())))
    rows = []
    for way, found in unequal.items():
        seen = [what for what in found if SOUND not in what]
        what = f"{way} against one thread and .mp4: differences in {len(names)} clips"
        rows.append(Row(TABLE, what, len(seen), "0", not seen, "lower", 0))
        rows.append(Row(TABLE, f"{what}, series of the sound", len(found) - len(seen), better="lower"))
        rows += [Row(TABLE, f"{way}: what differs", ", ".join(found))] if found else []
    rows.append(
        Row(TABLE, "CPU features off, largest change of MOS", moved, f"<= {LIMIT}", moved <= LIMIT, "lower", LIMIT)
    )
    return rows


def _differences(name: str, a: Result, b: Result) -> list[str]:
    """Name everything in which two results differ."""
    found = []
    if a.score != b.score:
        found.append("score")
    if [(i.kind, i.span, i.mos_cost) for i in a.issues] != [(i.kind, i.span, i.mos_cost) for i in b.issues]:
        found.append("issues")
    if a.series.keys() != b.series.keys():
        found.append("names of series")
    for key in a.series.keys() & b.series.keys():
        x, y = a.series[key], b.series[key]
        if not (np.array_equal(x.t, y.t) and np.array_equal(x.y, y.y, equal_nan=True)):
            found.append(key)
    return [f"{name}: {what}" for what in found]


def _mos(clip: Path, environment: dict[str, str]) -> float:
    finished = command(["score", str(clip), "--json", "-"], environment=environment)
    result: dict[str, Any] = json.loads(finished.stdout)
    return float(result["score"]["mos"])


def _without_features() -> dict[str, str]:
    """Environment that leaves OpenCV and NumPy nothing but the instructions they were built for at least."""
    optional = [name.lstrip("*?") for name in cv2.getCPUFeaturesLine().split() if name.startswith("*")]
    simd: dict[str, list[str]] = np.show_config(mode="dicts")["SIMD Extensions"]
    return {"OPENCV_CPU_DISABLE": ",".join(optional), "NPY_DISABLE_CPU_FEATURES": " ".join(simd.get("found", []))}


if __name__ == "__main__":
    main(run)
