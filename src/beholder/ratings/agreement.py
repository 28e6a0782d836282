"""How far raters agree: Krippendorff's alpha, intraclass correlations, Fleiss' kappa, Kendall's W.

>>> from beholder.ratings import Ratings
>>> votes = Ratings.from_matrix([[5, 4, 5], [2, 1, 2], [3, 3, 4], [1, 1, None]])
>>> round(krippendorff_alpha(votes, level="ordinal").value, 3)
0.878
>>> intraclass(votes, form="A,1").note
'1 of 12 votes is missing and this coefficient needs them all; take Krippendorff alpha or the mixed model'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from beholder.errors import UsageError
from beholder.ratings.votes import Codes, Ratings, Values

__all__ = [
    "FORMS",
    "LEVELS",
    "Agreement",
    "Form",
    "Level",
    "agreement_coefficients",
    "fleiss_kappa",
    "intraclass",
    "kendall_w",
    "krippendorff_alpha",
]

Level = Literal["nominal", "ordinal", "interval"]
Form = Literal["1,1", "A,1", "C,1", "A,k", "C,k"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")
FORMS: tuple[Form, ...] = ("1,1", "A,1", "C,1", "A,k", "C,k")

CHUNK = 4_000_000  # bootstrap weights held at once: 32 MB
NO_INTERVAL = (np.nan, np.nan)


@dataclass(frozen=True, slots=True)
class Agreement:
    """One coefficient of agreement.

    Attributes
    ----------
    name : str
        Such as ``alpha (ordinal)`` or ``ICC(A,1)``.
    value : float
        1 is perfect; 0 is what chance gives (for W: no agreement at all). NaN when it does not exist, see `note`.
    ci95 : (float, float)
        95 % interval, or NaN.
    interval : str
        How it was made: ``bootstrap over stimuli``, ``F``, or empty.
    p_value : float
        Of no agreement, where there is a usual test (ICC, W); else NaN.
    stimuli, raters : int
        How many entered.
    note : str
        Why there is no value, or what was done with the votes; empty when nothing is to say.
    """

    name: str
    value: float
    ci95: tuple[float, float]
    interval: str
    p_value: float
    stimuli: int
    raters: int
    note: str = ""


def agreement_coefficients(votes: Ratings, *, rounds: int = 1000, seed: int = 0) -> tuple[Agreement, ...]:
    """Give every coefficient: alpha at three levels, Fleiss' kappa, five ICC, Kendall's W."""
    return (
        *(krippendorff_alpha(votes, level=level, rounds=rounds, seed=seed) for level in LEVELS),
        fleiss_kappa(votes, rounds=rounds, seed=seed),
        *(intraclass(votes, form=form) for form in FORMS),
        kendall_w(votes),
    )


def krippendorff_alpha(votes: Ratings, *, level: Level = "ordinal", rounds: int = 1000, seed: int = 0) -> Agreement:
    """Agreement beyond chance, also where votes are missing.

    Parameters
    ----------
    votes : Ratings
        The votes. Repetitions of a rater on a stimulus are averaged; at the nominal level the first one counts.
    level : {"nominal", "ordinal", "interval"}
        What a disagreement costs: all the same, by ranks between, by the squared distance. ACR votes are ordinal.
    rounds, seed : int
        Bootstrap draws over stimuli for the interval, and their seed. 0 rounds: no interval.

    Notes
    -----
    The ordinal distance of Krippendorff is the squared distance of midranks, so all three levels are sums over stimuli
    and take linear time. Draws keep the midranks of all votes.

    References
    ----------
    Krippendorff, Content Analysis, 4th ed. (2019), chapter 12; Hayes and Krippendorff (2007),
    doi:10.1080/19312450709336664.
    """
    if level not in LEVELS:
        raise UsageError("level", f"{level!r} is none", f"take {', '.join(LEVELS)}")
    cells, averaged = _one_vote_each(votes, first=level == "nominal")
    stimulus, value = cells
    name = f"alpha ({level})"
    counts = np.bincount(stimulus, minlength=len(votes.stimuli))
    paired = counts[stimulus] > 1
    stimulus, value = stimulus[paired], value[paired]
    if not len(value):
        return _none(name, votes, "no stimulus has the votes of two raters")
    units, place = np.unique(stimulus, return_inverse=True)
    unit = place.astype(np.int32)
    parts = (
        _nominal_parts(unit, value) if level == "nominal" else _distance_parts(unit, value, ranks=level == "ordinal")
    )
    found = float(_alpha(np.ones((1, len(units))), *parts)[0])
    if np.isnan(found):
        return _none(name, votes, "all votes are equal, so chance alone explains them")
    ends = _drawn(len(units), rounds, seed, lambda weights: _alpha(weights, *parts))
    return Agreement(name, found, ends, _how(rounds), np.nan, len(units), len(votes.raters), averaged)


def fleiss_kappa(votes: Ratings, *, rounds: int = 1000, seed: int = 0) -> Agreement:
    """Agreement of categories beyond chance (Fleiss 1971, doi:10.1037/h0031619).

    Needs the same number of votes, two or more, for every stimulus; not necessarily of the same raters. Of repetitions
    the first counts. The interval is a bootstrap over stimuli.
    """
    (stimulus, value), averaged = _one_vote_each(votes, first=True)
    counts = np.bincount(stimulus, minlength=len(votes.stimuli))
    if counts.min() != counts.max():
        reason = f"stimuli have {counts.min()} to {counts.max()} votes and kappa needs as many for each; take alpha"
        return _none("Fleiss kappa", votes, reason)
    if counts[0] < 2:
        return _none("Fleiss kappa", votes, "no stimulus has the votes of two raters")
    lost, size, table = _nominal_parts(stimulus, value)

    def kappa(weights: Values) -> Values:
        total = weights @ size
        chance = ((weights @ table) ** 2).sum(axis=1) / total**2
        apart = 1 - chance
        seen = (weights @ lost) / total
        return np.asarray(1 - np.divide(seen, apart, out=np.full_like(seen, np.nan), where=apart > 1e-15), np.float64)

    found = float(kappa(np.ones((1, len(size))))[0])
    if np.isnan(found):
        return _none("Fleiss kappa", votes, "all votes are equal, so chance alone explains them")
    ends = _drawn(len(size), rounds, seed, kappa)
    return Agreement("Fleiss kappa", found, ends, _how(rounds), np.nan, len(size), len(votes.raters), averaged)


def intraclass(votes: Ratings, *, form: Form = "A,1") -> Agreement:
    """Share of the variance that belongs to the stimuli.

    Parameters
    ----------
    votes : Ratings
        Complete votes of two or more raters on two or more stimuli; repetitions are averaged.
    form : {"1,1", "A,1", "C,1", "A,k", "C,k"}
        ``1,1``: raters differ from stimulus to stimulus. ``A,1``: a single rater, absolute agreement. ``C,1``: a single
        rater, biases do not matter. ``A,k`` and ``C,k``: the mean of all raters, that is the reliability of the MOS.

    References
    ----------
    McGraw and Wong (1996), doi:10.1037/1082-989X.1.1.30, with their intervals.
    """
    if form not in FORMS:
        raise UsageError("form", f"{form!r} is none", f"take {'; '.join(FORMS)}")
    table, name = votes.matrix(), f"ICC({form})"
    reason = _incomplete(table) or (_nameless(votes) if form != "1,1" else "")
    if reason:
        return _none(name, votes, reason)
    squares = _mean_squares(table)
    if squares.rows == 0:
        return _none(name, votes, "the stimuli have the same mean, so there is nothing to agree on")
    value, ends = _one_way_or_consistent(form, squares) if form in ("1,1", "C,1", "C,k") else _absolute(form, squares)
    return Agreement(name, value, ends, "F", _icc_p_value(form, squares), squares.n, squares.k, _averaged(votes))


def kendall_w(votes: Ratings) -> Agreement:
    """Concordance of the raters' rank orders, corrected for ties (Kendall and Babington Smith 1939).

    Needs complete votes; repetitions are averaged. The p-value is that of Friedman's test.
    """
    from scipy.special import chdtrc  # noqa: PLC0415 - importing ratings must not load SciPy

    table = votes.matrix()
    reason = _incomplete(table) or _nameless(votes)
    if reason:
        return _none("Kendall W", votes, reason)
    n, k = table.shape
    ranks = np.empty_like(table)
    tied = 0.0
    for column in range(k):
        ranks[:, column], times = _midranks(table[:, column])
        tied += float((times**3 - times).sum())
    spread = float(((ranks.sum(axis=1) - k * (n + 1) / 2) ** 2).sum())
    most = k**2 * (n**3 - n) - k * tied
    if most <= 0:
        return _none("Kendall W", votes, "every rater gave one vote to all stimuli")
    value = 12 * spread / most
    return Agreement(
        "Kendall W", value, NO_INTERVAL, "", float(chdtrc(n - 1, k * (n - 1) * value)), n, k, _averaged(votes)
    )


@dataclass(frozen=True, slots=True)
class _MeanSquares:
    """Two-way analysis of variance of n stimuli and k raters."""

    rows: float
    columns: float
    error: float
    n: int
    k: int

    @property
    def within(self) -> float:
        """Mean square within stimuli: raters and error together."""
        return (self.columns + self.error * (self.n - 1)) / self.n

    def ratio(self, form: Form) -> tuple[float, int]:
        """F of the stimuli, and the degrees of freedom of its denominator."""
        below, rest = (
            (self.within, self.n * (self.k - 1)) if form == "1,1" else (self.error, (self.n - 1) * (self.k - 1))
        )
        return (np.inf if below == 0 else self.rows / below), rest


def _mean_squares(table: Values) -> _MeanSquares:
    n, k = table.shape
    mean = table.mean()
    rows = k * float(((table.mean(axis=1) - mean) ** 2).sum()) / (n - 1)
    columns = n * float(((table.mean(axis=0) - mean) ** 2).sum()) / (k - 1)
    left = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0, keepdims=True) + mean
    error = float((left**2).sum()) / ((n - 1) * (k - 1))
    tiny = 1e-12 * max(rows, columns, error)  # what rounding leaves of a zero sum of squares
    rows, columns, error = (0.0 if part <= tiny else part for part in (rows, columns, error))
    return _MeanSquares(rows, columns, error, n, k)


def _icc_p_value(form: Form, squares: _MeanSquares) -> float:
    from scipy.special import fdtrc  # noqa: PLC0415 - importing ratings must not load SciPy

    ratio, rest = squares.ratio(form)
    return 0.0 if np.isinf(ratio) else float(fdtrc(squares.n - 1, rest, ratio))


def _one_way_or_consistent(form: Form, squares: _MeanSquares) -> tuple[float, tuple[float, float]]:
    """ICC(1,1), ICC(C,1) or ICC(C,k) with its interval."""
    ratio, rest = squares.ratio(form)
    k, above = squares.k, squares.n - 1
    points = (ratio, ratio / _f_quantile(above, rest), ratio * _f_quantile(rest, above))
    if form == "C,k":
        value, low, high = (1 - 1 / point for point in points)
    else:
        value, low, high = (1.0 if np.isinf(point) else (point - 1) / (point + k - 1) for point in points)
    return value, (low, high)


def _absolute(form: Form, squares: _MeanSquares) -> tuple[float, tuple[float, float]]:
    """ICC(A,1) or ICC(A,k) with McGraw and Wong's interval (their table 7; Satterthwaite's degrees of freedom)."""
    n, k, rows, columns, error = squares.n, squares.k, squares.rows, squares.columns, squares.error
    value = (rows - error) / (rows + (k - 1) * error + k / n * (columns - error))
    low = high = value
    if value < 1:
        a = k * value / (n * (1 - value))
        b = 1 + k * value * (n - 1) / (n * (1 - value))
        parts = (a * columns) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
        freedom = (a * columns + b * error) ** 2 / parts
        below, above = _f_quantile(n - 1, freedom), _f_quantile(freedom, n - 1)
        rest = k * columns + (k * n - k - n) * error
        low = n * (rows - below * error) / (below * rest + n * rows)
        high = n * (above * rows - error) / (rest + n * above * rows)
    if form == "A,1":
        return value, (low, high)
    averaged, low, high = (_spearman_brown(one, k) for one in (value, low, high))
    return averaged, (low, high)


def _spearman_brown(single: float, k: int) -> float:
    """Reliability of the mean of k raters."""
    below = 1 + (k - 1) * single
    return k * single / below if below > 0 else -np.inf


def _f_quantile(one: float, other: float) -> float:
    from scipy.special import fdtri  # noqa: PLC0415 - importing ratings must not load SciPy

    return float(fdtri(one, other, 0.975))


def _distance_parts(unit: Codes, value: Values, *, ranks: bool) -> tuple[Values, Values, Values, Values]:
    """Per stimulus: disagreement, votes, sum and sum of squares of votes (or of their midranks)."""
    at = _midranks(value)[0] if ranks else value
    at = at - at.mean()
    size = np.bincount(unit).astype(np.float64)
    total, squares = (np.bincount(unit, part).astype(np.float64) for part in (at, at * at))
    return 2 * (size * squares - total**2) / (size - 1), size, total, squares


def _nominal_parts(unit: Codes, value: Values) -> tuple[Values, Values, Any]:
    """Per stimulus: disagreement, votes, and (sparse) the votes of each category."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - importing ratings must not load SciPy

    kinds, kind = np.unique(value, return_inverse=True)
    table = csr_array((np.ones(len(unit)), (unit, kind)), shape=(int(unit.max()) + 1, len(kinds)))
    table.sum_duplicates()
    size = np.bincount(unit).astype(np.float64)
    same = np.bincount(unit, table[unit, kind])  # sum over categories of the squared counts
    return (size**2 - same) / (size - 1), size, table


def _alpha(weights: Values, lost: Values, size: Values, *rest: Any) -> Values:
    """Alpha for each row of weights of the stimuli."""
    total = weights @ size
    if len(rest) == 1:  # nominal: chance agreement out of the counts per category
        chance = total**2 - ((weights @ rest[0]) ** 2).sum(axis=1)
    else:
        chance = 2 * (total * (weights @ rest[1]) - (weights @ rest[0]) ** 2)
    expected = chance / (total - 1)
    level = 1e-12 * total * (1.0 if len(rest) == 1 else float(rest[1].max()) + 1e-300)
    return np.asarray(
        1 - np.divide(weights @ lost, expected, out=np.full(len(weights), np.nan), where=expected > level), np.float64
    )


def _drawn(units: int, rounds: int, seed: int, measure: Any) -> tuple[float, float]:
    """Give the ends of the 95 % interval over stimuli that are drawn again."""
    if not rounds or units < 2:
        return NO_INTERVAL
    generator, found = np.random.default_rng(seed), []
    step = max(1, CHUNK // units)
    for start in range(0, rounds, step):
        chosen = generator.integers(0, units, (min(step, rounds - start), units))
        weights = np.stack([np.bincount(row, minlength=units) for row in chosen]).astype(np.float64)
        found.append(measure(weights))
    values = np.concatenate(found)
    values = values[np.isfinite(values)]
    low, high = np.quantile(values, [0.025, 0.975]) if len(values) else NO_INTERVAL
    return float(low), float(high)


def _midranks(values: Values) -> tuple[Values, Values]:
    """Ranks from 1, ties averaged, and how often each distinct value is there."""
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    counts = times.astype(np.float64)
    ranks: Values = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return ranks, counts


def _one_vote_each(votes: Ratings, *, first: bool) -> tuple[tuple[Codes, Values], str]:
    """Stimulus and value of one vote per rater and stimulus, and what was done with repetitions."""
    if not votes.repetition.any():
        return (votes.stimulus, votes.score), ""
    cell = votes.stimulus.astype(np.int64) * len(votes.raters) + votes.rater
    if first:
        order = np.lexsort((votes.repetition, cell))
        kept = order[np.unique(cell[order], return_index=True)[1]]
        return (votes.stimulus[kept], votes.score[kept]), "of repetitions the first vote counts"
    cells, place = np.unique(cell, return_inverse=True)
    mean = np.bincount(place, votes.score) / np.bincount(place)
    return ((cells // len(votes.raters)).astype(np.int32), mean), _averaged(votes)


def _averaged(votes: Ratings) -> str:
    return "repetitions are averaged" if votes.repetition.any() else ""


def _incomplete(table: Values) -> str:
    """Say why complete votes of two raters on two stimuli are not there; empty when they are."""
    if min(table.shape) < 2:
        return "two raters and two stimuli are the least"
    missing = int(np.isnan(table).sum())
    if not missing:
        return ""
    verb = "is" if missing == 1 else "are"
    return (
        f"{missing} of {table.size} votes {verb} missing and this coefficient needs them all; "
        "take Krippendorff alpha or the mixed model"
    )


def _nameless(votes: Ratings) -> str:
    return "it is not known who gave which vote" if votes.anonymous else ""


def _how(rounds: int) -> str:
    return "bootstrap over stimuli" if rounds else ""


def _none(name: str, votes: Ratings, reason: str) -> Agreement:
    return Agreement(name, np.nan, NO_INTERVAL, "", np.nan, len(votes.stimuli), len(votes.raters), reason)
