"""The HTML report in a real browser: it draws, answers mouse and keys, asks nobody for anything."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sample_result import HOSTILE, a_jpeg, a_result

from beholder.reports import render_html


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report whose video is a real one beside it."""
    folder = tmp_path_factory.mktemp("report")
    with av.open(str(folder / "a clip.webm"), "w") as container:
        stream = container.add_stream("libvpx", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(5 * 64):
            picture = np.full((48, 64, 3), number % 256, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    result = a_result()
    film = [(float(t), a_jpeg(str(t), width=96, height=54)) for t in range(0, 64, 4)]
    page = render_html(result, stills={"freeze-1": a_jpeg("freeze")}, filmstrip=film, video="a clip.webm")
    (folder / "report.html").write_text(page, encoding="utf-8")
    return folder / "report.html"


@pytest.fixture
def troubles() -> list[str]:
    return []


@pytest.fixture
def page(browser: Browser, report: Path, troubles: list[str]) -> Iterator[Page]:
    yield from opened(browser, report, troubles)


def opened(browser: Browser, report: Path, troubles: list[str], **options: object) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce", **options)
    page.on("console", lambda message: troubles.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request",
        lambda request: (
            troubles.append(request.url) if not request.url.startswith(("file:", "data:", "blob:")) else None
        ),
    )
    page.goto(report.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    yield page
    page.close()
    assert troubles == []


def until(page: Page, expression: str, *, seconds: float = 10.0) -> None:
    """Wait until an expression holds. (The browser's own polling needs eval, which the page's policy forbids.)"""
    deadline = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"{expression} did not become true; the page is at {page.url}"
        page.wait_for_timeout(25)


def link(page: Page, expected: str) -> dict[str, str]:
    """Wait until the permalink matches a pattern (it follows the page by a quarter of a second), and read it."""
    until(page, f"/{expected}/.test(location.hash)")
    return dict(part.split("=") for part in page.evaluate("location.hash.slice(1)").split("&") if part)


def inked(page: Page, selector: str) -> int:
    """How many distinct colours a canvas shows."""
    return page.evaluate(
        """(selector) => {
          const canvas = document.querySelector(selector);
          const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
          return new Set(new Uint32Array(data.buffer)).size;
        }""",
        selector,
    )


def test_every_track_is_drawn_and_named(page: Page) -> None:
    figures = page.locator("figure.track")
    assert figures.locator(".track-name").all_inner_texts() == [
        "MOS", "Sub-scores", "MOS lost, by cause", "Throughput", "Motion", "Sharpness",
    ]  # fmt: skip
    for label in [figure.get_attribute("aria-label") for figure in figures.all()]:
        assert "lowest" in label
        assert "1:04.0" in label
    assert inked(page, ".track-score canvas") > 50
    assert inked(page, "#overview canvas") > 20


def test_a_card_zooms_to_its_issue_and_tells_it(page: Page) -> None:
    page.click(".card[data-issue=blur-1] .card-button")
    seen = link(page, "i=")
    assert (seen["i"], float(seen["t"])) == ("blur-1", 18.2)
    start, end = map(float, seen["z"].split(","))
    assert start < 18.2
    assert end > 26.8
    assert page.locator(".card[data-issue=blur-1] .card-button").get_attribute("aria-pressed") == "true"
    until(page, "document.getElementById('live').textContent.includes('issue 2, Blurred picture')")


def test_click_drag_and_double_click(page: Page) -> None:
    over = page.locator(".track-score .u-over")
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 40)
    assert float(link(page, "t=3")["t"]) == pytest.approx(32, abs=0.2)
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 50, steps=4)
    page.mouse.up()
    start, end = map(float, link(page, "z=")["z"].split(","))
    assert (start, end) == (pytest.approx(16, abs=0.3), pytest.approx(32, abs=0.3))
    page.mouse.dblclick(box["x"] + 60, box["y"] + 40)
    link(page, "^#t=[0-9.]+$")


def test_keys_move_zoom_and_walk_the_issues(page: Page) -> None:
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    link(page, "^#t=11.00$")
    until(page, "document.getElementById('live').textContent.startsWith('0:11.0')")
    page.keyboard.press("+")
    start, end = map(float, link(page, "z=")["z"].split(","))
    assert end - start == pytest.approx(32, abs=0.1)
    page.keyboard.press("0")
    link(page, "^#t=11.00$")
    for issue in ("blur-1", "freeze-1", "stutter-1", "slow_start-1"):
        page.keyboard.press("n")
        link(page, f"i={issue}$")
    page.keyboard.press("p")
    link(page, "i=stutter-1$")
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()


def test_the_wheel_scrolls_the_page_and_zooms_with_control(page: Page) -> None:
    page.locator(".track-score .u-over").hover()
    page.mouse.wheel(0, 60)
    until(page, "scrollY > 0")
    page.locator(".track-score .u-over").hover()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    start, end = map(float, link(page, "z=")["z"].split(","))
    assert end - start == pytest.approx(51.2, abs=0.1), "one step, so the plain wheel did not zoom"


def test_the_video_follows_the_playhead(page: Page) -> None:
    until(page, "document.getElementById('video').readyState >= 1")
    page.click(".card[data-issue=freeze-1] .card-button")
    until(page, "Math.abs(document.getElementById('video').currentTime - 34) < 0.05")
    page.evaluate("document.getElementById('video').currentTime = 50")
    until(page, "document.getElementById('readout').textContent.startsWith('0:50.0')")


def test_a_missing_video_is_said_and_changes_nothing_else(
    browser: Browser, tmp_path: Path, troubles: list[str]
) -> None:
    (tmp_path / "report.html").write_text(render_html(a_result(), stills={}, video="gone.mp4"), encoding="utf-8")
    pages = opened(browser, tmp_path / "report.html", troubles)
    page = next(pages)
    page.wait_for_selector("#video-note", state="visible")
    assert not page.locator("#video").is_visible()
    page.keyboard.press("n")
    link(page, "i=slow_start-1$")
    troubles[:] = [one for one in troubles if "ERR_FILE_NOT_FOUND" not in one]
    next(pages, None)


def test_each_chart_can_be_read_as_a_table(page: Page) -> None:
    summary = page.locator(".track-score .as-table summary")
    assert summary.text_content() == "Show as table: MOS"
    summary.click()
    rows = page.locator(".track-score .as-table tbody tr")
    expect(rows).to_have_count(64)
    assert rows.nth(5).locator("td").nth(1).inner_text() == "–"


def test_the_json_is_downloaded_as_it_is_inlined(page: Page) -> None:
    with page.expect_download() as download:
        page.click("#download")
    saved = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert saved["schema"] == "beholder.result/1"
    assert [issue["id"] for issue in saved["issues"]] == [issue.id for issue in a_result().issues]


def test_a_permalink_restores_the_view(browser: Browser, report: Path, troubles: list[str]) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{report.as_uri()}#t=20.00&z=15.00,30.00&i=blur-1")
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.locator(".card.chosen").get_attribute("data-issue") == "blur-1"
    assert page.inner_text("#readout").startswith("0:20.0")
    assert link(page, "i=") == {"t": "20.00", "z": "15.00,30.00", "i": "blur-1"}
    page.close()
    assert troubles == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_both_themes(browser: Browser, report: Path, troubles: list[str], scheme: str) -> None:
    pages = opened(browser, report, troubles, color_scheme=scheme)
    page = next(pages)
    page.set_viewport_size({"width": 390, "height": 844})
    until(page, "document.documentElement.scrollWidth <= 390")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 21, 25)"
    assert dark == (scheme == "dark")
    page.click("#theme")
    page.click("#theme")
    assert page.inner_text("#theme-name") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 21, 25)"
    next(pages, None)


def test_paper_gets_every_card_and_no_controls(page: Page) -> None:
    page.emulate_media(media="print")
    assert not page.locator(".toolbar").is_visible()
    assert not page.locator("#download").is_visible()
    for card in page.locator(".card").all():
        assert card.is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.issues')).maxHeight") == "none"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(browser: Browser, report: Path, troubles: list[str], root: Path, scheme: str) -> None:
    axe = root / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not there: npm install --no-save axe-core@4.14.1")
    pages = opened(browser, report, troubles, color_scheme=scheme)
    page = next(pages)
    page.evaluate(axe.read_text(encoding="utf-8") + ";0")
    assert [(fault["id"], fault["help"]) for fault in page.evaluate("axe.run()")["violations"]] == []
    next(pages, None)


def test_without_scripts_the_words_are_all_there(browser: Browser, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator(".card").count() == 4
    assert page.locator("noscript").count() == 1
    assert page.locator(".part-when .js-off").is_visible()
    assert not page.locator(".toolbar").is_visible()
    context.close()


def test_a_hostile_name_runs_nothing(browser: Browser, tmp_path: Path, troubles: list[str]) -> None:
    (tmp_path / "report.html").write_text(render_html(a_result(path=HOSTILE), stills={}), encoding="utf-8")
    pages = opened(browser, tmp_path / "report.html", troubles)
    page = next(pages)
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    assert "onerror=alert(1)" in page.inner_text("h1")
    assert page.locator("figure.track").count() == 6
    next(pages, None)
