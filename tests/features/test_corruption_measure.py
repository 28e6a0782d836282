from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from beholder.features.corruption import CorruptionMeasures, torn_share
from beholder.features.glance import Glance

SCENE = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 255, (144, 400)).astype(np.uint8), (0, 0), 2)


def measured(pictures):
    measures, before = CorruptionMeasures(), None
    for index, luma in enumerate(pictures):
        change = None if before is None else cv2.absdiff(luma, before)
        measures.update(Glance(index / 25, luma, change))
        before = luma
    return measures.compute()[0].y


def pan(index):
    return np.ascontiguousarray(SCENE[:, 2 * index : 2 * index + 256])


def damaged(luma):
    out = luma.copy()
    for x, y in ((32, 16), (96, 64), (160, 96), (200, 24)):
        out[y : y + 16, x : x + 32] = luma[y + 8 : y + 24, x - 16 : x + 16] // 2 + 100
    return out


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=70)))
@settings(max_examples=60)
def test_the_share_is_in_range_and_the_same_for_the_transposed_change(change):
    share = torn_share(change)
    assert 0.0 <= share <= 1000.0
    assert torn_share(np.ascontiguousarray(change.T)) == pytest.approx(share)


def test_damage_is_seen_when_it_comes_and_when_it_goes():
    pictures = [damaged(pan(i)) if 10 <= i < 20 else pan(i) for i in range(30)]
    torn = measured(pictures)
    assert torn[10] > 4
    assert torn[20] > 4
    assert np.delete(torn, np.r_[10:21]).max() < 1


def test_motion_cuts_and_a_scrolled_list_are_no_damage():
    stripes = np.repeat((np.arange(40) * 97 % 200).astype(np.uint8), 16)
    lists = [np.repeat(stripes[8 * i : 8 * i + 144, None], 256, axis=1) for i in range(30)]
    assert measured([pan(i) for i in range(60)]).max() < 1
    assert measured([pan(0), 255 - pan(40)]).max() < 4
    assert measured(lists).max() < 1


def test_tiny_and_still_pictures():
    assert measured([np.zeros((8, 8), np.uint8)] * 3).tolist() == [0.0] * 3
    assert measured([pan(0)] * 3).tolist() == [0.0] * 3
