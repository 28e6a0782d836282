"""Fit and test the stall factor on Waterloo SQoE-IV.

Protocol
--------
Data: 1,350 sessions of ../shared/data/streaming_sessions (CC-BY-4.0), 5 contents x 3 devices, 28 s of media each.
Target: the published ``mos`` (0..100, as its authors screened and normalised it; SROCC with the plain mean of the
votes is printed), mapped to 1..5. No session is left out. Model: ``1 + (Q - 1) * stall_factor``, with Q a free
monotone function of the session's mean VMAF, one per device, piecewise linear, fitted together with the three
coefficients of the factor by least squares. Evaluation: leave one content out. Printed beside it: the same with
the shipped coefficients (fitted on all sessions, Q still from the other contents), and "mean VMAF only" (factor 1).

Run: ``python -m benchmarks.stalling``
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.optimize import least_squares
from scipy.stats import spearmanr

from beholder.models import stalling
from benchmarks.sources import data_dir
from benchmarks.table import Row, main

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

TABLE = "Stalls (Waterloo SQoE-IV, leave one content out)"
CHUNKS, CHUNK_S = 7, 4.0
KNOTS = np.array([0.0, 20, 40, 60, 80, 90, 100])  # of the map from VMAF to quality
SMOOTHNESS = 0.01  # pull of each step of that map towards exp(-.5); keeps empty VMAF ranges defined
SHIPPED = np.array([stalling.PER_STALL, stalling.PER_LOST_SHARE, stalling.PER_WAIT])


@dataclass(frozen=True, slots=True)
class Sessions:
    """What is known of the sessions; one row each."""

    mos: Vector
    plain_mos: Vector
    steps: Vector  # (n, devices * knots): quality = 1 + steps @ increments
    terms: Vector  # (n, 3): stall_terms
    content: NDArray[np.str_]
    stalled: NDArray[np.bool_]

    def part(self, rows: NDArray[np.bool_]) -> Sessions:
        return Sessions(*(getattr(self, name)[rows] for name in self.__slots__))


def read(folder: Path) -> Sessions:
    sessions = pl.read_csv(folder / "sessions.csv").sort("streaming_log")
    chunks = pl.read_csv(folder / "chunks.csv").sort("streaming_log", "chunk")
    vmaf = chunks["vmaf"].to_numpy().reshape(-1, CHUNKS).mean(axis=1)
    waits = chunks["rebuffering_duration"].to_numpy().reshape(-1, CHUNKS)
    device = sessions["device"].to_numpy()
    reached = np.clip((vmaf[:, None] - KNOTS[:-1]) / np.diff(KNOTS), 0, 1)
    reached = np.hstack([np.ones((len(vmaf), 1)), reached])
    votes = [np.fromstring(row.strip("[]"), sep=" ").mean() for row in sessions["individual_scores"]]
    return Sessions(
        mos=1 + 4 * sessions["mos"].to_numpy() / 100,
        plain_mos=1 + 4 * np.array(votes) / 100,
        steps=np.hstack([reached * (device == name)[:, None] for name in np.unique(device)]),
        terms=np.array([_terms(row) for row in waits]),
        content=sessions["content"].to_numpy().astype(str),
        stalled=waits[:, 1:].sum(axis=1) > 0,
    )


def _terms(waits: Vector) -> tuple[float, float, float]:
    stalls = [float(wait) for wait in waits[1:] if wait > 0]
    duration = CHUNKS * CHUNK_S + float(waits.sum())
    return stalling.stall_terms(stalls, duration=duration, initial_delay=float(waits[0]))


def predict(data: Sessions, steps: Vector, coefficients: Vector) -> Vector:
    return 1 + (data.steps @ steps) * np.exp(-data.terms @ coefficients)


def fit(data: Sessions, coefficients: Vector | None = None) -> tuple[Vector, Vector]:
    """Fit the map from VMAF to quality, and the coefficients unless they are given."""
    count = data.steps.shape[1]

    def split(x: Vector) -> tuple[Vector, Vector]:
        return np.exp(x[:count]), np.exp(x[count:]) if coefficients is None else coefficients

    def misses(x: Vector) -> Vector:
        return np.concatenate([predict(data, *split(x)) - data.mos, SMOOTHNESS * (x[:count] + 0.5)])

    start = np.full(count, -0.5)
    if coefficients is None:
        start = np.concatenate([start, np.log([0.1, 0.5, 0.05])])
    return split(least_squares(misses, start, bounds=(-8, 2), max_nfev=100).x)


def leave_one_content_out(data: Sessions, coefficients: Vector | None = None) -> tuple[Vector, Vector]:
    """Give the held-out predictions and the coefficients of each fold."""
    predicted, folds = np.empty(len(data.mos)), []
    for name in np.unique(data.content):
        out = data.content == name
        steps, found = fit(data.part(~out), coefficients)
        predicted[out] = predict(data.part(out), steps, found)
        folds.append(found)
    return predicted, np.array(folds)


@dataclass(frozen=True, slots=True)
class Figures:
    """SROCC and RMSE (of 4) over all sessions and over those that stalled."""

    srocc: float
    rmse: float
    stalled_srocc: float
    stalled_rmse: float


def figures(data: Sessions, predicted: Vector) -> Figures:
    def pair(rows: NDArray[np.bool_]) -> tuple[float, float]:
        truth, guess = data.mos[rows], predicted[rows]
        return float(spearmanr(truth, guess).statistic), float(np.sqrt(np.mean((truth - guess) ** 2)))

    return Figures(*pair(np.ones_like(data.stalled)), *pair(data.stalled))


def run(*, quick: bool) -> list[Row]:
    """Fit, leave one content out, and give the figures; it takes seconds, so `quick` changes nothing."""
    del quick
    data = read(data_dir() / "streaming_sessions")
    held_out, folds = leave_one_content_out(data)
    cases = {
        "mean VMAF only": leave_one_content_out(data, np.zeros(3))[0],
        "with stalls, fitted on the other contents": held_out,
        "with stalls, shipped coefficients": leave_one_content_out(data, SHIPPED)[0],
    }
    rows = [Row(TABLE, "SROCC of the published MOS with the plain mean", spearmanr(data.mos, data.plain_mos).statistic)]
    for name, predicted in cases.items():
        f = figures(data, predicted)
        rows += [
            Row(TABLE, f"SROCC, {name}", f.srocc, better="higher", slack=0.005),
            Row(TABLE, f"RMSE, {name}", f.rmse, better="lower", slack=0.005),
            Row(TABLE, f"SROCC of the {int(data.stalled.sum())} stalled sessions, {name}", f.stalled_srocc),
            Row(TABLE, f"RMSE of the stalled sessions, {name}", f.stalled_rmse),
        ]
    rows.append(Row(TABLE, "coefficients (stall, lost share, wait), shipped", str(SHIPPED)))
    rows.append(Row(TABLE, "coefficients, fitted on all sessions", str(fit(data)[1].round(4))))
    rows += [
        Row(TABLE, f"coefficients without {name}", str(fold.round(3)))
        for name, fold in zip(np.unique(data.content), folds, strict=True)
    ]
    return rows


if __name__ == "__main__":
    main(run)
