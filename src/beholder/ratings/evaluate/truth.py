"""The MOS that models are judged against, their predictions, and the join of the two by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from beholder.errors import TableError
from beholder.ratings.evaluate.estimate import half_width, z_quantile
from beholder.ratings.recovered import Recovered
from beholder.ratings.votes import ACR, Ratings, Scale, Values

__all__ = ["Joined", "Predictions", "Truth", "join"]

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """MOS of stimuli and what is known about each.

    Attributes
    ----------
    stimuli : tuple of str
        Names, each once.
    mos, ci95, standard_error : float64 array, shape (stimuli,)
        The MOS, the half width of its 95 % interval and its standard error; NaN where the last two are not known.
    n : float64 array, shape (stimuli,)
        Votes; NaN where not known.
    scale : Scale
        Scale of the MOS.
    condition, source : tuple of str or None
        Of each stimulus (HRC and SRC); None when not known.
    method : str
        How the MOS and the intervals were made.
    notes : tuple of str
        What was taken for granted.
    """

    stimuli: Names
    mos: Values
    ci95: Values
    standard_error: Values
    n: Values
    scale: Scale = ACR
    condition: Names | None = None
    source: Names | None = None
    method: str = "as given"
    notes: Names = ()

    def __post_init__(self) -> None:
        columns = (self.mos, self.ci95, self.standard_error, self.n, self.condition, self.source)
        if any(column is not None and len(column) != len(self.stimuli) for column in columns):
            raise TableError("ratings", "the columns differ in length", "give one entry per stimulus in each")
        _no_name_twice("ratings", self.stimuli)

    @classmethod
    def from_ratings(cls, ratings: Ratings) -> Truth:
        """Give the plain MOS of votes, with Student's interval (P.1401, 7.5.2.2).

        Examples
        --------
        >>> Truth.from_ratings(Ratings.from_matrix([[5, 4, 5], [2, 1, 2]])).mos.round(3).tolist()
        [4.667, 1.667]
        """
        n = ratings.votes_per_stimulus.astype(np.float64)
        size = len(ratings.stimuli)
        total = np.bincount(ratings.stimulus, weights=ratings.score, minlength=size)
        mos = np.divide(total, n, out=np.full(size, np.nan), where=n > 0)
        around = np.bincount(ratings.stimulus, weights=(ratings.score - mos[ratings.stimulus]) ** 2, minlength=size)
        sd = np.sqrt(np.divide(around, n - 1.0, out=np.full(size, np.nan), where=n > 1))
        return cls(
            stimuli=ratings.stimuli,
            mos=mos,
            ci95=half_width(sd, n),
            standard_error=sd / np.sqrt(np.maximum(n, 1.0)),
            n=n,
            scale=ratings.scale,
            condition=_fact(ratings, "condition"),
            source=_fact(ratings, "source"),
            method="mean of the votes, Student's interval (normal from 30 votes on)",
            notes=ratings.assumed,
        )

    @classmethod
    def from_recovered(cls, recovered: Recovered, *, ratings: Ratings | None = None) -> Truth:
        """Give the MOS of any recovery; scale, conditions and sources come from its ratings."""
        return cls(
            stimuli=recovered.stimuli,
            mos=recovered.mos,
            ci95=(recovered.ci95[:, 1] - recovered.ci95[:, 0]) / 2.0,
            standard_error=recovered.standard_error,
            n=recovered.n.astype(np.float64),
            scale=ACR if ratings is None else ratings.scale,
            condition=None if ratings is None else _fact(ratings, "condition"),
            source=None if ratings is None else _fact(ratings, "source"),
            method=f"{recovered.method}, interval: {recovered.interval}",
            notes=recovered.notes,
        )

    def take(self, rows: NDArray[np.intp]) -> Truth:
        """Give some stimuli, in the given order."""

        def some(names: Names | None) -> Names | None:
            return None if names is None else tuple(names[row] for row in rows)

        return replace(
            self,
            stimuli=tuple(self.stimuli[row] for row in rows),
            mos=self.mos[rows],
            ci95=self.ci95[rows],
            standard_error=self.standard_error[rows],
            n=self.n[rows],
            condition=some(self.condition),
            source=some(self.source),
        )

    def by_condition(self, table: Values) -> tuple[Truth, Values]:
        """Average MOS and predictions of the stimuli of each condition.

        The standard error of a mean of independent MOS is the root of the sum of their squares over their number; the
        interval is Student's with the votes less the stimuli as degrees of freedom (P.1401, Appendix III).

        Parameters
        ----------
        table : float64 array, shape (M, stimuli)
            Predictions.

        Returns
        -------
        tuple of Truth and float64 array of shape (M, conditions)

        Raises
        ------
        TableError
            When conditions are not known.
        """
        if self.condition is None:
            raise TableError("ratings", "the conditions are not known", "give a column condition (or hrc)")
        names, member, count = np.unique(np.asarray(self.condition), return_inverse=True, return_counts=True)

        def mean(values: Values) -> Values:
            return np.bincount(member, weights=values, minlength=names.size) / count

        standard_error = np.sqrt(mean(self.standard_error**2) / count)
        votes = mean(self.n) * count
        ci95 = half_width(standard_error * np.sqrt(votes - count + 1), votes - count + 1)
        ci95 = np.where(np.isfinite(ci95), ci95, np.sqrt(mean(self.ci95**2) / count))
        truth = replace(
            self,
            stimuli=tuple(names.tolist()),
            mos=mean(self.mos),
            ci95=ci95,
            standard_error=standard_error,
            n=votes,
            condition=None,
            source=None,
        )
        return truth, np.array([mean(row) for row in table]).reshape(len(table), names.size)


def _fact(ratings: Ratings, name: str) -> Names | None:
    values = ratings.about_stimuli.get(name)
    return None if values is None or None in values else tuple(str(value) for value in values)


def _no_name_twice(where: str, names: Sequence[str]) -> None:
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise TableError(where, f"{twice[0]!r} is there twice", "give one row per stimulus")


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """What models say of stimuli.

    Attributes
    ----------
    models, stimuli : tuple of str
        Names, each once.
    values : float64 array, shape (models, stimuli)
        NaN where a model says nothing.
    notes : tuple of str
        What was taken for granted.
    """

    models: Names
    stimuli: Names
    values: Values
    notes: Names = ()

    def __post_init__(self) -> None:
        if self.values.shape != (len(self.models), len(self.stimuli)):
            shape = " x ".join(map(str, self.values.shape))
            what = f"a table of {shape} for {len(self.models)} models and {len(self.stimuli)} stimuli"
            raise TableError("predictions", what, "give models x stimuli")
        _no_name_twice("predictions", self.models)
        _no_name_twice("predictions", self.stimuli)


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Stimuli that have a MOS and a prediction of every model.

    Attributes
    ----------
    truth : Truth
    models : tuple of str
    values : float64 array, shape (models, stimuli)
    unpredicted, unrated : tuple of str
        Rated stimuli that some model says nothing of, and predicted ones without a MOS: left out.
    notes : tuple of str
    """

    truth: Truth
    models: Names
    values: Values
    unpredicted: Names
    unrated: Names
    notes: Names


def join(truth: Truth, predictions: Predictions) -> Joined:
    """Match MOS and predictions by the names of the stimuli.

    Names are matched as they are; what is left is matched by file name without folder and ending, where that is unique
    on both sides.

    Raises
    ------
    TableError
        When no name matches.
    """
    place = {name: index for index, name in enumerate(predictions.stimuli)}
    column = [place.get(name, -1) for name in truth.stimuli]
    notes = [*truth.notes, *predictions.notes]
    by_stem = _match_stems(truth.stimuli, predictions.stimuli, column)
    if by_stem:
        notes.append(f"{by_stem} names were matched without folder and ending")
    found = np.array(column)
    said = np.where(found[None, :] >= 0, predictions.values[:, found], np.nan)
    told: NDArray[np.bool_] = np.asarray(np.isfinite(said).all(axis=0))
    rows = np.flatnonzero(told & np.isfinite(truth.mos))
    if not rows.size:
        what = (
            f"no stimulus has both a MOS and a prediction (rated: {truth.stimuli[0]!r} ..., "
            f"predicted: {predictions.stimuli[0]!r} ...)"
        )
        raise TableError("predictions", what, "name the stimuli alike in both tables")
    used = set(found[rows].tolist())
    return Joined(
        truth=truth.take(rows),
        models=predictions.models,
        values=predictions.values[:, found[rows]],
        unpredicted=tuple(name for name, one in zip(truth.stimuli, told.tolist(), strict=True) if not one),
        unrated=tuple(name for index, name in enumerate(predictions.stimuli) if index not in used),
        notes=tuple(notes),
    )


def _match_stems(rated: Names, predicted: Names, column: list[int]) -> int:
    """Fill in what matches by stem; says how many."""
    taken = set(column)
    free = [index for index in range(len(predicted)) if index not in taken]
    stems = Counter(_stem(predicted[index]) for index in free)
    places = {stem: index for index in free if stems[stem := _stem(predicted[index])] == 1}
    open_rows = [row for row, index in enumerate(column) if index < 0]
    wanted = Counter(_stem(rated[row]) for row in open_rows)
    matched = 0
    for row in open_rows:
        stem = _stem(rated[row])
        if wanted[stem] == 1 and stem in places:
            column[row] = places[stem]
            matched += 1
    return matched


def _stem(name: str) -> str:
    return PurePath(name.replace("\\", "/")).stem


def interval_of(standard_error: Values, n: Values) -> Values:
    """Give the half width of an interval from a standard error; the normal one where the votes are not known."""
    known = np.isfinite(n)
    votes = np.where(known, n, 2.0)
    student = half_width(standard_error * np.sqrt(votes), votes)
    width: Values = np.where(known, student, z_quantile() * standard_error)
    return width
