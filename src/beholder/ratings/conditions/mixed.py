"""A mixed model of votes: conditions compared for other raters and other sources at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from beholder.errors import TableError
from beholder.ratings.conditions.cells import Keys, keys
from beholder.ratings.conditions.compare import check_levels, equivalence, letters_of
from beholder.ratings.conditions.correction import Correction, adjusted, tukey
from beholder.ratings.conditions.design import Design, Random, design, random_factors
from beholder.ratings.conditions.effects import Effect
from beholder.ratings.conditions.reml import RemlFit, fit_reml, products
from beholder.ratings.conditions.table import ConditionPair, ConditionTable
from beholder.ratings.votes import Ratings, Values

__all__ = ["FixedTerm", "MixedModel", "RandomTerm", "mixed_model"]

NO_EFFECT = Effect(np.nan, (np.nan, np.nan))


@dataclass(frozen=True, slots=True)
class FixedTerm:
    """F-test of a fixed effect (type III).

    Attributes
    ----------
    name : str
        ``condition``, an attribute, or ``condition:attribute``: raters of different groups see different differences.
    dof : int
        Of the numerator.
    rest_dof : float
        Of the denominator (Satterthwaite).
    statistic, p_value : float
        F and its p-value.
    """

    name: str
    dof: int
    rest_dof: float
    statistic: float
    p_value: float


@dataclass(frozen=True, slots=True)
class RandomTerm:
    """Spread of a random effect.

    Attributes
    ----------
    name : str
        ``rater``, ``source``, ``stimulus`` ... or ``residual``.
    levels : int
        How many there are; votes for the residual.
    variance, deviation : float
        Variance and its square root, in units of the scale.
    """

    name: str
    levels: int
    variance: float
    deviation: float


@dataclass(frozen=True, slots=True)
class MixedModel:
    """Conditions compared by a mixed model.

    Attributes
    ----------
    table : ConditionTable
        Means, pairs and letters; means weigh the levels of each attribute alike.
    terms : tuple of FixedTerm
        Whether condition, attributes and their interaction matter.
    random : tuple of RandomTerm
        Where the spread of votes comes from; the residual last.
    criterion : float
        Minus twice the restricted log-likelihood; comparable between models with the same fixed effects.
    votes : int
        How many entered.
    """

    table: ConditionTable
    terms: tuple[FixedTerm, ...]
    random: tuple[RandomTerm, ...]
    criterion: float
    votes: int


def mixed_model(
    votes: Ratings,
    *,
    attributes: Sequence[str] = (),
    interactions: bool = False,
    random: Sequence[Random] = ("rater", "source", "stimulus"),
    correction: Correction = "holm",
    margin: float | None = None,
    alpha: float = 0.05,
) -> MixedModel:
    """Compare conditions with raters and sources as random, crossed effects, by restricted maximum likelihood.

    The model of a vote is condition + attributes of the rater (fixed) + rater + source + stimulus (random) + rest.
    Missing votes are no obstacle. P-values are of t- and F-tests with Satterthwaite's degrees of freedom.

    Parameters
    ----------
    votes : Ratings
        Votes on stimuli with the facts ``condition`` and, when known, ``source``.
    attributes : sequence of str
        Facts about raters to add as factors, such as ``expertise``, ``age`` (in bands), ``hearing``, ``device``.
    interactions : bool
        Whether to test that raters of different groups see different differences between conditions.
    random : sequence of {"rater", "source", "stimulus", "rater:condition", "rater:source"}
        Random effects. ``stimulus`` lets a condition do better on one source than on another; without it such luck
        counts as a difference of conditions. What the votes cannot tell is left out with a note.
    correction, margin, alpha
        As for `compare_conditions`; Tukey takes the studentized range with the degrees of freedom of each pair.

    Raises
    ------
    TableError
        With fewer than two conditions, or when the votes have no spread to compare with.

    References
    ----------
    Baayen, Davidson and Bates (2008), doi:10.1016/j.jml.2007.12.005; Barr, Levy, Scheepers and Tily (2013),
    doi:10.1016/j.jml.2012.11.001.

    Examples
    --------
    >>> import numpy as np
    >>> from dataclasses import replace
    >>> from beholder.ratings import Ratings
    >>> rng = np.random.default_rng(1)
    >>> quality = np.repeat([2.0, 3.0, 4.0], 6)[:, None] + rng.normal(0, 0.5, 20)
    >>> votes = Ratings.from_matrix(np.clip(np.round(quality + rng.normal(0, 0.6, (18, 20))), 1, 5))
    >>> facts = {"condition": ("low", "mid", "high") * 1, "source": tuple("abcdef")}
    >>> facts = {"condition": tuple(c for c in facts["condition"] for _ in "abcdef"), "source": facts["source"] * 3}
    >>> found = mixed_model(replace(votes, about_stimuli=facts))
    >>> found.table.letters
    ('c', 'b', 'a')
    """
    check_levels(correction, alpha=alpha, margin=margin)
    key = keys(votes)
    plan = design(key, attributes=attributes, interactions=interactions)
    factors, notes = random_factors(key, random)
    middle = float(key.votes.score.mean())
    if len(key.votes) <= plan.coding.shape[1] + 1 or np.ptp(key.votes.score) == 0:
        raise TableError("mixed model", "the votes have no spread to compare with", "give more votes")
    given = products(plan.cell, plan.coding, key.votes.score - middle, [code for _, code in factors])
    fit = fit_reml(given)
    notes += _gone([name for name, _ in factors], fit)
    table = _table(key, plan, fit, middle, correction=correction, margin=margin, alpha=alpha, notes=notes)
    spread = [(name, int(code.max()) + 1, float(v)) for (name, code), v in zip(factors, fit.variance, strict=True)]
    spread.append(("residual", len(key.votes), fit.residual))
    return MixedModel(
        table=table,
        terms=tuple(_term(name, columns, fit) for name, columns in plan.terms),
        random=tuple(RandomTerm(name, levels, v, v**0.5) for name, levels, v in spread),
        criterion=fit.criterion,
        votes=len(key.votes),
    )


def _table(
    key: Keys,
    plan: Design,
    fit: RemlFit,
    middle: float,
    *,
    correction: Correction,
    margin: float | None,
    alpha: float,
    notes: list[str],
) -> ConditionTable:
    pairs = list(combinations(range(len(key.conditions)), 2))
    contrasts = np.array([plan.means[a] - plan.means[b] for a, b in pairs])
    tests = _tests(contrasts, fit)
    p_values = _two_sided(tests)
    if correction == "tukey":
        statistic = tests[:, 0] / tests[:, 1]
        corrected = tukey(statistic, conditions=len(key.conditions), dof=tests[:, 2])
    else:
        corrected = adjusted(p_values, correction)
    same = equivalence(tests, margin=margin, correction=correction)
    single = float(np.sqrt(fit.variance.sum() + fit.residual))
    rows = tuple(
        _row((key.conditions[a], key.conditions[b]), test, (float(p), float(q), float(e)), alpha, single)
        for (a, b), test, p, q, e in zip(pairs, tests, p_values, corrected, same, strict=True)
    )
    own = _tests(plan.means, fit)
    mean, reach = own[:, 0] + middle, _reach(own)
    return ConditionTable(
        method="mixed model (restricted maximum likelihood, Satterthwaite's degrees of freedom)",
        correction=correction,
        alpha=alpha,
        margin=margin,
        conditions=key.conditions,
        mean=mean,
        ci95=np.column_stack([mean - reach, mean + reach]),
        n=np.bincount(key.condition, minlength=len(key.conditions)).astype(np.int32),
        letters=letters_of(pairs, rows, mean),
        pairs=rows,
        notes=(*key.notes, *plan.notes, *notes),
    )


def _gone(names: list[str], fit: RemlFit) -> list[str]:
    return [f"the votes show no spread of {name}" for name, v in zip(names, fit.variance, strict=True) if v == 0]


def _tests(contrasts: Values, fit: RemlFit) -> Values:
    """Rows of estimate, standard error and degrees of freedom, one per contrast."""
    error = np.sqrt(np.einsum("ci,ij,cj->c", contrasts, fit.covariance, contrasts))
    return np.column_stack([contrasts @ fit.beta, error, [fit.dof(row) for row in contrasts]])


def _two_sided(tests: Values) -> Values:
    from scipy.special import stdtr  # noqa: PLC0415 - importing ratings must not load SciPy

    return np.asarray(np.minimum(2 * stdtr(tests[:, 2], -np.abs(tests[:, 0] / tests[:, 1])), 1.0), np.float64)


def _reach(tests: Values) -> Values:
    from scipy.special import stdtrit  # noqa: PLC0415 - importing ratings must not load SciPy

    return np.asarray(stdtrit(tests[:, 2], 0.975) * tests[:, 1], np.float64)


def _row(
    names: tuple[str, str], test: Values, p: tuple[float, float, float], alpha: float, single: float
) -> ConditionPair:
    difference, error, dof = (float(part) for part in test)
    reach = float(_reach(test[None, :])[0])
    ends = (difference - reach, difference + reach)
    return ConditionPair(
        first=names[0],
        second=names[1],
        difference=difference,
        standard_error=error,
        ci95=ends,
        n=0,
        dof=dof,
        p_value=p[0],
        p_adjusted=p[1],
        differs=p[1] < alpha,
        p_equivalence=p[2],
        equivalent=p[2] < alpha,
        d=Effect(difference / single, (ends[0] / single, ends[1] / single)),
        delta=NO_EFFECT,
    )


def _term(name: str, columns: slice, fit: RemlFit) -> FixedTerm:
    """F-test of a term; degrees of freedom of the denominator as in lmerTest."""
    from scipy.special import fdtrc  # noqa: PLC0415 - importing ratings must not load SciPy

    values, vectors = np.linalg.eigh(fit.covariance[columns, columns])
    beta = vectors.T @ fit.beta[columns]
    count = len(values)
    statistic = float((beta**2 / values).sum() / count)
    whole = np.zeros((count, len(fit.beta)))
    whole[:, columns] = vectors.T
    each = np.array([fit.dof(row) for row in whole])
    above = float((each[each > 2] / (each[each > 2] - 2)).sum())
    if count == 1 or np.ptp(each) < 1e-6 * each.max():
        rest = float(each.mean())
    else:
        rest = 2 * above / (above - count) if above > count else 2.0
    return FixedTerm(name, count, rest, statistic, float(fdtrc(count, rest, statistic)))
