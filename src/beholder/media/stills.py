"""Single pictures of a recording at given times, as small JPEGs."""

from __future__ import annotations

import os
from collections.abc import Sequence

import cv2
import numpy as np

from beholder.media.frame import Frame
from beholder.media.recording import Recording
from beholder.types import Picture

__all__ = ["jpeg", "stills"]

QUALITY = 72  # JPEG: a thumbnail shows what happened, it is not judged
FAR_S = 8.0  # seconds ahead from which seeking is cheaper than decoding on


def stills(path: str | os.PathLike[str], times: Sequence[float], *, width: int) -> list[bytes | None]:
    """Give the picture on screen at each time as a JPEG of `width` pixels.

    Parameters
    ----------
    path : str or path
    times : sequence of float
        Seconds on the media clock, in any order.
    width : int
        Pixels; pictures are never enlarged.

    Returns
    -------
    list of bytes or None
        In the order of `times`; None where nothing could be decoded.
    """
    found: list[bytes | None] = [None] * len(times)
    with Recording(path) as recording:
        parts = iter(recording)
        shown: Frame | None = None
        ahead: Frame | None = None
        for index in sorted(range(len(times)), key=times.__getitem__):
            t = times[index]
            if t - (shown.t if shown else 0.0) > FAR_S and recording.seek(t):
                parts, shown, ahead = iter(recording), None, None
            while ahead is None or ahead.t <= t:
                shown = ahead or shown
                ahead = next((part for part in parts if isinstance(part, Frame)), None)
                if ahead is None:
                    break
            picture = shown or ahead
            found[index] = None if picture is None else jpeg(picture, width=width)
    return found


def jpeg(frame: Frame, *, width: int) -> bytes:
    """Code a picture as a JPEG of at most `width` pixels across."""
    picture: Picture = frame.rgb()
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    if width < picture.shape[1]:
        picture = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    _, coded = cv2.imencode(".jpg", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return coded.tobytes()
