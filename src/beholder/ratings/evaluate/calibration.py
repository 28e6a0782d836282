"""A model made to fit one's own viewers with about twenty ratings.

Every laboratory, device and audience uses the scale a little differently: some
give half a point more, some never give a 5. A few own ratings show that. A free
fit to twenty ratings would follow their noise, so what is learned is a correction
that shrinks to nothing: Legendre polynomials over the scale with normal priors of
mean 0, each rating weighed by its own interval.

The gain is what counts, and it is measured on ratings that the fit did not see:
whole sources are left out when sources are known, else fifths, twenty times. When
the interval of the gain reaches zero, the verdict is *no gain*, and the model is
better left as it is.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from beholder.errors import TableError, UsageError
from beholder.ratings.evaluate.estimate import pairs_of
from beholder.ratings.votes import ACR, Scale, Values
from beholder.types import Score

__all__ = ["Calibration", "Recalibration", "load_calibration", "recalibrate", "recalibrated"]

Kind = Literal["offset", "linear", "curve"]
SCHEMA = "beholder.calibration/1"
TERMS: dict[Kind, int] = {"offset": 1, "linear": 2, "curve": 4}
PRIOR = (0.25, 0.2, 0.1, 0.05)  # standard deviations of P0..P3, in halves of the scale (2 MOS); benchmarks/evaluate.py
FEWEST_RATED = 6  # stimuli; below, nothing can be held out
FOLDS, REPEATS = 5, 20
FEWEST_SOURCES = 4  # to be left out one by one
ROUNDS, SETTLED = 20, 1e-3  # of the error variance; it settles within five
SMALLEST_ERROR = 0.05  # of half the scale: no model is surer than this, so that no rating outweighs all others
RISING = np.linspace(-1.0, 1.0, 201)  # places at which the map must not fall
SLACK = 0.01  # of the model's scale, by which its scores may overshoot: VIF of undamaged pictures is 1.0002
GENTLEST = 0.05  # slope that the map keeps everywhere, so that no two scores become one


@dataclass(frozen=True, slots=True)
class Calibration:
    """A map from the scores of a model to the MOS of one's own viewers.

    Attributes
    ----------
    model : str
        Whose scores it is for.
    kind : {"offset", "linear", "curve"}
    domain : tuple of float
        Range of the model's scores; mapped to the ends of `scale` before the correction.
    scale : tuple of float
        Ends of the scale of the ratings.
    coefficients : tuple of float
        Of Legendre polynomials over the scale (-1 at its low end, 1 at its high end), in MOS.
    ratings : int
        Rated stimuli that it was learned from.
    rmse_before, rmse_after : float
        On ratings that the fit did not see.
    gain_ci90 : tuple of float
        90 % interval of the gain in mean squared error: a gain is called with an error rate of 5 %.
    verdict : {"gain", "no gain", "loss"}
        What the interval says.

    Examples
    --------
    >>> higher = Calibration("vmos", "offset", (1, 5), (1, 5), (0.5,), 20, 0.6, 0.4, (0.1, 0.3), "gain")
    >>> higher([2.0, 4.8]).tolist()
    [2.5, 5.0]
    """

    model: str
    kind: Kind
    domain: tuple[float, float]
    scale: tuple[float, float]
    coefficients: tuple[float, ...]
    ratings: int
    rmse_before: float
    rmse_after: float
    gain_ci90: tuple[float, float]
    verdict: Literal["gain", "no gain", "loss"]

    def __call__(self, predicted: ArrayLike) -> Values:
        """Map scores, any shape; never leaves the scale."""
        u = _place(np.asarray(predicted, dtype=np.float64), self.domain)
        low, high = self.scale
        plain = low + (u + 1.0) / 2.0 * (high - low)
        mapped: Values = np.clip(plain + np.polynomial.legendre.legval(u, self.coefficients), low, high)
        return mapped

    def to_json(self) -> str:
        """Write it as JSON text."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, indent=1) + "\n"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it to a file.

        Raises
        ------
        UsageError
            When it cannot be written.
        """
        try:
            Path(path).write_text(self.to_json(), "utf-8")
        except OSError as error:
            raise UsageError(path, f"it cannot be written ({error.strerror})", "give a folder that exists") from error


@dataclass(frozen=True, slots=True, eq=False)
class Recalibration:
    """A calibration and what it is worth.

    Attributes
    ----------
    calibration : Calibration
    held_out : float64 array, shape (stimuli,)
        What the map gives for each rated stimulus when it was not learned from.
    protocol : str
        How ratings were held out.
    """

    calibration: Calibration
    held_out: Values
    protocol: str

    @property
    def worthwhile(self) -> bool:
        """Whether a gain was shown."""
        return self.calibration.verdict == "gain"

    @property
    def verdict(self) -> str:
        """What came out, in words."""
        c = self.calibration
        figures = f"RMSE {c.rmse_before:.3f} before, {c.rmse_after:.3f} after ({self.protocol})"
        says = {
            "gain": "the calibration helps",
            "no gain": "no gain was shown: leave the model as it is, or rate more stimuli",
            "loss": "the calibration does harm: leave the model as it is",
        }[c.verdict]
        return f"{figures}: {says}"


def recalibrate(
    predicted: ArrayLike,
    mos: ArrayLike,
    *,
    ci95: ArrayLike | None = None,
    groups: Sequence[str] | None = None,
    kind: Kind = "linear",
    domain: tuple[float, float] | None = None,
    scale: Scale = ACR,
    model: str = "vmos",
    prior: Sequence[float] = PRIOR,
    seed: int = 0,
) -> Recalibration:
    """Learn a correction of a model from a few own ratings, and measure what it gains.

    Parameters
    ----------
    predicted, mos : array_like, shape (stimuli,)
        Scores of the model and the MOS of one's own viewers; at least 6, better 20, spread over the scale.
    ci95 : array_like, shape (stimuli,), optional
        Half widths of the intervals of the MOS; what is not known counts as nothing.
    groups : sequence of str, optional
        Source of each stimulus; with at least 4, each is left out in turn.
    kind : {"offset", "linear", "curve"}
        How much may be corrected.
    domain : tuple of float, optional
        Range of the model's scores when it is not `scale`, such as ``(0, 100)``. Its ends stand for those of `scale`.
    scale : Scale
        Scale of the MOS.
    model : str
        Name, kept in the file.
    prior : sequence of float
        Standard deviations of the offset, the slope and the two bends that are thought likely, in halves of the scale.
    seed : int
        Of the folds.

    Returns
    -------
    Recalibration

    Raises
    ------
    TableError
        When there are fewer than 6 stimuli, something is no number, or scores lie beyond `domain`.
    """
    x, y = pairs_of(predicted, mos)
    if x.size < FEWEST_RATED:
        what = f"{x.size} rated stimuli are too few to learn from"
        raise TableError("ratings", what, f"rate at least {FEWEST_RATED}, better 20")
    width = np.zeros(x.size) if ci95 is None else np.nan_to_num(np.asarray(ci95, dtype=np.float64))
    ends = (scale.low, scale.high) if domain is None else domain
    slack = SLACK * (ends[1] - ends[0])
    beyond = int(((x < ends[0] - slack) | (x > ends[1] + slack)).sum())
    if beyond:
        what = f"{beyond} of {x.size} scores lie beyond the scale of the model, {ends[0]:g} to {ends[1]:g}"
        raise TableError("predictions", what, "name the range of the model's scores (domain)")
    nothing = math.nan, math.nan
    blank = Calibration(model, kind, ends, (scale.low, scale.high), (), x.size, *nothing, nothing, "no gain")
    folds, protocol = _folds(x.size, groups, seed)
    errors = np.zeros(x.size)
    held_out, times = np.zeros(x.size), np.zeros(x.size)
    for out in folds:
        mapped = _learn(blank, x[~out], y[~out], width[~out], prior)(x[out])
        held_out[out] += mapped
        errors[out] += (mapped - y[out]) ** 2
        times[out] += 1
    before = (replace(blank, coefficients=(0.0,))(x) - y) ** 2
    after = errors / times
    interval = _interval_of_gain(before - after, groups if groups is not None and protocol.startswith("one") else None)
    fitted = replace(
        _learn(blank, x, y, width, prior),
        rmse_before=math.sqrt(float(before.mean())),
        rmse_after=math.sqrt(float(after.mean())),
        gain_ci90=interval,
        verdict="gain" if interval[0] > 0 else "loss" if interval[1] < 0 else "no gain",
    )
    return Recalibration(fitted, held_out / times, protocol)


def _place(x: Values, domain: tuple[float, float]) -> Values:
    low, high = domain
    u: Values = np.clip((x - (low + high) / 2.0) / ((high - low) / 2.0), -1.0, 1.0)
    return u


def _learn(blank: Calibration, x: Values, y: Values, ci95: Values, prior: Sequence[float]) -> Calibration:
    """Find the most likely correction: ridge with priors, the error variance settled on the way."""
    half = (blank.scale[1] - blank.scale[0]) / 2.0
    u = _place(x, blank.domain)
    terms = TERMS[blank.kind]
    design = np.polynomial.legendre.legvander(u, terms - 1)
    rest = (y - (blank.scale[0] + (u + 1.0) * half)) / half
    vote_variance = (ci95 / half / 1.96) ** 2
    held = np.diag(1.0 / np.array(prior[:terms]) ** 2)
    variance = max(float(rest.var()), SMALLEST_ERROR**2)
    found: Values = np.zeros(terms)
    for _ in range(ROUNDS):
        weight = 1.0 / (variance + vote_variance)
        curvature = design.T @ (weight[:, None] * design)
        inverse = np.linalg.inv(curvature + held)
        found = np.asarray(inverse @ (design.T @ (weight * rest)), dtype=np.float64)
        left = rest - design @ found
        free = max(1.0, x.size - float(np.sum(inverse * curvature)))
        before, variance = variance, max((float(left @ left) - float(vote_variance.sum())) / free, SMALLEST_ERROR**2)
        if abs(variance - before) <= SETTLED * variance:
            break
    return replace(blank, coefficients=tuple(float(c) for c in found * _rising(found) * half))


def _rising(coefficients: Values) -> float:
    """Give the largest share of a correction with which the map still rises everywhere."""
    slope = 1.0 + np.polynomial.legendre.legval(RISING, np.polynomial.legendre.legder(coefficients))
    steepest_fall = float(slope.min())
    return 1.0 if steepest_fall >= GENTLEST else (1.0 - GENTLEST) / (1.0 - steepest_fall)


def _folds(n: int, groups: Sequence[str] | None, seed: int) -> tuple[list[NDArray[np.bool_]], str]:
    if groups is not None:
        names, member = np.unique(np.asarray(groups), return_inverse=True)
        if names.size >= FEWEST_SOURCES:
            return [member == k for k in range(names.size)], f"one of {names.size} sources left out at a time"
    random = np.random.default_rng(seed)
    folds = []
    for _ in range(REPEATS):
        place = random.permutation(n) % FOLDS
        folds += [place == k for k in range(FOLDS)]
    return folds, f"a fifth left out at a time, {REPEATS} times"


def _interval_of_gain(gain: Values, groups: Sequence[str] | None) -> tuple[float, float]:
    """Give Student's 90 % interval of a mean gain, over sources when they were left out whole.

    How often it shows a gain where there is none, and misses one that is there: benchmarks/evaluate.py.
    """
    from scipy.special import stdtrit  # noqa: PLC0415 - import beholder.ratings must stay quick

    means, size = gain, np.ones(gain.size)
    if groups is not None:
        _, member, count = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
        means, size = np.bincount(member, weights=gain) / count, count.astype(np.float64)
    share = size / size.sum()
    centre = float(share @ means)
    free = means.size - 1
    spread = float((share**2) @ (means - centre) ** 2) * means.size / free
    reach = float(stdtrit(free, 0.95)) * math.sqrt(spread)
    return centre - reach, centre + reach


def load_calibration(path: str | os.PathLike[str]) -> Calibration:
    """Read a calibration.

    Raises
    ------
    TableError
        When the file is missing or is no calibration.
    """
    try:
        found = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise TableError(path, f"it cannot be read ({error.strerror})", "check the name and its rights") from error
    except ValueError as error:
        raise TableError(path, "it is no JSON", "make it again with beholder evaluate --calibrate") from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise TableError(path, f"it is no calibration ({SCHEMA})", "make it again with beholder evaluate --calibrate")
    try:
        one = Calibration(
            model=str(found["model"]),
            kind=found["kind"],
            domain=_ends(found["domain"]),
            scale=_ends(found["scale"]),
            coefficients=tuple(float(c) for c in found["coefficients"]),
            ratings=int(found["ratings"]),
            rmse_before=float(found["rmse_before"]),
            rmse_after=float(found["rmse_after"]),
            gain_ci90=(float(found["gain_ci90"][0]), float(found["gain_ci90"][1])),
            verdict=found["verdict"],
        )
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise TableError(
            path, "the calibration is damaged", "make it again with beholder evaluate --calibrate"
        ) from error
    if not one.coefficients or not all(map(math.isfinite, one.coefficients)):
        raise TableError(path, "the calibration is damaged", "make it again with beholder evaluate --calibrate")
    return one


def _ends(found: Sequence[float]) -> tuple[float, float]:
    low, high = (float(end) for end in found)
    if not low < high:
        raise ValueError("a range must rise")
    return low, high


def recalibrated(score: Score, calibration: Calibration) -> Score:
    """Give a score as one's own viewers would give it: the MOS and both ends of its interval are mapped.

    Examples
    --------
    >>> higher = Calibration("vmos", "offset", (1, 5), (1, 5), (0.5,), 20, 0.6, 0.4, (0.1, 0.3), "gain")
    >>> recalibrated(Score(3.0, (2.5, 3.5), "MOS", "vmos", "1.0", True, 1.0), higher).mos
    3.5
    """
    mos, low, high = calibration([score.mos, *score.ci95]).tolist()
    return replace(score, mos=mos, ci95=(low, high))
