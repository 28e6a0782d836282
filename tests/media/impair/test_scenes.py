"""Synthetic scenes look natural where they should, rest where they should, and repeat by seed."""

import numpy as np
import pytest

from beholder.errors import UsageError
from beholder.media.impair import scene
from beholder.media.impair.texture import spectral_noise

KINDS = ["pan", "objects", "head", "scroll", "idle", "slides"]


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_same_pictures(kind):
    clip = scene(kind, seconds=0.3, height=96, fps=10, seed=4)
    first, second = list(clip.pictures()), list(clip.pictures())
    assert len(first) == 3
    assert all(a.equals(b) for a, b in zip(first, second, strict=True))
    other = next(scene(kind, seconds=0.3, height=96, fps=10, seed=5).pictures())
    assert not first[0].equals(other)
    assert first[0].shape == (96, 170)


@pytest.mark.parametrize("kind", KINDS)
def test_cameras_move_and_screens_rest(kind):
    pictures = list(scene(kind, seconds=3.2, height=96, fps=10).pictures())
    new = len({id(p) for p in pictures})
    if kind in {"pan", "objects", "head"}:
        assert new == 32
    elif kind == "idle":
        assert new == 2
    else:
        assert 2 < new < 28


def test_texture_falls_as_one_over_frequency():
    field = spectral_noise(np.random.default_rng(0), 256, 256, 1.0)
    power = np.abs(np.fft.fft2(field)) ** 2
    distance = np.hypot(*np.meshgrid(np.fft.fftfreq(256), np.fft.fftfreq(256)))
    low = power[(distance > 0.02) & (distance < 0.03)].mean()
    high = power[(distance > 0.2) & (distance < 0.3)].mean()
    assert low / high == pytest.approx(100, rel=0.4)


def test_mouth_moves_with_the_voice():
    clip = scene("head", seconds=3, height=180, fps=25, sound="speech")
    mouth = np.array([p.y[98:120, 148:172].mean() for p in clip.pictures()])
    loudness = np.sqrt(np.mean(clip.sound[: 75 * 1920, 0].reshape(75, 1920) ** 2, axis=1))
    assert np.corrcoef(mouth, loudness)[0, 1] < -0.6


def test_sound_level_and_length():
    for kind in ("speech", "music"):
        sound = scene("idle", seconds=2, height=64, sound=kind).sound
        assert len(sound) == 96_000
        assert np.abs(sound).max() <= 1
        assert 0.03 < np.sqrt(np.mean(sound**2)) < 0.3


def test_odd_size_is_refused():
    with pytest.raises(UsageError, match="even size"):
        scene("pan", height=97)
