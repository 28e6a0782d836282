"""Series and events to MOS, with attribution."""

from beholder.models.cards import card
from beholder.models.model import PROFILES, Model, Verdict
from beholder.models.vmos import Vmos

__all__ = ["PROFILES", "Model", "Verdict", "Vmos", "card"]
