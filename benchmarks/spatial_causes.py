"""Learn the probes of coding and softness and write their weights and their entry in the card.

``BEHOLDER_DATA=... python -m benchmarks.spatial_causes --live DIR``, after ``benchmarks.spatial_train``. The rows are
those of the spatial model, but a probe falls only on the ladders of its own cause and stays level on the others. The
rated stills of image_mos, which were spoilt by coding and scaling alone, teach the probe of coding; photographs with
mixed faults hardly count.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from beholder.models.causes import CAUSES, Causes
from beholder.models.spatial import DATA
from benchmarks.spatial_data import image_mos, ladder_points, live
from benchmarks.spatial_recipe import DROPS, Pool, Recipe, fit, pool

__all__ = ["learn", "main", "pools"]

OWN = {
    "coding": {"jpeg": 2.5, "h264": 2.5, "hevc": 2.3, "vp9": 2.5, "av1": 2.5},
    "softness": {"blur": 2.8, "rescale": 2.8},
}  # MOS that the last rung costs an excellent picture, as in the recipe
RATED = {"coding": 1.0, "softness": 0.02}  # weight of the votes on image_mos
LINEAR = {
    "live_weight": 0.02,  # as good as none, but it keeps the level of photographs
    "step_weight": 0.5,  # order matters more here than level
    "noise_weight": 0.5,
    "share": 1.0,
    "kernel": 1e-9,
}


def pools(folder: Path) -> dict[str, tuple[Pool, Recipe]]:
    """What each probe learns from."""
    ladders = [ladder_points("tuning"), ladder_points("screens"), ladder_points("stills", folder)]
    stills, wild = image_mos(), live(folder)
    level = dict.fromkeys([*DROPS, *OWN["coding"]], 0.0) | {"gray": 0.0}
    found = {}
    for name in CAUSES:
        recipe = Recipe(**LINEAR, still_weight=RATED[name])  # type: ignore[arg-type]
        found[name] = pool(stills, wild, ladders=ladders, recipe=recipe, drops=level | OWN[name]), recipe
    return found


def learn(data: dict[str, tuple[Pool, Recipe]], use: Callable[[str], bool] = bool) -> Causes:
    """Solve for the rows of the groups that are used (all, unless said otherwise)."""
    found = []
    for name in CAUSES:
        rows, recipe = data[name]
        found.append(fit(rows, np.array([use(str(group)) for group in rows.group]), recipe))
    return Causes(
        mean=found[0].mean,
        scale=found[0].scale,
        bias=np.array([one.bias for one in found], np.float32),
        linear=np.stack([one.linear for one in found]).astype(np.float32),
    )


def main() -> None:
    """Learn from everything and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--live", type=Path, required=True, help="folder with Images and Data of LIVE In the Wild")
    causes = learn(pools(parser.parse_args().live))
    path = DATA / "spatial-causes.npz"
    np.savez(path, **dataclasses.asdict(causes))
    card = json.loads((DATA / "spatial.json").read_text(encoding="utf-8"))
    card["files"]["causes"] = {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    (DATA / "spatial.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
