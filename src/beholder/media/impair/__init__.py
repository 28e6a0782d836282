"""Clips with known faults, and the truth beside them, to measure detectors with."""

from beholder.media.impair.apply import impair
from beholder.media.impair.clip import Clip, Planes
from beholder.media.impair.coding import Recode, ResolutionSwitch
from beholder.media.impair.loss import PacketLoss
from beholder.media.impair.picture import (
    Banding,
    Black,
    Blank,
    Blur,
    ColourCast,
    Contrast,
    Exposure,
    Flicker,
    Noise,
    Rescale,
)
from beholder.media.impair.plan import Impairment
from beholder.media.impair.read import read_clip
from beholder.media.impair.scenes import scene
from beholder.media.impair.sound import Clipping, Drift, Dropouts, Level, Offset, Silence, SoundNoise
from beholder.media.impair.timing import FrameDrops, Freeze, Jitter, Judder, LowFrameRate, Stall, UnevenFrameRate
from beholder.media.impair.truth import Fault, Truth, read_truth

__all__ = [
    "Banding",
    "Black",
    "Blank",
    "Blur",
    "Clip",
    "Clipping",
    "ColourCast",
    "Contrast",
    "Drift",
    "Dropouts",
    "Exposure",
    "Fault",
    "Flicker",
    "FrameDrops",
    "Freeze",
    "Impairment",
    "Jitter",
    "Judder",
    "Level",
    "LowFrameRate",
    "Noise",
    "Offset",
    "PacketLoss",
    "Planes",
    "Recode",
    "Rescale",
    "ResolutionSwitch",
    "Silence",
    "SoundNoise",
    "Stall",
    "Truth",
    "UnevenFrameRate",
    "impair",
    "read_clip",
    "read_truth",
    "scene",
]
