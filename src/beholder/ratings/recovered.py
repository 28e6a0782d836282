"""What every method gives that turns votes into MOS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beholder.ratings.votes import Codes, Values

__all__ = ["Fit", "Recovered"]


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a method's model explains the votes that it kept.

    Attributes
    ----------
    loglikelihood : float
        Mean natural log-likelihood per vote.
    dof : float
        Free parameters per original vote.
    aic, bic : float
        ``2 dof - 2 loglikelihood`` and ``ln(votes) dof - 2 loglikelihood``, per vote; those of a method that rejects
        raters cannot be compared with those of one that does not (it leaves out the votes that fit worst).
    iterations : int
        Rounds until it settled; 0 for a closed form.
    """

    loglikelihood: float
    dof: float
    aic: float
    bic: float
    iterations: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Recovered:
    """MOS per stimulus and, where the method knows them, the character of each rater.

    Attributes
    ----------
    method, interval : str
        Names of the method (``p910``) and of how its intervals were made (``t``, ``normal``, ``model`` ...).
    stimuli, raters : tuple of str
        As in the ratings.
    mos, sos, standard_error : float64 array, shape (stimuli,)
        The score, the spread of votes around it (standard deviation of opinion scores) and the score's standard error;
        NaN for a stimulus without a vote that counts.
    ci95 : float64 array, shape (stimuli, 2)
        Ends of the 95 % interval, on the scale of the votes.
    n : int32 array, shape (stimuli,)
        Votes that counted.
    bias, inconsistency : float64 array, shape (raters,)
        How much a rater votes above the others, and the spread that is left; NaN where the method does not tell.
    bias_ci95, inconsistency_ci95 : float64 array, shape (raters, 2)
        Their 95 % intervals.
    votes : int32 array, shape (raters,)
        Votes that each rater gave.
    rejected : bool array, shape (raters,)
        Whose votes do not count.
    reasons : tuple of tuple of str
        Per rater: each screening decision in plain words, empty when nothing was found.
    fit : Fit or None
        How well the model fits; None where there is no model.
    notes : tuple of str
        What a reader must know, such as a panel too small for the method.
    """

    method: str
    interval: str
    stimuli: tuple[str, ...]
    raters: tuple[str, ...]
    mos: Values
    sos: Values
    standard_error: Values
    ci95: Values
    n: Codes
    bias: Values
    bias_ci95: Values
    inconsistency: Values
    inconsistency_ci95: Values
    votes: Codes
    rejected: NDArray[np.bool_]
    reasons: tuple[tuple[str, ...], ...]
    fit: Fit | None = None
    notes: tuple[str, ...] = ()
