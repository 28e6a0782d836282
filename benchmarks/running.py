"""Run the command line in a process of its own, with limits, and say what it took."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["COMMAND", "Finished", "beholder"]

COMMAND = (sys.executable, "-c", "from beholder.cli import main; main()")


@dataclass(frozen=True, slots=True)
class Finished:
    """How a process ended.

    `code` is its exit code (negative: the signal that ended it), `cpu_s` user and system time, `peak_mb` the largest
    resident memory in MB, `late` whether it was stopped for taking too long.
    """

    code: int
    stdout: str
    stderr: str
    cpu_s: float
    peak_mb: float
    late: bool


def beholder(
    arguments: Sequence[str],
    *,
    seconds: float = 3600,
    address_mb: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> Finished:
    """Run ``beholder ARGUMENTS`` for at most `seconds` of wall time and, if given, `address_mb` of address space."""

    def limit() -> None:
        if address_mb is not None:
            resource.setrlimit(resource.RLIMIT_AS, (address_mb << 20, address_mb << 20))

    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as talk:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            stdout=out,
            stderr=talk,
            env={**os.environ, "OMP_NUM_THREADS": "1", **(environment or {})},
            preexec_fn=limit,  # noqa: PLW1509 - no other thread runs yet
        )
        stopped = threading.Event()

        def stop() -> None:
            stopped.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        _, status, used = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for file in (out, talk):
            file.seek(0)
            texts.append(file.read().decode("utf-8", "replace"))
    cpu = used.ru_utime + used.ru_stime
    return Finished(process.returncode, *texts, cpu, used.ru_maxrss / 1024, stopped.is_set())
