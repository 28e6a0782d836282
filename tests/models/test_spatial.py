import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from beholder.errors import ModelError
from beholder.models import spatial
from beholder.models.spatial import SpatialModel


@pytest.fixture(scope="module")
def model() -> SpatialModel:
    return SpatialModel.load()


@pytest.fixture(scope="module")
def scene() -> np.ndarray:
    """A synthetic scene with texture at all scales (1/f) and some sharp shapes."""
    rng = np.random.default_rng(4)
    h, w = 540, 960
    fy, fx = np.fft.fftfreq(h)[:, None], np.fft.rfftfreq(w)[None]
    spectrum = rng.normal(size=(3, h, w // 2 + 1)) + 1j * rng.normal(size=(3, h, w // 2 + 1))
    texture = np.fft.irfft2(spectrum / np.maximum(np.hypot(fy, fx), 1 / w) ** 1.2, s=(h, w))
    texture = texture / texture.std((1, 2), keepdims=True) * 35 + 120
    picture = np.ascontiguousarray(np.clip(texture.transpose(1, 2, 0), 0, 255).astype(np.uint8))
    for k in range(40):
        x, y = rng.integers(0, w), rng.integers(0, h)
        cv2.circle(picture, (int(x), int(y)), 12 + k, tuple(map(int, rng.integers(0, 255, 3))), 2 + k % 3)
    return picture


def test_score_and_interval_are_on_the_scale(model: SpatialModel, scene: np.ndarray) -> None:
    mos, half = model.predict(scene)
    assert 1 <= mos <= 5
    assert 0.2 < half < 1.5


def test_blur_costs_and_more_blur_costs_more(model: SpatialModel, scene: np.ndarray) -> None:
    scores = [model.predict(cv2.GaussianBlur(scene, (0, 0), s) if s else scene)[0] for s in (0, 2, 5)]
    assert scores[0] > scores[1] + 0.1 > scores[2] + 0.1


def test_coarse_jpeg_costs(model: SpatialModel, scene: np.ndarray) -> None:
    coded = cv2.imdecode(cv2.imencode(".jpg", scene, [cv2.IMWRITE_JPEG_QUALITY, 6])[1], cv2.IMREAD_COLOR)
    assert model.predict(coded)[0] < model.predict(scene)[0] - 0.2


def test_same_picture_same_score_for_any_threads(model: SpatialModel, scene: np.ndarray) -> None:
    assert model.predict(scene) == model.predict(scene)
    assert SpatialModel.load(2).predict(scene)[0] == pytest.approx(model.predict(scene)[0], abs=1e-3)


def test_two_lines_less_change_little(model: SpatialModel, scene: np.ndarray) -> None:
    trimmed = np.ascontiguousarray(scene[1:-1, 1:-1])
    assert model.predict(trimmed)[0] == pytest.approx(model.predict(scene)[0], abs=0.1)


def test_a_taller_display_never_helps(model: SpatialModel, scene: np.ndarray) -> None:
    scores = [model.predict(scene, display_height=height)[0] for height in (540, 720, 1080, 1440, 2160)]
    assert np.diff(scores).max() <= 0.01
    assert scores[0] > scores[-1] + 0.2


def test_doubt_differs_between_pictures(model: SpatialModel, scene: np.ndarray) -> None:
    flat = np.full_like(scene, 90)
    assert model.predict(flat)[1] != pytest.approx(model.predict(scene)[1], abs=0.02)


def test_rows_of_features_give_the_same_scores(model: SpatialModel, scene: np.ndarray) -> None:
    rows = np.stack([model.features(scene), model.features(scene, 540)])
    mos, half = model.predict_features(rows)
    assert (mos[0], half[0]) == pytest.approx(model.predict(scene), abs=1e-6)
    assert mos[0] != mos[1]


def test_blank_and_tiny_pictures_have_a_score(model: SpatialModel) -> None:
    for shape in ((1, 1, 3), (270, 480, 3)):
        mos, half = model.predict(np.zeros(shape, np.uint8))
        assert 1 <= mos <= 5
        assert np.isfinite(half)


def test_card_names_what_it_must(model: SpatialModel) -> None:
    for key in ("task", "scale", "data", "protocol", "figures", "known_failures", "cost", "version", "files"):
        assert model.card[key]
    assert "LIVE In the Wild" in json.dumps(model.card)


def test_damaged_regression_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in spatial.DATA.glob("spatial*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    data = bytearray((tmp_path / "spatial.npz").read_bytes())
    data[1000] ^= 1
    (tmp_path / "spatial.npz").write_bytes(bytes(data))
    monkeypatch.setattr(spatial, "DATA", tmp_path)
    with pytest.raises(ModelError, match="damaged"):
        SpatialModel.load()


def test_unreadable_card_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "spatial.json").write_text("{")
    monkeypatch.setattr(spatial, "DATA", tmp_path)
    with pytest.raises(ModelError, match="card"):
        SpatialModel.load()
