"""The report of an evaluation in a real browser: hover and keys name the stimulus; themes, phone, no request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from beholder.ratings.evaluate import Predictions, Truth, evaluate_models
from beholder.reports.evaluation import render_evaluation


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(2)
    mos = np.linspace(1.2, 4.8, 30)
    width = np.full(30, 0.4)
    names = tuple(f"clip {k}" for k in range(30))
    said = np.array([mos + random.normal(0, 0.2, 30), mos + random.normal(0, 0.3, 30)])
    said[0, 12] += 1.5
    truth = Truth(names, mos, width, width / 1.96, np.full(30, 20.0))
    path = tmp_path_factory.mktemp("evaluation") / "report.html"
    path.write_text(render_evaluation(evaluate_models(truth, Predictions(("one", "two"), names, said))), "utf-8")
    return path


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    troubles: list[str] = []
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.on("console", lambda message: troubles.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: troubles.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(report.as_uri())
    page.wait_for_selector("html[data-ready]", state="attached")
    yield page
    page.close()
    assert troubles == []


def test_keys_name_the_largest_error_first(page: Page):
    chart = page.locator('svg.scatter[data-model="0"]')
    chart.focus()
    page.keyboard.press("ArrowRight")
    first = page.locator('.model:has(svg[data-model="0"]) .told').inner_text()
    assert first.startswith("clip 12: MOS 2.69 ± 0.40, one ")
    assert first.endswith("outlier")
    page.keyboard.press("ArrowRight")
    assert page.locator('.model:has(svg[data-model="0"]) .told').inner_text() != first
    page.keyboard.press("Escape")
    assert page.locator('svg.scatter[data-model="0"] .ring[hidden]').count() == 1


def test_the_pointer_names_the_nearest_and_marks_it_in_both_charts(page: Page):
    chart = page.locator('svg.scatter[data-model="1"]')
    chart.scroll_into_view_if_needed()
    place = page.evaluate(
        """() => { const svg = document.querySelector('svg.scatter[data-model="1"]');
        const [x, y] = places(svg)[5], box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal;
        return [box.left + x / view.width * box.width, box.top + y / view.height * box.height]; }"""
    )
    page.mouse.move(*place)
    assert page.locator('.model:has(svg[data-model="1"]) .told').inner_text().startswith("clip 5: ")
    assert page.locator('.model:has(svg[data-model="1"]) .ring:not([hidden])').count() == 2


def test_themes_go_round(page: Page):
    seen = []
    for _ in range(3):
        page.click("#theme")
        seen.append(page.evaluate("document.documentElement.dataset.theme ?? 'auto'"))
    assert seen == ["light", "dark", "auto"]


def test_a_phone_does_not_scroll_sideways(browser: Browser, report: Path):
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_it_reads_without_javascript(browser: Browser, report: Path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("svg.scatter .outliers").first.get_attribute("d")
    assert page.locator("#download").is_hidden()
    model = page.locator('.model:has(svg[data-model="0"])')
    model.locator("summary", has_text="outlier").click()
    assert model.locator("th", has_text="clip 12").is_visible()
    context.close()
