"""Votes to Mean Opinion Scores: read, screen, recover, agree, compare, evaluate. Pure functions on arrays."""

from __future__ import annotations

from beholder.ratings.recovered import Fit, Recovered
from beholder.ratings.votes import ACR, Ratings, Scale

__all__ = ["ACR", "Fit", "Ratings", "Recovered", "Scale"]
