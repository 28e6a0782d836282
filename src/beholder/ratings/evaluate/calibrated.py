"""A result on the scale of one's own viewers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from beholder.errors import UsageError
from beholder.ratings.evaluate.calibration import Calibration, recalibrated
from beholder.types import Result, Series

__all__ = ["calibrated"]

CURVES = ("mos", "mos_low", "mos_high")


def calibrated(result: Result, calibration: Calibration) -> Result:
    """Apply a calibration (see `beholder.ratings.evaluate.recalibrate`) to the score, its interval and its curve.

    The factors gain one, ``calibration``: what the map took from the score (negative where it gave), so that they still
    sum to 5 - MOS. Sub-scores and the costs of issues stay those of the model.

    Raises
    ------
    UsageError
        When the calibration was learned for another model.

    Examples
    --------
    >>> from beholder.types import Result, Score
    >>> half_up = Calibration("vmos", "offset", (1, 5), (1, 5), (0.5,), 20, 0.6, 0.4, (0.1, 0.3), "gain")
    >>> score = Score(3.0, (2.2, 3.8), "MOS-VQO", "vmos", "1.0", grounded=True, measured_share=1.0)
    >>> found = calibrated(Result({"kind": "recording"}, score, factors={"blur": 2.0}), half_up)
    >>> found.score.mos, found.score.ci95, found.factors
    (3.5, (2.7, 4.3), {'blur': 2.0, 'calibration': -0.5})
    """
    if result.score is None:
        return result
    if result.score.model != calibration.model:
        what = f"it was learned for the model {calibration.model}, not for {result.score.model}"
        raise UsageError("calibration", what, "learn one for this model: beholder evaluate --calibrate")
    score = recalibrated(result.score, calibration)
    factors = {**result.factors, "calibration": result.score.mos - score.mos}
    series = {name: _mapped(one, calibration) if name in CURVES else one for name, one in result.series.items()}
    return replace(result, score=score, factors=factors, series=series)


def _mapped(series: Series, calibration: Calibration) -> Series:
    return replace(series, y=calibration(series.y).astype(np.float32))
