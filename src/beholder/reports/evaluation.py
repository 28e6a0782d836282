"""An evaluation of models as one self-contained HTML file that contacts no one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from beholder.ratings.evaluate import Comparison, Estimate, Evaluation, adjust, evaluation_to_dict, pairs_told
from beholder.ratings.votes import Values
from beholder.reports.evaluation_charts import (
    legend_mark,
    outliers_of,
    residual_chart,
    resolving_chart,
    roc_chart,
    scatter_chart,
)
from beholder.reports.page import content_policy, inline_json, page_template, static_text

__all__ = ["render_evaluation"]

OPEN_MODELS = 3  # charts shown at once; the others unfold
NAMED_OUTLIERS = 12  # in the table below a chart; the page's data names all
SOURCES_SHOWN = 60
DRAWN_DIGITS = 5
FIGURES = {
    "plcc": ("PLCC", "Pearson correlation after the mapping"),
    "srocc": ("SROCC", "Spearman rank correlation"),
    "krcc": ("KRCC", "Kendall rank correlation, tau-b"),
    "rmse": ("RMSE", "Root mean square error, in MOS"),
    "rmse_star": ("RMSE*", "Root mean square of what errors reach beyond the intervals of the MOS"),
    "outlier_ratio": ("OR", "Share of errors beyond the interval of the MOS"),
}
HIGHER = frozenset({"plcc", "srocc", "krcc"})
ORDERS = {0: "not mapped", 1: "mapped by a rising line", 3: "mapped by a rising cubic"}
PAIR_FIGURES = (
    ("different_similar", "AUC, different or similar"),
    ("better_worse", "AUC, better or worse"),
    ("correct", "Pairs in the right order"),
)
LEVEL = 0.05


def render_evaluation(found: Evaluation, *, title: str = "Models against MOS") -> str:
    """Write an evaluation as one HTML page.

    Parameters
    ----------
    found : Evaluation
    title : str
        Head of the page.

    Returns
    -------
    str
        HTML, UTF-8; about 25 kB and 40 bytes a stimulus and model.
    """
    styles = [static_text("viewer/report.css"), static_text("evaluation/evaluation.css")]
    scripts = [static_text("evaluation/evaluation.js")]
    order = _ranking(found)
    return page_template("evaluation.html.jinja").render(
        title=title,
        csp=content_policy(styles=styles, scripts=scripts),
        styles=styles,
        scripts=scripts,
        facts=_facts(found),
        summary=_summary(found, order),
        figures=FIGURES,
        rows=[_row(found, index) for index in order],
        models=[_model(found, index, place) for place, index in enumerate(order)],
        matrices=list(_matrices(found)),
        pairs=_pairs(found),
        resolving=_resolving(found),
        sources=_sources(found, order),
        unpredicted=found.unpredicted,
        unrated=found.unrated,
        notes=found.notes,
        method=found.truth.method,
        unit=found.unit,
        data=inline_json(_drawn(found)),
        envelope=inline_json(evaluation_to_dict(found)),
    )


def _ranking(found: Evaluation) -> list[int]:
    """Give the models, the smallest error first; what cannot be told comes last."""
    errors = [one.rmse.value if one.mapping.order else -one.srocc.value for one in found.models]
    return sorted(range(len(errors)), key=lambda k: (math.isnan(errors[k]), errors[k]))


def _facts(found: Evaluation) -> list[str]:
    truth = found.truth
    units = "stimuli" if found.unit == "stimulus" else "conditions"
    facts = [f"{len(truth.stimuli)} {units}", f"{len(found.models)} models" if len(found.models) > 1 else "1 model"]
    if truth.source:
        facts.append(f"{len(set(truth.source))} sources")
    votes = truth.n[np.isfinite(truth.n)]
    if votes.size:
        low, high = int(votes.min()), int(votes.max())
        facts.append(f"{low} votes each" if low == high else f"{low} to {high} votes each")
    facts.append(f"scale {truth.scale.low:g} to {truth.scale.high:g}")
    return facts


def _summary(found: Evaluation, order: Sequence[int]) -> str:
    best = found.models[order[0]]
    says = [f"{best.model} comes closest: RMSE {_number(best.rmse.value)}, PLCC {_number(best.plcc.value)}."]
    if len(found.models) > 1:
        rivals = [
            name
            for one in found.comparisons
            if one.figure == "rmse" and best.model in {one.first, one.second} and not one.better
            for name in (one.first, one.second)
            if name != best.model
        ]
        if rivals:
            says.append(f"Its RMSE is not shown to be better than that of {_list(rivals)}.")
        else:
            says.append("Its RMSE is significantly smaller than that of every other model.")
    return " ".join(says)


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _row(found: Evaluation, index: int) -> dict[str, Any]:
    model = found.models[index]
    return {"model": model.model, "cells": [_cell(found, index, name) for name in FIGURES]}


def _cell(found: Evaluation, index: int, name: str) -> dict[str, str]:
    one: Estimate = getattr(found.models[index], name)
    values = [getattr(model, name).value for model in found.models]
    known = [value for value in values if not math.isnan(value)]
    best = bool(known) and one.value == (max(known) if name in HIGHER else min(known))
    behind = any(pair.better and pair.better != found.models[index].model for pair in _of(found, index, name))
    mark = "best" if best and len(known) > 1 else "" if behind or not _of(found, index, name) else "tied"
    return {"value": _number(one.value), "interval": _interval(one), "mark": mark, "method": one.method}


def _of(found: Evaluation, index: int, figure: str) -> list[Comparison]:
    name = found.models[index].model
    return [pair for pair in found.comparisons if pair.figure == figure and name in {pair.first, pair.second}]


def _interval(one: Estimate) -> str:
    return "" if math.isnan(one.ci95[0]) else f"{_number(one.ci95[0])} to {_number(one.ci95[1])}"


def _number(value: float, decimals: int = 3) -> str:
    return "–" if math.isnan(value) else f"{value:.{decimals}f}".replace("-", "−")


def _model(found: Evaluation, index: int, place: int) -> dict[str, Any]:
    model, truth = found.models[index], found.truth
    rows = outliers_of(model, NAMED_OUTLIERS)
    decided = found.decisions[index] if found.decisions else None
    return {
        "name": model.model,
        "index": index,
        "open": place < OPEN_MODELS,
        "order": ORDERS[model.mapping.order] + (", lower is better" if model.mapping.falls else ""),
        "headline": f"PLCC {_number(model.plcc.value)}, SROCC {_number(model.srocc.value)}, "
        f"RMSE {_number(model.rmse.value)}",
        "scatter": scatter_chart(found, index),
        "residual": residual_chart(found, index),
        "outliers": int(model.outlier.sum()),
        "known": int(np.isfinite(truth.ci95).sum()),
        "named": [
            (
                truth.stimuli[row],
                f"{truth.mos[row]:.2f} ± {truth.ci95[row]:.2f}",
                f"{model.mapped[row]:.2f}",
                f"{model.residual[row]:+.2f}".replace("-", "−"),
            )
            for row in rows
        ],
        "ideal": _threshold(decided, "ideal"),
        "practical": _threshold(decided, "practical"),
        "ad_hoc": None if decided is None else decided.ad_hoc_raters,
        "false_ranking": None if decided is None else f"{100 * decided.false_ranking[0]:.1f} %",
    }


def _threshold(decided: Any, name: str) -> str | None:
    step = None if decided is None else getattr(decided, name)
    return None if step is None else f"{decided.threshold[step]:.3g}"


def _matrices(found: Evaluation) -> Iterator[dict[str, Any]]:
    """Give a matrix of models against models for each figure, with the better one of each pair."""
    names = [model.model for model in found.models]
    if len(names) < 2:
        return
    for figure, (short, long) in FIGURES.items():
        pairs = {(one.first, one.second): one for one in found.comparisons if one.figure == figure}
        if pairs and not all(math.isnan(one.p_adjusted) for one in pairs.values()):
            yield {
                "short": short,
                "long": long,
                "names": names,
                "rows": [_matrix_row(names, row, pairs) for row in names],
            }
    if found.krasula is not None:
        for attribute, long in PAIR_FIGURES:
            one = getattr(found.krasula, attribute)
            p_values = _adjusted(one.p_stimuli)
            yield {
                "short": long,
                "long": f"Drawing {'sources' if found.truth.source else 'stimuli'}, not pairs",
                "names": names,
                "rows": [_values_row(names, row, one.value, p_values) for row in range(len(names))],
            }


def _matrix_row(names: Sequence[str], row: str, pairs: dict[tuple[str, str], Comparison]) -> dict[str, Any]:
    cells = []
    for column in names:
        pair = pairs.get((row, column)) or pairs.get((column, row))
        if pair is None:
            cells.append(("self", "", ""))
        elif math.isnan(pair.p_adjusted):
            cells.append(("unknown", "–", "cannot be told"))
        else:
            kind = "same" if not pair.better else "better" if pair.better == row else "worse"
            cells.append((kind, SIGNS[kind], f"{row} against {column}: p = {pair.p_adjusted:.3g} (adjusted)"))
    return {"name": row, "cells": cells}


def _adjusted(p_values: Values) -> Values:
    """Adjust a square of p-values over its pairs (Holm)."""
    rows, columns = np.triu_indices(p_values.shape[0], k=1)
    out = np.ones_like(p_values)
    out[rows, columns] = out[columns, rows] = adjust(p_values[rows, columns])
    return out


SIGNS = {"better": "▲", "worse": "▽", "same": "="}


def _values_row(names: Sequence[str], row: int, values: Values, p: Values) -> dict[str, Any]:
    cells = []
    for column in range(len(names)):
        if column == row:
            cells.append(("self", "", ""))
        elif math.isnan(p[row, column]):
            cells.append(("unknown", "–", "cannot be told"))
        else:
            told = p[row, column] < LEVEL
            kind = "same" if not told else "better" if values[row] > values[column] else "worse"
            cells.append(
                (kind, SIGNS[kind], f"{names[row]} against {names[column]}: p = {p[row, column]:.3g} (adjusted)")
            )
    return {"name": names[row], "cells": cells}


def _pairs(found: Evaluation) -> dict[str, Any] | None:
    """Give the ROC curves and the table of what models tell of pairs."""
    one = found.krasula
    if one is None or not one.different or not one.similar:
        return None
    known = np.flatnonzero(np.isfinite(found.truth.standard_error))
    told = pairs_told(found.truth.mos[known], found.truth.standard_error[known])
    signed = np.array([-m.predicted[known] if m.mapping.falls else m.predicted[known] for m in found.models])
    apart = signed[:, told.first] - signed[:, told.second]
    differ = told.sign != 0
    better = apart[:, differ] * told.sign[differ]
    return {
        "different": one.different,
        "similar": one.similar,
        "ds": roc_chart(
            one.models, np.abs(apart[:, differ]), np.abs(apart[:, ~differ]), says="ROC: different or similar"
        ),
        "bw": roc_chart(one.models, better, -better, says="ROC: better or worse"),
        "rows": [
            {
                "name": name,
                "mark": legend_mark(k),
                "cells": [_with_error(getattr(one, figure), k) for figure, _ in PAIR_FIGURES],
                "threshold": f"{one.threshold[k]:.3g}",
            }
            for k, name in enumerate(one.models)
        ],
    }


def _with_error(one: Any, k: int) -> str:
    error = one.standard_error[k]
    return _number(one.value[k]) + ("" if math.isnan(error) else f" ± {1.96 * error:.3f}")


def _resolving(found: Evaluation) -> dict[str, Any] | None:
    if not any(one.centre.size for one in found.resolving):
        return None
    return {
        "chart": resolving_chart(found),
        "levels": [f"{100 * level:.0f} %" for level, _ in found.resolving[0].at],
        "rows": [
            {
                "name": model.model,
                "mark": legend_mark(k),
                "cells": [_number(value, 2) for _, value in found.resolving[k].at],
            }
            for k, model in enumerate(found.models)
        ],
    }


def _sources(found: Evaluation, order: Sequence[int]) -> dict[str, Any] | None:
    if not found.sources:
        return None
    groups = found.sources[order[0]]
    rows = [
        (g.name, str(g.n), _number(g.bias, 2), _number(g.rmse, 2), _number(g.srocc, 2))
        for g in sorted(groups, key=lambda one: -abs(one.bias))[:SOURCES_SHOWN]
    ]
    return {"model": found.models[order[0]].model, "rows": rows, "rest": len(groups) - len(rows)}


def _drawn(found: Evaluation) -> dict[str, Any]:
    """Give what the script of the page needs to name the point under the pointer."""
    return {
        "names": list(found.truth.stimuli),
        "mos": _short(found.truth.mos),
        "ci95": _short(found.truth.ci95),
        "models": [
            {
                "name": one.model,
                "predicted": _short(one.predicted),
                "mapped": _short(one.mapped),
                "residual": _short(one.residual),
                "outlier": np.flatnonzero(one.outlier).tolist(),
            }
            for one in found.models
        ],
    }


def _short(values: Values) -> list[float | None]:
    return [float(f"{v:.{DRAWN_DIGITS}g}") if math.isfinite(v) else None for v in values.tolist()]
