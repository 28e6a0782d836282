"""A result as the pipeline gives it, drawn by hand: 64 s of a call with a freeze, blur, stutter and buffering."""

from __future__ import annotations

import cv2
import numpy as np

from beholder.types import Floats, Issue, Kpi, Result, Score, Series, Skipped, Span

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&<b>\u2028.mp4"


def a_score(mos: float, *, half: float = 0.35) -> Score:
    return Score(
        mos=mos, ci95=(max(1.0, mos - half), min(5.0, mos + half)), mos_type="MOS-VQO", model="vmos", version="1.0"
    )


def dip(t: Floats, start: float, end: float, depth: float) -> Floats:
    return -depth / 4 * (1 + np.tanh(1.5 * (t - start))) * (1 + np.tanh(1.5 * (end - t)))


def timeline(seconds: int = 64, *, fps: int = 30) -> dict[str, Series]:
    rng = np.random.default_rng(7)
    t = np.arange(seconds, dtype=np.float64)
    frames = np.arange(seconds * fps) / fps
    blur, freeze, stutter = dip(t, 18, 27, 1.1), dip(t, 34, 39, 2.4), dip(t, 48, 53, 0.8)
    clarity = 4.3 + blur + 0.05 * rng.standard_normal(seconds)
    smooth = 4.6 + stutter + 0.04 * rng.standard_normal(seconds)
    playback = 4.9 + freeze
    mos = np.clip(4.25 + blur + freeze + stutter + 0.06 * rng.standard_normal(seconds), 1, 5)
    mos[5:7] = np.nan

    def scale(name: str, y: Floats, *, top: float = 5.0, low: float = 1.0, unit: str = "MOS") -> Series:
        return Series(name, t, np.clip(y, low, top).astype(np.float32), unit, "higher", low, top)

    motion = np.abs(4 + 2 * np.sin(frames / 2) + rng.standard_normal(frames.size))
    motion[(frames > 34) & (frames < 39)] = 0
    return {
        "mos": scale("mos", mos),
        "mos_low": scale("mos_low", mos - 0.4),
        "mos_high": scale("mos_high", mos + 0.4),
        "clarity": scale("clarity", clarity),
        "smoothness": scale("smoothness", smooth),
        "playback": scale("playback", playback),
        "factor_freeze": scale("factor_freeze", -freeze, low=0),
        "factor_blur": scale("factor_blur", -blur, low=0),
        "factor_stutter": scale("factor_stutter", -stutter, low=0),
        "motion": Series("motion", frames, motion.astype(np.float32), "px/frame", "neither", 0.0),
        "brightness": Series(
            "brightness", frames, (118 + 9 * np.sin(frames / 7)).astype(np.float32), "", "neither", 0, 255
        ),
        "sharpness": Series("sharpness", t[::2], (0.6 + 0.3 * blur[::2]).astype(np.float32), "", "higher", 0.0, 1.0),
        "repeat": Series("repeat", frames, ((frames > 34) & (frames < 39)).astype(np.float32), "", "lower", 0.0, 1.0),
        "kpi_throughput": Series(
            "kpi_throughput", t, (2400 + 900 * freeze + 300 * blur).astype(np.float32), "kbit/s", "higher", 0.0
        ),
    }


def a_result(*, seconds: int = 64, path: str = "checkout-flow_pixel8_build-412.mp4") -> Result:
    issues = (
        Issue(
            "freeze-1",
            "freeze",
            Span(34.0, 38.9),
            "critical",
            0.71,
            {
                "frames_repeated": 147.0,
                "share_repeated": 0.993,
                "content_lost_s": 0.0,
                "change_before": 4.31,
                "form": "pause",
            },
            "The picture stood still for 4.9 s between moving pictures; it went on where it had stopped.",
            (Kpi("kpi_throughput", 238.0, 2391.0, "kbit/s"), Kpi("kpi_rtt_ms", 412.0, 48.0, "ms")),
        ),
        Issue(
            "blur-1",
            "blur",
            Span(18.2, 26.8),
            "major",
            0.42,
            {"edge_width_px": 6.4, "usual_edge_width_px": 2.1},
            "Edges are three times as wide as in the rest of the recording.",
        ),
        Issue(
            "stutter-1",
            "stutter",
            Span(48.0, 52.5),
            "major",
            0.21,
            {"fps": 11.5, "longest_gap_ms": 240.0},
            "New pictures came unevenly, 11.5 a second.",
        ),
        Issue(
            "slow_start-1",
            "slow_start",
            Span(0.0, 1.4),
            "minor",
            0.05,
            {"first_picture_s": 1.4},
            "The first picture with content came after 1.4 s.",
        ),
    )
    return Result(
        subject={
            "kind": "recording",
            "path": f"captures/{path}",
            "sha256": "9f" * 32,
            "duration_s": float(seconds),
            "width": 1920,
            "height": 1080,
            "fps": 29.97,
            "codec": "h264",
            "pix_fmt": "yuv420p",
            "has_sound": True,
        },
        score=a_score(2.9),
        scores={"clarity": a_score(3.8), "smoothness": a_score(4.1), "playback": a_score(2.6)},
        series=timeline(seconds),
        factors={"freeze": 0.71, "blur": 0.42, "stutter": 0.21, "resolution": 0.34, "unexplained": 0.42},
        issues=issues,
        correlations=({"series": "mos", "kpi": "kpi_throughput", "r": 0.81, "lag_s": 1.2, "n": 64},),
        sync={"kpi_offset_s": 1.2, "confidence": 0.93},
        skipped=(
            Skipped("lip_sync", "the recording has no face that speaks"),
            Skipped("speech quality", "the extra is missing: pip install 'beholder[speech]'"),
        ),
    )


def a_jpeg(label: str, *, width: int = 320, height: int = 180) -> bytes:
    rng = np.random.default_rng(len(label))
    picture = cv2.resize(
        rng.integers(40, 220, (6, 8, 3), dtype=np.uint8), (width, height), interpolation=cv2.INTER_CUBIC
    )
    cv2.putText(picture, label, (12, height // 2), cv2.FONT_HERSHEY_SIMPLEX, width / 320, (255, 255, 255), 2)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 70])[1].tobytes()
