"""The sound that is written is where the truth says, and as loud."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from beholder.errors import UsageError
from beholder.media.impair import (
    Clipping,
    Drift,
    Dropouts,
    Freeze,
    Level,
    Offset,
    Silence,
    SoundNoise,
    impair,
    read_clip,
    scene,
)
from beholder.media.impair.plan import Take

HZ = 48_000
SECONDS = 3


@pytest.fixture(scope="module")
def still():
    return scene("idle", seconds=SECONDS, height=64)


def with_sound(still, samples):
    return replace(still, sound=samples.astype(np.float32)[:, None])


def tone(level=0.25):
    return level * np.sin(2 * np.pi * 440 * np.arange(SECONDS * HZ) / HZ)


def clicks(*at):
    out = np.zeros(SECONDS * HZ)
    for t in at:
        out[round(t * HZ) : round(t * HZ) + 96] = 0.8
    return out


def heard(still, tmp_path, samples, *faults, suffix=".mp4", seed=0):
    out = tmp_path / f"clip{suffix}"
    truth = impair(with_sound(still, samples), out, faults, seed=seed)
    return truth, read_clip(out).sound[:, 0]


def rms(samples, start, end):
    return float(np.sqrt(np.mean(np.square(samples[round(start * HZ) : round(end * HZ)]))))


def click_times(samples):
    loud = np.flatnonzero(np.abs(samples) > 0.3)
    return loud[np.flatnonzero(np.diff(loud, prepend=-HZ) > HZ // 10)] / HZ


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".webm", ".ts", ".mov"])
def test_sound_stays_with_the_picture(still, tmp_path, suffix):
    codec = "libvpx-vp9" if suffix == ".webm" else "libx264"
    impair(with_sound(still, clicks(0.5, 2.0)), tmp_path / f"a{suffix}", codec=codec)
    assert click_times(read_clip(tmp_path / f"a{suffix}").sound[:, 0]) == pytest.approx([0.5, 2.0], abs=0.003)


def test_pause_puts_silence_in(still, tmp_path):
    pause = Freeze(start=1.0, end=1.5, mode="pause")
    truth, samples = heard(still, tmp_path, clicks(0.5, 2.0), pause)
    assert click_times(samples) == pytest.approx([0.5, 2.0 + 14 / 30], abs=0.003)
    assert len(samples) / HZ == pytest.approx(truth.duration_s, abs=0.03)


def test_skip_leaves_sound_alone(still, tmp_path):
    _, samples = heard(still, tmp_path, clicks(0.5, 2.0), Freeze(start=1.0, end=1.5, mode="skip"))
    assert click_times(samples) == pytest.approx([0.5, 2.0], abs=0.003)


def test_silence_and_level(still, tmp_path):
    _, samples = heard(still, tmp_path, tone(), Silence(start=1, end=2), Level(start=2, gain_db=-20))
    before = rms(samples, 0.1, 0.9)
    assert before == pytest.approx(0.25 / np.sqrt(2), rel=0.05)
    assert rms(samples, 1.1, 1.9) < 0.001 * before
    assert rms(samples, 2.1, 2.9) == pytest.approx(before / 10, rel=0.1)


def test_dropouts_are_where_the_truth_says_and_move_with_a_pause(still, tmp_path):
    holes = Dropouts(start=1, hole_ms=100, per_second=2)
    truth, samples = heard(still, tmp_path, tone(), holes, Freeze(start=0.5, end=0.8, mode="pause"))
    at = truth.of("dropouts")[0].parameters["at_s"]
    assert len(at) == 4
    for t in at:
        assert rms(samples, t + 0.03, t + 0.07) < 0.003
    assert truth.of("dropouts")[0].start_s == pytest.approx(1 + 8 / 30)
    quiet = sum(rms(samples, t, t + 0.01) < 0.02 for t in np.arange(1.3, SECONDS, 0.01))
    assert quiet == pytest.approx(40, abs=10)


def test_noise_has_its_ratio():
    clean = tone()[:, None].astype(np.float32)
    noise = _changed(SoundNoise(snr_db=15), clean) - clean
    assert 10 * np.log10(np.mean(clean**2) / np.mean(noise**2)) == pytest.approx(15, abs=0.2)


def test_clipping_has_its_share():
    loud = _changed(Clipping(gain_db=6.0206), tone()[:, None].astype(np.float32))
    assert np.mean(np.abs(loud) >= 1) == pytest.approx(2 / 3, abs=0.01)


def test_offset_and_drift():
    samples = clicks(0.5, 2.0)[:, None].astype(np.float32)
    assert click_times(_changed(Offset(ms=250), samples)[:, 0]) == pytest.approx([0.75, 2.25])
    assert click_times(_changed(Offset(ms=-250), samples)[:, 0]) == pytest.approx([0.25, 1.75])
    assert click_times(_changed(Drift(ppm=10_000), samples)[:, 0]) == pytest.approx([0.505, 2.02], abs=1e-4)


def _changed(fault, samples):
    take = Take(Fraction(30), 64, 64, np.random.default_rng(1))
    return fault.sound(samples, take)


def test_sound_must_be_there(still, tmp_path):
    with pytest.raises(UsageError, match="has no sound"):
        impair(still, tmp_path / "a.mp4", [Silence()])
    with pytest.raises(UsageError, match="less than a tenth"):
        Dropouts(hole_ms=1000, per_second=1)
