from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from tiny_clips import HEIGHT, WIDTH, Clip

from beholder.errors import MediaError
from beholder.media import Frame, Recording, Sound
from beholder.media.proxy import make_proxy, needs_proxy


def parts(path: Path) -> tuple[Recording, list[Frame], list[Sound]]:
    with Recording(path) as recording:
        found = list(recording)
    return recording, [p for p in found if isinstance(p, Frame)], [p for p in found if isinstance(p, Sound)]


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt", "needed"),
    [
        ("a.mp4", "libx264", "yuv420p", False),
        ("a.mkv", "libx264", "yuv420p", False),
        ("a.webm", "libvpx-vp9", "yuv420p", False),
        ("a.mp4", "libsvtav1", "yuv420p", False),
        ("a.mp4", "libx265", "yuv420p", True),
        ("a.mov", "prores_ks", "yuv422p10le", True),
        ("a.264", "libx264", "yuv420p", True),
        ("a.ts", "libx264", "yuv420p", True),
        ("a.mp4", "libx264", "yuv444p", True),
        ("a.mp4", "libx264", "yuv420p10le", True),
    ],
)
def test_what_browsers_do_not_play_needs_a_proxy(clip: Clip, name: str, codec: str, pix_fmt: str, needed: bool) -> None:  # noqa: FBT001
    with Recording(clip(name, codec, pix_fmt=pix_fmt)) as recording:
        assert needs_proxy(recording.facts) is needed
        assert needs_proxy(replace(recording.facts, sound_codec="pcm_s16le"))


def test_a_proxy_shows_the_same_pictures_at_the_same_times(clip: Clip, tmp_path: Path) -> None:
    stamps = [0.0, 0.04, 0.08, 0.2, 0.5, 0.533, 1.1, 1.14, 2.4]
    source, proxy = clip("a.mkv", "libx265", stamps=stamps), tmp_path / "proxy.mp4"
    make_proxy(source, proxy)
    recording, frames, _ = parts(proxy)
    _, originals, _ = parts(source)
    assert [frame.t for frame in frames] == pytest.approx([frame.t for frame in originals], abs=0.0006)
    assert recording.facts.codec == "h264"
    assert not needs_proxy(recording.facts)
    for frame, original in zip(frames, originals, strict=True):
        assert frame.size == (HEIGHT, WIDTH)
        assert np.abs(frame.rgb().astype(int) - original.rgb()).mean() < 6


def test_a_proxy_has_a_key_picture_each_second(clip: Clip, tmp_path: Path) -> None:
    make_proxy(clip("a.mp4", count=80), tmp_path / "proxy.mp4")
    with av.open(tmp_path / "proxy.mp4") as container:
        keys = [float(packet.pts * packet.time_base) for packet in container.demux(video=0) if packet.is_keyframe]
    assert keys == pytest.approx([0.0, 1.0, 2.0, 3.0])


def test_a_proxy_is_small_and_even_and_never_larger(clip: Clip, tmp_path: Path) -> None:
    source = clip("a.mkv", "ffv1", size=(201, 151))
    for height, expected in ((100, (100, 134)), (540, (150, 200))):
        make_proxy(source, tmp_path / "proxy.mp4", height=height)
        assert parts(tmp_path / "proxy.mp4")[1][0].size == expected


def test_sound_stays_with_the_picture(clip: Clip, tmp_path: Path) -> None:
    make_proxy(clip("a.mkv", sound=True, count=50), tmp_path / "proxy.mp4")
    recording, _, sounds = parts(tmp_path / "proxy.mp4")
    assert (recording.facts.sound_codec, recording.facts.sound_channels) == ("aac", 2)
    wave = np.concatenate([sound.samples[0] for sound in sounds])
    assert abs(sounds[0].t) < 0.03
    assert len(wave) / 48_000 == pytest.approx(2.0, abs=0.1)
    spectrum = np.abs(np.fft.rfft(wave[4800:52_800]))
    assert np.argmax(spectrum) == 440


def test_progress_is_told(clip: Clip, tmp_path: Path) -> None:
    told: list[tuple[float, float | None]] = []
    make_proxy(clip("a.mp4", count=60), tmp_path / "proxy.mp4", progress=lambda *step: told.append(step))
    assert [done for done, _ in told] == [0.0, 1.0, 2.0]
    assert told[0][1] == pytest.approx(2.4)


def test_nothing_is_left_of_a_proxy_that_fails(clip: Clip, tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        make_proxy(tmp_path / "missing.mp4", tmp_path / "proxy.mp4")
    with pytest.raises(MediaError, match="could not be written"):
        make_proxy(clip("a.mp4"), tmp_path / "no folder" / "proxy.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
