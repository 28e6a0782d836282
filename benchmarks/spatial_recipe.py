"""How the regression of the spatial model is learned: rows, terms and solution in closed form.

Every row of training is a prediction or the difference of two, with a target. A rated picture is one prediction and
its MOS; a step of a ladder is the difference of two predictions and the drop that the damage should cost. All rows are
solved together as one weighted ridge regression on principal components and on a Gaussian kernel to some centres.
What enlargement leaves of the quality is a fixed curve, so that pictures of all sizes teach the same terms.
Standardisation and projections come from the pictures of all sets without their votes and are the same in every fold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beholder.models.spatial import SpatialRegression
from benchmarks.spatial_data import PANEL_LINES, Points, Stills

__all__ = ["DROPS", "Pool", "Recipe", "fit", "pool"]

Array = NDArray[Any]

DROPS = {  # MOS that the last rung of a ladder costs an excellent picture (a prior, held weakly)
    "blur": 2.8,
    "noise": 2.0,
    "banding": 1.8,
    "over": 1.8,
    "under": 1.8,
    "contrast": 1.5,
    "cast": 1.5,
    "jpeg": 2.5,
    "h264": 2.5,
    "hevc": 2.3,
    "rescale": 2.8,
    "gray": 0.0,
}
NO_FAULTS = ("none", "gray", "small")
RUNGS = 6
MIDDLE = 3.0
TOP = 4.6  # MOS of a pristine picture: image_mos has means of 4.4 to 4.5 above 1,000 lines, single stills 4.8
CLEAN_HEIGHT = 700  # clips from this height on are taken to be clean
BEST_LINES = (90, 200, 325, 475, 625, 775, 975, 1300, 1440)
BEST_MOS = (1.3, 1.9, 2.45, 3.1, 3.5, 3.9, 4.3, 4.5, 4.6)
# means of stills with CRF up to 14 in bands of height, image_mos/mos_ci.csv (all 371 stimuli)
OCTAVES = tuple(float(np.log2(PANEL_LINES / lines)) for lines in reversed(BEST_LINES))
SHARES = tuple((mos - 1) / (TOP - 1) for mos in reversed(BEST_MOS))


@dataclass(frozen=True)
class Recipe:
    """The numbers that were chosen by measurement on the rated sets (benchmarks/spatial.py)."""

    components: int = 700  # of the linear part
    kernel_components: int = 192
    centres: int = 900
    gamma: float = 0.4
    shared: float = 0.07  # prior variances of the parts
    enlarged: float = 0.5
    kernel: float = 6.0
    ridge: float = 0.22
    still_weight: float = 1.0
    live_weight: float = 1.3
    live_offset: float = 1.2
    live_slope: float = 0.04
    step_weight: float = 0.12
    noise_weight: float = 0.6  # more: mild noise looks like detail to the trunk
    grey_weight: float = 2.0
    anchor_weight: float = 0.4
    clip_weight: float = 1.0
    clean: float = 4.1  # MOS of a clean clip of 700 lines and more on a screen of 1,080
    share: float = 0.5  # of the ladders on stills that are used


UNIT = 2000.0  # order of the squared length of a standardised vector, so that the numbers above are near one
CIRCUMSTANCES = 7  # see `SpatialRegression.predict`
BIAS = 100.0  # prior variance of the constants: as good as free


@dataclass(frozen=True)
class Pool:
    """Everything that can be learned from: points in component space, rows over them."""

    mean: Array
    scale: Array
    projection: Array
    p: Array  # (points, components)
    u: Array  # (points,) octaves of enlargement
    rows: Array  # (rows, 2) first point; second point or -1
    target: Array
    weight: Array
    group: Array
    rated: Array


@dataclass
class _Rows:
    """Rows as they are collected."""

    rows: list[tuple[int, int]] = field(default_factory=list)
    target: list[float] = field(default_factory=list)
    weight: list[float] = field(default_factory=list)
    group: list[str] = field(default_factory=list)

    def add(self, row: tuple[int, int], target: float, weight: float, group: str) -> None:
        self.rows.append(row)
        self.target.append(target)
        self.weight.append(weight)
        self.group.append(group)


def pool(
    stills: Stills, wild: Stills, *, ladders: list[Points], recipe: Recipe, drops: Mapping[str, float] = DROPS
) -> Pool:
    """Put the sets together and compute what all folds share; faults that `drops` leaves out are not looked at."""
    ladders = [_with(points, {*drops, *NO_FAULTS}) for points in ladders]
    steps = [points.features for points in ladders]
    seen = np.concatenate([*steps, wild.features, stills.features])[::2, :-1]
    mean, spread = seen.mean(0), seen.std(0)
    scale = np.maximum(spread, 0.2 * np.median(spread))
    x = np.concatenate([stills.features, wild.features, *steps])
    z = ((x[:, :-1] - mean) / scale).astype(np.float32)
    t = ((seen - mean) / scale).astype(np.float32)
    projection = _directions(t, recipe.components)
    rows = _rows(stills, wild, ladders=ladders, recipe=recipe, drops=drops)
    return Pool(
        mean=mean,
        scale=scale,
        projection=projection,
        p=z @ projection,
        u=x[:, -1].astype(np.float64),
        rows=np.array(rows.rows),
        target=np.array(rows.target),
        weight=np.array(rows.weight),
        group=np.array(rows.group),
        rated=np.arange(len(rows.rows)) < len(stills.names) + len(wild.names),
    )


def _with(points: Points, faults: set[str]) -> Points:
    """Keep the rungs of some faults."""
    kept = np.isin(points.fault, sorted(faults))
    return Points(*(getattr(points, name)[kept] for name in ("features", "source", "fault", "rung", "height")))


def _share(octaves: Array | float) -> Array:
    """Part of the quality above MOS 1 that enlargement leaves."""
    share: Array = np.interp(octaves, OCTAVES, SHARES)
    return share


def _directions(t: Array, count: int) -> Array:
    """Give the principal directions of the rows of `t`, as columns of unit length."""
    _, vectors = np.linalg.eigh(t.T @ t)
    directions = vectors[:, ::-1][:, :count]
    unit: Array = (directions / np.linalg.norm(directions, axis=0)).astype(np.float16).astype(np.float32)
    return unit


def _rows(stills: Stills, wild: Stills, *, ladders: list[Points], recipe: Recipe, drops: Mapping[str, float]) -> _Rows:
    rows = _Rows()
    votes = recipe.live_offset + recipe.live_slope * wild.mos
    for target, group in zip(stills.mos, stills.groups, strict=True):
        rows.add((len(rows.rows), -1), target, recipe.still_weight, group)
    for target, group in zip(votes, wild.groups, strict=True):
        rows.add((len(rows.rows), -1), target, recipe.live_weight, group)
    known = dict(zip(wild.groups, votes, strict=True))
    rng = np.random.default_rng(3)
    start = len(rows.rows)
    for points in ladders:
        share = 1.0 if "@" in str(points.source[0]) else recipe.share
        _steps(rows, points, start=start, share=share, known=known, rng=rng, recipe=recipe, drops=drops)
        start += len(points.features)
    return rows


def _steps(
    rows: _Rows,
    points: Points,
    *,
    start: int,
    share: float,
    known: dict[str, float],
    rng: np.random.Generator,
    recipe: Recipe,
    drops: Mapping[str, float],
) -> None:
    """Add the steps of ladders, clean sources and pristine (scaled down) pictures."""
    source, used, room = 0, True, 1.0
    for i, (fault, rung) in enumerate(zip(points.fault, points.rung, strict=True)):
        group = str(points.source[i])
        here = start + i
        clip = "@" in group
        if fault == "none":
            source = here
            best = known.get(group, 1 + (recipe.clean - 1) * float(_share(points.features[i, -1])))
            room = (best - 1.0) / 3.5
            if clip and points.height[i] >= CLEAN_HEIGHT:
                rows.add((here, -1), recipe.clean, recipe.clip_weight, group)
        elif fault == "small":
            if points.height[source - start] >= CLEAN_HEIGHT or group in known:
                rows.add((here, -1), TOP, recipe.anchor_weight, group)
        elif fault == "gray":
            rows.add((source, here), 0.0, recipe.grey_weight, group)
        else:
            if rung == 1:
                used = rng.random() < share
            if used:
                drop = drops[str(fault)] * room
                weight = recipe.noise_weight if fault == "noise" else recipe.step_weight
                rows.add((source if rung == 1 else here - 1, here), drop / RUNGS, weight, group)
                if rung == RUNGS:
                    rows.add((source, here), drop, weight, group)


def _kernel(a: Array, b: Array, gamma: float) -> Array:
    squares = (a * a).sum(1)[:, None] + (b * b).sum(1) - 2 * (a @ b.T)
    kernel: Array = np.exp(-gamma * np.maximum(squares, 0))
    return kernel


def fit(data: Pool, use: Array, recipe: Recipe) -> SpatialRegression:
    """Solve for the rows where `use` is true; some of the rated pictures among them become the centres."""
    gamma, kc = recipe.gamma / UNIT, recipe.kernel_components
    rng = np.random.default_rng(11)
    choice = rng.choice(np.flatnonzero(use & data.rated), recipe.centres, replace=False)
    centres = data.p[data.rows[choice, 0], :kc].astype(np.float16).astype(np.float32)
    root = np.linalg.cholesky(_kernel(centres, centres, gamma).astype(np.float64) + 1e-3 * np.eye(len(centres)))
    unroot = np.linalg.inv(root).T
    phi = _kernel(data.p[:, :kc], centres, gamma) @ unroot
    u, share = data.u[:, None], _share(data.u)[:, None]
    gains = np.sqrt([recipe.shared / UNIT, recipe.enlarged / UNIT, recipe.kernel, BIAS])
    parts = [data.p, u * data.p, phi, np.concatenate([np.ones_like(u), u], 1)]
    design = np.concatenate([g * share * part for g, part in zip(gains, parts, strict=True)], 1).astype(np.float32)
    rows, w = data.rows[use], np.sqrt(data.weight[use]).astype(np.float32)
    second = rows[:, 1, None] >= 0
    a = (design[rows[:, 0]] - np.where(second, design[rows[:, 1]], 0)) * w[:, None]
    middle = 1 + share[rows[:, 0], 0] * (MIDDLE - 1)
    y = np.where(second[:, 0], data.target[use], data.target[use] - middle) * w
    normal = (a.T @ a).astype(np.float64) + recipe.ridge * np.eye(a.shape[1])
    theta = np.linalg.solve(normal, a.T.astype(np.float64) @ y)
    ends = np.cumsum([part.shape[1] for part in parts])[:-1]
    straight, slope, radial, constants = (g * t for g, t in zip(gains, np.split(theta, ends), strict=True))
    f4 = np.float32
    return SpatialRegression(
        mean=data.mean.astype(f4),
        scale=data.scale.astype(f4),
        bias=MIDDLE + float(constants[0]),
        bias_enlarged=float(constants[1]),
        linear=(data.projection @ straight).astype(f4),
        enlarged=(data.projection @ slope).astype(f4),
        projection=data.projection[:, :kc],
        centres=centres,
        gamma=gamma,
        weights=(unroot @ radial).astype(f4),
        octaves=np.array(OCTAVES, f4),
        shares=np.array(SHARES, f4),
        doubt=np.zeros(CIRCUMSTANCES, f4),
        reach=0.9,
    )
