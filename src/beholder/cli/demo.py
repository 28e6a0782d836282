"""``beholder demo``: a recording with known faults, scored, with its report."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from beholder.cli.talk import progress_bar, say, write
from beholder.errors import UsageError

__all__ = ["demo"]


def demo(
    *,
    out: Annotated[Path, typer.Option(help="Folder to write to; made when missing.")] = Path("demo"),
) -> None:
    """Make a recording with known faults and its KPIs, score it, write the report and say what to open.

    Example: beholder demo --out demo
    """
    from rich.console import Console

    from beholder.cli.present import present
    from beholder.media.demo import make_demo
    from beholder.reports import to_json, write_report
    from beholder.sessions import score

    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(out, f"the folder cannot be made ({error.strerror})", "give another one with --out") from error
    say("making a recording of 20 s: the picture freezes at 4 s, is blurred at 9 s and starved of bits at 14 s ...")
    recording, kpis = make_demo(out)
    with progress_bar(recording.name) as progress:
        result = score(recording, kpi=kpis, progress=progress)
    present(result, Console())
    write(out / "result.json", to_json(result) + "\n")
    write_report(result, recording, out / "report.html")
    say(f"\nopen {out / 'report.html'} in a browser")
    program = "beholder" if shutil.which("beholder") else sys.argv[0]
    say(f"the same by hand: {program} score {recording} --kpi {kpis} --report {out / 'report.html'}")
