"""From a MOS per second to one MOS: bad moments and the end weigh more, as they do for viewers.

The two weights have the shape of ITU-T P.1203.3 clause 8.2 (recency, and emphasis of low quality); the coefficients
are our own round figures, not the Recommendation's.
"""

from __future__ import annotations

import numpy as np

from beholder.types import Floats, Times

__all__ = ["pool", "pooling_weights"]

RECENCY = 2.0  # how much more the last moment weighs than the first
RECENCY_SHARE = 0.15  # share of the recording over which that fades
LOW_EMPHASIS = 0.2  # a second at MOS 1 weighs 1.0, at MOS 5 0.2


def pooling_weights(mos: Floats, seconds: Times, duration: float) -> Floats:
    """Weight of each second, summing to 1.

    Parameters
    ----------
    mos : Floats, shape (n,)
        MOS of each second, 1..5.
    seconds : Times, shape (n,)
        Where each second starts.
    duration : float
        Seconds in all; the last bin may be shorter than a second and weighs less for it.

    Examples
    --------
    >>> w = pooling_weights(np.array([4, 1, 4], np.float32), np.arange(3.0), 3.0)
    >>> bool(w[1] > w[0]) and round(float(w.sum()), 6)
    1.0
    """
    length = np.clip(duration - seconds, 0.0, 1.0)
    to_end = np.maximum(duration - (seconds + length / 2), 0.0) / max(duration, 1e-9)
    recency = 1.0 + RECENCY * np.exp(-to_end / RECENCY_SHARE)
    emphasis = 1.0 - LOW_EMPHASIS * (np.clip(mos, 1.0, 5.0) - 1.0)
    weights = length * recency * emphasis
    return np.asarray(weights / weights.sum(), np.float32)


def pool(mos: Floats, seconds: Times, duration: float) -> float:
    """One MOS of a MOS per second."""
    return float(np.dot(pooling_weights(mos, seconds, duration), mos))
