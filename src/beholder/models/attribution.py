"""What the spatial loss is made of.

The spatial model gives one number a second. Five things divide what is missing to 5 among causes:

- ``ceiling``: no panel gives even a flawless picture 5;
- ``resolution``: what the model itself takes because the picture has fewer lines than the screen;
- what `models.faults` took for faults of measured size is theirs exactly;
- of the rest, faults of measured size take what their price curves say, MOS lost against severity, fitted on what
  damage took from its own clip (``benchmarks/attribution.py``); up to twice as much where that much was lost, for the
  curves are averages over contents;
- then coding and softness take what the two probes of `models.causes` see. Their loss bears the name of the fault
  where its severity stands out (``blockiness``; ``blur`` or ``upscaled``, whichever is stronger), ``coding`` or
  ``softness`` where the severity gives at least a sign of it, else ``detail``: the eye misses something, but no measure
  says what.

What is then left is ``unexplained``.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib.resources import files

import numpy as np

from beholder.types import Floats

__all__ = ["UNEXPLAINED", "curves", "spatial_parts"]

BEST = 5.0
UNEXPLAINED = "unexplained"
CEILING = 0.2  # MOS; the best single stills of image_mos have 4.8
MEASURED_STRETCH = 2.0  # of the price, at most; benchmarks/attribution.py, tuning half: 1, 1.5, 2 name .54, .67, .72
SEEN_STRETCH = 1.5  # of what the probes see, at most: they are linear, and off by about half where they are small
NAMED_FROM = {"blockiness": 0.3, "blur": 0.37, "upscaled": 0.4}  # severities where the detectors begin (events/)
SIGN_FROM = {"blockiness": 0.15, "blur": 0.3, "upscaled": 0.2}  # below, a severity is no sign of anything
DETAIL = "detail"
SOFT_UNIT = {"blur": 2.4, "upscaled": 1.4}  # severities of full strength (events/softness.py): which one is stronger


@functools.cache
def curves() -> dict[str, tuple[Floats, Floats]]:
    """Price curve of each cause: severities and the MOS lost at them."""
    text = files("beholder.models.data").joinpath("attribution.json").read_text("utf-8")
    knots = json.loads(text)["curves"]
    return {
        name: (np.array(curve["severity"], np.float32), np.array(curve["mos_lost"], np.float32))
        for name, curve in knots.items()
    }


def spatial_parts(
    eye: Floats,
    clarity: Floats,
    severity: Mapping[str, Floats],
    shares: Mapping[str, Floats],
    looks: Mapping[str, Floats],
) -> dict[str, Floats]:
    """Divide each second's spatial loss among its causes.

    Parameters
    ----------
    eye : Floats, shape (n,)
        Spatial MOS of each second as learned.
    clarity : Floats, shape (n,)
        The same after the physical faults took their shares.
    severity : Mapping of str to Floats, shape (n,)
        Severity per kind of fault.
    shares : Mapping of str to Floats, shape (n,)
        Share of the quality above MOS 1 that each fault took (`models.faults`).
    looks : Mapping of str to Floats, shape (n,)
        ``own`` (spatial MOS before enlargement), ``coding`` and ``softness`` (`models.causes`); none need be there.

    Returns
    -------
    dict of str to Floats, shape (n,)
        MOS lost per cause; with ``unexplained`` they sum to ``5 - clarity``.
    """
    nothing = np.zeros_like(eye)
    own = np.maximum(looks.get("own", eye), eye)
    parts = {"ceiling": np.minimum(CEILING, BEST - own), "resolution": own - eye}
    parts |= _taken(eye, clarity, shares)
    left = BEST - own - parts["ceiling"]
    for priced, stretch in _priced(severity, looks, nothing):
        total = np.sum(list(priced.values()), axis=0)
        factor = np.minimum(left / np.maximum(total, 1e-6), stretch)
        for name, price in priced.items():
            parts[name] = parts.get(name, nothing) + price * factor
        left = left - total * factor
    found = _named(parts, severity)
    given = {name: np.asarray(part, np.float32) for name, part in found.items() if part.any()}
    given[UNEXPLAINED] = np.asarray(BEST - clarity - np.sum(list(given.values()), axis=0), np.float32)
    return given


def _taken(eye: Floats, clarity: Floats, shares: Mapping[str, Floats]) -> dict[str, Floats]:
    """Divide what the faults took from the eye's score in proportion to their shares."""
    total = np.sum(list(shares.values()), axis=0) if shares else np.zeros_like(eye)
    return {
        name: np.asarray((eye - clarity) * share / np.maximum(total, 1e-6), np.float32)
        for name, share in shares.items()
    }


def _priced(
    severity: Mapping[str, Floats], looks: Mapping[str, Floats], nothing: Floats
) -> list[tuple[dict[str, Floats], float]]:
    """Prices of all causes in the order in which they take, each with its stretch: measured faults, then looks."""
    measured = {
        kind: np.asarray(np.interp(np.nan_to_num(severity.get(kind, nothing)), *curve), np.float32)
        for kind, curve in curves().items()
    }
    seen = {}
    for cause, kinds in (("coding", ("blockiness",)), ("softness", ("blur", "upscaled"))):
        price = np.sum([measured.pop(kind, nothing) for kind in kinds], axis=0)
        seen[cause] = np.maximum(looks.get(cause, nothing), price)
    return [(measured, MEASURED_STRETCH), (seen, SEEN_STRETCH)]


def _named(parts: Mapping[str, Floats], severity: Mapping[str, Floats]) -> dict[str, Floats]:
    """Give coding and softness, with what was taken for the like, the name of the measured fault that stands out."""
    found = dict(parts)
    nothing = np.zeros_like(parts["ceiling"])
    levels = {kind: np.nan_to_num(severity.get(kind, nothing)) for kind in NAMED_FROM}
    stands = {kind: levels[kind] >= least for kind, least in NAMED_FROM.items()}
    softer = levels["blur"] / SOFT_UNIT["blur"] >= levels["upscaled"] / SOFT_UNIT["upscaled"]
    blurred = stands["blur"] & (softer | ~stands["upscaled"])
    names = {
        "coding": (("blockiness", stands["blockiness"]),),
        "softness": (("blur", blurred), ("upscaled", stands["upscaled"] & ~blurred)),
    }
    for cause, kinds in names.items():
        lost = found.pop(cause, nothing) + np.sum([found.pop(kind, nothing) for kind, _ in kinds], axis=0)
        for kind, here in kinds:
            found[kind] = np.where(here, lost, 0.0)
        rest = np.where(np.any([here for _, here in kinds], axis=0), 0.0, lost)
        sign = np.any([levels[kind] >= SIGN_FROM[kind] for kind, _ in kinds], axis=0)
        found[cause] = np.where(sign, rest, 0.0)
        found[DETAIL] = found.get(DETAIL, nothing) + np.where(sign, 0.0, rest)
    return found
