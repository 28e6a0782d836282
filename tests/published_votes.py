"""The votes of others, with what is published about them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np

from beholder.ratings import Ratings

PANELS = {
    "NFLX": "NFLX_dataset_public_raw.csv",
    "NFLX4outliers": "NFLX_dataset_public_raw_last4outliers.csv",
    "VQEGHD3": "VQEGHD3_dataset_raw.csv",
}


def panel(data_dir: Path, name: str) -> Ratings:
    """A complete panel: stimuli down, raters across."""
    table = np.loadtxt(data_dir / "ratings" / PANELS[name], delimiter=",", skiprows=1)
    return Ratings.from_matrix(table[:, 1:])


def p910_demo(data_dir: Path) -> tuple[Ratings, dict[str, list[float]]]:
    """The demo of ITU-T P.910, and its output."""
    votes = np.loadtxt(data_dir / "ratings" / "itut_p910_demo__sample_data.csv", delimiter=",")
    text = (data_dir / "ratings" / "p910_demo_sample_data_expected_from_README.json").read_text()
    return Ratings.from_matrix(votes), ast.literal_eval(text)


def bt500_demo(data_dir: Path) -> tuple[Ratings, dict[str, list[float]]]:
    """The demo of ITU-R BT.500, with two repetitions, and its output."""
    lines = (data_dir / "ratings" / "itur_bt500_demo__small_sample_data.csv").read_text().splitlines()
    blocks: list[list[list[float]]] = [[]]
    for line in lines:
        if set(line) <= {",", " "}:
            blocks.append([])
        else:
            blocks[-1].append([float(vote) for vote in line.split(",")])
    output = (data_dir / "ratings" / "bt500_demo_small_sample_repetitions_output.txt").read_text()
    wanted = ast.literal_eval(re.sub(r"np\.float64\(([^)]*)\)", r"\1", output))
    return Ratings.from_matrix(np.stack([block for block in blocks if block], axis=2)), wanted
