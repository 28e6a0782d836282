"""Differential MOS (ACR with hidden reference): quality less what the source itself is short of.

Three computations share the name; results carry the one that was used:

================ ================= ============================================================================
variant          method            score of a stimulus, on a scale that ends at `high`
================ ================= ============================================================================
``per_rater``    ``dmos_per_rater``  mean of ``vote - own vote on the reference + high`` (ITU-T P.910, 7.3); with
                                   ``crush``, values above `high` become ``7 v / (2 + v)``
``group``        ``dmos_group``      MOS less MOS of the reference plus `high`; the interval takes the reference as
                                   exact (SUREAL's DMOS)
``capped``       ``dmos_capped``     the same, never above `high` (microsoft/P.910)
================ ================= ============================================================================

The reference of a stimulus is what has the fact ``reference`` (``yes``) and the same ``source``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from beholder.errors import UsageError
from beholder.ratings.layout import Columns, Moments, layout, moments
from beholder.ratings.mos import Interval, interval_of
from beholder.ratings.recovered import Recovered
from beholder.ratings.recovery.result import Z95, Raters, recovered
from beholder.ratings.votes import Ratings, Values

__all__ = ["Variant", "differential_mos"]

Variant = Literal["per_rater", "group", "capped"]
YES = {"1", "ref", "reference", "true", "y", "yes"}


def differential_mos(
    ratings: Ratings, *, variant: Variant = "per_rater", crush: bool = False, interval: Interval = "t"
) -> Recovered:
    """Compute DMOS; a reference itself gets the end of the scale.

    Parameters
    ----------
    ratings : Ratings
        With the facts ``source`` and ``reference`` about the stimuli.
    variant : {"per_rater", "group", "capped"}
        See the head of this module.
    crush : bool
        Bend values above the scale back (P.910's two-region formula); ``per_rater`` on scales up to 5 only.
    interval : {"t", "normal", "bootstrap"}
        ``per_rater``: of the differences. Otherwise of the votes; ``capped`` adds the variance of the reference's mean.

    Raises
    ------
    UsageError
        When a stimulus has no reference, or the options do not fit together.

    Examples
    --------
    >>> votes = Ratings.from_matrix([[5, 4, 5], [4, 2, 3]], stimuli=["src", "hrc1"])
    >>> from dataclasses import replace
    >>> votes = replace(votes, about_stimuli={"source": ("a", "a"), "reference": ("yes", None)})
    >>> differential_mos(votes).mos.round(3).tolist()
    [5.0, 3.333]
    """
    if variant not in get_args(Variant):
        raise UsageError("variant", f"there is no DMOS {variant!r}", f"choose one of {', '.join(get_args(Variant))}")
    if interval not in {"t", "normal", "bootstrap"}:
        raise UsageError("interval", f"DMOS has no interval {interval!r}", "choose t, normal or bootstrap")
    if crush and (variant != "per_rater" or ratings.scale.high != 5):
        raise UsageError("crush", "the formula is for differences per rater on scales up to 5", "leave it out")
    source, reference = _sources(ratings)
    if variant == "per_rater":
        return _per_rater(ratings, source, reference, crush=crush, interval=interval)
    return _of_means(ratings, source, reference, capped=variant == "capped", interval=interval)


def _sources(ratings: Ratings) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Give the number of the source of each stimulus, and which stimuli are references."""
    facts = ratings.about_stimuli
    if "source" not in facts or "reference" not in facts:
        raise UsageError("dmos", "nothing says which stimulus is the reference of which", "name source and reference")
    _, source = np.unique([str(name) for name in facts["source"]], return_inverse=True)
    marked = np.array([str(mark).strip().lower() in YES for mark in facts["reference"]])
    with_votes = marked & (ratings.votes_per_stimulus > 0)
    lacking = ~np.isin(source, source[with_votes])
    if lacking.any():
        name = ratings.stimuli[int(lacking.argmax())]
        raise UsageError("dmos", f"{name} has no reference with votes", "name one of the same source, or leave it out")
    return source, marked


def _per_rater(
    ratings: Ratings, source: NDArray[np.int64], reference: NDArray[np.bool_], *, crush: bool, interval: Interval
) -> Recovered:
    high, raters = ratings.scale.high, len(ratings.raters)
    pair = source[ratings.stimulus] * raters + ratings.rater
    marked = reference[ratings.stimulus]
    size = (int(source.max()) + 1) * raters
    count = np.bincount(pair[marked], minlength=size)
    total = np.bincount(pair[marked], weights=ratings.score[marked], minlength=size)
    both = count[pair] > 0
    own = total[pair[both]] / count[pair[both]]
    value = np.where(marked[both], high, ratings.score[both] - own + high)
    if crush:
        value = np.where(value > high, 7 * value / (2 + value), value)
    votes = Columns(
        value,
        ratings.stimulus[both].astype(np.int64),
        ratings.rater[both].astype(np.int64),
        (len(ratings.stimuli), raters),
    )
    found = moments(votes)
    error = found.spread / np.sqrt(np.maximum(found.n, 1))
    ends = interval_of(votes, interval=interval, scale=ratings.scale)
    lost = int((~both).sum())
    notes = (f"{lost} votes of raters who did not rate the reference are left out",) if lost else ()
    kind = "dmos_per_rater_crushed" if crush else "dmos_per_rater"
    return _result(ratings, kind, interval, found, error=error, ends=ends, notes=notes)


def _of_means(
    ratings: Ratings, source: NDArray[np.int64], reference: NDArray[np.bool_], *, capped: bool, interval: Interval
) -> Recovered:
    scale, votes = ratings.scale, layout(ratings)
    found = moments(votes)
    of_reference = _references(ratings, source, reference)
    shift = scale.high - of_reference.mean[source]
    ends = interval_of(votes, interval=interval, scale=scale)
    error = found.spread / np.sqrt(np.maximum(found.n, 1))
    score, ends = found.mean + shift, ends + shift[:, None]
    if capped:
        half = (ends[:, 1] - ends[:, 0]) / 2
        quantile = np.divide(half, error, out=np.full_like(half, Z95), where=error > 0)
        of_means = (of_reference.spread / np.sqrt(np.maximum(of_reference.n, 1)))[source]
        error = np.hypot(error, np.where(reference, 0.0, of_means))  # votes on both count as independent
        score = np.minimum(score, scale.high)
        ends = np.minimum(np.stack([score - quantile * error, score + quantile * error], axis=1), scale.high)
    kind = "dmos_capped" if capped else "dmos_group"
    return _result(ratings, kind, interval, replace(found, mean=score), error=error, ends=ends)


def _references(ratings: Ratings, source: NDArray[np.int64], reference: NDArray[np.bool_]) -> Moments:
    """Give the votes on the references of each source in figures."""
    marked = reference[ratings.stimulus]
    own = source[ratings.stimulus[marked]]
    rater = ratings.rater[marked].astype(np.int64)
    return moments(Columns(ratings.score[marked], own, rater, (int(source.max()) + 1, len(ratings.raters))))


def _result(
    ratings: Ratings,
    method: str,
    interval: Interval,
    found: Moments,
    *,
    error: Values,
    ends: Values,
    notes: tuple[str, ...] = (),
) -> Recovered:
    return recovered(
        ratings,
        method,
        interval,
        n=found.n,
        mos=found.mean,
        sos=found.spread,
        standard_error=error,
        ci95=ends,
        raters=Raters.unknown(len(ratings.raters)),
        notes=notes,
    )
