"""Dropouts: short holes with hard edges in sound that goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from beholder.events.spans import runs
from beholder.types import Event, Evidence, Span

if TYPE_CHECKING:
    from beholder.types import Floats, Times

__all__ = ["Dropout", "Hole", "holes"]

MIN_S, MAX_S = 0.010, 2.0  # shorter is a click, longer is `silence`
FALL_DB = 25.0  # the sound falls, and comes back, by at least this
HOLE_DB = -60.0  # dBFS; a hole is at least this quiet, or quieter by HOLE_FALL_DB
HOLE_FALL_DB = 40.0
SOUND_DB = -50.0  # dBFS; sound must be this loud at the edges
EDGE_S = 0.012  # a hard edge: two steps of 5 ms and rounding; the end of a spoken word takes 30 ms and more
AROUND_S = 0.05  # the sound on each side of the hole
NEAR_S, FAR_S = 0.02, 0.1  # the level just before a cut, against that of the tenth of a second
DECAY_DB = 8.0  # more: the sound was dying away by itself (the end of a word; measured on recorded speech)
EMPTY_DB = -80.0  # dBFS; below is no sound at all: a quiet room has -60, 16-bit noise -96
BENEATH_DB = 6.0  # below the quietest of the sound that goes on: not its own background
CUT_SHARE = 0.5  # of the empty stretches are cut abruptly; else a gate or a made voice stops between words
JOIN_S = 2.0  # holes of one fault: a bad stretch of the line is heard as one
FULL_SHARE = 0.5  # of the span is lost: strength 1


@dataclass(frozen=True, slots=True)
class Hole:
    """One hole: its span, the levels (dBFS) of the sound around and of the hole, and whether both edges are cuts.

    A cut edge does not fade: the sound is as loud next to the hole as it was in the tenth of a second beyond.
    """

    span: Span
    around: float
    inside: float
    cut: bool


def holes(t: Times, level: Floats) -> list[Hole]:
    """Find the holes of 10 ms to 2 s in a level on an even, fine grid.

    Parameters
    ----------
    t : Times, shape (n,)
        Steps of about 5 ms.
    level : Floats, shape (n,)
        dBFS.

    Examples
    --------
    >>> t = np.arange(200) * 0.005
    >>> level = np.where((t >= 0.5) & (t < 0.54), -120, -20).astype(np.float32)
    >>> [(round(hole.span.start, 3), round(hole.span.end, 3)) for hole in holes(t, level)]
    [(0.5, 0.54)]
    """
    if t.size < 3:
        return []
    step = float(np.median(np.diff(t)))
    edge, side = max(1, round(EDGE_S / step)), max(2, round(AROUND_S / step))
    found = []
    for first, last in _quiet_runs(level, edge):
        if not 1 < last - first <= MAX_S / step or first < edge or last + edge > level.size:
            continue
        inside = float(np.median(level[first:last]))
        left, right = level[max(0, first - side) : first], level[last : last + side]
        hard_left, hard_right = float(level[first - edge : first].max()), float(level[last : last + edge].max())
        around = min(float(np.median(left)), float(np.median(right)))
        floor = max(HOLE_DB, around - HOLE_FALL_DB)
        loud = min(hard_left, hard_right, around + FALL_DB / 2)
        if inside <= min(floor, loud - FALL_DB) and around >= SOUND_DB and min(hard_left, hard_right) >= SOUND_DB:
            cut = _cut(level[:first], step) and _cut(level[: last - 1 : -1], step)
            found.append(Hole(Span(float(t[first]), float(t[last])), around, inside, cut))
    return _no_pauses([hole for hole in found if hole.span.duration >= MIN_S - 1e-6], level)


def _cut(beyond: Floats, step: float) -> bool:
    """Say whether a level ends without fading; `beyond` ends at the hole."""
    near, far = round(NEAR_S / step), round(FAR_S / step)
    return float(np.median(beyond[-far:])) - float(np.median(beyond[-near - 1 : -1])) < DECAY_DB


def _no_pauses(found: list[Hole], level: Floats) -> list[Hole]:
    """Leave out what is a pause: it keeps the background, or the sound dies away before it."""
    empty = [hole for hole in found if hole.inside < EMPTY_DB]
    lost = sum(hole.cut for hole in empty) >= CUT_SHARE * len(empty)
    heard = level[level >= EMPTY_DB]
    floor = min(float(np.percentile(heard, 2)) - BENEATH_DB, HOLE_DB) if heard.size else HOLE_DB
    return [hole for hole in found if (lost and hole.inside < EMPTY_DB) or (hole.cut and hole.inside < floor)]


def _quiet_runs(level: Floats, edge: int) -> list[tuple[int, int]]:
    """Give runs that lie `FALL_DB` below the loudest of the half second before and after."""
    wide = 16 * edge
    low = level < np.minimum(_loudest_before(level, wide), _loudest_before(level[::-1], wide)[::-1]) - FALL_DB
    long_low = level < HOLE_DB
    merged = {run for mask in (low, long_low) for run in runs(mask)}
    out: list[tuple[int, int]] = []
    for first, last in sorted(merged, key=lambda run: (run[0], -run[1])):
        if not out or first >= out[-1][1]:
            out.append((first, last))
    return out


def _loudest_before(level: Floats, steps: int) -> Floats:
    padded = np.concatenate((np.full(steps, -200.0, np.float32), level))
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, steps)[: level.size].max(axis=1), np.float32)


@dataclass(frozen=True, slots=True)
class Dropout:
    """Finds holes of 10 ms to 2 s whose both edges are hard; holes less than two seconds apart are one event.

    A pause of speech has soft edges and keeps its room tone, so it is no dropout.
    """

    kinds: ClassVar[tuple[str, ...]] = ("dropout",)
    needs: ClassVar[tuple[str, ...]] = ("sound_level_fine",)

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give one event per group of holes; evidence: ``holes``, ``lost_s``, ``around_dbfs``, ``inside_dbfs``."""
        level = evidence.series["sound_level_fine"]
        groups: list[list[Hole]] = []
        for hole in holes(level.t, level.y):
            if groups and hole.span.start - groups[-1][-1].span.end < JOIN_S:
                groups[-1].append(hole)
            else:
                groups.append([hole])
        return [_event(group) for group in groups]


def _event(group: list[Hole]) -> Event:
    lost = sum(hole.span.duration for hole in group)
    span = Span(group[0].span.start, group[-1].span.end)
    figures = {
        "holes": len(group),
        "lost_s": round(lost, 3),
        "around_dbfs": round(float(np.median([hole.around for hole in group])), 1),
        "inside_dbfs": round(float(np.median([hole.inside for hole in group])), 1),
    }
    strength = min(1.0, lost / max(span.duration, 1.0) / FULL_SHARE)
    return Event("dropout", span, strength, figures)
