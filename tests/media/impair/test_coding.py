"""Coding faults keep every frame, touch the span alone, and tell what was damaged."""

from fractions import Fraction

import numpy as np
import pytest

from beholder.media.impair import Freeze, PacketLoss, Recode, ResolutionSwitch, impair, read_clip, scene
from beholder.media.impair.loss import _Network
from beholder.media.impair.plan import Take

RATE = 15


@pytest.fixture(scope="module")
def pictures():
    return list(scene("objects", seconds=2, height=180, fps=RATE).pictures())


def after(fault, pictures, seed=2):
    height, width = pictures[0].shape
    take = Take(Fraction(RATE), width, height, np.random.default_rng(seed))
    return list(fault.pictures(iter(pictures), take)), take.notes


def psnr(a, b):
    return 10 * np.log10(255**2 / max(np.mean((a.y.astype(float) - b.y) ** 2), 1e-9))


@pytest.mark.parametrize(
    "fault",
    [
        Recode(start=0.6, end=1.4, crf=40),
        Recode(start=0.6, end=1.4, crf=40, deblock=False),
        Recode(start=0.6, end=1.4, crf=40, codec="libx265"),
        Recode(start=0.6, end=1.4, crf=50, codec="libvpx-vp9"),
        Recode(start=0.6, end=1.4, crf=55, codec="libsvtav1"),
        ResolutionSwitch(start=0.6, end=1.4, height=64),
        Recode(start=0.6, end=1.4, crf=20, codec="libx265", height=64),
        PacketLoss(start=0.6, end=1.4, loss=0.3, crf=32),
    ],
)
def test_the_span_alone_is_worse_and_every_frame_is_there(pictures, fault):
    out, _ = after(fault, pictures)
    assert len(out) == len(pictures)
    for n, (a, b) in enumerate(zip(out, pictures, strict=True)):
        if 9 <= n < 21:
            others = [psnr(a, other) for other in pictures]
            assert max(others) < 40
            assert max(others) > 18
        else:
            assert a is b


def test_order_is_kept(pictures):
    out, _ = after(Recode(crf=25), pictures)
    best = [int(np.argmax([psnr(a, b) for b in pictures])) for a in out]
    assert best == list(range(len(pictures)))


def test_repeats_stay_repeats(pictures):
    held = [pictures[0]] * 5 + [pictures[5]] * 10
    out, _ = after(Recode(crf=40), held)
    assert len({id(p) for p in out}) == 2
    assert out[4] is out[0]
    assert out[5] is out[14]


def test_without_block_filter_the_grid_of_blocks_shows(pictures):
    def grid(planes):
        steps = np.abs(np.diff(planes.y.astype(float), axis=1)).mean(axis=0)
        return steps[7::8].mean() / np.delete(steps, np.s_[7::8]).mean()

    filtered, _ = after(Recode(crf=44), pictures)
    bare, _ = after(Recode(crf=44, deblock=False), pictures)
    assert grid(bare[10]) > 1.2 * grid(filtered[10])
    assert grid(bare[10]) > 1.5 * grid(pictures[10])


def test_no_loss_no_damage(pictures):
    out, notes = after(PacketLoss(loss=0, crf=20), pictures)
    assert notes["lost"] == 0
    assert notes["damaged_s"] == []
    assert min(psnr(a, b) for a, b in zip(out, pictures, strict=True)) > 34


@pytest.mark.parametrize("damage", ["drop", "mangle"])
def test_damage_is_where_the_truth_says(pictures, damage):
    clean, _ = after(PacketLoss(loss=0), pictures)
    out, notes = after(PacketLoss(loss=0.15, damage=damage, start=0.4), pictures)
    assert notes["lost"] / notes["packets"] == pytest.approx(0.15, abs=0.08)
    assert notes["damaged_s"]
    undamaged = np.array([psnr(a, b) for a, b in zip(clean, pictures, strict=True)])
    damaged = np.array([psnr(a, b) for a, b in zip(out, pictures, strict=True)])
    times = np.arange(len(out)) / RATE
    inside = np.any([(times >= start - 1e-6) & (times < end - 1e-6) for start, end in notes["damaged_s"]], axis=0)
    assert np.mean(undamaged[inside] - damaged[inside]) > 3


def test_losses_come_in_bursts():
    fault = PacketLoss(loss=0.2, burst=5)
    take = Take(Fraction(RATE), 64, 64, np.random.default_rng(0))
    network = _Network(fault, take)
    lost = np.array([network._loses() for _ in range(20_000)])
    edges = np.flatnonzero(np.diff(np.concatenate([[0], lost.astype(int), [0]])))
    assert lost.mean() == pytest.approx(0.2, abs=0.03)
    assert np.mean(edges[1::2] - edges[::2]) == pytest.approx(5, rel=0.1)


def test_all_slices_lost_is_a_repeat(pictures):
    out, notes = after(PacketLoss(loss=1.0), pictures)
    assert len({id(p) for p in out}) == 1
    assert notes["damaged_s"][-1][1] == pytest.approx(2.0)


def test_damage_moves_with_a_later_pause(tmp_path):
    clip = scene("objects", seconds=1, height=96, fps=RATE)
    faults = [PacketLoss(loss=1.0, start=0.4), Freeze(start=0.2, end=0.8, mode="pause")]
    truth = impair(clip, tmp_path / "a.mp4", faults)
    (fault,) = truth.of("packet_loss")
    assert fault.start_s == pytest.approx(0.4 + 8 / RATE)
    assert fault.parameters["damaged_s"][0][0] > fault.start_s
    assert len(list(read_clip(tmp_path / "a.mp4").pictures())) == truth.frames == 15 + 8
