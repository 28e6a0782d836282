"""One recording's whole story: score, issue cards, KPIs."""

from beholder.sessions.features import features
from beholder.sessions.score import score

__all__ = ["features", "score"]
