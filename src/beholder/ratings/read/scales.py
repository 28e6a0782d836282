"""The scale behind a set of votes: written by a person, or guessed from the votes."""

from __future__ import annotations

import re

import numpy as np

from beholder.errors import TableError, UsageError
from beholder.ratings.votes import ACR, Scale, Values

__all__ = ["guess_scale", "scale_of"]

NAMED = {
    "acr": ACR,
    "dcr": ACR,
    "ccr": Scale(-3, 3),
    "acr9": Scale(1, 9),
    "acr11": Scale(0, 10),
    "mushra": Scale(0, 100, None),
}
"""Scales with a name of their own (ITU-T P.800, P.910; ITU-R BS.1534)."""
WRITTEN = re.compile(r"^\s*(-?[\d.]+)\s*(?:-|\.\.|:|to|,)\s*(-?[\d.]+)\s*(?:(?:/|step)\s*([\d.]+)|(continuous))?\s*$")

WHOLE = ((1, 5), (0, 1), (0, 4), (-3, 3), (1, 7), (1, 9), (0, 10), (1, 10), (1, 11), (0, 100), (-100, 100))
"""Scales of whole numbers, the likelier first."""
CONTINUOUS = ((1, 5), (0, 5), (-3, 3), (1, 7), (1, 9), (0, 10), (1, 11), (0, 1), (0, 100), (-100, 100))
STRAY_SHARE = 0.01  # fewer votes than this off an otherwise fitting 1 to 5 are slips, not a wider scale
LONG_SCALE = 20  # a scale of whole numbers with more steps than this is a slider


def scale_of(wish: Scale | str | None) -> Scale | None:
    """Read a scale as people write it: ``acr``, ``1-5``, ``0..100``, ``1-5/0.5``, ``0-10 continuous``.

    Raises
    ------
    UsageError
        When it cannot be understood.

    Examples
    --------
    >>> str(scale_of("1-5/0.5")), str(scale_of("mushra"))
    ('1 to 5, steps of 0.5', '0 to 100, continuous')
    """
    if wish is None or isinstance(wish, Scale):
        return wish
    if wish.strip().lower() in NAMED:
        return NAMED[wish.strip().lower()]
    found = WRITTEN.match(wish.lower())
    what, remedy = f"the scale {wish!r} is not understood", "write it as 1-5, 0-100, 1-5/0.5 or 0-10 continuous"
    if found is None:
        raise UsageError("scale", what, remedy)
    try:
        step = None if found[4] else float(found[3] or 1.0)
        return Scale(float(found[1]), float(found[2]), step)
    except ValueError as error:
        raise UsageError("scale", what, remedy) from error


def guess_scale(where: str, values: Values, counts: Values) -> tuple[Scale, str]:
    """Guess the scale of votes.

    Parameters
    ----------
    where : str
        The file, for messages.
    values, counts : float64 array
        Each distinct vote, rising, and how often it was given.

    Returns
    -------
    tuple of Scale and str
        The scale, and how it was found, in words.

    Raises
    ------
    TableError
        When none fits, a few votes are off an otherwise fitting scale, or zero may mean two things.
    """
    low, high = float(values[0]), float(values[-1])
    whole = bool((values == np.round(values)).all())
    _check_strays(where, values, counts)
    if whole and low == 0 and high == 5:
        what = "it holds votes from 0 to 5: 0 may mean 'not rated', or be the worst vote"
        raise TableError(where, what, "name the scale (0-5), or make the cells that were not rated empty")
    known = next(((a, b) for a, b in (WHOLE if whole else CONTINUOUS) if a <= low and high <= b), None)
    if known is None:
        raise TableError(where, f"its votes go from {low:g} to {high:g}: no usual scale holds them", "name the scale")
    halves = not whole and bool((2 * values == np.round(2 * values)).all()) and known == (1, 5)
    step = 0.5 if halves else 1.0 if whole and known[1] - known[0] <= LONG_SCALE else None
    scale = Scale(*known, step)
    return scale, f"the scale is taken as {scale}: the votes go from {low:g} to {high:g}"


def _check_strays(where: str, values: Values, counts: Values) -> None:
    """Refuse when nearly all votes are 1, 2, 3, 4 or 5 and a few are not on that scale."""
    fits = np.isin(values, ACR.levels)
    share = counts[~fits].sum() / counts.sum()
    if not 0 < share <= STRAY_SHARE:
        return
    off = ", ".join(f"{value:g} ({count:.0f} times)" for value, count in zip(values[~fits], counts[~fits], strict=True))
    what = f"nearly all votes are 1 to 5, but not these: {off[:200]}"
    raise TableError(where, what, "mend them, or name the scale that holds them")
