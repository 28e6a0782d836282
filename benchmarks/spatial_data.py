"""The rated pictures and the ladders that the spatial model learns from, as features; pictures never leave this module.

image_mos lies in ``$BEHOLDER_DATA`` (else ``../shared/data``); LIVE In the Wild lies in a folder that the user
names. Features are kept in ``benchmarks/.cache`` under the digest of the trunk.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from beholder.features.picture import measure_picture
from beholder.features.severity import severities
from beholder.models.cnn import Trunk
from beholder.models.faults import kept_share, lost_shares
from beholder.models.spatial import DATA, describe
from benchmarks.sources import clips, data_dir, half
from benchmarks.spatial_ladders import LADDERS, Picture, clip_frames, desaturated, ladder, screens

__all__ = ["PANEL_LINES", "Points", "Stills", "image_mos", "ladder_points", "live", "trunk"]

CACHE = Path(__file__).parent / ".cache"
GOOD_LIVE, GOOD_STILL = 68.0, 3.7  # votes from which a still may serve as the source of a ladder
LIVE_SOURCES, STILL_SOURCES = 36, 16
SMALL = (1.5, 2.2)  # a picture scaled down by these and seen at its own size is all detail: the top of the scale
VIEWS = 3  # to be raised when `describe` or the ladders change, so that nothing old is read
PANEL_LINES = 1440  # image_mos was seen on a large UHD screen, so as the profile ``tv``
LEAST_HEIGHT = 240  # of a clip that serves as a source

Array = NDArray[Any]


@dataclass(frozen=True)
class Stills:
    """A rated set: one row per picture."""

    features: Array
    names: list[str]
    groups: list[str]
    mos: Array
    height: Array
    votes: Array | None = None


@dataclass(frozen=True)
class Points:
    """Rungs of ladders: one row per picture; rung 0 of fault ``none`` is the source."""

    features: Array
    source: Array
    fault: Array
    rung: Array
    height: Array


def trunk() -> Trunk:
    """Load the trunk of the package; its digest is the key of the cache, so it is read as it is."""
    path = DATA / "spatial-trunk.onnx"
    return Trunk.load(path, sha256=_digest(path))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _cached(name: str, make: Callable[[], dict[str, Array]]) -> dict[str, Array]:
    key = _digest(DATA / "spatial-trunk.onnx")[:12]
    path = CACHE / f"spatial-{key}-{VIEWS}-{name}.npz"
    if not path.exists():
        print(f"features of {name} ...", flush=True)
        CACHE.mkdir(exist_ok=True)
        np.savez(path, **make())
    with np.load(path) as arrays:
        return dict(arrays)


def _read(path: Path) -> Picture:
    bgr = cv2.imread(str(path))
    if bgr is None:
        raise FileNotFoundError(path)
    return np.ascontiguousarray(bgr[..., ::-1])


def image_mos() -> Stills:
    """324 stills with laboratory votes; shown upscaled, so they count as displayed `PANEL_LINES` high."""
    folder = data_dir() / "image_mos"

    def table(name: str) -> dict[str, dict[str, str]]:
        with (folder / name).open(newline="") as file:
            return {row["image_name"]: row for row in csv.DictReader(file)}

    paths = sorted((folder / "images").glob("*.webp"))
    names = [path.stem for path in paths]
    mos, votes, meta = table("mos_ci.csv"), table("per_user.csv"), table("meta.csv")
    t = trunk()
    x = _cached("image_mos", lambda: {"x": np.array([describe(t, _read(p), PANEL_LINES) for p in paths])})["x"]
    return Stills(
        features=x,
        names=names,
        groups=[name.split("_1frame")[0] for name in names],
        mos=np.array([float(mos[n]["mos"]) for n in names]),
        height=np.array([int(meta[n]["height"]) for n in names]),
        votes=np.array([[float(votes[n][f"user{k}"]) for k in range(1, 22)] for n in names]),
    )


def live(folder: Path) -> Stills:
    """1,162 photographs of LIVE In the Wild with crowd votes 0..100, seen at their own size."""
    from scipy.io import loadmat  # noqa: PLC0415 - reads the MAT files of this set alone

    def column(name: str) -> Array:
        return loadmat(folder / "Data" / f"{name}.mat")[name].ravel()[7:]  # the first seven trained the raters

    names = [str(cell[0]) for cell in column("AllImages_release")]
    t = trunk()

    def make() -> dict[str, Array]:
        pictures = (_read(folder / "Images" / name) for name in names)
        return {"x": np.array([describe(t, rgb, rgb.shape[0]) for rgb in pictures])}

    x = _cached("live", make)["x"]
    mos = column("AllMOS_release").astype(float)
    return Stills(features=x, names=names, groups=names, mos=mos, height=np.full(len(names), 500))


def kept_shares(paths: list[Path], looks: dict[str, Array]) -> Array:
    """Share of the quality above MOS 1 that the faults of each picture leave (`beholder.models.faults`)."""

    def measured(path: Path) -> dict[str, float]:
        y, cr, cb = cv2.split(cv2.cvtColor(_read(path), cv2.COLOR_RGB2YCrCb))
        return severities(measure_picture(*(np.asarray(plane, np.uint8) for plane in (y, cb, cr))))

    rows = [measured(path) for path in paths]
    columns = {kind: np.array([row[kind] for row in rows], np.float32) for kind in rows[0]}
    return np.asarray(kept_share(lost_shares(columns, looks)), float)


def ladder_points(kind: str, folder: Path | None = None) -> Points:
    """Ladders on ``tuning`` or ``reported`` clips, drawn ``screens`` or good ``stills`` (`folder`: LIVE)."""

    def make() -> dict[str, Array]:
        if kind == "stills":
            return _climb(_good_stills(folder or Path()))
        if kind == "screens":
            return _climb((name, rgb, 1080) for name, rgb in screens())
        frames = clip_frames([path for path in clips() if half(path) == kind])
        return _climb((name, rgb, 1080) for name, rgb in frames if rgb.shape[0] >= LEAST_HEIGHT)

    a = _cached(f"ladders-{kind}", make)
    return Points(a["x"], a["source"], a["fault"], a["rung"], a["height"])


def _good_stills(folder: Path) -> Iterator[tuple[str, Picture, int]]:
    rng = np.random.default_rng(1)
    wild = live(folder)
    for i in rng.choice(np.flatnonzero(wild.mos > GOOD_LIVE), LIVE_SOURCES, replace=False):
        rgb = _read(folder / "Images" / wild.names[i])
        yield wild.groups[i], rgb, rgb.shape[0]
    stills = image_mos()
    for i in rng.choice(np.flatnonzero(stills.mos > GOOD_STILL), STILL_SOURCES, replace=False):
        yield stills.groups[i], _read(data_dir() / "image_mos" / "images" / f"{stills.names[i]}.webp"), PANEL_LINES


def _climb(sources: Iterator[tuple[str, Picture, int]]) -> dict[str, Array]:
    t = trunk()
    rows: list[tuple[Array, str, str, int, int]] = []

    def add(source: str, fault: str, rung: int, rgb: Picture, display: int) -> None:
        rows.append((describe(t, rgb, display), source, fault, rung, rgb.shape[0]))

    for source, picture, display in sources:
        rgb = np.ascontiguousarray(picture)
        add(source, "none", 0, rgb, display)
        add(source, "gray", 1, desaturated(rgb), display)
        for rung, factor in enumerate(SMALL if rgb.shape[0] >= 500 else (), 1):
            small = cv2.resize(rgb, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
            add(source, "small", rung, small, small.shape[0])
        for fault in LADDERS:
            for rung, damaged in enumerate(ladder(rgb, fault), 1):
                add(source, fault, rung, damaged, display)
    x, source_, fault_, rung_, height = zip(*rows, strict=True)
    columns = {"source": source_, "fault": fault_, "rung": rung_, "height": height}
    return {"x": np.array(x), **{name: np.array(values) for name, values in columns.items()}}
