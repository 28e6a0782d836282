"""Votes of a made-up test: conditions x sources x raters."""

from dataclasses import replace

import numpy as np

from beholder.ratings import Ratings, Scale


def votes_of(quality, *, conditions=None, scale=None, seen=1.0, seed=0):
    """Ratings of `quality`, shape (sources, conditions, raters); `seen` is the share of votes that are there."""
    sources, count, raters = quality.shape
    table = quality.reshape(sources * count, raters).copy()
    table[np.random.default_rng(seed).random(table.shape) >= seen] = np.nan
    names = conditions or [f"c{k}" for k in range(count)]
    found = Ratings.from_matrix(table, scale=scale or Scale(-50, 50, None))
    facts = {
        "condition": tuple(name for _ in range(sources) for name in names),
        "source": tuple(f"s{s}" for s in range(sources) for _ in names),
    }
    return replace(found, about_stimuli=facts)


def quality_of(seed, *, sources=6, means=(2.0, 2.4, 3.0, 3.1), raters=16, spread=(0.5, 0.3, 0.4, 0.6)):
    """Draw sources, stimuli, raters and votes with the given standard deviations."""
    rng = np.random.default_rng(seed)
    count = len(means)
    return (
        np.asarray(means)[None, :, None]
        + spread[0] * rng.standard_normal((sources, 1, 1))
        + spread[1] * rng.standard_normal((sources, count, 1))
        + spread[2] * rng.standard_normal((1, 1, raters))
        + spread[3] * rng.standard_normal((sources, count, raters))
    )
