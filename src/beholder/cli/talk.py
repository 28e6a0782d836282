"""Talk and progress on stderr, written files, and option values that need reading."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from beholder.errors import UsageError

if TYPE_CHECKING:
    from beholder.media import Region
    from beholder.sessions.measure import Progress

__all__ = ["check_writable", "progress_bar", "region_of", "say", "write"]

SIDES = 4


def say(text: str) -> None:
    """Say something on stderr."""
    sys.stderr.write(f"{text}\n")


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    UsageError
        When it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content if isinstance(content, bytes) else content.encode())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise UsageError(path, f"it cannot be written ({error.strerror})", "give a folder that exists") from error


def check_writable(path: Path) -> None:
    """Refuse a place that cannot be written before long work begins.

    Raises
    ------
    UsageError
        When it is a folder, or its folder is missing or may not be written to.
    """
    if path.is_dir():
        raise UsageError(path, "it is a folder", "give the name of a file in it")
    if not path.parent.is_dir():
        raise UsageError(path, f"there is no folder {path.parent}", "make it, or give another one")
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise UsageError(path, "it may not be written", "change its rights, or give another place")


def region_of(option: str, text: str) -> Region:
    """Read ``x,y,w,h``.

    Raises
    ------
    UsageError
        When it is not four whole numbers that make a rectangle.
    """
    from beholder.media import Region

    try:
        x, y, width, height = (int(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError(option, f"{text!r} is no rectangle", "give x,y,w,h in pixels, as 0,120,1080,1920") from error
    if min(x, y) < 0 or min(width, height) < 1:
        raise UsageError(option, f"{text!r} is no rectangle", "x and y start at 0, w and h at 1")
    return Region(x, y, width, height)


@contextmanager
def progress_bar(name: str) -> Iterator[Progress | None]:
    """Draw progress with speed and time left, when stderr is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[pace]}"), TimeRemainingColumn())
    began = time.monotonic()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None, pace="")

        def show(done: float, total: float | None) -> None:
            pace = done / max(time.monotonic() - began, 1e-3)
            bar.update(task, completed=done, total=total, pace=f"{pace:.1f}x real time")

        yield show
