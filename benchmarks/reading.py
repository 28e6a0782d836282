"""How fast votes are read: ten million of them, a vote per row and as a matrix, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.table import Row, main

__all__ = ["run"]

CHILD = """
import json, resource, sys, time
from beholder.ratings import read
began = time.process_time()
votes = read(sys.argv[1])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([time.process_time() - began, peak, len(votes), len(votes.assumed)]))
"""


def run(*, quick: bool) -> list[Row]:
    """Write votes, read them, give processor time and memory."""
    stimuli, raters = (2_000, 500) if quick else (10_000, 1_000)
    rng = np.random.default_rng(4)
    votes = rng.integers(1, 6, (stimuli, raters), dtype=np.int8)
    clips, people = [f"clip_{n}.mp4" for n in range(stimuli)], [f"worker_{n}" for n in range(raters)]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        wide = pl.DataFrame({"stimulus": clips} | {name: votes[:, n] for n, name in enumerate(people)})
        long = wide.unpivot(people, index="stimulus", variable_name="worker", value_name="vote")
        long = long.sample(fraction=1.0, shuffle=True, seed=4)
        for name, frame in (("a vote per row", long), ("matrix", wide)):
            for ending in ("csv", "parquet"):
                path = Path(folder) / f"votes.{ending}"
                frame.write_csv(path) if ending == "csv" else frame.write_parquet(path)
                seconds, peak, found, _ = _measured(path)
                if found != votes.size:
                    raise AssertionError(f"{found} of {votes.size} votes were read")
                what = f"{name}, {ending}, {votes.size:,} votes"
                rows.append(Row("Reading votes", f"{what}: s of processor", seconds, better="lower", slack=seconds))
                rows.append(Row("Reading votes", f"{what}: MB at most", peak, better="lower", slack=peak / 2))
    return rows


def _measured(path: Path) -> tuple[float, float, int, int]:
    shown = subprocess.run([sys.executable, "-c", CHILD, str(path)], check=True, capture_output=True, text=True)
    seconds, peak, found, said = json.loads(shown.stdout)
    return float(seconds), float(peak), int(found), int(said)


if __name__ == "__main__":
    main(run)
