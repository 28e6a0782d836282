"""Corruption: blocks of the picture are broken, as after lost packets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from beholder.events.freeze import is_screen
from beholder.events.spans import end_of, joined
from beholder.types import Event, Evidence, Series, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from beholder.types import Floats, Times

__all__ = ["Corruption"]

TORN = 2.5  # thousandths of the block borders beyond the usual; clean clips stay below (benchmarks/timing.py)
USUAL_S = 2.0  # before and after; what is torn all over in that time is coarse coding or old film
USUAL_PERCENT = 75.0  # of those values: film has repeats between its pictures
CERTAIN = 2.0  # times the limit: one picture is enough
HITS = 2  # pictures otherwise: damage tears when it comes and when it goes
APART_S = 2.0  # damage stays until the next key picture, mostly 2 s or less
LONE_S = 0.5  # shown for a single torn picture
CUT_FRAMES = 3  # on each side of a scene cut: references are rebuilt
STRONGEST = 60.0  # thousandths, strength 1: about half of the picture


@dataclass(frozen=True, slots=True)
class Corruption:
    """Finds stretches in which abrupt changes are torn along the block grid; what the decoder reports counts as well.

    The facts ``corrupt_times`` (seconds of pictures that the decoder marked as damaged) are certain evidence. In a
    recording of a screen they are empty, and only the picture can tell: there damage is found when the player's
    blocks lie on the grid of the recording, that is at the player's native size. Drawn pages change in blocks by
    nature and are left out.
    """

    kinds: ClassVar[tuple[str, ...]] = ("corruption",)
    needs: ClassVar[tuple[str, ...]] = ("torn_change", "torn_usual")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per stretch; evidence: ``torn_per_mille`` (largest), ``decoder_reports``."""
        torn = evidence.series["torn_change"]
        if not torn.t.size:
            return []
        end = end_of(torn.t, evidence.facts)
        reports = np.array(sorted(evidence.facts.get("corrupt_times", ())), np.float64)
        beyond = torn.y - _usual(evidence.series["torn_usual"], torn.t)
        beyond[_near_cut(evidence.series.get("cut"), torn.t)] = 0.0
        spans = _torn_spans(torn.t, beyond, end)
        spans += [Span(float(t), min(float(t) + LONE_S, end)) for t in reports if t < end]
        events = [_event(span, torn, reports) for span in joined(spans, gap=APART_S / 2)]
        return [e for e in events if e.evidence["decoder_reports"] or not is_screen(evidence, e.span)]


def _near_cut(cut: Series | None, t: Times) -> NDArray[np.bool_]:
    """Tell the pictures beside a scene cut: there everything changes at once, and coding is coarse."""
    near = np.zeros(t.shape, bool)
    if cut is not None and cut.t.shape == t.shape:
        for place in np.flatnonzero(cut.y > 0):
            near[max(0, place - CUT_FRAMES) : place + CUT_FRAMES + 1] = True
    return near


def _usual(series: Series, t: Times) -> Floats:
    """Give the upper quartile of a sparse series around each time; 0 where it has no value near."""
    good = np.isfinite(series.y)
    at, values = series.t[good], series.y[good]
    if not at.size:
        return np.zeros(t.shape, np.float32)
    firsts, lasts = np.searchsorted(at, at - USUAL_S), np.searchsorted(at, at + USUAL_S, side="right")
    usual = [np.percentile(values[a:b], USUAL_PERCENT) for a, b in zip(firsts, lasts, strict=True)]
    nearest = np.clip(np.searchsorted(at, t), 0, at.size - 1)
    near = np.abs(at[nearest] - t) <= USUAL_S
    return np.where(near, np.asarray(usual, np.float32)[nearest], np.float32(0.0))


def _torn_spans(t: Times, beyond: Floats, end: float) -> list[Span]:
    groups: list[list[int]] = []
    for place in np.flatnonzero(beyond >= TORN):
        if groups and t[place] - t[groups[-1][-1]] <= APART_S:
            groups[-1].append(int(place))
        else:
            groups.append([int(place)])
    spans = []
    for group in groups:
        if len(group) < HITS and beyond[group[0]] < CERTAIN * TORN:
            continue
        start, stop = float(t[group[0]]), float(t[group[-1]])
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
