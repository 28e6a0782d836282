"""Series as tables for researchers: CSV or Parquet through polars.

The wide table has one row per time stamp, one column per series and ``t`` in
seconds on the media clock. A cell without a measurement is empty (null), never 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from beholder.errors import UsageError
from beholder.types import Series

if TYPE_CHECKING:
    import polars as pl

__all__ = ["to_table", "write_table"]

TIME_DECIMALS = 6  # times closer than a microsecond are one row


def to_table(series: Mapping[str, Series]) -> pl.DataFrame:
    """Join series into one wide table.

    Parameters
    ----------
    series : Mapping[str, Series]
        Grids may differ; the rows are the union of all time stamps. Of two values of one series at one time the
        later one stays.

    Returns
    -------
    polars.DataFrame
        Columns ``t`` (float64, seconds, increasing) and one float32 column per series.
    """
    import polars as pl  # noqa: PLC0415  0.1 s that scoring does not need

    stamps = [np.round(one.t, TIME_DECIMALS) for one in series.values()]
    t = np.unique(np.concatenate(stamps)) if stamps else np.empty(0)
    columns: dict[str, pl.Series] = {"t": pl.Series("t", t)}
    for (name, one), own in zip(series.items(), stamps, strict=True):
        y = np.full(t.shape, np.nan, dtype=np.float32)
        y[np.searchsorted(t, own)] = one.y
        columns[name] = pl.Series(name, y, nan_to_null=True)
    return pl.DataFrame(columns)


def write_table(series: Mapping[str, Series], path: str | Path) -> None:
    """Write series to ``.csv`` or ``.parquet``; the ending of `path` decides.

    Parameters
    ----------
    series : Mapping[str, Series]
    path : str or Path

    Raises
    ------
    UsageError
        When the ending is neither, or the file cannot be written.
    """
    target = Path(path)
    ending = target.suffix.lower()
    if ending not in {".csv", ".parquet"}:
        raise UsageError(target, f"the ending {ending or '(none)'} is unknown", "use .csv or .parquet")
    table = to_table(series)
    try:
        if ending == ".csv":
            table.write_csv(target)
        else:
            table.write_parquet(target)
    except OSError as error:
        raise UsageError(target, f"cannot be written ({error.strerror})", "choose another place with --out") from error
