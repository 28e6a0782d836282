"""Boosted decision trees read from JSON: what a small judgement on a few dozen figures needs, without a library."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Forest", "read_forests"]


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees in one table of nodes; a leaf leads to itself.

    Attributes
    ----------
    roots : NDArray of int, shape (trees,)
    feature, left, right : NDArray of int, shape (nodes,)
        Which figure is asked for, and where to go when it is at most `threshold`, and when not.
    threshold, value : NDArray of float, shape (nodes,)
        The value of the leaves adds up to the log odds.
    depth : int
        Of the deepest tree.
    """

    roots: NDArray[np.intp]
    feature: NDArray[np.intp]
    threshold: NDArray[np.float64]
    left: NDArray[np.intp]
    right: NDArray[np.intp]
    value: NDArray[np.float64]
    depth: int

    @classmethod
    def of(cls, table: dict[str, Any]) -> Forest:
        """Build from a table as it stands in JSON."""
        whole = (np.array(table[name], np.intp) for name in ("roots", "feature", "left", "right"))
        roots, feature, left, right = whole
        threshold, value = (np.array(table[name], np.float64) for name in ("threshold", "value"))
        return cls(roots, feature, threshold, left, right, value, int(table["depth"]))

    def probability(self, figures: NDArray[np.floating]) -> float:
        """Give the probability for one vector of figures.

        Examples
        --------
        >>> stump = dict(roots=[0], feature=[0, 0, 0], left=[1, 1, 2], right=[2, 1, 2], depth=1)
        >>> stump |= dict(threshold=[0.5, 0, 0], value=[0, -2.0, 2.0])
        >>> round(Forest.of(stump).probability(np.array([0.9])), 3)
        0.881
        """
        node = self.roots
        for _ in range(self.depth):
            node = np.where(figures[self.feature[node]] <= self.threshold[node], self.left[node], self.right[node])
        return float(1.0 / (1.0 + np.exp(-self.value[node].sum())))


def read_forests(name: str) -> dict[str, Forest]:
    """Read every forest of a file of this package."""
    table = json.loads(files("beholder.features").joinpath(name).read_text("utf-8"))
    return {key: Forest.of(forest) for key, forest in table["forests"].items()}
