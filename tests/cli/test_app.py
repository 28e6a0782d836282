import json
import subprocess
import sys

import pytest

from beholder.media.impair import impair, scene


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("cli") / "clip.mp4"
    impair(scene("pan", seconds=2, height=120, fps=15, seed=3), path, crf=25)
    return path


def beholder(*words, **options):
    command = [sys.executable, "-c", "from beholder.cli import main; main()", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)


def test_json_goes_to_stdout_alone(clip):
    done = beholder("score", clip, "--json", "-")
    assert done.returncode == 0, done.stderr
    envelope = json.loads(done.stdout)
    assert envelope["schema"] == "beholder.result/1"
    assert 1 <= envelope["score"]["ci95"][0] <= envelope["score"]["mos"] <= envelope["score"]["ci95"][1] <= 5


def test_the_good_files_are_written_beside_a_bad_one(clip, tmp_path):
    out = tmp_path / "out.json"
    done = beholder("score", clip, tmp_path / "none.mp4", "--json", out)
    assert done.returncode == 2
    assert done.stderr.strip() == f"beholder: {tmp_path / 'none.mp4'}: there is no such file; check the name"
    assert [one["subject"]["path"] for one in json.loads(out.read_text())] == [str(clip)]
    assert "MOS" in done.stdout


def test_a_report_is_written_whole(clip, tmp_path):
    report = tmp_path / "report.html"
    done = beholder("score", clip, "--report", report)
    assert done.returncode == 0, done.stderr
    text = report.read_text("utf-8")
    assert text.rstrip().endswith("</html>")
    assert "data:image/jpeg" in text
    assert list(tmp_path.iterdir()) == [report]


def test_features_are_written(clip, tmp_path):
    out = tmp_path / "features.csv"
    assert beholder("features", clip, "--out", out).returncode == 0
    header = out.read_text().splitlines()[0].split(",")
    assert {"t", "change", "blur_sigma", "spatial_quality"} <= set(header)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("score", "{clip}", "--region", "1,2,3"), "--region"),
        (("score", "{clip}", "--mask", "0,0,0,9"), "--mask"),
        (("score", "{clip}", "--profile", "cinema"), "phone, pc, tv"),
        (("score", "{clip}", "{clip}", "--report", "r.html"), "one recording"),
        (("score", "{clip}", "--json", "{clip}/x.json"), "there is no folder"),
        (("score", "{clip}", "--report", "."), "it is a folder"),
        (("features", "{clip}", "--out", "{clip}.xlsx"), ".parquet"),
    ],
)
def test_bad_options_are_one_line_and_exit_2(clip, words, message):
    done = beholder(*(word.format(clip=clip) for word in words))
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


def test_the_card_is_json():
    done = beholder("model", "card")
    assert done.returncode == 0
    assert "LIVE" in done.stdout
    json.loads(done.stdout)


def test_a_recording_that_browsers_cannot_play_gets_a_proxy(tmp_path):
    recording, report = tmp_path / "clip.mp4", tmp_path / "report.html"
    impair(scene("pan", seconds=1, height=96, fps=10, seed=3), recording, codec="libx265", crf=30)
    assert beholder("score", recording, "--report", report).returncode == 0
    assert not (tmp_path / "report.proxy.mp4").exists()
    assert beholder("score", recording, "--report", report, "--proxy").returncode == 0
    assert (tmp_path / "report.proxy.mp4").stat().st_size > 500
    assert "report.proxy.mp4" in report.read_text("utf-8")
