"""Print what the spatial model achieves: accuracy, intervals, ladders of damage, clean clips.

``BEHOLDER_DATA=... python -m benchmarks.spatial --live DIR``. Every figure comes from the joint recipe of
``benchmarks.spatial_train`` with the sources under test left out (ladders included).
"""

from __future__ import annotations

import argparse
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import pearsonr, spearmanr, ttest_rel

from beholder.models.spatial import SpatialModel, SpatialRegression
from benchmarks.spatial_data import Points, Stills, image_mos, ladder_points, live
from benchmarks.spatial_ladders import LADDERS
from benchmarks.spatial_recipe import Pool, Recipe, fit
from benchmarks.spatial_train import FOLDS, Held, held_out, load_pool, with_intervals

__all__ = ["main"]

Array = NDArray[Any]
LIKE_HEIGHT = 0.1
SIGNIFICANT = 0.01
SPLITS = 10
THIRDS = (1.0, 7 / 3, 11 / 3, 5.2)
INVERSION, WHOLE_DROP = 0.05, 0.8
TALL = 480


def significant_pairs(stills: Stills) -> Array:
    """Give (better, worse) for stills of like height whose votes differ in a paired t-test over the raters."""
    assert stills.votes is not None  # noqa: S101 - image_mos has them
    pairs = []
    for i, j in combinations(range(len(stills.mos)), 2):
        low, high = sorted((stills.height[i], stills.height[j]))
        if high - low <= LIKE_HEIGHT * low:
            with np.errstate(all="ignore"):
                p = ttest_rel(stills.votes[i], stills.votes[j]).pvalue
            if p < SIGNIFICANT:
                pairs.append((i, j) if stills.mos[i] > stills.mos[j] else (j, i))
    return np.array(pairs)


def print_image_mos(stills: Stills, held: Held) -> None:
    q, pairs = held.predicted, significant_pairs(stills)
    rmse = np.sqrt(np.mean((q - stills.mos) ** 2))
    ordered = np.mean(q[pairs[:, 0]] > q[pairs[:, 1]])
    print("\n| image_mos, 10-fold grouped by source | SROCC | PLCC | RMSE | significant pairs of like height |")
    print("|---|---|---|---|---|")
    srocc, plcc = spearmanr(q, stills.mos)[0], pearsonr(q, stills.mos)[0]
    print(f"| joint recipe | {srocc:.3f} | {plcc:.3f} | {rmse:.3f} | {ordered:.3f} of {len(pairs)} |")


def print_live(data: Pool, wild: Stills, recipe: Recipe) -> None:
    figures = []
    for seed in range(SPLITS):
        test = np.random.default_rng(seed).permutation(len(wild.mos))[: len(wild.mos) // 5]
        out = {wild.groups[i] for i in test}
        regression = fit(data, np.array([group not in out for group in data.group]), recipe)
        q = regression(wild.features[test])[0]
        figures.append((spearmanr(q, wild.mos[test])[0], pearsonr(q, wild.mos[test])[0]))
    srocc, plcc = np.median(figures, 0)
    print("\n| LIVE In the Wild, 80/20, seeds 0..9 | median SROCC | median PLCC | lowest and highest SROCC |")
    print("|---|---|---|---|")
    lowest, highest = min(f[0] for f in figures), max(f[0] for f in figures)
    print(f"| joint recipe | {srocc:.3f} | {plcc:.3f} | {lowest:.3f} .. {highest:.3f} |")


def print_coverage(regression: SpatialRegression, held: dict[str, Held]) -> None:
    """Calibrate on nine folds and count on the tenth, for each set."""
    print("\n| intervals, calibrated without the fold | overall | low, middle, high third of MOS | median width |")
    print("|---|---|---|---|")
    inside: dict[str, list[Array]] = {name: [] for name in held}
    widths: dict[str, list[Array]] = {name: [] for name in held}
    for k in range(FOLDS):
        others = [_part(h, h.fold != k) for h in held.values()]
        calibrated = with_intervals(regression, others)
        for name, h in held.items():
            now = _part(h, h.fold == k)
            half = np.interp(now.predicted, calibrated.level, calibrated.half_width)
            half = half * (1 + calibrated.novelty_gain * now.novelty)
            inside[name].append(np.stack([now.truth, np.abs(now.truth - now.predicted) <= half]))
            widths[name].append(2 * half)
    for name in held:
        truth, hit = np.concatenate(inside[name], 1)
        third = [hit[(truth >= a) & (truth < b)].mean() for a, b in pairwise(THIRDS)]
        shares = ", ".join(f"{share:.2f}" for share in third)
        print(f"| {name} | {hit.mean():.3f} | {shares} | {np.median(np.concatenate(widths[name])):.2f} |")


def _part(held: Held, use: Array) -> Held:
    return Held(held.truth[use], held.predicted[use], held.novelty[use], held.fold[use])


def print_ladders(regression: SpatialRegression, points: Points) -> None:
    q = regression(points.features)[0]
    block = np.cumsum(points.fault == "none")
    tall = [b for b in np.unique(block) if points.height[block == b][0] >= TALL]
    print(f"\nLadders on held-out clips, {len(tall)} frames of {TALL} lines and more:")
    print("\n| fault | no step up > .05 | first to last >= .8 | median drop |\n|---|---|---|---|")
    rows = []
    for fault in LADDERS:
        for b in tall:
            source = q[(block == b) & (points.fault == "none")]
            v = np.concatenate([source, q[(block == b) & (points.fault == fault)]])
            rows.append((fault, np.diff(v).max() <= INVERSION, v[0] - v[-1] >= WHOLE_DROP, v[0] - v[-1]))
        ok, far, drop = (np.array([r[c] for r in rows if r[0] == fault], float) for c in (1, 2, 3))
        print(f"| {fault} | {ok.mean():.2f} | {far.mean():.2f} | {np.median(drop):.2f} |")
    ok, far = (np.array([r[c] for r in rows], float) for c in (1, 2))
    print(f"| all | {ok.mean():.2f} | {far.mean():.2f} | |")
    gray = [q[(block == b) & (points.fault == "gray")][0] - q[(block == b) & (points.fault == "none")][0] for b in tall]
    print(f"\nColour taken away (no fault) moves the score by {np.median(gray):+.2f} (median).")
    print("\n| undamaged held-out frame | lines | MOS |\n|---|---|---|")
    for i in np.flatnonzero(points.fault == "none"):
        print(f"| {points.source[i]} | {points.height[i]} | {q[i]:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--live", type=Path, required=True, help="folder with Images and Data of LIVE In the Wild")
    folder = parser.parse_args().live
    recipe = Recipe()
    data, stills, wild = load_pool(folder, recipe), image_mos(), live(folder)
    votes = recipe.live_offset + recipe.live_slope * wild.mos
    held = {
        "image_mos": held_out(data, stills.features, stills.groups, stills.mos, recipe),
        "LIVE In the Wild": held_out(data, wild.features, wild.groups, votes, recipe),
    }
    print_image_mos(stills, held["image_mos"])
    print_live(data, wild, recipe)
    shipped = SpatialModel.load().regression
    print_coverage(shipped, held)
    print_ladders(shipped, ladder_points("held-out"))


if __name__ == "__main__":
    main()
