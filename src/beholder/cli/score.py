"""``beholder score``: the MOS of recordings, where it drops and why."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from beholder.cli.talk import check_writable, progress_bar, region_of, say, write
from beholder.errors import BeholderError, UsageError

if TYPE_CHECKING:
    from beholder.media import Region
    from beholder.types import Result

__all__ = ["score"]

BAD_INPUT = 2


def score(
    files: Annotated[list[Path], typer.Argument(help="Recordings to score.", show_default=False, readable=False)],
    *,
    kpi: Annotated[Path | None, typer.Option(help="CSV of KPIs on the recording's clock (column time_s).")] = None,
    profile: Annotated[str, typer.Option(help="How people watch: pc, phone or tv.")] = "pc",
    region: Annotated[str, typer.Option(help="Part of the picture to judge: x,y,w,h or auto.")] = "",
    mask: Annotated[list[str] | None, typer.Option(help="Part to leave out, x,y,w,h; may be repeated.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a self-contained HTML report.")] = None,
    proxy: Annotated[bool, typer.Option("--proxy", help="Beside the report, write a copy that browsers play.")] = False,
    json: Annotated[str, typer.Option(help="Write the result as JSON to a file, or - for stdout.")] = "",
    calibration: Annotated[
        Path | None, typer.Option(help="Calibration to one's own viewers (see beholder evaluate --calibrate).")
    ] = None,
    threads: Annotated[int, typer.Option(min=1, max=64, help="Threads; the result is the same.")] = 1,
) -> None:
    """Score recordings: MOS with its interval, where quality drops, what it cost, and why.

    Example: beholder score recording.mp4 --kpi network.csv --report report.html
    """
    from beholder.models import Vmos
    from beholder.sessions import score as score_recording

    _check(files, report=report, json=json)
    masks = [region_of("--mask", text) for text in mask or []]
    to_viewers = _to_viewers(calibration)
    model = Vmos.load(threads=threads)
    results: list[Result] = []
    failed = False
    for file in files:
        try:
            part = _region(region, file)
            with progress_bar(file.name) as progress:
                result = to_viewers(
                    score_recording(
                        file,
                        kpi=kpi,
                        profile=profile,
                        region=part,
                        masks=masks,
                        threads=threads,
                        model=model,
                        progress=progress,
                    )
                )
        except BeholderError as error:
            say(f"beholder: {error}")
            failed = True
            continue
        results.append(result)
        if json != "-":
            _print(result)
    _write(results, report=report, proxy=proxy, json=json, single=len(files) == 1)
    if failed:
        raise typer.Exit(BAD_INPUT)


def _check(files: list[Path], *, report: Path | None, json: str) -> None:
    """Refuse outputs that could not be written, before the long work."""
    if report is not None and len(files) > 1:
        raise UsageError("--report", "it takes one recording", "score the others in calls of their own")
    for out in (report, Path(json) if json not in ("", "-") else None):
        if out is not None:
            check_writable(out)


def _to_viewers(calibration: Path | None) -> Callable[[Result], Result]:
    """Give what turns a result into that of one's own viewers."""
    if calibration is None:
        return lambda result: result
    from beholder.ratings.evaluate.calibrated import calibrated
    from beholder.ratings.evaluate.calibration import load_calibration

    learned = load_calibration(calibration)
    return lambda result: calibrated(result, learned)


def _region(text: str, file: Path) -> Region | None:
    from beholder.media.region import find_region

    if not text:
        return None
    if text != "auto":
        return region_of("--region", text)
    found = find_region(file)
    say(f"{file.name}: the active picture is {found}" if found else f"{file.name}: the whole picture is active")
    return found


def _print(result: Result) -> None:
    from rich.console import Console

    from beholder.cli.present import present

    present(result, Console())


def _write(results: list[Result], *, report: Path | None, proxy: bool, json: str, single: bool) -> None:
    from beholder.reports import to_json, write_report

    if json:
        text = to_json(results[0] if single and results else results)
        if json == "-":
            sys.stdout.write(text + "\n")
        else:
            write(Path(json), text + "\n")
    if report is not None and results:
        write_report(results[0], str(results[0].subject["path"]), report, proxy=proxy)
        say(f"wrote {report}")
