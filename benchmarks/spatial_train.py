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
from benchmarks.spatial_data import image_mos, ladder_points, live
from benchmarks.spatial_recipe import Pool, Recipe, fit, pool

__all__ = ["Held", "held_out", "load_pool", "main", "with_intervals"]

Array = NDArray[Any]
FOLDS = 10
COVERAGE = 0.95
RIDGE, ROUNDS = 1.0, 40  # of the fit of the error's size


@dataclasses.dataclass(frozen=True)
class Held:
    """Predictions of a set by models that had not seen the source."""

    truth: Array
    predicted: Array
    circumstances: Array
    fold: Array


def load_pool(folder: Path, recipe: Recipe) -> Pool:
    """Read everything there is to learn from."""
    ladders = [ladder_points("tuning"), ladder_points("screens"), ladder_points("stills", folder)]
    return pool(image_mos(), live(folder), ladders=ladders, recipe=recipe)


def folds(groups: list[str], seed: int = 0) -> Array:
    """Deal the sources out to folds."""
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    fold = {names[i]: k % FOLDS for k, i in enumerate(order)}
    return np.array([fold[group] for group in groups])


def held_out(data: Pool, features: Array, groups: list[str], truth: Array, recipe: Recipe) -> Held:
    """Predict a set fold by fold; no row of a source in the fold is learned from."""
    fold = folds(groups)
    parts: list[tuple[Array, Array]] = []
    for k in range(FOLDS):
        out = {group for group, f in zip(groups, fold, strict=True) if f == k}
        regression = fit(data, np.array([group not in out for group in data.group]), recipe)
        parts.append(regression.predict(features[fold == k]))
    back = np.argsort(np.argsort(fold, kind="stable"), kind="stable")
    predicted, circumstances = (np.concatenate(part)[back] for part in zip(*parts, strict=True))
    return Held(truth, predicted, circumstances, fold)


def with_intervals(regression: SpatialRegression, held: list[Held]) -> SpatialRegression:
    """Learn how large errors are (log-linear in the circumstances), then the factor that covers 95 in 100 of them."""
    x = np.concatenate([h.circumstances for h in held])
    error = np.concatenate([np.abs(h.truth - h.predicted) for h in held])
    doubt = np.zeros(x.shape[1])
    doubt[0] = np.log(error.mean())
    prior = RIDGE * np.diag([0.0] + [1.0] * (x.shape[1] - 1))
    for _ in range(ROUNDS):  # Newton on the likelihood of a normal distribution
        relative = (error * np.exp(-x @ doubt)) ** 2
        gradient = x.T @ (1 - relative) + prior @ doubt
        doubt -= np.linalg.solve(2 * (x * relative[:, None]).T @ x + prior, gradient)
    ratio = np.sort(error * np.exp(-x @ doubt))
    reach = ratio[min(int(np.ceil(COVERAGE * (len(ratio) + 1))) - 1, len(ratio) - 1)]
    return dataclasses.replace(regression, doubt=doubt.astype(np.float32), reach=float(reach))


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
    for name in ("spatial-trunk.onnx", "spatial.npz"):
        print(f"{name}: {(DATA / name).stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
