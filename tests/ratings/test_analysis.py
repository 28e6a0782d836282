"""A file of votes all the way, what is written, and votes along the sitting."""

from __future__ import annotations

import csv
import importlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from beholder import ratings
from beholder.errors import UsageError
from beholder.ratings import Ratings, Scale, analyse, read, recover, write
from beholder.ratings.drift import drift


@pytest.fixture(scope="module")
def votes() -> Ratings:
    rng = np.random.default_rng(11)
    truth = np.linspace(1.3, 4.7, 40)[:, None] + rng.normal(0, 0.5, (40, 24))
    matrix = np.clip(np.round(truth), 1, 5)
    matrix[3, :5] = np.nan
    return Ratings.from_matrix(matrix)


def test_every_question_is_analysed(tmp_path: Path):
    path = tmp_path / "p835.csv"
    rows = [f"c{n},w{w},{1 + (n + w) % 5},{1 + n % 5},{1 + n % 4}" for n in range(8) for w in range(9)]
    path.write_text("file,worker,SIG,BAK,OVRL\n" + "\n".join(rows))
    every = analyse(path)
    assert [one.ratings.question for one in every] == ["SIG", "BAK", "OVRL"]
    assert len(every[0].cards) == 9
    assert (every[0].path, len(every[0].sha256)) == (str(path), 64)
    assert [one.ratings.question for one in analyse(path, question="BAK")] == ["BAK"]


def test_the_usual_method_needs_to_know_who_voted(votes: Ratings):
    assert analyse(votes)[0].recovered.method == "p910"
    nobody = replace(votes, anonymous=True)
    assert analyse(nobody)[0].recovered.method == "mos"
    assert analyse(nobody)[0].cards == ()
    with pytest.raises(UsageError, match="who voted"):
        analyse(nobody, method="p910")


def test_differences_to_the_hidden_reference(tmp_path: Path):
    path = tmp_path / "acr-hr.csv"
    clips = (("ref", "yes", 5), ("h1", "no", 3), ("h2", "no", 2))
    rows = [
        f"s{s}_{h},s{s},{h},{yes},u{u},{max(1, v - (u + s) % 2)}"
        for s in range(3)
        for h, yes, v in clips
        for u in range(9)
    ]
    path.write_text("pvs,src,hrc,is_ref,user,score\n" + "\n".join(rows))
    found = {name: analyse(path, method=name)[0].recovered for name in ("DMOS", "dmos_group", "dmos_capped")}
    assert [one.method for one in found.values()] == ["dmos_per_rater", "dmos_group", "dmos_capped"]
    assert found["DMOS"].mos[:3].tolist() == [5, 3, 2]
    assert analyse(path, method="DMOS", compat="sureal")[0].recovered.method == "dmos_group"
    nobody = replace(read(path), anonymous=True)
    with pytest.raises(UsageError, match="dmos_group"):
        analyse(nobody, method="dmos")
    with pytest.raises(UsageError, match="no interval"):
        analyse(path, method="dmos", interval="wilson")


def test_written_scores_come_back(votes: Ratings, tmp_path: Path):
    found = recover(votes)
    write(found, tmp_path / "scores.csv")
    rows = list(csv.DictReader((tmp_path / "scores.csv").read_text().splitlines()))
    assert [float(row["mos"]) for row in rows] == found.mos.tolist()
    raters = list(csv.DictReader((tmp_path / "scores.raters.csv").read_text().splitlines()))
    assert [float(row["bias"]) for row in raters] == found.bias.tolist()
    assert {row["rejected"] for row in raters} == {"no"}


def test_json_has_the_keys_of_sureal(votes: Ratings, tmp_path: Path):
    found = recover(votes)
    write(found, tmp_path / "scores.json")
    read_back = json.loads((tmp_path / "scores.json").read_text())
    assert read_back["quality_scores"] == found.mos.tolist()
    lower, upper = read_back["quality_scores_ci95"]
    assert found.mos[0] - lower[0] == pytest.approx(found.ci95[0, 0])
    assert found.mos[0] + upper[0] == pytest.approx(found.ci95[0, 1])
    assert read_back["num_iter"] > 0
    plain = recover(votes, method="mos")
    write(plain, tmp_path / "plain.json")
    assert json.loads((tmp_path / "plain.json").read_text())["observer_bias"][0] is None


def test_a_data_set_with_finished_scores(votes: Ratings, tmp_path: Path):
    facts = {"source": tuple(f"s{n % 2}" for n in range(40)), "reference": ("yes", None, *[None] * 38)}
    known = replace(votes, about_stimuli=facts)
    write(recover(known), tmp_path / "set.json", form="dataset", ratings=known)
    dataset = json.loads((tmp_path / "set.json").read_text())
    assert [one["content_id"] for one in dataset["dis_videos"][:3]] == [0, 1, 0]
    assert dataset["ref_videos"][0] == {"content_id": 0, "content_name": "s0", "path": "1"}
    assert dataset["dis_videos"][0]["groundtruth"] == recover(votes).mos[0]


def test_what_cannot_be_written_is_said(votes: Ratings, tmp_path: Path):
    found = recover(votes)
    with pytest.raises(UsageError, match="does not fit"):
        write(found, tmp_path / "scores.txt")
    with pytest.raises(UsageError, match="does not fit"):
        write(found, tmp_path / "set.csv", form="dataset")
    with pytest.raises(UsageError, match="cannot be written"):
        write(found, tmp_path / "nowhere" / "scores.csv")


def sat(seed: int, *, fall: float = 0.0, tire: float = 0.0) -> Ratings:
    """A test in random order where votes fall, and scatter more, from the start to the end of a sitting."""
    rng = np.random.default_rng(seed)
    order = np.array([rng.permutation(60) for _ in range(24)]).T.astype(float)
    truth = np.linspace(30, 70, 60)[:, None]
    scores = truth - fall * order / 59 + rng.normal(0, 1, order.shape) * (5 + tire * order / 59)
    votes = Ratings.from_matrix(scores, scale=Scale(-100, 200, None))
    return replace(votes, order=order[votes.stimulus, votes.rater])


def test_drift_and_fatigue_are_found_and_chance_is_not():
    means, spreads = [], []
    for seed in range(40):
        found = drift(sat(seed), mos=np.linspace(30, 70, 60), bias=np.zeros(24))
        assert found is not None
        means.append(found.mean_changes)
        spreads.append(found.spread_changes)
    assert sum(means) <= 6, "5 % by chance"
    assert sum(spreads) <= 6
    found = drift(sat(1, fall=4, tire=5), mos=np.linspace(30, 70, 60), bias=np.zeros(24))
    assert found is not None
    assert found.mean_slope == pytest.approx(-4, abs=2 * found.mean_slope_ci95)
    assert found.mean_changes
    assert found.spread_changes
    assert found.n.sum() == 60 * 24


def test_no_order_no_drift(votes: Ratings):
    assert drift(votes, mos=np.full(40, 3.0), bias=np.zeros(24)) is None
    still = replace(votes, order=np.zeros(len(votes)))
    assert drift(still, mos=np.full(40, 3.0), bias=np.zeros(24)) is None


def test_importing_ratings_is_light():
    code = "import sys, beholder.ratings; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"polars", "scipy.stats", "narwhals", "pandas", "scipy", "jinja2"} & set(shown)


def test_the_door_keeps_functions_that_share_a_name_with_a_package():
    importlib.import_module("beholder.ratings.read.door")
    assert ratings.read is read
    assert callable(ratings.recover)
    assert set(ratings.__all__) <= set(dir(ratings))
    with pytest.raises(AttributeError, match="nothing"):
        ratings.nothing  # noqa: B018
