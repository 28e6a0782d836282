"""``beholder ratings`` as people use it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from beholder.cli.app import app
from beholder.cli.present_ratings import present_ratings
from beholder.errors import TableError, UsageError
from beholder.ratings import Ratings, analyse


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rng = np.random.default_rng(2)
    truth = np.linspace(1, 5, 30)[:, None] + rng.normal(0, 0.5, (30, 12))
    votes = np.clip(np.round(truth), 1, 5).astype(int)
    votes[:, -1] = rng.integers(1, 6, 30)
    lines = [
        f"a_rather_long_name_of_a_clip_number_{n:02}.mp4," + ",".join(map(str, row)) for n, row in enumerate(votes)
    ]
    path = tmp_path / "votes.csv"
    path.write_text("stimulus," + ",".join(f"u{n}" for n in range(12)) + "\n" + "\n".join(lines))
    return path


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["ratings", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_a_table_of_votes(table: Path):
    shown = run(table)
    assert "360 votes on 30 stimuli, 12 raters, 100 % of all pairs" in shown
    assert "assumed: rows are stimuli" in shown
    assert "likely random" in shown
    assert "Nobody was left out" in shown


@pytest.mark.parametrize("width", [50, 80, 140])
def test_figures_are_never_cut(table: Path, width: int):
    console = Console(width=width, record=True, file=io.StringIO())
    present_ratings(analyse(table)[0], console)
    text = console.export_text()
    rows = [line for line in text.splitlines() if line.startswith("a_")]
    assert len(rows) == 16
    assert all(len(line) <= width for line in text.splitlines())
    for row in rows:
        figures = row.split()
        assert "." in figures[1]
        assert "-" in figures[2]
        assert figures[-2] == "12"


def test_json_and_files(table: Path, tmp_path: Path):
    envelope = json.loads(run(table, "--method", "MLE_CO_AP2", "--json", "-"))
    assert envelope["schema"] == "beholder.ratings/1"
    assert envelope["method"] == "p910"
    files = [tmp_path / name for name in ("o.json", "o.html", "o.csv")]
    run(table, "--method", "bt500", "--json", files[0], "--report", files[1], "--out", files[2])
    assert json.loads((tmp_path / "o.json").read_text())["method"] == "bt500"
    assert "<title>votes.csv: ratings (Beholder)</title>" in (tmp_path / "o.html").read_text()
    assert len((tmp_path / "o.csv").read_text().splitlines()) == 31


def test_several_questions_are_a_list(tmp_path: Path):
    path = tmp_path / "p835.csv"
    rows = [f"c{n},w{w},{1 + n % 5},{1 + w % 5}" for n in range(5) for w in range(6)]
    path.write_text("file,worker,SIG,BAK\n" + "\n".join(rows))
    assert [one["question"] for one in json.loads(run(path, "--json", "-"))] == ["SIG", "BAK"]
    assert json.loads(run(path, "--question", "BAK", "--json", "-"))["question"] == "BAK"
    run(path, "--out", tmp_path / "o.csv")
    assert {"o.SIG.csv", "o.BAK.csv"} <= {one.name for one in tmp_path.iterdir()}


def test_options_reach_the_reader(tmp_path: Path):
    path = tmp_path / "odd.csv"
    path.write_text("what,who,v\na,x,5\na,y,4\nb,x,1\nb,y,2\n")
    shown = json.loads(
        run(path, "--column", "stimulus=what", "--column", "rater=who", "--scale", "0-10", "--json", "-")
    )
    assert shown["scale"] == {"low": 0, "high": 10, "step": 1}
    with pytest.raises(UsageError, match="not role=name"):
        run(path, "--column", "what")
    with pytest.raises(UsageError, match="no method"):
        run(path, "--method", "guess", "--column", "rater=who", "--column", "stimulus=what")
    with pytest.raises(TableError, match="cannot be read"):
        run(tmp_path / "none.csv")


def test_names_cannot_steer_the_terminal():
    console = Console(width=80, record=True, file=io.StringIO(), legacy_windows=False)
    votes = Ratings.from_matrix([[1, 2], [4, 5]], stimuli=["\x1b[2Jx", "[red]b"], raters=["\x07", "r"])
    present_ratings(analyse(votes, method="mos")[0], console)
    text = console.export_text()
    assert "\x1b[2J" not in text
    assert "[red]b" in text
