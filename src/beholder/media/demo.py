"""The demo recording: synthetic pictures and sound with known faults, and KPIs that move with them."""

from __future__ import annotations

import csv
import itertools
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from beholder.media.impair import Blur, Clip, Dropouts, Freeze, Recode, impair, scene
from beholder.media.impair.scenes import Scene

__all__ = ["make_demo"]

_SEED = 7
_FPS = 30
_FAULTS = (
    Freeze(start=4.0, end=6.5, mode="pause"),
    Blur(start=9.0, end=12.0, sigma=5.0),
    Recode(start=14.0, end=16.5, crf=46, deblock=False),
    Dropouts(start=17.5, end=18.5, hole_ms=500, per_second=1),
)
_SHOTS: tuple[tuple[Scene, Literal["music", "speech"], int], ...] = (  # frames; the pause adds 74
    ("pan", "music", 180),
    ("objects", "music", 160),
    ("pan", "music", 90),
    ("head", "speech", 96),
)
_KPI_HZ = 2
_SECONDS = 20.0
# time s, throughput kbit/s, RTT ms, buffer s: the faults come a little after the network gives in
_NETWORK = np.array(
    [
        (0.0, 4600, 42, 2.8),
        (2.4, 4500, 44, 3.0),
        (3.0, 260, 190, 1.4),
        (4.0, 180, 260, 0.0),
        (6.0, 240, 230, 0.0),
        (6.5, 4300, 60, 0.6),
        (8.2, 4500, 45, 2.8),
        (8.8, 1000, 120, 2.4),
        (11.6, 1100, 115, 2.2),
        (12.2, 4400, 46, 2.9),
        (13.3, 4500, 44, 3.0),
        (13.9, 330, 170, 1.6),
        (16.2, 380, 165, 1.2),
        (16.8, 4200, 48, 2.6),
        (17.2, 2600, 150, 2.6),
        (18.3, 2500, 160, 2.4),
        (18.8, 4500, 44, 2.9),
        (20.0, 4600, 42, 3.0),
    ]
)


def make_demo(folder: str | Path) -> tuple[Path, Path]:
    """Make a recording with known faults, and the KPIs logged beside it.

    The recording is 20 s of 1280x720 at 30 frames per second, H.264 and AAC, with a frozen picture from 4.0 to 6.5 s,
    blur from 9 to 12 s, coding at a very low bitrate from 14 to 16.5 s and a hole of half a second in the sound
    between 17.5 and 18.5 s. The truth is beside it in ``demo.truth.json``.

    Parameters
    ----------
    folder : str or Path
        Made when it is missing; files of the same names are overwritten.

    Returns
    -------
    recording, kpis : Path
        ``demo.mp4`` and ``demo_kpis.csv`` (``time_s``, ``throughput_kbps``, ``rtt_ms``, ``cpu_percent``, ``buffer_s``;
        2 Hz on the clock of the recording).
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    recording, kpis = place / "demo.mp4", place / "demo_kpis.csv"
    shots = [
        scene(kind, seconds=frames / _FPS, fps=_FPS, seed=_SEED + n, sound=sound)
        for n, (kind, sound, frames) in enumerate(_SHOTS)
    ]
    impair(_joined(shots), recording, _FAULTS, crf=24, seed=_SEED)
    _write_kpis(kpis)
    return recording, kpis


def _joined(shots: list[Clip]) -> Clip:
    """Cut shots of one size and rate together."""
    sounds = [shot.sound for shot in shots if shot.sound is not None]
    stereo = [np.repeat(sound, 2, axis=1) if sound.shape[1] == 1 else sound for sound in sounds]
    return replace(
        shots[0],
        name="scene:demo",
        pictures=lambda: itertools.chain.from_iterable(shot.pictures() for shot in shots),
        sound=np.concatenate(stereo),
    )


def _write_kpis(path: Path) -> None:
    """Write the log of the network and the device."""
    random = np.random.default_rng(_SEED)
    times = np.arange(0, _SECONDS, 1 / _KPI_HZ)
    throughput, rtt, buffered = (np.interp(times, _NETWORK[:, 0], column) for column in _NETWORK.T[1:])
    throughput *= random.normal(1, 0.04, len(times))
    rtt *= random.normal(1, 0.05, len(times))
    cpu = 34 + 5 * np.sin(times * 1.3) + random.normal(0, 2, len(times))
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["time_s", "throughput_kbps", "rtt_ms", "cpu_percent", "buffer_s"])
        for row in zip(times, throughput, rtt, cpu, buffered, strict=True):
            table.writerow([f"{row[0]:.1f}", *(f"{value:.0f}" for value in row[1:3]), f"{row[3]:.1f}", f"{row[4]:.2f}"])
