"""Everything in one call, and its JSON."""

import json
import subprocess
import sys

import numpy as np
import pytest

from beholder.errors import TableError, UsageError
from beholder.ratings import Ratings
from beholder.ratings.evaluate import Predictions, Truth, evaluate_models, evaluation_to_dict, evaluation_to_json


def _case(n=60, models=("good", "bad"), seed=0, **facts):
    random = np.random.default_rng(seed)
    quality = random.uniform(1.3, 4.7, n)
    votes = np.clip(np.round(quality[:, None] + random.normal(0, 0.7, (n, 20))), 1, 5)
    ratings = Ratings.from_matrix(votes, stimuli=[f"s{k}" for k in range(n)])
    if facts:
        ratings = Ratings(**{name: getattr(ratings, name) for name in _FIELDS}, about_stimuli=facts)
    said = np.array([quality + random.normal(0, sd, n) for sd in (0.3, 1.2, 2.0)[: len(models)]])
    return ratings, Predictions(tuple(models), ratings.stimuli, said)


_FIELDS = ("stimuli", "raters", "stimulus", "rater", "score", "repetition", "scale")


def test_the_better_model_is_found():
    found = evaluate_models(*_case())
    good, bad = found.models
    assert good.plcc.value > bad.plcc.value
    assert {one.better for one in found.comparisons} == {"good"}
    assert found.krasula.models == ("good", "bad")
    assert found.resolving[0].value < 1.5
    assert found.decisions[0].ad_hoc_raters > found.decisions[1].ad_hoc_raters
    assert (found.sources, found.unpredicted, found.unrated) == ((), (), ())


def test_sources_and_conditions():
    facts = {"source": tuple(f"src{k % 6}" for k in range(60)), "condition": tuple(f"h{k // 6}" for k in range(60))}
    ratings, said = _case(**facts)
    found = evaluate_models(ratings, said)
    assert len(found.sources[0]) == 6
    assert any("whole sources" in note for note in found.notes)
    conditions = evaluate_models(ratings, said, by="condition")
    assert len(conditions.truth.stimuli) == 10
    assert conditions.models[0].mapping.order == 1
    assert any("linear" in note for note in conditions.notes)
    assert np.nanmax(conditions.truth.ci95) < np.nanmax(found.truth.ci95)


def test_the_json_is_strict_and_complete():
    found = evaluate_models(*_case(models=("a", "b", "c")))
    envelope = json.loads(evaluation_to_json(found))
    assert envelope == evaluation_to_dict(found)
    assert envelope["schema"] == "beholder.evaluation/1"
    assert len(envelope["comparisons"]) == 3 * 5
    assert len(envelope["stimuli"]) == envelope["n"] == 60
    assert [one["model"] for one in envelope["models"]] == ["a", "b", "c"]
    assert set(envelope["pairs"]) >= {"auc_ds", "auc_bw", "cc_0"}


def test_one_model_without_intervals():
    truth = Truth(tuple("abcdef"), np.arange(1.0, 7.0) / 2 + 1, *[np.full(6, np.nan)] * 3)
    found = evaluate_models(truth, Predictions(("m",), truth.stimuli, np.arange(6.0)[None]))
    assert (found.comparisons, found.krasula, found.resolving, found.decisions) == ((), None, (), ())
    assert any("no outliers" in note for note in found.notes)
    assert any("spread of the votes is not known for 6 of 6" in note for note in found.notes)
    assert json.loads(evaluation_to_json(found))["models"][0]["rmse_star"]["value"] is None


def test_three_stimuli_a_constant_and_a_falling_model():
    truth = Truth(tuple("abc"), np.array([1.0, 3.0, 4.0]), np.full(3, 0.3), np.full(3, 0.15), np.full(3, 20.0))
    said = Predictions(("flat", "lpips"), truth.stimuli, np.array([[2.0, 2.0, 2.0], [0.9, 0.5, 0.2]]))
    found = evaluate_models(truth, said)
    assert any(note == "flat says the same of every stimulus" for note in found.notes)
    assert any("lpips falls" in note for note in found.notes)
    assert any("only 3 stimuli" in note for note in found.notes)
    json.loads(evaluation_to_json(found))
    told = evaluate_models(truth, said, falling=["lpips"])
    assert told.models[1].srocc.value == 1.0
    assert told.krasula.correct.value[1] == 1.0


def test_bad_input():
    ratings, said = _case()
    with pytest.raises(UsageError, match="no model 'worse'"):
        evaluate_models(ratings, said, falling=["worse"])
    with pytest.raises(TableError, match="say nothing"):
        evaluate_models(ratings, Predictions(("m",), ("s0", "s1"), np.ones((1, 2))))


def test_the_same_seed_gives_the_same_answer():
    one, two = (evaluation_to_json(evaluate_models(*_case())) for _ in range(2))
    assert one == two


def test_the_import_stays_quick():
    code = "import beholder.ratings.evaluate, sys; assert not {'scipy', 'jinja2'} & set(sys.modules), 'heavy'"
    subprocess.run([sys.executable, "-c", code], check=True)
