"""Learn the three small networks of the picture measures and write their weights.

``BEHOLDER_DATA=... python -m benchmarks.picture_train --live DIR [--screens DIR] [--large DIR] [--clean DIR]``

``--live``: ``Images`` and ``Data`` of LIVE In the Wild; ``--screens``: clean screenshots of apps; ``--large``:
photographs of 1450 rows and more; ``--clean``: more pictures without damage; ``--cache FOLDER`` keeps pages and encoded
cases. Seeds are fixed.

Sources (`benchmarks.picture_sources`): the tuning half of the clips (pictures 1, 4 and 7 of a segment); drawn pages
(`benchmarks.pages`); of every source of image_mos in the tuning half the still with the best coding (CRF <= 14, 400
rows or more); the 24 best-rated photographs of that half of LIVE; screenshots; large photographs.

- Detail: all of them go through the cases of `benchmarks.visual_cases`; the network learns which case it was. The
  pictures of the three folders also count as they are, without damage: ordinary JPEG and lossless pages.
- Chroma: tints of known size on them and on the photographs of LIVE rated 60 or better.
- Light: stops of known size on them and on the photographs of the tuning half rated 60 or better.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

import beholder.features
from beholder.features.blockiness import grid_profile, measure_blockiness
from beholder.features.chroma import UNIT
from beholder.features.exposure import light_inputs
from beholder.features.noise import measure_noise
from beholder.features.patches import LONGEST_COPY, cut_patches, halved
from beholder.features.resolution import detail_inputs
from beholder.features.screen import screen_measures
from beholder.media.frame import Frame
from beholder.media.recording import Recording
from benchmarks.picture_sources import (
    LEAST_VOTE,
    Array,
    Source,
    bright_variants,
    coded_sources,
    full_planes,
    photographs,
    screenshots,
    still,
    tints,
    undamaged,
)
from benchmarks.sources import half
from benchmarks.visible import load_losses, save_losses
from benchmarks.visual_cases import BLUR_FLOOR_ROWS, BLUR_SIGMA, UPSCALED_RATIO, Case, cases, write_case

__all__ = ["main"]

LEARNED = ("clean_20", "clean_23", "blur", "upsc", "blocks", "raw", "noise_1", "low_contrast_1", "moire_1")
LEARNED += ("underexposure_1", "banding_1", "cast_warm_1", "skew_1", "glare_1")  # cases of the detail network
DETAIL = ("blur", "upscaled", "blocks", "raw")
CODED = (0.33, 0.67, 1.0)  # coding loss of the three severities
WEIGHT_CLEAN, WEIGHT_DETAIL, WEIGHT_OTHER = 2.0, 1.0, 0.4
WEIGHT_ORDINARY = 3.0  # pictures as they are
WEIGHT_DRAWN, WEIGHT_WELL = 4.0, 1.5  # light: drawn pages are few; what is exposed well must stay so
JITTER = 0.03  # standard deviations of the inputs
MEMBERS = 3
LOSSES = "losses.json"  # in the cache: VMAF that coding costs each source
LICENCES = (
    "tuning half of the real clips (MIT, CC-BY-4.0, BSD; see docs/explain/data.md)",
    "drawn pages (benchmarks/pages.py)",
    "image_mos, tuning half (GPL-3.0; learned from, not contained)",
    "LIVE In the Wild Image Quality Challenge Database (free for research; learned from, not contained)",
)
MORE = ("screenshots of open-source apps", "free photographs")  # learned from, not contained


@dataclass(slots=True)
class Rows:
    """Inputs, truth and weight of every example of one network."""

    x: list[Array] = field(default_factory=list)
    y: list[tuple[float, ...]] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)

    def add(self, x: Array, y: tuple[float, ...], weight: float = 1.0) -> None:
        self.x.append(x)
        self.y.append(y)
        self.weight.append(weight)


def _planes(path: Path, chosen: tuple[int, ...]) -> list[Array]:
    with Recording(path) as recording:
        pictures = [part for part in recording if isinstance(part, Frame)]
        return [pictures[i].luma() for i in chosen if i < len(pictures)]


def _truth(case: Case, short: int) -> tuple[float, float, float]:
    level = case.severity
    blur = np.log1p(BLUR_SIGMA[level] * max(short, BLUR_FLOOR_ROWS) / 1080) if case.kind == "blur" else 0.0
    ratio = np.log2(UPSCALED_RATIO[level]) if case.kind == "upscaled" else 0.0
    return float(blur), float(ratio), CODED[level] if case.kind == "blockiness" else 0.0


def _inputs(luma: Array) -> Array | None:
    patches = cut_patches(luma)
    if not patches.busy.shape[0]:
        return None
    profile = grid_profile(luma)
    edge, noise = measure_blockiness(luma, profile)["block_edge"], measure_noise(patches.flat)["noise"]
    screen = screen_measures(halved(luma, LONGEST_COPY))
    return detail_inputs(patches.busy, block_edge=edge, noise=noise, profile=profile, **screen)


def _coded(source: Source, folder: Path, rows: Rows) -> None:
    """Make the cases of a source and take what the detail network sees of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for case in cases(source.clip):
        if not case.name.startswith(LEARNED):
            continue
        out = folder / f"{case.name}.mp4"
        if not out.exists():
            write_case(source.clip, case, out)
        weight = WEIGHT_DETAIL if case.name.startswith(DETAIL) else WEIGHT_OTHER
        weight = WEIGHT_CLEAN if case.kind == "clean" else weight
        for luma in _planes(out, source.chosen):
            x = _inputs(luma)
            if x is not None:
                rows.add(x, _truth(case, min(luma.shape)), weight)


def _ordinary(folders: Iterable[Path | None], rows: Rows) -> None:
    """Take what the detail network sees of undamaged pictures."""
    for folder in folders:
        for luma in undamaged(folder):
            x = _inputs(luma)
            if x is not None:
                rows.add(x, (0.0, 0.0, 0.0), WEIGHT_ORDINARY)


def _light(luma: Array, weight: float, rows: Rows, rng: np.random.Generator) -> None:
    """Take what the network of light sees of variants of a picture."""
    for small, stops in bright_variants(luma, rng):
        rows.add(light_inputs(small), (stops,), weight * (1 if stops else WEIGHT_WELL))


def _seen(source: Source, tinted: Rows | None, lit: Rows | None, rng: np.random.Generator) -> None:
    """Take what the networks of chroma and light see of variants of one picture."""
    planes = full_planes(next(iter(source.clip.pictures())))
    for x, tint in tints(planes, rng) if tinted is not None else ():
        tinted.add(x, (tint[0] / UNIT, tint[1] / UNIT))
    if lit is not None:
        _light(planes[0], WEIGHT_DRAWN if source.drawn else 1.0, lit, rng)


def _measure(
    live: Path, screens: Path | None, large: Path | None, clean: Path | None, cache: Path
) -> tuple[Rows, Rows, Rows]:
    load_losses(cache / LOSSES)
    detail, tinted, lit, rng = Rows(), Rows(), Rows(), np.random.default_rng(0)
    for source in coded_sources(live, screens, large, cache):
        _coded(source, cache / source.name, detail)
        if not source.name.startswith("screen_"):
            _seen(source, tinted, lit, rng)
        print(source.name, len(detail.x), flush=True)
    save_losses(cache / LOSSES)
    _ordinary((screens, large, clean), detail)
    for source in screenshots(screens):
        _seen(source, None, lit, rng)
    for folder in (large, clean):
        for luma in undamaged(folder):
            _light(luma, 1.0, lit, rng)
    for vote, name in photographs(live):
        if vote >= LEAST_VOTE:
            source = still(name, cv2.imread(str(live / "Images" / name)))
            _seen(source, tinted, lit if half(name) == "tuning" else None, rng)
    return detail, tinted, lit


def _fitted(
    rows: Rows, make: Callable[[], MLPRegressor], *, draws: int, standard: bool = True, digits: int = 5
) -> list[list[Any]]:
    """Fit some members and join them into one network of two layers, inputs standardised first unless told not to."""
    x, y, weight = np.array(rows.x), np.array(rows.y), np.array(rows.weight)
    centre, scale = (x.mean(0), x.std(0) + 1e-3) if standard else (np.zeros(x.shape[1]), np.ones(x.shape[1]))
    models = []
    for seed in range(MEMBERS):
        rng = np.random.default_rng(seed)
        drawn = rng.choice(len(x), draws * len(x), p=weight / weight.sum()) if draws else np.arange(len(x))
        noisy = (x[drawn] - centre) / scale + (rng.normal(0, JITTER, (len(drawn), x.shape[1])) if draws else 0)
        target = y[drawn] if y.shape[1] > 1 else y[drawn, 0]
        models.append(make().set_params(random_state=seed).fit(noisy, target))
    first, offset = (np.hstack([getattr(m, part)[0] for m in models]) for part in ("coefs_", "intercepts_"))
    second = np.vstack([m.coefs_[1] for m in models]) / MEMBERS
    last = np.mean([m.intercepts_[1] for m in models], axis=0)
    parts = [centre, scale, first, offset, second, last]
    return [np.round(part, digits).tolist() for part in parts[0 if standard else 2 :]]


def _network(units: int, decay: float, rounds: int, rate: float, batch: int) -> Callable[[], MLPRegressor]:
    return lambda: MLPRegressor(
        hidden_layer_sizes=(units,),
        activation="tanh",
        alpha=decay,
        max_iter=rounds,
        learning_rate_init=rate,
        batch_size=batch,
    )


def _write(path: Path, weights: list[list[Any]], sources: tuple[str, ...], **about: object) -> None:
    card = {"made_by": "python -m benchmarks.picture_train", "sources": sources, **about, "weights": weights}
    path.write_text(json.dumps(card) + "\n", "utf-8")


def _learn(detail: Rows, tinted: Rows, lit: Rows, out: Path, sources: tuple[str, ...]) -> None:
    weights = _fitted(detail, _network(24, 0.3, 120, 3e-3, 128), draws=2)
    outputs = ["log1p blur sigma, native pixels", "log2 shown over coded height", "coding loss"]
    inputs = "beholder.features.resolution.detail_inputs"
    _write(out / "resolution.json", weights, sources, inputs=inputs, outputs=outputs)
    weights = _fitted(tinted, _network(24, 0.3, 40, 2e-3, 256), draws=0, standard=False, digits=4)
    inputs = "beholder.features.chroma.chroma_inputs"
    _write(out / "chroma.json", weights, sources, inputs=inputs, outputs=["tint of Cb and of Cr, levels / 20"])
    weights = _fitted(lit, _network(16, 0.3, 40, 3e-3, 128), draws=2)
    inputs = "beholder.features.exposure.light_inputs"
    _write(out / "exposure.json", weights, sources, inputs=inputs, outputs=["stops too bright"])


def main() -> None:
    """Learn and write the networks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--live", type=Path, required=True, help="folder with Images and Data of LIVE In the Wild")
    parser.add_argument("--screens", type=Path, help="folder of clean screenshots")
    parser.add_argument("--large", type=Path, help="folder of photographs with 1450 rows and more")
    parser.add_argument("--clean", type=Path, help="folder of more pictures without damage")
    parser.add_argument("--cache", type=Path, help="keep pages and encoded cases here")
    parser.add_argument("--out", type=Path, default=Path(beholder.features.__path__[0]), help="where weights go")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    warnings.simplefilter("ignore", ConvergenceWarning)  # the number of rounds is chosen
    with tempfile.TemporaryDirectory() as scratch:
        rows = _measure(options.live, options.screens, options.large, options.clean, options.cache or Path(scratch))
    _learn(*rows, options.out, (*LICENCES, *(MORE if options.screens or options.large else ())))


if __name__ == "__main__":
    main()
