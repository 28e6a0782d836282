"""What the learned eye's loss looks like: detail lost by coding, or pictures that are soft.

The eye (`models.spatial`) gives one number. Two probes, linear in the same statistics of the trunk, say what a picture
of its looks would lose by coding alone and by softness alone. They learned from the stills that people rated for
coding, and from ladders of damage: each must fall on its own ladders and stay where it is on all others
(``benchmarks/spatial_causes.py``). They change no score; `models.attribution` divides the loss by them.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beholder.types import Floats

__all__ = ["CAUSES", "Causes"]

CAUSES = ("coding", "softness")
"""What the probes stand for, in their order."""
FLAWLESS = 4.6  # MOS of a picture without fault: the top of the ladders that the probes learned from


@dataclass(frozen=True, slots=True)
class Causes:
    """Linear probes on the compressed statistics of a picture.

    Attributes
    ----------
    mean, scale : Floats, shape (d,)
        Standardisation of the statistics.
    bias : Floats, shape (2,)
    linear : Floats, shape (2, d)
        One row for each of `CAUSES`.
    """

    mean: Floats
    scale: Floats
    bias: Floats
    linear: Floats

    @classmethod
    def read(cls, data: bytes) -> Causes:
        """Read the arrays from the bytes of an npz file (no pickle)."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            floats: dict[str, Any] = {name: arrays[name].astype(np.float32) for name in cls.__dataclass_fields__}
        return cls(**floats)

    def lost(self, features: Floats) -> dict[str, NDArray[np.float64]]:
        """MOS that pictures lose by each cause, 0 or more.

        Parameters
        ----------
        features : Floats, shape (n, d + 1)
            As `beholder.models.spatial.SpatialModel.features` gives them; enlargement, the last, does not count.

        Returns
        -------
        dict of str to array, shape (n,)
        """
        z = (features[:, :-1] - self.mean) / self.scale
        quality = self.bias + z.astype(np.float64) @ self.linear.T
        return {name: np.clip(FLAWLESS - quality[:, k], 0.0, 4.0) for k, name in enumerate(CAUSES)}
