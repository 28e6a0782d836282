"""From votes to scores: P.910, P.913, BT.500, ZREC, screening by correlation, plain means."""

from beholder.ratings.recovery.methods import METHODS, recover
from beholder.ratings.recovery.p910 import project
from beholder.ratings.recovery.screening import Screening, correlate, screen_bt500, screen_correlation

__all__ = ["METHODS", "Screening", "correlate", "project", "recover", "screen_bt500", "screen_correlation"]
