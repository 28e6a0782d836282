"""How far the evaluation of models can be trusted.

``python -m benchmarks.evaluate [--quick]``: the published figures of the Toyama set; how often each test of two
models sees a difference where there is none, and finds one where there is; what a recalibration gains with how many
ratings. A full run with ``BEHOLDER_LIVE`` also recalibrates the recipe of the spatial model, learned without
image_mos (from LIVE In the Wild and the ladders alone): that is what happens with own viewers.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.io import loadmat

from beholder.ratings.evaluate import (
    Accuracy,
    Comparison,
    accuracy,
    compare,
    krasula,
    krasula_of_differences,
    pairs_told,
    recalibrate,
)
from beholder.ratings.evaluate.calibration import PRIOR
from beholder.ratings.evaluate.estimate import half_width
from benchmarks.sources import data_dir, half
from benchmarks.table import Row, main

__all__ = ["run"]

Array = NDArray[Any]
TOYAMA, ERRORS, OWN = "Krasula on the Toyama set", "Tests between two models", "Recalibration with own ratings"
PUBLISHED = {
    "AUC_DS": 0.69767003960902052,
    "AUC_BW": 0.94454700301894534,
    "CC_0": 0.88105386206276415,
    "THR": 3.899105581509778,
}  # means over five metrics; Netflix/vmaf, test_auc_metrics_performance
EXACT = 1e-6
LEVEL = 0.05
ALARMS = 0.07  # what a test at the level .05 may come to: two and a half standard errors of 1,000 tests above it
RATERS, SPREAD = 20, 0.7  # votes and their standard deviation, of a usual ACR test
SHARED = 0.5  # correlation of the errors of two models: what is hard for one is hard for the other
ERROR, WORSE = 0.40, 0.50  # MOS; the worse model of the second table
SOURCES = 12  # of the sets in which stimuli of one source share their error
OF_SOURCE = 0.5  # share of the error variance that a source has in common
TESTS, QUICK_TESTS = 1_000, 60
ROUNDS = 500  # of each bootstrap
RATED, USUAL_RATED = (6, 10, 20, 40), 20
DRAWS, QUICK_DRAWS = 100, 20


def run(*, quick: bool) -> list[Row]:
    """Give the rows; `quick` runs fewer simulations."""
    tests = QUICK_TESTS if quick else TESTS
    return [
        *_toyama(),
        *_tests(tests, bars=not quick),
        *_pair_tests(tests),
        *_own(QUICK_DRAWS if quick else DRAWS, quick=quick),
    ]


def _toyama() -> list[Row]:
    data = loadmat(data_dir() / "ratings" / "vmaf_data_Toyama.mat")
    found = krasula_of_differences(data["objScoDif"], data["signif"][0])
    values = found.different_similar.value, found.better_worse.value, found.correct.value, found.threshold
    rows = []
    for (name, published), value in zip(PUBLISHED.items(), values, strict=True):
        apart = abs(float(value.mean()) / published - 1.0)
        bar = f"{published:.6f} to 1e-6"
        rows.append(Row(TOYAMA, f"mean {name}", float(value.mean()), bar, bool(apart <= EXACT), slack=EXACT))
        rows.append(Row(TOYAMA, f"{name} of each metric", " / ".join(f"{v:.5f}" for v in value)))
    return rows


@dataclass(frozen=True)
class Case:
    """One simulated test: votes, and two models that share half of their error variance."""

    mos: Array
    ci95: Array
    groups: tuple[str, ...]
    models: tuple[Accuracy, Accuracy]


def _case(n: int, seed: int, *, second: float, of_source: float = 0.0) -> Case:
    random = np.random.default_rng(seed)
    quality = random.uniform(1.3, 4.7, n)
    source = np.arange(n) % SOURCES
    votes = np.clip(np.round(quality[:, None] + random.normal(0, SPREAD, (n, RATERS))), 1, 5)
    mos, ci95 = votes.mean(axis=1), half_width(votes.std(axis=1, ddof=1), np.full(n, RATERS))
    shared = _error(random, source, of_source)
    models = []
    for name, size in (("first", ERROR), ("second", second)):
        own = np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * _error(random, source, of_source)
        models.append(accuracy(quality + size * own, mos, ci95=ci95, model=name))
    return Case(mos, ci95, tuple(f"s{k}" for k in source), (models[0], models[1]))


def _error(random: np.random.Generator, source: Array, of_source: float) -> Array:
    common = random.normal(size=SOURCES)[source]
    return np.sqrt(of_source) * common + np.sqrt(1 - of_source) * random.normal(size=source.size)


def _alarms(cases: Sequence[Case], *, by_source: bool = False) -> dict[str, dict[str, float]]:
    """Give the share of cases in which each test sees a difference, by figure."""
    found: list[tuple[Comparison, ...]] = [
        compare(
            case.models,
            case.mos,
            ci95=case.ci95,
            groups=case.groups if by_source else None,
            rounds=ROUNDS,
            seed=number,
        )
        for number, case in enumerate(cases)
    ]
    shares: dict[str, dict[str, float]] = {}
    for figures in zip(*found, strict=True):
        of_test = {
            test: np.array([getattr(one, test) for one in figures])
            for test in ("p_independent", "p_paired", "p_bootstrap")
        }
        shares[figures[0].figure] = {
            test: float(np.mean(p[np.isfinite(p)] < LEVEL)) if np.isfinite(p).any() else float("nan")
            for test, p in of_test.items()
        }
    return shares


def _tests(tests: int, *, bars: bool) -> list[Row]:
    rows = []
    for n in (24, 80, 200):
        alarms = _alarms([_case(n, seed, second=ERROR) for seed in range(tests)])
        rows += [_row(f"false alarms, {n} stimuli", name, share, bar=bars) for name, share in alarms.items()]
    hits = _alarms([_case(80, seed, second=WORSE) for seed in range(tests)])
    what = f"found, error {ERROR} against {WORSE}, 80 stimuli"
    rows += [_row(what, name, share, bar=False) for name, share in hits.items()]
    clustered = [_case(96, seed, second=ERROR, of_source=OF_SOURCE) for seed in range(tests)]
    for by_source in (False, True):
        alarms = _alarms(clustered, by_source=by_source)
        drawn = "sources drawn" if by_source else "stimuli drawn"
        what = f"false alarms, 96 stimuli of {SOURCES} sources that share their error, {drawn}"
        rows += [_row(what, name, alarms[name], bar=False) for name in ("plcc", "rmse")]
    return rows


def _row(what: str, figure: str, share: dict[str, float], *, bar: bool) -> Row:
    text = " / ".join("–" if np.isnan(p) else f"{p:.3f}" for p in share.values())
    verdict = bool(share["p_bootstrap"] <= ALARMS) if bar else None
    asked = f"bootstrap <= {ALARMS:.2f}" if bar else ""
    return Row(ERRORS, f"{what}: {figure}, P.1401 / paired / bootstrap", text, asked, verdict)


def _pair_tests(tests: int) -> list[Row]:
    """Count false alarms of Krasula's figures, with pairs or stimuli taken for independent."""
    shares: dict[str, list[tuple[bool, bool]]] = {"AUC_DS": [], "AUC_BW": [], "CC_0": []}
    for seed in range(tests):
        case = _case(60, seed, second=ERROR)
        told = pairs_told(case.mos, np.maximum(case.ci95, 1e-3) / 1.96)
        found = krasula([model.predicted for model in case.models], told)
        figures = found.different_similar, found.better_worse, found.correct
        for counted, one in zip(shares.values(), figures, strict=True):
            counted.append((bool(one.p_pairs[0, 1] < LEVEL), bool(one.p_stimuli[0, 1] < LEVEL)))
    what = "false alarms, 60 stimuli: {}, pairs as published / stimuli"
    return [
        Row(ERRORS, what.format(name), " / ".join(f"{share:.3f}" for share in np.mean(counted, axis=0)))
        for name, counted in shares.items()
    ]


@dataclass(frozen=True)
class Rated:
    """A model's predictions of image_mos."""

    name: str
    predicted: Array
    domain: tuple[float, float]


def _own(draws: int, *, quick: bool) -> list[Row]:
    names, votes = _votes()
    mos = np.nanmean(votes, axis=1)
    ci95 = half_width(np.nanstd(votes, axis=1, ddof=1), np.isfinite(votes).sum(axis=1))
    groups = np.array([name.split("_1frame")[0] for name in names])
    models = [
        Rated("VMAF of the set's authors", _said(names, "vmaf"), (0.0, 100.0)),
        Rated("VIF of the set's authors", _said(names, "vif_scale3"), (0.0, 1.0)),
    ]
    folder = os.environ.get("BEHOLDER_LIVE")
    if not quick and folder and (Path(folder) / "Images").is_dir():
        models.append(Rated("spatial model without image_mos", _stranger(Path(folder), names), (1.0, 5.0)))
    rows = [
        row
        for model in models
        for kind in ("offset", "linear", "curve")
        for row in _gains(model, mos, ci95, groups, kind=kind, draws=draws)
    ]
    rows += [row for model in models for row in _priors(model, mos, ci95, groups, draws=draws)]
    return rows + _null(draws)


def _votes() -> tuple[list[str], Array]:
    """Read the votes of image_mos: names, and stimuli x raters."""
    with (data_dir() / "image_mos" / "per_user.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if _has_picture(row["image_name"])]
    raters = [name for name in rows[0] if name.startswith("user")]
    return [row["image_name"] for row in rows], np.array([[float(row[r] or "nan") for r in raters] for row in rows])


def _has_picture(name: str) -> bool:
    return (data_dir() / "image_mos" / "images" / f"{name}.webp").exists()


def _said(names: Sequence[str], metric: str) -> Array:
    with (data_dir() / "image_mos" / "objective_metrics.csv").open(encoding="utf-8") as stream:
        said = {row["image"]: float(row[metric]) for row in csv.DictReader(stream)}
    return np.array([said[name] for name in names])


def _stranger(folder: Path, names: Sequence[str]) -> Array:
    """Predict image_mos with the recipe of the spatial model, learned without any of its sources."""
    from benchmarks.spatial_data import image_mos  # noqa: PLC0415 - decodes pictures when nothing is cached
    from benchmarks.spatial_recipe import Recipe, fit  # noqa: PLC0415
    from benchmarks.spatial_train import load_pool  # noqa: PLC0415

    stills, recipe = image_mos(), Recipe()
    pool = load_pool(folder, recipe)
    own = set(stills.groups)
    regression = fit(pool, np.array([group not in own for group in pool.group]), recipe)
    said = dict(zip(stills.names, regression(stills.features)[0].tolist(), strict=True))
    return np.array([said[name] for name in names])


def _gains(model: Rated, mos: Array, ci95: Array, groups: Array, *, kind: Any, draws: int) -> list[Row]:
    """Learn from some stimuli of some sources of the reported half, and judge on its other sources."""
    rows = []
    for n in RATED if kind == "linear" else (USUAL_RATED,):
        figures, shown = _drawn(model, mos, ci95, groups, n=n, draws=draws, kind=kind)
        before, after = figures.mean(axis=0)
        helped = float(np.mean(figures[:, 0] > figures[:, 1]))
        text = f"{before:.3f} -> {after:.3f}; helped in {helped:.2f}, gain shown in {shown:.2f} of draws"
        rows.append(Row(OWN, f"{model.name}, {kind}, {n} ratings: RMSE on other sources", text))
        if kind == "linear" and n == USUAL_RATED:
            what = f"{model.name}: gain in RMSE by {n} ratings"
            rows.append(Row(OWN, what, float(before - after), "> 0", bool(before > after), "higher", 0.03))
    return rows


def _priors(model: Rated, mos: Array, ci95: Array, groups: Array, *, draws: int) -> list[Row]:
    """Halve and double the priors, on the half of the sources that they were chosen on."""
    figures = [
        _drawn(
            model,
            mos,
            ci95,
            groups,
            n=USUAL_RATED,
            draws=draws,
            part="tuning",
            prior=[times * sd for sd in PRIOR],
        )[0].mean(axis=0)[1]
        for times in (0.5, 1.0, 2.0)
    ]
    text = " / ".join(f"{figure:.3f}" for figure in figures)
    what = f"{model.name}, linear, {USUAL_RATED} ratings, tuning half: RMSE with half / the / twice the priors"
    return [Row(OWN, what, text)]


def _drawn(
    model: Rated,
    mos: Array,
    ci95: Array,
    groups: Array,
    *,
    n: int,
    draws: int,
    part: str = "reported",
    **options: Any,
) -> tuple[Array, float]:
    """Give RMSE before and after of every draw, shape (draws, 2), and the share of draws in which a gain is shown."""
    rows = np.flatnonzero([half(group) == part for group in groups])
    low, high = model.domain
    figures, shown = [], 0
    for seed in range(draws):
        rated, rest = _split(rows, groups, n, np.random.default_rng(seed))
        found = recalibrate(
            model.predicted[rated],
            mos[rated],
            ci95=ci95[rated],
            groups=groups[rated].tolist(),
            domain=model.domain,
            **options,
        )
        plain = 1.0 + 4.0 * (np.clip(model.predicted[rest], low, high) - low) / (high - low)
        figures.append([_rmse(plain - mos[rest]), _rmse(found.calibration(model.predicted[rest]) - mos[rest])])
        shown += found.worthwhile
    return np.array(figures), shown / draws


def _split(rows: Array, groups: Array, n: int, random: np.random.Generator) -> tuple[Array, Array]:
    """Choose n stimuli of at most n sources (two thirds of them), the rest of the sources to judge on."""
    names = random.permutation(np.unique(groups[rows]))
    own = set(names[: min(n, 2 * names.size // 3)].tolist())
    mine = np.array([group in own for group in groups[rows]])
    order = random.permutation(rows[mine])
    first = np.unique(groups[order], return_index=True)[1]
    spread = np.concatenate([order[first], np.delete(order, first)])
    return spread[:n], rows[~mine]


def _rmse(errors: Array) -> float:
    return float(np.sqrt(np.mean(errors**2)))


def _null(draws: int) -> list[Row]:
    """Count how often a gain is called where the model is right."""
    rows = []
    makers: dict[str, Callable[[Array], Array]] = {
        "right as it is": lambda q: q,
        "0.3 too high": lambda q: q - 0.3,
        "too wide by 15 %": lambda q: 3 + 0.85 * (q - 3),
    }
    for name, change in makers.items():
        for n in (12, 20, 40):
            shown = []
            for seed in range(3 * draws):
                random = np.random.default_rng(seed)
                predicted = random.uniform(1.3, 4.7, n)
                votes = np.clip(change(predicted + random.normal(0, ERROR, n)) + random.normal(0, 0.15, n), 1, 5)
                shown.append(recalibrate(predicted, votes, ci95=np.full(n, 0.3)).calibration.verdict)
            text = " / ".join(f"{shown.count(verdict) / len(shown):.3f}" for verdict in ("gain", "no gain", "loss"))
            rows.append(Row(OWN, f"simulated model {name}, {n} ratings: gain / no gain / loss", text))
    return rows


if __name__ == "__main__":
    main(run)
