"""Whether a planted fault can be seen at all, decided from the source picture alone.

A page of flat tones has nothing to band; white paper cannot be overexposed; a coder at one quantiser spoils a meadow
and leaves a title page as it is. So banding is planted where it would draw contours that the source does not have,
overexposure where it would take gradations, and coarse coding at the quantiser that costs a given loss of VMAF.
No detector and no measure of `beholder.features` has a say.

``python -m benchmarks.visible`` measures the losses of all clips again and writes ``block_crf.json``.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.media.impair import Clip, Planes, Recode, impair
from beholder.media.impair.coding import planes_of

__all__ = [
    "VMAF_LOSS",
    "banded_share",
    "block_crf",
    "burnt_levels",
    "burnt_share",
    "coarse_crf",
    "load_losses",
    "save_losses",
    "vmaf",
]

VMAF_LOSS = (8.0, 20.0, 40.0)
CRF_STEPS = (20.0, 25.0, 29.0, 33.0, 37.0, 41.0, 45.0, 51.0)
CLEAN_CRF = 20.0  # of the coding after each fault; its own VMAF is what losses are counted from
TABLE = Path(__file__).parent / "block_crf.json"
ROWS = 360  # of the copy that is judged
STEEPEST = 1.0  # levels per pixel; what is steeper in the source is an edge, or has bands too narrow to see
BLOCK = 20  # pixels of the copy: a block with a false contour is banded
LEAST_CONTOUR = 5  # pixels of false contour that a block must hold
AROUND = 9  # pixels of the copy
GRADED = (2, 24)  # levels, range of luma around a pixel: less is flat
TEXTURED = (4, 48)  # levels, range over a pixel and its neighbours: more is the edge of a drawing
SLOPE = (0.5, 12)  # levels, the same around a contour
PAPER = 230.0  # luma; what is brighter was white before


def _levels(clip: Clip) -> NDArray[np.float32]:
    """Luma of the first picture, full range, at `ROWS` rows."""
    y = next(iter(clip.pictures())).y.astype(np.float32)
    scale = min(ROWS / min(y.shape), 1.0)
    y = np.asarray(cv2.resize(y, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.float32)
    return np.asarray((y - 16) * (255 / 219), np.float32)


def banded_share(clip: Clip, levels: int) -> float:
    """Share of blocks through which `levels` even levels of luma draw a contour where the source has a slope."""
    y = np.asarray(cv2.GaussianBlur(_levels(clip), (0, 0), 1.5), np.float32)
    step = 255 / (levels - 1)
    few = np.rint(y / step)
    contour = np.zeros(y.shape, np.float32)
    for axis in (0, 1):
        jump = np.abs(np.diff(few, axis=axis)) == 1
        slope = np.abs(np.diff(y, axis=axis)) < STEEPEST
        part = contour[:-1] if axis == 0 else contour[:, :-1]
        np.maximum(part, (jump & slope).astype(np.float32), out=part)
    contour[~_within(_range(y, AROUND), SLOPE)] = 0
    rows, columns = (size // BLOCK for size in y.shape)
    blocks = contour[: rows * BLOCK, : columns * BLOCK].reshape(rows, BLOCK, columns, BLOCK).sum(axis=(1, 3))
    return float((blocks >= LEAST_CONTOUR).mean())


def burnt_share(clip: Clip, stops: float) -> float:
    """Share of the picture whose gradations a brighter exposure clips; flat tones, edges and white lose none."""
    return burnt_levels(_levels(clip), stops)


def burnt_levels(y: NDArray[np.float32], stops: float) -> float:
    """Do the same for levels of luma, about `ROWS` rows of them."""
    smooth = np.asarray(cv2.GaussianBlur(y, (0, 0), 1.0), np.float32)
    graded = _within(_range(smooth, AROUND), GRADED) | _within(_range(y, 3), TEXTURED)
    return float((graded & (y < PAPER) & (y * 2 ** (stops / 2.2) >= 255)).mean())


def _range(y: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """Highest minus lowest level in a square around each pixel."""
    square = np.ones((size, size), np.uint8)
    return np.asarray(cv2.subtract(cv2.dilate(y, square), cv2.erode(y, square)), np.float32)


def _within(values: NDArray[np.float32], limits: tuple[float, float]) -> NDArray[np.bool_]:
    return (values >= limits[0]) & (values <= limits[1])


def vmaf(clip: Clip, coded: Path) -> float:
    """VMAF of a coded copy of a segment, at its own size."""
    import av  # noqa: PLC0415 - and the next: only those need them who make the table
    import imageio_ffmpeg  # noqa: PLC0415

    with av.open(str(coded)) as container:
        copies = [planes_of(frame) for frame in container.decode(video=0)]
    with tempfile.TemporaryDirectory() as scratch:
        files = [Path(scratch) / name for name in ("copy.yuv", "source.yuv")]
        for file, pictures in zip(files, (copies, clip.pictures()), strict=True):
            _write(file, pictures)
        raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{clip.width}x{clip.height}", "-r", "25", "-i"]
        command = [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-hide_banner",
            "-nostats",
            *raw,
            str(files[0]),
            *raw,
            str(files[1]),
        ]
        command += ["-lavfi", "libvmaf=n_threads=1", "-f", "null", "-"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    score = re.search(r"VMAF score: ([\d.]+)", said)
    if score is None:
        raise RuntimeError(f"{clip.name}: FFmpeg gave no VMAF: {said[-200:]}")
    return float(score[1])


def _write(path: Path, pictures: Iterable[Planes]) -> None:
    with path.open("wb") as file:
        for planes in pictures:
            for plane in (planes.y, planes.u, planes.v):
                file.write(np.ascontiguousarray(plane).tobytes())


def losses(clip: Clip) -> list[float]:
    """VMAF that x264 loses at `CRF_STEPS`, against the clean case."""
    scores = []
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "coded.mp4"
        for crf in CRF_STEPS:
            impair(clip, out, (Recode(crf=crf),), crf=CLEAN_CRF, seed=1)
            scores.append(vmaf(clip, out))
    lost = np.maximum.accumulate(scores[0] - np.array(scores))
    return [round(float(value), 2) for value in lost]


def coarse_crf(lost: list[float], loss: float) -> float | None:
    """Give the quantiser at which `loss` of VMAF is reached; None when even the coarsest one loses less.

    >>> coarse_crf([0, 2, 6, 10, 20, 30, 50, 70], 8.0)
    31.0
    """
    if lost[-1] < loss:
        return None
    return round(float(np.interp(loss, lost, CRF_STEPS)), 1)


@cache
def _table() -> dict[str, list[float]]:
    return dict(json.loads(TABLE.read_text("utf-8"))) if TABLE.exists() else {}


def load_losses(path: Path) -> None:
    """Take losses that `save_losses` wrote, so that they are not measured again."""
    if path.exists():
        _table().update(json.loads(path.read_text("utf-8")))


def save_losses(path: Path) -> None:
    """Write all losses that are known."""
    path.write_text(json.dumps(_table()) + "\n", "utf-8")


def block_crf(clip: Clip, level: int) -> float | None:
    """Give the quantiser of a severity for a clip, from the committed table, else measured."""
    known, name = _table(), Path(clip.name).name
    if name not in known:
        known[name] = losses(clip)
    return coarse_crf(known[name], VMAF_LOSS[level])


def main() -> None:
    """Write the table of all clips that are used."""
    from benchmarks.visual_cases import clips, native_faults, segment  # noqa: PLC0415 - which needs this module

    cv2.setNumThreads(1)
    used = [path for path in clips() if "unusable" not in native_faults(path)]
    rows = [f"  {json.dumps(path.name)}: {json.dumps(losses(segment(path)))}" for path in used]
    TABLE.write_text("{\n" + ",\n".join(sorted(rows)) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
