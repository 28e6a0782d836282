"""``beholder features``: every measure of a recording as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from beholder.cli.talk import progress_bar, say

__all__ = ["features"]


def features(
    file: Annotated[Path, typer.Argument(help="Recording to measure.", show_default=False, readable=False)],
    *,
    out: Annotated[Path, typer.Option(help="Table to write: .parquet or .csv.", show_default=False)],
    profile: Annotated[str, typer.Option(help="How people watch: pc, phone or tv.")] = "pc",
    threads: Annotated[int, typer.Option(min=1, max=64, help="Threads; the result is the same.")] = 1,
) -> None:
    """Write every measure of a recording as a table: a row per time stamp, a column per measure.

    Example: beholder features recording.mp4 --out features.parquet
    """
    from beholder.reports import write_table
    from beholder.sessions import features as measure_features

    with progress_bar(file.name) as progress:
        series = measure_features(file, profile=profile, threads=threads, progress=progress)
    write_table(series, out)
    say(f"wrote {out}")
