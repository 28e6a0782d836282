"""Votes by rater, source and condition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beholder.errors import TableError
from beholder.ratings.votes import Codes, Ratings, Values

__all__ = ["Cells", "Keys", "cells", "keys"]

LARGEST = 200_000_000  # cells; 1.6 GB
MOST = 200  # conditions; 19 900 pairs take seconds, and nobody reads more


@dataclass(frozen=True, slots=True, eq=False)
class Keys:
    """Condition and source of every vote that counts.

    Attributes
    ----------
    votes : Ratings
        Those that have a condition.
    conditions, sources : tuple of str
        Names; one source, ``all``, when sources are not known.
    condition, source : int32 array, shape (votes,)
        Of each vote.
    notes : tuple of str
        What was assumed or left out.
    """

    votes: Ratings
    conditions: tuple[str, ...]
    sources: tuple[str, ...]
    condition: Codes
    source: Codes
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Mean vote of each rater on each source and condition.

    Attributes
    ----------
    conditions : tuple of str
        Names.
    value : float64 array, shape (raters, sources, conditions)
        NaN where there is no vote.
    notes : tuple of str
        What was assumed or left out.
    """

    conditions: tuple[str, ...]
    value: Values
    notes: tuple[str, ...]


def keys(votes: Ratings) -> Keys:
    """Find condition and source of each vote, from the facts ``condition`` and ``source`` of the stimuli.

    Without the fact ``condition`` every stimulus is a condition of its own. Stimuli whose condition is not given are
    left out, and a note says so.

    Raises
    ------
    TableError
        With fewer than two conditions or more than 200, or when some stimuli have a source and some have none.
    """
    facts, notes = votes.about_stimuli, []
    stated = facts.get("condition")
    if stated is None:
        stated = votes.stimuli
        notes.append("stimuli have no condition: each is compared as a condition of its own")
    keep, said = _compared(votes, stated)
    notes += said
    if not keep.any():
        raise TableError("conditions", "no stimulus has a condition", "give the fact condition")
    votes = votes.where(keep)
    origin = facts.get("source") or ("all",) * len(votes.stimuli)
    if any(name is None for name in np.array(origin, object)[np.unique(votes.stimulus)]):
        raise TableError("conditions", "some stimuli have a source and some have none", "give it for all or for none")
    if "source" not in facts and facts.get("condition") is not None:
        notes.append("sources are not known: conditions are compared over all of their stimuli")
    conditions, condition = _coded(stated, votes.stimulus)
    if len(conditions) < 2:
        raise TableError("conditions", f"there is one condition, {conditions[0]}", "give votes on two or more")
    if len(conditions) > MOST:
        what = f"{len(conditions)} conditions are too many to compare each with each"
        raise TableError("conditions", what, f"name the column that tells conditions; at most {MOST}")
    sources, source = _coded(origin, votes.stimulus)
    return Keys(votes, conditions, sources, condition, source, tuple(notes))


def cells(votes: Ratings) -> Cells:
    """Average votes by rater, source and condition."""
    key = keys(votes)
    shape = (len(votes.raters), len(key.sources), len(key.conditions))
    size = int(np.prod(shape))
    if size > LARGEST:
        what = f"{shape[0]} raters x {shape[1]} sources x {shape[2]} conditions do not fit into memory"
        raise TableError("conditions", what, "use the mixed model")
    place = np.ravel_multi_index((key.votes.rater, key.source, key.condition), shape)
    count = np.bincount(place, minlength=size)
    total = np.bincount(place, key.votes.score, size)
    mean: Values = np.divide(total, count, out=np.full(size, np.nan), where=count > 0)
    return Cells(key.conditions, mean.reshape(shape), key.notes)


def _compared(votes: Ratings, stated: tuple[str | None, ...]) -> tuple[NDArray[np.bool_], list[str]]:
    """Which votes are compared: not those on stimuli without a condition, nor on gold and trapping clips."""
    named = np.array([name is not None for name in stated])
    check = np.zeros(len(stated), bool)
    for fact in ("gold", "trap"):
        check |= np.array([value is not None for value in votes.about_stimuli.get(fact, ())] or [False])
    reasons = ((~named & ~check, "stimuli without a condition"), (check, "gold and trapping clips"))
    counts = ((int(which[votes.stimulus].sum()), what) for which, what in reasons)
    return (named & ~check)[votes.stimulus], [
        f"{count} votes on {what} are left out" for count, what in counts if count
    ]


def _coded(names: tuple[str | None, ...], stimulus: Codes) -> tuple[tuple[str, ...], Codes]:
    """Names that have votes, in the order of the stimuli, and the number of each vote's name."""
    present = np.unique(stimulus)
    known = tuple(dict.fromkeys(str(names[index]) for index in present))
    place = {name: index for index, name in enumerate(known)}
    code = np.array([place.get(str(name), -1) for name in names], np.int32)
    return known, code[stimulus]
