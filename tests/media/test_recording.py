import os
import random
import struct
from pathlib import Path

import av
import numpy as np
import pytest
from tiny_clips import HEIGHT, RATE, WIDTH, Clip, picture, remux, tone, write_clip

from beholder.errors import CannotOpen, MediaError, NothingToScore, UsageError
from beholder.media import Frame, Recording, Region, Sound

NOISE = random.Random(7)
DIRECTIONS = {  # ISO/IEC 14496-12 8.3.2: a, b, u, c, d, v; degrees that the player turns the picture clockwise
    0: (1, 0, 0, 0, 1, 0),
    90: (0, 1, 0, -1, 0, 0),
    180: (-1, 0, 0, 0, -1, 0),
    270: (0, -1, 0, 1, 0, 0),
}


def parts(path: Path, **options: object) -> tuple[Recording, list[Frame], list[Sound]]:
    with Recording(path, **options) as recording:
        found = list(recording)
    return recording, [p for p in found if isinstance(p, Frame)], [p for p in found if isinstance(p, Sound)]


def times(path: Path, **options: object) -> list[float]:
    return [frame.t for frame in parts(path, **options)[1]]


def turn(path: Path, clockwise: int) -> Path:
    """Write the display matrix of an MP4's track header."""
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 44
    content[at : at + 24] = struct.pack(">6i", *(value << 16 for value in DIRECTIONS[clockwise]))
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "codec", "pix_fmt"),
    [
        ("a.mp4", "libx264", "yuv420p"),
        ("a.mkv", "libx264", "yuv420p"),
        ("a.mov", "libx264", "yuv420p"),
        ("a.ts", "libx264", "yuv420p"),
        ("a.264", "libx264", "yuv420p"),
        ("a.hevc", "libx265", "yuv420p"),
        ("a.webm", "libvpx-vp9", "yuv420p"),
        ("a.webm", "libsvtav1", "yuv420p"),
        ("a.avi", "mpeg2video", "yuv420p"),
        ("a.mov", "prores_ks", "yuv422p10le"),
    ],
)
def test_every_container_gives_every_picture_at_its_time(clip: Clip, name: str, codec: str, pix_fmt: str) -> None:
    recording, frames, sounds = parts(clip(name, codec, pix_fmt=pix_fmt))
    assert [frame.t for frame in frames] == [n / RATE for n in range(8)]
    assert not sounds
    facts = recording.facts
    assert (facts.width, facts.height, facts.rotation, facts.fps) == (WIDTH, HEIGHT, 0, RATE)
    assert (facts.video_tracks, facts.sound_tracks, facts.hdr) == (1, 0, False)
    assert (recording.pictures, recording.last_t) == (8, 7 / RATE)
    assert (recording.decode_errors, recording.damaged, recording.truncated) == (0, [], None)
    assert recording.missing_stamps == (8 if name in ("a.264", "a.hevc") else 0)


def test_gif(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    with av.open(path, "w") as out:
        stream = out.add_stream("gif", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "rgb8"
        for n in range(5):
            frame = picture(mark=n).reformat(format="rgb8")
            frame.pts = n
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    assert times(path) == [n / RATE for n in range(5)]


@pytest.mark.parametrize(
    "stamps",
    [
        [n / 25 for n in range(60)],
        [n * 1001 / 30_000 for n in range(60)],
        [n / 30 for n in range(90) if n % 7 in (0, 1, 4)],
        [0.0, 0.033, 0.0701, 0.1, 0.15, 0.1512, 0.5, 0.9, 2.25],
    ],
    ids=["even", "ntsc", "skipped", "uneven"],
)
def test_times_and_rate_are_the_same_after_remuxing(clip: Clip, stamps: list[float]) -> None:
    source = clip("a.mp4", stamps=stamps, sound=True)
    recording, frames, sounds = parts(source)
    assert [frame.t for frame in frames] == pytest.approx(stamps, abs=0.0006)
    for suffix in (".mkv", ".ts", ".mov"):
        other, copies, tones = parts(remux(source, source.with_suffix(suffix)))
        assert [frame.t for frame in copies] == [frame.t for frame in frames]
        assert other.facts.fps == recording.facts.fps
        assert tones[0].t == sounds[0].t == 0.0
        length = min(tones[-1].end, sounds[-1].end) - 0.05  # the last packet may be kept or not
        first, second = (np.concatenate([part.samples for part in heard], axis=1) for heard in (sounds, tones))
        assert np.array_equal(first[:, : int(48_000 * length)], second[:, : int(48_000 * length)])


@pytest.mark.parametrize("options", [{"bf": "2"}, {"bf": "0", "slices": "4"}])
def test_threads_change_nothing(clip: Clip, options: dict[str, str]) -> None:
    path = clip("a.mp4", count=30, options=options)
    one, two = parts(path, threads=1)[1], parts(path, threads=2)[1]
    assert [frame.t for frame in one] == [frame.t for frame in two]
    assert all(np.array_equal(a.luma(), b.luma()) for a, b in zip(one, two, strict=True))


@pytest.mark.parametrize("clockwise", [0, 90, 180, 270])
def test_phones_that_film_on_their_side(clip: Clip, clockwise: int) -> None:
    recording, frames, _ = parts(turn(clip("a.mp4"), clockwise))
    upright = (HEIGHT, WIDTH) if clockwise in (0, 180) else (WIDTH, HEIGHT)
    assert frames[0].size == (recording.facts.height, recording.facts.width) == upright
    assert recording.facts.rotation % 360 == -clockwise % 360
    coded = parts(turn(clip("b.mp4"), 0))[1][0].luma()
    assert np.array_equal(frames[0].luma(), np.rot90(coded, -clockwise // 90))


def test_region_and_mask_of_a_turned_recording(clip: Clip) -> None:
    path = turn(clip("a.mp4"), 90)
    whole = parts(path)[1][0].luma()
    region, mask = Region(10, 20, 40, 50), Region(28, 30, 8, 8)
    part = parts(path, region=region, masks=(mask,))[1][0].luma()
    assert part.shape == (50, 40)
    expected = whole[20:70, 10:50].copy()
    hidden = np.zeros_like(expected, bool)
    hidden[10:18, 18:26] = True
    assert np.array_equal(part[~hidden], expected[~hidden])
    assert np.ptp(part[hidden]) == 0
    assert np.ptp(expected[hidden]) > 0


def test_a_region_outside_of_the_picture_is_refused(clip: Clip) -> None:
    path = clip("a.mp4")
    with pytest.raises(UsageError, match="outside of the picture of 96 x 64"):
        Recording(path, region=Region(200, 0, 10, 10))
    assert parts(path, region=Region(60, 0, 50, 64))[1][0].luma().shape == (64, 36)


def test_places_that_leave_nothing_to_judge_are_refused(clip: Clip) -> None:
    path = clip("a.mp4")
    with pytest.raises(UsageError, match="smaller than 32 x 32"):
        Recording(path, region=Region(10, 10, 5, 5))
    with pytest.raises(UsageError, match="leave 0 % of the picture"):
        Recording(path, masks=(Region(0, 0, 96, 64),))


def test_an_address_is_not_fetched() -> None:
    with pytest.raises(CannotOpen, match="nothing is fetched"):
        Recording("https://example.org/a.mp4")


def test_the_size_may_change_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "a.264"
    large, small = write_clip(tmp_path / "1.264"), write_clip(tmp_path / "2.264", size=(48, 32))
    path.write_bytes(large.read_bytes() + small.read_bytes())
    recording, frames, _ = parts(path, region=Region(48, 0, 48, 64), masks=(Region(0, 0, 4, 4), Region(500, 0, 4, 4)))
    assert [frame.size for frame in frames] == [(64, 96)] * 8 + [(32, 48)] * 8
    assert [frame.luma().shape for frame in frames] == [(64, 48)] * 8 + [(32, 24)] * 8
    assert (recording.facts.width, recording.facts.height) == (96, 64)


def test_sound_has_times_and_samples(clip: Clip) -> None:
    recording, _, sounds = parts(clip("a.mkv", sound=True, count=25))
    assert (recording.facts.sound_tracks, recording.facts.sound_codec, recording.facts.sound_rate) == (1, "aac", 48_000)
    assert [sound.t for sound in sounds] == pytest.approx([n * 1024 / 48_000 for n in range(len(sounds))])
    assert all(sound.samples.dtype == np.float32 for sound in sounds)
    loud = np.concatenate([sound.samples[0] for sound in sounds])[2048:40_000]
    assert np.sqrt(np.mean(loud**2)) == pytest.approx(0.2 / np.sqrt(2), rel=0.05)


def test_sound_is_put_back_where_it_was(clip: Clip) -> None:
    early = Sound(-0.010, np.arange(480, dtype=np.float32)[None], 24_000)
    assert early.end == pytest.approx(0.010)
    since = early.since(0.0)
    assert (since.t, since.samples.shape, float(since.samples[0, 0])) == (0.0, (1, 240), 240.0)
    assert early.since(-1.0) is early
    assert parts(clip("a.ts", sound=True))[2][0].t == 0.0


def test_sound_before_the_first_picture_has_negative_times(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with av.open(path, "w") as out:
        track = out.add_stream("aac", rate=48_000, layout="mono")
        stream = out.add_stream("libx264", rate=RATE, options={"qp": "0", "bf": "0"})
        stream.width, stream.height = WIDTH, HEIGHT
        for n in range(40):
            out.mux(track.encode(tone(1024 * n)))
        for n in range(5):
            frame = picture(mark=n)
            frame.pts, frame.time_base = 50 + n, stream.codec_context.time_base or stream.time_base
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        out.mux(track.encode(None))
    _, frames, sounds = parts(path)
    assert [frame.t for frame in frames] == [n / RATE for n in range(5)]
    assert sounds[0].t == pytest.approx(-2.0, abs=0.03)
    assert np.diff([sound.t for sound in sounds]) == pytest.approx(1024 / 48_000)


def test_the_first_of_several_tracks_is_scored_and_covers_are_not(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(path, "w") as out:
        sizes = {"cover": (48, 48), "first": (WIDTH, HEIGHT), "second": (32, 32)}
        streams = {}
        for name, (width, height) in sizes.items():
            streams[name] = out.add_stream("mjpeg" if name == "cover" else "libx264", rate=RATE)
            streams[name].width, streams[name].height = width, height
            streams[name].pix_fmt = "yuvj420p" if name == "cover" else "yuv420p"
        streams["cover"].disposition = av.stream.Disposition.attached_pic
        for n in range(4):
            for name, stream in streams.items():
                if name != "cover" or n == 0:
                    frame = picture(stream.pix_fmt, size=sizes[name], mark=n)
                    frame.pts = n
                    out.mux(stream.encode(frame))
        for stream in streams.values():
            out.mux(stream.encode(None))
    recording, frames, _ = parts(path)
    assert (recording.facts.codec, recording.facts.video_tracks) == ("h264", 2)
    assert [frame.size for frame in frames] == [(HEIGHT, WIDTH)] * 4


@pytest.mark.parametrize("cover", [False, True])
def test_sound_alone_is_nothing_to_score(tmp_path: Path, cover: bool) -> None:  # noqa: FBT001
    path = tmp_path / "a.mp4"
    with av.open(path, "w") as out:
        track = out.add_stream("aac", rate=48_000, layout="mono")
        if cover:
            stream = out.add_stream("mjpeg", rate=RATE)
            stream.width, stream.height, stream.pix_fmt = 48, 48, "yuvj420p"
            stream.disposition = av.stream.Disposition.attached_pic
            out.mux(stream.encode(picture("yuvj420p", size=(48, 48))))
            out.mux(stream.encode(None))
        for n in range(5):
            out.mux(track.encode(tone(1024 * n)))
        out.mux(track.encode(None))
    with pytest.raises(NothingToScore, match="no picture track"):
        Recording(path)


def test_a_joined_stream_runs_on(tmp_path: Path) -> None:
    path = tmp_path / "a.ts"
    path.write_bytes(write_clip(tmp_path / "1.ts", sound=True).read_bytes() * 2)
    recording, frames, sounds = parts(path)
    assert [frame.t for frame in frames] == [n / RATE for n in range(16)]
    assert recording.repaired_stamps > 0
    assert (np.diff([sound.t for sound in sounds]) > 0).all()


def test_a_file_without_a_stated_length(clip: Clip, tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with path.open("wb") as target:  # a pipe cannot be rewound to write the length
        pipe = type("Pipe", (), {"write": lambda _, data: target.write(data), "name": "a.mkv"})()
        with av.open(clip("b.mp4")) as read, av.open(pipe, "w", format="matroska") as out:
            stream = out.add_stream_from_template(read.streams.video[0])
            for packet in read.demux():
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
    recording, frames, _ = parts(path)
    assert recording.facts.duration_s is None
    assert [frame.t for frame in frames] == [n / RATE for n in range(8)]


@pytest.mark.parametrize("suffix", [".mkv", ".ts", ".264", ".mp4"])
def test_what_is_left_of_a_cut_file_is_given(tmp_path: Path, suffix: str) -> None:
    whole = write_clip(tmp_path / "a.mkv", count=30, options={"qp": "30", "g": "10", "bf": "2"})
    if suffix == ".mp4":
        with av.open(whole) as read, av.open(tmp_path / "a.mp4", "w", options={"movflags": "faststart"}) as out:
            stream = out.add_stream_from_template(read.streams.video[0])
            for packet in read.demux():
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
        whole = tmp_path / "a.mp4"
    elif suffix != ".mkv":
        whole = remux(whole, tmp_path / f"a{suffix}")
    content, counts = whole.read_bytes(), []
    for tenth in range(10):
        path = tmp_path / f"cut{tenth}{suffix}"
        path.write_bytes(content[: len(content) * tenth // 10])
        try:
            found = times(path)
        except MediaError as error:
            assert error.where == str(path)  # noqa: PT017
            found = []
        assert found == sorted(found)
        counts.append(len(found))
    assert counts == sorted(counts)
    assert 10 <= counts[9] < 30


def test_damaged_packets_are_counted_and_passed_over(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", count=40, options={"qp": "20", "g": "10"})
    with av.open(path) as read:
        packets = [packet for packet in read.demux(video=0) if packet.size]
        spans = [(packet.pos, packet.size) for packet in packets]
    content = bytearray(path.read_bytes())
    for at, size in spans[12:16]:
        content[at : at + size] = NOISE.randbytes(size)
    path.write_bytes(content)
    recording, frames, _ = parts(path)
    assert 30 <= len(frames) <= 40
    assert recording.decode_errors + recording.damaged_count > 0
    assert frames[-1].t == 39 / RATE


@pytest.mark.parametrize("field", [b"mvhd", b"tkhd", b"mdhd"])
def test_a_header_that_claims_years(clip: Clip, field: bytes) -> None:
    path = clip("a.mp4")
    content = bytearray(path.read_bytes())
    at = content.index(field) + (24 if field == b"tkhd" else 20)
    content[at : at + 4] = struct.pack(">I", 2**31 - 1)
    path.write_bytes(content)
    assert times(path) == [n / RATE for n in range(8)]


def test_a_forged_size_takes_no_memory(clip: Clip) -> None:
    path = clip("a.webm", "libvpx")
    content = bytearray(path.read_bytes())
    at = content.index(b"\x9d\x01\x2a") + 3  # RFC 6386 9.1: start code, then width and height
    content[at : at + 4] = struct.pack("<HH", 16_383, 16_383)
    path.write_bytes(content)
    with pytest.raises(NothingToScore):
        Recording(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "empty"), (b"just a few words\n" * 40, "not a recording"), (NOISE.randbytes(4096), "not a")],
)
def test_what_is_no_recording(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(CannotOpen, match=says):
        Recording(path)


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match="no such file"):
        Recording(tmp_path / "missing.mp4")
    with pytest.raises(CannotOpen, match="directory"):
        Recording(tmp_path)
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(CannotOpen, match="not a regular file"):
        Recording(tmp_path / "pipe.mp4")


def test_a_playlist_opens_nothing_else(clip: Clip, tmp_path: Path) -> None:
    clip("a.ts")
    path = tmp_path / "a.mp4"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n", "utf-8")
    with pytest.raises(CannotOpen):
        Recording(path)


def test_names_are_taken_as_they_are(clip: Clip) -> None:
    for name in ("with space.mp4", "50%d off.mp4", "concat:a|b.mp4", "-dash.mp4", "ünï.mp4"):
        assert len(times(clip(name, container="mp4"))) == 8


def test_the_file_is_closed_when_it_cannot_be_used(clip: Clip) -> None:
    path = clip("a.mp4")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(UsageError):
            Recording(path, region=Region(500, 500, 1, 1))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1


def test_a_track_that_appears_on_the_way_is_passed_over(clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    path = clip("a.mp4")

    class Container:
        """Fails once in the middle, as PyAV does when a packet of a new track comes."""

        def __init__(self, container: object) -> None:
            self.container, self.calls = container, 0

        def demux(self, tracks: object) -> object:
            self.calls += 1
            for n, packet in enumerate(self.container.demux(tracks)):
                yield packet
                if n == 3 and self.calls == 1:
                    raise IndexError("list index out of range")

        def __getattr__(self, name: str) -> object:
            return getattr(self.container, name)

    opened = av.open
    monkeypatch.setattr(av, "open", lambda *args, **options: Container(opened(*args, **options)))
    assert times(path) == [n / RATE for n in range(8)]
