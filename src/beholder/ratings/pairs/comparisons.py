"""The votes of a pair comparison test: which of two stimuli a rater preferred.

>>> votes = Comparisons.from_votes(["a", "a", "b"], ["b", "c", "c"], ["first", "tie", "second"], raters=["x", "x", "y"])
>>> votes.wins.tolist()
[[0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
>>> votes.ties[0, 2], votes.raters
(np.float64(1.0), ('x', 'y'))
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from beholder.errors import TableError
from beholder.ratings.votes import Codes, Values

__all__ = ["Comparisons", "Edges"]

WHERE = "pair comparisons"
OUTCOMES = {"first": 1, "second": -1, "tie": 0}


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Every pair that was compared, with its counts.

    Attributes
    ----------
    low, high : int32 array, shape (pairs,)
        The two stimuli of a pair; `low` has the smaller number.
    wins_low, wins_high, ties : float64 array, shape (pairs,)
        How often each was preferred, and how often neither.
    """

    low: Codes
    high: Codes
    wins_low: Values
    wins_high: Values
    ties: Values

    @property
    def total(self) -> Values:
        """Comparisons of each pair."""
        return self.wins_low + self.wins_high + self.ties


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """The votes of a pair comparison test.

    Attributes
    ----------
    stimuli, raters : tuple of str
        Names, each once.
    first, second : int32 array, shape (votes,)
        The two stimuli of each vote.
    outcome : int8 array, shape (votes,)
        1 when the first was preferred, -1 when the second, 0 for a tie.
    rater : int32 array, shape (votes,)
        Who voted.
    times : float64 array, shape (votes,)
        How often; 1 for an ordinary vote.

    Raises
    ------
    TableError
        When there is no vote, columns differ in length, a name is twice there, a stimulus is compared with itself or
        a count is not positive.
    """

    stimuli: tuple[str, ...]
    raters: tuple[str, ...]
    first: Codes
    second: Codes
    outcome: NDArray[np.int8]
    rater: Codes
    times: Values

    def __post_init__(self) -> None:
        _check(self)

    def __len__(self) -> int:
        return len(self.first)

    @classmethod
    def from_votes(
        cls,
        first: Sequence[Any],
        second: Sequence[Any],
        outcome: Sequence[str],
        *,
        raters: Sequence[Any] | None = None,
        stimuli: Sequence[Any] | None = None,
    ) -> Comparisons:
        """Make comparisons of one entry per vote.

        Parameters
        ----------
        first, second : sequence
            Names of the two stimuli of each vote.
        outcome : sequence of str
            ``first``, ``second`` or ``tie``.
        raters : sequence, optional
            Who voted; when not given, all votes are one rater's, and a bootstrap over raters is not possible.
        stimuli : sequence, optional
            Every stimulus in the wished order; otherwise in the order of their first appearance.
        """
        unknown = sorted({str(word) for word in outcome} - OUTCOMES.keys())
        if unknown:
            raise TableError(WHERE, f"{unknown[0]!r} is no outcome", "say first, second or tie")
        if len({len(first), len(second), len(outcome), len(outcome if raters is None else raters)}) > 1:
            raise TableError(WHERE, "the columns differ in length", "give one entry per vote in each")
        both = [str(name) for pair in zip(first, second, strict=True) for name in pair]
        names, codes = _coded(both, stimuli)
        people, who = _coded(["all"] * len(outcome) if raters is None else [str(name) for name in raters], None)
        return cls(
            stimuli=names,
            raters=people,
            first=codes[::2],
            second=codes[1::2],
            outcome=np.array([OUTCOMES[str(word)] for word in outcome], np.int8),
            rater=who,
            times=np.ones(len(outcome)),
        )

    @classmethod
    def from_wins(
        cls, wins: ArrayLike, *, ties: ArrayLike | None = None, stimuli: Sequence[Any] | None = None
    ) -> Comparisons:
        """Make comparisons of a square table: how often the row was preferred to the column.

        Parameters
        ----------
        wins : array, shape (stimuli, stimuli)
            Counts; halves are welcome (a tie that was already split). The diagonal is 0 or NaN.
        ties : array, shape (stimuli, stimuli), optional
            How often neither was preferred; symmetric.
        stimuli : sequence, optional
            Names; counted from 1 when not given.
        """
        table = _square(wins)
        size = len(table)
        equal = np.zeros_like(table) if ties is None else _square(ties)
        if equal.shape != table.shape or not np.array_equal(equal, equal.T):
            raise TableError(WHERE, "the ties are not a symmetric table of the same size", "count each tie both ways")
        row, column = np.nonzero(table)
        left, right = np.nonzero(np.triu(equal))
        outcome = np.repeat(np.array([1, 0], np.int8), [len(row), len(left)])
        names = range(1, size + 1) if stimuli is None else stimuli
        return cls(
            stimuli=tuple(str(name) for name in names),
            raters=("all",),
            first=np.concatenate([row, left]).astype(np.int32),
            second=np.concatenate([column, right]).astype(np.int32),
            outcome=outcome,
            rater=np.zeros(len(outcome), np.int32),
            times=np.concatenate([table[row, column], equal[left, right]]),
        )

    @classmethod
    def from_sureal(
        cls, assets: Sequence[Hashable], opinions: Sequence[Mapping[tuple[str, Hashable], float]]
    ) -> Comparisons:
        """Make comparisons of the ``os`` entries of a SUREAL pair comparison data set.

        Parameters
        ----------
        assets : sequence
            ``asset_id`` of each of ``dis_videos``.
        opinions : sequence of mapping
            ``os`` of each of ``dis_videos``: (rater, other asset) to 1 when this one was preferred, 0 when the other
            one was, 0.5 for a tie; whole numbers above 1 count that many wins. A vote that is written from both sides
            counts once.
        """
        place = {asset: index for index, asset in enumerate(assets)}
        votes: dict[tuple[str, int, int, int], float] = {}
        for asset, opinion in zip(assets, opinions, strict=True):
            for (rater, other), value in opinion.items():
                if other not in place:
                    raise TableError(WHERE, f"asset {other!r} is compared, but is not in the set", "add its entry")
                key = (str(rater), *_vote(place[asset], place[other], float(value)))
                votes[key] = max(votes.get(key, 0.0), float(value), 1.0)
        people, who = _coded([key[0] for key in votes], None)
        pair = np.array([key[1:] for key in votes], np.int32).reshape(-1, 3)
        return cls(
            stimuli=tuple(str(asset) for asset in assets),
            raters=people,
            first=pair[:, 0],
            second=pair[:, 1],
            outcome=pair[:, 2].astype(np.int8),
            rater=who,
            times=np.array(list(votes.values())),
        )

    @property
    def groups(self) -> Codes:
        """Which stimuli are joined by comparisons, over any number of steps: a group number per stimulus."""
        from scipy.sparse import csgraph  # noqa: PLC0415 - importing ratings must not load SciPy

        return np.asarray(csgraph.connected_components(_links(self), directed=False)[1], np.int32)

    @property
    def tiers(self) -> Codes:
        """Which stimuli have an answer to each other: a tier number per stimulus.

        Two stimuli are of one tier when each was preferred to (or tied with) the other, directly or over others. Of two
        tiers of one group, one was never preferred to the other: the direction of their difference is known, its size
        is not (Ford 1957, doi:10.1080/00029890.1957.11989117).
        """
        from scipy.sparse import csgraph  # noqa: PLC0415 - importing ratings must not load SciPy

        return np.asarray(csgraph.connected_components(_links(self), connection="strong")[1], np.int32)

    def edges(self, weight: Values | None = None) -> Edges:
        """Count every pair that was compared; `weight` (one per rater) counts a rater's votes so many times."""
        swap = self.first > self.second
        low, high = np.where(swap, self.second, self.first), np.where(swap, self.first, self.second)
        pairs, place = np.unique(low.astype(np.int64) * len(self.stimuli) + high, return_inverse=True)
        times = self.times if weight is None else self.times * weight[self.rater]
        won = np.where(swap, -self.outcome, self.outcome)
        counts = [np.bincount(place, times * (won == sign), len(pairs)).astype(np.float64) for sign in (1, -1, 0)]
        row, column = np.divmod(pairs, len(self.stimuli))
        return Edges(row.astype(np.int32), column.astype(np.int32), *counts)

    @property
    def wins(self) -> Values:
        """How often the row was preferred to the column, shape (stimuli, stimuli)."""
        table = np.zeros((len(self.stimuli), len(self.stimuli)))
        won, lost = self.outcome > 0, self.outcome < 0
        np.add.at(table, (self.first[won], self.second[won]), self.times[won])
        np.add.at(table, (self.second[lost], self.first[lost]), self.times[lost])
        return table

    @property
    def ties(self) -> Values:
        """How often neither of two was preferred, shape (stimuli, stimuli), symmetric."""
        table = np.zeros((len(self.stimuli), len(self.stimuli)))
        tie = self.outcome == 0
        np.add.at(table, (self.first[tie], self.second[tie]), self.times[tie])
        return table + table.T


def _coded(names: list[str], wanted: Sequence[Any] | None) -> tuple[tuple[str, ...], Codes]:
    """Names, each once in the order of appearance (or as `wanted`), and the number of each entry's name."""
    known = tuple(dict.fromkeys(names)) if wanted is None else tuple(str(name) for name in wanted)
    place = {name: index for index, name in enumerate(known)}
    missing = next((name for name in names if name not in place), None)
    if missing is not None:
        raise TableError(WHERE, f"{missing} is compared, but is not in the list of stimuli", "name every one of them")
    return known, np.array([place[name] for name in names], np.int32)


def _square(table: ArrayLike) -> Values:
    """Read a square table of counts, NaN as 0."""
    given = np.asarray(table, np.float64)
    counts: Values = np.where(np.isnan(given), 0.0, given)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:
        raise TableError(
            WHERE, f"a table of shape {counts.shape} is not square", "give one row and column per stimulus"
        )
    return counts


def _vote(one: int, other: int, value: float) -> tuple[int, int, int]:
    """Read a SUREAL entry: the pair with the smaller number first, and 1, -1 or 0 for a tie."""
    if value not in (0.0, 0.5) and (value < 0 or value != round(value)):
        raise TableError(WHERE, f"{value:g} is no count of preferences", "give 0, 0.5, 1 or a larger whole number")
    won = 0 if value == 0.5 else 1 if value else -1
    return (one, other, won) if one < other else (other, one, -won)


def _links(votes: Comparisons) -> Any:
    """Sparse graph with a link from every stimulus to those that it was preferred to or tied with."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - importing ratings must not load SciPy

    ahead, behind = votes.outcome >= 0, votes.outcome <= 0
    row = np.concatenate([votes.first[ahead], votes.second[behind]])
    column = np.concatenate([votes.second[ahead], votes.first[behind]])
    size = len(votes.stimuli)
    return csr_array((np.ones(len(row)), (row, column)), shape=(size, size))


def _check(votes: Comparisons) -> None:
    if not len(votes.first):
        raise TableError(WHERE, "there is no comparison", "give at least one")
    columns = (votes.second, votes.outcome, votes.rater, votes.times)
    if any(column.shape != votes.first.shape for column in columns):
        raise TableError(WHERE, "the columns differ in length", "give one entry per vote in each")
    for kind, names in (("stimulus", votes.stimuli), ("rater", votes.raters)):
        if len(set(names)) < len(names):
            raise TableError(WHERE, f"a {kind} has the name of another", "give each one name")
    highest = max(votes.first.max(), votes.second.max())
    if min(votes.first.min(), votes.second.min()) < 0 or highest >= len(votes.stimuli):
        raise TableError(WHERE, "a vote is about a stimulus that is not in the list", "name every one of them")
    same = votes.first == votes.second
    if same.any():
        name = votes.stimuli[votes.first[same][0]]
        raise TableError(WHERE, f"{name} is compared with itself", "leave such votes out, or mend the names")
    if not (np.isfinite(votes.times).all() and (votes.times > 0).all()):
        raise TableError(WHERE, "a count is not positive", "count each comparison once or more often")
