"""Tables as files: delimited text, Parquet, Arrow and Excel; and data frames of Polars and pandas."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from beholder.errors import MissingExtra, TableError
from beholder.ratings.read.parts import Draft, Sheet
from beholder.ratings.read.scores import is_number

if TYPE_CHECKING:
    import narwhals as nw

__all__ = ["from_frame", "load_columns", "load_excel", "load_text", "sniff_columns", "sniff_excel", "sniff_text"]

DELIMITERS = "\t;,|"
"""The likelier first: a comma may also be a decimal sign."""
LINES = 50  # of the start of a file that tell its delimiter
CONSECUTIVE = 6  # a first row of at least as many numbers in turn (0, 1, 2 ...) is a header of raters
HEAD = 65_536  # bytes
COLUMN_FILES = {".parquet", ".pq", ".arrow", ".feather", ".ipc"}
EXCEL_FILES = {".xlsx", ".xls", ".xlsb", ".xlsm", ".ods"}


def sniff_columns(path: Path, head: bytes) -> bool:
    """Tell whether a file is Parquet or Arrow."""
    return head.startswith((b"PAR1", b"ARROW1")) or path.suffix.lower() in COLUMN_FILES


def load_columns(path: Path) -> list[Sheet | Draft]:
    """Read a Parquet or Arrow file.

    Raises
    ------
    TableError
        When it is damaged.
    """
    try:
        with path.open("rb") as file:
            parquet = file.read(4) == b"PAR1"
        frame = pl.read_parquet(path) if parquet else pl.read_ipc(path)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        raise TableError(path, "it is no Parquet or Arrow table", "write it again, or give CSV") from error
    return [Sheet(path.name, frame, first=1)]


def sniff_excel(path: Path, _: bytes) -> bool:
    """Tell whether a file is a workbook."""
    return path.suffix.lower() in EXCEL_FILES


def load_excel(path: Path) -> list[Sheet | Draft]:
    """Read the worksheets of a workbook.

    Raises
    ------
    MissingExtra
        When the reader is not installed.
    TableError
        When it is no workbook or all worksheets are empty.
    """
    if importlib.util.find_spec("fastexcel") is None:
        raise MissingExtra(path, "reading Excel needs fastexcel", "pip install 'beholder[excel]'")
    import fastexcel  # noqa: PLC0415 - an extra

    sheets: list[Sheet | Draft] = []
    try:
        book = fastexcel.read_excel(str(path))
        for name in book.sheet_names:
            frame = book.load_sheet(name, header_row=None, dtypes="string").to_polars()
            if not frame.is_empty():
                sheets.append(_headed(path.name, frame, question=name, said=[f"the worksheet {name!r} was read"]))
    except fastexcel.FastExcelError as error:
        raise TableError(path, "it is no workbook", "save it again from the spreadsheet, or give CSV") from error
    if not sheets:
        raise TableError(path, "all of its worksheets are empty", "give a table with at least one vote")
    if len(sheets) == 1 and isinstance(sheets[0], Sheet):
        only = sheets[0]
        return [Sheet(only.where, only.frame, only.header, only.first, assumed=only.assumed)]
    return sheets


def sniff_text(_: Path, head: bytes) -> bool:
    """Tell whether a file may be delimited text: it holds no zero bytes, unless it is UTF-16."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in head


def load_text(path: Path) -> list[Sheet | Draft]:
    """Read delimited text.

    Raises
    ------
    TableError
        When its lines do not form a table.
    """
    said: list[str] = []
    with path.open("rb") as file:
        head = file.read(HEAD)
    content: Path | bytes = path
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = _recoded(path, "utf-16", said)
        head = content[:HEAD]
    text = head.decode("utf-8-sig", errors="replace")
    skip, delimiter = _delimiter(text)
    try:
        frame = _cells_or_none(content, skip, delimiter)
        if frame is None:
            frame = _cells(_recoded(path, "cp1252", said), skip, delimiter)
    except pl.exceptions.PolarsError as error:
        raise _ragged(path, skip, delimiter) from error
    if delimiter != ",":
        said.append(f"columns are parted by {'tabs' if delimiter == chr(9) else delimiter!r}")
    return [_headed(path.name, frame, said=said, first=skip + 1)]


def _cells(content: Path | bytes, skip: int, delimiter: str) -> pl.DataFrame:
    return pl.read_csv(
        content, has_header=False, separator=delimiter, infer_schema=False, skip_rows=skip, raise_if_empty=False
    )


def _cells_or_none(content: Path | bytes, skip: int, delimiter: str) -> pl.DataFrame | None:
    """Read the cells; None when the text is not UTF-8."""
    try:
        return _cells(content, skip, delimiter)
    except pl.exceptions.ComputeError as error:
        if "utf-8" not in str(error) and "utf8" not in str(error):
            raise
        return None


def _recoded(path: Path, encoding: str, said: list[str]) -> bytes:
    """Give text in another encoding as UTF-8."""
    said.append("the text is UTF-16" if encoding == "utf-16" else "the text is not UTF-8 and is taken as Windows-1252")
    return path.read_bytes().decode(encoding, errors="replace").encode()


def _delimiter(text: str) -> tuple[int, str]:
    """Find how many lines stand before the table, and what parts its columns."""
    lines = text.splitlines()[:LINES]
    declared = re.match(r"^sep=(.)$", lines[0].strip('"')) if lines else None
    if declared:
        return 1, declared.group(1)
    skip = 0
    while skip < len(lines) - 1 and lines[skip].startswith("#") and not any(one in lines[skip] for one in DELIMITERS):
        skip += 1
    full = [line for line in lines[skip:-1] or lines[skip:] if line.strip()]
    steady = [one for one in DELIMITERS if full and min(_fields(line, one) for line in full) > 1 and _same(full, one)]
    if steady:
        return skip, steady[0]
    return skip, max(",;\t|", key=full[0].count) if full else ","


def _fields(line: str, delimiter: str) -> int:
    return len(next(csv.reader([line], delimiter=delimiter), []))


def _same(lines: list[str], delimiter: str) -> bool:
    counts = Counter(_fields(line, delimiter) for line in lines)
    return counts.most_common(1)[0][1] >= 0.9 * len(lines)


def _ragged(path: Path, skip: int, delimiter: str) -> TableError:
    """Name the first row that has more cells than the first one."""
    try:
        rows = csv.reader(io.StringIO(path.read_text("utf-8-sig", errors="replace")), delimiter=delimiter)
        width = 0
        for number, row in enumerate(rows, start=1):
            if number <= skip:
                continue
            width = width or len(row)
            if len(row) > width:
                what = f"row {number} has {len(row)} cells, the first row {width}"
                return TableError(path, what, "give every row the same number of cells")
    except csv.Error:
        return TableError(
            path, "it is no table of delimited text", "give CSV, Parquet, Excel, JSON or a data set of SUREAL"
        )
    return TableError(path, "its rows do not form a table", f"check quotes and the delimiter (taken as {delimiter!r})")


def _headed(where: str, frame: pl.DataFrame, *, question: str = "", said: list[str], first: int = 1) -> Sheet:
    """Take the first row as the header, unless it holds votes."""
    frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    frame = frame[: _last(frame) + 1]
    if frame.is_empty():
        raise TableError(where, "it is empty", "give a table with at least one vote")
    top = ["" if cell is None else str(cell).strip() for cell in frame.row(0)]
    if not _is_header(top):
        return Sheet(where, frame, header=False, first=first, question=question, assumed=tuple(said))
    names = _unique(top, said)
    body = frame[1:].rename(dict(zip(frame.columns, names, strict=True)))
    empty = body.select(pl.all_horizontal(pl.all().is_null())).to_series()
    kept = body.filter(~empty) if empty.any() else body
    bare = [name for name, cell in zip(names, top, strict=True) if not cell and kept[name].null_count() == len(kept)]
    return Sheet(where, kept.drop(bare), first=first + 1, question=question, assumed=tuple(said))


def _last(frame: pl.DataFrame) -> int:
    if frame.is_empty():
        return -1
    full = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series().arg_true()
    return int(full[-1]) if len(full) else -1


def _is_header(cells: list[str]) -> bool:
    if not all(map(is_number, cells)):
        return True
    numbers = [cell for cell in (cells[1:] if not cells[0] else cells) if cell.isdigit()]
    if len(numbers) < CONSECUTIVE or len(numbers) < len(cells) - 1:
        return False
    values = [int(cell) for cell in numbers]
    return values == list(range(values[0], values[0] + len(values)))


def _unique(names: list[str], said: list[str]) -> list[str]:
    """Give each column a name of its own; a rater who stands twice has repetitions."""
    counts = Counter(names)
    twice = [name for name, count in counts.items() if count > 1 and name]
    if twice:
        said.append(f"columns that stand twice are repetitions: {', '.join(twice[:5])}")
    seen: Counter[str] = Counter()
    unique = []
    for place, name in enumerate(names):
        seen[name] += 1
        unique.append(f"column_{place + 1}" if not name else name if counts[name] == 1 else f"{name} rep {seen[name]}")
    return unique


def from_frame(frame: Any) -> Sheet:
    """Take a Polars, pandas or other data frame that narwhals knows.

    Raises
    ------
    TableError
        When it is none.
    """
    import narwhals as nw  # noqa: PLC0415 - only for frames

    try:
        native = nw.from_native(frame, eager_only=True)
    except TypeError as error:
        what = f"{type(frame).__name__} is no data frame"
        raise TableError("ratings", what, "give a path, or a Polars or pandas data frame") from error
    columns = {str(name): _column(native.get_column(name)) for name in native.columns}
    index = nw.maybe_get_index(native)
    if index is not None and list(index) != list(range(len(native))):
        columns = {str(getattr(index, "name", None) or "column_1"): pl.Series([str(one) for one in index])} | columns
    return Sheet("the data frame", pl.DataFrame(columns), first=1)


def _column(column: nw.Series[Any]) -> pl.Series:
    import narwhals as nw  # noqa: PLC0415 - only for frames

    own = column.to_native()
    if isinstance(own, pl.Series):
        return own
    if column.dtype.is_numeric() or column.dtype == nw.Boolean:
        return pl.Series(column.to_numpy()).cast(pl.Float64).fill_nan(None)
    missing = column.is_null().to_list()
    cells = zip(column.to_list(), missing, strict=True)
    return pl.Series([None if gone else str(cell) for cell, gone in cells], dtype=pl.String)
