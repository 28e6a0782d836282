"""Peak memory of scoring a long recording against a short one.

Protocol: a generated app page, scrolled and at rest in turn (1080p30, H.264), is coded once for a minute; its packets
are copied over and over to two hours (quick: at 640 x 360, ten minutes). Each is scored by the command line with JSON
in a process of its own; the peak is the largest resident memory of that process.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from beholder.media.impair import scene
from beholder.media.impair.write import write_clip
from benchmarks.copies import repeat
from benchmarks.running import beholder
from benchmarks.table import Row, main

__all__ = ["run"]

TABLE = "Memory"
PEAK_MB, RATIO = 400, 1.1


def run(*, quick: bool) -> list[Row]:
    """Score a minute and its many copies."""
    height, minutes = (360, 10) if quick else (1080, 120)
    with tempfile.TemporaryDirectory() as folder:
        short = Path(folder, "short.mp4")
        write_clip(scene("scroll", seconds=60, height=height, fps=30), short, codec="libx264", crf=30, vfr=False)
        long = repeat(short, Path(folder, "long.mp4"), times=minutes)
        peaks, ends = {}, []
        for name, path in (("1 min", short), (f"{minutes} min", long)):
            finished = beholder(["score", str(path), "--json", str(Path(folder, "out.json"))])
            peaks[name] = finished.peak_mb
            ends.append(finished.code)
    ratio = peaks[f"{minutes} min"] / peaks["1 min"]
    largest = max(peaks.values())
    return [
        *(Row(TABLE, f"peak of {name} at {height} lines, MB", peak) for name, peak in peaks.items()),
        Row(TABLE, "largest, MB", largest, f"<= {PEAK_MB}", largest <= PEAK_MB, "lower", 40),
        Row(TABLE, "long to short", ratio, f"<= {RATIO}", ratio <= RATIO and not any(ends), "lower", 0.1),
    ]


if __name__ == "__main__":
    main(run)
