"""Open an encoder without letting it take over the machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

__all__ = ["open_encoder"]

_TASKS = Path("/proc/self/task")  # the threads of this process, on Linux


def open_encoder(context: Any) -> None:
    """Open an encoder and put its threads, and the caller's, back to ordinary scheduling.

    When it runs as root, as in a container, SVT-AV1 moves every thread that it starts and the thread that opens it into
    the real-time class, at the highest priority. Whatever runs then, programs started later included, takes the
    processor from everything else for good; two at once have stopped a machine.

    Parameters
    ----------
    context : av.CodecContext
        An encoder that is set up and not open yet.
    """
    context.open(strict=False)
    if not _TASKS.is_dir() or os.sched_getscheduler(0) == os.SCHED_OTHER:
        return
    for task in _TASKS.iterdir():
        os.sched_setscheduler(int(task.name), os.SCHED_OTHER, os.sched_param(0))
