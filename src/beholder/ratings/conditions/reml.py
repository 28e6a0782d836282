"""Restricted maximum likelihood with crossed random effects, on counts instead of on a row per vote.

The model is y = X b + sum_k Z_k u_k + e, u_k ~ N(0, s_k^2), e ~ N(0, s^2). A row of X depends on the cell of a vote
alone (condition and rater attributes), so all that the likelihood needs are tables of counts and of sums. The largest
random factor has a diagonal block and is eliminated first; the rest is one small dense Cholesky factor per evaluation
(Bates, Maechler, Bolker and Walker 2015, doi:10.18637/jss.v067.i01, equations 30 to 42).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from beholder.errors import TableError, UsageError
from beholder.ratings.votes import Codes, Values

__all__ = ["Products", "RemlFit", "Solution", "fit_reml", "products", "solve"]

DENSE = 4000  # levels of all random factors but the largest: 128 MB and a second per evaluation
FULL = 0.1  # share of cells with votes above which a plain matrix is faster than a sparse one
GONE = 1e-3  # ratio of standard deviations below which a factor counts as absent
POLISH = 6  # Newton steps at most; two are usual
FAR = 0.5  # a step of a logarithm that says the minimum is flat or at an edge: the optimiser's place is as good
CLOSE = 1e-3  # a step after which the curvature is still right
SETTLED = 1e-6  # a step that no longer matters
ENDLESS = 1e6  # degrees of freedom beyond which t is normal
WIDEST = 1e3  # ratio of standard deviations; votes in steps never come near
NOTHING = 1e-10  # share of the squares that is left to the residual, below which there is none
STEP = 0.02  # of a logarithm of a variance, for numerical derivatives; with one halving the error is of order STEP^4


@dataclass(frozen=True, slots=True, eq=False)
class Products:
    """All that the likelihood needs of the votes.

    Attributes
    ----------
    count : int
        Votes.
    fixed : int
        Columns of X.
    inner : float64 array, shape (fixed + 1, fixed + 1)
        Products of [X y] with itself.
    large : float64 array, shape (levels,)
        Votes of each level of the largest random factor.
    large_rest : array, sparse or not, shape (levels of the largest, levels of the others)
        Votes that share both.
    large_inner, rest_inner : float64 array
        Products of the random factors with [X y].
    rest : float64 array, shape (levels of the others, levels of the others)
        Votes that share two levels.
    order : tuple of int
        Place of each factor as given: first the largest, then the others.
    sizes : tuple of int
        Levels in that order.
    """

    count: int
    fixed: int
    inner: Values
    large: Values
    large_rest: Any
    large_inner: Values
    rest_inner: Values
    rest: Values
    order: tuple[int, ...]
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """The likelihood at given ratios of variances to that of a single vote.

    Attributes
    ----------
    log_determinant : float
        Of the random part plus that of X'V^-1X (V in units of the residual variance).
    residual : float
        Generalised residual sum of squares.
    beta : float64 array, shape (fixed,)
        Fixed effects.
    unscaled : float64 array, shape (fixed, fixed)
        Their covariance, in units of the residual variance.
    """

    log_determinant: float
    residual: float
    beta: Values
    unscaled: Values


@dataclass(frozen=True, slots=True, eq=False)
class RemlFit:
    """Variances and fixed effects.

    Attributes
    ----------
    variance : float64 array, shape (factors,)
        Of each random factor, in the order given; 0 where the votes show none.
    residual : float
        Of a single vote.
    beta : float64 array, shape (fixed,)
        Fixed effects.
    covariance : float64 array, shape (fixed, fixed)
        Theirs.
    slopes : float64 array, shape (parameters, fixed, fixed)
        Of the covariance by the logarithms of the variances that are not 0.
    spread : float64 array, shape (parameters, parameters)
        Covariance of those logarithms (twice the inverse of the criterion's curvature).
    criterion : float
        Minus twice the restricted log-likelihood, as lme4 states it.
    """

    variance: Values
    residual: float
    beta: Values
    covariance: Values
    slopes: Values
    spread: Values
    criterion: float

    def dof(self, contrast: Values) -> float:
        """Degrees of freedom of one contrast (Satterthwaite; Kuznetsova et al. 2017, doi:10.18637/jss.v082.i13)."""
        own = float(contrast @ self.covariance @ contrast)
        slope = np.einsum("i,kij,j->k", contrast, self.slopes, contrast)
        return min(2 * own**2 / max(float(slope @ self.spread @ slope), 1e-300), ENDLESS)


def products(cell: Codes, coding: Values, score: Values, factors: Sequence[Codes]) -> Products:
    """Count and sum up what the likelihood needs.

    Parameters
    ----------
    cell : int32 array, shape (votes,)
        Row of `coding` of each vote.
    coding : float64 array, shape (cells, fixed)
        Rows of X.
    score : float64 array, shape (votes,)
        The votes, best centred.
    factors : sequence of int32 array, shape (votes,)
        Level of each vote in each random factor, from 0 without gaps.

    Raises
    ------
    UsageError
        When the factors besides the largest have more than 4000 levels.
    """
    from scipy.sparse import csr_array, hstack  # noqa: PLC0415 - importing ratings must not load SciPy

    levels = [int(factor.max()) + 1 for factor in factors]
    order = tuple(int(index) for index in np.argsort([-level for level in levels], kind="stable"))
    if sum(levels) - max(levels) > DENSE:
        what = f"random factors with {sum(levels)} levels are too many"
        raise UsageError("random", what, f"all but the largest may have {DENSE} together; leave one out")
    count, cells = len(score), len(coding)
    rows = np.arange(count)
    one = np.ones(count)
    designs = [csr_array((one, (rows, factors[k])), shape=(count, levels[k])) for k in order]
    by_cell = csr_array((one, (rows, cell)), shape=(count, cells))
    votes = np.bincount(cell, minlength=cells).astype(np.float64)
    sums = np.bincount(cell, score, cells)
    xy = coding.T @ sums
    inner = np.block([[coding.T @ (votes[:, None] * coding), xy[:, None]], [xy[None, :], np.array([[score @ score]])]])
    first, rest = designs[0], hstack(designs[1:], format="csr") if len(designs) > 1 else csr_array((count, 0))

    def with_inner(design: Any) -> Values:
        return np.column_stack([(design.T @ by_cell) @ coding, design.T @ score])

    return Products(
        count=count,
        fixed=coding.shape[1],
        inner=inner,
        large=np.asarray(first.sum(axis=0), np.float64).ravel(),
        large_rest=_plain_if_full(first.T @ rest),
        large_inner=with_inner(first),
        rest_inner=with_inner(rest),
        rest=(rest.T @ rest).toarray(),
        order=order,
        sizes=tuple(levels[k] for k in order),
    )


def solve(given: Products, ratio: Values) -> Solution:
    """Evaluate the likelihood; `ratio` has the variance of each factor (in the order given) over the residual one."""
    from scipy.linalg import solve_triangular  # noqa: PLC0415 - importing ratings must not load SciPy
    from scipy.sparse import diags_array, issparse  # noqa: PLC0415 - as above

    ordered = ratio[list(given.order)]
    weight = ordered[0] / (1 + ordered[0] * given.large)
    scale = np.repeat(np.sqrt(ordered[1:]), given.sizes[1:])
    weighted = diags_array(weight) @ given.large_rest
    shared = given.large_rest.T @ weighted
    rest = given.rest - (shared.toarray() if issparse(shared) else shared)
    factor = np.linalg.cholesky(np.eye(len(scale)) + scale[:, None] * rest * scale[None, :])
    inner = given.inner - given.large_inner.T @ (weight[:, None] * given.large_inner)
    across = scale[:, None] * (given.rest_inner - weighted.T @ given.large_inner)
    half = solve_triangular(factor, across, lower=True, check_finite=False)
    inner = inner - half.T @ half
    fixed = given.fixed
    root = np.linalg.cholesky(inner[:fixed, :fixed])
    inverse = solve_triangular(root, np.eye(fixed), lower=True, check_finite=False)
    unscaled = inverse.T @ inverse
    beta = unscaled @ inner[:fixed, fixed]
    diagonals = np.append(np.diag(factor), np.diag(root))
    determinant = np.log1p(ordered[0] * given.large).sum() + 2 * np.log(diagonals).sum()
    return Solution(float(determinant), float(inner[fixed, fixed] - beta @ inner[:fixed, fixed]), beta, unscaled)


def fit_reml(given: Products) -> RemlFit:
    """Find the variances under which the votes are most likely, and the fixed effects with them.

    Parameters
    ----------
    given : Products
        Counts and sums of the votes.

    Raises
    ------
    TableError
        When the model explains every vote and leaves no residual.
    """
    from scipy.optimize import minimize  # noqa: PLC0415 - importing ratings must not load SciPy

    free = given.count - given.fixed

    def profiled(deviation: Values) -> float:
        at = solve(given, deviation**2)
        return at.log_determinant + free * float(1 + np.log(2 * np.pi * max(at.residual, 1e-300) / free))

    count = len(given.sizes)
    start = np.full(count, 0.5)
    bounds = [(0.0, WIDEST)] * count
    rough = minimize(profiled, start, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-12, "gtol": 1e-6}).x
    active = np.flatnonzero(rough > GONE)
    at = solve(given, np.where(rough > GONE, rough, 0.0) ** 2)
    if rough.max() > WIDEST / 2 or not at.residual > NOTHING * given.inner[-1, -1]:
        what = "raters, stimuli and conditions explain every vote, nothing is left to compare differences with"
        raise TableError("mixed model", what, "give more votes, or fewer random effects")
    place = np.log(np.append(rough[active] ** 2, 1.0) * at.residual / free)

    def at_place(logarithms: Values) -> Values:
        """Give the criterion, then the covariance of the fixed effects."""
        ratio = np.zeros(count)
        ratio[active] = np.exp(logarithms[:-1] - logarithms[-1])
        found, residual = solve(given, ratio), float(logarithms[-1])
        value = found.log_determinant + free * (np.log(2 * np.pi) + residual) + found.residual / np.exp(residual)
        return np.append(value, (found.unscaled * np.exp(residual)).ravel())

    place, slopes, curvature = _polished(at_place, place)
    last = at_place(place)
    square = (given.fixed, given.fixed)
    ratio = np.zeros(count)
    ratio[active] = np.exp(place[:-1] - place[-1])
    return RemlFit(
        variance=ratio * np.exp(place[-1]),
        residual=float(np.exp(place[-1])),
        beta=solve(given, ratio).beta,
        covariance=last[1:].reshape(square),
        slopes=slopes.reshape(-1, *square),
        spread=2 * _positive_inverse(curvature),
        criterion=float(last[0]),
    )


def _polished(function: Callable[[Values], Values], place: Values) -> tuple[Values, Values, Values]:
    """Go on to the very minimum of the first value; give it, the slopes of the other values and the curvature there."""
    moved, curvature = np.inf, np.eye(len(place))
    for _ in range(POLISH):
        slope = np.stack([_slope(function, place, k) for k in range(len(place))])
        if moved > CLOSE:
            curvature = _curvature(lambda at: float(function(at)[0]), place)
        step = _positive_inverse(curvature) @ slope[:, 0]
        moved = float(np.abs(step).max())
        if moved > FAR or moved < SETTLED:
            break
        place = place - step
    return place, slope[:, 1:], curvature


def _slope(function: Callable[[Values], Values], at: Values, k: int) -> Values:
    """First derivative by central differences, once extrapolated (Richardson)."""
    unit = np.zeros(len(at))
    unit[k] = 1.0
    coarse, fine = ((function(at + h * unit) - function(at - h * unit)) / (2 * h) for h in (STEP, STEP / 2))
    return (4 * fine - coarse) / 3


def _curvature(function: Callable[[Values], float], at: Values) -> Values:
    """Second derivatives by central differences, once extrapolated (Richardson)."""
    size = len(at)
    unit = np.eye(size)
    out = np.empty((size, size))
    middle = function(at)

    def second(i: int, j: int, h: float) -> float:
        if i == j:
            return (function(at + h * unit[i]) - 2 * middle + function(at - h * unit[i])) / h**2
        corners = [a * b * function(at + h * (a * unit[i] + b * unit[j])) for a in (1, -1) for b in (1, -1)]
        return sum(corners) / (4 * h**2)

    for i in range(size):
        for j in range(i + 1):
            out[i, j] = out[j, i] = (4 * second(i, j, STEP) - second(i, j, 2 * STEP)) / 3
    return out


def _plain_if_full(shared: Any) -> Any:
    return shared.toarray() if shared.nnz > FULL * np.prod(shared.shape) else shared.tocsr()


def _positive_inverse(matrix: Values) -> Values:
    """Inverse over the directions in which the matrix is clearly positive."""
    values, vectors = np.linalg.eigh(matrix)
    kept = values > 1e-6 * max(values.max(), 1e-300)
    inverse: Values = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
    return inverse
