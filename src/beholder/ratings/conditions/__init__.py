"""Conditions of a test compared: which differ, by how much, and which are the same for practical purposes."""

from __future__ import annotations

from beholder.ratings.conditions.compare import compare_conditions
from beholder.ratings.conditions.correction import CORRECTIONS, Correction, adjusted, tukey
from beholder.ratings.conditions.design import RANDOM, Random
from beholder.ratings.conditions.effects import Effect, cliffs_delta, paired_d
from beholder.ratings.conditions.letters import compact_letters
from beholder.ratings.conditions.mixed import FixedTerm, MixedModel, RandomTerm, mixed_model
from beholder.ratings.conditions.table import ConditionPair, ConditionTable

__all__ = [
    "CORRECTIONS",
    "RANDOM",
    "ConditionPair",
    "ConditionTable",
    "Correction",
    "Effect",
    "FixedTerm",
    "MixedModel",
    "Random",
    "RandomTerm",
    "adjusted",
    "cliffs_delta",
    "compact_letters",
    "compare_conditions",
    "mixed_model",
    "paired_d",
    "tukey",
]
