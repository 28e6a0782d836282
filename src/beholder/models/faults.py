"""What physical faults of the picture take away, beside what the learned eye sees.

The eye (`models.spatial`) learned from coded stills and camera photographs. It hardly met strong noise, banding,
clipping or casts of known size, and answers to them weakly or the wrong way. So each severity that is measured in
physical units (`features.severity`) also takes an explicit share of the quality above MOS 1: nothing up to where clean
material reaches, then more and more. The shares were set on the tuning half so that ladders of damage fall in order
and far enough (``benchmarks/ladders.py``); where they begin was moved up until the rated sets lost little by them
(``benchmarks/spatial.py``, rows "as scored").

Gross blur and coding are hard to measure: little is left to measure them on. There the probes of `models.causes`, which
go on rising, take over where they say more.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from beholder.types import Floats

__all__ = ["SHARES", "kept_share", "lost_shares"]

SHARES: dict[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "blur": ((0.7, 1.5, 3.6, 6.0), (0.0, 0.10, 0.30, 0.50)),
    "upscaled": ((0.35, 0.75, 1.2, 2.0), (0.0, 0.08, 0.18, 0.35)),
    "blockiness": ((0.45, 0.64, 0.9, 1.7), (0.0, 0.12, 0.28, 0.50)),
    "noise": ((1.2, 2.5, 5.0, 7.7, 15.0, 25.0), (0.0, 0.10, 0.20, 0.30, 0.50, 0.62)),
    "banding": ((5.0, 7.0, 11.0, 23.0, 26.0), (0.0, 0.12, 0.26, 0.48, 0.52)),
    "underexposure": ((0.9, 1.4, 2.2, 4.0), (0.0, 0.12, 0.33, 0.60)),
    "overexposure": ((0.1, 0.8, 1.8, 2.7, 4.0), (0.0, 0.12, 0.26, 0.40, 0.55)),
    "low_contrast": ((0.2, 0.7, 1.4, 2.2), (0.0, 0.16, 0.36, 0.55)),
    "colour_cast": ((20.0, 27.0, 36.0, 60.0), (0.0, 0.18, 0.38, 0.58)),
    "glare": ((0.1, 0.6, 1.0), (0.0, 0.15, 0.30)),
    "moire": ((0.5, 0.75, 1.0), (0.0, 0.12, 0.25)),
    "skew": ((4.0, 10.0, 20.0), (0.0, 0.08, 0.20)),
}
"""Share of the quality above MOS 1 lost at each severity, by kind."""

SEEN: dict[str, tuple[str, tuple[float, ...], tuple[float, ...]]] = {
    "blur": ("softness", (1.2, 1.45, 1.65, 1.9, 2.4), (0.0, 0.28, 0.46, 0.56, 0.66)),
    "blockiness": ("coding", (1.3, 1.7, 2.1, 2.6), (0.0, 0.12, 0.30, 0.48)),
}
"""For some kinds, the probe that looks for the like, and the share lost where the probe sees this much MOS lost."""


def lost_shares(severity: Mapping[str, Floats], looks: Mapping[str, Floats] | None = None) -> dict[str, Floats]:
    """Share of the quality above MOS 1 that each kind takes; unknown severities take nothing.

    Parameters
    ----------
    severity : Mapping of str to Floats
        Severity per kind of fault.
    looks : Mapping of str to Floats, optional
        MOS that the probes see lost (`models.causes`); where they say more than the severity, they count.

    Examples
    --------
    >>> shares = lost_shares({"blur": np.array([0.4]), "noise": np.array([7.7])})
    >>> float(shares["blur"][0]), round(float(shares["noise"][0]), 3)
    (0.0, 0.3)
    """
    found = {
        kind: np.asarray(np.interp(np.nan_to_num(severity[kind]), *curve), np.float32)
        for kind, curve in SHARES.items()
        if kind in severity
    }
    for kind, (probe, lost, share) in SEEN.items():
        if looks is not None and probe in looks:
            seen = np.asarray(np.interp(looks[probe], lost, share), np.float32)
            found[kind] = np.maximum(found.get(kind, np.float32(0.0)), seen)
    return found


def kept_share(shares: Mapping[str, Floats]) -> Floats:
    """Share of the quality above MOS 1 that all kinds together leave."""
    return np.asarray(np.prod([1.0 - share for share in shares.values()], axis=0), np.float32)
