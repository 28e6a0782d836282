"""Damaged files: one clear line and exit code 2, or a score; never a traceback, a hang or unbounded memory.

Protocol: tiny clips in MP4, Matroska, MPEG-TS and WebM are damaged with a fixed seed: single bits
turned, bytes overwritten, cut at every tenth, pieces left out or repeated, two files joined, header fields set to their
largest values. Each is scored by the command line in a process of its own, with 60 s and 4 GB of address space.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

from beholder.media.impair import scene
from beholder.media.impair.write import write_clip
from benchmarks.copies import remux
from benchmarks.running import Finished, beholder
from benchmarks.table import Row, main

__all__ = ["run"]

TABLE = "Damaged files"
SECONDS, ADDRESS_MB, PEAK_MB = 60, 4096, 600
HEADER = 2000  # bytes at the start and at the end in which header fields are looked for
Mutation = Callable[[bytes, random.Random], bytes]


def turn_bits(content: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(1 + len(damaged) // 2000):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def overwrite(content: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(content)), chance.randrange(1, 500)
    return content[:at] + chance.randbytes(size) + content[at + size :]


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: len(content) * chance.randrange(10) // 10]


def leave_out(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.randrange(1, len(content) // 4) :]


def repeat_piece(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at : at + chance.randrange(1, len(content) // 2)] + content[at:]


def largest_field(content: bytes, chance: random.Random) -> bytes:
    at = chance.choice([chance.randrange(HEADER), len(content) - HEADER + chance.randrange(HEADER)]) % len(content)
    value = chance.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x3b\x9a\xca\x00", b"\0\0\0\0", b"\x80\0\0\0"])
    return content[:at] + value + content[at + 4 :]


MUTATIONS: tuple[Mutation, ...] = (turn_bits, overwrite, cut, leave_out, repeat_piece, largest_field)


def run(*, quick: bool) -> list[Row]:
    """Score damaged files and judge how each run ended."""
    cases = 24 if quick else 300
    problems: list[str] = []
    ends = {0: 0, 2: 0}
    peak = slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for path, what in _damaged(Path(folder), cases):
            finished = beholder(["score", str(path), "--json", "-"], seconds=SECONDS, address_mb=ADDRESS_MB)
            ends[finished.code] = ends.get(finished.code, 0) + 1
            peak, slowest = max(peak, finished.peak_mb), max(slowest, finished.cpu_s)
            problem = judge(finished, path.name)
            if problem:
                problems.append(f"{what}: {problem}")
    rows = [
        Row(
            TABLE,
            f"files of {cases} that end in neither a score nor one clear line",
            len(problems),
            "0",
            not problems,
            "lower",
            0,
        ),
        Row(TABLE, "scored; refused", f"{ends[0]}; {ends[2]}"),
        Row(TABLE, "largest peak, MB", peak, f"<= {PEAK_MB}", peak <= PEAK_MB, "lower", 100),
        Row(TABLE, "longest, CPU s", slowest),
    ]
    return rows + [Row(TABLE, f"problem {n}", problem) for n, problem in enumerate(problems, 1)]


def judge(finished: Finished, name: str) -> str:
    """Say what is wrong with the end of a run; empty when nothing is."""
    if finished.late:
        return "took too long"
    if "Traceback" in finished.stderr:
        return finished.stderr.strip().splitlines()[-1]
    lines = [line for line in finished.stderr.splitlines() if line.strip()]
    if finished.code == 2:
        return "" if len(lines) == 1 and name in lines[0] else f"said {lines[:3]}"
    if finished.code != 0:
        return f"exit code {finished.code}: {lines[-1:]}"
    try:
        json.loads(finished.stdout)
    except ValueError as error:
        return f"no JSON: {error}"
    return ""


def _damaged(folder: Path, cases: int) -> Iterator[tuple[Path, str]]:
    chance = random.Random(2)
    sources = _sources(folder)
    for n in range(cases):
        source, mutation = sources[n % len(sources)], MUTATIONS[n // len(sources) % len(MUTATIONS)]
        content = mutation(source.read_bytes(), chance)
        if n % 7 == 0:
            content += chance.choice(sources).read_bytes()
        path = folder / f"case{n}{source.suffix}"
        path.write_bytes(content)
        yield path, f"{path.name} ({mutation.__name__})"
        path.unlink()


def _sources(folder: Path) -> list[Path]:
    clip = scene("objects", seconds=3, height=180, fps=Fraction(15), sound="music")
    first = folder / "source.mp4"
    write_clip(clip, first, codec="libx264", crf=30, vfr=False)
    webm = folder / "source.webm"
    write_clip(clip, webm, codec="libvpx-vp9", crf=40, vfr=False)
    return [first, webm, *(remux(first, folder / f"source{suffix}") for suffix in (".mkv", ".ts"))]


if __name__ == "__main__":
    main(run)
