"""How figures and names are put into words, the same in the terminal, the report and the web.

>>> grade(3.9), clock_time(64.25), title("low_frame_rate")
('Good', '1:04.2', 'Low frame rate')
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from beholder.types import Issue, Result, Series, Span

__all__ = [
    "COUNTS",
    "HEARD",
    "VALUES",
    "clock_time",
    "cost_words",
    "evidence_words",
    "facts_in_words",
    "figure",
    "grade",
    "label_and_unit",
    "nothing_found",
    "span_words",
    "title",
    "worst_window",
]

COUNTS = 0.005
"""MOS; what costs less prints as 0.00."""
HELD_DOWN = 0.2
"""MOS; a cause that took less over a whole recording need not be named where no issue was found."""

HEARD = frozenset({"clipping", "dropout", "level", "silence", "sound_noise"})
"""Issues of the sound: no picture shows them."""

NOT_PRICED = HEARD | {"glare", "moire", "skew"}
"""Issues that the score of the picture knows nothing of: those of sound, and of how a screen was filmed."""

GRADES = ("Bad", "Poor", "Fair", "Good", "Excellent")
"""The five categories of the absolute category rating scale (ITU-T P.910, 7.2)."""

TITLES = {
    "blank": "Blank picture",
    "black": "Black picture",
    "blockiness": "Block artefacts",
    "blur": "Blurred picture",
    "clipping": "Clipped sound",
    "color_range": "Colour range",
    "dropout": "Sound dropout",
    "corruption": "Corrupted picture",
    "exposure": "Bad exposure",
    "freeze": "Frozen picture",
    "glare": "Glare on the filmed screen",
    "level": "Sound level",
    "moire": "Moiré of the filmed screen",
    "noise": "Picture noise",
    "pix_fmt": "Pixel format",
    "skew": "Screen filmed at a slant",
    "slow_response": "Slow response to input",
    "sound_noise": "Noisy sound",
    "upscaled": "Upscaled resolution",
}
"""Plain titles of issue kinds, factors and series; any other name is made from its own words."""

UNITS = {
    "bytes": "B",
    "db": "dB",
    "dbfs": "dBFS",
    "dbm": "dBm",
    "fps": "fps",
    "hz": "Hz",
    "kbps": "kbit/s",
    "mb": "MB",
    "mbps": "Mbit/s",
    "ms": "ms",
    "pct": "%",
    "percent": "%",
    "px": "px",
    "s": "s",
}
"""Units that a name may end in."""
FACT_DIGITS = 4  # so that 29.97 frames a second stay what they are
EVIDENCE = {
    "after_px": "height after|px",
    "before_px": "height before|px",
    "black_share": "black, share of the picture",
    "block_edge": "edges on the block grid, against those between",
    "brightness": "brightness|of 255",
    "cast_cb": "shift to blue|levels",
    "cast_cr": "shift to red|levels",
    "certainty": "certainty, 0 to 1",
    "clipped_share": "samples at full scale, share",
    "decoder_reports": "pictures the decoder calls damaged",
    "duration_s": "duration|s",
    "entry": "began",
    "jump": "jump at the end, against movement before",
    "longest_ms": "longest picture|ms",
    "lost_s": "content lost|s",
    "mode": "afterwards it",
    "movement_before": "movement before|levels",
    "movement": "movement|levels",
    "page_content": "filled, share of the screen",
    "picture_share": "share of the picture",
    "plain_share": "of one tone, share of the picture",
    "programme_dbfs": "level of the programme|dBFS",
    "rate_fps": "new pictures|per s",
    "snr_db": "above the noise|dB",
    "usual_page_content": "filled otherwise, share of the screen",
}
"""What the evidence of issues is called, and after a bar its unit; any other name is made from its own words."""

VALUES = {"pause": "goes on", "skip": "jumps ahead", "cut": "at once"}
"""Plain words for what the evidence of issues says in one."""

SPELLED = (
    "cpu",
    "fps",
    "gpu",
    "hdr",
    "id",
    "kpi",
    "mos",
    "ram",
    "rsrp",
    "rssi",
    "rtt",
    "sha256",
    "sinr",
    "url",
    "vmos",
)
"""Words that are written in capitals."""


def grade(mos: float) -> str:
    """Give the verbal category nearest to a MOS (1 bad .. 5 excellent).

    Parameters
    ----------
    mos : float

    Returns
    -------
    str
        One of `GRADES`, or ``"Not scored"`` for NaN.
    """
    if not math.isfinite(mos):
        return "Not scored"
    return GRADES[min(4, max(0, math.floor(mos + 0.5) - 1))]


def clock_time(seconds: float, *, decimals: int = 1) -> str:
    """Write a time as ``m:ss.s``, or ``h:mm:ss.s`` from one hour on.

    >>> clock_time(3723.96), clock_time(59.99, decimals=0)
    ('1:02:03.9', '0:59')
    """
    if not math.isfinite(seconds):
        return "?"
    sign, ticks = ("−" if seconds < 0 else ""), math.floor(abs(seconds) * 10**decimals + 1e-6)
    whole, rest = divmod(ticks, 10**decimals)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    fraction = f".{rest:0{decimals}d}" if decimals else ""
    head = f"{hours}:{minute:02d}" if hours else f"{minute}"
    return f"{sign}{head}:{second:02d}{fraction}"


def span_words(span: Span) -> str:
    """Write a span as ``0:04.0–0:06.5``."""
    return f"{clock_time(span.start)}–{clock_time(span.end)}"


def title(name: str) -> str:
    """Give a plain title for a kind, a factor, a series, a KPI or a fact.

    >>> title("factor_freeze"), title("kpi_rtt_ms"), title("lip_sync")
    ('Frozen picture', 'RTT', 'Lip sync')
    """
    bare = name.removeprefix("factor_").removeprefix("kpi_")
    if bare in TITLES:
        return TITLES[bare]
    words = label_and_unit(bare)[0]
    return words[:1].upper() + words[1:]


def label_and_unit(name: str) -> tuple[str, str]:
    """Split the unit off a name that ends in one.

    >>> label_and_unit("longest_pause_ms")
    ('longest pause', 'ms')
    >>> label_and_unit("frames")
    ('frames', '')
    """
    words = [word.upper() if word.lower() in SPELLED else word for word in name.split("_")]
    if len(words) > 1 and words[-1].lower() in UNITS:
        return " ".join(words[:-1]), UNITS[words[-1].lower()]
    return " ".join(words), ""


def evidence_words(name: str) -> tuple[str, str]:
    """Give the label and the unit of a figure of an issue's evidence.

    >>> evidence_words("lost_s"), evidence_words("peak_dbfs")
    (('content lost', 's'), ('peak', 'dBFS'))
    """
    if name in EVIDENCE:
        label, _, unit = EVIDENCE[name].partition("|")
        return label, unit
    return label_and_unit(name)


def figure(value: object, *, digits: int = 3) -> str:
    """Write a figure with a few significant digits, and text as it is.

    >>> figure(0.012345), figure(1234.5), figure(2.0), figure(None)
    ('0.0123', '1,234', '2', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if not isinstance(value, (int, float, np.integer, np.floating)):
        return str(value)
    number = float(value)
    if not math.isfinite(number):
        return "–"
    return f"{number:,.0f}" if abs(number) >= 10**digits - 0.5 else f"{number:.{digits}g}"


def facts_in_words(subject: Mapping[str, Any]) -> list[str]:
    """Give the facts that people look for first: size, frame rate, codec, length, sound.

    >>> facts_in_words({"width": 640, "height": 360, "fps": 29.97, "codec": "h264", "duration_s": 61.0})
    ['640 × 360', '29.97 fps', 'h264', '1:01.0']
    """
    facts = []
    if "width" in subject and "height" in subject:
        facts.append(f"{subject['width']} × {subject['height']}")
    if isinstance(fps := subject.get("fps"), (int, float)):
        facts.append(f"{figure(float(fps), digits=FACT_DIGITS)} fps")
    facts += [str(subject[key]) for key in ("codec", "pix_fmt", "transfer") if subject.get(key)]
    if isinstance(duration := subject.get("duration_s"), (int, float)):
        facts.append(clock_time(float(duration)))
    if "has_sound" in subject:
        facts.append("with sound" if subject["has_sound"] else "no sound")
    return facts


def cost_words(issue: Issue) -> str:
    """Write what an issue cost, or that the score does not cover issues of its kind.

    Examples
    --------
    >>> cost_words(Issue("freeze-1", "freeze", Span(1, 2), "major", 0.42, {}, "It stands."))
    '−0.42'
    >>> cost_words(Issue("silence-1", "silence", Span(1, 2), "major", 0.0, {}, "The sound is gone."))
    'not in score'
    """
    if issue.mos_cost >= COUNTS:
        return f"−{issue.mos_cost:.2f}"
    return "not in score" if issue.kind in NOT_PRICED else "0.00"


def nothing_found(result: Result) -> str:
    """Say that there is no issue, and what holds the score down all the same."""
    causes = sorted(((cost, name) for name, cost in result.factors.items() if cost >= HELD_DOWN), reverse=True)
    named = [f"{title(name).lower()} ({cost:.1f})" for cost, name in causes if name != "unexplained"]
    if not causes:
        return "No issue was found."
    if not named:
        return "No single fault was found; the picture as a whole looks less than excellent."
    return f"No single fault was found; what lowers the score lasts all the time: {', '.join(named)}."


def worst_window(mos: Series, *, seconds: float = 10.0) -> tuple[Span, float] | None:
    """Find the stretch of `seconds` with the lowest mean score.

    Parameters
    ----------
    mos : Series
        Score over time; gaps (NaN) are left out of the mean.
    seconds : float
        Length of the stretch.

    Returns
    -------
    tuple of Span and float, or None
        The stretch and its mean; None when the series is not longer than `seconds`, or empty.
    """
    step = float(np.median(np.diff(mos.t))) if mos.t.size > 1 else 0.0
    count = round(seconds / step) if step > 0 else 0
    if not 1 <= count <= mos.t.size or float(mos.t[-1] - mos.t[0]) < seconds:
        return None
    known = np.isfinite(mos.y)
    total = np.convolve(np.where(known, mos.y, 0.0), np.ones(count), mode="valid")
    measured = np.convolve(known.astype(np.float64), np.ones(count), mode="valid")
    means = np.divide(total, measured, out=np.full(total.shape, np.inf), where=measured >= count / 2)
    first = int(np.argmin(means))
    if not math.isfinite(float(means[first])):
        return None
    start = min(float(mos.t[first]), float(mos.t[-1]) - seconds)
    return Span(start, start + seconds), float(means[first])
