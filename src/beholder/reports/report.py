"""The report of a recording, with its pictures."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import numpy as np

from beholder.errors import UsageError
from beholder.media import Recording
from beholder.media.proxy import make_proxy, needs_proxy
from beholder.media.stills import stills
from beholder.reports.html import render_html
from beholder.reports.words import HEARD
from beholder.types import Issue, Result

__all__ = ["write_report"]

STILLS = 30  # issue cards with a picture, the dearest first
STILL_WIDTH, FILM_WIDTH = 360, 128  # pixels
FILM_PICTURES = 60


def write_report(
    result: Result, recording: str | os.PathLike[str], out: str | os.PathLike[str], *, proxy: bool = False
) -> None:
    """Write the HTML report of a result; stills and film strip are taken from the recording.

    The page plays the recording when it lies in the folder of the report, or below, and a browser can play it.

    Parameters
    ----------
    result : Result
    recording : str or path
    out : str or path
    proxy : bool
        When the page could not play the recording, write a small copy beside the report that it can.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    path, out = Path(recording), Path(out)
    duration = float(result.subject["duration_s"])
    issues = [issue for issue in result.issues if issue.kind not in HEARD][:STILLS]
    film = [float(t) for t in np.linspace(0.0, duration, FILM_PICTURES + 1)[:-1] + duration / FILM_PICTURES / 2]
    taken = stills(path, [_telling(issue) for issue in issues], width=STILL_WIDTH)
    strip = stills(path, film, width=FILM_WIDTH)
    page = render_html(
        result,
        stills={issue.id: image for issue, image in zip(issues, taken, strict=True) if image is not None},
        filmstrip=[(t, image) for t, image in zip(film, strip, strict=True) if image is not None],
        video=_video(path, out, proxy=proxy),
    )
    part = out.with_name(out.name + ".part")
    try:
        part.write_text(page, "utf-8")
        part.replace(out)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise UsageError(out, f"it cannot be written ({error.strerror})", "give a folder that exists") from error


def _telling(issue: Issue) -> float:
    """Choose the time whose picture tells the most: the middle of what is seen, well inside of its span."""
    return issue.span.start + issue.span.duration / 2


def _video(recording: Path, out: Path, *, proxy: bool) -> str | None:
    """Give the path, from the report, of something to play; None when there is nothing."""
    with Recording(recording) as opened:
        playable = not needs_proxy(opened.facts)
    if playable and recording.resolve().is_relative_to(out.resolve().parent):
        return recording.resolve().relative_to(out.resolve().parent).as_posix()
    if not proxy:
        return None
    copy = out.with_suffix(".proxy.mp4")
    make_proxy(recording, copy)
    return copy.name
