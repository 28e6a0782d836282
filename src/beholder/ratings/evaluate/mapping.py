"""From the scale of a model to the scale of the votes: none, linear or cubic, never falling on the data range.

A cubic that rises on ``[-1, 1]`` has a derivative without a negative value there.
Either the plain least squares already rises, or the best rising cubic has a
derivative that touches zero: ``k (u - t)^2`` with t inside, or a mixture of
``(1 + u)^2`` and ``1 - u^2`` (zero at the left end), or its mirror image (zero at
the right end). Each of the three is a small closed form; the best one is the
constrained least squares, without an iterative solver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from beholder.ratings.evaluate.estimate import pairs_of
from beholder.ratings.votes import ACR, Scale, Values

__all__ = ["PARAMETERS", "Mapping", "Order", "fit_mapping", "order_for"]

Order = Literal[0, 1, 3]
PARAMETERS = {0: 1, 1: 2, 3: 4}
"""Degrees of freedom d that a mapping takes from the stimuli (ITU-T P.1401, 7.5.1)."""
FEWEST_FOR_CUBIC = 12  # stimuli: three for each coefficient; with fewer the curve follows the noise
KINKS = np.linspace(-1.0, 1.0, 201)  # places looked at for a flat point; refined afterwards
REFINED = 3  # each narrows the place of the flat point a hundredfold


@dataclass(frozen=True, slots=True, eq=False)
class Mapping:
    """A fitted map from predictions to MOS.

    Attributes
    ----------
    order : {0, 1, 3}
        None, linear, cubic.
    falls : bool
        Whether a lower prediction means a higher quality.
    low, high : float
        Range of the predictions that it was fitted on; outside of it the ends hold.
    coefficients : tuple of float
        Of 1, u, u^2, u^3, where u runs from -1 at the worst to 1 at the best prediction of the range.
    scale : Scale
        Mapped values are clipped to its ends.

    Examples
    --------
    >>> line = fit_mapping([10, 20, 30, 40], [1, 2, 3, 4], order=1)
    >>> line([20, 35, 90]).round(6).tolist()
    [2.0, 3.5, 4.0]
    """

    order: Order
    falls: bool
    low: float
    high: float
    coefficients: tuple[float, ...]
    scale: Scale = ACR

    def __call__(self, predicted: ArrayLike) -> Values:
        """Map predictions, any shape."""
        x = np.asarray(predicted, dtype=np.float64)
        if self.order == 0:
            return x.copy()
        curve = np.polynomial.polynomial.polyval(np.clip(self._place(x), -1.0, 1.0), self.coefficients)
        clipped: Values = np.clip(curve, self.scale.low, self.scale.high)
        return clipped

    def _place(self, x: Values) -> Values:
        half = (self.high - self.low) / 2.0
        u = (x - (self.high + self.low) / 2.0) / half if half > 0 else np.zeros_like(x)
        return -u if self.falls else u

    @property
    def parameters(self) -> int:
        """Degrees of freedom that it took from the stimuli."""
        return PARAMETERS[self.order]


def order_for(stimuli: int, wanted: Order) -> Order:
    """Give the order that so many stimuli can bear: a cubic from 12, a line below."""
    return 1 if wanted == 3 and stimuli < FEWEST_FOR_CUBIC else wanted


def fit_mapping(
    predicted: ArrayLike, mos: ArrayLike, *, order: Order = 3, falls: bool = False, scale: Scale = ACR
) -> Mapping:
    """Fit a map that never falls on the range of the data, by constrained least squares.

    Source: ITU-T P.1401 (01/2020), 7.3.2 and Appendix I.

    Parameters
    ----------
    predicted, mos : array_like, shape (stimuli,)
        At least 3, finite.
    order : {0, 1, 3}
        None, linear or cubic.
    falls : bool
        Whether a lower prediction means a higher quality (an error, a distance). It is never guessed: a model that
        runs the wrong way must not be mended silently.
    scale : Scale
        Scale of the MOS.

    Returns
    -------
    Mapping

    Raises
    ------
    TableError
        When predictions and MOS do not belong together, hold no numbers or are too few.
    """
    x, y = pairs_of(predicted, mos)
    blank = Mapping(order, falls, float(x.min()), float(x.max()), (), scale)
    if order == 0:
        return blank
    if np.ptp(x) == 0:
        return Mapping(order, falls, blank.low, blank.high, (float(y.mean()), 0.0), scale)
    u = blank._place(x)  # noqa: SLF001 - its own class
    found = _line(u, y) if order == 1 else _cubic(u, y)
    return Mapping(order, falls, blank.low, blank.high, tuple(float(c) for c in found), scale)


def _line(u: Values, y: Values) -> Values:
    centred = u - u.mean()
    slope = max(0.0, float(centred @ y / (centred @ centred)))
    return np.array([y.mean() - slope * u.mean(), slope])


def _cubic(u: Values, y: Values) -> Values:
    design = np.stack([np.ones_like(u), u, u**2, u**3], axis=1)
    free: Values = np.asarray(np.linalg.lstsq(design, y, rcond=None)[0], dtype=np.float64)
    if _lowest_slope(free) >= 0.0:
        return free
    faces = [_flat_inside(u, y), _flat_at_end(u, y, end=-1.0), _flat_at_end(u, y, end=1.0)]
    return min(faces, key=lambda c: float(((design @ c - y) ** 2).sum()))


def _lowest_slope(c: Values) -> float:
    """Give the lowest value of the derivative on [-1, 1]."""
    places = [-1.0, 1.0]
    if c[3] > 0 and abs(c[2]) < 3 * c[3]:
        places.append(float(-c[2] / (3 * c[3])))
    return float(min(c[1] + 2 * c[2] * u + 3 * c[3] * u * u for u in places))


def _flat_inside(u: Values, y: Values) -> Values:
    """Find the best ``c + k (u - t)^3``, k not negative, t within [-1, 1]."""
    places, step = KINKS, float(KINKS[1] - KINKS[0])
    best = 0.0
    for _ in range(1 + REFINED):
        gain = _gain((u[:, None] - places[None, :]) ** 3, y)
        best = float(places[int(np.argmax(gain))])
        places = np.clip(best + step * KINKS, -1.0, 1.0)
        step /= (KINKS.size - 1) / 2
    wave = (u - best) ** 3
    k = max(0.0, _slope(wave, y))
    return np.array([y.mean() - k * wave.mean() - k * best**3, 3 * k * best**2, -3 * k * best, k])


def _gain(waves: Values, y: Values) -> Values:
    """Say how much of the squared error each column explains with a factor that is not negative."""
    centred = waves - waves.mean(axis=0)
    along = np.maximum(centred.T @ (y - y.mean()), 0.0)
    gain: Values = along**2 / np.maximum((centred**2).sum(axis=0), 1e-300)
    return gain


def _slope(wave: Values, y: Values) -> float:
    centred = wave - wave.mean()
    size = float(centred @ centred)
    return float(centred @ y) / size if size > 0 else 0.0


def _flat_at_end(u: Values, y: Values, *, end: float) -> Values:
    """Find the best mixture, no part negative, of the two slopes that are zero at one end and nowhere negative."""
    square = np.array([0.0, 1.0, -end, 1.0 / 3.0])  # integral of (u - end)^2
    bump = np.array([0.0, 1.0, 0.0, -1.0 / 3.0])  # integral of 1 - u^2
    waves = np.stack([np.polynomial.polynomial.polyval(u, part) for part in (square, bump)], axis=1)
    centred = waves - waves.mean(axis=0)
    both = np.asarray(np.linalg.lstsq(centred, y - y.mean(), rcond=None)[0], dtype=np.float64)
    if both.min() < 0.0:
        ones = [np.array([max(0.0, _slope(waves[:, 0], y)), 0.0]), np.array([0.0, max(0.0, _slope(waves[:, 1], y))])]
        both = min(ones, key=lambda k: float(((centred @ k - (y - y.mean())) ** 2).sum()))
    c: Values = both[0] * square + both[1] * bump
    c[0] = y.mean() - float(both @ waves.mean(axis=0))
    return c
