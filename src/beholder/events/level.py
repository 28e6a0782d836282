"""Sound level: the programme as a whole is too quiet or too loud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from beholder.events.spans import end_of
from beholder.types import Event, Evidence, Span

if TYPE_CHECKING:
    from beholder.types import Floats

__all__ = ["Level", "programme_level"]

QUIET_DB = -36.0  # dBFS; 13 dB below the -23 LUFS of EBU R 128: more than a listener will turn up
LOUD_DB = -9.0  # dBFS; 14 dB above it; only limited music for clubs comes near
GATE_DB = -70.0  # absolute gate of ITU-R BS.1770-5
RELATIVE_GATE_DB = -10.0  # relative gate of ITU-R BS.1770-5
MIN_S = 2.0  # of programme, to judge by
FULL_DB = 20.0  # beyond the limit: strength 1


def programme_level(level: Floats) -> tuple[float, int]:
    """Give the level of the programme, gated as in ITU-R BS.1770-5 (but without its K weighting), and the seconds used.

    Parameters
    ----------
    level : Floats, shape (n,)
        RMS of every second, dBFS.

    Examples
    --------
    >>> programme_level(np.array([-20, -20, -90, -45], np.float32))
    (-20.0, 2)
    """
    heard = level[np.isfinite(level) & (level > GATE_DB)].astype(np.float64)
    if not heard.size:
        return float("nan"), 0
    gate = 10.0 * np.log10(np.mean(10.0 ** (heard / 10.0))) + RELATIVE_GATE_DB
    programme = heard[heard > gate]
    return float(np.round(10.0 * np.log10(np.mean(10.0 ** (programme / 10.0))), 6)), int(programme.size)


@dataclass(frozen=True, slots=True)
class Level:
    """Says when the programme level is below -36 or above -9 dBFS; the event spans the whole sound."""

    kinds: ClassVar[tuple[str, ...]] = ("level",)
    needs: ClassVar[tuple[str, ...]] = ("sound_level",)

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give at most one event; evidence: ``programme_dbfs``, ``direction`` (quiet or loud)."""
        series = evidence.series["sound_level"]
        programme, seconds = programme_level(series.y)
        if seconds < MIN_S or QUIET_DB <= programme <= LOUD_DB:
            return []
        beyond = max(QUIET_DB - programme, programme - LOUD_DB)
        span = Span(float(series.t[0]), end_of(series.t, {}))
        figures: dict[str, float | str] = {
            "programme_dbfs": round(programme, 1),
            "direction": "quiet" if programme < QUIET_DB else "loud",
        }
        return [Event("level", span, float(np.clip(beyond / FULL_DB, 0.0, 1.0)), figures)]
