"""The demo has its faults where its truth says, and its KPIs move with them."""

import csv

import av
import numpy as np
import pytest

from beholder.media.demo import make_demo
from beholder.media.impair import read_truth


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return make_demo(tmp_path_factory.mktemp("demo"))


def test_recording(demo):
    recording, _ = demo
    truth = read_truth(recording.with_suffix(".truth.json"))
    assert (truth.width, truth.height, truth.frames, truth.duration_s) == (1280, 720, 600, 20.0)
    spans = {fault.kind: (fault.start_s, fault.end_s) for fault in truth.impairments}
    assert spans["freeze"] == (4.0, 6.5)
    assert spans["blur"] == (9.0, 12.0)
    change, detail = _measured(recording)
    around = np.concatenate([change[90:121], change[195:240]])
    assert change[121:195].max() < 0.2 * around.min()
    assert detail[272:355].max() < 0.6 * min(detail[256:268].min(), detail[365:400].min())


def _measured(recording):
    """Mean change of luma from the frame before, and mean step between neighbours."""
    change, detail, before = [], [], None
    with av.open(str(recording)) as container:
        assert container.streams.audio[0].codec_context.name == "aac"
        for frame in container.decode(video=0):
            y = frame.to_ndarray(format="gray")[::4, :640].astype(np.int16)
            change.append(0 if before is None else np.abs(y - before).mean())
            detail.append(np.abs(np.diff(y, axis=1)).mean())
            before = y
    return np.array(change), np.array(detail)


def test_kpis(demo):
    with demo[1].open() as file:
        rows = list(csv.DictReader(file))
    throughput = {float(row["time_s"]): float(row["throughput_kbps"]) for row in rows}
    assert len(rows) == 40
    assert max(throughput[t] for t in (4.0, 5.0, 6.0, 14.5, 16.0)) < 600
    assert min(throughput[t] for t in (1.0, 7.5, 13.0, 19.5)) > 3500
    assert all(float(row["buffer_s"]) == 0 for row in rows if 4 <= float(row["time_s"]) <= 6)
