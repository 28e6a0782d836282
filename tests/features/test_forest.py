from __future__ import annotations

import numpy as np
import pytest

from beholder.features.forest import Forest, read_forests


def test_two_trees_add_up():
    table = {
        "roots": [0, 3],
        "feature": [1, 0, 0, 0],
        "threshold": [0.5, 0.0, 0.0, 0.0],
        "left": [1, 1, 2, 3],
        "right": [2, 1, 2, 3],
        "value": [0.0, -1.0, 1.0, 1.0],
        "depth": 1,
    }
    forest = Forest.of(table)
    assert forest.probability(np.array([9.0, 0.5])) == pytest.approx(0.5)
    assert forest.probability(np.array([9.0, 0.6])) == pytest.approx(1 / (1 + np.exp(-2)))


def test_the_shipped_forests_are_whole():
    for forest in read_forests("corruption.json").values():
        nodes = forest.feature.size
        assert {forest.threshold.size, forest.left.size, forest.right.size, forest.value.size} == {nodes}
        leaves = forest.left == np.arange(nodes)
        assert forest.value[~leaves].tolist() == [0.0] * int((~leaves).sum())
        node = forest.roots
        for _ in range(forest.depth):
            node = forest.left[node]
        assert leaves[node].all()
