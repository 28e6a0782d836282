"""Beholder measures what viewers and listeners perceive."""

__version__ = "0.1.0"
