"""Corruption: blocks of the picture are broken, as after lost packets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from beholder.events.spans import end_of, joined
from beholder.types import Event, Evidence, Series, Span

if TYPE_CHECKING:
    from beholder.types import Times

__all__ = ["Corruption"]

TORN = 4.0  # thousandths of the block borders; clean clips stay below (benchmarks/timing.py)
USUAL = 3.0  # times the recording's usual (upper quartile): old film and low bit rates tear a little all the time
LIMIT = 12.0  # thousandths are damage in any recording: where all is damaged there is no usual to compare with
CERTAIN = 2.0  # times the limit: one picture is enough
HITS = 2  # pictures otherwise: damage tears when it comes and when it goes
APART_S = 2.0  # damage stays until the next key picture, mostly 2 s or less
LONE_S = 0.5  # shown for a single torn picture
STRONGEST = 60.0  # thousandths, strength 1: about half of the picture


@dataclass(frozen=True, slots=True)
class Corruption:
    """Finds stretches in which changes are torn along the block grid; what the decoder itself reports counts as well.

    The facts ``corrupt_times`` (seconds of pictures that the decoder marked as damaged) are certain evidence. In a
    recording of a screen they are empty, and only the picture can tell: there damage is found when the player's
    blocks lie on the grid of the recording, that is at the player's native size.
    """

    kinds: ClassVar[tuple[str, ...]] = ("corruption",)
    needs: ClassVar[tuple[str, ...]] = ("torn_change",)

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per stretch; evidence: ``torn_per_mille`` (largest), ``decoder_reports``."""
        torn = evidence.series["torn_change"]
        if not np.isfinite(torn.y).any():
            return []
        end = end_of(torn.t, evidence.facts)
        reports = np.array(sorted(evidence.facts.get("corrupt_times", ())), np.float64)
        spans = _torn_spans(torn, end) + [Span(float(t), min(float(t) + LONE_S, end)) for t in reports if t < end]
        return [_event(span, torn, reports) for span in joined(spans, gap=APART_S / 2)]


def _torn_spans(torn: Series, end: float) -> list[Span]:
    usual = float(np.nanpercentile(torn.y, 75))
    limit = float(np.clip(USUAL * usual, TORN, LIMIT))
    groups: list[list[int]] = []
    for place in np.flatnonzero(torn.y >= limit):
        if groups and torn.t[place] - torn.t[groups[-1][-1]] <= APART_S:
            groups[-1].append(int(place))
        else:
            groups.append([int(place)])
    spans = []
    for group in groups:
        if len(group) < HITS and torn.y[group[0]] < CERTAIN * limit:
            continue
        start, stop = float(torn.t[group[0]]), float(torn.t[group[-1]])
        spans.append(Span(start, min(max(stop, start + LONE_S), max(end, start))))
    return spans


def _event(span: Span, torn: Series, reports: Times) -> Event:
    inside = torn.y[(torn.t >= span.start) & (torn.t <= span.end)]  # the picture that ends the damage is torn as well
    largest = float(np.nanmax(inside, initial=0.0))
    count = int(np.count_nonzero((reports >= span.start) & (reports < span.end)))
    share = max(largest, TORN) if count else largest
    strength = float(np.clip(np.log(max(share, TORN) / TORN) / np.log(STRONGEST / TORN), 0.0, 1.0))
    figures = {"torn_per_mille": round(largest, 2), "decoder_reports": count}
    return Event("corruption", span, max(strength, 0.1), figures)
