"""Teach the trees of `features.corruption` what a moment of damage looks like: ``features/corruption.json``.

``python -m benchmarks.corruption_train FOLDER --make`` plants packet losses (H.264, slices dropped or mangled, then
concealed by the decoder) in clips of the tuning half and in made scenes, encodes them again, and writes undamaged
clips with other faults, cuts and captions. Without ``--make`` it learns from FOLDER, and from the clean clips in
``--clean`` (with ``--make``, these are sources as well). A picture is a moment of damage when the share of visibly
wrong macroblocks steps by more than 3 %; pictures beside damage are not used, those far from it are undamaged. Prints
the share of damaged clips found and of false alarms, with six folds by clip.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import cv2
import lightgbm
import numpy as np
from numpy.typing import NDArray

from beholder.features.corruption import CorruptionMeasures, glance_at, look_at
from beholder.features.glance import Glance
from beholder.media import Frame, Recording
from beholder.media import impair as faults
from beholder.media.impair import Clip, Impairment, PacketLoss, Planes, impair, read_clip, scene
from beholder.media.impair.plan import Take
from benchmarks.sources import clips, half

CASES, OTHERS = 330, 130
SECONDS = 5.0
STEP = 0.03  # of the macroblocks: more is a moment of damage
VISIBLE = 8.0  # levels, as in media.impair
FOUND, SEEN = 0.5, 0.06  # probability; mean share of a clip's damaged macroblocks that ought to be found
FOLDS = 6
MOST_FRAMES = 220
TREES = {"n_estimators": 150, "learning_rate": 0.05, "num_leaves": 12, "min_child_samples": 10, "subsample": 0.8}
TREES |= {"subsample_freq": 1, "colsample_bytree": 0.3, "verbose": -1, "n_jobs": 1, "random_state": 0}
GLANCE_TREES = TREES | {"n_estimators": 60, "learning_rate": 0.08, "num_leaves": 8, "colsample_bytree": 1.0}
TARGET = Path(__file__).parents[1] / "src" / "beholder" / "features" / "corruption.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Captions(Impairment):
    """Two lines of text that come and go."""

    kind: ClassVar[str] = "captions"

    def pictures(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        for index, planes in enumerate(pictures):
            t = index / float(take.rate)
            if t % 1.7 > 1.1:
                yield planes
                continue
            y = planes.y.copy()
            for line, text in enumerate(("And then he said nothing at all", f"nobody was there {int(t / 1.7)}")):
                at = (take.width // 8, int(take.height * (0.82 + 0.1 * line)))
                for ink, thick in ((16, 4), (235, 1)):
                    cv2.putText(y, text, at, cv2.FONT_HERSHEY_SIMPLEX, take.height / 420, ink, thick, cv2.LINE_AA)
            yield Planes(y, planes.u, planes.v)


def _other(seed: int) -> list[Impairment]:
    """Give a fault that is no damage, or none."""
    made: list[list[Impairment]] = [
        [faults.Freeze(start=1.5, end=2.2 + seed % 3 * 0.3, mode="skip")],
        [faults.UnevenFrameRate(fps=12, spread=0.7)],
        [faults.FrameDrops(every=(3, 6)[seed % 2])],
        [faults.Freeze(start=1.2, end=2.0, mode="pause")],
        [faults.LowFrameRate(fps=(7, 10)[seed % 2])],
        [faults.Jitter(sd_ms=50)],
        [faults.Flicker(start=1, end=3, hz=5, depth=0.15)],
        [faults.Black(start=1.5, end=2.5)],
        [faults.Blank(start=1.5, end=2.5, level=128.0)],
        [faults.ResolutionSwitch(start=2.0, height=(120, 180)[seed % 2])],
        [faults.Stall(start=1.5, end=2.6, style="ring", dim=0.5)],
        [faults.Exposure(start=1.5, end=2.5, stops=-1.0)],
        [Captions()],
        [],
    ]
    return made[seed % len(made)]


def make(folder: Path, more: list[Path]) -> None:
    """Write the clips to learn from, and the truth beside them; `more` are further undamaged sources."""
    videos = [p for p in clips() if half(p) == "tuning" and p.parent.name not in {"loss", "app_ui"}] + more
    for seed in range(CASES):
        rng = np.random.default_rng(seed)
        rate = (10, 25, 30, 15)[seed // 2 % 4]
        clip = _source(videos, rng, seed, height=(240, 360, 480, 360)[seed % 4], rate=rate)
        frames = sum(1 for _ in clip.pictures())
        length = frames / float(clip.rate)
        start = 1.0 + (seed * 37 % 50) / 100
        if length < start + 2.0:
            continue
        damage: Literal["drop", "mangle"] = "mangle" if seed % 2 else "drop"
        loss, burst = (0.02, 0.05, 0.12, 0.3)[seed // 3 % 4], (1.0, 4.0)[seed // 2 % 2]
        end, key_s = min(start + 2.2, length - 0.5), (2.0, 1.0)[seed // 5 % 2]
        fault = PacketLoss(start=start, end=end, loss=loss, damage=damage, burst=burst, crf=26, key_s=key_s)
        path = folder / f"damaged_{seed:03d}.mp4"
        impair(clip, path, [fault], crf=(18, 23, 28, 35)[seed // 2 % 4], seed=seed)
        shares = _shares(clip, fault, replace(fault, loss=0.0), seed)
        path.with_suffix(".json").write_text(json.dumps({"shares": shares}), "utf-8")
    for seed in range(OTHERS):
        rng = np.random.default_rng([seed, 1])
        rate = (10, 25, 30)[seed // 4 % 3]
        clip = _source(videos, rng, seed, height=(240, 360, 360, 480)[seed % 4], rate=rate)
        if seed % 14 == 13:
            clip = _cut(clip, _source(videos, rng, seed, height=clip.height, rate=rate))
        impair(clip, folder / f"other_{seed:03d}.mp4", _other(seed), crf=(18, 23, 28, 35)[seed // 3 % 4], seed=seed)


def _source(videos: list[Path], rng: np.random.Generator, seed: int, *, height: int, rate: int) -> Clip:
    if seed % 3 == 0 or not videos:
        return scene(("pan", "objects", "head")[seed // 3 % 3], seconds=SECONDS, height=height, fps=rate, seed=seed)
    return replace(read_clip(videos[int(rng.integers(len(videos)))], height=height, duration=SECONDS), sound=None)


def _cut(one: Clip, other: Clip) -> Clip:
    """Put the pictures of another clip into the middle of one."""
    first = list(one.pictures())
    size = (one.width, one.height)
    insert = [_fitted(planes, size) for planes in other.pictures()][: len(first)]
    middle = len(first) // 2
    return replace(one, pictures=lambda: iter([*first[:middle], *insert, *first[middle:]]))


def _fitted(planes: Planes, size: tuple[int, int]) -> Planes:
    half_size = (size[0] // 2, size[1] // 2)
    y = np.asarray(cv2.resize(planes.y, size), np.uint8)
    u, v = (np.asarray(cv2.resize(plane, half_size), np.uint8) for plane in (planes.u, planes.v))
    return Planes(y, u, v)


def _shares(clip: Clip, fault: PacketLoss, harmless: PacketLoss, seed: int) -> list[float]:
    """Give the share of macroblocks that differ visibly from the same coding without losses, picture by picture."""
    flows = [
        one.pictures(clip.pictures(), Take(clip.rate, clip.width, clip.height, np.random.default_rng([seed, 0])))
        for one in (fault, harmless)
    ]
    out = []
    for broken, whole in zip(*flows, strict=True):
        change = cv2.absdiff(broken.y, whole.y)
        size = (max(1, change.shape[1] // 16), max(1, change.shape[0] // 16))
        out.append(round(float((cv2.resize(change, size, interpolation=cv2.INTER_AREA) > VISIBLE).mean()), 4))
    return out


class _Collected(CorruptionMeasures):
    """Keeps the figures of every picture that is suspect."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[int, tuple[Any, Any]] = {}

    def _judge(self, place: int, damage: Any, extent: Any) -> None:
        del damage, extent
        moment = self._window[place]
        found = glance_at(moment.blocks, *self._beside(place))
        if found is not None:
            look = look_at(moment.before, moment.after, found[1])
            self.rows[moment.index] = (found[0], np.concatenate([found[0], look]))


@dataclass(frozen=True, slots=True)
class Rows:
    """Suspect pictures of one clip: figures, whether each is a moment of damage (-1: beside it), and the damage."""

    name: str
    glance: NDArray[np.float32]
    look: NDArray[np.float32]
    label: NDArray[np.int_]
    inside: NDArray[np.bool_]
    share: float


def rows_of(path: Path) -> Rows:
    """Measure a clip."""
    collected, before, count = _Collected(), None, 0
    with Recording(path) as recording:
        for part in recording:
            if isinstance(part, Frame) and count < MOST_FRAMES:
                luma = part.glance()
                same = before is not None and before.shape == luma.shape
                change = None if before is None or not same else np.asarray(cv2.absdiff(luma, before), np.uint8)
                collected.update(Glance(part.t, luma, change))
                before, count = luma, count + 1
    collected.compute()
    truth = path.with_suffix(".json")
    shares = np.zeros(count)
    if truth.exists() and not path.stem.startswith("other"):
        listed = np.array(json.loads(truth.read_text("utf-8"))["shares"])[:count]
        shares[: listed.size] = listed
    last = np.append(0.0, shares[:-1])
    index = np.array(sorted(collected.rows), int)
    glance, look = (np.array([collected.rows[i][k] for i in index], np.float32) for k in (0, 1))
    step, touched = np.abs(shares - last)[index], ((shares > 0) | (last > 0))[index]
    label = np.where(step > STEP, 1, np.where(touched, -1, 0))
    mean = float(shares[shares > 0].mean()) if (shares > 0).any() else 0.0
    return Rows(path.name, glance, look, label, touched, mean)


def trained(rows: list[Rows], name: str, options: dict[str, Any]) -> Any:
    """Fit trees on the figures called `name`."""
    x = np.concatenate([getattr(r, name) for r in rows if r.label.size])
    y = np.concatenate([r.label for r in rows if r.label.size])
    used = y >= 0
    weight = np.where(y[used] == 1, 2.0, 1.0)
    return lightgbm.LGBMClassifier(**options).fit(x[used], y[used], sample_weight=weight)


def check(rows: list[Rows]) -> None:
    """Print what folds by clip find."""
    fold = np.random.default_rng(1).integers(0, FOLDS, len(rows))
    found, alarms = [], []
    for k in range(FOLDS):
        model = trained([r for r, f in zip(rows, fold, strict=True) if f != k], "look", TREES)
        for r in (r for r, f in zip(rows, fold, strict=True) if f == k):
            p = model.predict_proba(r.look)[:, 1] if r.label.size else np.zeros(0)
            if r.share > SEEN:
                found.append((float(p[r.inside].max(initial=0.0)), r.name))
            elif r.share == 0:
                alarms.append((float(p.max(initial=0.0)), r.name))
    for limit in (0.4, FOUND, 0.6, 0.7):
        recall, false = (np.mean([p >= limit for p, _ in those]) for those in (found, alarms))
        print(f"at {limit}: {recall:.3f} of {len(found)} damaged clips, {false:.3f} of {len(alarms)} others")
    print("missed:", *(f"{n} {p:.2f}" for p, n in sorted(found)[:8]))
    print("named:", *(f"{n} {p:.2f}" for p, n in sorted(alarms, reverse=True)[:16]))


def table(model: Any) -> dict[str, Any]:
    """Write trees as `features.forest` reads them."""
    out: dict[str, list[float]] = {n: [] for n in ("roots", "feature", "threshold", "left", "right", "value")}
    deepest = 0

    def add(node: dict[str, Any], depth: int) -> int:
        nonlocal deepest
        deepest = max(deepest, depth)
        at = len(out["feature"])
        leaf = "leaf_value" in node
        asked, value = (0, float(f"{node['leaf_value']:.5g}")) if leaf else (node["split_feature"], 0.0)
        figures = (asked, 0.0, at, at, value)
        for name, figure in zip(("feature", "threshold", "left", "right", "value"), figures, strict=True):
            out[name].append(figure)
        if not leaf:
            out["threshold"][at] = float(f"{node['threshold']:.6g}")
            out["left"][at] = add(node["left_child"], depth + 1)
            out["right"][at] = add(node["right_child"], depth + 1)
        return at

    for tree in model.booster_.dump_model()["tree_info"]:
        out["roots"].append(add(tree["tree_structure"], 0))
    return {**out, "depth": deepest}


def main() -> None:
    """Make clips, or learn from them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--make", action="store_true")
    parser.add_argument("--clean", type=Path, nargs="*", default=[], help="folders of further undamaged clips")
    options = parser.parse_args()
    more = [p for d in options.clean for p in sorted(d.iterdir()) if p.suffix in {".mp4", ".mkv", ".mov", ".webm"}]
    if options.make:
        make(options.folder, more)
        return
    own = [p for p in clips() if half(p) == "tuning" and p.parent.name != "loss"]
    rows = [rows_of(path) for path in (*sorted(options.folder.glob("*.mp4")), *own, *more)]
    check(rows)
    forests = {"glance": table(trained(rows, "glance", GLANCE_TREES)), "look": table(trained(rows, "look", TREES))}
    made = {"made_by": "python -m benchmarks.corruption_train", "forests": forests}
    TARGET.write_text(json.dumps(made, separators=(",", ":")) + "\n", "utf-8")


if __name__ == "__main__":
    main()
