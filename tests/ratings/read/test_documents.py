"""Votes from data sets of other software: SUREAL, JSON, webMUSHRA, pymushra, AVrateNG."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beholder.errors import TableError
from beholder.ratings import Ratings, read, read_every
from beholder.ratings.read.literals import literals

SUREAL = """# a data set
import numpy as np
dataset_name = 'small'
root = '/clips'
ref_score = 5.0
ref_videos = [
    {'content_id': 0, 'content_name': 'foo', 'path': root + '/foo.yuv'},
    {'content_id': 1, 'content_name': 'bar', 'path': root + '/bar.yuv'},
]
dis_videos = [
    {'asset_id': 0, 'content_id': 0, 'os': OS0, 'path': root + '/foo.yuv'},
    {'asset_id': 1, 'content_id': 1, 'os': OS1, 'path': root + '/bar_1.yuv'},
]
"""


def sureal(first: str, second: str) -> str:
    return SUREAL.replace("OS0", first).replace("OS1", second)


@pytest.fixture
def wrote(tmp_path: Path):
    def write(content: Any, name: str) -> Path:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    return write


def said(votes: Ratings, words: str) -> bool:
    return any(words in one for one in votes.assumed)


def test_sureal_lists(wrote):
    votes = read(wrote(sureal("[5, 4, np.nan]", "[2, float('nan'), np.float64(1.0)]"), "set.py"))
    np.testing.assert_array_equal(votes.matrix(), [[5, 4, np.nan], [2, np.nan, 1]])
    assert votes.stimuli == ("foo.yuv", "bar_1.yuv")
    assert votes.raters == ("0", "1", "2")
    assert votes.about_stimuli["source"] == ("foo", "bar")
    assert votes.about_stimuli["reference"] == ("yes", None)
    assert said(votes, "ref_score is 5.0")


@pytest.mark.parametrize(
    ("first", "second"),
    [("{'Tom': [3, 2], 'Ann': 4}", "{'Tom': 2, 'Ann': [3, 3, 1]}"), ("[[3, 2], 4]", "[2, [3, 3, 1]]")],
)
def test_sureal_repetitions(wrote, first: str, second: str):
    votes = read(wrote(sureal(first, second), "set.py"))
    np.testing.assert_allclose(votes.matrix(), [[2.5, 4], [2, 7 / 3]])
    assert votes.repetition.max() == 2


def test_sureal_json_says_the_same(wrote):
    text = sureal("{'Tom': [3, 2], 'Ann': 4}", "{'Tom': 2, 'Ann': 1}")
    one, other = read(wrote(text, "set.py")), read(wrote(literals("set.py", text), "set.json"))
    assert one.stimuli == other.stimuli
    np.testing.assert_array_equal(one.matrix(), other.matrix())


@pytest.mark.parametrize(
    ("first", "wanted"),
    [
        ("{('Tom', 1): 1}", "pair comparisons"),
        ("'many'", "no list and no dict"),
        ("['five', 4]", "'five' as a vote"),
        ("[1, 2], 'more': [open('x')]", "line 11 is more than a literal"),
    ],
)
def test_sureal_sets_that_cannot_be_used(wrote, first: str, wanted: str):
    with pytest.raises(TableError, match=wanted):
        read(wrote(sureal(first, "[1, 2]"), "set.py"))


def test_finished_scores_and_other_sources_are_refused(wrote):
    with pytest.raises(TableError, match="finished scores"):
        read(wrote("dis_videos = [{'asset_id': 0, 'groundtruth': 3.5}]", "set.py"))
    with pytest.raises(TableError, match="no dis_videos"):
        read(wrote("votes = [1, 2, 3]", "set.py"))


@pytest.mark.parametrize(
    "code",
    [
        "import subprocess",
        "import os.path",
        "from os import system",
        "__import__('os').system('touch ran')",
        "x = __import__('os')",
        "x = eval('1')",
        "x = open('ran', 'w')",
        "x = [c for c in (1, 2)]",
        "x = (lambda: 1)()",
        "x = f'{open}'",
        "x = 'a' * 10**9",
        "x = 9**9**9",
        "x = {**{}}",
        "x = [*range(3)]",
        "x = np.load('ran')",
        "x = float(open('ran'))",
        "x = int('1' * 5, 2)",
        "x = os.environ",
        "x = (y := 3)",
        "x = True",
        "x, y = 1, 2",
        "x.y = 1",
        "x = 1; x += 1",
        "def f(): pass",
        "class A: pass",
        "if True: x = 1",
        "for x in (1,): pass",
        "while True: pass",
        "try:\n    x = 1\nfinally:\n    pass",
        "with open('ran', 'w') as f: pass",
        "assert open('ran', 'w')",
        "raise SystemExit",
        "del x",
        "x = {[]: 1}",
        "x = {'a': ...}",
        "x = b'bytes'",
        "x = 1j",
        "x = " + "[" * 400 + "]" * 400,
        "x = " + "-" * 5000 + "1",
        "x = 1 +",
        "x = '\x00'",
        "x = undefined",
        "x = -'a'",
        "x = 1 + 'a'",
        "x = float('many')",
        "import numpy as os\nx = os.system('touch ran')",
        "float = 3\nx = float.real",
    ],
)
def test_source_is_read_and_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str):
    monkeypatch.chdir(tmp_path)
    Path("set.py").write_text(code + "\n" + sureal("[1, 2]", "[3, 4]"), "utf-8")
    with pytest.raises(TableError, match=r"set\.py"):
        read("set.py")
    assert [path.name for path in tmp_path.iterdir()] == ["set.py"]


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.one_of(st.integers(-(10**9), 10**9), st.floats(allow_nan=False, allow_infinity=False), st.text(), st.none()),
        lambda inner: st.one_of(st.lists(inner), st.tuples(inner, inner), st.dictionaries(st.text(), inner)),
        max_leaves=20,
    )
)
def test_literals_come_back_as_they_were(value: Any):
    assert literals("x.py", f"x = {value!r}")["x"] == value


ROWS = [
    {"clip": "a", "user": "x", "score": 5},
    {"clip": "a", "user": "y", "score": 4},
    {"clip": "b", "user": "x", "score": 1},
]


@pytest.mark.parametrize(
    "document",
    [
        ROWS,
        {"votes": [row | {"score": str(row["score"])} for row in ROWS]},
        {"clip": ["a", "a", "b"], "user": ["x", "y", "x"], "score": [5, 4, 1]},
        {"a": {"x": 5, "y": 4}, "b": {"x": 1, "y": None}},
        {"a": {"x": [5], "y": "4"}, "b": {"x": 1}},
    ],
)
def test_json_forms(wrote, document: Any):
    votes = read(wrote(document, "votes.json"))
    np.testing.assert_array_equal(votes.matrix(), [[5, 4], [1, np.nan]])
    assert (votes.stimuli, votes.raters) == (("a", "b"), ("x", "y"))


def test_json_lines(wrote):
    text = '{"clip": "a", "user": "x", "score": 5}\n{"clip": "b", "user": "x", "score": 1}\n'
    assert read(wrote(text, "votes.jsonl")).score.tolist() == [5, 1]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('{"a": ', "no JSON"),
        ("[]", "no votes in a form"),
        ("{}", "no votes in a form"),
        ("[1, 2, 3]", "no votes in a form"),
        ('"text"', "no votes in a form"),
        ('{"a": {"b": {"c": 1}}}', "nested deeper"),
        ("[" * 100_000, "no JSON"),
        ('{"a": {"x": "brilliant"}}', "'brilliant' is no vote"),
    ],
)
def test_json_that_holds_no_votes(wrote, text: str, wanted: str):
    with pytest.raises(TableError, match=wanted):
        read(wrote(text, "votes.json"))


WEB = "session_test_id,email,age,trial_id,rating_stimulus,rating_score,rating_time,rating_comment\n" + "".join(
    f"t,{who},{age},trial{n},{stimulus},{score},12000,\n"
    for who, age in (("a@b", 31), ("c@d", 40))
    for n in (1, 2)
    for stimulus, score in (("reference", 100), ("C1", 40), ("anchor35", 12))
)


def test_webmushra(wrote):
    votes = read(wrote(WEB, "mushra.csv"))
    assert (len(votes.stimuli), len(votes.raters), str(votes.scale)) == (6, 2, "0 to 100, continuous")
    assert votes.stimuli[0] == "trial1/reference"
    assert votes.about_stimuli["reference"][:2] == ("yes", None)
    assert votes.about_stimuli["condition"][1] == "C1"
    assert votes.about_raters["age"] == ("31", "40")
    assert votes.seconds is not None
    assert votes.seconds[0] == 12
    assert said(votes, "same email, age are one")


def test_webmushra_pages_of_other_kinds(wrote):
    pair = "session_test_id,email,trial_id,choice_reference,choice_non_reference,choice_answer\nt,a,1,x,y,x\n"
    with pytest.raises(TableError, match="pair comparisons"):
        read(wrote(pair, "paired_comparison.csv"))
    double = "session_test_id,email,trial_id,rating_reference,rating_non_reference,rating_reference_score,"
    double += "rating_non_reference_score,rating_time\nt,a,1,ref,c1,5.0,3.2,100\nt,b,1,ref,c1,4.8,2.1,100\n"
    assert read(wrote(double, "bs1116.csv")).matrix().tolist() == [[5.0, 4.8], [3.2, 2.1]]
    nobody = "session_test_id,trial_id,rating_stimulus,rating_score\nt,1,C1,30\n"
    with pytest.raises(TableError, match="does not tell raters apart"):
        read(wrote(nobody, "mushra.csv"))


def trial(number: int, who: dict[str, Any], *scores: float) -> dict[str, Any]:
    responses = [{"stimulus": f"C{n}", "score": score, "time": 900} for n, score in enumerate(scores)]
    return {"type": "mushra", "id": f"t{number}", "testId": "one", "questionaire": who, "responses": responses}


def test_pymushra(wrote):
    ann, bob = {"name": "Ann", "age": 30, "uuid": "u1"}, {"name": "Bob", "age": 41, "uuid": "u2"}
    rows = {"1": trial(1, ann, 90, 20), "2": trial(2, ann, 80, 30), "3": trial(1, bob, 70, 10)}
    votes = read(wrote({"_default": {}, "one": rows}, "db.json"))
    np.testing.assert_array_equal(votes.matrix(), [[90, 70], [20, 10], [80, np.nan], [30, np.nan]])
    assert votes.raters == ("u1", "u2")
    assert votes.about_raters == {"name": ("Ann", "Bob"), "age": ("30", "41")}
    two = read_every(wrote({"one": rows, "two": {"1": trial(1, ann, 55, 66)}}, "db.json"))
    assert [one.question for one in two] == ["one", "two"]
    with pytest.raises(TableError, match="hold no scores"):
        read(wrote({"one": {"1": {"responses": [{"answer": "a"}]}}}, "db.json"))


@pytest.fixture
def avrate(tmp_path: Path) -> Path:
    path = tmp_path / "ratings.db"
    with closing(sqlite3.connect(path)) as db:
        columns = "(user_ID INTEGER, video_ID TEXT, video_name TEXT, rating_type TEXT, rating TEXT, timestamp TEXT)"
        db.execute(f"CREATE TABLE ratings {columns}")
        db.execute(f"CREATE TABLE training {columns}")
        db.execute("CREATE TABLE info (user_ID, info_json TEXT)")
        votes = [
            (1, "0", "['clips/a.mp4']", "quality", "5", "2024-01-01 10:00:00 000000"),
            (1, "1", "['clips/b.mp4']", "quality", "2", "2024-01-01 10:01:00 000000"),
            (2, "0", "['clips/b.mp4']", "quality", "1", "2024-01-01 11:00:00 000000"),
            (2, "1", "['clips/a.mp4']", "quality", "4", "2024-01-01 11:01:00 000000"),
        ]
        db.executemany("INSERT INTO ratings VALUES (?,?,?,?,?,?)", votes)
        db.execute("INSERT INTO training VALUES (1, '0', 't', 'quality', '3', '')")
        db.executemany("INSERT INTO info VALUES (?,?)", [(1, '{"age": "33"}'), (2, "no json")])
        db.commit()
    return path


def test_avrate_is_read_and_not_touched(avrate: Path):
    before = avrate.read_bytes()
    votes = read(avrate)
    assert votes.stimuli == ("clips/a.mp4", "clips/b.mp4")
    assert votes.matrix().tolist() == [[5, 4], [2, 1]]
    assert votes.order is not None
    assert votes.order.tolist() == [0, 1, 0, 1]
    assert votes.about_raters == {"age": ("33", None)}
    assert votes.question == "quality"
    assert said(votes, "1 votes of the training, in a table of their own")
    assert avrate.read_bytes() == before
    assert [path.name for path in avrate.parent.iterdir()] == [avrate.name]


def test_databases_without_ratings(tmp_path: Path, avrate: Path):
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE people (name TEXT)")
        db.commit()
    with pytest.raises(TableError, match=r"no table of ratings \(but people\)"):
        read(tmp_path / "other.db")
    damaged = avrate.read_bytes()[:3000]
    (tmp_path / "damaged.db").write_bytes(damaged + b"\xff" * 5000)
    with pytest.raises(TableError, match="cannot be read"):
        read(tmp_path / "damaged.db")


def test_the_real_sets(data_dir: Path):
    folder = data_dir / "ratings"
    nflx = read(folder / "NFLX_dataset_public_raw.csv")
    assert (len(nflx.stimuli), len(nflx.raters), len(nflx)) == (79, 26, 2054)
    assert nflx.matrix().mean() == pytest.approx(3.544791, abs=1e-6)
    demo = read(folder / "itur_bt500_demo__small_sample_data.csv")
    assert (len(demo.stimuli), len(demo.raters), len(demo)) == (30, 20, 1196)
    assert len(read(folder / "itut_p910_demo__sample_data.csv")) == 79 * 26 - 1
    images = read(data_dir / "image_mos" / "per_user.csv")
    assert (len(images.stimuli), len(images.raters)) == (371, 21)
    assert read(data_dir / "streaming_sessions" / "sessions.csv").anonymous
