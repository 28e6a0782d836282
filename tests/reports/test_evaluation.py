"""The report of an evaluation: complete, escaped, and possible for poor data too."""

import re

import numpy as np
import pytest

from beholder.ratings.evaluate import Predictions, Truth, evaluate_models
from beholder.reports.evaluation import render_evaluation

HOSTILE = '</script><script>alert("x")</script>'


def a_case(n=40, models=("good", "bad"), *, known=True, seed=0, **more):
    random = np.random.default_rng(seed)
    quality = random.uniform(1.3, 4.7, n)
    width = np.full(n, 0.3 if known else np.nan)
    names = (HOSTILE, *(f"stimulus {k}" for k in range(1, n)))
    truth = Truth(names, quality, width, width / 1.96, np.full(n, 20.0), **more)
    said = np.array([quality + random.normal(0, 0.4 * (k + 1), n) for k in range(len(models))])
    return truth, Predictions(tuple(models), names, said)


def test_the_page_has_every_part_and_asks_nobody():
    source = tuple(f"src{k % 5}" for k in range(40))
    page = render_evaluation(evaluate_models(*a_case(source=source)), title="A & B")
    for words in ("A &amp; B", "Model against model", "What the models tell of pairs", "By source", "How to read this"):
        assert words in page
    assert page.count('class="chart scatter"') == page.count('class="chart residual"') == 2
    assert not re.search(r"(src|href)=\"https?:", page)
    assert "style=" not in page.split("<body>")[1]


def test_names_from_outside_stay_text():
    page = render_evaluation(evaluate_models(*a_case(models=(HOSTILE, "bad"))), title=HOSTILE)
    assert HOSTILE not in page
    assert page.count("<script") == 3


@pytest.mark.parametrize("known", [True, False])
def test_one_model(known):
    page = render_evaluation(evaluate_models(*a_case(models=("only",), known=known)))
    assert "Model against model" not in page
    assert ("What the models tell of pairs" in page) == known


def test_three_stimuli_and_a_constant_model():
    truth, _ = a_case(3)
    said = Predictions(("flat", "fine"), truth.stimuli, np.array([[2.0, 2.0, 2.0], truth.mos]))
    page = render_evaluation(evaluate_models(truth, said))
    assert "flat says the same of every stimulus" in page


def test_many_stimuli_and_models_stay_small():
    page = render_evaluation(evaluate_models(*a_case(300, tuple("abcdef")), rounds=100))
    assert len(page) < 700_000
