"""What the spatial loss is made of: physical severities priced by monotone curves, and what is left unexplained.

The spatial model gives one number a second and no reasons. Beside it stand measures of blur, noise, blocks and the
like in physical units (`features.severity`). Each has a price curve, MOS lost against severity, that never falls;
the curves were fitted together on damaged pictures whose loss the spatial model gave (``benchmarks/attribution.py``).
A second's loss is divided in proportion to the prices; what `models.faults` took counts as a price too. A fault takes
up to twice its price where that much was lost; what is then left is ``unexplained``. Two causes are no faults:
``resolution`` (fewer lines than the screen shows) and ``ceiling`` (no panel gives a flawless picture 5).
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from importlib.resources import files

import numpy as np

from beholder.types import Floats

__all__ = ["curves", "missing_lines", "prices", "spatial_parts"]

BEST, WORST = 5.0, 1.0
UNEXPLAINED = "unexplained"
NO_FAULTS = frozenset({"ceiling", "resolution"})
ELASTICITY = (
    1.0  # the curves are averages over contents: a fault may take up to twice its price where that much is lost
)


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


def missing_lines(short_side: float, display_height: int) -> float:
    """Octaves by which a picture has fewer lines than the height at which it is seen.

    >>> missing_lines(540, 1080), missing_lines(2160, 1080)
    (1.0, 0.0)
    """
    return max(0.0, math.log2(display_height / short_side))


def spatial_parts(
    eye: Floats, clarity: Floats, severity: Mapping[str, Floats], shares: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Divide each second's spatial loss among its causes.

    Parameters
    ----------
    eye : Floats, shape (n,)
        Spatial MOS of each second as learned.
    clarity : Floats, shape (n,)
        The same after the physical faults took their shares.
    severity : Mapping of str to Floats, shape (n,)
        Severity per cause, ``resolution`` among them.
    shares : Mapping of str to Floats, shape (n,)
        Share of the quality above MOS 1 that each fault took (`models.faults`).

    Returns
    -------
    dict of str to Floats, shape (n,)
        MOS lost per cause; with ``unexplained`` they sum to ``5 - clarity``.
    """
    lost = BEST - clarity
    nothing = np.zeros_like(eye)
    priced = {name: np.interp(np.nan_to_num(severity.get(name, nothing)), *curve) for name, curve in curves().items()}
    for name, share in shares.items():
        priced[name] = priced.get(name, nothing) + (eye - WORST) * share
    faults = np.sum([price for name, price in priced.items() if name not in NO_FAULTS], axis=0)
    given = np.sum([priced[name] for name in NO_FAULTS if name in priced], axis=0)
    stretch = 1.0 + np.clip((lost - given - faults) / np.maximum(faults, 1e-6), 0.0, ELASTICITY)
    for name in set(priced) - NO_FAULTS:
        priced[name] = priced[name] * stretch
    total = given + faults * stretch
    scale = np.minimum(1.0, lost / np.maximum(total, 1e-6))
    parts = {name: np.asarray(price * scale, np.float32) for name, price in priced.items() if price.any()}
    parts[UNEXPLAINED] = np.asarray(lost - np.sum(list(parts.values()), axis=0), np.float32)
    return parts
