"""What the votes of a test say, as plain JSON, schema ``beholder.ratings/1``.

A value that is not known is ``null``, never 0. Numbers keep nine significant digits.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from beholder.ratings.agreement import Agreement
from beholder.ratings.analysis import Analysis
from beholder.ratings.raters import RaterCard
from beholder.ratings.recovered import Recovered
from beholder.ratings.votes import Facts

__all__ = ["RATINGS_SCHEMA", "ratings_to_dict", "ratings_to_json"]

RATINGS_SCHEMA = "beholder.ratings/1"
DIGITS = 9  # significant; published figures are compared to six


def ratings_to_dict(found: Analysis) -> dict[str, Any]:
    """Give the envelope of an analysis: dicts, lists, strings, numbers, booleans and None only."""
    ratings, recovered = found.ratings, found.recovered
    scale = ratings.scale
    return {
        "schema": RATINGS_SCHEMA,
        "path": found.path,
        "sha256": found.sha256 or None,
        "question": ratings.question,
        "scale": {"low": scale.low, "high": scale.high, "step": scale.step},
        "votes": len(ratings),
        "method": recovered.method,
        "interval": recovered.interval,
        "raters_known": not ratings.anonymous,
        "assumed": list(ratings.assumed),
        "notes": list(recovered.notes),
        "fit": _fit(recovered),
        "sos_parameter": _number(found.sos_parameter),
        "agreement": [_agreement(one) for one in found.agreement],
        "order": _order(found),
        "stimuli": _stimuli(found),
        "subjects": [] if ratings.anonymous else _subjects(found),
    }


def ratings_to_json(found: Analysis | Sequence[Analysis]) -> str:
    """Give the envelope as strict JSON text: an object for one question, a list for several; a line per part.

    Returns
    -------
    str
        Without a line break at its end.
    """
    if isinstance(found, Analysis):
        return _text(ratings_to_dict(found))
    return "[\n" + ",\n".join(_text(ratings_to_dict(one)) for one in found) + "\n]"


def _text(envelope: dict[str, Any]) -> str:
    parts = []
    for key, value in envelope.items():
        if key in {"agreement", "stimuli", "subjects"} and value:
            parts.append(f'"{key}": [\n' + ",\n".join(map(_dumps, value)) + "\n]")
        else:
            parts.append(f'"{key}": {_dumps(value)}')
    return "{\n" + ",\n".join(parts) + "\n}"


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _number(value: Any) -> float | None:
    number = float(value)
    return float(f"{number:.{DIGITS}g}") if np.isfinite(number) else None


def _pair(ends: Any) -> list[float | None]:
    return [_number(ends[0]), _number(ends[1])]


def _fit(recovered: Recovered) -> dict[str, Any] | None:
    fit = recovered.fit
    if fit is None:
        return None
    figures = {name: _number(getattr(fit, name)) for name in ("loglikelihood", "dof", "aic", "bic")}
    return figures | {"iterations": fit.iterations}


def _agreement(one: Agreement) -> dict[str, Any]:
    return {
        "coefficient": one.name,
        "value": _number(one.value),
        "ci95": _pair(one.ci95),
        "p_value": _number(one.p_value),
        "note": one.note,
    }


def _order(found: Analysis) -> dict[str, Any] | None:
    drift = found.drift
    if drift is None:
        return None
    names = ("mean_slope", "mean_slope_ci95", "spread_slope", "spread_slope_ci95")
    return {name: _number(getattr(drift, name)) for name in names}


def _about(facts: Facts, place: int) -> dict[str, str | None]:
    return {name: values[place] for name, values in facts.items()}


def _stimuli(found: Analysis) -> list[dict[str, Any]]:
    recovered, plain = found.recovered, found.opinions
    rows = []
    for place, name in enumerate(recovered.stimuli):
        row: dict[str, Any] = {
            "stimulus": name,
            "mos": _number(recovered.mos[place]),
            "ci95": _pair(recovered.ci95[place]),
            "n": int(recovered.n[place]),
            "sos": _number(recovered.sos[place]),
            "standard_error": _number(recovered.standard_error[place]),
            "plain_mos": _number(plain.mos[place]),
            "good_or_better": _number(plain.good_or_better[place]),
            "poor_or_worse": _number(plain.poor_or_worse[place]),
        }
        if found.ratings.about_stimuli:
            row["about"] = _about(found.ratings.about_stimuli, place)
        rows.append(row)
    return rows


def _subjects(found: Analysis) -> list[dict[str, Any]]:
    recovered = found.recovered
    cards = {card.rater: card for card in found.cards}
    rows = []
    for place, name in enumerate(recovered.raters):
        row: dict[str, Any] = {
            "subject": name,
            "bias": _number(recovered.bias[place]),
            "bias_ci95": _pair(recovered.bias_ci95[place]),
            "inconsistency": _number(recovered.inconsistency[place]),
            "inconsistency_ci95": _pair(recovered.inconsistency_ci95[place]),
            "n": int(recovered.votes[place]),
            "rejected": bool(recovered.rejected[place]),
            "reasons": list(recovered.reasons[place]),
            "card": _card(cards[name]) if name in cards else None,
        }
        if found.ratings.about_raters:
            row["about"] = _about(found.ratings.about_raters, place)
        rows.append(row)
    return rows


def _card(card: RaterCard) -> dict[str, Any]:
    figures = ("correlation", "usual_vote_share", "longest_run", "seconds", "repetition_difference", "change")
    counts = ("gold_hits", "gold_votes", "trap_hits", "trap_votes")
    return {
        "verdict": card.verdict,
        "reasons": list(card.reasons),
        "effect": card.effect,
        **{name: _number(getattr(card, name)) for name in figures},
        **{name: int(getattr(card, name)) for name in counts},
    }
