from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest
from sample_result import HOSTILE, a_jpeg, a_result, a_score, timeline

from beholder.errors import UsageError
from beholder.reports import render_html, to_dict
from beholder.reports.html import FILM_BYTES, MODULES, STILL_BYTES
from beholder.reports.view import page_context
from beholder.types import Issue, Kpi, Result, Skipped, Span

VOID = {"br", "img", "input", "link", "meta"}


class Page(HTMLParser):
    """The elements of a page, with their attributes and own text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: dict[str, list[str]] = {"script": [], "style": [], "title": [], "h1": []}
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag in self.blocks:
            self.blocks[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.blocks:
            self.blocks[self.open[-1]][-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def data(self, block: str) -> dict[str, object]:
        index = next(n for n, attributes in enumerate(self.all("script")) if attributes.get("id") == block)
        return json.loads(self.blocks["script"][index])


def test_nothing_is_asked_of_another_place() -> None:
    page = Page(render_html(a_result(), stills={"freeze-1": a_jpeg("still")}, filmstrip=[(0.0, a_jpeg("film"))]))
    for tag, attributes in page.elements:
        for name in ("src", "href", "poster", "srcset", "action", "data"):
            assert (attributes.get(name) or "#").startswith(("#", "data:image/jpeg;base64,")), (tag, attributes)
    assert not page.all("link")


def test_the_policy_names_exactly_the_blocks_of_the_page() -> None:
    page = Page(render_html(a_result(), stills={}))
    policy = next(one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    code = [
        text
        for text, attributes in zip(page.blocks["script"], page.all("script"), strict=True)
        if attributes.get("type") != "application/json"
    ]
    digests = [hashlib.sha256(block.encode()).digest() for block in (*code, *page.blocks["style"])]
    expected = {f"sha256-{base64.b64encode(digest).decode()}" for digest in digests}
    assert set(re.findall(r"'(sha256-[^']+)'", policy)) == expected


def test_no_style_and_no_handler_stands_in_an_attribute() -> None:
    page = Page(render_html(a_result(), stills={}, video="clip.mp4"))
    assert not [
        (tag, name) for tag, attributes in page.elements for name in attributes if name == "style" or name[:2] == "on"
    ]


def hostile_result() -> Result:
    issue = Issue(HOSTILE, "freeze", Span(1, 2), "minor", 0.1, {HOSTILE: HOSTILE}, HOSTILE)
    return replace(
        a_result(path=HOSTILE), issues=(issue,), factors={HOSTILE: 0.3}, skipped=(Skipped(HOSTILE, HOSTILE),),
        correlations=({HOSTILE: HOSTILE},), scores={HOSTILE: a_score(3)}, sync={HOSTILE: HOSTILE},
    )  # fmt: skip


def test_hostile_names_stay_text() -> None:
    plain, hostile = (Page(render_html(one, stills={})) for one in (a_result(), hostile_result()))
    assert len(hostile.all("script")) == len(plain.all("script"))
    assert {tag for tag, _ in hostile.elements} <= {tag for tag, _ in plain.elements}
    attributes = {name for _, attributes in plain.elements for name in attributes}
    assert {name for _, attributes in hostile.elements for name in attributes} <= attributes
    assert HOSTILE.rsplit("/", maxsplit=1)[-1] in hostile.blocks["h1"][0]
    assert hostile.data("envelope")["subject"]["path"] == f"captures/{HOSTILE}"
    assert hostile.data("envelope")["issues"][0]["explanation"] == HOSTILE


def test_the_page_carries_the_envelope() -> None:
    result = a_result()
    inlined = Page(render_html(result, stills={})).data("envelope")
    envelope = to_dict(result)
    assert {key: inlined[key] for key in envelope if key != "timeline"} == {
        key: envelope[key] for key in envelope if key != "timeline"
    }
    assert inlined["timeline"]["grids"] == envelope["timeline"]["grids"]
    written = np.array(inlined["timeline"]["series"]["mos"]["y"], dtype=float)
    assert np.allclose(written, result.series["mos"].y, atol=5e-4, equal_nan=True)


def test_two_hours_stay_below_one_and_a_half_megabytes() -> None:
    stills = {issue.id: a_jpeg(issue.id) for issue in a_result().issues}
    film = [(float(t), a_jpeg("film", width=160, height=90)) for t in range(0, 7200, 60)]
    result = a_result(seconds=7_200)
    features = {f"feature_{n}": replace(result.series["motion"], name=f"feature_{n}") for n in range(40)}
    page = render_html(replace(result, series={**result.series, **features}), stills=stills, filmstrip=film)
    assert len(page.encode()) < 1_500_000
    assert "thinned for this page" in page


def test_pictures_keep_to_their_budget_and_the_dearest_issues_keep_theirs() -> None:
    image = b"\xff\xd8" + bytes(99_998)
    issues = tuple(replace(a_result().issues[0], id=f"freeze-{n}") for n in range(10))
    page = Page(
        render_html(
            replace(a_result(), issues=issues),
            stills={issue.id: image for issue in issues},
            filmstrip=[(float(n), image) for n in range(9)],
        )
    )
    assert len(page.all("img")) == STILL_BYTES // len(image)
    assert 1 <= len(page.data("view")["film"]) <= FILM_BYTES // len(image)


@pytest.mark.parametrize(
    ("path", "source"),
    [("clip.mp4", "./clip.mp4"), ("sub\\a b#1.mp4", "./sub/a%20b%231.mp4"), ("../a?b.mp4", "./../a%3Fb.mp4")],
)
def test_a_video_is_taken_from_beside_the_report(path: str, source: str) -> None:
    page = Page(render_html(a_result(), stills={}, video=path))
    assert page.all("video")[0]["src"] == source


@pytest.mark.parametrize(
    "path", ["/etc/x.mp4", "//host/x.mp4", "https://host/x.mp4", "javascript:alert(1)", "\\\\host\\x"]
)
def test_a_video_from_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match="beside the report"):
        render_html(a_result(), stills={}, video=path)


def test_the_causes_lead_from_five_down_to_the_score() -> None:
    result = a_result()
    steps = page_context(result, stills={})["steps"]
    assert [step.title for step in steps][-1] == "Unexplained"
    assert steps[0].start + steps[0].width == pytest.approx(1000)
    for upper, lower in pairwise(steps):
        assert lower.start + lower.width == pytest.approx(upper.start, abs=0.2)
    assert result.score is not None
    assert steps[-1].start == pytest.approx(1000 * (result.score.mos - 1) / 4, abs=0.2)


def test_a_gain_goes_up_again() -> None:
    steps = page_context(replace(a_result(), factors={"blur": 2.0, "unexplained": -0.5}), stills={})["steps"]
    assert [(step.start, step.width, step.lost) for step in steps] == [(500.0, 500.0, "−2.00"), (500.0, 125.0, "+0.50")]


def test_what_could_not_be_scored_says_why() -> None:
    result = Result(
        subject={"kind": "recording", "path": "a.mp4"}, score=None, skipped=(Skipped("vmos", "no picture"),)
    )
    page = render_html(result, stills={})
    assert "Not scored" in page
    assert "no picture" in page


def test_a_score_without_ground_or_full_measure_is_flagged() -> None:
    shaky = replace(a_score(2.9), grounded=False, measured_share=0.5)
    page = render_html(replace(a_result(), score=shaky), stills={})
    assert "Not grounded" in page
    assert "50.0 %" in page
    assert "Not grounded" not in render_html(a_result(), stills={})


def test_every_viewer_module_is_inlined_in_the_order_of_its_imports() -> None:
    folder = files("beholder.reports").joinpath("static", "viewer")
    assert {one.name for one in folder.iterdir() if one.name.endswith(".js")} == {f"{name}.js" for name in MODULES}
    names: list[str] = []
    for position, module in enumerate(MODULES):
        source = folder.joinpath(f"{module}.js").read_text(encoding="utf-8")
        imports = re.findall(r'^import \{[^}]+\} from "\./(\w+)\.js";$', source, flags=re.MULTILINE)
        assert len(imports) == len(re.findall(r"^import", source, flags=re.MULTILINE))
        assert all(MODULES.index(one) != position for one in imports)
        assert "</script" not in source.lower()
        names += re.findall(r"^(?:export )?(?:const|let|function) (\w+)", source, flags=re.MULTILINE)
    assert len(names) == len(set(names)), "two modules use one name at top level, but are joined into one script"


def test_the_licence_of_the_chart_library_is_kept() -> None:
    vendor = files("beholder.reports").joinpath("static", "vendor", "uplot-1.6.32")
    assert "MIT License" in vendor.joinpath("LICENSE").read_text(encoding="utf-8")
    assert "v1.6.32" in vendor.joinpath("uPlot.iife.min.js").read_text(encoding="utf-8")[:80]


def test_a_unit_in_the_name_is_shown_where_the_series_has_none() -> None:
    rtt = replace(timeline(4)["motion"], name="kpi_rtt_ms", unit="")
    view = Page(render_html(replace(a_result(), series={"kpi_rtt_ms": rtt}), stills={})).data("view")
    assert (view["titles"], view["units"]) == ({"kpi_rtt_ms": "RTT"}, {"kpi_rtt_ms": "ms"})
    issue = replace(a_result().issues[0], kpis=(Kpi("throughput_kbps", 238.0, 2391.0),))
    card = page_context(replace(a_result(), issues=(issue,)), stills={})["cards"][0]
    assert card.kpis == (("Throughput", "238 kbit/s", "2,391 kbit/s"),)


def test_a_result_of_series_alone_still_renders() -> None:
    bare = Result(subject={"kind": "recording"}, score=None, series={"motion": timeline(4)["motion"]})
    assert Page(render_html(bare, stills={})).data("view")["titles"] == {"motion": "Motion"}
