from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console
from sample_result import a_result, a_score

from beholder.cli.present import ISSUES_SHOWN, present
from beholder.types import Result, Series, Skipped


def printed(result: Result, *, width: int = 80, encoding: str = "utf-8", terminal: bool = False) -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True, newline="\n")
    present(
        result, Console(file=stream, width=width, force_terminal=terminal, color_system="auto" if terminal else None)
    )
    return raw.getvalue().decode(encoding)


def test_it_says_what_a_person_needs() -> None:
    text = printed(a_result())
    for part in (
        "checkout-flow_pixel8_build-412.mp4",
        "1920 × 1080",
        "MOS 2.9 Fair",
        "95 % 2.5–3.2",
        "MOS-VQO, vmos 1.0",
    ):
        assert part in text
    for name, mos, word in (("Worst 10 s", "3.0", "Fair"), ("Clarity", "3.8", "Good"), ("Playback", "2.6", "Fair")):
        line = next(line for line in text.splitlines() if line.strip().startswith(name))
        assert mos in line
        assert word in line
    assert "frozen picture 0.71" in text
    assert "unexplained 0.42" in text


def test_the_issues_stand_in_their_order_with_time_cost_and_reason() -> None:
    lines = printed(a_result()).splitlines()
    rows = [line for line in lines if line[:1].isdigit() and "–" in line]
    assert [line.split()[0] for line in rows] == ["1", "2", "3", "4"]
    assert [part in rows[0] for part in ("Frozen picture", "0:34.0–0:38.9", "0.71", "The picture stood")] == [True] * 4
    assert any(line.strip().startswith("critical") for line in lines)


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(len(line) for line in printed(a_result(), width=width).splitlines()) <= width


def test_without_a_terminal_there_is_no_colour() -> None:
    assert "\x1b" not in printed(a_result())
    assert "\x1b[1m" in printed(a_result(), terminal=True)


def test_control_characters_and_markup_of_a_name_do_nothing() -> None:
    text = printed(a_result(path="a\x1b[2J\r[red]b.mp4"))
    assert "\x1b" not in text
    assert "\r" not in text
    assert "[red]b.mp4" in text


def test_the_curve_is_drawn_also_without_unicode() -> None:
    assert any("⠤" in line for line in printed(a_result()).splitlines())
    text = printed(replace(a_result(), subject={"kind": "recording"}, issues=()), encoding="cp1252")
    assert "****" in text


def test_what_was_left_out_says_why() -> None:
    text = printed(a_result())
    assert "Left out" in text
    assert "Lip sync: the recording has no face that speaks" in text
    assert "Left out" not in printed(replace(a_result(), skipped=()))


def test_a_shaky_score_is_flagged() -> None:
    text = printed(replace(a_result(), score=replace(a_score(2.9), grounded=False, measured_share=0.42)))
    assert "Not grounded" in text
    assert "Only 42.0 %" in text


def test_nothing_scored_and_nothing_found_are_said() -> None:
    text = printed(
        Result(subject={"kind": "recording", "path": "a.mp4"}, score=None, skipped=(Skipped("vmos", "no picture"),))
    )
    assert "Not scored" in text
    assert "No issue was found." in text
    assert "VMOS: no picture" in text


def test_many_issues_are_cut_with_a_count() -> None:
    issues = tuple(replace(a_result().issues[0], id=f"freeze-{n}") for n in range(ISSUES_SHOWN + 3))
    assert "and 3 more" in printed(replace(a_result(), issues=issues))


def test_a_score_that_was_never_measured_draws_no_curve() -> None:
    mos = Series("mos", np.arange(3.0), np.full(3, np.nan, np.float32))
    assert "┤" not in printed(replace(a_result(), series={"mos": mos}))
