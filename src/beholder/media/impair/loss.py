"""Lost packets: slices of an H.264 stream are dropped or mangled, and the decoder conceals what it can."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import av
import av.error
import cv2
import numpy as np

from beholder.media.impair.coding import Recoded, encoder, planes_of
from beholder.media.impair.write import coder_options, frame_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from beholder.media.impair.clip import Planes
    from beholder.media.impair.plan import Take

__all__ = ["PacketLoss"]

_PAYLOAD = 1200  # bytes of a slice per RTP packet: WebRTC's limit
_START_CODE = re.compile(b"\0?\0\0\1")
_SLICE, _IDR_SLICE = 1, 5  # nal_unit_type, ITU-T H.264 table 7-1
_HEADER = 24  # bytes of a slice left alone when it is mangled, so that it is still found
_BLOCK = 16  # pixels of a macroblock
_VISIBLE = 8.0  # mean difference of a macroblock, in levels: about twice what texture hides (Weber, 3 %)


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketLoss(Recoded):
    """Macroblock corruption: the span is sent as H.264 over a network that loses packets.

    The first picture of the span arrives whole; damage stays until the next key picture. A picture all of whose slices
    are lost is a repeat of the one before. The truth adds ``packets`` (sent), ``lost``, ``damaged_s`` (stretches, as
    start and end, where some macroblock differs visibly from an undamaged decode) and ``damaged_share`` (the largest
    share of macroblocks that differ in one picture).

    Parameters
    ----------
    loss : float
        Share of packets lost, 0..1.
    burst : float
        Mean number of packets lost in a row (Gilbert model; 1: independent).
    damage : {"drop", "mangle"}
        Lost bytes are missing with the whole slice, or arrive as noise.
    slices : int
        Per picture.
    key_s : float
        Seconds from one key picture to the next.
    crf : float
        Quality of the stream.
    """

    kind: ClassVar[str] = "packet_loss"
    limits: ClassVar[Mapping[str, tuple[float, float]]] = {
        "loss": (0.0, 1.0),
        "burst": (1.0, 1000.0),
        "slices": (1, 64),
        "key_s": (0.1, 60.0),
        "crf": (0, 51),
    }
    loss: float = 0.02
    burst: float = 1.0
    damage: Literal["drop", "mangle"] = "drop"
    slices: int = 8
    key_s: float = 2.0
    crf: float = 24

    def _coded(self, pictures: Iterator[Planes], take: Take) -> Iterator[Planes]:
        keys = max(1, take.frame(self.key_s))
        options = coder_options("libx264", self.crf)
        options["x264-params"] = (
            f"slices={self.slices}:keyint={keys}:bframes=0:scenecut=0:rc-lookahead=0:sync-lookahead=0"
        )
        coder = encoder("libx264", options, take.rate, take.height, take.width)
        network = _Network(self, take)
        whole, broken = _decoder(), _decoder()
        shown: Planes | None = None
        for packet in _packets(pictures, coder):
            arrived = network.send(bytes(packet), packet.pts)
            damaged = _decoded(broken, arrived, packet.pts)
            for clean in _decoded(whole, bytes(packet), packet.pts):
                shown = damaged[-1] if damaged or shown is None else shown
                network.compare(clean, shown)
                yield shown
        network.note()


def _packets(pictures: Iterator[Planes], coder: Any) -> Iterator[Any]:
    for place, planes in enumerate(pictures):
        frame = frame_of(planes)
        frame.pts = place
        yield from coder.encode(frame)
    yield from coder.encode(None)


def _decoder() -> Any:
    decoder: Any = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    decoder.options = {"flags": "+output_corrupt+low_delay"}
    return decoder


def _decoded(decoder: Any, stream: bytes, pts: int) -> list[Planes]:
    """Decode one access unit; nothing when nothing of it arrived."""
    if not stream:
        return []
    packet = av.Packet(stream)
    packet.pts = packet.dts = pts
    try:
        return [planes_of(frame) for frame in decoder.decode(packet)]
    except av.error.InvalidDataError:
        return []


class _Network:
    """Loses packets, and keeps the account of what was lost and what it damaged."""

    def __init__(self, fault: PacketLoss, take: Take) -> None:
        self._fault, self._take = fault, take
        self._losing = False
        self._sent = self._lost = 0
        self._share: list[float] = []

    def send(self, stream: bytes, place: int) -> bytes:
        """Give what arrives of an access unit in Annex B form."""
        starts = [match.start() for match in _START_CODE.finditer(stream)]
        units = [stream[a:b] for a, b in zip(starts, [*starts[1:], len(stream)], strict=True)]
        slices = [n for n, unit in enumerate(units) if _type(unit) in (_SLICE, _IDR_SLICE)]
        for n in slices:
            units[n] = self._arrived(units[n], safe=place == 0)
        return b"".join(units) if any(units[n] for n in slices) else b""

    def _arrived(self, unit: bytes, *, safe: bool) -> bytes:
        """Give what arrives of a slice, split into packets."""
        out = bytearray(unit)
        for first in range(0, len(unit), _PAYLOAD):
            self._sent += 1
            if safe or not self._loses():
                continue
            self._lost += 1
            if self._fault.damage == "drop":
                out = bytearray()
            elif out:
                part = slice(max(first, _HEADER), first + _PAYLOAD)
                out[part] = self._take.random.integers(4, 256, len(out[part]), np.uint8).tobytes()
        return bytes(out)

    def _loses(self) -> bool:
        """Lose the next packet, or not: a Markov chain of two states."""
        stay = 1 - 1 / self._fault.burst
        enter = self._fault.loss / max(1 - self._fault.loss, 1e-9) / self._fault.burst
        if self._fault.burst == 1.0:
            stay = enter = self._fault.loss
        self._losing = bool(self._take.random.random() < (stay if self._losing else enter))
        return self._losing

    def compare(self, clean: Planes, shown: Planes) -> None:
        """Keep the share of macroblocks that differ visibly."""
        difference = cv2.absdiff(clean.y, shown.y)
        rows, columns = max(1, difference.shape[0] // _BLOCK), max(1, difference.shape[1] // _BLOCK)
        blocks = np.asarray(cv2.resize(difference, (columns, rows), interpolation=cv2.INTER_AREA))
        self._share.append(float(np.mean(blocks > _VISIBLE)))

    def note(self) -> None:
        """Write the account into the truth."""
        edges = np.flatnonzero(np.diff([False, *(share > 0 for share in self._share), False]))
        first = self._take.frame(self._fault.start)
        seconds = [float((first + int(edge)) / self._take.rate) for edge in edges]
        spans = [list(span) for span in zip(seconds[::2], seconds[1::2], strict=True)]
        self._take.notes.update(
            packets=self._sent,
            lost=self._lost,
            damaged_s=spans,
            damaged_share=round(max(self._share, default=0.0), 4),
        )


def _type(unit: bytes) -> int:
    """Give the nal_unit_type."""
    return unit[unit.index(1) + 1] & 0x1F
