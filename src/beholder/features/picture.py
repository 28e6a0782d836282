"""All full-size measures of one picture, sharing what they have in common."""

from __future__ import annotations

from typing import NamedTuple

from beholder.features.banding import measure_banding
from beholder.features.blockiness import grid_profile, measure_blockiness
from beholder.features.capture import measure_capture
from beholder.features.chroma import measure_chroma
from beholder.features.exposure import DRAWN, brightest_ink, measure_exposure, measure_light
from beholder.features.noise import measure_noise
from beholder.features.patches import LONGEST_COPY, cut_patches, halved, thinned
from beholder.features.resolution import measure_detail
from beholder.features.screen import inked, is_noisy_screen, is_screen_content, screen_measures
from beholder.features.severity import NIGHT, NOTHING
from beholder.types import Better, Picture

__all__ = ["PICTURE_SERIES", "Meaning", "measure_picture"]

NAN = float("nan")
MEANT = 1.0  # stops by which white on a page is rather meant
PRINTED = 0.45  # share held by few tones beside black and white; burnt photographs that pass for pages stay below
EXACT = 0.6  # share of pixels that equal their neighbours at full size; more is an exact ground, which coding spoils
SHARP_LINES = 0.9  # coding loss, per share above that, which sharp lines alone can look like (benchmarks/visual.py)
TINTED_PAGE = 0.55  # share of flat pixels from which colours are meant however many there are; 2 % of photographs
NOISY = 2.5  # levels, from which noise is taken out before a picture is judged to be drawn


class Meaning(NamedTuple):
    """What a series holds: its unit, which direction is better, and the range it can take (NaN when open)."""

    unit: str
    better: Better
    low: float
    high: float


PICTURE_SERIES: dict[str, Meaning] = {
    "blur_sigma": Meaning("px of 1080 rows", "lower", 0.0, NAN),
    "upscaling": Meaning("", "lower", 1.0, NAN),
    "coding_loss": Meaning("", "lower", 0.0, 1.0),
    "noise": Meaning("levels", "lower", 0.0, NAN),
    "block_edge": Meaning("", "lower", 0.0, NAN),
    "block_step": Meaning("levels", "lower", 0.0, 255.0),
    "banding": Meaning("", "lower", 0.0, 1.0),
    "banding_step": Meaning("levels", "lower", 0.0, 26.0),
    "dark_level": Meaning("levels", "neither", 0.0, 255.0),
    "mid_level": Meaning("levels", "neither", 0.0, 255.0),
    "bright_level": Meaning("levels", "neither", 0.0, 255.0),
    "clipped_black": Meaning("", "lower", 0.0, 1.0),
    "clipped_white": Meaning("", "lower", 0.0, 1.0),
    "excess_light": Meaning("stops", "lower", 0.0, NAN),
    "tones": Meaning("", "higher", 0.0, 256.0),
    "white_edges": Meaning("", "neither", 0.0, 1.0),
    "palette": Meaning("", "neither", 0.0, NAN),
    "saturation": Meaning("levels", "neither", 0.0, 181.0),
    "colourfulness": Meaning("levels", "neither", 0.0, NAN),
    "cast": Meaning("levels", "lower", 0.0, 181.0),
    "cast_u": Meaning("levels", "neither", -128.0, 128.0),
    "cast_v": Meaning("levels", "neither", -128.0, 128.0),
    "glare": Meaning("", "lower", 0.0, 1.0),
    "moire": Meaning("", "lower", 0.0, 1.0),
    "skew": Meaning("degrees", "lower", 0.0, 45.0),
}
"""Every series that `measure_picture` gives, by name."""


def measure_picture(luma: Picture, u: Picture, v: Picture) -> dict[str, float]:
    """Measure one picture.

    The cost is bounded for any size: copies of fixed size, and patches and strips of native pixels.

    Parameters
    ----------
    luma : Picture, shape (height, width)
        Full range, 0..255.
    u, v : Picture
        Cb and Cr, full range, neutral 128, at their coded size; (1, 1) for grey material.

    Returns
    -------
    dict
        A value for every name in `PICTURE_SERIES`; NaN where the picture does not allow the measure.

    Examples
    --------
    >>> import numpy as np
    >>> grey = np.full((16, 16), 128, np.uint8)
    >>> measure_picture(grey, grey[:8, :8], grey[:8, :8])["bright_level"]
    128.0
    """
    small = halved(luma, LONGEST_COPY)
    patches = cut_patches(luma, small)
    profile = grid_profile(luma)
    blocks = measure_blockiness(luma, profile)
    noise = measure_noise(patches.flat)
    thin = thinned(luma)
    exposure = measure_exposure(thin) | measure_light(small)
    screen = screen_measures(small)
    noisy_screen = noise["noise"] > NOISY and is_noisy_screen(small)
    on_screen = noisy_screen or is_screen_content(**screen)
    printed = inked(small) >= PRINTED
    detail = measure_detail(
        patches.busy,
        short_side=min(luma.shape),
        block_edge=blocks["block_edge"],
        noise=noise["noise"],
        profile=profile,
        **screen,
    )
    banding = measure_banding(thin)
    if noisy_screen:
        exposure["white_edges"] = 1.0
    if on_screen:  # what a camera gets wrong may be meant here, and has to be plain to see
        exposure["palette"] = 0.0
        if exposure["mid_level"] < NIGHT and exposure["bright_level"] >= NOTHING:
            exposure["bright_level"] = brightest_ink(thin)
        exposure["excess_light"] *= not printed
        exposure["excess_light"] = max(exposure["excess_light"] - MEANT, 0.0)
    if on_screen or printed or screen["flat"] >= TINTED_PAGE:
        exact = max(float(profile[1].mean()) - EXACT, 0.0)
        detail["coding_loss"] = max(detail["coding_loss"] - SHARP_LINES * exact, 0.0)
    tinted = on_screen or exposure["palette"] < DRAWN or screen["flat"] >= TINTED_PAGE
    return {
        **detail,
        **noise,
        **blocks,
        **banding,
        **exposure,
        **measure_chroma(small, u, v, drawn=tinted),
        **measure_capture(luma, small),
    }
