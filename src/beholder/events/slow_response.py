"""Slow response: an input is not answered on the screen for more than a second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np

from beholder.events.spans import end_of
from beholder.types import Event, Evidence, Series, Span

__all__ = ["SlowResponse", "input_times", "response"]

SLOW_S = 1.0  # the limit for the user's flow of thought: Miller 1968, doi:10.1145/1476589.1476628; Nielsen 1993
LOOK_S = 10.0  # the limit for keeping the attention, same source: no answer by then is "none"
BEFORE_S = 0.5  # what moves anyway before the input
VISIBLE = 4.0  # levels, mean of the strongest four blocks; coding noise alone makes less than 3 (features/frames.py)
BEYOND = 3.0  # an answer stands out from what moved anyway by this factor
FULL_S = 5.0  # strength 1
INPUT_COLUMNS = ("input", "tap", "touch", "click", "key")  # of a KPI file: not 0 where the user did something


def input_times(kpis: Mapping[str, Series]) -> tuple[float, ...]:
    """Give the times of inputs that a KPI file lists in a column of one of `INPUT_COLUMNS`.

    Examples
    --------
    >>> taps = Series("kpi_tap", np.array([0.0, 1.5, 3.0]), np.array([0, 1, 1], np.float32))
    >>> input_times({"kpi_tap": taps})
    (1.5, 3.0)
    """
    found = [
        float(t)
        for name, series in kpis.items()
        if name.removeprefix("kpi_").lower() in INPUT_COLUMNS
        for t in series.t[np.nan_to_num(series.y) != 0]
    ]
    return tuple(sorted(set(found)))


def response(shift: Series, at: float, until: float) -> float | None:
    """Give the time of the first visible change after an input at `at`; None when there is none before `until`.

    Examples
    --------
    >>> t = np.arange(0, 4, 0.1)
    >>> y = np.where(np.isclose(t, 2.5), 40, 0).astype(np.float32)
    >>> round(response(Series("shift", t, y), 1.0, 4.0), 3)
    2.5
    """
    before = shift.within(Span(at - BEFORE_S, at))
    usual = float(np.nanmax(before)) if before.size and np.isfinite(before).any() else 0.0
    first, last = np.searchsorted(shift.t, [at, until])
    answers = np.flatnonzero(shift.y[first:last] > max(VISIBLE, BEYOND * usual))
    return float(shift.t[first + answers[0]]) if answers.size else None


@dataclass(frozen=True, slots=True)
class SlowResponse:
    """Finds inputs whose first visible change comes more than 1 s later.

    It needs the fact ``inputs``, the times of taps and keys in seconds; without it nothing can be said
    (`needs_facts`). Where half of the screen moves anyway, as in a video, an answer cannot be told from it.
    """

    kinds: ClassVar[tuple[str, ...]] = ("slow_response",)
    needs: ClassVar[tuple[str, ...]] = ("shift",)
    needs_facts: ClassVar[tuple[str, ...]] = ("inputs",)

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per slow answer; evidence: ``response_s`` (or ``none``), ``input_s``."""
        shift = evidence.series["shift"]
        end = end_of(shift.t, evidence.facts)
        inputs = sorted(float(at) for at in evidence.facts.get("inputs", ()) if 0.0 <= float(at) < end)
        events: list[Event] = []
        for at, following in pairwise([*inputs, end]):
            until = min(at + LOOK_S, following)
            answer = response(shift, at, until)
            wait = (until if answer is None else answer) - at
            if wait <= SLOW_S:
                continue
            figures: dict[str, float | str] = {"input_s": round(at, 3)}
            figures["response_s"] = "none" if answer is None else round(wait, 3)
            events.append(Event("slow_response", Span(at, at + wait), min(1.0, wait / FULL_S), figures))
        return events
