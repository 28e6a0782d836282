"""What the spatial model achieves: accuracy and intervals on the rated sets, display heights and colour on clips.

``BEHOLDER_DATA=... BEHOLDER_LIVE=DIR python -m benchmarks.spatial`` (DIR holds ``Images`` and ``Data`` of LIVE In the
Wild; without it only the clips are scored). The figures on rated sets come from the recipe of
``benchmarks.spatial_train`` with the sources under test left out (ladders included).
"""

from __future__ import annotations

import os
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import pearsonr, spearmanr, ttest_rel

from beholder.models.causes import CAUSES
from beholder.models.spatial import SpatialModel, SpatialRegression
from benchmarks.sources import data_dir
from benchmarks.spatial_causes import learn, pools
from benchmarks.spatial_data import Points, Stills, image_mos, kept_shares, ladder_points, live
from benchmarks.spatial_recipe import Pool, Recipe, fit
from benchmarks.spatial_train import FOLDS, Held, held_out, load_pool, with_intervals
from benchmarks.table import Row, main

__all__ = ["run"]

Array = NDArray[Any]
TABLE = "Spatial quality"
LIKE_HEIGHT = 0.1
SIGNIFICANT = 0.01
SPLITS = 10
LOWEST, HIGHEST = 1.0, 5.0  # ends of the ACR scale, ITU-T P.910
THIRDS = (1.0, 7 / 3, 11 / 3, 5.2)
FORMS = ((0,), (0, 1, 2), (0, 1, 2, 3), (0, 1, 2, 3, 4, 5, 6))  # circumstances of `SpatialRegression.predict`
SHOWN = (720, 1080, 1440)  # display heights of the profiles phone, pc and tv
NEVER_UP = 0.05  # MOS


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


def _still_rows(stills: Stills, held: Held, *, name: str = "image_mos, 10-fold by source") -> list[Row]:
    q, pairs = held.predicted, significant_pairs(stills)
    srocc, plcc = spearmanr(q, stills.mos)[0], pearsonr(q, stills.mos)[0]
    rmse = float(np.sqrt(np.mean((q - stills.mos) ** 2)))
    ordered = float(np.mean(q[pairs[:, 0]] > q[pairs[:, 1]]))
    return [
        Row(TABLE, f"{name}: SROCC", float(srocc), ">= .93", bool(srocc >= 0.93), "higher", 0.01),
        Row(TABLE, f"{name}: PLCC", float(plcc), better="higher", slack=0.01),
        Row(TABLE, f"{name}: RMSE", rmse, "<= .36", rmse <= 0.36, "lower", 0.02),
        Row(TABLE, f"{name}: pairs of like height in order", ordered, ">= .82", ordered >= 0.82, "higher", 0.01),
    ]


def _live_rows(data: Pool, wild: Stills, recipe: Recipe, splits: int) -> list[Row]:
    figures = []
    for seed in range(splits):
        test = np.random.default_rng(seed).permutation(len(wild.mos))[: len(wild.mos) // 5]
        out = {wild.groups[i] for i in test}
        regression = fit(data, np.array([group not in out for group in data.group]), recipe)
        q = regression(wild.features[test])[0]
        figures.append((spearmanr(q, wild.mos[test])[0], pearsonr(q, wild.mos[test])[0]))
    srocc, plcc = (float(x) for x in np.median(figures, 0))
    name = f"LIVE In the Wild, 80/20, seeds 0..{splits - 1}"
    lowest, highest = min(f[0] for f in figures), max(f[0] for f in figures)
    return [
        Row(TABLE, f"{name}: median SROCC", srocc, ">= .78", srocc >= 0.78, "higher", 0.01),
        Row(TABLE, f"{name}: median PLCC", plcc, better="higher", slack=0.01),
        Row(TABLE, f"{name}: lowest and highest SROCC", f"{lowest:.3f} .. {highest:.3f}"),
    ]


def _as_scored(stills: Stills, wild: Stills, held: dict[str, Held], folder: Path) -> dict[str, Held]:
    """Give the predictions as `models.vmos` makes them: less what the faults take; probes hold out the fold too."""
    sets = {
        "image_mos": (stills, data_dir() / "image_mos" / "images", ".webp"),
        "LIVE In the Wild": (wild, folder / "Images", ""),
    }
    data = pools(folder)
    found = {}
    for name, (pictures, where, suffix) in sets.items():
        looks = {cause: np.empty(len(pictures.mos)) for cause in CAUSES}
        for k in range(FOLDS):
            now = held[name].fold == k
            out = {pictures.groups[i] for i in np.flatnonzero(now)}
            causes = learn(data, lambda group, out=out: group not in out)
            for cause, lost in causes.lost(pictures.features[now]).items():
                looks[cause][now] = lost
        kept = kept_shares([where / f"{one}{suffix}" for one in pictures.names], looks)
        found[name] = replace(held[name], predicted=1.0 + (held[name].predicted - 1.0) * kept)
    return found


def _scored_rows(stills: Stills, wild: Stills, scored: dict[str, Held]) -> list[Row]:
    """Score the rated sets as the product does, the eye and the faults together."""
    rows = _still_rows(stills, scored["image_mos"], name="image_mos as scored, 10-fold by source")
    photos = scored["LIVE In the Wild"]
    order = []
    for seed in range(SPLITS):
        test = np.random.default_rng(seed).permutation(len(wild.mos))[: len(wild.mos) // 5]
        order.append(float(spearmanr(photos.predicted[test], wild.mos[test])[0]))
    srocc = float(np.median(order))
    name = "LIVE In the Wild as scored, median SROCC of the test parts (held-out predictions)"
    return [*rows, Row(TABLE, name, srocc, ">= .78", srocc >= 0.78, "higher", 0.01)]


def _chosen(regression: SpatialRegression, held: dict[str, Held], left_out: int) -> tuple[int, ...]:
    """Choose the form of the interval on nine folds: the circumstances that make errors left out likeliest."""
    likely = {}
    for form in FORMS:
        total = 0.0
        for k in (k for k in range(FOLDS) if k != left_out):
            learned = [_formed(_part(h, (h.fold != k) & (h.fold != left_out)), form) for h in held.values()]
            calibrated = with_intervals(regression, learned)
            for h in held.values():
                now = _formed(_part(h, h.fold == k), form)
                size = now.circumstances @ calibrated.doubt
                total -= float(np.sum(0.5 * ((now.truth - now.predicted) * np.exp(-size)) ** 2 + size))
        likely[form] = total
    return max(likely, key=likely.__getitem__)


def _formed(held: Held, form: tuple[int, ...]) -> Held:
    """Keep some of the circumstances; the others say nothing."""
    kept = np.zeros_like(held.circumstances)
    kept[:, form] = held.circumstances[:, form]
    return replace(held, circumstances=kept)


def _interval_rows(regression: SpatialRegression, held: dict[str, Held], what: str) -> list[Row]:
    """Choose and calibrate on nine folds and count on the tenth; intervals end where the scale does."""
    counted: dict[str, list[Array]] = {name: [] for name in held}
    for k in range(FOLDS):
        form = _chosen(regression, held, k)
        calibrated = with_intervals(regression, [_formed(_part(h, h.fold != k), form) for h in held.values()])
        for name, h in held.items():
            now = _formed(_part(h, h.fold == k), form)
            half = calibrated.reach * np.exp(now.circumstances @ calibrated.doubt)
            width = np.minimum(now.predicted + half, HIGHEST) - np.maximum(now.predicted - half, LOWEST)
            counted[name].append(np.stack([now.truth, np.abs(now.truth - now.predicted) <= half, width]))
    table = {name: np.concatenate(parts, 1) for name, parts in counted.items()}
    rows = []
    for name, (truth, hit, width) in {"both sets": np.concatenate(list(table.values()), 1), **table}.items():
        third = [float(hit[(truth >= a) & (truth < b)].mean()) for a, b in pairwise(THIRDS)]
        share, median = float(hit.mean()), float(np.median(width))
        joint = name == "both sets"
        start, table_name = f"{name}: ", f"Intervals of {what}, form and calibration without the fold"
        rows += [
            Row(table_name, start + "inside", share, "90-98 %" * joint, 0.9 <= share <= 0.98 if joint else None),
            Row(
                table_name,
                start + "inside, low / middle / high third of MOS",
                " / ".join(f"{x:.2f}" for x in third),
                ">= .88 each" * joint,
                min(third) >= 0.88 if joint else None,
            ),
            Row(table_name, start + "median width", median, "<= 1.7" * joint, median <= 1.7 if joint else None),
        ]
    return rows


def _part(held: Held, use: Array) -> Held:
    return Held(held.truth[use], held.predicted[use], held.circumstances[use], held.fold[use])


def _shown(regression: SpatialRegression, points: Points, use: Array, display: int) -> Array:
    """Score pictures on a display that is not smaller than they are."""
    x = points.features[use].copy()
    x[:, -1] = np.log2(np.maximum(display, points.height[use]) / points.height[use])
    return regression(x)[0]


def _clip_rows(regression: SpatialRegression) -> list[Row]:
    """Score undamaged and colourless frames of the clips that nothing was learned from."""
    points = ladder_points("reported")
    block = np.cumsum(points.fault == "none")
    clean = points.fault == "none"
    table = "Spatial quality of clips that were not learned from"
    scores = {display: _shown(regression, points, clean, display) for display in SHOWN}
    up = max(float((scores[b] - scores[a]).max()) for a, b in pairwise(SHOWN))
    q = regression(points.features)[0]
    source = q[clean][block - 1]
    grey = float(np.median((source - q)[points.fault == "gray"]))
    noise = float((q - source)[points.fault == "noise"].max())
    rows = [
        Row(table, "largest gain by a taller display", up, "<= .05", up <= NEVER_UP, "lower", 0.05),
        Row(table, "median loss by taking the colour away", grey, "<= .15", abs(grey) <= 0.15, "lower", 0.05),
        Row(table, "largest gain by noise", noise, "<= .05", noise <= NEVER_UP, "lower", 0.1),
    ]
    for i, j in enumerate(np.flatnonzero(clean)):
        text = " / ".join(f"{scores[display][i]:.2f}" for display in SHOWN if display >= points.height[j])
        rows.append(Row(table, f"{points.source[j]}, {points.height[j]} lines, shown {SHOWN}", text))
    return rows


def run(*, quick: bool) -> list[Row]:
    """Give the rows; the rated sets need LIVE In the Wild and are skipped without it; `quick` leaves LIVE out."""
    shipped = SpatialModel.load().regression
    rows: list[Row] = []
    folder = os.environ.get("BEHOLDER_LIVE")
    if not folder or not (Path(folder) / "Images").is_dir():
        why = "skipped: set BEHOLDER_LIVE to the folder with Images and Data of LIVE In the Wild"
        rows.append(Row(TABLE, "image_mos and LIVE In the Wild", why))
    else:
        recipe = Recipe()
        data, stills, wild = load_pool(Path(folder), recipe), image_mos(), live(Path(folder))
        votes = recipe.live_offset + recipe.live_slope * wild.mos
        held = {"image_mos": held_out(data, stills.features, stills.groups, stills.mos, recipe)}
        rows += _still_rows(stills, held["image_mos"])
        if not quick:
            held["LIVE In the Wild"] = held_out(data, wild.features, wild.groups, votes, recipe)
            rows += _live_rows(data, wild, recipe, SPLITS)
            scored = _as_scored(stills, wild, held, Path(folder))
            rows += _scored_rows(stills, wild, scored)
            rows += _interval_rows(shipped, scored, "spatial quality as scored")
    return rows + _clip_rows(shipped)


if __name__ == "__main__":
    main(run)
