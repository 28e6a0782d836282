"""The report and the envelope of a rating test."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from json_schema import faults

from beholder.ratings import Ratings, Scale, analyse
from beholder.ratings.analysis import Analysis
from beholder.reports import ratings_charts as charts
from beholder.reports.ratings import render_ratings
from beholder.reports.ratings_envelope import ratings_to_dict, ratings_to_json

HOSTILE = "</script><img src=x onerror=alert(1)>.mp4"


def some_votes(
    stimuli: int = 12, raters: int = 16, *, share: float = 1.0, scale: Scale | None = None, seed: int = 3
) -> Ratings:
    """Honest raters and, the last one, somebody who clicks at random."""
    rng = np.random.default_rng(seed)
    scale = scale or Scale(1, 5)
    width = scale.high - scale.low
    votes = scale.low + width * (np.linspace(0.05, 0.95, stimuli)[:, None] + rng.normal(0, 0.12, (stimuli, raters)))
    votes[:, -1] = rng.uniform(scale.low, scale.high, stimuli)
    votes = np.clip(votes if scale.step is None else np.round(votes), scale.low, scale.high)
    votes[rng.random(votes.shape) > share] = np.nan
    return Ratings.from_matrix(votes, stimuli=[f"clip{n}.mp4" for n in range(stimuli)], scale=scale)


@pytest.fixture(scope="module")
def found() -> Analysis:
    return analyse(some_votes())[0]


@pytest.fixture(scope="module")
def sitting() -> Analysis:
    """With order, times, facts, and hostile names."""
    votes = some_votes(40, 20)
    order = np.random.default_rng(1).permutation(len(votes)).astype(float)
    facts = {"source": tuple(f"s{n % 4}" for n in range(40)), "reference": (None,) * 40}
    votes = replace(
        votes,
        order=order,
        seconds=np.full(len(votes), 2.5),
        stimuli=(HOSTILE, *votes.stimuli[1:]),
        about_stimuli=facts,
        about_raters={"age": tuple(str(20 + n) for n in range(20))},
        assumed=("rows are <b>stimuli</b>",),
    )
    return analyse(votes, method="bt500")[0]


class Reader(HTMLParser):
    """Collects the tags, ids and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_envelope_keeps_its_schema(found: Analysis, sitting: Analysis, root: Path):
    schema = json.loads((root / "docs/reference/ratings.schema.json").read_text("utf-8"))
    alone = analyse(Ratings.from_matrix([[5.0]]))[0]
    nobody = analyse(replace(some_votes(), anonymous=True))[0]
    for one in (found, sitting, alone, nobody):
        assert faults(json.loads(ratings_to_json(one)), schema, root=schema) == []


def test_the_envelope_says_what_was_found(found: Analysis):
    envelope = ratings_to_dict(found)
    assert envelope["stimuli"][0]["stimulus"] == "clip0.mp4"
    assert envelope["stimuli"][0]["mos"] == pytest.approx(found.recovered.mos[0], rel=1e-8)
    assert envelope["subjects"][-1]["card"]["verdict"] == "likely random"
    several = json.loads(ratings_to_json([found, found]))
    assert [one["question"] for one in several] == ["quality", "quality"]


def test_the_page_says_everything_without_a_script(sitting: Analysis):
    page = render_ratings(sitting)
    reader = Reader(page)
    titles = (
        "Read and assumed",
        "Order and fatigue",
        "Screening decisions",
        "How far raters agree",
        "Raters to look at",
        "Who voted what",
    )
    assert all(words in reader.text for words in (*titles, "a = ", "left out"))
    assert len(set(reader.ids)) == len(reader.ids)
    assert reader.tags.count("svg") > 40
    assert "default-src &#39;none&#39;" in page


def test_what_comes_from_outside_is_escaped(sitting: Analysis):
    page = render_ratings(sitting)
    assert "<img src=x" not in page
    assert "rows are <b>" not in page
    assert HOSTILE in Reader(page).text


def test_several_questions_stand_on_one_page(found: Analysis):
    other = replace(found, ratings=replace(found.ratings, question="BAK"))
    reader = Reader(render_ratings([found, other]))
    assert {"q0", "q1", "heat"} <= set(reader.ids)
    assert len(set(reader.ids)) == len(reader.ids)


def test_unknown_raters_are_said():
    page = Reader(render_ratings(analyse(replace(some_votes(), anonymous=True))[0]))
    assert "The file does not say who voted" in page.text
    assert "Bias and inconsistency" not in page.text


@pytest.mark.parametrize(
    "votes",
    [
        Ratings.from_matrix([[3.0]]),
        Ratings.from_matrix([[3.0, 4.0, 3.0]]),
        Ratings.from_matrix([[3.0], [4.0]]),
        Ratings.from_matrix(np.full((5, 6), 4.0)),
        some_votes(6, 5, share=0.4),
        some_votes(8, 9, scale=Scale(0, 100, None)),
        some_votes(8, 9, scale=Scale(-3, 3)),
    ],
    ids=["one vote", "one stimulus", "one rater", "all equal", "sparse", "continuous", "comparison"],
)
def test_every_test_has_a_page(votes: Ratings):
    for method in ("p910", "mos", "bt500"):
        page = render_ratings(analyse(votes, method=method)[0])
        assert re.findall(r".{40}\b(?:nan|inf)\b.{40}", page, re.IGNORECASE) == []


def test_a_large_test_makes_a_small_page():
    found = analyse(some_votes(3000, 400, share=0.05), method="mos")[0]
    page = render_ratings(found)
    assert len(page) < 1_500_000
    text = Reader(page).text
    assert "2600 stimuli between the best and the worst are not in this table" in text
    assert "neighbours are drawn together" in text
    assert "more cards are in the result file" in text


def test_the_heat_map_is_an_image_of_the_votes():
    address, cells = charts.heat_image(np.array([[1.0, 5.0], [np.nan, 3.0]]), Scale(1, 5))
    assert cells.tolist() == [[1, 255], [0, 128]]
    image = base64.b64decode(address.partition(",")[2])
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", image[16:24]) == (2, 2)
    data = image.index(b"IDAT")
    length = struct.unpack(">I", image[data - 4 : data])[0]
    assert zlib.decompress(image[data + 4 : data + 4 + length]) == b"\x00\x01\xff\x00\x00\x80"


def test_colours_rise_in_lightness():
    light = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (charts.colour(n / 20) for n in range(21))]
    assert all(a < b for a, b in pairwise(light))


def test_stacked_votes_fill_each_column():
    drawn = charts.stacked_votes(some_votes(), np.arange(12), says="x")
    paths = re.findall(r' d="([^"]+)"', drawn)
    tops = [min(float(pair.split()[1]) for pair in re.findall(r"[\d.]+ [\d.]+", path)) for path in paths]
    assert min(tops) == 0
    assert len(tops) == 5
