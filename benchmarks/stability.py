"""What does not change the picture must not change the score.

Protocol: each clip (first 8 s, pictures only) is coded without loss, then again without its first frame, without two
pixels at each edge, and visibly the same with x264 at CRF 12. Figures are changes of MOS against the lossless copy,
over the clips of the reported half; 4:2:0 8 bit only.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import av
import av.error

import beholder
from benchmarks.copies import LOSSLESS, recode
from benchmarks.sources import clips, half
from benchmarks.table import Row, main

__all__ = ["run"]

LIMIT = 0.05  # MOS
TABLE = "Stability"
SECONDS, QUICK_SECONDS, QUICK_CLIPS = 8.0, 4.0, 4
CRF12 = {"crf": "12", "preset": "veryfast", "threads": "1"}
CHANGES: dict[str, Callable[[Path, Path, float], Path]] = {
    "first frame trimmed": lambda clip, out, seconds: recode(clip, out, options=LOSSLESS, seconds=seconds, skip=1),
    "2 px cropped at each edge": lambda clip, out, seconds: recode(
        clip, out, options=LOSSLESS, seconds=seconds, crop=2
    ),
    "x264 CRF 12": lambda clip, out, seconds: recode(clip, out, options=CRF12, seconds=seconds),
}


def run(*, quick: bool) -> list[Row]:
    """Score each clip four times."""
    sources = [clip for clip in clips() if half(clip) == "reported" and _is_plain(clip)]
    if quick:
        sources = sources[:: max(1, len(sources) // QUICK_CLIPS)][:QUICK_CLIPS]
    seconds = QUICK_SECONDS if quick else SECONDS
    changes: dict[str, list[tuple[float, str]]] = {name: [] for name in CHANGES}
    with tempfile.TemporaryDirectory() as folder:
        for clip in sources:
            before = _mos(recode(clip, Path(folder, "base.mp4"), seconds=seconds))
            for name, change in CHANGES.items():
                after = _mos(change(clip, Path(folder, "changed.mp4"), seconds))
                changes[name].append((after - before, clip.name))
    rows = []
    for name, found in changes.items():
        worst, where = max(found, key=lambda pair: abs(pair[0]))
        within = sum(abs(change) <= LIMIT for change, _ in found) / len(found)
        typical = sorted(abs(change) for change, _ in found)[len(found) // 2]
        what = f"{name}, {len(found)} clips"
        rows += [
            Row(TABLE, f"largest change of MOS, {what}", abs(worst), f"<= {LIMIT}", abs(worst) <= LIMIT, "lower", 0.03),
            Row(TABLE, f"median change, {what}", typical),
            Row(TABLE, f"share within {LIMIT}, {what} (worst: {where} {worst:+.3f})", within),
        ]
    return rows


def _mos(path: Path) -> float:
    score = beholder.score(path).score
    return float("nan") if score is None else score.mos


def _is_plain(clip: Path) -> bool:
    try:
        with av.open(str(clip)) as container:
            return container.streams.video[0].codec_context.pix_fmt in ("yuv420p", "yuvj420p")
    except av.error.FFmpegError:
        return False


if __name__ == "__main__":
    main(run)
