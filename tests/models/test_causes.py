import numpy as np
import pytest

from beholder.models.causes import CAUSES, FLAWLESS, Causes

FEATURES = 5


def probes():
    linear = np.zeros((2, FEATURES), np.float32)
    linear[0, 1], linear[1, 2] = -1.0, -0.5
    return Causes(np.zeros(FEATURES, np.float32), np.ones(FEATURES, np.float32), np.full(2, 4.2, np.float32), linear)


def test_each_probe_sees_its_own_direction():
    x = np.zeros((3, FEATURES + 1), np.float32)
    x[1, 1] = x[2, 2] = 1.0
    lost = probes().lost(x)
    assert tuple(lost) == CAUSES
    assert lost["coding"] == pytest.approx([FLAWLESS - 4.2, FLAWLESS - 3.2, FLAWLESS - 4.2], abs=1e-5)
    assert lost["softness"] == pytest.approx([FLAWLESS - 4.2, FLAWLESS - 4.2, FLAWLESS - 3.7], abs=1e-5)


def test_enlargement_does_not_count_and_nothing_is_gained():
    x = np.zeros((1, FEATURES + 1), np.float32)
    x[0, 1] = -9.0
    assert probes().lost(x)["coding"].tolist() == [0.0]
    x[0, -1] = 3.0
    assert probes().lost(x)["coding"].tolist() == [0.0]


def test_arrays_come_back_from_a_file(tmp_path):
    path = tmp_path / "causes.npz"
    written = probes()
    np.savez(path, **{name: getattr(written, name) for name in Causes.__dataclass_fields__})
    read = Causes.read(path.read_bytes())
    assert np.array_equal(read.linear, written.linear)
