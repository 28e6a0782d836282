"""One decoded picture: planes without a copy, in full range, turned upright and cut to the region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from beholder.types import Picture

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

__all__ = ["Frame", "Region"]

LIMITED_BLACK, LIMITED_WHITE, LIMITED_CHROMA = 16, 235, 112  # ITU-R BT.601-7 2.5.3, 8-bit code values
GLANCE_SHORT_SIDE = 360  # pixels; the small copy is halved until its short side fits (features/glance.py)
GLANCE_HALVINGS = 5  # an 8K picture needs five; more would only serve hostile sizes
MPEG_RANGE, JPEG_RANGE = 1, 2  # AVCOL_RANGE_MPEG (limited) and _JPEG (full), FFmpeg pixfmt.h
QUARTER_TURN = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


def _expansion(low: float, span: float, zero: float) -> Picture:
    codes = np.arange(256, dtype=np.float64)
    return np.clip(np.rint((codes - low) / span * 255.0 + zero), 0, 255).astype(np.uint8)


LUMA_FULL = _expansion(LIMITED_BLACK, LIMITED_WHITE - LIMITED_BLACK, 0)
CHROMA_FULL = _expansion(128, 2 * LIMITED_CHROMA, 128)


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle in pixels of the upright picture."""

    x: int
    y: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.x},{self.y},{self.width},{self.height}"

    def inside(self, size: tuple[int, int]) -> Region | None:
        """Cut to a picture of `size` (height, width); None when nothing is left."""
        left, top = max(0, self.x), max(0, self.y)
        width, height = min(self.x + self.width, size[1]) - left, min(self.y + self.height, size[0]) - top
        return Region(left, top, width, height) if width > 0 and height > 0 else None

    def scaled(self, size: tuple[int, int], to: tuple[int, int]) -> Region:
        """Scale from a picture of `size` (height, width) to one of size `to`.

        >>> Region(10, 20, 100, 50).scaled((1080, 1920), (540, 960))
        Region(x=5, y=10, width=50, height=25)
        """
        fy, fx = to[0] / size[0], to[1] / size[1]
        return Region(
            round(self.x * fx), round(self.y * fy), max(1, round(self.width * fx)), max(1, round(self.height * fy))
        )


class Frame:
    """A decoded picture that makes each view of itself only when asked.

    The decoder may still refer to the memory behind it, so nothing here writes into a plane.

    Parameters
    ----------
    picture : av.VideoFrame
    t : float
        Seconds on the media clock.
    rotation : int
        Degrees, counter-clockwise, by which the coded picture is turned to stand upright.
    region : Region, optional
        Part of the upright picture to look at.
    masks : tuple of Region
        Parts of the upright picture (before `region` is cut) to leave out: they are painted over.
    """

    __slots__ = ("_luma", "_picture", "masks", "region", "rotation", "t")

    def __init__(
        self,
        picture: av.VideoFrame,
        t: float,
        *,
        rotation: int = 0,
        region: Region | None = None,
        masks: tuple[Region, ...] = (),
    ) -> None:
        self._picture = picture if _has_plain_planes(picture.format.name) else picture.reformat(format="yuv444p")
        self._luma: Picture | None = None
        self.t, self.rotation, self.region, self.masks = t, rotation % 360, region, masks

    @property
    def full_range(self) -> bool:
        """Whether luma codes run 0..255 (and not 16..235)."""
        name, stated = self._picture.format.name, int(self._picture.color_range)
        return name.startswith("yuvj") or stated == JPEG_RANGE or (name.startswith("gray") and stated != MPEG_RANGE)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the upright picture before the region is cut."""
        height, width = self._picture.height, self._picture.width
        return (width, height) if self.rotation in (90, 270) else (height, width)

    def coded_luma(self) -> Picture:
        """Luma as coded (limited or full range, not turned), 8 bit; cut and masked when asked for. Read only."""
        if self._luma is None:
            luma = self._plane(0)
            if self.region or self.masks:
                luma = self._coded_part(luma)
            self._luma = luma
        return self._luma

    def glance(self) -> Picture:
        """Full-range luma, upright, halved until the short side is at most 360 pixels."""
        small = self.coded_luma()
        for _ in range(GLANCE_HALVINGS):
            if min(small.shape) <= GLANCE_SHORT_SIDE:
                break
            size = (small.shape[1] // 2, small.shape[0] // 2)
            small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.uint8)
        return self._upright(small if self.full_range else _mapped(small, LUMA_FULL))

    def luma(self) -> Picture:
        """Full-range luma, upright; shape (height, width)."""
        luma = self.coded_luma()
        return self._upright(luma if self.full_range else _mapped(luma, LUMA_FULL))

    def chroma(self) -> tuple[Picture, Picture]:
        """Full-range Cb and Cr, upright, at their coded size; neutral is 128."""
        if len(self._picture.planes) < 3:  # Y, Cb, Cr
            grey = np.full((1, 1), 128, np.uint8)
            return grey, grey
        planes = [self._part(self._upright(self._plane(index))) for index in (1, 2)]
        if not self.full_range:
            planes = [_mapped(plane, CHROMA_FULL) for plane in planes]
        return planes[0], planes[1]

    def rgb(self) -> Picture:
        """Give the picture as shown: RGB, upright, cut to the region; shape (height, width, 3)."""
        return self._part(self._upright(np.asarray(self._picture.to_ndarray(format="rgb24"), np.uint8)))

    def _plane(self, index: int) -> Picture:
        plane = self._picture.planes[index]
        bits = self._picture.format.components[index].bits
        kind = "u1" if bits <= 8 else "<u2"
        rows = np.frombuffer(memoryview(plane), np.dtype(kind)).reshape(plane.height, -1)[:, : plane.width]
        return np.asarray(rows if bits <= 8 else cv2.convertScaleAbs(rows, alpha=0.5 ** (bits - 8)), np.uint8)

    def _upright(self, picture: NDArray[np.uint8]) -> Picture:
        return _turned(picture, self.rotation)

    def _coded_part(self, luma: Picture) -> Picture:
        """Cut and mask in upright coordinates, then turn back to the coded ones."""
        return _turned(self._part(self._upright(luma)), 360 - self.rotation)

    def _part(self, picture: Picture) -> Picture:
        """Paint the masks over and cut the region; `picture` may be subsampled chroma."""
        full_height, full_width = self.size
        fx, fy = picture.shape[1] / full_width, picture.shape[0] / full_height
        if self.masks:
            picture = picture.copy()
            for mask in self.masks:
                hole = picture[_cut(mask.y, mask.height, fy), _cut(mask.x, mask.width, fx)]
                if hole.size:
                    hole[...] = _surrounding(picture, mask, fx, fy)
        if self.region:
            region = self.region
            picture = picture[_cut(region.y, region.height, fy), _cut(region.x, region.width, fx)]
        return np.ascontiguousarray(picture)


def _mapped(picture: Picture, codes: Picture) -> Picture:
    return np.asarray(cv2.LUT(picture, codes), np.uint8)


def _turned(picture: Picture, degrees: int) -> Picture:
    turn = QUARTER_TURN.get(degrees)
    return picture if turn is None else np.asarray(cv2.rotate(picture, turn), np.uint8)


def _has_plain_planes(name: str) -> bool:
    """Whether plane 0 is luma and planes 1, 2 (if any) are chroma, little endian."""
    return name.startswith(("yuv4", "yuvj4", "yuva4", "gray")) and not name.endswith(("be", "f32le", "f16le", "msble"))


def _cut(start: int, length: int, factor: float) -> slice:
    return slice(int(start * factor), max(int(start * factor) + 1, int((start + length) * factor)))


def _surrounding(picture: Picture, mask: Region, fx: float, fy: float) -> NDArray[np.float64]:
    """Mean colour just outside of `mask`: a flat patch that is neither an edge nor a change."""
    rim = 4
    outer = picture[
        _cut(max(0, mask.y - rim), mask.height + 2 * rim, fy), _cut(max(0, mask.x - rim), mask.width + 2 * rim, fx)
    ]
    inner = picture[_cut(mask.y, mask.height, fy), _cut(mask.x, mask.width, fx)]
    count = (outer.shape[0] * outer.shape[1]) - (inner.shape[0] * inner.shape[1])
    total = outer.sum(axis=(0, 1), dtype=np.float64) - inner.sum(axis=(0, 1), dtype=np.float64)
    return np.asarray(total / count if count > 0 else outer.mean(axis=(0, 1)))
