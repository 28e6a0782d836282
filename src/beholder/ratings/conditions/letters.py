"""Compact letters: conditions that share a letter do not differ significantly.

>>> compact_letters([[False, False, True], [False, False, True], [True, True, False]])
('a', 'a', 'b')
"""

from __future__ import annotations

from string import ascii_lowercase

import numpy as np
from numpy.typing import ArrayLike

from beholder.ratings.votes import Values

__all__ = ["compact_letters"]

MOST = 200  # letters; beyond that nobody reads them, and their number can double with every pair


def compact_letters(different: ArrayLike, *, mean: Values | None = None) -> tuple[str, ...]:
    """Give each condition its letters, by insert and absorb (Piepho 2004, doi:10.1198/1061860043515).

    Parameters
    ----------
    different : bool array, shape (conditions, conditions)
        Which pairs differ significantly; symmetric.
    mean : float64 array, optional
        Letters run from the best mean (``a``) down; without it in the given order.

    Returns
    -------
    tuple of str
        Empty strings where more than 200 letters would be needed.
    """
    apart = np.asarray(different, bool)
    count = len(apart)
    order = np.arange(count) if mean is None else np.argsort(-mean, kind="stable")
    if count > MOST:
        return ("",) * count
    groups = [frozenset(range(count))]
    for i in range(count):
        for j in range(i + 1, count):
            if apart[order[i], order[j]]:
                groups = _split(groups, i, j)
        if len(groups) > MOST:
            return ("",) * count
    groups.sort(key=lambda group: (min(group), max(group)))
    letters = [""] * count
    for index, group in enumerate(groups):
        for place in group:
            letters[order[place]] += _letter(index)
    return tuple(letters)


def _split(groups: list[frozenset[int]], i: int, j: int) -> list[frozenset[int]]:
    """Keep i and j out of one group; a group inside of another goes."""
    both = [group for group in groups if i in group and j in group]
    kept = [group for group in groups if not (i in group and j in group)]
    for group in both:
        for part in (group - {i}, group - {j}):
            if not any(part <= other for other in kept):
                kept = [other for other in kept if not other < part] + [part]
    return kept


def _letter(index: int) -> str:
    return ascii_lowercase[index] if index < 26 else f"{_letter(index // 26 - 1)}{ascii_lowercase[index % 26]}"
