"""Votes from tables: text, Parquet, Excel and data frames, long and wide."""

from __future__ import annotations

import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beholder.errors import BeholderError, MissingExtra, TableError, UsageError
from beholder.ratings import Ratings, Scale, read, read_every
from beholder.ratings.read import tables

LONG = "PVS_id,Tester_id,Score\na,x,5\na,y,4\nb,x,1\nb,y,2\nc,x,3\n"


@pytest.fixture
def wrote(tmp_path: Path):
    def write(text: str | bytes, name: str = "votes.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def table(votes: Ratings) -> dict[tuple[str, str, int], float]:
    rows = zip(votes.stimulus, votes.rater, votes.repetition, votes.score, strict=True)
    return {(votes.stimuli[s], votes.raters[r], int(n)): float(v) for s, r, n, v in rows}


def said(votes: Ratings, words: str) -> bool:
    return any(words in one for one in votes.assumed)


THREE = {("a", "x", 0): 5.0, ("a", "y", 0): 4.0, ("b", "x", 0): 1.0, ("b", "y", 0): 2.0, ("c", "x", 0): 3.0}


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        LONG.replace(",", ";"),
        LONG.replace(",", "\t"),
        "\ufeff" + LONG,
        LONG.replace("\n", "\r\n"),
        "sep=;\n" + LONG.replace(",", ";"),
        "# a remark\n" + LONG,
        LONG + "\n\n",
        LONG + "c,y,\n",
        LONG + "c,y,NaN\n",
        LONG.encode("utf-16"),
        LONG.replace(",1\n", ",1.0\n"),
        '"PVS_id","Tester_id","Score"\n"a","x","5"\na,y,4\nb,x,1\nb,y,2\nc,x,3\n',
        "Score,Tester_id,PVS_id\n5,x,a\n4,y,a\n1,x,b\n2,y,b\n3,x,c\n",
        "stimulus,x,y\na,5,4\nb,1,2\nc,3,\n",
        "stimulus,x,y\na,5,4\nb,1,2\nc,3,nan\n",
        "stimulus,x,y\na,5,4\nb,1,2\nc,3,-1\n",
        "rater;a;b;c\nx;5;1;3\ny;4;2;\n",
    ],
)
def test_one_table_many_faces(wrote, text: str | bytes):
    assert table(read(wrote(text))) == THREE


@pytest.mark.parametrize("ending", [".parquet", ".arrow", ".feather"])
def test_column_files(tmp_path: Path, ending: str):
    frame = pl.read_csv(LONG.encode())
    path = tmp_path / f"votes{ending}"
    frame.write_parquet(path) if ending == ".parquet" else frame.write_ipc(path)
    assert table(read(path)) == THREE


@pytest.mark.parametrize("ending", [".parquet", ".arrow"])
def test_damaged_column_files_are_refused(tmp_path: Path, ending: str):
    path = tmp_path / f"votes{ending}"
    frame = pl.read_csv(LONG.encode())
    frame.write_parquet(path) if ending == ".parquet" else frame.write_ipc(path)
    whole = path.read_bytes()
    for damaged in (whole[:-9], whole[: len(whole) // 2], b"PAR1 is not enough", whole[8:]):
        path.write_bytes(damaged)
        with pytest.raises(TableError, match="no Parquet or Arrow table"):
            read(path)


@pytest.mark.parametrize("make", [pl.read_csv, pd.read_csv], ids=["polars", "pandas"])
def test_data_frames(wrote, make: Any):
    assert table(read(make(wrote(LONG)))) == THREE
    assert table(read(make(wrote("stimulus,x,y\na,5,4\nb,1,2\nc,3,\n")))) == THREE


def test_the_index_of_a_pandas_frame_names_its_rows(wrote):
    frame = pd.read_csv(wrote("stimulus,x,y\na,5,4\nb,1,2\nc,3,\n"), index_col=0)
    assert table(read(frame)) == THREE


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("clip", pl.Categorical),
        ("clip", pl.Int8),
        ("user", pl.Int64),
        ("user", pl.UInt64),
        ("user", pl.Float64),
        ("score", pl.UInt8),
        ("score", pl.Float32),
        ("score", pl.String),
        ("score", pl.Decimal(5, 2)),
    ],
)
def test_columns_of_every_kind(tmp_path: Path, column: str, kind: Any):
    frame = pl.DataFrame({"clip": ["1", "1", "2"], "user": ["7", "8", "7"], "score": ["5", "4", "1"]})
    frame = frame.with_columns(pl.col("score").cast(pl.Int64)).with_columns(pl.col(column).cast(kind))
    frame.write_parquet(tmp_path / "votes.parquet")
    votes = read(tmp_path / "votes.parquet")
    assert (votes.stimuli, votes.raters, votes.score.tolist()) == (("1", "2"), ("7", "8"), [5, 4, 1])


@pytest.mark.parametrize("cell", [[1, 2], {"a": 1}, b"x", None], ids=["list", "struct", "bytes", "null"])
def test_cells_that_are_no_votes_are_refused(cell: Any):
    frame = pl.DataFrame({"clip": ["a", "b"], "user": ["x", "y"], "score": [cell, cell]})
    with pytest.raises(TableError):
        read(frame)


def test_whole_numbers_are_names_without_a_point():
    frame = pd.DataFrame({"clip": [1, 2, None], "user": [3, 3, 4], "score": [5, 4, None]})
    votes = read(frame)
    assert (votes.stimuli, votes.raters) == (("1", "2"), ("3", "4"))


def test_what_forms_on_the_web_export(wrote):
    text = "Timestamp,Your name,Age,Clip 1,Clip 2,Clip 3\n2024/01/01 10:00,Ann,30,5 - Excellent,3 - Fair,1 - Bad\n"
    text += "2024/01/01 10:05,Bob,31,4 - Good,2 - Poor,1 - Bad\n2024/01/01 10:09,Cy,22,5 - Excellent,3 - Fair,2\n"
    votes = read(wrote(text))
    assert votes.raters == ("Ann", "Bob", "Cy")
    assert votes.stimuli == ("Clip 1", "Clip 2", "Clip 3")
    assert votes.about_raters["age"] == ("30", "31", "22")
    assert votes.matrix().tolist() == [[5, 4, 5], [3, 2, 3], [1, 1, 2]]


def test_what_is_no_frame_is_refused():
    with pytest.raises(TableError, match="no data frame"):
        read([[1, 2], [3, 4]])


def test_text_in_an_old_encoding_is_said(wrote):
    votes = read(wrote("stimulus;rater;score\ncafé;x;5\ncafé;y;4\nthé;x;1\n".encode("cp1252")))
    assert votes.stimuli == ("café", "thé")
    assert said(votes, "Windows-1252")


def test_decimal_commas_are_read_and_said(wrote):
    votes = read(wrote("stimulus;rater;score\na;x;4,5\na;y;3,0\nb;x;2,5\n"))
    assert votes.score.tolist() == [4.5, 3.0, 2.5]
    assert said(votes, "decimal commas")
    assert votes.scale == Scale(1, 5, 0.5)


def test_words_of_the_scale_are_votes(wrote):
    votes = read(wrote("stimulus,rater,answer\na,x,Excellent\na,y,good\nb,x,5 - excellent\nb,y,Bad\n"))
    assert votes.score.tolist() == [5, 4, 5, 1]
    assert said(votes, "words were taken as votes")


def test_a_bare_matrix_with_blocks_of_repetitions(wrote):
    votes = read(wrote("5,4,nan\n1,2,1\n3,3,4\n,\n5,5,4\n1,1,2\n3,4,3\n"))
    assert votes.matrix().tolist() == [[5, 4.5, 4], [1, 1.5, 1.5], [3, 3.5, 3.5]]
    assert (len(votes), votes.repetition.sum()) == (17, 8)
    assert said(votes, "2 blocks")


def test_uneven_blocks_are_refused(wrote):
    with pytest.raises(TableError, match="blocks of 2, 1 rows"):
        read(wrote("5,4,3\n1,2,1\n,\n5,5,4\n"))


def test_orientation_is_found_from_the_votes_and_can_be_told(wrote):
    rng = np.random.default_rng(5)
    truth = np.linspace(1.2, 4.8, 30)[:, None] + rng.normal(0, 0.5, (30, 8))
    votes = np.clip(np.round(truth), 1, 5).astype(int)
    lines = ["\n".join(",".join(map(str, row)) for row in block) for block in (votes, votes.T)]
    down, across = (read(wrote(text)) for text in lines)
    assert (down.matrix() == across.matrix()).all()
    assert said(across, "rows are taken as raters")
    assert len(read(wrote(lines[1]), orientation="stimuli").stimuli) == 8


def test_a_header_of_numbers_is_a_header(wrote):
    text = ",0,1,2,3,4,5\na,5,4,5,4,5,5\nb,1,2,1,1,2,1\n"
    assert read(wrote(text)).raters == ("0", "1", "2", "3", "4", "5")
    assert read(wrote("0,1,2,3,4,5\n5,4,5,4,5,5\n1,2,1,1,2,1\n")).raters == ("0", "1", "2", "3", "4", "5")


def test_facts_are_kept_with_whom_they_are_about(wrote):
    text = (
        "SRC_id,HRC_id,PVS_id,Tester_id,age,bitrate,comment,Score,Is_training\n"
        "s1,h1,p11,x,31,500,fine,4,0\ns1,h2,p12,x,31,900,,5,0\ns1,h1,p11,y,54,500,bad,2,0\n"
        "s1,h2,p12,y,54,900,hm,3,0\ns0,h0,train,y,54,100,,5,1\n"
    )
    votes = read(wrote(text))
    assert votes.about_stimuli == {"source": ("s1", "s1"), "condition": ("h1", "h2"), "bitrate": ("500", "900")}
    assert votes.about_raters == {"age": ("31", "54")}
    assert votes.stimuli == ("p11", "p12")
    assert said(votes, "1 votes of the training are left out")
    assert said(votes, "not used: comment")


def test_wide_tables_keep_facts_and_leave_out_what_is_made_of_votes(wrote):
    text = "file,HRC,crf,user1,user2,user3,mos,ci\na.mp4,h1,23,5,4,5,4.67,.3\nb.mp4,h2,40,1,2,1,1.33,.3\n"
    votes = read(wrote(text))
    assert votes.raters == ("user1", "user2", "user3")
    assert votes.about_stimuli == {"condition": ("h1", "h2"), "crf": ("23", "40")}
    assert said(votes, "left out: mos, ci")


def test_columns_with_repetitions(wrote):
    votes = read(wrote("stimulus,u1_rep1,u2_rep1,u1_rep2,u2_rep2\na,5,4,4,4\nb,1,2,1,1\n"))
    assert votes.raters == ("u1", "u2")
    assert table(votes)["a", "u1", 1] == 4
    assert table(read(wrote("stimulus,u1,u2,u1,u2\na,5,4,4,4\nb,1,2,1,1\n"))) == table(votes)


def test_several_questions_are_told_apart(wrote):
    text = "file,worker,SIG,BAK,OVRL\na,x,5,4,4\na,y,4,4,4\nb,x,1,2,1\n"
    every = read_every(wrote(text))
    assert [one.question for one in every] == ["SIG", "BAK", "OVRL"]
    assert read(wrote(text), question="BAK").score.tolist() == [4, 4, 2]
    with pytest.raises(TableError, match="several questions: SIG, BAK, OVRL"):
        read(wrote(text))
    with pytest.raises(TableError, match="no question 'MOS'"):
        read(wrote(text), question="MOS")


def test_questions_down_the_rows(wrote):
    text = "file,worker,question_type,vote\na,x,MOS_SIG,5\na,x,MOS_BAK,3\nb,x,MOS_SIG,2\nb,x,MOS_BAK,1\n"
    assert [(one.question, one.score.tolist()) for one in read_every(wrote(text))] == [
        ("MOS_SIG", [5, 2]),
        ("MOS_BAK", [3, 1]),
    ]


def test_experiments_in_one_file_are_kept_apart(wrote):
    text = "Experiment,PVS_id,Tester_id,Score\ne1,a,1,5\ne1,b,1,2\ne2,a,1,3\ne2,b,1,1\n"
    assert [one.question for one in read_every(wrote(text))] == ["e1", "e2"]


def test_microsoft_votes_per_worker_and_per_clip(wrote):
    worker = "HITId,workerid,file,vote,condition\nh1,w1,u/a.wav,5,c1\nh1,w1,u/b.wav,2,c2\nh2,w2,u/a.wav,4,c1\n"
    votes = read(wrote(worker))
    assert votes.raters == ("w1", "w2")
    assert votes.about_stimuli["condition"] == ("c1", "c2")
    clip = "file_url,n,MOS,std,95%CI,short_file_name,condition,vote_1,vote_2,vote_3\n"
    clip += "u/a.wav,2,4.5,.5,.7,a.wav,c1,5,4,\nu/b.wav,3,2,.0,.0,b.wav,c2,2,2,2\n"
    nobody = read(wrote(clip))
    assert nobody.anonymous
    assert nobody.votes_per_stimulus.tolist() == [2, 3]
    assert nobody.about_stimuli["condition"] == ("c1", "c2")
    assert nobody.about_raters == {}


def test_lists_of_votes_in_a_cell(wrote):
    votes = read(wrote("log,individual_scores,abr\n1,[95 83 80],bb\n2,[20 31],rb\n"))
    assert votes.anonymous
    assert (votes.votes_per_stimulus.tolist(), str(votes.scale)) == ([3, 2], "0 to 100, continuous")


def test_votes_without_raters_and_finished_scores(wrote):
    assert read(wrote("stimulus_id,score\na,5\na,4\nb,1\nb,2\n")).anonymous
    with pytest.raises(TableError, match="finished scores"):
        read(wrote("stimulus_id,score\na,5\nb,4\nc,1\n"))
    with pytest.raises(TableError, match="finished scores"):
        read(wrote("file,MOS,std,n\na,4.1,.5,20\nb,2.2,.6,20\n"))


def test_order_and_time_of_votes(wrote):
    text = "clip,user,rating,timestamp,response_time_ms\n"
    text += "a,x,5,2024-05-01 10:00:09,2100\nb,x,1,2024-05-01 10:00:01,900\na,y,4,2024-05-01 09:00:00,1500\n"
    votes = read(wrote(text))
    assert votes.order is not None
    assert votes.seconds is not None
    assert votes.order.tolist() == [1, 0, 0]
    assert votes.seconds.tolist() == [2.1, 0.9, 1.5]


def test_a_second_vote_is_a_repetition_and_a_row_exported_twice_is_not(wrote):
    votes = read(wrote("clip,user,rating\na,x,5\na,x,4\nb,x,1\n"))
    assert table(votes) == {("a", "x", 0): 5, ("a", "x", 1): 4, ("b", "x", 0): 1}
    assert said(votes, "repetitions, in order of the file")
    twice = "clip,user,rating,timestamp\na,x,5,10\nb,x,4,20\nb,x,4,20\nc,x,1,30\n"
    votes = read(wrote(twice))
    assert len(votes) == 3
    assert said(votes, "1 rows stand twice")


def test_columns_can_be_named(wrote):
    path = wrote("what,who,v,other\na,x,5,9\na,y,4,9\nb,x,1,9\n")
    names = {"stimulus": "what", "rater": "who", "score": "v"}
    assert table(read(path, columns=names)) == {("a", "x", 0): 5, ("a", "y", 0): 4, ("b", "x", 0): 1}
    with pytest.raises(TableError, match="no column 'whom'"):
        read(path, columns=names | {"rater": "whom"})
    with pytest.raises(TableError, match="no role 'voter'"):
        read(path, columns={"voter": "who"})


@pytest.mark.parametrize(
    ("scores", "scale"),
    [
        ([1, 5, 3], Scale(1, 5)),
        ([2, 3, 4], Scale(1, 5)),
        ([0, 4, 2], Scale(0, 4)),
        ([1, 7, 3], Scale(1, 7)),
        ([0, 10, 3], Scale(0, 10)),
        ([-3, 0, 2], Scale(-3, 3)),
        ([0, 100, 33], Scale(0, 100, None)),
        ([1.25, 4.8, 3.0], Scale(1, 5, None)),
        ([1.5, 4.0, 3.5], Scale(1, 5, 0.5)),
        ([-40.5, 88.0, 3.0], Scale(-100, 100, None)),
    ],
)
def test_the_scale_is_guessed_and_said(scores: list[float], scale: Scale):
    votes = read(pl.DataFrame({"clip": ["a", "b", "c"], "user": ["x"] * 3, "score": scores}))
    assert votes.scale == scale
    assert said(votes, "the scale is taken as")


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("1-5", Scale(1, 5)),
        ("0..100 continuous", Scale(0, 100, None)),
        ("-3:3", Scale(-3, 3)),
        ("mushra", Scale(0, 100, None)),
    ],
)
def test_a_scale_can_be_written(wrote, text: str, scale: Scale):
    assert read(wrote("clip,user,score\na,x,1\nb,x,2\n"), scale=text).scale == scale


def test_a_scale_that_nobody_understands(wrote):
    for text in ("five", "5-1", "1-5/0"):
        with pytest.raises(UsageError, match="not understood"):
            read(wrote(LONG), scale=text)
    with pytest.raises(UsageError, match="rows are stimuli or raters"):
        read(wrote(LONG), orientation="sideways")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", "it is empty"),
        ("\n\n", "it is empty"),
        ("stimulus,rater,score\n", "holds no vote"),
        ("stimulus,rater,score\na,x,\nb,x,nan\n", "holds no vote"),
        ("stimulus,rater,score\na,x,5\nb,x,good enough\n", "row 3: 'good enough' is no vote"),
        ("stimulus,rater,score\na,x,5\nb,x,4,9\n", "row 3 has 4 cells"),
        ("stimulus,rater,score\na,x,5\n,x,4\n", "1 votes have no stimulus, the first in row 3"),
        ("stimulus,rater,score\na,x,0\nb,x,5\n", "0 may mean 'not rated'"),
        ("stimulus,rater,score\na,x,5\nb,x,5000\n", "no usual scale"),
        ("stimulus,rater,score\na,x,5\nb,x,inf\n", "infinite"),
        ("stimulus,rater,score\n" + "a,x,5\n" * 200 + "b,x,55\n", r"55 \(1 times\)"),
        ("name,text\nx,y\n", "no column of votes"),
        (bytes(range(256)) * 40, "no kind of file"),
    ],
)
def test_bad_input_says_what_to_do(wrote, text: str | bytes, wanted: str):
    with pytest.raises(TableError, match=wanted) as caught:
        read(wrote(text))
    assert "votes.csv" in str(caught.value)


def test_votes_off_the_named_scale_are_counted_and_shown(wrote):
    with pytest.raises(TableError, match=r"2 votes are not on the scale 1 to 5, steps of 1: 6 in row 3, 3.5 in row 4"):
        read(wrote("clip,user,score\na,x,5\nb,x,6\nc,x,3.5\n"), scale="1-5")


def test_a_missing_file_and_a_folder(tmp_path: Path):
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(TableError, match="cannot be read"):
            read(path)


@pytest.mark.parametrize(
    "text",
    [
        "clip,user,score\na,x,4\nb,x,2\n",
        "clip,user,score\na,x,4\na,y,4\n",
        "clip,user,score\na,x,3\n",
        "clip,x\na,3\nb,3\n",
    ],
    ids=["one rater", "one stimulus", "one vote", "all equal"],
)
def test_tiny_tests_are_read(wrote, text: str):
    votes = read(wrote(text))
    assert len(votes) == len(text.splitlines()) - 1


def test_who_gave_no_vote_keeps_a_place(wrote):
    votes = read(wrote("stimulus,u1,u2,u3\na,5,4,\nb,1,2,\nc,,,\n"))
    assert (votes.stimuli, votes.raters) == (("a", "b", "c"), ("u1", "u2", "u3"))
    assert votes.votes_per_rater.tolist() == [2, 2, 0]


def test_excel(tmp_path: Path):
    path = tmp_path / "votes.xlsx"
    path.write_bytes(b"")
    rows = [line.split(",") for line in LONG.splitlines()]
    a_workbook(path, {"votes": rows})
    assert table(read(path)) == THREE
    a_workbook(path, {"SIG": rows, "BAK": rows, "notes": [["nothing"], ["here"]]})
    assert [one.question for one in read_every(path)] == ["SIG", "BAK"]
    path.write_bytes(b"no workbook")
    with pytest.raises(TableError, match="no workbook"):
        read(path)


def test_excel_without_its_reader_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables.importlib.util, "find_spec", lambda _: None)
    (tmp_path / "votes.xlsx").write_bytes(b"PK")
    with pytest.raises(MissingExtra, match=r"beholder\[excel\]"):
        read(tmp_path / "votes.xlsx")


def a_workbook(path: Path, sheets: dict[str, list[list[str]]]) -> None:
    """The least that is a workbook: each cell an inline string, or a number."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbers = range(1, len(sheets) + 1)
    with zipfile.ZipFile(path, "w") as book:
        parts = "".join(
            f'<Override PartName="/xl/worksheets/s{n}.xml" ContentType="{kind}.worksheet+xml"/>' for n in numbers
        )
        book.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/'
            f'vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{kind}.sheet.main+xml"/>{parts}</Types>',
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{office}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        names = "".join(f'<sheet name="{s}" sheetId="{n}" r:id="r{n}"/>' for n, s in zip(numbers, sheets, strict=True))
        book.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{names}</sheets></workbook>'
        )
        links = "".join(
            f'<Relationship Id="r{n}" Type="{office}/worksheet" Target="worksheets/s{n}.xml"/>' for n in numbers
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships">{links}</Relationships>'
        )
        for n, rows in zip(numbers, sheets.values(), strict=True):
            cells = "".join(
                "<row>"
                + "".join(
                    f"<c><v>{cell}</v></c>" if cell.isdigit() else f'<c t="inlineStr"><is><t>{cell}</t></is></c>'
                    for cell in row
                )
                + "</row>"
                for row in rows
            )
            book.writestr(
                f"xl/worksheets/s{n}.xml", f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
            )


@settings(max_examples=60, deadline=None)
@given(
    votes=st.dictionaries(
        st.tuples(st.sampled_from("abcdef"), st.sampled_from("uvwxyz")), st.integers(1, 5), min_size=2, max_size=30
    )
)
def test_no_vote_is_lost_or_made_up(votes: dict[tuple[str, str], int]):
    rows = [(stimulus, rater, score) for (stimulus, rater), score in votes.items()]
    long = pl.DataFrame(rows, schema=["clip", "user", "score"], orient="row")
    wanted = {(stimulus, rater, 0): float(score) for stimulus, rater, score in rows}
    assert table(read(long)) == wanted
    wide = long.pivot("user", index="clip", values="score")  # noqa: PD010 - polars
    assert table(read(wide)) == wanted


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_read_or_refused_in_one_line(tmp_path_factory: pytest.TempPathFactory, text: str):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(text, "utf-8")
    with suppress(BeholderError):
        assert len(read(path)) > 0
