"""A recording, decoded once: pictures and sound with time stamps, and facts."""

from beholder.media.facts import Facts
from beholder.media.frame import Frame, Region
from beholder.media.recording import Recording, Sound

__all__ = ["Facts", "Frame", "Recording", "Region", "Sound"]
