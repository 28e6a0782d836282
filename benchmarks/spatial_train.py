"""Learn the spatial model and write its weights and its card.

``BEHOLDER_DATA=... python -m benchmarks.spatial_train --live DIR`` (DIR holds ``Images`` and ``Data`` of LIVE In the
Wild). The trunk must have been written by ``benchmarks.spatial_export`` before. Seeds are fixed; features are cached.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beholder.models.spatial import DATA, SpatialRegression
from benchmarks.spatial_data import enlarged, image_mos, ladder_points, live
from benchmarks.spatial_recipe import Pool, Recipe, fit, pool

__all__ = ["Held", "held_out", "load_pool", "main", "with_intervals"]

Array = NDArray[Any]
FOLDS = 10
COVERAGE = 0.95
LEVELS = np.array([1.5, 2.25, 3.0, 3.75, 4.5])  # where the half width is learned
SPAN = 0.75  # predictions this near to a level count for it
LIVE_VOTERS = 175  # votes per picture, about: Ghadiyaram and Bovik 2016


@dataclasses.dataclass(frozen=True)
class Held:
    """Predictions of a set by models that had not seen the source."""

    truth: Array
    predicted: Array
    novelty: Array
    fold: Array


def load_pool(folder: Path, recipe: Recipe) -> Pool:
    """Read everything there is to learn from."""
    tuning, stills = ladder_points("tuning"), ladder_points("stills", folder)
    return pool(image_mos(), live(folder), enlarged(folder), tuning=tuning, ladders=stills, recipe=recipe)


def folds(groups: list[str], seed: int = 0) -> Array:
    """Deal the sources out to folds."""
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    fold = {names[i]: k % FOLDS for k, i in enumerate(order)}
    return np.array([fold[group] for group in groups])


def held_out(data: Pool, features: Array, groups: list[str], truth: Array, recipe: Recipe) -> Held:
    """Predict a set fold by fold; no row of a source in the fold is learned from."""
    fold = folds(groups)
    predicted, novelty = np.empty(len(truth)), np.empty(len(truth))
    for k in range(FOLDS):
        out = {group for group, f in zip(groups, fold, strict=True) if f == k}
        regression = fit(data, np.array([group not in out for group in data.group]), recipe)
        predicted[fold == k] = regression(features[fold == k])[0]
        novelty[fold == k] = regression.novelty(features[fold == k])
    return Held(truth, predicted, novelty, fold)


def with_intervals(regression: SpatialRegression, held: list[Held]) -> SpatialRegression:
    """Set the half widths: at each level the quantile of held-out errors, split conformal with sets weighed alike."""
    predicted = np.concatenate([h.predicted for h in held])
    error = np.abs(np.concatenate([h.truth for h in held]) - predicted)
    weight = np.concatenate([np.full(len(h.truth), 1 / len(h.truth)) for h in held])
    width = []
    for level in LEVELS:
        near = np.abs(predicted - level) <= SPAN
        order = np.argsort(error[near])
        share = np.cumsum(weight[near][order]) / weight[near].sum()
        width.append(error[near][order][min(np.searchsorted(share, COVERAGE), near.sum() - 1)])
    return dataclasses.replace(regression, level=LEVELS.astype(np.float32), half_width=np.array(width, np.float32))


def save(regression: SpatialRegression, path: Path) -> None:
    """Write the arrays; matrices with 16 bits."""
    arrays = {f.name: np.asarray(getattr(regression, f.name)) for f in dataclasses.fields(regression)}
    np.savez(path, **{name: a.astype(np.float16) if a.ndim == 2 else a for name, a in arrays.items()})


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--live", type=Path, required=True, help="folder with Images and Data of LIVE In the Wild")
    folder = parser.parse_args().live
    recipe = Recipe()
    data = load_pool(folder, recipe)
    stills, wild = image_mos(), live(folder)
    held = [
        held_out(data, stills.features, stills.groups, stills.mos, recipe),
        held_out(data, wild.features, wild.groups, recipe.live_offset + recipe.live_slope * wild.mos, recipe),
    ]
    for h in held:
        rmse = np.sqrt(np.mean((h.predicted - h.truth) ** 2))
        print(f"held out: PLCC {np.corrcoef(h.predicted, h.truth)[0, 1]:.3f}, RMSE {rmse:.3f}", flush=True)
    regression = with_intervals(fit(data, np.ones(len(data.rows), bool), recipe), held)
    save(regression, DATA / "spatial.npz")
    card = json.loads((DATA / "spatial.json").read_text(encoding="utf-8"))
    for part, name in (("trunk", "spatial-trunk.onnx"), ("regression", "spatial.npz")):
        card["files"][part] = {"name": name, "sha256": _digest(DATA / name)}
    card["recipe"] = dataclasses.asdict(recipe)
    (DATA / "spatial.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print("half widths at", LEVELS, "are", regression.half_width.round(2))
    for name in ("spatial-trunk.onnx", "spatial.npz"):
        print(f"{name}: {(DATA / name).stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
