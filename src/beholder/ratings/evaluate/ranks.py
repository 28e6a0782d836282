"""Ranks that know about intervals: MOS that people cannot tell apart share a rank."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from beholder.errors import TableError
from beholder.ratings.evaluate.correlation import midranks
from beholder.ratings.votes import Values

__all__ = ["ci_ranks"]

DECIMALS = 2  # MOS and interval ends are compared as they are printed; Naderi & Moeller 2020


def ci_ranks(mos: ArrayLike, ci95: ArrayLike) -> Values:
    """Rank MOS from 1 (lowest), with ties where one lies within the interval of the other.

    A tie holds for all of a group: going up, a stimulus joins the group below when it is tied with every member. When
    it is not, those at the top of that group that are nearer to it than to their own neighbour go over to it.
    Source: Naderi & Moeller 2020, arXiv:2004.11490.

    Parameters
    ----------
    mos, ci95 : array_like, shape (stimuli,)
        MOS and half widths of their intervals.

    Returns
    -------
    float64 array, shape (stimuli,)

    Raises
    ------
    TableError
        When they differ in length or hold something that is no number.

    Examples
    --------
    >>> ci_ranks([10, 6, 5.5], [4, 2, 0.2]).tolist()
    [3.0, 1.5, 1.5]
    """
    m, half = np.asarray(mos, dtype=np.float64), np.asarray(ci95, dtype=np.float64)
    if m.shape != half.shape or m.ndim != 1 or not np.isfinite(m).all() or not np.isfinite(half).all():
        raise TableError("ratings", "each MOS needs its interval", "give two columns of numbers of one length")
    order = np.argsort(m, kind="stable")
    groups: list[list[int]] = []
    for index in order.tolist():
        _place(index, groups, m, half)
    group_of = np.empty(m.size)
    for number, group in enumerate(groups):
        group_of[group] = number
    return midranks(group_of)


def _place(index: int, groups: list[list[int]], mos: Values, half: Values) -> None:
    """Put the next stimulus into the last group, or begin one, with those that come over."""
    last = groups[-1] if groups else []
    if last and all(_tied(index, one, mos, half) for one in last):
        last.append(index)
        return
    fresh = [index]
    if last and _tied(index, last[-1], mos, half):
        while len(last) > 1 and _comes_over(fresh, last, mos, half):
            fresh.insert(0, last.pop())
    groups.append(fresh)


def _comes_over(fresh: list[int], last: list[int], mos: Values, half: Values) -> bool:
    nearer = abs(mos[fresh[0]] - mos[last[-1]]) < abs(mos[last[-2]] - mos[last[-1]])
    return bool(nearer and all(_tied(last[-1], one, mos, half) for one in fresh))


def _tied(a: int, b: int, mos: Values, half: Values) -> bool:
    return _within(a, b, mos, half) or _within(b, a, mos, half)


def _within(a: int, b: int, mos: Values, half: Values) -> bool:
    low, value, high = (round(float(v), DECIMALS) for v in (mos[b] - half[b], mos[a], mos[b] + half[b]))
    return low <= value <= high
