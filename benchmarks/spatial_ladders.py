"""Ladders of damage: one picture, one fault, seven rungs from none to gross.

Used to teach the spatial model the order of faults that no rated set holds, and on other sources to test it.
Strengths that are lengths are given for a picture 1080 lines high and scale with the height.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.media.impair.opening import open_encoder

__all__ = ["LADDERS", "RUNGS", "clip_frames", "desaturated", "ladder", "screens"]

Picture = NDArray[np.uint8]

RUNGS: dict[str, tuple[float, ...]] = {
    "blur": (0, 0.5, 1, 1.7, 2.6, 4, 6),  # standard deviation in pixels of 1080 lines
    "noise": (0, 2, 4, 8, 13, 20, 30),  # standard deviation, of 255
    "banding": (256, 64, 40, 24, 16, 10, 6),  # levels of luma
    "over": (1, 1.2, 1.45, 1.75, 2.1, 2.5, 3),  # gain, then clipped
    "under": (1, 0.75, 0.55, 0.4, 0.28, 0.2, 0.13),  # gain
    "contrast": (1, 0.8, 0.63, 0.5, 0.38, 0.28, 0.2),  # gain about the mean
    "cast": (0, 0.1, 0.2, 0.3, 0.42, 0.56, 0.7),  # red up, blue down
    "jpeg": (101, 70, 45, 28, 17, 10, 5),  # quality
    "h264": (0, 24, 29, 34, 39, 44, 50),  # CRF
    "hevc": (0, 24, 29, 34, 39, 44, 50),  # CRF
    "vp9": (0, 30, 40, 48, 54, 59, 63),  # quantizer
    "av1": (0, 30, 40, 48, 54, 59, 63),  # CRF
    "rescale": (1, 1.4, 2, 2.8, 4, 5.6, 8),  # scaled down and up again
}

CODER_OPTIONS = {
    "libx264": {"preset": "veryfast", "threads": "1"},
    "libx265": {"preset": "veryfast", "x265-params": "log-level=none:pools=1:frame-threads=1:bframes=0"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "b": "0", "threads": "1"},
    "libsvtav1": {"preset": "8", "svtav1-params": "lp=1"},
}


def _clip(x: NDArray[np.floating]) -> Picture:
    return np.clip(np.rint(x), 0, 255).astype(np.uint8)


def _blur(rgb: Picture, sigma: float) -> Picture:
    return cv2.GaussianBlur(rgb, (0, 0), sigma * rgb.shape[0] / 1080)


def _noise(rgb: Picture, sigma: float) -> Picture:
    return _clip(rgb + np.random.default_rng(7).normal(0, sigma, rgb.shape))


def _banding(rgb: Picture, levels: float) -> Picture:
    ycc = cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb)
    step = 255 / (levels - 1)
    ycc[..., 0] = _clip(np.rint(ycc[..., 0] / step) * step)
    return cv2.cvtColor(ycc, cv2.COLOR_YCrCb2RGB)


def _gain(rgb: Picture, gain: float) -> Picture:
    return _clip(rgb * gain)


def _contrast(rgb: Picture, gain: float) -> Picture:
    mean = rgb.mean()
    return _clip((rgb - mean) * gain + mean)


def _cast(rgb: Picture, share: float) -> Picture:
    return _clip(rgb * np.array([1 + share / 2, 1, 1 - share]))


def _jpeg(rgb: Picture, quality: float) -> Picture:
    data = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, int(quality)])[1]
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])


def _coded(rgb: Picture, crf: float, codec: str) -> Picture:
    """Code one picture as an intra picture and decode it again."""
    rgb = np.ascontiguousarray(rgb[: rgb.shape[0] // 2 * 2, : rgb.shape[1] // 2 * 2])
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as out:
        stream = out.add_stream(codec, rate=25)
        stream.height, stream.width = rgb.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(int(crf)), **CODER_OPTIONS[codec]}
        if codec == "libvpx-vp9":  # else a lone picture is coded much better than those of a film at the same CRF
            stream.options |= {"qmin": str(int(crf)), "qmax": str(int(crf))}
        open_encoder(stream.codec_context)
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        frame.pts = 0
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            out.mux(packet)
    file.seek(0)
    with av.open(file) as back:
        return next(back.decode(video=0)).to_ndarray(format="rgb24")


def _rescale(rgb: Picture, factor: float) -> Picture:
    h, w = rgb.shape[:2]
    small = cv2.resize(rgb, (max(round(w / factor), 8), max(round(h / factor), 8)), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC)


LADDERS: dict[str, Callable[[Picture, float], Picture]] = {
    "blur": _blur,
    "noise": _noise,
    "banding": _banding,
    "over": _gain,
    "under": _gain,
    "contrast": _contrast,
    "cast": _cast,
    "jpeg": _jpeg,
    "h264": lambda rgb, crf: _coded(rgb, crf, "libx264"),
    "hevc": lambda rgb, crf: _coded(rgb, crf, "libx265"),
    "vp9": lambda rgb, crf: _coded(rgb, crf, "libvpx-vp9"),
    "av1": lambda rgb, crf: _coded(rgb, crf, "libsvtav1"),
    "rescale": _rescale,
}


def ladder(rgb: Picture, fault: str) -> Iterator[Picture]:
    """Give the damaged rungs of one fault, mildest first; the undamaged picture is rung zero and not repeated."""
    for strength in RUNGS[fault][1:]:
        yield LADDERS[fault](rgb, strength)


def desaturated(rgb: Picture) -> Picture:
    """Give the picture without colour: not a fault."""
    return cv2.cvtColor(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def clip_frames(paths: Iterable[Path], *, shares: tuple[float, ...] = (0.33, 0.67)) -> Iterator[tuple[str, Picture]]:
    """Give a few frames of each clip, with a name for each."""
    for path in paths:
        with av.open(str(path)) as clip:
            count = sum(1 for _ in clip.decode(video=0))
        wanted = {int(share * count): share for share in shares}
        with av.open(str(path)) as clip:
            for index, frame in enumerate(clip.decode(video=0)):
                if index in wanted:
                    yield f"{path.stem}@{wanted[index]:.2f}", frame.to_ndarray(format="rgb24")
                if index >= max(wanted):
                    break


def screens() -> Iterator[tuple[str, Picture]]:
    """Draw screens of an app: flat areas, sharp edges, lines of text. Flawless by construction."""
    rng = np.random.default_rng(17)
    for number, lines in enumerate((400, 720, 720, 720, 720, 900, 1080, 1080)):
        dark = number % 2
        picture = np.full((lines, lines * 16 // 9, 3), 24 if dark else 246, np.uint8)
        row = lines // 16
        for top in range(row, lines - row, row * 2):
            left = int(rng.integers(0, lines // 4))
            right = left + int(rng.integers(lines // 3, lines))
            colour = tuple(int(c) for c in rng.integers(40, 230, 3))
            if rng.random() < 0.4:
                cv2.rectangle(picture, (left, top), (right, top + row * 3 // 2), colour, -1, cv2.LINE_AA)
            words = "".join(chr(int(c)) for c in rng.integers(97, 123, int(rng.integers(8, 40))))
            ink = (235, 235, 235) if dark else (20, 20, 20)
            where = (left + row // 4, top + row)
            cv2.putText(picture, words, where, cv2.FONT_HERSHEY_SIMPLEX, row / 48, ink, 1, cv2.LINE_AA)
        yield f"screen{number}@0", picture
