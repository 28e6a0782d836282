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

    from beholder.types import Times

__all__ = ["Corruption"]

DAMAGE = 0.6  # probability of a moment of damage: by folds 89 of 100 damaged clips (benchmarks/corruption_train.py)
CERTAIN = 0.85  # the same for a picture that comes late: there everything that moves has moved far
LATE = 1.5  # times the usual hold of the picture before it
AROUND = 15  # new pictures on each side that say what hold is usual
APART_S = 2.0  # from one moment to the next: damage stays until the next key picture, mostly 2 s or less
LONE_S = 0.5  # shown for a single moment
CUT_FRAMES = 3  # on each side of a scene cut: everything changes there, and references are rebuilt
FULL_EXTENT = 0.5  # of the picture: strength 1


@dataclass(frozen=True, slots=True)
class Corruption:
    """Finds stretches between moments at which the picture breaks; what the decoder reports counts as well.

    The facts ``corrupt_times`` (seconds of pictures that the decoder marked as damaged) are certain evidence. In a
    recording of a screen they are empty, and only the picture can tell: there damage is found when the player's
    blocks lie on the grid of the recording, that is at the player's native size. Drawn pages change in blocks by
    nature and are left out.
    """

    kinds: ClassVar[tuple[str, ...]] = ("corruption",)
    needs: ClassVar[tuple[str, ...]] = ("damage", "damage_extent")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per stretch; evidence: ``certainty``, ``picture_share`` (largest), ``decoder_reports``."""
        damage = evidence.series["damage"]
        if not damage.t.size:
            return []
        end = end_of(damage.t, evidence.facts)
        reports = np.array(sorted(evidence.facts.get("corrupt_times", ())), np.float64)
        likely = np.flatnonzero((damage.y >= DAMAGE) & ~_near_cut(evidence.series.get("cut"), damage.t))
        late = _late(evidence.series.get("fresh"), damage.t, likely)
        spans = _spans(damage.t[likely[(damage.y[likely] >= CERTAIN) | ~late]], end)
        spans += [Span(float(t), min(float(t) + LONE_S, end)) for t in reports if t < end]
        events = [_event(span, evidence, reports) for span in joined(spans, gap=APART_S / 2)]
        return [e for e in events if e.evidence["decoder_reports"] or not is_screen(evidence, e.span)]


def _near_cut(cut: Series | None, t: Times) -> NDArray[np.bool_]:
    """Tell the pictures beside a scene cut."""
    near = np.zeros(t.shape, bool)
    if cut is not None and cut.t.shape == t.shape:
        for place in np.flatnonzero(cut.y > 0):
            near[max(0, place - CUT_FRAMES) : place + CUT_FRAMES + 1] = True
    return near


def _late(fresh: Series | None, t: Times, moments: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Tell which `moments` (frames) come after a longer hold than is usual around, as after dropped pictures."""
    if fresh is None or fresh.t.shape != t.shape:
        return np.zeros(moments.shape, bool)
    starts = t[fresh.y > 0]
    late = []
    for at in t[moments]:
        place = int(np.searchsorted(starts, at - 1e-6))
        hold = np.diff(starts[max(0, place - AROUND) : place + AROUND + 1])
        before = at - starts[place - 1] if place else 0.0
        late.append(hold.size > 1 and before > LATE * float(np.median(hold)))
    return np.array(late, bool)


def _spans(moments: Times, end: float) -> list[Span]:
    groups: list[list[float]] = []
    for t in moments:
        if groups and t - groups[-1][-1] <= APART_S:
            groups[-1].append(float(t))
        else:
            groups.append([float(t)])
    return [Span(g[0], max(min(max(g[-1], g[0] + LONE_S), end), g[0])) for g in groups]


def _event(span: Span, evidence: Evidence, reports: Times) -> Event:
    damage, extent = evidence.series["damage"], evidence.series["damage_extent"]
    inside = (damage.t >= span.start) & (damage.t <= span.end)  # the picture that ends the damage tells as well
    certainty = float(np.nanmax(damage.y[inside], initial=0.0))
    share = float(np.nanmax(extent.y[inside], initial=0.0))
    count = int(np.count_nonzero((reports >= span.start) & (reports < span.end)))
    strength = max(0.1, min(1.0, (share / FULL_EXTENT) ** 0.5))
    figures = {
        "certainty": 1.0 if count else round(certainty, 3),
        "picture_share": round(share, 3),
        "decoder_reports": count,
    }
    return Event("corruption", span, strength, figures)
