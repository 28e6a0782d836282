"""The documentation is complete, and its links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from beholder.cli.app import app
from beholder.events.registry import detectors
from beholder.plugins import registered

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def page_id(path: Path) -> str:
    return str(path.relative_to(ROOT))


def anchors(path: Path) -> set[str]:
    """Anchors of the headings, as GitHub and MkDocs make them."""
    heads = re.findall(r"^#+ +(.+)$", CODE.sub("", path.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_lead_somewhere(page: Path):
    broken = []
    for groups in LINK.findall(CODE.sub("", page.read_text("utf-8"))):
        target, _, anchor = "".join(groups).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            broken.append("".join(groups))
    assert not broken


def test_every_page_is_in_the_navigation():
    listed = set(re.findall(r":\s*([\w/-]+\.md)\s*$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.MULTILINE))
    assert listed == {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}


def test_every_kind_of_issue_is_documented():
    stated = re.findall(r"^\| `([a-z_]+)` \|", (ROOT / "docs/reference/issues.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(stated) == sorted(kind for detector in detectors() for kind in detector.kinds)


def test_every_model_is_documented():
    cards = (ROOT / "docs/explain/accuracy.md").read_text("utf-8")
    assert all(f"`{name}`" in cards for name in registered("beholder.models"))


def _verbs(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every verb with its full name, those of groups too."""
    verbs = getattr(command, "commands", {})
    for verb, part in verbs.items():
        yield from _verbs(part, f"{name} {verb}")
    if not verbs:
        yield name, command


VERBS = dict(_verbs(typer.main.get_command(app), "beholder"))


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_and_option_is_documented(name: str):
    sections = (ROOT / "docs/reference/cli.md").read_text("utf-8").split("\n## ")
    section = next((text for text in sections if f"`{name}`\n" in text), None)
    assert section, "generate the page again: make docs"
    assert all(f"`{option}" in section for p in VERBS[name].params for option in p.opts if option.startswith("--"))


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_has_help_with_an_example(name: str):
    assert f"Example: {name}" in (VERBS[name].help or "")


def test_examples_in_the_docs_use_verbs_and_options_that_exist():
    unknown = []
    for page in PAGES:
        for line in re.findall(r"^(?:\.venv/bin/)?(beholder [a-z].*)$", page.read_text("utf-8"), re.MULTILINE):
            found = max((name for name in VERBS if line.startswith(f"{name} ")), key=len, default=None)
            known = {option for p in VERBS[found].params for option in p.opts} if found else set()
            if not found or not set(re.findall(r" (--[a-z-]+)", line)) <= known:
                unknown.append(f"{page_id(page)}: {line}")
    assert not unknown
