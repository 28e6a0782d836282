"""Every measure of a recording, for researchers."""

from __future__ import annotations

import os

from beholder.models.model import profile_named
from beholder.models.vmos import Vmos
from beholder.sessions.measure import Progress, measure
from beholder.types import Series

__all__ = ["features"]


def features(
    path: str | os.PathLike[str], *, profile: str = "pc", threads: int = 1, progress: Progress | None = None
) -> dict[str, Series]:
    """Measure a recording and give all series by name: per frame, per sample and per second.

    Parameters
    ----------
    path : str or path
    profile : {"pc", "phone", "tv"}
        How people watch; only ``spatial_quality`` depends on it.
    threads : int
        The result is the same for any number.
    progress : callable, optional
        Called with seconds done and seconds in all.

    Raises
    ------
    MediaError
        When the file cannot be opened or holds no picture.
    """
    model = Vmos.load(threads=threads)
    measured = measure(path, model=model, profile=profile_named(profile), threads=threads, progress=progress)
    return dict(measured.evidence.series)
