"""CPU time of scoring over decoding alone, and from the start of the process to the result.

Protocol: generated 1080p30 clips (a camera over a textured scene as H.264 and as AV1, an idle page as H.264), one
thread. Added time per frame = (CPU of a score with the model loaded - CPU of decoding every picture with the same
decoder) / frames; user and system time, best of the runs of each, taken in turn. The 720p clip is scored by the
command line in a process of its own: everything counts, imports and loading of the model too.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import cv2

import beholder
from beholder.media.impair import scene
from beholder.media.impair.scenes import Scene
from beholder.media.impair.write import write_clip
from beholder.models import Vmos
from benchmarks.running import beholder as command
from benchmarks.table import Row, main

__all__ = ["run"]

TABLE = "Speed"
ADDED_MS, START_TO_RESULT_S = 3.0, 4.0
CASES: tuple[tuple[str, Scene, str, float], ...] = (
    ("H.264", "pan", "libx264", 26),
    ("AV1", "pan", "libsvtav1", 40),
    ("idle screen, H.264", "idle", "libx264", 26),
)


def run(*, quick: bool) -> list[Row]:
    """Measure all clips."""
    cv2.setNumThreads(1)
    seconds, runs = (5, 2) if quick else (20, 4)
    model = Vmos.load(threads=1)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, kind, codec, crf in CASES:
            clip = Path(folder, "clip.mp4")
            frames = write_clip(
                scene(kind, seconds=seconds, height=1080, fps=30), clip, codec=codec, crf=crf, vfr=False
            ).frames
            decoding = scoring = float("inf")
            for _ in range(runs):
                decoding = min(decoding, _cpu(lambda clip=clip: _decode(clip)))
                scoring = min(scoring, _cpu(lambda clip=clip: beholder.score(clip, model=model)))
            added = (scoring - decoding) / frames * 1000
            rows += [
                Row(TABLE, f"{name}: added ms per frame", added, f"<= {ADDED_MS}", added <= ADDED_MS, "lower", 1.0),
                Row(TABLE, f"{name}: decoding alone, ms per frame", decoding / frames * 1000),
                Row(TABLE, f"{name}: times real time", seconds / scoring, better="higher"),
            ]
        clip = Path(folder, "start.mp4")
        write_clip(scene("head", seconds=10, height=720, fps=30), clip, codec="libx264", crf=24, vfr=False)
        took = min(command(["score", str(clip), "--json", "-"]).cpu_s for _ in range(runs))
    what = "process start to result, 10 s of 720p30 H.264, CPU s"
    rows.append(Row(TABLE, what, took, f"<= {START_TO_RESULT_S}", took <= START_TO_RESULT_S, "lower", 1.0))
    return rows


def _cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _decode(path: Path) -> None:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        stream.codec_context.thread_type = "NONE"
        for _ in container.decode(stream):
            pass


if __name__ == "__main__":
    main(run)
