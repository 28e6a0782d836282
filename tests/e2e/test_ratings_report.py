"""The ratings report in a real browser: both widths, both themes, keyboard, no request, no fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from beholder.ratings import Ratings, analyse
from beholder.reports.ratings import render_ratings

HOSTILE = "</script><img src=x onerror=alert(1)>.mp4"


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rng = np.random.default_rng(7)
    votes = np.clip(np.round(np.linspace(1.2, 4.8, 30)[:, None] + rng.normal(0, 0.5, (30, 18))), 1, 5)
    votes[:, -1] = rng.integers(1, 6, 30)
    votes[2, 3] = np.nan
    ratings = Ratings.from_matrix(votes, stimuli=[HOSTILE, *(f"a_long_name_of_clip_{n}.mp4" for n in range(1, 30))])
    ratings = replace(ratings, order=rng.permutation(len(ratings)).astype(float), about_raters={"age": ("30",) * 18})
    second = replace(ratings, question="BAK", order=None)
    path = tmp_path_factory.mktemp("ratings") / "report.html"
    path.write_text(render_ratings([*analyse(ratings), *analyse(second, method="bt500")]), "utf-8")
    return path


@pytest.fixture
def troubles() -> list[str]:
    return []


def opened(
    browser: Browser, report: Path, troubles: list[str], *, width: int = 1280, **options: object
) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce", **options)
    page.on("console", lambda message: troubles.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("dialog", lambda dialog: troubles.append(dialog.message))
    page.on(
        "request", lambda request: None if request.url.startswith(("file:", "data:")) else troubles.append(request.url)
    )
    page.goto(report.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    yield page
    page.close()
    assert troubles == []


@pytest.fixture
def page(browser: Browser, report: Path, troubles: list[str]) -> Iterator[Page]:
    yield from opened(browser, report, troubles)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_in_both_widths_and_themes(
    browser: Browser, report: Path, troubles: list[str], scheme: str, width: int
) -> None:
    for page in opened(browser, report, troubles, width=width, color_scheme=scheme):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 21, 25)"
        assert dark == (scheme == "dark")
        page.click("#theme")
        page.click("#theme")
        assert page.inner_text("#theme-name") == "dark"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(19, 21, 25)"


def test_the_heat_map_tells_votes_to_mouse_and_keyboard(page: Page) -> None:
    line = page.locator("[data-readout=q0]")
    page.locator("[data-heat=q0]").focus()
    page.keyboard.press("ArrowRight")
    assert "on a_long_name_of_clip_" in line.inner_text()
    first = line.inner_text()
    page.keyboard.press("ArrowDown")
    assert line.inner_text() != first
    box = page.locator("[data-heat=q0] img").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + box["height"] - 3)
    assert line.inner_text().startswith("18 on ")
    assert page.locator("[data-heat=q0] .cross").is_visible()
    page.mouse.move(5, 5)
    assert not page.locator("[data-heat=q0] .cross").is_visible()


def test_the_table_can_be_filtered(page: Page) -> None:
    page.fill("[data-filter=table-q0]", "clip_2")
    shown = page.locator("#table-q0 tbody tr:visible")
    assert shown.count() == 11
    page.fill("[data-filter=table-q0]", "onerror")
    assert shown.count() == 1


def test_questions_are_reached_by_keyboard(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the scores"
    page.click("nav.questions a >> text=BAK")
    assert page.evaluate("location.hash") == "#q1"
    assert page.locator("#decided-q1").is_visible()
    assert "does not tell in which order" in page.inner_text("#q1")


def test_without_scripts_everything_is_there(browser: Browser, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("#table-q0 tbody tr").count() == 30
    assert page.locator("#q0 .card.rater").count() == 18
    assert not page.locator("[data-filter=table-q0]").is_visible()
    context.close()


def test_paper_gets_the_whole_tables(page: Page) -> None:
    page.emulate_media(media="print")
    assert not page.locator("#theme").is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.tall')).maxHeight") == "none"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(browser: Browser, report: Path, troubles: list[str], root: Path, scheme: str) -> None:
    axe = root / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("axe-core is not there: npm install --no-save axe-core@4.14.1")
    for page in opened(browser, report, troubles, color_scheme=scheme):
        page.evaluate(axe.read_text(encoding="utf-8") + ";0")
        assert [(fault["id"], fault["help"]) for fault in page.evaluate("axe.run()")["violations"]] == []
