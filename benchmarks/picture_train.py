"""Learn the two small networks of the picture measures and write their weights.

``BEHOLDER_DATA=... python -m benchmarks.picture_train --live DIR [--cache FOLDER] [--out FOLDER]`` (DIR holds
``Images`` and ``Data`` of LIVE In the Wild; ``--cache`` keeps the encoded cases and the inputs).

Sources: the tuning half of the clips (pictures 1, 4 and 7 of a segment); of every source of image_mos in the even half
the still with the best coding (CRF <= 14, 400 rows or more); the fifty best-rated photographs of that half of LIVE. All
of them go through the cases of `benchmarks.visual_cases`. The detail network learns which case it was. The chroma
network learns tints of known size on photographs of LIVE rated 60 or better and on the clean cases. Seeds are fixed.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPRegressor

import beholder.features
from beholder.features.blockiness import measure_blockiness
from beholder.features.chroma import UNIT, chroma_inputs, small_planes
from beholder.features.noise import measure_noise
from beholder.features.patches import cut_patches
from beholder.features.resolution import detail_inputs
from beholder.media.frame import Frame
from beholder.media.impair import Clip, Planes
from beholder.media.impair.clip import from_rgb
from beholder.media.recording import Recording
from benchmarks.sources import clips, data_dir, half
from benchmarks.visual_cases import (
    BLUR_FLOOR_ROWS,
    BLUR_SIGMA,
    UPSCALED_RATIO,
    cases,
    native_faults,
    segment,
    write_case,
)

__all__ = ["main"]

Array = NDArray[Any]
Source = tuple[str, Clip, tuple[int, ...]]  # name, segment, pictures of a case that are measured
LEAST_VOTE, LEAST_ROWS, PHOTOGRAPHS = 60.0, 480, 50
BEST_CRF, STILL_ROWS = 14, 400
SKIPPED = ("skew", "glare")  # cover or bend the picture: no truth about detail
OF_PHOTOGRAPHS = ("clean_20", "clean_23", "blur", "upsc", "blocks", "raw", "noise_1", "low_contrast_1", "moire_1")
CODED = (0.33, 0.67, 1.0)  # coding loss of the three severities
WEIGHT_CLEAN, WEIGHT_DETAIL, WEIGHT_OTHER = 2.0, 1.0, 0.4
DETAIL = ("blur", "upscaled", "blocks", "raw")
HIDDEN, MEMBERS, DECAY = 24, 3, 0.1  # detail: units of a member, members, weight decay
JITTER = 0.03  # standard deviations of the inputs
CHROMA_HIDDEN, CHROMA_DECAY = 24, 0.3
TINTS, TINT_RANGE = 18, (4.0, 44.0)  # variants of a photograph, a third of them without; levels
LICENCES = (
    "tuning half of the real clips (MIT, CC-BY-4.0, BSD; see docs/explain/data.md)",
    "image_mos, even half (GPL-3.0; learned from, not contained)",
    "LIVE In the Wild Image Quality Challenge Database (free for research; learned from, not contained)",
)


def _still(name: str, bgr: Array) -> Source:
    height, width = bgr.shape[0] // 2 * 2, bgr.shape[1] // 2 * 2
    p = from_rgb(np.ascontiguousarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)[:height, :width]))
    make = lambda: iter([Planes(p.y.copy(), p.u.copy(), p.v.copy()) for _ in range(3)])  # noqa: E731
    return name, Clip(name, Fraction(25), width, height, make), (2,)


def _photographs(folder: Path) -> list[tuple[float, str]]:
    """Votes and names of LIVE."""
    from scipy.io import loadmat  # noqa: PLC0415 - reads the MAT files of this set alone

    names, votes = (
        loadmat(folder / "Data" / f"{name}.mat")[name].ravel()[7:]  # the first seven trained the raters
        for name in ("AllImages_release", "AllMOS_release")
    )
    return [(float(vote), str(name[0])) for vote, name in zip(votes, names, strict=True)]


def _sources(live: Path) -> Iterator[Source]:
    for path in clips():
        if half(path) == "tuning" and "unusable" not in native_faults(path):
            yield path.name, segment(path), (1, 4, 7)
    best: dict[str, tuple[int, Path]] = {}
    for path in sorted((data_dir() / "image_mos" / "images").glob("*.webp")):
        match = re.match(r"(.*)_crf_(\d+)_height_(\d+)", path.name)
        if match and int(match[2]) <= BEST_CRF and int(match[3]) >= STILL_ROWS:
            best[match[1]] = min(best.get(match[1], (99, path)), (int(match[2]), path), key=lambda pair: pair[0])
    for name, (_, path) in sorted(best.items()):
        if half(name) == "tuning":
            yield _still(f"im_{name[:24]}", cv2.imread(str(path)))
    found = 0
    for _, name in sorted(_photographs(live), key=lambda pair: -pair[0]):
        picture = cv2.imread(str(live / "Images" / name)) if half(name) == "tuning" and found < PHOTOGRAPHS else None
        if picture is not None and min(picture.shape[:2]) >= LEAST_ROWS:
            found += 1
            yield _still(f"lv_{Path(name).stem}", picture)


def _planes(path: Path, chosen: tuple[int, ...]) -> list[tuple[Array, Array, Array]]:
    with Recording(path) as recording:
        pictures = [part for part in recording if isinstance(part, Frame)]
        return [(pictures[i].luma(), *pictures[i].chroma()) for i in chosen if i < len(pictures)]


def _truth(case: str, short: int) -> tuple[float, float, float]:
    level = int(case[-1]) if case[-2] == "_" else 0
    blur = np.log1p(BLUR_SIGMA[level] * max(short, BLUR_FLOOR_ROWS) / 1080) if case.startswith("blur") else 0.0
    ratio = np.log2(UPSCALED_RATIO[level]) if case.startswith("upsc") else 0.0
    return float(blur), float(ratio), CODED[level] if case.startswith(("blocks", "raw")) else 0.0


def _inputs(luma: Array) -> Array | None:
    patches = cut_patches(luma)
    if not patches.busy.shape[0]:
        return None
    edge, noise = measure_blockiness(luma)["block_edge"], measure_noise(patches.flat)["noise"]
    return detail_inputs(patches.busy, block_edge=edge, noise=noise)


def _measure(live: Path, cache: Path) -> tuple[list[Any], list[Any]]:
    """Rows of the detail network (inputs, truth, source, weight) and clean small planes for the chroma network."""
    rows, tinted = [], []
    for name, clip, chosen in _sources(live):
        (cache / name).mkdir(parents=True, exist_ok=True)
        for case in cases(clip):
            out = cache / name / f"{case.name}.mp4"
            if case.name.startswith(SKIPPED) or (name.startswith("lv_") and not case.name.startswith(OF_PHOTOGRAPHS)):
                continue
            if not out.exists():
                write_case(clip, case, out)
            pictures = _planes(out, chosen)
            if case.name == "clean_20":
                tinted += [small_planes(*planes) for planes in pictures[-1:]]
            weight = WEIGHT_DETAIL if case.name.startswith(DETAIL) else WEIGHT_OTHER
            weight = WEIGHT_CLEAN if case.kind == "clean" else weight
            inputs = [(_inputs(planes[0]), min(planes[0].shape)) for planes in pictures]
            rows += [(x, _truth(case.name, short), name, weight) for x, short in inputs if x is not None]
        print(name, len(rows), flush=True)
    return rows, tinted


def _fit_detail(x: Array, y: Array, weight: Array, seed: int) -> MLPRegressor:
    rng = np.random.default_rng(seed)
    drawn = rng.choice(len(x), 2 * len(x), p=weight / weight.sum())
    model = MLPRegressor(
        hidden_layer_sizes=(HIDDEN,),
        activation="tanh",
        alpha=DECAY,
        max_iter=150,
        learning_rate_init=3e-3,
        batch_size=128,
    )
    model.set_params(random_state=seed)
    return model.fit(x[drawn] + rng.normal(0, JITTER, (len(drawn), x.shape[1])), y[drawn])


def _detail(rows: list[Any]) -> list[list[Any]]:
    x, y, weight = (np.array([row[i] for row in rows], float) for i in (0, 1, 3))
    centre, scale = x.mean(0), x.std(0) + 1e-6
    models = [_fit_detail((x - centre) / scale, y, weight, seed) for seed in range(MEMBERS)]
    first, offset = (np.hstack([getattr(m, part)[0] for m in models]) for part in ("coefs_", "intercepts_"))
    second = np.vstack([m.coefs_[1] for m in models]) / MEMBERS
    last = np.mean([m.intercepts_[1] for m in models], axis=0)
    return [np.round(part, 5).tolist() for part in (centre, scale, first, offset, second, last)]


def _tints(planes: tuple[Array, Array, Array], rng: np.random.Generator) -> Iterator[tuple[Array, tuple[float, float]]]:
    """Inputs of tinted variants, some of them of a paler picture; the tint is even or follows brightness."""
    luma, u, v = planes
    for variant in range(TINTS):
        size = 0.0 if variant < TINTS // 3 else rng.uniform(*TINT_RANGE)
        angle = rng.uniform(0, 2 * np.pi)
        tint = (size * np.cos(angle), size * np.sin(angle))
        pale = rng.uniform(0, 0.7) if rng.random() < 0.3 else 1.0
        amount = 1.0 if variant % 2 else luma / 150.0
        tinted = [128 + (p - 128.0) * pale + t * amount for p, t in zip((u, v), tint, strict=True)]
        yield chroma_inputs(luma, *(np.rint(p.clip(0, 255)).astype(np.uint8) for p in tinted)), tint


def _chroma(live: Path, clean: list[Any]) -> list[list[Any]]:
    rng = np.random.default_rng(0)
    planes = list(clean)
    for vote, name in _photographs(live):
        if vote >= LEAST_VOTE:
            _, clip, _ = _still(name, cv2.imread(str(live / "Images" / name)))
            picture = next(iter(clip.pictures()))
            luma = np.rint(((picture.y.astype(np.float64) - 16) * 255 / 219).clip(0, 255)).astype(np.uint8)
            u, v = (
                np.rint(((p - 128.0) * 255 / 224 + 128).clip(0, 255)).astype(np.uint8) for p in (picture.u, picture.v)
            )
            planes.append(small_planes(luma, u, v))
    rows = [row for part in planes if _lit_enough(part[0]) for row in _tints(part, rng)]
    x, y = np.array([row[0] for row in rows]), np.array([row[1] for row in rows]) / UNIT
    models = [_fit_chroma(x, y, seed) for seed in range(MEMBERS)]
    first, offset = (np.hstack([getattr(m, part)[0] for m in models]) for part in ("coefs_", "intercepts_"))
    second = np.vstack([m.coefs_[1] for m in models]) / MEMBERS
    last = np.mean([m.intercepts_[1] for m in models], axis=0)
    return [np.round(part, 4).tolist() for part in (first, offset, second, last)]


def _fit_chroma(x: Array, y: Array, seed: int) -> MLPRegressor:
    model = MLPRegressor(
        hidden_layer_sizes=(CHROMA_HIDDEN,), activation="tanh", alpha=CHROMA_DECAY, max_iter=40, batch_size=256
    )
    return model.set_params(random_state=seed, learning_rate_init=2e-3).fit(x, y)


def _lit_enough(luma: Array) -> bool:
    return float(((luma > 25) & (luma < 252)).mean()) > 0.02


def _write(path: Path, weights: list[list[Any]], **about: object) -> None:
    card = {"made_by": "python -m benchmarks.picture_train", "sources": LICENCES, **about, "weights": weights}
    path.write_text(json.dumps(card) + "\n", "utf-8")


def main() -> None:
    """Learn and write both networks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--live", type=Path, required=True, help="folder with Images and Data of LIVE In the Wild")
    parser.add_argument("--cache", type=Path, help="keep the encoded cases here")
    parser.add_argument("--out", type=Path, default=Path(beholder.features.__path__[0]), help="where weights go")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as scratch:
        rows, clean = _measure(options.live, options.cache or Path(scratch))
    outputs = ["log1p blur sigma, native pixels", "log2 shown over coded height", "coding loss"]
    inputs = "beholder.features.resolution.detail_inputs"
    _write(options.out / "resolution.json", _detail(rows), inputs=inputs, outputs=outputs)
    outputs = ["tint of Cb and of Cr, levels / 20"]
    inputs = "beholder.features.chroma.chroma_inputs"
    _write(options.out / "chroma.json", _chroma(options.live, clean), inputs=inputs, outputs=outputs)


if __name__ == "__main__":
    main()
