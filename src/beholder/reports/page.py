"""What self-contained pages share: inlined files, safe JSON, and the policy that forbids the rest."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2

__all__ = ["content_policy", "inline_json", "page_template", "static_text"]


@cache
def static_text(name: str) -> str:
    """Read a file of ``static/``."""
    return files("beholder.reports").joinpath("static", *name.split("/")).read_text(encoding="utf-8")


def inline_json(value: Any) -> str:
    r"""Write JSON that cannot end its script element, whatever strings it holds.

    Examples
    --------
    >>> print(inline_json("</script>"))
    "\u003c/script\u003e"
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def content_policy(*, styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Give the content security policy: nothing but the inlined blocks, by hash, and data images."""
    return (
        f"default-src 'none'; img-src data:; style-src {_hashes(styles)}; script-src {_hashes(scripts)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hashes(blocks: Sequence[str]) -> str:
    digests = (hashlib.sha256(block.encode()).digest() for block in blocks)
    return " ".join(f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests)


@cache
def page_template(name: str) -> jinja2.Template:
    """Load a template of ``templates/``; everything is escaped."""
    import jinja2  # noqa: PLC0415  0.1 s that nothing else needs

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("beholder.reports", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
