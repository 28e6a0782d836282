from pathlib import Path

import numpy as np
import pytest

from beholder.errors import ModelError
from beholder.models.cnn import Trunk, read_verified
from beholder.models.spatial import SpatialModel


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"gone\.onnx.*cannot be read"):
        Trunk.load(tmp_path / "gone.onnx", sha256="0" * 64)


def test_damaged_weights_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.npz"
    path.write_bytes(b"something else")
    with pytest.raises(ModelError, match="damaged"):
        read_verified(path, "0" * 64)


def test_a_view_is_seen_alone_and_by_any_number_of_threads() -> None:
    views = np.random.default_rng(0).integers(0, 255, (2, 224, 224, 3)).astype(np.uint8)
    one, two = (SpatialModel.load(threads)._trunk for threads in (1, 2))
    both = one.taps(views)
    assert np.isfinite(both).all()
    np.testing.assert_array_equal(both[1:], one.taps(views[1:]))
    np.testing.assert_allclose(both, two.taps(views), rtol=1e-4, atol=1e-4)


def test_taps_differ_between_pictures() -> None:
    trunk = SpatialModel.load()._trunk
    flat = np.full((224, 224, 3), 127, np.uint8)
    noisy = np.random.default_rng(0).integers(0, 255, (224, 224, 3)).astype(np.uint8)
    a, b = trunk.taps([flat, noisy])
    assert np.abs(a - b).max() > 1
