"""Measures of one picture as severities in physical units: what detectors threshold and attribution prices.

Each severity is 0 when nothing is wrong and grows with the damage. A value below the threshold of the detector can be
above 0: it is then within what clean material shows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from beholder.features.exposure import DRAWN

__all__ = ["SEVERITIES", "severities"]

SEVERITIES: dict[str, str] = {
    "blur": "px of 1080 rows",
    "upscaled": "octaves of height",
    "blockiness": "",
    "noise": "levels",
    "banding": "levels",
    "underexposure": "stops",
    "overexposure": "stops",
    "low_contrast": "octaves of range",
    "colour_cast": "levels",
    "glare": "",
    "moire": "",
    "skew": "degrees",
}
"""Every severity, by kind of event, with its unit."""

GAMMA = 2.2  # light over signal of a display, ITU-R BT.1886
DEEP_BLACK = 30.0  # luma; where the darkest part lies above this the range was squeezed, not dimmed
BRIGHT_ENOUGH = (
    150.0  # luma of the brightest hundredth of a picture that is exposed well (LIVE In the Wild, 2 % lie below)
)
BLOCK_EDGE, BLOCK_GAIN = 2.8, 0.12  # clean and deblocked material stays below 2.8 (benchmarks/visual.py)
COMB, SURE_COMB = 0.45, 0.60  # clean material stays below the first; 48 levels and fewer reach the second
MID_GREY = 125.0  # luma; less contrast moves all levels towards 128, less light moves them towards black
PLAIN_RANGE = 40.0  # levels; less, without black, is one plain tone
NOTHING = 12.0  # luma of the brightest hundredth; below, nothing is shown, which is another fault
ONE_TONE = 8.0  # levels; a range as small is a plain picture
NIGHT = 60.0  # luma; the ground of a dark page is darker, white paper dimmed by 3.5 stops is brighter
DIMMED = 15.0  # luma; the ground of dark themes is brighter (or their ink is white), unless they are dimmed
INK, WHITE_PAPER = 45.0, 200.0  # luma of drawn pages: their darkest ink is darker or their paper is brighter
FULL_RANGE = 125.0  # levels between the hundredths; less is flat
SCREEN_TONES = 40.0  # effective tones of a screen or a drawing, where white is meant
SCREEN_EDGES = 0.14  # share of the border of white that is dark; more: text on white (benchmarks/visual.py)
LEAST_EXCESS, SURE_EXCESS = 0.4, 1.2  # stops that the network may give to what is exposed well; that it seldom does
CLIPPED_SCENE = 0.06  # share of white that a well exposed scene may hold
STOPS_PER_SHARE = 5.0  # +2 stops clip about 0.4 of a scene (benchmarks/visual.py)


def severities(values: Mapping[str, float]) -> dict[str, float]:
    """Turn the measures of one picture into severities.

    Parameters
    ----------
    values : Mapping
        What `beholder.features.picture.measure_picture` gives.

    Returns
    -------
    dict
        One number, 0 or more, for every name in `SEVERITIES`; NaN where the measure is missing.

    Examples
    --------
    >>> from beholder.features.picture import PICTURE_SERIES
    >>> fair = dict.fromkeys(PICTURE_SERIES, 0.0) | {"bright_level": 220.0, "upscaling": 1.0, "palette": 0.6}
    >>> severities(fair)["underexposure"], severities(fair | {"bright_level": 75.0})["underexposure"]
    (0.0, 2.2)
    """
    return {
        "blur": values["blur_sigma"],
        "upscaled": math.log2(values["upscaling"]),
        "blockiness": blockiness(values["block_edge"], values["coding_loss"]),
        "noise": values["noise"],
        "banding": banding(values["banding"], values["banding_step"]),
        "underexposure": underexposure(
            values["dark_level"], values["mid_level"], values["bright_level"], values["palette"]
        ),
        "overexposure": overexposure(
            values["excess_light"], values["clipped_white"], values["tones"], values["white_edges"]
        ),
        "low_contrast": low_contrast(values["dark_level"], values["bright_level"], values["palette"]),
        "colour_cast": values["cast"],
        "glare": values["glare"],
        "moire": values["moire"],
        "skew": values["skew"],
    }


def blockiness(edge: float, loss: float) -> float:
    """Give the coding loss, or more when open block edges stand out; 0..2."""
    return max(loss, min(max(edge - BLOCK_EDGE, 0.0) * BLOCK_GAIN, 2.0))


def banding(likeness: float, step: float) -> float:
    """Give the step between bands, levels; fading to 0 as the levels in use look less like a comb."""
    return step * min(max((likeness - COMB) / (SURE_COMB - COMB), 0.0), 1.0)


def underexposure(dark: float, mid: float, bright: float, palette: float) -> float:
    """Give the stops by which the bright end lacks light.

    What was squeezed around grey keeps its middle; a drawn page on a dark ground may be meant so.
    """
    if bright < NOTHING or (palette < DRAWN and DIMMED <= mid < NIGHT):
        return 0.0 * bright
    if math.isnan(bright) or (dark > DEEP_BLACK and (bright >= MID_GREY or bright - dark < PLAIN_RANGE)):
        return 0.0 * bright
    return max(GAMMA * math.log2(BRIGHT_ENOUGH / max(bright, 1.0)), 0.0)


def overexposure(stops: float, white: float, tones: float, edges: float) -> float:
    """Give the stops by which a scene is too bright; none where tones are few or white is crisply printed on.

    The network says whether the scene is too bright; where nearly all of it is clipped, the share says better by how
    much.
    """
    if math.isnan(stops) or tones < SCREEN_TONES or edges > SCREEN_EDGES or stops <= LEAST_EXCESS:
        return 0.0 * stops
    sure = min((stops - LEAST_EXCESS) / (SURE_EXCESS - LEAST_EXCESS), 1.0)
    return sure * max(stops, (white - CLIPPED_SCENE) * STOPS_PER_SHARE)


def low_contrast(dark: float, bright: float, palette: float) -> float:
    """Give the octaves by which the range of levels is too small, for scenes without deep black.

    A drawn page has to have lost its white, too.
    """
    grey = dark > (DEEP_BLACK if palette >= DRAWN else INK) and (palette >= DRAWN or bright < WHITE_PAPER)
    if math.isnan(bright) or not grey or bright < MID_GREY or bright - dark < ONE_TONE:
        return 0.0 * bright
    return max(math.log2(FULL_RANGE / max(bright - dark, 1.0)), 0.0)
