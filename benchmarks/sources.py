"""The real clips that cases are made of, and which half of them may be tuned on.

The data is not part of the project. Its place is ``BEHOLDER_DATA``, else ``../shared/data`` beside the repository.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Literal

__all__ = ["clips", "data_dir", "half"]

SUFFIXES = {".264", ".mkv", ".mp4", ".webm"}


def data_dir() -> Path:
    """Give the folder of the data.

    Raises
    ------
    FileNotFoundError
        When it is not there.
    """
    folder = Path(os.environ.get("BEHOLDER_DATA") or Path(__file__).parents[2] / "shared" / "data")
    if not (folder / "clips").is_dir():
        raise FileNotFoundError(f"{folder}: no clips there; set BEHOLDER_DATA to the folder that holds clips/")
    return folder


def clips() -> list[Path]:
    """Give every real clip, sorted by path."""
    return sorted(path for path in (data_dir() / "clips").rglob("*") if path.suffix in SUFFIXES)


def half(path: str | os.PathLike[str]) -> Literal["tuning", "reported"]:
    """Say which half of the sources a clip belongs to, by the parity of the SHA-1 of its file name.

    Examples
    --------
    >>> half("clips/s13.mp4"), half("bikes.mp4")
    ('tuning', 'reported')
    """
    digest = hashlib.sha1(Path(path).name.encode(), usedforsecurity=False).digest()
    return "tuning" if digest[-1] % 2 == 0 else "reported"
