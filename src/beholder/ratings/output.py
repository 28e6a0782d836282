"""Recovered scores as files that other software reads.

``scores.csv`` with ``scores.raters.csv`` beside it
    one row per stimulus, and one per rater;
``scores.json``
    the same in one object, with the keys that SUREAL uses (``quality_scores``, ``observer_bias`` ...);
``dataset.json``
    a data set of SUREAL and VMAF with one finished score per stimulus (``groundtruth``).
"""

from __future__ import annotations

import csv
import io
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import numpy as np

from beholder.errors import UsageError
from beholder.ratings.recovered import Recovered
from beholder.ratings.votes import Ratings, Values

__all__ = ["write"]


def write(
    recovered: Recovered,
    path: str | os.PathLike[str],
    *,
    form: Literal["scores", "dataset"] = "scores",
    ratings: Ratings | None = None,
) -> None:
    """Write scores to ``.csv`` or ``.json``; the ending of the path decides.

    Parameters
    ----------
    recovered : Recovered
    path : str or path
    form : {"scores", "dataset"}
        ``dataset`` is a data set of SUREAL with finished scores, as JSON.
    ratings : Ratings, optional
        Gives the data set the source of each stimulus.

    Raises
    ------
    UsageError
        When the ending is neither, does not fit the form, or the file cannot be written.
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in {".csv", ".json"} or (form == "dataset" and ending != ".json"):
        raise UsageError(
            target, f"the ending {ending or '(none)'} does not fit", "use .csv or .json, .json for a data set"
        )
    if form == "dataset":
        _save(target, _json(_dataset(recovered, ratings, target.stem)))
    elif ending == ".json":
        _save(target, _json(_sureal(recovered)))
    else:
        _save(target, _stimuli(recovered))
        _save(target.with_suffix(".raters.csv"), _raters(recovered))


def _save(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise UsageError(path, f"it cannot be written ({error.strerror})", "give a folder that exists") from error


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _numbers(values: Values) -> list[float | None]:
    return [_number(value) for value in values]


def _halves(middle: Values, ends: Values) -> list[list[float | None]]:
    """Give lower and upper half widths, as SUREAL does."""
    return [_numbers(middle - ends[:, 0]), _numbers(ends[:, 1] - middle)]


def _sureal(found: Recovered) -> dict[str, Any]:
    fit = found.fit
    return {
        "method": found.method,
        "interval": found.interval,
        "stimuli": list(found.stimuli),
        "observers": list(found.raters),
        "quality_scores": _numbers(found.mos),
        "quality_scores_std": _numbers(found.standard_error),
        "quality_scores_ci95": _halves(found.mos, found.ci95),
        "quality_ambiguity": _numbers(found.sos),
        "quality_votes": found.n.tolist(),
        "observer_bias": _numbers(found.bias),
        "observer_bias_ci95": _halves(found.bias, found.bias_ci95),
        "observer_inconsistency": _numbers(found.inconsistency),
        "observer_inconsistency_ci95": _halves(found.inconsistency, found.inconsistency_ci95),
        "observer_votes": found.votes.tolist(),
        "observer_rejected": found.rejected.tolist(),
        "observer_reasons": [list(one) for one in found.reasons],
        "num_iter": None if fit is None else fit.iterations,
        "dof": None if fit is None else _number(fit.dof),
        "loglikelihood": None if fit is None else _number(fit.loglikelihood),
        "aic": None if fit is None else _number(fit.aic),
        "bic": None if fit is None else _number(fit.bic),
        "notes": list(found.notes),
    }


def _dataset(found: Recovered, ratings: Ratings | None, name: str) -> dict[str, Any]:
    about = {} if ratings is None else ratings.about_stimuli
    sources = [one or "unknown" for one in about.get("source", ("unknown",) * len(found.stimuli))]
    references = about.get("reference", (None,) * len(found.stimuli))
    contents = {source: number for number, source in enumerate(dict.fromkeys(sources))}
    originals = {
        source: name for source, name, yes in zip(sources, found.stimuli, references, strict=True) if yes == "yes"
    }
    videos = [
        {
            "asset_id": number,
            "content_id": contents[source],
            "path": stimulus,
            "groundtruth": _number(found.mos[number]),
            "groundtruth_std": _number(found.standard_error[number]),
        }
        for number, (stimulus, source) in enumerate(zip(found.stimuli, sources, strict=True))
    ]
    return {
        "dataset_name": name,
        "ref_videos": [
            {"content_id": number, "content_name": source, "path": originals.get(source, source)}
            for source, number in contents.items()
        ],
        "dis_videos": videos,
    }


def _stimuli(found: Recovered) -> str:
    columns = (found.stimuli, found.mos, found.ci95[:, 0], found.ci95[:, 1], found.standard_error, found.sos, found.n)
    return _csv(("stimulus", "mos", "ci95_low", "ci95_high", "standard_error", "sos", "n"), columns)


def _raters(found: Recovered) -> str:
    names = ("rater", "n", "bias", "bias_ci95_low", "bias_ci95_high", "inconsistency")
    head = (*names, "inconsistency_ci95_low", "inconsistency_ci95_high", "rejected", "reasons")
    bias, spread = found.bias_ci95, found.inconsistency_ci95
    columns = (found.raters, found.votes, found.bias, bias[:, 0], bias[:, 1], found.inconsistency)
    said = tuple(" ".join(one) for one in found.reasons)
    return _csv(head, (*columns, spread[:, 0], spread[:, 1], found.rejected, said))


def _csv(head: tuple[str, ...], columns: tuple[Any, ...]) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(head)
    for row in zip(*columns, strict=True):
        table.writerow([_cell(cell) for cell in row])
    return text.getvalue()


def _cell(cell: Any) -> Any:
    """Write numbers so that they come back exactly, and what is not known as an empty cell."""
    if isinstance(cell, np.bool_):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return "" if not np.isfinite(cell) else repr(float(cell))
    return cell
