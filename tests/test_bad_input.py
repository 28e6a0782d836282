"""Bad input leaves the command line as one clear line and exit code 2; what is sound of a file is scored."""

import json
import os
import random
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from tiny_clips import remux, tone, write_clip

from beholder.cli import main

LONG = {"qp": "30", "g": "5", "preset": "ultrafast", "bf": "0"}
Score = Callable[..., tuple[int, dict, list[str]]]


@pytest.fixture
def score(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Score:
    """Run `beholder score FILES --json -`; give exit code, result and the lines on stderr."""

    def run(*files: Path, options: tuple[str, ...] = ()) -> tuple[int, dict, list[str]]:
        monkeypatch.setattr(sys, "argv", ["beholder", "score", *map(str, files), "--json", "-", *options])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        code = left.value.code or 0
        return int(code), json.loads(out) if out.strip() else {}, [line for line in err.splitlines() if line.strip()]

    return run


def refused(ended: tuple[int, dict, list[str]], path: Path, says: str) -> bool:
    code, _, lines = ended
    assert len(lines) == 1, lines
    assert lines[0].startswith("beholder: ")
    assert str(path) in lines[0]
    assert says in lines[0]
    assert ";" in lines[0].split(str(path))[1], "it must say what to do"
    return code == 2


def audio_only(path: Path) -> Path:
    with av.open(path, "w") as out:
        track = out.add_stream("aac", rate=48_000, layout="mono")
        for n in range(20):
            out.mux(track.encode(tone(1024 * n)))
        out.mux(track.encode(None))
    return path


def no_frames(path: Path) -> Path:
    """Write a header and an index, and nothing in it."""
    source = write_clip(path.with_name("full.mkv"), count=3)
    with av.open(source) as read, av.open(path, "w") as out:
        out.add_stream_from_template(read.streams.video[0])
        out.start_encoding()
    return path


def test_an_empty_file(score: Score, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.touch()
    assert refused(score(path), path, "empty")


def test_text_by_another_name(score: Score, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_text("Dear diary,\n" * 200, "utf-8")
    assert refused(score(path), path, "not a recording")


def test_noise_by_another_name(score: Score, tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    path.write_bytes(random.Random(1).randbytes(20_000))
    assert refused(score(path), path, "not")


def test_a_directory(score: Score, tmp_path: Path) -> None:
    assert refused(score(tmp_path), tmp_path, "directory")


def test_a_file_that_is_not_there(score: Score, tmp_path: Path) -> None:
    assert refused(score(tmp_path / "a.mp4"), tmp_path / "a.mp4", "no such file")


def test_a_file_that_may_not_be_read(score: Score, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_clip(tmp_path / "a.mp4", count=2)
    path.chmod(0)
    if os.access(path, os.R_OK):  # root reads everything
        monkeypatch.setattr(os, "access", lambda *_: False)
    assert refused(score(path), path, "may not be read")


def test_sound_alone(score: Score, tmp_path: Path) -> None:
    path = audio_only(tmp_path / "a.m4a")
    assert refused(score(path), path, "no picture track")


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_no_frames_at_all(score: Score, tmp_path: Path, name: str) -> None:
    path = no_frames(tmp_path / name)
    assert refused(score(path), path, "")


def test_one_frame(score: Score, tmp_path: Path) -> None:
    code, result, lines = score(write_clip(tmp_path / "a.mp4", count=1))
    assert (code, lines) == (0, [])
    assert 1 <= result["score"]["mos"] <= 5
    assert result["subject"]["frames"] == 1


def test_sixteen_by_sixteen(score: Score, tmp_path: Path) -> None:
    code, result, lines = score(write_clip(tmp_path / "a.mp4", size=(16, 16), count=30))
    assert (code, lines) == (0, [])
    assert 1 <= result["score"]["mos"] <= 5


def test_eight_k(score: Score, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", size=(7680, 4320), count=2, options={"preset": "ultrafast", "qp": "40"})
    code, result, lines = score(path)
    assert (code, lines) == (0, [])
    assert (result["subject"]["width"], result["subject"]["height"]) == (7680, 4320)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts"])
def test_a_cut_file_is_scored_as_far_as_it_goes(score: Score, tmp_path: Path, suffix: str) -> None:
    whole = write_clip(tmp_path / "a.mkv", count=75, options=LONG)
    if suffix == ".mp4":
        fast = tmp_path / "a.mp4"
        with av.open(whole) as read, av.open(fast, "w", options={"movflags": "faststart"}) as out:
            stream = out.add_stream_from_template(read.streams.video[0])
            for packet in read.demux():
                if packet.dts is not None:
                    packet.stream = stream
                    out.mux(packet)
        whole = fast
    elif suffix == ".ts":
        whole = remux(whole, tmp_path / "a.ts")
    content, shares = whole.read_bytes(), []
    for tenth in range(1, 10):
        path = tmp_path / f"cut{tenth}{suffix}"
        path.write_bytes(content[: len(content) * tenth // 10])
        code, result, lines = score(path)
        if code == 0:
            shares.append((tenth, result["score"]["measured_share"], result["subject"]["frames"]))
        else:
            assert refused((code, result, lines), path, "")
    assert shares[-1][0] == 9
    assert shares[-1][2] > 40
    if suffix != ".ts":  # a stream without an index does not say how long it was
        assert all(share < 1 for tenth, share, _ in shares if tenth <= 7)  # half a second less may be rounding
        assert shares == sorted(shares)


def test_a_recorder_that_was_stopped_before_it_wrote_its_index(score: Score, tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "a.mp4", count=20)
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole.read_bytes()[:-900])
    assert refused(score(path), path, "not a recording")


def test_damaged_packets_in_the_middle(score: Score, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", count=75, options=LONG)
    with av.open(path) as read:
        spans = [(packet.pos, packet.size) for packet in read.demux(video=0) if packet.size]
    content, noise = bytearray(path.read_bytes()), random.Random(3)
    for at, size in spans[30:45]:
        content[at : at + size] = noise.randbytes(size)
    path.write_bytes(content)
    code, result, lines = score(path)
    assert (code, lines) == (0, [])
    assert result["subject"]["frames"] >= 55
    assert result["score"]["measured_share"] < 1 or result["subject"]["corrupt_frames"] > 0


@pytest.mark.parametrize("field", [b"stsz", b"stts"])
def test_a_header_that_claims_a_thousand_million_frames(score: Score, tmp_path: Path, field: bytes) -> None:
    path = write_clip(tmp_path / "a.mp4", count=20)
    content = bytearray(path.read_bytes())
    at = content.index(field) + 12
    content[at : at + 4] = struct.pack(">I", 1_000_000_000)
    path.write_bytes(content)
    code, result, lines = score(path)
    if code == 0:
        assert lines == []
        assert result["subject"]["frames"] <= 20
    else:
        assert refused((code, result, lines), path, "")


def test_a_region_that_is_not_on_the_picture(score: Score, tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", count=3)
    code, _, lines = score(path, options=("--region", "5000,0,10,10"))
    assert code == 2
    assert len(lines) == 1
    assert "outside of the picture" in lines[0]


def test_good_files_are_scored_beside_bad_ones(score: Score, tmp_path: Path) -> None:
    good, bad = write_clip(tmp_path / "good.mp4", count=10), tmp_path / "bad.mp4"
    bad.touch()
    code, results, lines = score(bad, good)
    assert code == 2
    assert len(lines) == 1
    assert str(bad) in lines[0]
    assert [Path(result["subject"]["path"]).name for result in results] == ["good.mp4"]


def test_a_process_of_its_own_says_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_text("no video", "utf-8")
    command = [sys.executable, "-c", "from beholder.cli import main; main()", "score", str(path)]
    finished = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert len(finished.stderr.splitlines()) == 1
    assert str(path) in finished.stderr
