"""What is written must be what the truth says: frames, times, levels."""

from fractions import Fraction

import av
import numpy as np
import pytest

from beholder.errors import CannotOpen, UsageError
from beholder.media.impair import (
    Banding,
    Black,
    Blank,
    Blur,
    Clip,
    ColourCast,
    Contrast,
    Exposure,
    Flicker,
    FrameDrops,
    Freeze,
    Jitter,
    Judder,
    LowFrameRate,
    Noise,
    Planes,
    Rescale,
    Stall,
    UnevenFrameRate,
    impair,
    read_clip,
    read_truth,
    scene,
)
from beholder.media.impair.plan import Take

RATE = 30
SIZE = (72, 128)


def numbered(frames, *, rate=RATE):
    """A clip whose n-th picture has brightness 20 + n."""
    half = np.full((SIZE[0] // 2, SIZE[1] // 2), 128, np.uint8)
    pictures = [Planes(np.full(SIZE, 20 + n, np.uint8), half, half) for n in range(frames)]
    return Clip("numbered", Fraction(rate), SIZE[1], SIZE[0], lambda: iter(pictures))


def decoded(path):
    with av.open(str(path)) as container:
        return [(frame.time, frame.to_ndarray()[: frame.height]) for frame in container.decode(video=0)]


def content(path, **_):
    """The number of the source picture in each picture written, and its time."""
    return [(round(t * RATE), round(float(y.mean())) - 20) for t, y in decoded(path)]


def run(tmp_path, *faults, frames=60, **options):
    out = tmp_path / "out.mp4"
    truth = impair(numbered(frames), out, faults, crf=4, **options)
    return truth, content(out)


def test_pause_holds_and_goes_on(tmp_path):
    truth, shown = run(tmp_path, Freeze(start=0.5, end=1.0, mode="pause"))
    assert shown == list(enumerate([*range(15), *[15] * 15, *range(16, 60)]))
    assert (truth.frames, truth.duration_s) == (74, 74 / 30)
    (fault,) = truth.of("freeze")
    assert (fault.start_s, fault.end_s, fault.parameters["mode"]) == (0.5, 1.0, "pause")


def test_skip_loses_content_and_vfr_leaves_the_gap(tmp_path):
    truth, shown = run(tmp_path, Freeze(start=0.5, end=1.0, mode="skip"), vfr=True)
    assert shown == [(n, n) for n in [*range(16), *range(30, 60)]]
    assert (truth.frames, truth.pictures) == (60, 46)


def test_vfr_keeps_the_length_of_a_last_gap(tmp_path):
    truth, shown = run(tmp_path, Freeze(start=1.0), vfr=True)
    assert shown == [(n, n) for n in range(31)]
    assert truth.of("freeze")[0].end_s == truth.duration_s == 2.0
    with av.open(str(tmp_path / "out.mp4")) as container:
        stream = container.streams.video[0]
        assert float(stream.duration * stream.time_base) == pytest.approx(2.0)


def test_spans_move_with_later_pauses(tmp_path):
    faults = [
        Black(start=0.2, end=0.4),
        Black(start=1.0, end=1.2),
        Freeze(start=0.5, end=1.0, mode="pause"),
    ]
    truth, _ = run(tmp_path, *faults)
    early, late = truth.of("black")
    assert (early.start_s, early.end_s) == (0.2, 0.4)
    assert late.start_s == pytest.approx(1.0 + 14 / 30)
    assert late.end_s == pytest.approx(1.2 + 14 / 30)


def test_low_frame_rate_repeats_evenly(tmp_path):
    _, shown = run(tmp_path, LowFrameRate(fps=10, start=1.0))
    assert [k for _, k in shown] == [*range(30), *(n // 3 * 3 for n in range(30, 60))]


def test_judder_24_in_30_repeats_every_fifth(tmp_path):
    _, shown = run(tmp_path, Judder(content_fps=24))
    repeats = np.diff([k for _, k in shown]) == 0
    assert list(repeats[:10]) == [True, False, False, False, False] * 2
    assert repeats.mean() == pytest.approx(0.2, abs=0.02)


def test_frame_drops(tmp_path):
    _, shown = run(tmp_path, FrameDrops(every=4), vfr=True)
    assert [n for n, _ in shown] == [n for n in range(60) if n % 4 != 3]


def test_uneven_rate_has_its_mean_and_is_uneven():
    truth_rate = 10
    fault = UnevenFrameRate(fps=truth_rate, spread=0.6)
    shown = _shown(fault, numbered(200))
    news = np.flatnonzero(np.diff(shown, prepend=-1))
    assert len(news) == pytest.approx(200 / RATE * truth_rate, rel=0.15)
    assert np.diff(news).std() > 0.8
    assert np.all(np.diff(shown) >= 0)


def test_jitter_is_late_on_average_and_never_goes_back():
    shown = _shown(Jitter(sd_ms=60, start=1.0), numbered(200))
    lag = np.arange(200) - shown
    assert np.all(lag[:30] == 0)
    assert np.all(np.diff(shown) >= 0)
    assert lag.max() <= 8
    assert 1 < lag[40:].mean() < 4


def _shown(fault, clip):
    take = Take(clip.rate, clip.width, clip.height, np.random.default_rng(3))
    return np.array([int(planes.y[0, 0]) - 20 for planes in fault.pictures(clip.pictures(), take)])


@pytest.mark.parametrize("style", ["ring", "dots", "bounce"])
def test_stall_moves_in_the_middle_only(tmp_path, style):
    clip = numbered(40)
    out = tmp_path / "stall.mkv"
    truth = impair(clip, out, [Stall(start=0.5, end=1.5, style=style, dim=0.5)], crf=4)
    pictures = decoded(out)
    assert truth.frames == len(pictures) == 40 + 29
    inside = np.stack([y for t, y in pictures if 0.5 <= t < 1.499]).astype(int)
    moving = np.ptp(inside, axis=0)
    assert moving[:20].max() <= 2
    assert moving[28:44, 52:76].max() > 40
    assert inside[:, 0].mean() == pytest.approx(16 + (35 - 16) * 0.5, abs=1)
    assert pictures[45][1].mean() == pytest.approx(20 + 16, abs=1)


def test_stall_without_animation_is_a_repeat(tmp_path):
    stall = Stall(start=0.5, end=1.5, style="none", dim=0.7)
    truth = impair(numbered(40), tmp_path / "stall.mp4", [stall], vfr=True)
    assert truth.pictures == 40


def picture(fault, planes):
    height, width = planes.shape
    take = Take(Fraction(RATE), width, height, np.random.default_rng(1))
    return list(fault.pictures(iter([planes] * 30), take))


def grey(level, size=(1080, 1920)):
    half = np.full((size[0] // 2, size[1] // 2), 128, np.uint8)
    return Planes(np.full(size, level, np.uint8), half, half)


def test_blur_has_its_sigma_in_pixels_of_1080p():
    for height in (1080, 540):
        planes = grey(16, (height, height * 16 // 9))
        planes.y[:, planes.y.shape[1] // 2 :] = 235
        row = picture(Blur(sigma=6), planes)[0].y[height // 2].astype(float)
        spread = np.diff(row)
        x = np.arange(len(spread))
        centre = np.average(x, weights=spread)
        sigma = np.sqrt(np.average((x - centre) ** 2, weights=spread))
        assert sigma == pytest.approx(6 * height / 1080, rel=0.05)


def test_noise_has_its_sigma_and_moves():
    moving = picture(Noise(sigma=10), grey(126))
    difference = moving[0].y.astype(float) - 126
    assert difference.std() * 255 / 219 == pytest.approx(10, rel=0.02)
    assert not np.array_equal(moving[0].y, moving[1].y)
    static = picture(Noise(sigma=10, static=True), grey(126))
    assert static[0] is static[1]


def test_levels():
    ramp = grey(16, (64, 220))
    ramp.y[:] = np.arange(220) + 16
    assert len(np.unique(picture(Banding(levels=12), ramp)[0].y)) == 12
    flat = picture(Contrast(factor=0.5), ramp)[0].y
    assert np.ptp(flat) == pytest.approx(219 / 2, abs=1)
    brighter = picture(Exposure(stops=1), grey(126, (64, 64)))[0].y
    light = ((brighter.mean() - 16) / (126 - 16)) ** 2.2
    assert light == pytest.approx(2.0, rel=0.03)
    assert picture(Exposure(stops=4), grey(126, (64, 64)))[0].y.mean() == pytest.approx(235, abs=1)


def test_colour():
    tinted = picture(ColourCast(u=-20, v=30), grey(126, (64, 64)))[0]
    assert (tinted.u.mean() - 128) * 255 / 224 == pytest.approx(-20, abs=0.6)
    assert (tinted.v.mean() - 128) * 255 / 224 == pytest.approx(30, abs=0.6)
    assert tinted.y.mean() == 126
    red = picture(ColourCast(red=1.4), grey(126, (64, 64)))[0]
    assert red.v.mean() > 140


def test_flicker_has_its_rate_and_depth():
    level = np.array([p.y.mean() - 16 for p in picture(Flicker(hz=2, depth=0.2), grey(126, (64, 64)))])
    assert np.ptp(level) / 2 / 110 == pytest.approx(0.2, abs=0.02)
    spectrum = np.abs(np.fft.rfft(level - level.mean()))
    assert spectrum.argmax() == 2


def test_uniform_pictures_are_repeats():
    black = picture(Black(), grey(126))
    assert black[0] is black[-1]
    assert black[0].y.max() == 16
    assert picture(Blank(level=255), grey(126))[0].y.min() == 235


def test_rescale_loses_detail_and_keeps_size():
    clip = scene("pan", seconds=0.1, height=360)
    planes = next(clip.pictures())
    (small, *_) = picture(Rescale(height=90), planes)
    assert small.shape == planes.shape
    assert (
        np.abs(np.diff(small.y.astype(int), axis=1)).mean() < 0.7 * np.abs(np.diff(planes.y.astype(int), axis=1)).mean()
    )


def test_truth_is_read_back_and_all_is_the_same_again(tmp_path):
    faults = [Noise(sigma=4, start=0.2, end=0.4), UnevenFrameRate(fps=12)]
    first = impair(scene("objects", seconds=1, height=96), tmp_path / "a.mp4", faults, seed=5)
    impair(scene("objects", seconds=1, height=96), tmp_path / "b.mp4", faults, seed=5)
    assert read_truth(tmp_path / "a.truth.json") == first
    for (_, a), (_, b) in zip(decoded(tmp_path / "a.mp4"), decoded(tmp_path / "b.mp4"), strict=True):
        assert np.array_equal(a, b)


@pytest.mark.parametrize(
    ("codec", "suffix"),
    [("libx264", ".ts"), ("libx265", ".mov"), ("libvpx-vp9", ".webm"), ("libsvtav1", ".mkv")],
)
def test_codecs_and_containers_keep_every_frame(tmp_path, codec, suffix):
    out = tmp_path / f"clip{suffix}"
    clip = scene("pan", seconds=0.7, height=96, sound="music")
    truth = impair(clip, out, [Freeze(start=0.2, end=0.4)], codec=codec, crf=30, vfr=suffix != ".ts")
    times = np.array([t for t, _ in decoded(out)])
    assert len(times) == truth.pictures
    expected = [n / 30 for n in range(21) if suffix == ".ts" or not 6 < n < 12]
    assert times - times[0] == pytest.approx(expected, abs=0.0011)


def test_sources_of_any_kind_become_even_8_bit_limited(tmp_path):
    for pix_fmt, size, full in (
        ("yuvj420p", (96, 128), True),
        ("yuv444p10le", (95, 127), False),
        ("gray", (96, 128), False),
    ):
        path = tmp_path / f"{pix_fmt}.mkv"
        _write_grey(path, pix_fmt, size, level=180, full=full)
        clip = read_clip(path)
        pictures = list(clip.pictures())
        assert (clip.height, clip.width) == (96 if size[0] == 96 else 94, 128 if size[1] == 128 else 126)
        assert len(pictures) == 5
        assert pictures[0].y.mean() == pytest.approx(180 * 219 / 255 + 16 if full else 180, abs=1.1)
        assert all(p is pictures[0] for p in pictures)


def _write_grey(path, pix_fmt, size, *, level, full):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = size[1], size[0], pix_fmt.replace("yuvj", "yuv")
        stream.codec_context.color_range = 2 if full else 1
        for n in range(5):
            frame = av.VideoFrame(size[1], size[0], stream.pix_fmt)
            for place, plane in enumerate(frame.planes):
                wide = "10" in pix_fmt
                samples = np.frombuffer(memoryview(plane), np.uint16 if wide else np.uint8)
                value = 128 if place else level
                samples[:] = value * 4 if wide else value
            frame.pts, frame.color_range = n, 2 if full else 1
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def test_a_gap_in_the_source_becomes_repeats(tmp_path):
    impair(numbered(30), tmp_path / "gap.mp4", [Freeze(start=0.2, end=0.6)], vfr=True, crf=4)
    clip = read_clip(tmp_path / "gap.mp4")
    pictures = list(clip.pictures())
    assert clip.rate == RATE
    assert len(pictures) == 30
    assert len({id(p) for p in pictures[6:18]}) == 1
    assert pictures[5] is not pictures[6]


def test_part_rate_and_height_of_a_source(tmp_path):
    impair(numbered(60), tmp_path / "a.mp4", crf=4)
    clip = read_clip(tmp_path / "a.mp4", start=0.5, duration=1.0, fps=Fraction(15), height=48)
    pictures = list(clip.pictures())
    assert len(pictures) == 15
    assert (clip.height, clip.width) == (48, 86)
    assert [round(float(p.y.mean())) - 20 for p in pictures[1:4]] == [17, 19, 21]


def test_what_makes_no_sense_is_said(tmp_path):
    with pytest.raises(UsageError, match="is empty"):
        Blur(start=2, end=2)
    with pytest.raises(UsageError, match="sigma is -1"):
        Noise(sigma=-1)
    with pytest.raises(UsageError, match="starts behind the end"):
        impair(numbered(10), tmp_path / "a.mp4", [Blur(start=5)])
    assert not (tmp_path / "a.mp4").exists()
    with pytest.raises(UsageError, match="does not take"):
        impair(numbered(10), tmp_path / "a.webm")
    with pytest.raises(UsageError, match="no known container"):
        impair(numbered(10), tmp_path / "a.avi")
    impair(numbered(5), tmp_path / "b.mp4")
    with pytest.raises(UsageError, match="source itself"):
        impair(tmp_path / "b.mp4", tmp_path / "b.mp4")
    with pytest.raises(CannotOpen):
        impair(tmp_path / "missing.mp4", tmp_path / "a.mp4")
