from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from beholder.features.corruption import CorruptionMeasures, abrupt_blocks, glance_at, look_at
from beholder.features.glance import Glance

SCENE = cv2.GaussianBlur(np.random.default_rng(2).integers(0, 255, (144, 400)).astype(np.uint8), (0, 0), 2)
SCENE = cv2.normalize(SCENE, None, 20, 235, cv2.NORM_MINMAX)


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
    """Misplaced macroblocks, garbage and a slice that is streaked from its upper border."""
    out = luma.copy()
    rng = np.random.default_rng(4)
    for x, y in ((32, 16), (96, 64), (160, 96), (208, 24), (64, 96), (128, 32)):
        out[y : y + 16, x : x + 32] = luma[y + 8 : y + 24, x - 16 : x + 16] // 2 + rng.integers(40, 120)
    out[112:144] = out[111]
    return out


def test_damage_is_seen_when_it_comes_and_when_it_goes():
    damage = measured([damaged(pan(i)) if 10 <= i < 20 else pan(i) for i in range(30)])
    assert max(damage[10], damage[20]) > 0.5
    assert np.delete(damage, np.r_[10:21]).max() < 0.5


def test_motion_cuts_and_repeats_are_no_damage():
    assert measured([pan(i) for i in range(60)]).max() < 0.5
    assert measured([pan(i // 2) for i in range(60)]).max() < 0.5
    assert measured([pan(0)] * 8).tolist() == [0.0] * 8


def test_abrupt_blocks_change_more_than_beside_the_moment():
    change = np.zeros((18, 32), np.float32)
    change[4:8, 4:12] = 40
    none = np.zeros_like(change)
    both, after, before = abrupt_blocks(change, none, none)
    assert both.sum() == after.sum() == before.sum() == 32
    assert not any(mask.any() for mask in abrupt_blocks(change, change, change))


def test_the_figures_of_a_moment():
    still, broken = pan(3), damaged(pan(3))
    change = cv2.absdiff(still, broken)
    blocks = cv2.resize(change, (32, 18), interpolation=cv2.INTER_AREA).astype(np.float32)
    none = np.zeros_like(blocks)
    figures, some = glance_at(blocks, none, none)
    assert figures[0] == pytest.approx(np.mean(some))  # all that changed is abrupt
    assert figures[6] > figures[0]
    look = look_at(still, broken, some)
    assert look.shape == (54,)
    assert np.isfinite(look).all()
    assert glance_at(none, none, none) is None
    assert glance_at(blocks, blocks, blocks) is None


@given(hnp.arrays(np.uint8, (40, 56)), hnp.arrays(np.uint8, (40, 56)))
@settings(max_examples=20, deadline=None)
def test_the_probability_is_in_range(one, other):
    damage = measured([one, one, other, other, one])
    assert damage.shape == (5,)
    assert ((damage >= 0) & (damage <= 1)).all()


@pytest.mark.parametrize("size", [(8, 8), (20, 90), (90, 20), (24, 24), (63, 47), (64, 41)])
def test_tiny_and_odd_pictures(size):
    rng = np.random.default_rng(1)
    pictures = [rng.integers(0, 255, size).astype(np.uint8) for _ in range(3)]
    pictures += [pictures[-1] // 2, pictures[-1] // 2, *pictures]
    assert np.isfinite(measured(pictures)).all()
