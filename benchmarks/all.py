"""Run every benchmark: ``python -m benchmarks.all [--quick] [--only NAME ...] [--update]``.

Prints the tables and compares the key rows with the committed ones in ``results/``, so that a change that loses
accuracy or speed shows. ``--quick`` runs fewer cases and has its own committed tables. ``--update`` rewrites them.
Exit 1 when a bar is not met or a figure got worse by more than its slack.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from pathlib import Path

from benchmarks.table import Row, drift, load, show, store

__all__ = ["BENCHMARKS", "main", "write_page"]

BENCHMARKS = (
    "startup",
    "freeze",
    "timing",
    "visual",
    "ladders",
    "spatial",
    "attribution",
    "stalling",
    "planning",
    "stability",
    "same_answer",
    "speed",
    "memory",
    "reading",
    "ratings",
    "evaluate",
    "fuzz",
)
RESULTS = Path(__file__).parent / "results"
PAGE = Path(__file__).parents[1] / "docs" / "explain" / "accuracy.md"
BEGIN, END = "<!-- tables -->", "<!-- end of tables -->"


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.all", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="fewer cases, at most ten minutes in all")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=BENCHMARKS, metavar="NAME")
    parser.add_argument("--update", action="store_true", help="rewrite the committed tables")
    parser.add_argument(
        "--page", action="store_true", help="only put the committed tables into docs/explain/accuracy.md"
    )
    options = parser.parse_args()
    if options.page:
        write_page()
        return
    rows: list[Row] = []
    worse: list[str] = []
    for name in options.only:
        found = _run(name, quick=options.quick)
        table = RESULTS / f"{name}{'_quick' if options.quick else ''}.json"
        worse += drift(found, load(table))
        if options.update:
            store(table, found)
        rows += found
    failed = [f"{row.table}: {row.what}: {row.measured}, asked for {row.bar}" for row in rows if row.passed is False]
    _tell("Not met", failed)
    _tell("Worse than the committed tables", worse)
    sys.exit(bool(failed or (worse and not options.update)))


def write_page() -> None:
    """Put every committed table of a full run behind the marker of the page on accuracy."""
    text = PAGE.read_text("utf-8")
    head, tail = text.split(BEGIN)[0], text.split(END)[1]
    parts = []
    for name in BENCHMARKS:
        rows = load(RESULTS / f"{name}.json")
        if rows:
            module = importlib.import_module(f"benchmarks.{name}")
            protocol = (module.__doc__ or "").strip().split("\n\n", 1)[-1].replace("``", "`")
            parts.append(f"## `python -m benchmarks.all --only {name}`\n\n{protocol}\n\n{show(rows)}")
    PAGE.write_text(f"{head}{BEGIN}\n\n" + "\n\n".join(parts) + f"\n\n{END}{tail}", "utf-8")


def _run(name: str, *, quick: bool) -> list[Row]:
    started = time.monotonic()
    rows: list[Row] = importlib.import_module(f"benchmarks.{name}").run(quick=quick)
    print(show(rows), end="\n\n", flush=True)
    print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    return rows


def _tell(title: str, lines: list[str]) -> None:
    if lines:
        print(f"{title}:", *lines, sep="\n  ", end="\n\n")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
