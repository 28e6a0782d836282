"""The documentation is complete, and its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

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
