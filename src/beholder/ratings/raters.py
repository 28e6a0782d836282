"""One card per rater, in plain language: what was noticed, and what changes without this rater.

Nobody is dropped here. A verdict is a question to the people who ran the test:

``keep``
    nothing unusual;
``look``
    something is unusual, and may have a good reason: a strict rater, a noisy room, an inverted scale, a phone;
``likely random``
    the votes have nothing to do with what was shown: they follow the others no more than chance would, and much less
    than is usual in this test, or they are all the same, or most trapping clips were missed.

The comparison with the others uses two figures: the correlation with the scores without this rater (on Fisher's z
scale), and the inconsistency. How much honest raters differ in them is taken from the test itself, by the median and
the median absolute deviation, less what a finite number of votes explains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from beholder.ratings.habits import Checks, Habits, checks, habits, without_each
from beholder.ratings.recovered import Recovered
from beholder.ratings.votes import Ratings, Values

__all__ = ["RaterCard", "Verdict", "rater_cards"]

Verdict = Literal["keep", "look", "likely random"]

CHANCE = 2.8  # standard deviations from no correlation: a random clicker lies within in 199 of 200 cases
UNLIKE = 2.6  # standard deviations below the usual correlation; with CHANCE, tuned on simulated tests in
UNLIKE_TOGETHER = 2.4  # benchmarks/ratings.py (seeds below 2000): with inconsistency and repetitions
UNUSUAL = 3.0  # standard deviations from the usual figure: 1 in 700 honest raters
LARGE_BIAS = 0.15  # of the scale: a smaller bias is a matter of taste
FEWEST_VOTES = 8  # fewer votes, or fewer raters, say nothing
FEWEST_RATERS = 4
SAME_SHARE, SAME_RANGE = 0.95, 0.3  # one value in 95 % of the votes, while others spread over 30 % of the scale
LONG_RUN = 12  # equal votes in a row
FAST = 0.4  # of the usual time per vote
FEWEST_REPEATED = 5
ONE_SHARE = 0.75  # standard deviation of |x - y| over its mean, for two normal votes


@dataclass(frozen=True, slots=True)
class RaterCard:
    """What is known of one rater.

    Attributes
    ----------
    rater : str
    votes : int
    verdict : {"keep", "look", "likely random"}
    reasons : tuple of str
        Why, in sentences; never empty.
    bias, inconsistency : float
        How much the rater votes above the others, and how widely around that, in units of the scale.
    correlation : float
        With the scores of the same stimuli without this rater.
    usual_vote_share : float
        Share of the rater's most frequent vote.
    longest_run : float
        Equal votes in a row; NaN where the order is not known.
    seconds : float
        Median time per vote; NaN where not known.
    repetition_difference : float
        Mean absolute difference of two votes on the same stimulus; NaN without repetitions.
    gold_hits, gold_votes, trap_hits, trap_votes : int
        Gold clips met within one step, trapping clips obeyed, and how many of each there were.
    change, largest_change : float
        Mean and largest absolute change of the plain MOS without this rater, over the stimuli of this rater.
    changed_stimulus : str
        The stimulus that changes most; empty for none.
    alone : int
        Stimuli that would have no vote left.
    """

    rater: str
    votes: int
    verdict: Verdict
    reasons: tuple[str, ...]
    bias: float
    inconsistency: float
    correlation: float
    usual_vote_share: float
    longest_run: float
    seconds: float
    repetition_difference: float
    gold_hits: int
    gold_votes: int
    trap_hits: int
    trap_votes: int
    change: float
    largest_change: float
    changed_stimulus: str
    alone: int

    @property
    def effect(self) -> str:
        """What changes without this rater, in one sentence."""
        parts = []
        if np.isfinite(self.change):
            parts.append(
                f"Without this rater the MOS changes by {self.change:.2f} on average,"
                f" most for {self.changed_stimulus} ({self.largest_change:.2f})."
            )
        if self.alone:
            parts.append(f"{self.alone} stimuli would have no vote left.")
        return " ".join(parts) or "There is no vote."


@dataclass(frozen=True, slots=True, eq=False)
class _Against:
    """Each rater against the panel, in standard deviations; 0 where nothing can be said."""

    judged: bool
    usual_correlation: float
    usual_inconsistency: float
    usual_seconds: float
    chance: Values
    less_correlated: Values
    more_inconsistent: Values
    biased: Values
    unrepeatable: Values


def rater_cards(ratings: Ratings, *, recovered: Recovered | None = None) -> tuple[RaterCard, ...]:
    """Make a card for every rater, in the order of the ratings.

    Parameters
    ----------
    ratings : Ratings
        The facts ``gold`` and ``trap`` of the stimuli, the order and the seconds are used where they are given.
    recovered : Recovered, optional
        Show the bias and inconsistency of this result, where it has them, and add its screening decisions to the
        reasons; the verdicts do not depend on it.

    Examples
    --------
    >>> generator = np.random.default_rng(0)
    >>> votes = np.clip(np.rint(np.linspace(1, 5, 40)[:, None] + generator.normal(0, 0.6, (40, 8))), 1, 5)
    >>> votes[:, 3] = generator.integers(1, 6, 40)
    >>> [card.rater for card in rater_cards(Ratings.from_matrix(votes)) if card.verdict != "keep"]
    ['4']
    """
    found, checked, change = habits(ratings), checks(ratings), without_each(ratings)
    against = _compare(found)
    span = ratings.scale.high - ratings.scale.low
    votes = ratings.votes_per_rater
    cards = []
    for i, rater in enumerate(ratings.raters):
        verdict, reasons = _judge(i, found, checked, against, span)
        if recovered is not None:
            reasons = (*reasons, *recovered.reasons[i])
        cards.append(
            RaterCard(
                rater=rater,
                votes=int(votes[i]),
                verdict=verdict,
                reasons=reasons,
                bias=_chosen(None if recovered is None else recovered.bias, found.bias, i),
                inconsistency=_chosen(None if recovered is None else recovered.inconsistency, found.inconsistency, i),
                correlation=float(found.correlation[i]),
                usual_vote_share=float(found.usual_vote_share[i]),
                longest_run=float(found.longest_run[i]),
                seconds=float(found.seconds[i]),
                repetition_difference=float(found.repetition_difference[i]),
                gold_hits=int(checked.gold_hits[i]),
                gold_votes=int(checked.gold_votes[i]),
                trap_hits=int(checked.trap_hits[i]),
                trap_votes=int(checked.trap_votes[i]),
                change=float(change.mean[i]),
                largest_change=float(change.largest[i]),
                changed_stimulus=ratings.stimuli[change.stimulus[i]] if change.stimulus[i] >= 0 else "",
                alone=int(change.alone[i]),
            )
        )
    return tuple(cards)


def _chosen(shown: Values | None, own: Values, i: int) -> float:
    if shown is not None and np.isfinite(shown[i]):
        return float(shown[i])
    return float(own[i])


def _compare(found: Habits) -> _Against:
    n = found.votes
    enough = n >= FEWEST_VOTES
    usual_seconds = float(np.median(found.seconds[known])) if (known := np.isfinite(found.seconds)).any() else np.nan
    if enough.sum() < FEWEST_RATERS:
        none = np.zeros_like(n)
        return _Against(False, np.nan, np.nan, usual_seconds, none, none, none, none, none)
    together = np.arctanh(np.clip(np.nan_to_num(found.correlation), -0.999, 0.999))
    error = 1 / np.sqrt(np.maximum(n - 3, 1))
    spread = np.log(np.maximum(np.nan_to_num(found.inconsistency), 1e-3))
    bias = np.nan_to_num(found.bias)
    inconsistency = np.maximum(np.nan_to_num(found.inconsistency), 1e-3)
    return _Against(
        judged=True,
        usual_correlation=float(np.tanh(np.median(together[enough]))),
        usual_inconsistency=float(np.median(found.inconsistency[enough])),
        usual_seconds=usual_seconds,
        chance=np.where(enough, together / error, np.inf),
        less_correlated=-_unlike(together, error, enough),
        more_inconsistent=_unlike(spread, 1 / np.sqrt(2 * np.maximum(n, 1)), enough),
        biased=_unlike(bias, inconsistency / np.sqrt(np.maximum(n, 1)), enough),
        unrepeatable=_unrepeatable(found),
    )


def _unrepeatable(found: Habits) -> Values:
    """Give how unlike the others' a rater's difference of repetitions is, as a share of that of any two votes."""
    share = np.divide(
        found.repetition_difference,
        found.chance_difference,
        out=np.zeros_like(found.chance_difference),
        where=np.nan_to_num(found.chance_difference) > 0,
    )
    enough = found.repeated >= FEWEST_REPEATED
    if enough.sum() < FEWEST_RATERS:
        return np.zeros_like(share)
    return _unlike(np.nan_to_num(share), ONE_SHARE / np.sqrt(np.maximum(found.repeated, 1)), enough)


def _unlike(values: Values, error: Values, enough: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Values:
    """Give how far each value lies from the median of all, in standard deviations of honest raters; 0 for too few."""
    usual = float(np.median(values[enough]))
    spread = 1.4826 * float(np.median(np.abs(values[enough] - usual)))  # of a normal law
    between = max(0.0, spread**2 - float(np.median(error[enough] ** 2)))
    return np.where(enough, (values - usual) / np.sqrt(error**2 + between), 0.0)


def _judge(i: int, found: Habits, checked: Checks, against: _Against, span: float) -> tuple[Verdict, tuple[str, ...]]:
    noticed = [
        *_against_others(i, found, against, span),
        *_sameness(i, found, span),
        *_pace(i, found, against),
        *_with_themselves(i, found, against),
        *_on_checks(i, checked),
    ]
    if noticed:
        verdicts = {verdict for verdict, _ in noticed}
        worst: Verdict = "likely random" if "likely random" in verdicts else "look"
        return worst, tuple(reason for _, reason in noticed)
    if not against.judged:
        return "keep", ("There are too few raters with enough votes to compare with.",)
    if found.votes[i] < FEWEST_VOTES:
        return "keep", (f"{int(found.votes[i])} votes are too few to judge.",)
    r, usual = found.correlation[i], against.usual_correlation
    return "keep", (f"Nothing unusual: correlation with the others {r:.2f}, usual is {usual:.2f}.",)


def _against_others(i: int, found: Habits, against: _Against, span: float) -> list[tuple[Verdict, str]]:
    less, wide, chance = against.less_correlated[i], against.more_inconsistent[i], against.chance[i]
    r, usual, n = float(np.nan_to_num(found.correlation[i])), against.usual_correlation, int(found.votes[i])
    noticed: list[tuple[Verdict, str]] = []
    evidence = [less, wide, *([against.unrepeatable[i]] if found.repeated[i] >= FEWEST_REPEATED else [])]
    unlike = less > UNLIKE or (less > 0 and sum(evidence) / np.sqrt(len(evidence)) > UNLIKE_TOGETHER)
    if abs(chance) < CHANCE and unlike:
        what = f"Votes do not follow what was shown: correlation {r:.2f} over {n} votes, usual is {usual:.2f}."
        noticed.append(("likely random", what))
    elif chance <= -CHANCE and unlike:
        noticed.append(("look", f"Votes run against the others (correlation {r:.2f}): was the scale inverted?"))
    elif less > UNUSUAL:
        noticed.append(("look", f"Agrees less with the others than usual: correlation {r:.2f}, usual is {usual:.2f}."))
    if wide > UNUSUAL:
        spread, common = found.inconsistency[i], against.usual_inconsistency
        noticed.append(("look", f"Votes scatter by {spread:.2f} around the scores, usual is {common:.2f}."))
    if abs(against.biased[i]) > UNUSUAL and abs(found.bias[i]) > LARGE_BIAS * span:
        side = "higher" if found.bias[i] > 0 else "lower"
        noticed.append(("look", f"Votes {abs(found.bias[i]):.2f} {side} than the others."))
    return noticed


def _sameness(i: int, found: Habits, span: float) -> list[tuple[Verdict, str]]:
    share, n, others = found.usual_vote_share[i], int(found.votes[i]), found.range_of_others[i]
    noticed: list[tuple[Verdict, str]] = []
    if n >= FEWEST_VOTES and share >= SAME_SHARE and others > SAME_RANGE * span:
        what = f"Gave the same vote in {share:.0%} of {n} votes, while the others' scores spread over {others:.1f}."
        noticed.append(("likely random", what))
    elif found.longest_run[i] >= LONG_RUN and share < SAME_SHARE:
        noticed.append(("look", f"Gave the same vote {int(found.longest_run[i])} times in a row."))
    return noticed


def _pace(i: int, found: Habits, against: _Against) -> list[tuple[Verdict, str]]:
    seconds, usual = found.seconds[i], against.usual_seconds
    if seconds < FAST * usual:
        return [("look", f"Took {seconds:.1f} s for a vote, usual is {usual:.1f} s.")]
    return []


def _with_themselves(i: int, found: Habits, against: _Against) -> list[tuple[Verdict, str]]:
    if against.unrepeatable[i] > UNUSUAL:
        own, chance = found.repetition_difference[i], found.chance_difference[i]
        what = (
            f"Votes on the same stimulus differ by {own:.2f}, any two votes by {chance:.2f}: repetitions do not agree."
        )
        return [("look", what)]
    return []


def _on_checks(i: int, checked: Checks) -> list[tuple[Verdict, str]]:
    noticed: list[tuple[Verdict, str]] = []
    hits, asked = int(checked.trap_hits[i]), int(checked.trap_votes[i])
    if hits < asked:
        most = asked - hits >= 2 and 2 * hits < asked
        noticed.append(("likely random" if most else "look", f"Missed {asked - hits} of {asked} trapping clips."))
    hits, asked = int(checked.gold_hits[i]), int(checked.gold_votes[i])
    if 2 * hits < asked:
        noticed.append(("look", f"Missed {asked - hits} of {asked} gold clips."))
    return noticed
