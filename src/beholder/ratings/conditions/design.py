"""What a mixed model of votes is made of: coded fixed effects and the levels of random ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from beholder.errors import TableError, UsageError
from beholder.ratings.conditions.cells import Keys
from beholder.ratings.votes import Codes, Ratings, Values

__all__ = ["RANDOM", "Design", "Random", "design", "random_factors"]

Random = Literal["rater", "source", "stimulus", "rater:condition", "rater:source"]
RANDOM: tuple[Random, ...] = ("rater", "source", "stimulus", "rater:condition", "rater:source")

UNKNOWN = "not known"
AGES = (0, 30, 45, 60, 200)  # years; young, middle, older and old adults, none of them rare in a crowd
MANY = 12  # levels of an attribute beyond which it is a number or a name, not a group


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Fixed effects of the votes, in sum-to-zero coding.

    Attributes
    ----------
    cell : int32 array, shape (votes,)
        Row of `coding` of each vote.
    coding : float64 array, shape (cells, columns)
        1, then the columns of each term.
    terms : tuple of (str, slice)
        Name and columns of each term.
    means : float64 array, shape (conditions, columns)
        Contrasts that give the mean of each condition, every level of the attributes weighted alike.
    notes : tuple of str
        How attributes were read.
    """

    cell: Codes
    coding: Values
    terms: tuple[tuple[str, slice], ...]
    means: Values
    notes: tuple[str, ...]


def design(key: Keys, *, attributes: Sequence[str], interactions: bool) -> Design:
    """Code condition, rater attributes and, when asked, the interaction of each attribute with the condition.

    Raises
    ------
    UsageError
        When an attribute is not known, has one level or too many.
    TableError
        When effects cannot be told apart.
    """
    levels, notes = [key.condition], []
    for name in attributes:
        code, said = _attribute(key.votes, name)
        levels.append(code[key.votes.rater])
        notes += said
    sizes = [int(code.max()) + 1 for code in levels]
    cells, place = np.unique(np.column_stack(levels), axis=0, return_inverse=True)
    coded = [_sum_to_zero(size)[cells[:, k]] for k, size in enumerate(sizes)]
    names = ["condition", *attributes]
    if interactions:
        for name, columns in zip(attributes, coded[1:], strict=True):
            names.append(f"condition:{name}")
            coded.append((coded[0][:, :, None] * columns[:, None, :]).reshape(len(cells), -1))
    coding = np.column_stack([np.ones(len(cells)), *coded])
    if np.linalg.matrix_rank(coding) < coding.shape[1]:
        what = "some combinations of condition and attributes have no votes, so their effects cannot be told apart"
        raise TableError("mixed model", what, "leave an attribute or the interactions out")
    edges = np.cumsum([1, *(part.shape[1] for part in coded)])
    terms = tuple((name, slice(int(a), int(b))) for name, (a, b) in zip(names, pairwise(edges), strict=True))
    means = np.zeros((sizes[0], coding.shape[1]))
    means[:, 0] = 1.0
    means[:, terms[0][1]] = _sum_to_zero(sizes[0])
    return Design(place.ravel().astype(np.int32), coding, terms, means, tuple(notes))


def random_factors(key: Keys, random: Sequence[Random]) -> tuple[list[tuple[str, Codes]], list[str]]:
    """Give the levels of each random factor that the votes can tell, and say which they cannot.

    Raises
    ------
    UsageError
        For an unknown factor, or when none is left.
    """
    unknown = sorted(set(random) - set(RANDOM))
    if unknown:
        raise UsageError("random", f"{unknown[0]!r} is unknown", f"take some of {', '.join(RANDOM)}")
    rater, source = key.votes.rater.astype(np.int64), key.source.astype(np.int64)
    every = {
        "rater": rater,
        "source": source,
        "stimulus": key.votes.stimulus.astype(np.int64),
        "rater:condition": rater * len(key.conditions) + key.condition,
        "rater:source": rater * len(key.sources) + source,
    }
    kept: list[tuple[str, Codes]] = []
    notes = []
    for name in random:
        _, place = np.unique(every[name], return_inverse=True)
        code = place.astype(np.int32)
        reason = _untold(name, code, key)
        if reason:
            notes.append(f"no random effect of {name}: {reason}")
        else:
            kept.append((name, code))
    if not kept:
        raise UsageError("random", "no random effect can be told from these votes", "; ".join(notes) or "name one")
    return kept, notes


def _untold(name: str, code: Codes, key: Keys) -> str:
    """Why a factor's variance cannot be told; empty when it can."""
    count = int(code.max()) + 1
    if name.startswith("rater") and key.votes.anonymous:
        return "it is not known who gave which vote"
    if count < 2:
        return "there is only one"
    if count == len(code):
        return "each has one vote, so it is part of the residual"
    if name in ("source", "stimulus") and count <= len(key.conditions):
        inside = len(np.unique(code.astype(np.int64) * len(key.conditions) + key.condition))
        if inside == count:
            return "each condition has one, so it is part of the condition"
    return ""


def _attribute(votes: Ratings, name: str) -> tuple[Codes, list[str]]:
    """Level of each rater, and what was assumed."""
    if name not in votes.about_raters or votes.anonymous:
        known = ", ".join(votes.about_raters) or "none"
        raise UsageError(name, "raters have no such attribute", f"known attributes: {known}")
    there = np.unique(votes.rater)
    given = votes.about_raters[name]
    values = [UNKNOWN if given[index] is None else str(given[index]).strip() for index in there]
    notes = []
    if name.lower() == "age" and len(set(values)) > len(AGES):
        values, said = _banded(values)
        notes.append(said)
    if UNKNOWN in values:
        notes.append(f"{values.count(UNKNOWN)} raters without {name} are a group of their own")
    kinds = sorted(set(values))
    if not 2 <= len(kinds) <= MANY:
        raise UsageError(name, f"{len(kinds)} different values", f"an attribute needs 2 to {MANY} groups")
    code = np.zeros(len(votes.raters), np.int32)
    code[there] = [kinds.index(value) for value in values]
    return code, notes


def _banded(values: list[str]) -> tuple[list[str], str]:
    """Age in years as bands."""
    try:
        years = [None if value == UNKNOWN else float(value) for value in values]
    except ValueError as error:
        raise UsageError("age", "some ages are not numbers", "give years, or a few bands") from error
    bands = [f"{low} to {high - 1}" for low, high in pairwise(AGES)]
    place = [None if year is None else int(np.clip(np.searchsorted(AGES, year, "right") - 1, 0, 3)) for year in years]
    named = [UNKNOWN if index is None else bands[index] for index in place]
    return named, "age is taken in bands: under 30, 30 to 44, 45 to 59, 60 and over"


def _sum_to_zero(levels: int) -> Values:
    """Columns of a factor: a level each, the last is minus all others."""
    return np.vstack([np.eye(levels - 1), -np.ones((1, levels - 1))])
