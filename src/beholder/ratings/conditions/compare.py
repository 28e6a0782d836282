"""Conditions compared on the means of each rater.

>>> from beholder.ratings import Ratings
>>> votes = Ratings.from_matrix([[5, 4, 5, 4], [3, 3, 4, 2], [3, 2, 4, 3]], stimuli=["new", "old", "rival"])
>>> table = compare_conditions(votes)
>>> table.letters
('a', 'b', 'b')
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np

from beholder.errors import TableError, UsageError
from beholder.ratings.conditions.cells import Cells, cells
from beholder.ratings.conditions.correction import CORRECTIONS, Correction, adjusted, tukey
from beholder.ratings.conditions.effects import cliffs_delta, paired_d
from beholder.ratings.conditions.letters import compact_letters
from beholder.ratings.conditions.table import ConditionPair, ConditionTable
from beholder.ratings.votes import Codes, Ratings, Values

__all__ = ["check_levels", "compare_conditions", "equivalence", "letters_of"]

FEW = 5  # raters below which a t-test of means of steps is not to be relied on


@dataclass(frozen=True, slots=True, eq=False)
class _Paired:
    """Per unit (rater or source) the two means of a pair, over what it has of both."""

    first: Values
    second: Values


def compare_conditions(
    votes: Ratings,
    *,
    correction: Correction = "holm",
    margin: float | None = None,
    alpha: float = 0.05,
    over: Literal["raters", "sources"] = "raters",
) -> ConditionTable:
    """Compare every two conditions by a paired t-test on per-rater means.

    Parameters
    ----------
    votes : Ratings
        Votes on stimuli with the facts ``condition`` and, when known, ``source``; without conditions every stimulus is
        compared. Where votes are missing, a rater's two means are taken over the sources that the rater saw in both.
    correction : {"holm", "tukey", "benjamini-hochberg", "none"}
        For the number of pairs. Tukey needs raters with votes on every condition; the others are left out with a note.
    margin : float, optional
        Largest difference that does not matter: adds two one-sided tests of equivalence (Schuirmann 1987,
        doi:10.1007/BF01068419). They take the same correction (Holm's, for Tukey).
    alpha : float
        Level of significance.
    over : {"raters", "sources"}
        Which are paired, and so to what the result extends: to other raters for these sources, or to other sources for
        these raters. For both at once use `mixed_model`.

    Raises
    ------
    TableError
        With fewer than two conditions or two raters (sources), or when it is not known who gave which vote.
    """
    check_levels(correction, alpha=alpha, margin=margin)
    if votes.anonymous and over == "raters":
        raise TableError("conditions", "it is not known who gave which vote", 'take over="sources", or the mixed model')
    found = cells(votes)
    if over == "sources":
        found = Cells(found.conditions, found.value.transpose(1, 0, 2), found.notes)
    means = _means(found.value)
    if len(means) < 2:
        raise TableError("conditions", f"there is one of the {over}", "give two or more, better 15")
    pairs = list(combinations(range(len(found.conditions)), 2))
    complete = not np.isnan(found.value).any()
    paired = [_pair(found.value, means, a, b, complete=complete) for a, b in pairs]
    tests = np.array([_t_test(one) for one in paired])  # difference, standard error, dof
    p_values = _two_sided(tests)
    notes = [*found.notes, *_doubts(paired, over)]
    if correction == "tukey":
        tests, p_values, corrected, said = _tukey(means, pairs)
        notes += said
    else:
        corrected = adjusted(p_values, correction)
    same = equivalence(tests, margin=margin, correction=correction)
    rows = [
        _row((found.conditions[a], found.conditions[b]), one, test, p, alpha)
        for (a, b), one, test, p in zip(pairs, paired, tests, zip(p_values, corrected, same, strict=True), strict=True)
    ]
    mean, ends, n = _intervals(means)
    return ConditionTable(
        method=f"paired t-test on the means of {over}",
        correction=correction,
        alpha=alpha,
        margin=margin,
        conditions=found.conditions,
        mean=mean,
        ci95=ends,
        n=n,
        letters=letters_of(pairs, rows, mean),
        pairs=tuple(rows),
        notes=tuple(notes),
    )


def check_levels(correction: str, *, alpha: float, margin: float | None) -> None:
    """Refuse options that make no sense.

    Raises
    ------
    UsageError
        For an unknown correction, a level outside 0..1 or a margin that is not positive.
    """
    if correction not in CORRECTIONS:
        raise UsageError("correction", f"{correction!r} is unknown", f"take {', '.join(CORRECTIONS)}")
    if not 0 < alpha < 1:
        raise UsageError("alpha", f"{alpha:g} is no level", "give a number between 0 and 1, as 0.05")
    if margin is not None and not 0 < margin < np.inf:
        raise UsageError("margin", f"{margin:g} is no margin", "give a positive difference in MOS, as 0.3")


def equivalence(tests: Values, *, margin: float | None, correction: Correction) -> Values:
    """Give corrected p-values of two one-sided t-tests; `tests` has rows of difference, standard error and dof."""
    from scipy.special import stdtr  # noqa: PLC0415 - importing ratings must not load SciPy

    if margin is None:
        return np.full(len(tests), np.nan)
    difference, error, dof = tests.T
    near = margin - np.abs(difference)
    t = _ratio(near, error)
    return adjusted(stdtr(dof, -t), "holm" if correction == "tukey" else correction)


def letters_of(pairs: Sequence[tuple[int, int]], rows: Sequence[ConditionPair], mean: Values) -> tuple[str, ...]:
    """Give the letters of conditions whose pairs are tested."""
    apart = np.zeros((len(mean), len(mean)), bool)
    for (a, b), row in zip(pairs, rows, strict=True):
        apart[a, b] = apart[b, a] = row.differs
    return compact_letters(apart, mean=mean)


def _means(value: Values) -> Values:
    """Mean of each unit in each condition, over its sources; shape (units, conditions)."""
    known = ~np.isnan(value)
    count = known.sum(axis=1)
    total = np.where(known, value, 0.0).sum(axis=1)
    means: Values = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    voted: Values = means[(count > 0).any(axis=1)]
    return voted


def _pair(value: Values, means: Values, a: int, b: int, *, complete: bool) -> _Paired:
    if complete:
        return _Paired(means[:, a], means[:, b])
    one, other = value[:, :, a], value[:, :, b]
    both = ~np.isnan(one) & ~np.isnan(other)
    count = both.sum(axis=1)
    there = count > 0
    first, second = (np.where(both, part, 0.0).sum(axis=1)[there] / count[there] for part in (one, other))
    return _Paired(first, second)


def _t_test(paired: _Paired) -> tuple[float, float, float]:
    """Difference, its standard error, degrees of freedom; NaN where fewer than two have both."""
    difference = paired.first - paired.second
    count = len(difference)
    if count < 2:
        return (float(difference.mean()) if count else np.nan), np.nan, np.nan
    spread = float(difference.std(ddof=1))
    if spread <= 1e-12 * float(np.abs(difference).max()):
        spread = 0.0  # all the same: what is left is rounding
    return float(difference.mean()), spread / count**0.5, count - 1.0


def _ratio(value: Values, error: Values) -> Values:
    """Value over error; infinite where there is no error, 0 where there is no value either."""
    zero = error == 0
    over = np.divide(value, error, out=np.zeros_like(value), where=~zero)
    ratio: Values = np.where(zero & (value != 0), np.copysign(np.inf, value), over)
    return ratio


def _two_sided(tests: Values) -> Values:
    from scipy.special import stdtr  # noqa: PLC0415 - importing ratings must not load SciPy

    difference, error, dof = tests.T
    p_values: Values = np.minimum(2 * stdtr(dof, -np.abs(_ratio(difference, error))), 1.0)
    return p_values


def _tukey(means: Values, pairs: list[tuple[int, int]]) -> tuple[Values, Values, Values, list[str]]:
    """Tukey's test with the common error of raters within conditions (randomised blocks)."""
    whole = means[~np.isnan(means).any(axis=1)]
    count, conditions = whole.shape
    if count < 2:
        what = "fewer than two have votes on every condition, which Tukey's test needs"
        raise TableError("conditions", what, "take holm, or the mixed model")
    left = whole - whole.mean(axis=1, keepdims=True) - whole.mean(axis=0) + whole.mean()
    dof = (count - 1.0) * (conditions - 1.0)
    error = float(np.sqrt(2 * (left**2).sum() / dof / count))
    if error <= 1e-12 * float(np.abs(whole).max()):
        error = 0.0
    mean = whole.mean(axis=0)
    tests = np.array([(mean[a] - mean[b], error, dof) for a, b in pairs])
    corrected = tukey(_ratio(tests[:, 0], tests[:, 1]), conditions=conditions, dof=dof)
    notes = ["Tukey's test takes one standard error for all pairs"]
    if count < len(means):
        notes.append(f"{len(means) - count} without votes on every condition are left out")
    return tests, _two_sided(tests), corrected, notes


def _row(
    names: tuple[str, str], paired: _Paired, test: Values, p: tuple[float, float, float], alpha: float
) -> ConditionPair:
    from scipy.special import stdtrit  # noqa: PLC0415 - importing ratings must not load SciPy

    difference, error, dof = (float(part) for part in test)
    reach = float(stdtrit(dof, 0.975)) * error
    plain, corrected, same = (float(one) for one in p)
    return ConditionPair(
        first=names[0],
        second=names[1],
        difference=difference,
        standard_error=error,
        ci95=(difference - reach, difference + reach),
        n=len(paired.first),
        dof=dof,
        p_value=plain,
        p_adjusted=corrected,
        differs=corrected < alpha,
        p_equivalence=same,
        equivalent=same < alpha,
        d=paired_d(paired.first - paired.second),
        delta=cliffs_delta(paired.first, paired.second),
    )


def _intervals(means: Values) -> tuple[Values, Values, Codes]:
    """Mean of each condition, its t interval and how many are behind it."""
    from scipy.special import stdtrit  # noqa: PLC0415 - importing ratings must not load SciPy

    known = ~np.isnan(means)
    n = known.sum(axis=0)
    mean = np.where(known, means, 0.0).sum(axis=0) / n
    squares = np.where(known, (means - mean) ** 2, 0.0).sum(axis=0)
    error = np.sqrt(np.divide(squares, (n - 1.0) * n, out=np.full(len(n), np.nan), where=n > 1))
    reach = stdtrit(np.maximum(n - 1.0, 1.0), 0.975) * error
    return mean, np.column_stack([mean - reach, mean + reach]), n.astype(np.int32)


def _doubts(paired: list[_Paired], over: str) -> list[str]:
    counts = [len(one.first) for one in paired]
    alone, few = sum(count < 2 for count in counts), sum(2 <= count < FEW for count in counts)
    notes = []
    if alone:
        notes.append(f"{alone} pairs have fewer than two {over} with votes on both: no test")
    if few:
        notes.append(f"{few} pairs rest on fewer than {FEW} {over}: take their p-values as hints")
    return notes
