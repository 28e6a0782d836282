"""The votes of a subjective test: who gave what to which stimulus.

Votes lie in columns (one entry per vote), so that a sparse crowd test of a
million votes and a complete laboratory panel are the same thing, and a
repetition is one more vote.

>>> votes = Ratings.from_matrix([[5, 4, 5], [2, 1, None]], stimuli=["good", "bad"])
>>> len(votes), votes.raters, votes.is_complete
(5, ('1', '2', '3'), False)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from beholder.errors import TableError

__all__ = ["ACR", "Codes", "Facts", "Ratings", "Scale", "Values"]

Codes = NDArray[np.int32]
"""Row numbers into a list of names."""
Values = NDArray[np.float64]
"""Statistics: float64, NaN where nothing is known."""
Facts = Mapping[str, tuple[str | None, ...]]
"""What is known about stimuli or raters beside their names: one value per name; None when not known."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale that people voted on.

    Attributes
    ----------
    low, high : float
        Worst and best vote.
    step : float or None
        Distance of two neighbouring votes; None for a continuous scale.

    Examples
    --------
    >>> Scale(1, 5).levels.tolist()
    [1.0, 2.0, 3.0, 4.0, 5.0]
    """

    low: float
    high: float
    step: float | None = 1.0

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError(f"a scale must rise: its low end {self.low:g} is not below its high end {self.high:g}")
        if self.step is not None and not 0 < self.step <= self.high - self.low:
            raise ValueError(f"a step of {self.step:g} does not fit between {self.low:g} and {self.high:g}")

    @property
    def levels(self) -> Values:
        """Every vote that the scale offers; empty for a continuous scale."""
        if self.step is None:
            return np.zeros(0)
        return np.linspace(self.low, self.high, round((self.high - self.low) / self.step) + 1)

    def holds(self, votes: ArrayLike) -> NDArray[np.bool_]:
        """Tell which votes lie on the scale, ends included."""
        values = np.asarray(votes, dtype=np.float64)
        return (values >= self.low) & (values <= self.high)

    def __str__(self) -> str:
        kind = "continuous" if self.step is None else f"steps of {self.step:g}"
        return f"{self.low:g} to {self.high:g}, {kind}"


ACR = Scale(1, 5)
"""Absolute category rating: bad, poor, fair, good, excellent (ITU-T P.910, 7.1; P.800)."""


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """The votes of one question of a test.

    Attributes
    ----------
    stimuli, raters : tuple of str
        Names, each once. A stimulus is a processed sequence (PVS): what one vote is about.
    stimulus, rater : int32 array, shape (votes,)
        Which of them each vote belongs to.
    score : float64 array, shape (votes,)
        The votes; finite and on `scale`.
    repetition : int32 array, shape (votes,)
        0 for the first vote of a rater on a stimulus, 1 for the second, and so on.
    scale : Scale
        The scale of the votes.
    question : str
        What was asked, such as ``quality`` or ``SIG``.
    order : float64 array or None
        Place of the vote in the rater's sitting, from 0; NaN where not known.
    seconds : float64 array or None
        Time taken for the vote; NaN where not known.
    about_stimuli, about_raters : Facts
        ``source`` (SRC), ``condition`` (HRC), ``reference`` (``yes`` for a hidden reference), ``gold`` (the expected
        vote), ``trap`` (the vote that a trapping clip asks for); ``age``, ``device``, ``expertise`` ...
    assumed : tuple of str
        What the reader of the file took for granted, in words.
    anonymous : bool
        The file tells the votes of each stimulus, not who gave them: raters are place holders, and nothing may be
        concluded about them.

    Raises
    ------
    TableError
        When there is no vote, columns differ in length, a vote is not on the scale, or a name is twice there.
    """

    stimuli: tuple[str, ...]
    raters: tuple[str, ...]
    stimulus: Codes
    rater: Codes
    score: Values
    repetition: Codes
    scale: Scale = ACR
    question: str = "quality"
    order: Values | None = None
    seconds: Values | None = None
    about_stimuli: Facts = field(default_factory=dict)
    about_raters: Facts = field(default_factory=dict)
    assumed: tuple[str, ...] = ()
    anonymous: bool = False

    def __post_init__(self) -> None:
        _check_columns(self)
        _check_names("stimulus", self.stimuli, self.stimulus, self.about_stimuli)
        _check_names("rater", self.raters, self.rater, self.about_raters)

    def __len__(self) -> int:
        return len(self.score)

    @classmethod
    def from_matrix(
        cls,
        matrix: ArrayLike | Sequence[Sequence[float | None]],
        *,
        stimuli: Iterable[Any] | None = None,
        raters: Iterable[Any] | None = None,
        scale: Scale = ACR,
        question: str = "quality",
    ) -> Ratings:
        """Make ratings of a matrix: stimuli x raters, or stimuli x raters x repetitions; a missing vote is NaN or None.

        Names that are not given are counted from 1. Stimuli and raters without a vote keep their place.
        """
        block = np.asarray(matrix, dtype=np.float64)
        if block.ndim == 2:
            block = block[:, :, None]
        if block.ndim != 3:
            raise TableError("ratings", f"a matrix of {block.ndim} dimensions holds no votes", "give stimuli x raters")
        stimulus, rater, repetition = (index.astype(np.int32) for index in np.nonzero(~np.isnan(block)))
        return cls(
            stimuli=_names(stimuli, block.shape[0]),
            raters=_names(raters, block.shape[1]),
            stimulus=stimulus,
            rater=rater,
            score=block[stimulus, rater, repetition],
            repetition=repetition,
            scale=scale,
            question=question,
        )

    @property
    def is_complete(self) -> bool:
        """Whether every rater voted equally often on every stimulus, and at least once."""
        cells, rest = len(self.stimuli) * len(self.raters), len(self)
        if rest % cells:
            return False
        counts = np.bincount(self.stimulus.astype(np.int64) * len(self.raters) + self.rater, minlength=cells)
        return bool((counts == rest // cells).all())

    @property
    def votes_per_stimulus(self) -> Codes:
        """Number of votes of each stimulus."""
        return np.bincount(self.stimulus, minlength=len(self.stimuli)).astype(np.int32)

    @property
    def votes_per_rater(self) -> Codes:
        """Number of votes of each rater."""
        return np.bincount(self.rater, minlength=len(self.raters)).astype(np.int32)

    def matrix(self) -> Values:
        """Give the votes as stimuli x raters, repetitions averaged, NaN where there is none."""
        shape = (len(self.stimuli), len(self.raters))
        cell = self.stimulus.astype(np.int64) * shape[1] + self.rater
        size = shape[0] * shape[1]
        total = np.bincount(cell, weights=self.score, minlength=size)
        count = np.bincount(cell, minlength=size)
        mean: Values = np.divide(total, count, out=np.full(size, np.nan), where=count > 0)
        return mean.reshape(shape)

    def where(self, keep: NDArray[np.bool_]) -> Ratings:
        """Give the votes for which `keep` (one truth value per vote) holds; names and facts keep their place."""
        return replace(
            self,
            stimulus=self.stimulus[keep],
            rater=self.rater[keep],
            score=self.score[keep],
            repetition=self.repetition[keep],
            order=None if self.order is None else self.order[keep],
            seconds=None if self.seconds is None else self.seconds[keep],
        )


def _names(given: Iterable[Any] | None, count: int) -> tuple[str, ...]:
    return tuple(str(name) for name in (range(1, count + 1) if given is None else given))


def _check_columns(votes: Ratings) -> None:
    if not len(votes.score):
        raise TableError("ratings", "there is no vote", "give a table with at least one vote")
    columns = (votes.stimulus, votes.rater, votes.repetition, votes.order, votes.seconds)
    if any(column is not None and column.shape != votes.score.shape for column in columns):
        raise TableError("ratings", "the columns differ in length", "give one entry per vote in each")
    off = ~votes.scale.holds(votes.score)
    if off.any():
        what = f"{int(off.sum())} votes are not on the scale ({votes.scale}), the first is {votes.score[off][0]:g}"
        raise TableError("ratings", what, "name the right scale, or mend the votes")


def _check_names(kind: str, names: tuple[str, ...], codes: Codes, facts: Facts) -> None:
    if len(set(names)) < len(names):
        twice = next(name for name, times in Counter(names).items() if times > 1)
        raise TableError("ratings", f"the {kind} {twice} is there twice", "give each one name")
    if codes.min() < 0 or codes.max() >= len(names):
        raise TableError("ratings", f"a vote belongs to a {kind} that is not in the list", "name every one of them")
    if any(len(values) != len(names) for values in facts.values()):
        what = f"a fact about each {kind} has another length than the list of names"
        raise TableError("ratings", what, "give one value per name")
