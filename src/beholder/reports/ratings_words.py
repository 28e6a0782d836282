"""Methods and intervals of rating tests in plain words, the same in the terminal and the report."""

from __future__ import annotations

__all__ = ["interval_in_words", "method_in_words"]

METHODS = {
    "mos": "plain means of all votes",
    "p910": "P.910: bias removed, consistent raters weigh more",
    "p910_restricted": "P.910 with weights that no single rater takes over",
    "p913": "P.913: bias removed, then raters screened",
    "bt500": "BT.500: raters screened, then plain means",
    "zrec": "ZREC: bias and inconsistency from z-scores",
    "correlation": "raters screened by correlation, then plain means",
    "br_mos": "bias removed, then plain means",
    "ls": "least squares of score and bias",
    "dmos_per_rater": "each vote less the same rater's vote on the reference (P.910)",
    "dmos_per_rater_crushed": "each vote less the same rater's vote on the reference, bent back to the scale",
    "dmos_group": "mean less the mean of the reference",
    "dmos_capped": "mean less the mean of the reference, never above the scale",
    "zscore": "z-scores of each rater, after screening",
}
INTERVALS = {
    "t": "Student's t, from the spread of the votes",
    "normal": "normal law, from the spread of the votes",
    "bootstrap": "from resampled votes",
    "clopper_pearson": "Clopper-Pearson, exact and inside of the scale",
    "jeffreys": "Jeffreys, inside of the scale",
    "wilson": "Wilson with continuity correction, inside of the scale",
    "multinomial": "simultaneous multinomial",
    "weighted": "from the distance of each vote to the model, weighed as the scores are",
    "standard": "as P.910 prints them, from the unweighted spread",
}


def method_in_words(name: str) -> str:
    """Say what a method does; its name when it is not known here."""
    return METHODS.get(name, name)


def interval_in_words(name: str) -> str:
    """Say how intervals were made."""
    return INTERVALS.get(name, name)
