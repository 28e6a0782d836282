"""What the spatial loss is made of: physical severities priced by monotone curves, and what is left unexplained.

The spatial model gives one number a second and no reasons. Beside it stand measures of blur, noise, blocks and the
like in physical units (`features.severity`). Each has a price curve, MOS lost against severity, that never falls;
the curves were fitted together on damaged pictures whose loss the spatial model gave (``benchmarks/attribution.py``).
A second's loss is divided in proportion to the prices. Prices that do not reach the loss leave the rest
``unexplained``.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib.resources import files

import numpy as np

from beholder.features.severity import severities
from beholder.types import Evidence, Floats, Times

__all__ = ["prices", "spatial_parts"]

BEST = 5.0
UNEXPLAINED = "unexplained"


@functools.cache
def curves() -> dict[str, tuple[Floats, Floats]]:
    """Price curve of each cause: severities and the MOS lost at them."""
    text = files("beholder.models.data").joinpath("attribution.json").read_text("utf-8")
    knots = json.loads(text)["curves"]
    return {
        name: (np.array(curve["severity"], np.float32), np.array(curve["mos_lost"], np.float32))
        for name, curve in knots.items()
    }


def prices(severity: Mapping[str, float]) -> dict[str, float]:
    """MOS lost by each cause at its severity; causes without a curve are left out.

    Examples
    --------
    >>> all(price >= 0 for price in prices({"blur": 2.0, "noise": 0.0}).values())
    True
    """
    return {
        name: float(np.interp(severity[name], *curve))
        for name, curve in curves().items()
        if np.isfinite(severity.get(name, np.nan))
    }


def spatial_parts(evidence: Evidence, quality: Floats, t: Times) -> dict[str, Floats]:
    """Divide each second's spatial loss among its causes.

    Parameters
    ----------
    evidence : Evidence
        With the sampled picture measures.
    quality : Floats, shape (n,)
        Spatial MOS of each second.
    t : Times, shape (n,)
        Where each second starts.

    Returns
    -------
    dict of str to Floats, shape (n,)
        MOS lost per cause; with ``unexplained`` they sum to ``5 - quality``.
    """
    lost = BEST - quality
    priced = _prices_per_second(evidence, t)
    total = np.sum(list(priced.values()), axis=0) if priced else np.zeros(t.size, np.float32)
    scale = np.minimum(1.0, lost / np.maximum(total, 1e-6))
    parts = {name: (price * scale).astype(np.float32) for name, price in priced.items() if price.any()}
    explained = np.sum(list(parts.values()), axis=0) if parts else np.zeros(t.size, np.float32)
    parts[UNEXPLAINED] = (lost - explained).astype(np.float32)
    return parts


def _prices_per_second(evidence: Evidence, t: Times) -> dict[str, Floats]:
    """Mean price of each cause over the samples in each second; seconds without a sample take the nearest."""
    names = [name for name, s in evidence.series.items() if s.t.size and name in evidence.facts["picture_series"]]
    if not names:
        return {}
    grid = evidence.series[names[0]].t
    rows = [prices(severities({name: float(evidence.series[name].y[i]) for name in names})) for i in range(grid.size)]
    middle = t + 0.5
    found: dict[str, Floats] = {}
    for cause in curves():
        sampled = np.array([row.get(cause, np.nan) for row in rows], np.float32)
        known = np.isfinite(sampled)
        if known.any():
            found[cause] = np.interp(middle, grid[known], sampled[known]).astype(np.float32)
    return found
