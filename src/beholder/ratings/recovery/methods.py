"""Every way from votes to scores, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import get_args

from beholder.errors import UsageError
from beholder.ratings.layout import layout, parts
from beholder.ratings.mos import Interval
from beholder.ratings.recovered import Recovered
from beholder.ratings.recovery.means import bias_removed, bt500, correlation, mos, p913, zscore
from beholder.ratings.recovery.p910 import least_squares, p910, p910_restricted
from beholder.ratings.recovery.result import Compat, RecoveryInterval
from beholder.ratings.recovery.zrec import zrec
from beholder.ratings.votes import Ratings

__all__ = ["ALIASES", "METHODS", "recover"]

MEANS = get_args(Interval)
METHODS: MappingProxyType[str, tuple[Callable[..., Recovered], tuple[str, ...]]] = MappingProxyType(
    {
        "p910": (p910, ("weighted", "standard")),
        "p910_restricted": (p910_restricted, ("weighted", "standard")),
        "p913": (p913, MEANS),
        "bt500": (bt500, MEANS),
        "zrec": (zrec, ("normal",)),
        "correlation": (correlation, MEANS),
        "br_mos": (bias_removed, MEANS),
        "ls": (least_squares, ("weighted", "standard")),
        "zscore": (zscore, ("t", "normal", "bootstrap")),
        "mos": (mos, MEANS),
    }
)
"""Method by name, with the intervals that it can give, the usual one first."""

BIASED = {"br_mos", "ls", "p910", "p910_restricted", "p913", "zrec"}
"""Methods that compare raters by what they have in common."""

ALIASES = MappingProxyType(
    {
        "mle_co_ap2": "p910",
        "br_sr_mos": "p913",
        "sr_mos": "bt500",
        "zs_sr_mos": "zscore",
        "bias_removed": "br_mos",
        "least_squares": "ls",
        "dmos": "",
        "thurstone_mle": "",
        "bt_mle": "",
    }
)
"""Other names in use, among them those of SUREAL; empty for what is not a way from votes on one stimulus to scores."""


def recover(
    ratings: Ratings,
    *,
    method: str = "p910",
    interval: RecoveryInterval | None = None,
    compat: Compat | None = None,
) -> Recovered:
    """Turn votes into scores with intervals, and tell what the method knows of the raters.

    Parameters
    ----------
    ratings : Ratings
    method : str
        ``p910``, ``p910_restricted``, ``p913``, ``bt500``, ``zrec``, ``correlation``, ``br_mos``, ``ls``, ``zscore`` or
        ``mos``, in any case; SUREAL's names too (``MLE_CO_AP2``, ``BR_SR_MOS``, ``SR_MOS``, ``ZS_SR_MOS``, ``BR_MOS``).
    interval : str, optional
        How to make the intervals; each method has its usual one (`METHODS`).
    compat : {"sureal"}, optional
        Reproduce SUREAL 0.9 where it differs from the text: BT.500 screening, and the usual intervals.

    Raises
    ------
    UsageError
        For a method, interval or compat that is not known, or does not fit.

    Examples
    --------
    >>> votes = Ratings.from_matrix([[5, 4, 5, 5], [2, 1, 3, 1], [4, 3, 5, 4]])
    >>> recover(votes, method="mos").mos.tolist()
    [4.75, 1.75, 4.0]
    """
    name = method.lower().replace("-", "_").replace(".", "")
    name = ALIASES.get(name, name)
    if name not in METHODS:
        raise UsageError("method", *_unknown(method))
    if compat not in (None, *get_args(Compat)):
        raise UsageError("compat", f"{compat!r} is not known", "leave it out, or give 'sureal'")
    run, intervals = METHODS[name]
    if interval is not None and interval not in intervals:
        what = f"{name} has no interval {interval!r}"
        raise UsageError("interval", what, f"choose one of {', '.join(intervals)}, or leave it out")
    if ratings.anonymous and name != "mos":
        raise UsageError("method", f"{name} asks who voted, and the file does not say it", "use the method mos")
    found = run(ratings, interval=interval, compat=compat)
    apart = parts(layout(ratings)) if name in BIASED else 1
    if apart == 1:
        return found
    note = f"The test falls into {apart} parts that share no rater: bias between them is not removed"
    return replace(found, notes=(*found.notes, note))


def _unknown(method: str) -> tuple[str, str]:
    kind = method.lower()
    if kind == "dmos":
        return "DMOS compares stimuli with their references", "use beholder.ratings.dmos"
    if kind in ALIASES:
        return f"{method} is for pair comparisons, not for votes on single stimuli", "give pairs to the pair methods"
    return f"there is no method {method!r}", f"choose one of {', '.join(METHODS)}"
