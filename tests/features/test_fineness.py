from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from beholder.features.fineness import FinenessMeasure, fineness


def scaled(scene, rows):
    height, width = scene.shape
    small = cv2.resize(scene, (width * rows // height, rows), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


def test_fewer_rows_are_less_fine(scene):
    ladder = [fineness(scaled(scene, scene.shape[0] * k // 4)) for k in (4, 3, 2, 1)]
    assert ladder == sorted(ladder, reverse=True)
    assert ladder[0] > 1.3 * ladder[2]


def test_contrast_cancels(scene):
    flatter = np.asarray(scene // 2 + 64, np.uint8)
    assert fineness(flatter) == pytest.approx(fineness(scene), rel=0.1)


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=70)))
@settings(max_examples=60, deadline=None)
def test_it_is_in_range_or_unknown(luma):
    value = fineness(luma)
    assert math.isnan(value) or 0.0 <= value <= 8.0


def test_four_values_a_second(scene):
    measure = FinenessMeasure()
    for frame in range(60):
        measure.update(frame / 30, scene)
    t = measure.compute().t
    assert t.size == 8
    assert np.diff(t).min() >= 0.25 - 1e-3
