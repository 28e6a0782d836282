"""The report of a recording, with its pictures."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import numpy as np

from beholder.errors import UsageError
from beholder.media.stills import stills
from beholder.reports.html import render_html
from beholder.types import Issue, Result

__all__ = ["write_report"]

STILLS = 30  # issue cards with a picture, the dearest first
STILL_WIDTH, FILM_WIDTH = 360, 128  # pixels
FILM_PICTURES = 60
PLAYABLE = {"h264", "vp8", "vp9", "av1", "libdav1d"}  # by Chromium, in MP4, WebM and Matroska (measured, docs/howto)
PLAYABLE_SUFFIXES = {".mp4", ".m4v", ".mov", ".mkv", ".webm"}


def write_report(result: Result, recording: str | os.PathLike[str], out: str | os.PathLike[str]) -> None:
    """Write the HTML report of a result; stills and film strip are taken from the recording.

    The page plays the recording when both lie in one folder and a browser can play it.

    Raises
    ------
    UsageError
        When the file cannot be written.
    """
    path, out = Path(recording), Path(out)
    duration = float(result.subject["duration_s"])
    issues = result.issues[:STILLS]
    film = [float(t) for t in np.linspace(0.0, duration, FILM_PICTURES + 1)[:-1] + duration / FILM_PICTURES / 2]
    taken = stills(path, [_telling(issue) for issue in issues], width=STILL_WIDTH)
    strip = stills(path, film, width=FILM_WIDTH)
    page = render_html(
        result,
        stills={issue.id: image for issue, image in zip(issues, taken, strict=True) if image is not None},
        filmstrip=[(t, image) for t, image in zip(film, strip, strict=True) if image is not None],
        video=_beside(path, out, str(result.subject.get("codec", ""))),
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


def _beside(recording: Path, out: Path, codec: str) -> str | None:
    if codec not in PLAYABLE or recording.suffix.lower() not in PLAYABLE_SUFFIXES:
        return None
    try:
        return recording.resolve().relative_to(out.resolve().parent).as_posix()
    except ValueError:
        return None
