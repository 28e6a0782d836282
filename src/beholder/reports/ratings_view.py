"""What the report of a rating test says, in words and rows, ready for the template."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beholder.ratings.analysis import Analysis
from beholder.ratings.raters import RaterCard
from beholder.ratings.votes import Values
from beholder.reports import ratings_charts as charts
from beholder.reports.ratings_words import interval_in_words, method_in_words

__all__ = ["question_context"]

ROWS_SHOWN = 400  # stimuli in the table; of more, the best and the worst
RATERS_SHOWN = 120  # in the chart of bias and inconsistency
CARDS_SHOWN = 150
OF_CATEGORIES = {"alpha (nominal)", "Fleiss kappa"}
MARGIN = 1.04  # so that the last mark stands inside of its line
STATES = {"keep": "as usual", "look": "look", "likely random": "likely random"}


def question_context(found: Analysis, *, place: int) -> dict[str, Any]:
    """Give everything that the template shows of one question."""
    votes, recovered = found.ratings, found.recovered
    order = np.argsort(-np.nan_to_num(recovered.mos, nan=-np.inf), kind="stable")
    known = order[np.isfinite(recovered.mos[order])]
    context = {
        "id": f"q{place}",
        "name": PurePath(found.path).name or "votes",
        "question": votes.question,
        "facts": _facts(found),
        "summary": _summary(found),
        "assumed": votes.assumed,
        "notes": recovered.notes,
        "method": f"{recovered.method} ({method_in_words(recovered.method)})",
        "interval": interval_in_words(recovered.interval),
        "anonymous": votes.anonymous,
        "scale": votes.scale,
        "ticks": [f"{value:.3g}" for value in np.linspace(votes.scale.high, votes.scale.low, 5)],
        "many": len(known) > charts.COLUMNS,
        "columns": charts.COLUMNS,
        "curve": _curve(found, known),
        "stacked": charts.stacked_votes(votes, known, says="Shares of each vote, by stimulus, best on the left"),
        "levels": charts.vote_levels(votes.scale)[1],
        "histogram": charts.histogram(votes, says="How often each vote was given"),
        "sos": _sos(found),
        "sos_parameter": figure(found.sos_parameter, 3),
        "heat": None if votes.anonymous else _heat(found, known),
        "drift": None if found.drift is None else charts.drift_chart(found.drift, says=_order_words(found)),
        "order_words": _order_words(found),
        "agreement": _agreement(found),
    }
    return context | _stimuli(found, order) | _raters(found)


def figure(value: float, digits: int = 2) -> str:
    """Give a number, or a dash for what is not known."""
    return f"{value:.{digits}f}" if np.isfinite(value) else "–"


def count(number: int, noun: str, plural: str = "") -> str:
    """Give a number with its noun."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}".replace(",", "\u202f")


def _facts(found: Analysis) -> list[str]:
    votes = found.ratings
    facts = [count(len(votes), "vote"), count(len(votes.stimuli), "stimulus", "stimuli")]
    if votes.anonymous:
        facts.append("raters not known")
    else:
        pairs = len(votes.stimuli) * len(votes.raters)
        facts.append(count(len(votes.raters), "rater"))
        facts.append(f"{100 * (votes.repetition == 0).sum() / pairs:.3g} % of all pairs voted on")
    again = int((votes.repetition > 0).sum())
    return [*facts, *([count(again, "repeated vote")] if again else []), f"scale {votes.scale}"]


def _summary(found: Analysis) -> str:
    recovered = found.recovered
    half = (recovered.ci95[:, 1] - recovered.ci95[:, 0]) / 2
    half = half[np.isfinite(half)]
    known = recovered.mos[np.isfinite(recovered.mos)]
    parts = [f"Scores from {known.min():.2f} to {known.max():.2f}" if len(known) else "No stimulus has a score"]
    if len(half):
        parts.append(f"half of the intervals are narrower than ±{np.median(half):.2f}")
    text = "; ".join(parts) + "."
    if found.ratings.anonymous:
        return text + " The file does not say who voted, so nothing can be told of the raters."
    odd = sum(card.verdict == "likely random" for card in found.cards)
    out = int(recovered.rejected.sum())
    text += f" {count(out, 'rater')} left out by {recovered.method}." if out else " No rater was left out."
    if odd:
        verb = "votes" if odd == 1 else "vote"
        text += f" {count(odd, 'rater')} {verb} as if at random: see the cards."
    return text


def _curve(found: Analysis, known: NDArray[np.int64]) -> str:
    recovered = found.recovered
    low, high = recovered.ci95[known].T
    mos = recovered.mos[known]
    says = f"Scores of {len(known)} stimuli with their 95 percent intervals, best on the left"
    low, high = (np.where(np.isfinite(end), end, mos) for end in (low, high))
    return charts.score_curve(mos, low, high, scale=found.ratings.scale, says=says)


def _sos(found: Analysis) -> str:
    a = found.sos_parameter
    says = "Spread of votes over the score" + (f"; the parabola has a = {a:.3f}" if np.isfinite(a) else "")
    plain = found.opinions
    return charts.sos_chart(plain.mos, plain.sos, scale=found.ratings.scale, parameter=a, says=says)


def _stimuli(found: Analysis, order: NDArray[np.int64]) -> dict[str, Any]:
    recovered, plain, scale = found.recovered, found.opinions, found.ratings.scale
    shown = order if len(order) <= ROWS_SHOWN else np.concatenate([order[: ROWS_SHOWN // 2], order[-ROWS_SHOWN // 2 :]])
    rows = []
    for place in shown:
        low, high = recovered.ci95[place]
        rows.append(
            {
                "name": recovered.stimuli[place],
                "mark": charts.interval_mark(recovered.mos[place], low, high, ends=(scale.low, scale.high)),
                "mos": figure(recovered.mos[place]),
                "interval": f"{figure(low)} – {figure(high)}",
                "n": int(recovered.n[place]),
                "sos": figure(recovered.sos[place]),
                "gob": figure(100 * plain.good_or_better[place], 0),
                "pow": figure(100 * plain.poor_or_worse[place], 0),
            }
        )
    return {"rows": rows, "stimuli_left_out": len(order) - len(shown)}


def _heat(found: Analysis, known: NDArray[np.int64]) -> dict[str, Any]:
    """Lay votes out with the best stimulus on the left and the rater who is least like the others at the bottom."""
    votes = found.ratings
    likeness = np.array([card.correlation for card in found.cards])
    raters = np.argsort(-np.nan_to_num(likeness, nan=-2.0), kind="stable")
    down, across = charts.groups(len(raters), charts.ROWS), charts.groups(len(known), charts.COLUMNS)
    row = _place(raters, down, len(votes.raters))
    column = _place(known, across, len(votes.stimuli))
    kept = column[votes.stimulus] >= 0
    cell = row[votes.rater[kept]] * len(across) + column[votes.stimulus[kept]]
    size = len(down) * len(across)
    number = np.bincount(cell, minlength=size)
    total = np.bincount(cell, weights=votes.score[kept], minlength=size)
    mean = np.divide(total, number, out=np.full(size, np.nan), where=number > 0)
    image, cells = charts.heat_image(mean.reshape(len(down), len(across)), votes.scale)
    return {
        "image": image,
        "width": cells.shape[1],
        "height": cells.shape[0],
        "grouped": len(down) < len(raters) or len(across) < len(known),
        "data": {
            "cells": cells.tolist(),
            "stimuli": _names([votes.stimuli[n] for n in known], across),
            "raters": _names([votes.raters[n] for n in raters], down),
            "low": votes.scale.low,
            "high": votes.scale.high,
        },
    }


def _place(order: NDArray[np.int64], parts: list[NDArray[np.int64]], size: int) -> NDArray[np.int64]:
    """Give each stimulus or rater the number of its group; -1 for none."""
    place = np.full(size, -1, np.int64)
    for number, part in enumerate(parts):
        place[order[part]] = number
    return place


def _names(names: list[str], parts: list[NDArray[np.int64]]) -> list[str]:
    """Name groups by their only member, or by the first and their number."""
    return [names[part[0]] if len(part) == 1 else f"{names[part[0]]} and {len(part) - 1} more" for part in parts]


def _raters(found: Analysis) -> dict[str, Any]:
    recovered = found.recovered
    by_name = {name: place for place, name in enumerate(recovered.raters)}
    cards = sorted(found.cards, key=lambda card: _rank(card, rejected=bool(recovered.rejected[by_name[card.rater]])))
    noticed = [card for card in cards if _state(found, by_name[card.rater], card) != "as usual"]
    usual = [card for card in cards if _state(found, by_name[card.rater], card) == "as usual"]
    shown = noticed[:CARDS_SHOWN]
    rest = usual[: max(0, CARDS_SHOWN - len(shown))]
    drawn = sorted((noticed + usual)[:RATERS_SHOWN], key=lambda card: -np.nan_to_num(card.inconsistency, nan=-1.0))
    return {
        "raters": [_rater_row(found, card, by_name[card.rater], _ends(found, drawn, by_name)) for card in drawn],
        "raters_left_out": len(cards) - len(drawn),
        "rater_intervals": bool(np.isfinite(recovered.inconsistency_ci95).any()),
        "cards": [_card(found, card, by_name[card.rater]) for card in shown],
        "usual_cards": [_card(found, card, by_name[card.rater]) for card in rest],
        "noticed": len(noticed),
        "cards_left_out": len(cards) - len(shown) - len(rest),
        "decisions": _decisions(found),
        "method_decides": bool(recovered.rejected.any()),
    }


def _rank(card: RaterCard, *, rejected: bool) -> tuple[int, float]:
    order = {"likely random": 1, "look": 2, "keep": 3}
    return (0 if rejected else order[card.verdict]), -float(np.nan_to_num(card.inconsistency))


def _state(found: Analysis, place: int, card: RaterCard) -> str:
    return "left out" if found.recovered.rejected[place] else STATES[card.verdict]


def _ends(
    found: Analysis, cards: list[RaterCard], by_name: dict[str, int]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Give the ranges that hold every bias and every inconsistency that is drawn."""
    places = [by_name[card.rater] for card in cards]
    bias = _finite(found.recovered.bias_ci95[places], [card.bias for card in cards])
    spread = _finite(found.recovered.inconsistency_ci95[places], [card.inconsistency for card in cards])
    reach = float(np.max(np.abs(bias), initial=0.1)) * MARGIN
    return (-reach, reach), (0.0, float(np.max(spread, initial=0.1)) * MARGIN)


def _finite(pairs: Values, values: list[float]) -> Values:
    both = np.concatenate([np.asarray(pairs).ravel(), np.asarray(values, np.float64)])
    kept: Values = both[np.isfinite(both)]
    return kept


def _rater_row(
    found: Analysis, card: RaterCard, place: int, ends: tuple[tuple[float, float], tuple[float, float]]
) -> dict[str, Any]:
    state = _state(found, place, card)
    kind = {"as usual": "dot", "look": "diamond"}.get(state, "cross")
    bias, spread = found.recovered.bias_ci95[place], found.recovered.inconsistency_ci95[place]
    return {
        "name": card.rater,
        "state": state,
        "bias": figure(card.bias),
        "bias_mark": charts.interval_mark(card.bias, *bias, ends=ends[0], kind=kind),
        "inconsistency": figure(card.inconsistency),
        "inconsistency_mark": charts.interval_mark(card.inconsistency, *spread, ends=ends[1], kind=kind),
        "votes": card.votes,
    }


def _card(found: Analysis, card: RaterCard, place: int) -> dict[str, Any]:
    figures = [
        ("votes", str(card.votes)),
        ("bias", figure(card.bias)),
        ("inconsistency", figure(card.inconsistency)),
        ("agreement with the others (correlation)", figure(card.correlation)),
        ("share of the most frequent vote", f"{figure(100 * card.usual_vote_share, 0)} %"),
        ("longest run of equal votes", figure(card.longest_run, 0)),
        ("median time per vote", f"{figure(card.seconds, 1)} s"),
        ("difference between repetitions", figure(card.repetition_difference)),
        ("gold clips met", f"{card.gold_hits} of {card.gold_votes}" if card.gold_votes else "–"),
        ("trapping clips obeyed", f"{card.trap_hits} of {card.trap_votes}" if card.trap_votes else "–"),
    ]
    about = found.ratings.about_raters
    facts = [(name, value) for name, values in about.items() if (value := values[place])]
    return {
        "rater": card.rater,
        "state": _state(found, place, card),
        "reasons": list(dict.fromkeys([*found.recovered.reasons[place], *card.reasons])),
        "effect": card.effect,
        "figures": [(name, value) for name, value in [*facts, *figures] if not value.startswith("–")],
    }


def _decisions(found: Analysis) -> list[dict[str, str]]:
    recovered = found.recovered
    return [
        {"rater": name, "decision": "left out" if recovered.rejected[place] else "kept", "reasons": " ".join(reasons)}
        for place, (name, reasons) in enumerate(zip(recovered.raters, recovered.reasons, strict=True))
        if reasons or recovered.rejected[place]
    ]


def _agreement(found: Analysis) -> list[dict[str, str]]:
    """Give the coefficients of agreement; those of categories only where there are categories."""
    fine = found.ratings.scale.step is None
    chosen = [one for one in found.agreement if not (fine and one.name in OF_CATEGORIES)]
    return [
        {
            "name": one.name,
            "value": figure(one.value, 3),
            "interval": f"{figure(one.ci95[0], 3)} – {figure(one.ci95[1], 3)}" if np.isfinite(one.ci95[0]) else "–",
            "note": one.note,
        }
        for one in chosen
    ]


def _order_words(found: Analysis) -> str:
    drift = found.drift
    if drift is None:
        return "The file does not tell in which order people voted."
    if not np.isfinite(drift.mean_slope_ci95):
        return "One rater's sitting cannot tell drift from chance."
    mean = f"{drift.mean_slope:+.2f} ± {drift.mean_slope_ci95:.2f}"
    spread = f"{drift.spread_slope:+.2f} ± {drift.spread_slope_ci95:.2f}"
    level = f"Over a sitting, votes move by {mean}" + (", beyond chance" if drift.mean_changes else ", within chance")
    tired = drift.spread_changes and drift.spread_slope > 0
    more = (
        ", beyond chance: a sign of fatigue"
        if tired
        else ", beyond chance"
        if drift.spread_changes
        else ", within chance"
    )
    return f"{level}; their distance from the score changes by {spread}{more}."
