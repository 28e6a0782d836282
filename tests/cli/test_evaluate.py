"""``beholder evaluate`` as people call it."""

import json
import subprocess
import sys

import numpy as np
import pytest


@pytest.fixture
def tables(tmp_path):
    random = np.random.default_rng(0)
    quality = random.uniform(1.3, 4.7, 24)
    mos, said = tmp_path / "mos.csv", tmp_path / "said.csv"
    lines = [f"clip{k}.mp4,{q:.3f},0.7,20,h{k % 8}" for k, q in enumerate(quality)]
    mos.write_text("\n".join(["file,mos,sd,n,condition", *lines]))
    lines = [f"clip{k}.mp4,{20 * q + random.normal(0, 4):.3f},{1 - q / 5:.3f}" for k, q in enumerate(quality[:-1])]
    said.write_text("\n".join(["file,vmaf,lpips", *lines, "other.mp4,50,0.5"]))
    return mos, said


def beholder(*words):
    command = [sys.executable, "-c", "from beholder.cli import main; main()", "evaluate", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_the_table_and_what_did_not_match(tables):
    done = beholder(*tables, "--falling", "lpips")
    assert done.returncode == 0, done.stderr
    assert "23 stimuli" in done.stdout
    assert "lpips is better than vmaf" in done.stdout
    assert "rated, but not predicted: clip23.mp4" in done.stderr
    assert "predicted, but not rated: other.mp4" in done.stderr


def test_json_goes_to_stdout_alone(tables):
    done = beholder(*tables, "--json", "-", "--mapping", "linear", "--by", "condition", "--adjust", "none")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["schema"], found["n"], found["unit"]) == ("beholder.evaluation/1", 8, "condition")


def test_report_and_json_are_written(tables, tmp_path):
    done = beholder(*tables, "--report", tmp_path / "out.html", "--json", tmp_path / "out.json")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.html").read_text("utf-8").rstrip().endswith("</html>")
    assert json.loads((tmp_path / "out.json").read_text())["n"] == 23


def test_a_calibration_is_written_only_when_it_helps(tables, tmp_path):
    mos, _ = tables
    rows = [line.split(",") for line in mos.read_text().splitlines()[1:]]
    for name, shift in (("high", 0.8), ("right", 0.0)):
        said, out = tmp_path / f"{name}.csv", tmp_path / f"{name}.json"
        random = np.random.default_rng(3)
        lines = [f"{row[0]},{np.clip(float(row[1]) + shift + random.normal(0, 0.3), 1, 5):.3f}" for row in rows]
        said.write_text("\n".join(["file,score", *lines]))
        done = beholder(mos, said, "--calibrate", out)
        assert done.returncode == 0, done.stderr
        assert out.exists() == (name == "high")
        assert ("helps" in done.stderr) == (name == "high")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("{mos}", "{none}"), "cannot be read"),
        (("{mos}", "{said}", "--mapping", "cubist"), "none, linear, cubic"),
        (("{mos}", "{said}", "--falling", "x"), "no model 'x'"),
        (("{mos}", "{said}", "--scale", "five"), "is not understood"),
        (("{mos}", "{said}", "--calibrate", "c.json"), "there are 2 models"),
        (("{mos}", "{mos}", "--report", "{none}/x/r.html"), "cannot be written"),
    ],
)
def test_bad_options_are_one_line_and_exit_2(tables, tmp_path, words, message):
    places = {"mos": tables[0], "said": tables[1], "none": tmp_path / "none.csv"}
    done = beholder(*(word.format(**places) for word in words))
    assert done.returncode == 2
    assert message in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
