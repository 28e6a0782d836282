"""Fine detail: blur, upscaling and coding loss, told apart by a small network on the spectrum of busy patches.

Each of the three removes fine structure in its own way: a blur bends the spectrum down smoothly, an upscaler cuts it
off at the old limit, a coder takes weak structure everywhere, leaves strong edges, and treats the lines of its grid
otherwise than what lies between them. The network looks at radial band energies of the strongest patches, at the loss
of the patches on the way to a smaller size and back, at steps along the grid of blocks, at noise, and at how much of
the picture is plain; it was trained on clean pictures and drawn pages with known damage.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.features.blockiness import PHASES, phase_inputs
from beholder.features.sharpness import BANDS, measure_spectrum

__all__ = ["DETAIL_INPUTS", "detail_inputs", "measure_detail"]

REFERENCE_ROWS = 1080  # blur is given in pixels of a picture with this short side
SHRINK = 0.75  # beside the half; half of it is the third
RIM = 4  # pixels; patches are wrong near their edges after scaling
POWER_FLOOR = 1e-3  # squared levels; far below the rounding noise of 8 bit
DETAIL_INPUTS = 2 * BANDS + 3 + 2 + PHASES + 2


def detail_inputs(
    busy: NDArray[np.float32],
    *,
    block_edge: float,
    noise: float,
    profile: NDArray[np.float64],
    plain: float,
    flat: float,
) -> NDArray[np.float64]:
    """Give what the network looks at, shape (DETAIL_INPUTS,); see `measure_detail`."""
    power = measure_spectrum(busy) + POWER_FLOOR
    rest = [np.log1p(np.nan_to_num(block_edge)), np.log1p(np.nan_to_num(noise))]
    spectrum = (np.log10(power.mean(axis=0)), np.log10(np.median(power, axis=0)))
    return np.concatenate((*spectrum, _losses(busy), rest, phase_inputs(profile), np.nan_to_num([plain, flat])))


def measure_detail(
    busy: NDArray[np.float32],
    *,
    short_side: int,
    block_edge: float,
    noise: float,
    profile: NDArray[np.float64],
    plain: float,
    flat: float,
) -> dict[str, float]:
    """Measure blur, upscaling and coding loss.

    Parameters
    ----------
    busy : NDArray of float32, shape (n, side, side)
        Patches with structure (`beholder.features.patches`).
    short_side : int
        Of the picture, pixels.
    block_edge : float
        See `beholder.features.blockiness`.
    noise : float
        See `beholder.features.noise`.
    profile : NDArray, shape (4, 8)
        See `beholder.features.blockiness.grid_profile`.
    plain, flat : float
        See `beholder.features.screen`.

    Returns
    -------
    dict
        ``blur_sigma`` (standard deviation of an equivalent Gaussian blur, pixels of a picture with 1080 rows),
        ``upscaling`` (shown over coded height, 1 for native), ``coding_loss`` (0 none; .33, .67 and 1 where H.264 has
        taken 8, 20 and 40 points of VMAF). NaN without patches.
    """
    names = ("blur_sigma", "upscaling", "coding_loss")
    if not busy.shape[0]:
        return dict.fromkeys(names, float("nan"))
    inputs = detail_inputs(busy, block_edge=block_edge, noise=noise, profile=profile, plain=plain, flat=flat)
    sigma, ratio, loss = _network(inputs)
    return {
        "blur_sigma": max(float(np.expm1(sigma)), 0.0) * REFERENCE_ROWS / short_side,
        "upscaling": float(2.0 ** max(ratio, 0.0)),
        "coding_loss": float(np.clip(loss, 0.0, 1.0)),
    }


def _losses(busy: NDArray[np.float32]) -> list[float]:
    """Give what shrinking to 1/2, 3/4 and 3/8 loses."""
    count, side, _ = busy.shape
    tall = busy.reshape(-1, side)
    half = cv2.resize(tall, (side // 2, side * count // 2), interpolation=cv2.INTER_AREA)
    part = int(side * SHRINK)
    most = cv2.resize(tall, (part, part * count), interpolation=cv2.INTER_LINEAR)
    least = cv2.resize(most, (part // 2, part * count // 2), interpolation=cv2.INTER_AREA)
    return [_loss(busy, np.asarray(small, np.float32)) for small in (half, most, least)]


def _loss(busy: NDArray[np.float32], small: NDArray[np.float32]) -> float:
    """Median over patches of the mean square error, as a power of ten, when a smaller copy is enlarged again."""
    count, side, _ = busy.shape
    tall = busy.reshape(-1, side)
    error = cv2.absdiff(cv2.resize(small, (side, side * count), interpolation=cv2.INTER_CUBIC), tall)
    inner = np.asarray(error).reshape(busy.shape)[:, RIM:-RIM, RIM:-RIM].reshape(count, -1)
    return float(np.log10(np.median(np.einsum("ij,ij->i", inner, inner)) / inner.shape[1] + POWER_FLOOR))


@cache
def _weights() -> list[NDArray[np.float64]]:
    """Read the weights: centre and scale of the inputs, then a matrix and an offset per layer."""
    text = (files("beholder.features") / "resolution.json").read_text("utf-8")
    return [np.asarray(part, np.float64) for part in json.loads(text)["weights"]]


def _network(inputs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two layers with a hyperbolic tangent between them."""
    centre, scale, first, offset, second, last = _weights()
    return np.tanh((inputs - centre) / scale @ first + offset) @ second + last
