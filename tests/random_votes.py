"""Votes of simulated people."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from beholder.ratings import Ratings, Scale

WIDE = Scale(-100, 100, None)
"""A scale that holds any simulated vote, unrounded."""


def simulated(
    seed: int, stimuli: int, raters: int, *, share: float = 1.0, repetitions: int = 1, rounded: bool = True
) -> tuple[Ratings, np.ndarray]:
    """Votes by the model of P.910, and the true scores."""
    generator = np.random.default_rng(seed)
    truth = generator.uniform(1.3, 4.7, stimuli)
    bias = generator.normal(0, 0.4, raters)
    bias -= bias.mean()
    spread = generator.uniform(0.4, 0.9, raters)
    noise = generator.normal(size=(stimuli, raters, repetitions))
    votes = truth[:, None, None] + bias[:, None] + spread[:, None] * noise
    if rounded:
        votes = np.clip(np.rint(votes), 1, 5)
    votes[generator.random(votes.shape) > share] = np.nan
    return Ratings.from_matrix(votes) if rounded else Ratings.from_matrix(votes, scale=WIDE), truth


@st.composite
def panels(draw: st.DrawFn) -> Ratings:
    """Any panel: sparse, with repetitions, unanimous, with raters or stimuli without votes."""
    shape = draw(st.tuples(st.integers(1, 7), st.integers(1, 7), st.integers(1, 3)))
    seed = draw(st.integers(0, 2**32 - 1))
    levels = draw(st.integers(1, 5))
    share = draw(st.sampled_from([0.2, 0.5, 0.8, 1.0]))
    generator = np.random.default_rng(seed)
    votes = generator.integers(1, levels + 1, shape).astype(float)
    votes[generator.random(shape) > share] = np.nan
    if draw(st.booleans()):
        votes[0] = votes[0, 0, 0]
    if np.isnan(votes).all():
        votes[0, 0, 0] = 3
    return Ratings.from_matrix(votes)
