import wave

import numpy as np
import pytest

from beholder.errors import NothingToScore, TableError, UsageError
from beholder.media.impair import Black, Freeze, impair, scene
from beholder.models.vmos import Vmos
from beholder.sessions import features, score
from beholder.sessions.score import detect
from beholder.types import Evidence


class Eye:
    """Stands in for the trained one where only the rest is tested."""

    def look(self, rgb, *, display_height):
        assert rgb.ndim == 3
        quality = 3.0 + 0.001 * min(display_height, 1080) / 1.08
        return {"quality": quality, "doubt": 0.7, "own": quality, "coding": 0.2, "softness": 0.2}


MODEL = Vmos(Eye())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("score")


@pytest.fixture(scope="module")
def frozen(folder):
    path = folder / "frozen.mp4"
    clip = scene("pan", seconds=6, height=180, fps=25, seed=4)
    impair(clip, path, [Freeze(start=2.0, end=4.0, mode="pause")], crf=20)
    return path


@pytest.fixture(scope="module")
def result(frozen):
    return score(frozen, model=MODEL)


def test_a_freeze_is_found_priced_and_explained(result):
    (issue,) = [i for i in result.issues if i.kind == "freeze"]
    assert issue.span.start == pytest.approx(2.0, abs=0.05)
    assert issue.span.end == pytest.approx(4.0, abs=0.05)
    assert issue.mos_cost > 0.3
    assert issue.id == "freeze-1"
    assert "goes on where it stopped" in issue.explanation


def test_the_envelope_is_whole(result):
    assert result.subject["kind"] == "recording"
    assert len(result.subject["sha256"]) == 64
    assert result.subject["duration_s"] == pytest.approx(8.0, abs=0.1)
    assert result.score.model == "vmos"
    assert sum(result.factors.values()) == pytest.approx(5 - result.score.mos, abs=5e-3)
    assert {"mos", "mos_low", "mos_high", "clarity", "smoothness", "playback"} <= set(result.series)
    assert "change" not in result.series  # a value per frame stays out
    assert any(s.what == "sound" for s in result.skipped)


def test_the_same_recording_scores_the_same_with_two_threads(frozen, result):
    again = score(frozen, model=MODEL, threads=2)
    assert again.score == result.score
    assert again.issues == result.issues


def test_black_pictures_cost(folder):
    path = folder / "black.mp4"
    impair(scene("pan", seconds=6, height=120, fps=20, seed=2), path, [Black(start=2.0, end=4.0)], crf=20)
    found = score(path, model=MODEL)
    assert max(found.factors, key=found.factors.__getitem__) in {"black", "resolution"}
    assert any(i.kind == "black" for i in found.issues)


def test_progress_runs_to_the_end(frozen):
    seen = []
    score(frozen, model=MODEL, progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1][0] > 7.0
    assert seen[-1][1] == pytest.approx(8.0, abs=0.2)


def test_kpis_are_joined(frozen, folder):
    kpi = folder / "kpi.csv"
    rows = [f"{t / 2},{100 if 4 <= t < 8 else 4000}" for t in range(16)]
    kpi.write_text("time_s,throughput_kbps\n" + "\n".join(rows), "utf-8")
    found = score(frozen, kpi=kpi, model=MODEL)
    (issue,) = [i for i in found.issues if i.kind == "freeze"]
    assert issue.kpis[0].name == "throughput_kbps"
    assert issue.kpis[0].inside < 200
    assert found.correlations[0]["kpi"] == "throughput_kbps"


def test_bad_options_say_what_to_do(frozen, folder):
    with pytest.raises(UsageError, match="phone, pc, tv"):
        score(frozen, profile="cinema", model=MODEL)
    with pytest.raises(TableError):
        score(frozen, kpi=folder / "none.csv", model=MODEL)


def test_a_detector_without_its_series_is_reported():
    _, skipped = detect(Evidence(facts={"duration_s": 3.0}))
    assert any("freeze" in s.what and "shift" in s.reason for s in skipped)


def test_features_give_every_grid(frozen):
    series = features(frozen)
    assert series["change"].t.size == 199  # 150, and 49 repeats
    assert 14 <= series["blur_sigma"].t.size <= 16
    assert np.isfinite(series["spatial_quality"].y).all()


def test_sound_alone_cannot_be_scored(folder):
    path = folder / "sound.wav"
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(bytes(16000))
    with pytest.raises(NothingToScore, match="no picture track"):
        score(path, model=MODEL)
