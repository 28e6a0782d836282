"""Tables and notes on the terminal, and results as JSON, for the verbs that compare and plan."""

from __future__ import annotations

import json as library
import math
import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beholder.cli.talk import write
from beholder.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["figure", "hand_out", "interval", "p_text", "plain", "roles", "show_table", "tell"]

DIGITS = 9  # significant digits in JSON, as in the other envelopes
LEAST_P = 0.001


def plain(value: Any) -> Any:
    """Turn dataclasses and arrays into dicts and lists; a number that is not known becomes None."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None
    return value


def hand_out(schema: str, content: dict[str, Any], to: str) -> None:
    """Write a result as JSON to a file, or to stdout for ``-``."""
    text = library.dumps({"schema": schema, **plain(content)}, indent=1, ensure_ascii=False) + "\n"
    if to == "-":
        sys.stdout.write(text)
    else:
        write(Path(to), text)


def roles(given: Iterable[str]) -> dict[str, str]:
    """Read the options ``--column role=name``."""
    found = {}
    for text in given:
        role, equals, name = text.partition("=")
        if not (equals and role and name):
            raise UsageError("--column", f"{text!r} is not role=name", "write condition=HRC, source=SRC, rater=Who")
        found[role] = name
    return found


def tell(console: Console, text: str, style: str = "") -> None:
    """Print a line; control characters of names become a mark, so that they cannot steer the terminal."""
    from rich.text import Text

    console.print(Text(_clean(text), style=style), highlight=False)


def show_table(console: Console, heads: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1) -> None:
    """Print a table; the first `left` columns are names, the others are figures and never cut."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    for place, head in enumerate(heads):
        name = place < left
        table.add_column(
            head, justify="left" if name else "right", no_wrap=not name, overflow="fold" if name else "ellipsis"
        )
    for row in rows:
        table.add_row(*(Text(_clean(cell)) for cell in row))
    console.print(table, highlight=False)
    console.print()


def figure(value: float, digits: int = 2) -> str:
    """Write a number, or a dash when it is not known."""
    return f"{value:.{digits}f}" if math.isfinite(value) else "-"


def interval(ends: Sequence[float], digits: int = 2) -> str:
    """Write the ends of an interval."""
    low, high = ends
    return f"{low:.{digits}f} to {high:.{digits}f}" if math.isfinite(low) and math.isfinite(high) else "-"


def p_text(value: float) -> str:
    """Write a p-value."""
    if not math.isfinite(value):
        return "-"
    return f"< {LEAST_P}" if value < LEAST_P else f"{value:.3f}"


def _clean(text: str) -> str:
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)
