"""Recalibration: it helps where there is something to correct, and says so when there is not."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beholder.errors import TableError
from beholder.ratings import Scale
from beholder.ratings.evaluate import Calibration, load_calibration, recalibrate, recalibrated
from beholder.types import Score


def _rated(n, seed, change, noise=0.2):
    random = np.random.default_rng(seed)
    predicted = random.uniform(1.3, 4.7, n)
    return predicted, np.clip(change(predicted) + random.normal(0, noise, n), 1, 5)


def test_a_wrong_offset_is_found_with_twenty_ratings():
    found = recalibrate(*_rated(20, 1, lambda x: x - 0.6), ci95=np.full(20, 0.2))
    assert found.worthwhile
    assert found.calibration.rmse_after < 0.5 * found.calibration.rmse_before
    assert found.calibration(3.0) == pytest.approx(2.4, abs=0.1)
    assert "helps" in found.verdict


def test_a_right_model_is_left_alone():
    verdicts = [recalibrate(*_rated(20, seed, lambda x: x, 0.4)).calibration.verdict for seed in range(24)]
    assert verdicts.count("gain") <= 3
    honest = next(seed for seed, verdict in enumerate(verdicts) if verdict == "no gain")
    assert "no gain was shown" in recalibrate(*_rated(20, honest, lambda x: x, 0.4)).verdict


def test_the_fewer_ratings_the_less_is_corrected():
    few, many = (recalibrate(*_rated(n, 2, lambda x: x - 0.6)).calibration(3.0) for n in (6, 60))
    assert few > 2.4
    assert many == pytest.approx(2.4, abs=0.06)


def test_whole_sources_are_left_out():
    x, y = _rated(30, 3, lambda x: 0.8 * x + 0.3)
    found = recalibrate(x, y, groups=[f"s{k % 6}" for k in range(30)])
    assert found.protocol == "one of 6 sources left out at a time"
    assert found.held_out.shape == (30,)
    assert "fifth" in recalibrate(x, y, groups=["s0", "s1", "s2"] * 10).protocol


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(6, 30), st.sampled_from(["offset", "linear", "curve"]), st.floats(-2, 2))
def test_a_calibration_never_falls_nor_leaves_the_scale(seed, n, kind, tilt):
    x, y = _rated(n, seed, lambda x: 3 + tilt * (x - 3), noise=1.0)
    mapped = recalibrate(x, y, kind=kind).calibration(np.linspace(0, 6, 200))
    assert np.diff(mapped).min() >= -1e-12
    assert mapped.min() >= 1
    assert mapped.max() <= 5


def test_a_model_with_another_scale():
    x, y = _rated(25, 4, lambda x: x)
    found = recalibrate((x - 1) * 25, y, domain=(0, 100), model="vmaf")
    assert found.calibration([0, 100]).tolist() == pytest.approx([1, 5], abs=0.3)
    hundred = recalibrate((x - 1) * 25, (y - 1) * 25, scale=Scale(0, 100, None))
    assert hundred.calibration(50.0) == pytest.approx(50, abs=5)


def test_it_is_saved_and_read_again(tmp_path):
    found = recalibrate(*_rated(20, 1, lambda x: x - 0.6)).calibration
    found.save(tmp_path / "own.json")
    again = load_calibration(tmp_path / "own.json")
    assert again == found
    assert (tmp_path / "own.json").stat().st_size < 1000


def test_a_score_moves_with_its_interval():
    lower = Calibration("vmos", "offset", (1, 5), (1, 5), (-0.5,), 20, 0.6, 0.4, (0.1, 0.3), "gain")
    score = recalibrated(Score(3.0, (1.2, 3.5), "MOS-VQO", "vmos", "1.0"), lower)
    assert (score.mos, score.ci95, score.mos_type) == (2.5, (1.0, 3.0), "MOS-VQO")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": "beholder.result/1"}, "no calibration"),
        ({"coefficients": []}, "damaged"),
        ({"coefficients": [None]}, "damaged"),
        ({"domain": [5, 1]}, "damaged"),
        ({"domain": None}, "damaged"),
    ],
)
def test_a_bad_file_is_one_line(tmp_path, change, message):
    good = json.loads(recalibrate(*_rated(20, 1, lambda x: x)).calibration.to_json())
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(good | change))
    with pytest.raises(TableError, match=message):
        load_calibration(path)


def test_bad_input(tmp_path):
    with pytest.raises(TableError, match="5 rated stimuli are too few"):
        recalibrate([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])
    with pytest.raises(TableError, match="cannot be read"):
        load_calibration(tmp_path / "none.json")
    (tmp_path / "no.json").write_text("no")
    with pytest.raises(TableError, match="no JSON"):
        load_calibration(tmp_path / "no.json")
    with pytest.raises(TableError, match="3 of 8 scores lie beyond the scale of the model, 1 to 5"):
        recalibrate([1, 2, 3, 4, 5, 20, 60, 100], [1, 2, 3, 4, 5, 1, 2, 3])
    flat = recalibrate([3.0] * 10, [2.0] * 10)
    assert 2.0 <= flat.calibration(3.0) < 2.6
