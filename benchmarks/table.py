"""The rows that every benchmark gives, how they are printed and how they are compared with the committed ones.

A benchmark module has one function, ``run(*, quick: bool) -> list[Row]``, and prints its own rows when run alone::

    if __name__ == "__main__":
        main(run)
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

__all__ = ["Row", "drift", "load", "main", "show", "store"]


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure.

    Attributes
    ----------
    table : str
        The table that it belongs to; rows of one table are printed together.
    what : str
        What was measured, with the condition; unique in its table.
    measured : float or str
        The figure, unrounded; text where a figure is not enough.
    bar : str
        What is asked for (``">= .95"``); empty when nothing is.
    passed : bool or None
        Whether the bar is met; None when there is no bar.
    better : {"higher", "lower", "neither"}
        Which way is good.
    slack : float or None
        How far the figure may move the wrong way (either way for ``neither``) from the committed one before
        `benchmarks.all` complains; None keeps it out of the comparison, as do figures in text.
    """

    table: str
    what: str
    measured: float | str
    bar: str = ""
    passed: bool | None = None
    better: Literal["higher", "lower", "neither"] = "neither"
    slack: float | None = None


def show(rows: Iterable[Row]) -> str:
    """Give the rows as Markdown tables, in the order of their first row.

    Examples
    --------
    >>> print(show([Row("Freeze", "recall", 0.985, ">= .98", True)]))
    ### Freeze
    <BLANKLINE>
    | what | measured | asked for | met |
    |---|---|---|---|
    | recall | 0.985 | >= .98 | yes |
    """
    tables: dict[str, list[Row]] = {}
    for row in rows:
        tables.setdefault(row.table, []).append(row)
    parts = []
    for name, group in tables.items():
        lines = [f"### {name}", "", "| what | measured | asked for | met |", "|---|---|---|---|"]
        lines += [f"| {r.what} | {_figure(r.measured)} | {r.bar} | {_met(passed=r.passed)} |" for r in group]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def drift(rows: Iterable[Row], committed: Iterable[Row]) -> list[str]:
    """Say which figures got worse than their committed values by more than the committed slack, and which are gone."""
    now = {(row.table, row.what): row.measured for row in rows}
    found = []
    for old in committed:
        if old.slack is None or isinstance(old.measured, str):
            continue
        new = now.get((old.table, old.what))
        where = f"{old.table}: {old.what}"
        if new is None:
            found.append(f"{where}: was {_figure(old.measured)}, is not measured any more")
        elif isinstance(new, str):
            found.append(f"{where}: was {_figure(old.measured)}, is now {new}")
        elif not _worse(new, old) <= old.slack:  # NaN is worse
            found.append(f"{where}: was {_figure(old.measured)}, is {_figure(new)} (slack {old.slack:g})")
    return found


def load(path: Path) -> list[Row]:
    """Read a committed table; no rows when there is none."""
    if not path.exists():
        return []
    return [Row(**row) for row in json.loads(path.read_text("utf-8"))]


def store(path: Path, rows: Sequence[Row]) -> None:
    """Write a table to be committed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", "utf-8")


def main(run: Callable[..., list[Row]]) -> None:
    """Run one benchmark from the command line; exit 1 when a bar is not met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="fewer cases")
    rows = run(quick=parser.parse_args().quick)
    print(show(rows))
    sys.exit(any(row.passed is False for row in rows))


def _worse(new: float, old: Row) -> float:
    step = new - float(old.measured)
    return {"higher": -step, "lower": step, "neither": abs(step)}[old.better]


def _figure(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def _met(*, passed: bool | None) -> str:
    return "" if passed is None else "yes" if passed else "**no**"
