"""Held pictures, seen over more than one frame: whether they stand, and whether the content went on afterwards.

Coding refines a held picture little by little, and spreads a coarse step of movement over several frames, so that one
frame alone does not tell them apart. Over a seventh of a second movement adds up and refinement does not: that is
``drift``. When a hold ends, ``jump`` compares the step across it with the pictures a tenth of a second away: while the
content goes on where it stopped, pictures farther apart differ more; when content was lost, the neighbours of either
side are no farther from the other side than the step itself.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, replace

import cv2
import numpy as np

from beholder.types import Floats

__all__ = ["HoldMeasures", "step_across", "strongest"]

DRIFT_S = 0.15  # seconds; half the shortest freeze
HELD_S = 0.18  # seconds without movement: a freeze of 0.3 s less what coding blurs at its ends
BESIDE_S = 0.1  # seconds from a picture to the neighbour it is compared with
SETTLED_S = 0.08  # seconds until coding has settled on a held picture
BLURRED_S = 0.045  # seconds: the strongest of the first frames after a hold, as coding shows some of it early
MOVES_LEAST, MOVES_ROOT = 1.6, 0.9  # levels; times the root of the movement lately: a frame that moves
HALF_LIFE_S = 1.5  # of the movement lately
BUSY = 0.9  # quantile of blocks: the tenth that moved most is compared (0.8-0.9 did best on the tuning half)
RING_S = 0.5
MOST_FRAMES = 128  # in the ring, should time stamps stand still
EPSILON_S = 1e-3
STRONGEST = 4  # blocks whose shift is averaged: one alone is hostage to a single coding decision


@dataclass(frozen=True, slots=True)
class _Stood:
    """A hold that ended at frame number `frame`, until its neighbours on the right have come."""

    frame: int
    end: float
    before: Floats
    held: Floats
    after: Floats
    after_t: float
    shift: float


class HoldMeasures:
    """Follows the block means of the frames of one size, in bounded memory."""

    def __init__(self) -> None:
        self._ring: deque[tuple[float, Floats]] = deque(maxlen=MOST_FRAMES)
        self._movement = 0.0
        self._moved = math.nan
        self._before: Floats | None = None
        self._held: Floats | None = None
        self._stood: list[_Stood] = []
        self._frame = -1

    def update(self, t: float, blocks: Floats, shift: float) -> tuple[float, list[tuple[int, float]]]:
        """Take the next frame: its block means and how far they moved since the last one (NaN at the first).

        Returns
        -------
        drift : float
            Distance to the picture `DRIFT_S` ago, as ``shift`` measures it; NaN at the first frame.
        jumps : list of (frame number, jump)
            For holds that earlier frames ended, see `step_across`.
        """
        self._frame += 1
        if not self._ring or self._ring[-1][1].shape != blocks.shape:
            self._ring.clear()
            self._stood.clear()
            self._moved, self._before, self._held = t, None, None
            self._ring.append((t, blocks))
            return math.nan, []
        last_t, last = self._ring[-1]
        self._movement *= 2.0 ** (-min(t - last_t, HALF_LIFE_S) / HALF_LIFE_S)
        if shift >= max(MOVES_LEAST, MOVES_ROOT * math.sqrt(self._movement)):
            self._move(t, blocks, shift, last)
        self._movement = max(self._movement, shift)
        if self._held is None and t >= self._moved + SETTLED_S:
            self._held = blocks
        drift = strongest(np.abs(blocks - self._ago(t - DRIFT_S)))
        self._ring.append((t, blocks))
        while self._ring[1][0] <= t - RING_S:
            self._ring.popleft()
        return drift, self._done(t, blocks, shift)

    def _ago(self, t: float) -> Floats:
        """Give the latest picture up to a time, or the oldest at hand."""
        for time, blocks in reversed(self._ring):
            if time <= t + EPSILON_S:
                return blocks
        return self._ring[0][1]

    def _move(self, t: float, blocks: Floats, shift: float, last: Floats) -> None:
        if t - self._moved >= HELD_S and self._before is not None:
            held = last if self._held is None else self._held
            self._stood.append(_Stood(self._frame, t, self._before, held, blocks, t, shift))
        self._moved, self._held = t, None
        self._before = self._ago(t - BESIDE_S)

    def _done(self, t: float, blocks: Floats, shift: float) -> list[tuple[int, float]]:
        done, waiting = [], []
        for stood in self._stood:
            if t <= stood.end + BLURRED_S and shift > stood.shift:
                waiting.append(replace(stood, after=blocks, after_t=t, shift=shift))
            elif t >= stood.after_t + BESIDE_S - EPSILON_S:
                done.append((stood.frame, step_across(stood.before, stood.held, stood.after, blocks)))
            else:
                waiting.append(stood)
        self._stood = waiting
        return done


def step_across(before: Floats, held: Floats, after: Floats, beyond: Floats) -> float:
    """Compare the step from `held` to `after` with the wider steps from `before` to `after` and `held` to `beyond`.

    Returns
    -------
    float
        Well below 1 when the movement goes on, about 1 when content was lost; NaN when nothing differs.
    """
    busy = cv2.max(cv2.absdiff(before, held), cv2.absdiff(after, beyond))
    mask = busy >= np.quantile(busy, BUSY)
    across = float(np.abs(held[mask] - after[mask]).mean())
    wider = 0.5 * float(np.abs(before[mask] - after[mask]).mean() + np.abs(held[mask] - beyond[mask]).mean())
    return across / wider if wider > 0 else math.nan


def strongest(differences: Floats) -> float:
    """Mean of the four largest values.

    >>> strongest(np.array([[0, 1, 2], [3, 4, 5]], np.float32))
    3.5
    """
    flat = differences.ravel()
    if flat.size <= STRONGEST:
        return float(flat.mean())
    return float(np.partition(flat, flat.size - STRONGEST)[-STRONGEST:].mean())
