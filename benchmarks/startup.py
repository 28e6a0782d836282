"""CPU seconds of ``import beholder`` and of ``beholder --help``, each in a fresh process; the least of several runs."""

from __future__ import annotations

import resource
import subprocess
import sys
import sysconfig
from pathlib import Path

from benchmarks.table import Row, main

__all__ = ["run"]

IMPORT_S = 0.3
HELP_S = 0.5


def run(*, quick: bool) -> list[Row]:
    """Measure both."""
    runs = 3 if quick else 10
    cases = (
        ("import beholder", [sys.executable, "-c", "import beholder"], IMPORT_S),
        ("beholder --help", [str(Path(sysconfig.get_path("scripts")) / "beholder"), "--help"], HELP_S),
    )
    rows = []
    for what, command, bar in cases:
        subprocess.run(command, check=True, capture_output=True)  # writes the byte code
        seconds = min(_cpu(command) for _ in range(runs))
        rows.append(Row("Start", f"{what}, CPU s", seconds, f"<= {bar}", seconds <= bar, "lower", slack=0.1))
    return rows


def _cpu(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


if __name__ == "__main__":
    main(run)
