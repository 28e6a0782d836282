"""A file of votes, all the way: read, recovered, every rater looked at, per question.

>>> import polars as pl
>>> votes = {"a": [5, 4, 5], "b": [1, 2, 1]}
>>> rows = [(clip, rater, vote) for clip, given in votes.items() for rater, vote in zip("xyz", given)]
>>> found = analyse(pl.DataFrame(rows, schema=["clip", "rater", "vote"], orient="row"), method="mos")
>>> [round(float(mos), 2) for mos in found[0].recovered.mos]
[4.67, 1.33]
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from beholder.errors import UsageError
from beholder.ratings.agreement import Agreement, agreement_coefficients
from beholder.ratings.dmos import Variant, differential_mos
from beholder.ratings.drift import Drift, drift
from beholder.ratings.mos import Opinions, opinions, sos_parameter
from beholder.ratings.raters import RaterCard, rater_cards
from beholder.ratings.read import read, read_every
from beholder.ratings.recovered import Recovered
from beholder.ratings.recovery import recover
from beholder.ratings.recovery.result import Compat, RecoveryInterval
from beholder.ratings.votes import Ratings, Scale, Values

__all__ = ["Analysis", "analyse"]

BLOCK = 1 << 20  # bytes
DIFFERENTIAL: Mapping[str, Variant] = {
    "dmos": "per_rater",
    "dmos_per_rater": "per_rater",
    "dmos_group": "group",
    "dmos_capped": "capped",
}
"""Methods that compare stimuli with their hidden references."""


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """What the votes on one question say.

    Attributes
    ----------
    ratings : Ratings
    recovered : Recovered
        Scores and raters by the chosen method.
    opinions : Opinions
        Plain means, spread, %GoB and %PoW of the same votes.
    cards : tuple of RaterCard
        One per rater; empty when the file does not say who voted.
    sos_parameter : float
        `a` of the SOS hypothesis, of all votes.
    agreement : tuple of Agreement
        How far raters agree, by several coefficients; empty when the file does not say who voted.
    drift : Drift or None
        Votes along the sitting, where the order is known.
    path, sha256 : str
        The file; empty for a data frame.
    """

    ratings: Ratings
    recovered: Recovered
    opinions: Opinions
    cards: tuple[RaterCard, ...]
    sos_parameter: float
    agreement: tuple[Agreement, ...] = ()
    drift: Drift | None = None
    path: str = ""
    sha256: str = ""


def analyse(
    source: Ratings | str | os.PathLike[str] | Any,
    *,
    method: str | None = None,
    interval: RecoveryInterval | None = None,
    compat: Compat | None = None,
    question: str | None = None,
    scale: Scale | str | None = None,
    orientation: Literal["stimuli", "raters"] | None = None,
    columns: Mapping[str, str] | None = None,
) -> tuple[Analysis, ...]:
    """Read votes, turn them into scores with intervals, and look at every rater.

    Parameters
    ----------
    source : Ratings, str, path or data frame
    method, interval, compat : str, optional
        As in `recover`; also ``dmos`` (``dmos_per_rater``), ``dmos_group`` and ``dmos_capped``, see
        `differential_mos`. The usual method is ``p910``, and ``mos`` for a file that does not say who voted.
    question, scale, orientation, columns
        As in `read`.

    Returns
    -------
    tuple of Analysis
        One per question, in the order of the file.

    Raises
    ------
    TableError, MissingExtra, UsageError
        As `read` and `recover` do.
    """
    if isinstance(source, Ratings):
        votes: tuple[Ratings, ...] = (source,)
    elif question is not None:
        votes = (read(source, question=question, scale=scale, orientation=orientation, columns=columns),)
    else:
        votes = read_every(source, scale=scale, orientation=orientation, columns=columns)
    path = os.fspath(source) if isinstance(source, str | os.PathLike) else ""
    digest = _sha256(Path(path)) if path else ""
    return tuple(_analysis(one, method, interval, compat, path=str(path), digest=digest) for one in votes)


def _analysis(
    ratings: Ratings,
    method: str | None,
    interval: RecoveryInterval | None,
    compat: Compat | None,
    *,
    path: str,
    digest: str,
) -> Analysis:
    usual = "mos" if ratings.anonymous else "p910"
    recovered = _recovered(ratings, method or usual, interval, compat)
    plain = opinions(ratings)
    return Analysis(
        ratings=ratings,
        recovered=recovered,
        opinions=plain,
        cards=() if ratings.anonymous else rater_cards(ratings, recovered=recovered),
        sos_parameter=sos_parameter(plain.mos, plain.sos, scale=ratings.scale),
        agreement=() if ratings.anonymous else agreement_coefficients(ratings),
        drift=None if ratings.anonymous else drift(ratings, mos=plain.mos, bias=_bias(ratings, plain.mos)),
        path=path,
        sha256=digest,
    )


def _recovered(ratings: Ratings, method: str, interval: RecoveryInterval | None, compat: Compat | None) -> Recovered:
    name = method.lower()
    if name not in DIFFERENTIAL:
        return recover(ratings, method=method, interval=interval, compat=compat)
    variant = "group" if name == "dmos" and compat == "sureal" else DIFFERENTIAL[name]
    if ratings.anonymous and variant == "per_rater":
        what = f"{method} compares the votes of each rater, and the file does not say who voted"
        raise UsageError("method", what, "use dmos_group")
    if interval not in {None, "t", "normal", "bootstrap"}:
        raise UsageError("interval", f"DMOS has no interval {interval!r}", "choose t, normal or bootstrap")
    chosen: Any = interval or ("normal" if compat == "sureal" else "t")
    return differential_mos(ratings, variant=variant, interval=chosen)


def _bias(ratings: Ratings, mos: Values) -> Values:
    """Give the mean distance of each rater's votes from the plain scores."""
    n = np.maximum(ratings.votes_per_rater, 1)
    left = ratings.score - mos[ratings.stimulus]
    return np.asarray(np.bincount(ratings.rater, weights=left, minlength=len(ratings.raters)) / n)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
