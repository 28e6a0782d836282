"""Bare matrices without a header: the demo CSVs of P.910 and BT.500 (a line of commas parts repetitions), ZREC."""

from __future__ import annotations

import numpy as np
import polars as pl

from beholder.errors import TableError
from beholder.ratings.read.parts import Draft, Sheet, Wishes
from beholder.ratings.read.scores import looks_numeric, parse_scores
from beholder.ratings.read.wide import rows_are
from beholder.ratings.votes import Values

__all__ = ["drafts", "fits"]


def fits(sheet: Sheet, wishes: Wishes) -> bool:
    """Tell whether a sheet is nothing but numbers."""
    return not sheet.header and not wishes.columns and all(looks_numeric(column) for column in sheet.frame.head(1000))


def drafts(sheet: Sheet, wishes: Wishes) -> list[Draft]:
    """Take the votes of a matrix; rows of empty cells part it into blocks, one per repetition."""
    said = [*sheet.assumed, "there is no header: every cell is a vote"]
    blocks, lines = _blocks(sheet, said)
    rows, how = (
        (wishes.orientation, f"rows are {wishes.orientation}, as asked") if wishes.orientation else rows_are(blocks[0])
    )
    said += [how, "stimuli and raters have no names and are counted from 1"]
    parts = []
    for repetition, (block, line) in enumerate(zip(blocks, lines, strict=True)):
        down, across = (index.ravel() for index in np.indices(block.shape))
        stimulus, rater = (down, across) if rows == "stimuli" else (across, down)
        parts.append(
            pl.DataFrame(
                {
                    "stimulus": pl.Series(stimulus + 1).cast(pl.String),
                    "rater": pl.Series(rater + 1).cast(pl.String),
                    "line": pl.Series(line[down], dtype=pl.UInt32),
                    "score": pl.Series(block.ravel(), nan_to_null=True),
                    "repetition": pl.Series(np.full(block.size, repetition)),
                }
            )
        )
    return [Draft(sheet.where, pl.concat(parts), assumed=tuple(said))]


def _blocks(sheet: Sheet, said: list[str]) -> tuple[list[Values], list[np.ndarray[tuple[int], np.dtype[np.int64]]]]:
    frame = sheet.frame
    line = np.arange(len(frame), dtype=np.int64) + sheet.first
    empty = frame.select(pl.all_horizontal(pl.all().is_null())).to_series().to_numpy()
    columns: list[Values] = []
    for name in frame.columns:
        cells = pl.DataFrame({"score": frame[name], "line": line})
        parsed, how = parse_scores(sheet.where, cells)
        said += [one for one in how if one.startswith("votes are written")][: not columns]
        columns.append(parsed["score"].fill_null(float("nan")).to_numpy())
    matrix = np.column_stack(columns)
    cuts = np.flatnonzero(empty)
    if not len(cuts):
        return [matrix], [line]
    blocks, lines = np.split(matrix, cuts), np.split(line, cuts)
    blocks = [blocks[0], *(block[1:] for block in blocks[1:])]
    lines = [lines[0], *(part[1:] for part in lines[1:])]
    if len({block.shape for block in blocks}) > 1:
        sizes = ", ".join(str(len(block)) for block in blocks)
        what = f"empty rows part it into blocks of {sizes} rows"
        raise TableError(sheet.where, what, "give every repetition the same rows, or write nan where nobody voted")
    said.append(f"{len(blocks)} blocks, parted by empty rows, are repetitions")
    return blocks, lines
