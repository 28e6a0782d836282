from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sample_result import a_result

from beholder.errors import UsageError
from beholder.ratings.evaluate.calibrated import calibrated
from beholder.ratings.evaluate.calibration import Calibration


def half_down(model: str) -> Calibration:
    return Calibration(model, "offset", (1, 5), (1, 5), (-0.5,), 20, 0.6, 0.4, (0.1, 0.3), "gain")


def test_score_curve_and_factors_follow_the_viewers() -> None:
    before = a_result()
    assert before.score is not None
    after = calibrated(before, half_down(before.score.model))
    assert after.score is not None
    assert after.score.mos == pytest.approx(before.score.mos - 0.5)
    assert sum(after.factors.values()) - sum(before.factors.values()) == pytest.approx(0.5)
    known = np.isfinite(before.series["mos"].y)
    expected = np.clip(before.series["mos"].y[known] - 0.5, 1, 5)
    np.testing.assert_allclose(after.series["mos"].y[known], expected, atol=1e-6)
    assert np.isnan(after.series["mos"].y[~known]).all()
    assert after.issues == before.issues


def test_a_calibration_of_another_model_is_refused() -> None:
    with pytest.raises(UsageError, match="learned for the model other"):
        calibrated(a_result(), half_down("other"))


def test_what_was_not_scored_stays_so() -> None:
    nothing = replace(a_result(), score=None)
    assert calibrated(nothing, half_down("vmos")) is nothing
