"""Blockiness: coarse coding, seen as block edges or as lost weak detail beside strong edges."""

from __future__ import annotations

import numpy as np

from beholder.events.sustained import Ramp, stretches
from beholder.features.severity import blockiness
from beholder.types import Event, Evidence

__all__ = ["Blockiness"]

ENTER, LEAVE = 0.28, 0.23  # coding loss; clean material stays below (benchmarks/visual.py)
STRENGTH = Ramp(0.05, 1.0)


class Blockiness:
    """Finds ``blockiness`` in the series ``block_edge`` and ``coding_loss``."""

    kinds = ("blockiness",)
    needs = ("block_edge", "coding_loss")

    def detect(self, evidence: Evidence) -> list[Event]:
        """Give the blocky stretches."""
        edge, loss = evidence.series["block_edge"], evidence.series["coding_loss"]
        pairs = zip(edge.y.tolist(), loss.y.tolist(), strict=True)
        level = np.array([blockiness(*pair) for pair in pairs], np.float32)
        events = []
        for stretch in stretches(edge, level, evidence.facts, enter=ENTER, leave=LEAVE):
            steps = edge.within(stretch.span)
            figures = {"coding_level": stretch.value}
            if np.isfinite(steps).any():  # a picture of a few rows has a coding level and no grid
                figures["block_edge"] = float(np.nanmedian(steps))
            events.append(Event("blockiness", stretch.span, STRENGTH(stretch.value), figures))
        return events
