"""Spatial quality of one picture: what a panel would vote for it, without a reference.

A frozen neural trunk looks at a few views of the picture as it is displayed; a regression learned on two rated
sets maps the statistics of its layers to a MOS. Card: ``data/spatial.json``; how it was made:
``docs/explain/model-spatial.md``.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beholder.errors import ModelError
from beholder.features.views import crops, whole
from beholder.models.causes import Causes
from beholder.models.cnn import Trunk, read_verified
from beholder.types import Floats, Picture

__all__ = ["SpatialModel", "SpatialRegression"]

DATA = Path(__file__).parent / "data"
CROPS = 3  # compared in benchmarks/spatial.py
LOWEST, HIGHEST = 1.0, 5.0  # ends of the ACR scale, ITU-T P.910
LARGER = np.linspace(0, 4, 65)  # octaves of enlargement at which larger displays are tried


@dataclass(frozen=True, slots=True)
class SpatialRegression:
    """Ridge and RBF kernel ridge on compressed statistics, evaluated with NumPy.

    With ``z`` the standardised features, ``p`` their projection, ``u`` the octaves of enlargement (last feature),
    ``k`` a Gaussian kernel and ``share(u)`` the part of the quality above MOS 1 that enlargement leaves::

        own(u) = bias + z.linear + sum_j weights_j k(p, centre_j) + u (bias_enlarged + z.enlarged)
        mos(u) = 1 + share(u) (own(u) - 1)

    The score is the largest ``mos(v)`` with ``v >= u``: a picture seen smaller is never worse. Outside of the range
    of votes the value is bent back smoothly.
    """

    mean: Floats
    scale: Floats
    bias: float
    bias_enlarged: float
    linear: Floats
    enlarged: Floats
    projection: Floats
    centres: Floats
    gamma: float
    weights: Floats
    octaves: Floats
    shares: Floats
    doubt: Floats
    reach: float

    @classmethod
    def read(cls, data: bytes) -> SpatialRegression:
        """Read the arrays from the bytes of an npz file (no pickle)."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            floats: dict[str, Any] = {
                name: arrays[name].astype(np.float32) if arrays[name].ndim else float(arrays[name])
                for name in cls.__dataclass_fields__
            }
        return cls(**floats)

    def __call__(self, features: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give MOS and half width of the 95 % interval for each row of `features`."""
        mos, circumstances = self.predict(features)
        return mos, self.reach * np.exp(circumstances @ self.doubt)

    def predict(self, features: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Give MOS, shape (n,), and what makes an error likely, shape (n, 7): level, novelty, enlargement, terms."""
        u = features[:, -1].astype(np.float64)
        z = (features[:, :-1] - self.mean) / self.scale
        k = self._kernel(z)
        radial, straight, slope = k @ self.weights, z @ self.linear, self.bias_enlarged + z @ self.enlarged
        own = self.bias + straight + radial
        further = np.maximum(u[:, None], LARGER)
        share = np.interp(further, self.octaves, self.shares)
        mos = _bent((1 + share * (own[:, None] - 1 + further * slope[:, None])).max(1))
        level, strange = mos - 3, 1 - k.max(1)
        seen = np.minimum(u, 2)
        circumstances = [np.ones_like(mos), level, level**2, strange, seen, np.abs(radial), np.abs(straight)]
        return mos, np.stack(circumstances, 1)

    def _kernel(self, z: Floats) -> NDArray[np.float64]:
        p = (z @ self.projection).astype(np.float64)
        squares = (p * p).sum(1)[:, None] + (self.centres * self.centres).sum(1) - 2 * (p @ self.centres.T)
        near: NDArray[np.float64] = np.exp(-self.gamma * np.maximum(squares, 0))
        return near


def _bent(raw: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bend values beyond 1.3 and 4.7 smoothly towards 1 and 5; those between stay as they are."""
    edge = 0.3
    low, high = LOWEST + edge, HIGHEST - edge
    below = low - edge * np.tanh(np.maximum(low - raw, 0) / edge)
    above = edge * np.tanh(np.maximum(raw - high, 0) / edge)
    bent: NDArray[np.float64] = np.where(raw < low, below, np.minimum(raw, high) + above)
    return bent


class SpatialModel:
    """The MOS of one picture as displayed, without a reference.

    Attributes
    ----------
    name, version : str
        As in the card.
    card : dict
        Task, scale, data, licences, protocol, figures and known failures.

    Examples
    --------
    >>> model = SpatialModel.load()
    >>> mos, half = model.predict(np.full((270, 480, 3), 128, np.uint8), display_height=1080)
    >>> 1 <= mos <= 5 and half > 0
    True
    """

    def __init__(self, card: dict[str, Any], trunk: Trunk, regression: SpatialRegression, causes: Causes) -> None:
        self.card = card
        self.name: str = card["name"]
        self.version: str = card["version"]
        self._trunk = trunk
        self.regression = regression
        self.causes = causes

    @classmethod
    def load(cls, threads: int = 1) -> SpatialModel:
        """Load the weights that ship with Beholder.

        Parameters
        ----------
        threads : int
            Threads for the neural trunk; the scores do not depend on it.

        Raises
        ------
        ModelError
            When a file is missing or damaged.
        """
        path = DATA / "spatial.json"
        try:
            card = json.loads(path.read_text(encoding="utf-8"))
            parts = [card["files"][part] for part in ("trunk", "regression", "causes")]
            (trunk, regression, causes), digests = ([p[key] for p in parts] for key in ("name", "sha256"))
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(path, "the model card cannot be read", "install beholder again") from error
        return cls(
            card,
            Trunk.load(DATA / trunk, sha256=digests[0], threads=threads),
            SpatialRegression.read(read_verified(DATA / regression, digests[1])),
            Causes.read(read_verified(DATA / causes, digests[2])),
        )

    def predict(self, rgb: Picture, *, display_height: int = 1080) -> tuple[float, float]:
        """Predict the MOS of a picture.

        Parameters
        ----------
        rgb : Picture, shape (height, width, 3)
        display_height : int
            Height in pixels at which viewers see the picture.

        Returns
        -------
        mos : float
            1 (bad) .. 5 (excellent).
        half_width : float
            The mean vote of a panel is expected within ``mos - half_width .. mos + half_width`` 95 times in 100.
        """
        mos, half = self.predict_features(self.features(rgb, display_height)[None])
        return float(mos[0]), float(half[0])

    def look(self, rgb: Picture, *, display_height: int = 1080) -> dict[str, float]:
        """Predict the MOS of a picture and what it is made of.

        Returns
        -------
        dict
            ``quality`` and ``doubt`` as `predict` gives them, ``own`` (the quality at its own size, before
            enlargement), and the MOS that its looks say it lost by each of `beholder.models.causes.CAUSES`.
        """
        x = np.stack([self.features(rgb, display_height)] * 2)
        x[1, -1] = 0
        mos, half = self.predict_features(x)
        lost = {name: float(value[0]) for name, value in self.causes.lost(x[:1]).items()}
        return {"quality": float(mos[0]), "doubt": float(half[0]), "own": float(mos[1])} | lost

    def features(self, rgb: Picture, display_height: int = 1080) -> Floats:
        """Describe a picture by numbers.

        Parameters
        ----------
        rgb : Picture, shape (height, width, 3)
        display_height : int
            Height in pixels at which viewers see the picture.

        Returns
        -------
        Floats, shape (d,)
            Statistics of the crops (mean over crops), of the whole, then the octaves by which the picture is enlarged.
        """
        return describe(self._trunk, rgb, display_height)

    def predict_features(self, x: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Predict MOS and half width of the interval from rows of `features`, shape (n, d)."""
        return self.regression(x)


def describe(trunk: Trunk, rgb: Picture, display_height: int) -> Floats:
    """Describe a picture by the statistics that `trunk` gives of its views (see `SpatialModel.features`)."""
    lines = min(rgb.shape[0], display_height)
    parts = _compressed(trunk.taps(crops(rgb, display_height=lines, count=CROPS)))
    overall = _compressed(trunk.taps([whole(rgb)]))[0]
    return np.concatenate([parts.mean(0), overall, [np.log2(display_height / lines)]], dtype=np.float32)


def _compressed(taps: Floats) -> Floats:
    """Compress heavy tails: sign(x) log(1 + |x|)."""
    return np.sign(taps) * np.log1p(np.abs(taps))
