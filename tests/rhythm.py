"""Evidence of made-up recordings: a texture that moves by given steps, with repeats or gaps where it stands."""

from collections.abc import Sequence

import numpy as np

from beholder.features.cadence import new_pictures
from beholder.features.holds import HoldMeasures, strongest
from beholder.types import Evidence, Series

STEP = 0.5  # blocks per frame: a shift of about 10 levels
_ROWS, _COLUMNS, _MARGIN = 33, 60, 50
_LOOSE = np.random.default_rng(5).normal(0, 1, (_ROWS, 600))
_SMOOTH = np.hanning(13) / np.sqrt(np.square(np.hanning(13)).sum())
_TEXTURE = np.array([128 + 35 * np.convolve(row, _SMOOTH, "same") for row in _LOOSE])


def blocks(x: float) -> np.ndarray:
    """Block means of the texture moved by `x` blocks, -50 .. 450."""
    whole = int(np.floor(x))
    first = _MARGIN + whole
    left, right = (_TEXTURE[:, first + n : first + n + _COLUMNS] for n in (0, 1))
    return (left + (x - whole) * (right - left)).astype(np.float32)


def moving(count: int, start: float = 0.0, step: float = STEP) -> list[float]:
    """Positions of `count` pictures in even movement."""
    return [start + step * n for n in range(count)]


def frozen(before: int, held: int, after: int, *, lost: int = 0) -> list[float]:
    """Movement, a picture held for `held` frames of the grid, and movement that went on or lost `lost` frames."""
    return [*moving(before), *[STEP * (before - 1)] * (held - 1), *moving(after, STEP * (before + lost))]


def recording(positions: Sequence[float], rate: float = 30.0, *, gaps: bool = False, noise: float = 0.0) -> Evidence:
    """Measure it as the per-frame measures do; `gaps` leaves repeats out; `noise` in levels goes on in every frame."""
    rng = np.random.default_rng(0)
    kept = [n for n, x in enumerate(positions) if not gaps or n == 0 or x != positions[n - 1]]
    measures, last = HoldMeasures(), None
    rows, jumps = [], {}
    for n in kept:
        picture = blocks(positions[n]) + rng.normal(0, noise, (_ROWS, _COLUMNS)).astype(np.float32)
        difference = None if last is None else np.abs(picture - last)
        shift = float("nan") if difference is None else strongest(difference)
        drift, ended = measures.update(n / rate, picture, shift)
        jumps.update(ended)
        rows.append((float("nan") if difference is None else float(difference.mean()), shift, drift))
        last = picture
    t = np.array(kept) / rate
    values = np.array(rows, np.float32).reshape(-1, 3)
    series = {name: Series(name, t, values[:, i].copy()) for i, name in enumerate(("change", "shift", "drift"))}
    jump = np.full(t.size, np.nan, np.float32)
    jump[list(jumps)] = list(jumps.values())
    zero = np.zeros(t.size, np.float32)
    series |= {"jump": Series("jump", t, jump)}
    series |= {name: Series(name, t, zero) for name in ("active", "histogram_change")}
    series |= new_pictures(series)
    return Evidence(series=series, facts={"duration_s": len(positions) / rate, "fps": rate})


def drawn(evidence: Evidence) -> Evidence:
    """Give the same recording as one of a drawn screen."""
    t = np.arange(0.0, float(evidence.facts["duration_s"]), 0.5)
    screen = {name: Series(name, t, np.full(t.size, 0.95, np.float32)) for name in ("plain", "flat")}
    return Evidence(series={**evidence.series, **screen}, facts=evidence.facts)
