"""``beholder pairs``, ``conditions`` and ``plan`` as people use them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from beholder.cli.app import app
from beholder.errors import UsageError


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def refuse(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert isinstance(result.exception, UsageError)
    return str(result.exception)


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    """Three builds on six sources by 18 raters: the first is worse, the others are alike."""
    rng = np.random.default_rng(0)
    lines = ["rater,stimulus,source,build,score,expertise"]
    for rater in range(18):
        bias = rng.normal(0, 0.4)
        for source, quality in enumerate(rng.normal(0, 0.3, 6)):
            for build, step in (("v1", 2.6), ("v2", 3.4), ("v3", 3.4)):
                vote = int(np.clip(round(step + quality + bias + rng.normal(0, 0.5)), 1, 5))
                person = "expert" if rater % 2 else "novice"
                lines.append(f"r{rater},s{source}_{build},s{source},{build},{vote},{person}")
    path = tmp_path / "votes.csv"
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def preferences(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    lines = ["rater,first,second,preferred"]
    quality = {"x264": 0.0, "x265": 1.0, "av1": 2.0}
    for rater in range(12):
        for one, other in (("x264", "x265"), ("av1", "x264"), ("x265", "av1")) * 3:
            better = one if rng.random() < 1 / (1 + np.exp(quality[other] - quality[one])) else other
            lines.append(f"r{rater},{one},{other},{'tie' if rng.random() < 0.1 else better}")
    path = tmp_path / "preferences.csv"
    path.write_text("\n".join(lines))
    return path


COLUMN = ("--column", "condition=build")


def test_conditions_are_compared_for_other_raters_and_sources(votes: Path):
    shown = run("conditions", votes, *COLUMN, "--margin", "0.4")
    assert "mixed model" in shown
    assert shown.index("v2") < shown.index("v1 ")
    assert "differ" in shown
    assert "Spread of" in shown


def test_conditions_as_json(votes: Path):
    found = json.loads(run("conditions", votes, *COLUMN, "--attribute", "expertise", "--interactions", "--json", "-"))
    assert found["schema"] == "beholder.conditions/1"
    letters = {one["condition"]: one["letters"] for one in found["conditions"]}
    assert letters["v2"] == letters["v3"] != letters["v1"]
    assert [one["name"] for one in found["terms"]] == ["condition", "expertise", "condition:expertise"]
    assert found["pairs"][0]["delta"]["value"] is None


def test_conditions_paired(votes: Path, tmp_path: Path):
    out = tmp_path / "out.json"
    shown = run("conditions", votes, *COLUMN, "--method", "paired", "--correction", "tukey", "--json", out)
    assert "paired t-test on the means of raters" in shown
    found = json.loads(out.read_text())
    assert found["correction"] == "tukey"
    assert found["pairs"][0]["n"] == 18
    assert -1 <= found["pairs"][0]["delta"]["value"] < 0


def test_a_running_test_says_which_pairs_may_stop(votes: Path):
    shown = run("conditions", votes, *COLUMN, "--running", "--margin", "0.1")
    assert "different" in shown
    assert "Go on: 1 of 3 pairs are open." in shown
    found = json.loads(run("conditions", votes, *COLUMN, "--running", "--json", "-"))
    verdicts = {(one["first"], one["second"]): one["verdict"] for one in found["pairs"]}
    assert verdicts["v1", "v2"] == "different"
    assert verdicts["v2", "v3"] == "go on"


def test_preferences_become_a_scale(preferences: Path):
    shown = run("pairs", preferences, "--bootstrap", "50")
    assert "108 comparisons of 3 stimuli by 12 raters" in shown
    assert shown.index("av1") < shown.index("x265") < shown.index("x264")
    assert "bootstrap over raters" in " ".join(shown.split())


@pytest.mark.parametrize("options", [("--ties", "davidson"), ("--model", "thurstone")])
def test_preferences_as_json(preferences: Path, options: tuple[str, str]):
    found = json.loads(run("pairs", preferences, *options, "--json", "-"))
    assert found["schema"] == "beholder.pairs/1"
    assert len(found["stimuli"]) == len(found["pairs"]) == 3
    assert (found["tie_parameter"] is None) == ("thurstone" in options)
    assert sum(one["score"] for one in found["stimuli"]) == pytest.approx(0, abs=1e-6)


def test_groups_and_odd_pairs_are_said(tmp_path: Path):
    path = tmp_path / "circle.csv"
    rows = ["a,b"] * 30 + ["b,c"] * 30 + ["c,a"] * 30 + ["b,a", "c,b", "a,c", "x,y", "y,x"]
    path.write_text("first,second,preferred\n" + "\n".join(f"{row},{row[0]}" for row in rows))
    shown = run("pairs", path)
    assert "Group" in shown
    assert "no comparison joins these groups" in shown
    assert "expected" in shown


def test_a_plan_without_a_pilot():
    shown = run("plan", "--difference", "0.5", "--interval", "0.3")
    assert "53 raters find a difference of 0.5 with a chance of 81 %." in shown
    assert "give a MOS with an interval of +- 0.3" in shown
    shown = run("plan", "--independent", "--comparisons", "10")
    assert "for each of the two" in shown


def test_a_plan_out_of_a_pilot(votes: Path):
    found = json.loads(run("plan", votes, *COLUMN, "--of", "conditions", "--difference", "0.3", "--json", "-"))
    assert found["schema"] == "beholder.plan/1"
    assert found["pilot"]["of"] == "conditions"
    assert found["need"]["power"] >= 0.8
    chances = [one["power"] for one in found["curve"]]
    assert chances == sorted(chances)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("conditions", "VOTES", "--method", "magic"), "magic"),
        (("conditions", "VOTES", "--method", "paired", "--interactions"), "no factors"),
        (("conditions", "VOTES", "--column", "build"), "role=name"),
        (("conditions", "VOTES", "--correction", "magic"), "magic"),
        (("pairs", "VOTES", "--model", "magic"), "magic"),
        (("plan", "--of", "magic"), "magic"),
        (("plan", "--mos", "5"), "no spread"),
    ],
)
def test_options_that_make_no_sense(votes: Path, arguments: tuple[str, ...], message: str):
    assert message in refuse(*(votes if one == "VOTES" else one for one in arguments))


def test_davidson_and_thurstone_do_not_go_together(preferences: Path):
    assert "Davidson" in refuse("pairs", preferences, "--model", "thurstone", "--ties", "davidson")


def test_names_cannot_steer_the_terminal(tmp_path: Path):
    path = tmp_path / "evil.csv"
    path.write_text("first,second,preferred\n\x1b[31mred,b,b\nb,\x1b[31mred,\x1b[31mred\n")
    assert "\x1b" not in run("pairs", path)
