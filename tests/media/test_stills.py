from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from tiny_clips import HEIGHT, WIDTH, Clip

from beholder.media import Frame, Recording
from beholder.media.stills import jpeg, stills


def numbered(path: Path, stamps: list[float], key_every: int) -> Path:
    """Write pictures whose brightness counts up."""
    with av.open(path, "w") as out:
        stream = out.add_stream("libx264", rate=10, options={"g": str(key_every), "crf": "10", "bf": "2"})
        stream.width, stream.height = WIDTH, HEIGHT
        stream.codec_context.time_base = Fraction(1, 1000)
        for n, t in enumerate(stamps):
            frame = av.VideoFrame.from_ndarray(np.full((HEIGHT, WIDTH), 20 + 4 * n, np.uint8), format="gray")
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = round(t * 1000), Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


def shown(coded: bytes | None) -> int:
    """Number of the picture that a still shows."""
    assert coded is not None
    return round((float(cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_GRAYSCALE).mean()) - 20) / 4)


@pytest.mark.parametrize("key_every", [5, 500])
@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.264"])
def test_a_still_shows_what_is_on_screen(tmp_path: Path, key_every: int, name: str) -> None:
    path = numbered(tmp_path / name, [n / 4 for n in range(50)], key_every)
    if name == "a.264":
        assert all(still is not None for still in stills(path, [0.0, 1.0], width=64))
        return
    wanted = [11.25, 0.0, 0.1, 6.3, 12.1, 1.1, 99.0]
    assert [shown(still) for still in stills(path, wanted, width=64)] == [45, 0, 0, 25, 48, 4, 49]


def test_a_still_is_small_and_never_enlarged(clip: Clip) -> None:
    path = clip("a.mp4")
    for width, expected in ((48, 48), (500, WIDTH)):
        coded = stills(path, [0.1], width=width)[0]
        assert cv2.imdecode(np.frombuffer(coded, np.uint8), cv2.IMREAD_COLOR).shape[1] == expected


def test_jpeg_keeps_the_colours(clip: Clip) -> None:
    with Recording(clip("a.mp4")) as recording:
        frame = next(part for part in recording if isinstance(part, Frame))
    decoded = cv2.cvtColor(cv2.imdecode(np.frombuffer(jpeg(frame, width=WIDTH), np.uint8), 1), cv2.COLOR_BGR2RGB)
    assert np.abs(decoded.astype(int) - frame.rgb()).mean() < 6
