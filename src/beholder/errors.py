"""What can go wrong, as one small tree.

::

    BeholderError
    +-- MediaError            a recording cannot be used
    |   +-- CannotOpen        missing, unreadable, empty, not media
    |   +-- NothingToScore    opened, but holds no picture and no sound
    +-- TableError            a KPI or rating table cannot be read
    +-- ModelError            a model, its weights or its card is damaged or unknown
    +-- MissingExtra          an optional part is not installed
    +-- UsageError            an option or its value makes no sense

Every message says what happened, in which file, and what to do next:

>>> from beholder import errors
>>> try:
...     raise errors.CannotOpen("clip.mp4", "the file is empty", "record it again or copy it once more")
... except errors.BeholderError as error:
...     print(error)
clip.mp4: the file is empty; record it again or copy it once more
"""

from __future__ import annotations

import os

__all__ = [
    "BeholderError",
    "CannotOpen",
    "MediaError",
    "MissingExtra",
    "ModelError",
    "NothingToScore",
    "TableError",
    "UsageError",
]


class BeholderError(Exception):
    """Anything that Beholder reports to people in one line.

    Parameters
    ----------
    where : str or path
        The file, or the option, that the message is about.
    what : str
        What happened.
    remedy : str
        What to do next.
    """

    def __init__(self, where: str | os.PathLike[str], what: str, remedy: str) -> None:
        super().__init__(where, what, remedy)
        self.where, self.what, self.remedy = os.fspath(where), what, remedy

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.remedy}"


class MediaError(BeholderError):
    """A recording cannot be used."""


class CannotOpen(MediaError):
    """The file is missing, unreadable, empty or not media."""


class NothingToScore(MediaError):
    """The file opened, but holds neither a picture nor a sound that can be scored."""


class TableError(BeholderError):
    """A table of KPIs or ratings cannot be read."""


class ModelError(BeholderError):
    """A model, its weights or its card is unknown or damaged."""


class MissingExtra(BeholderError):
    """An optional part is not installed; the remedy is the exact pip command."""


class UsageError(BeholderError):
    """An option or its value makes no sense."""
