import numpy as np
import pytest

from beholder.features.chroma import measure_chroma


@pytest.fixture
def objects() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give grey walls with things of many colours before them."""
    rng = np.random.default_rng(5)
    luma = np.kron(rng.integers(30, 230, (18, 32)), np.ones((20, 20))).astype(np.uint8)
    colour = rng.normal(0, 14, (2, 18, 32)) * (rng.random((18, 32)) < 0.4)
    u, v = (np.kron(plane + 128, np.ones((10, 10))).clip(0, 255).astype(np.uint8) for plane in colour)
    return luma, u, v


def test_grey_film_has_no_cast() -> None:
    luma = np.random.default_rng(2).integers(0, 256, (90, 160)).astype(np.uint8)
    grey = np.full((45, 80), 128, np.uint8)
    found = measure_chroma(luma, grey, grey)
    assert found["cast"] == 0
    assert found["saturation"] == 0


@pytest.mark.parametrize("direction", [(-0.8, 0.6), (0.9, -0.43), (-0.6, -0.8)])
def test_a_tint_over_everything_grows_and_points_the_right_way(
    objects: tuple[np.ndarray, np.ndarray, np.ndarray], direction: tuple[float, float]
) -> None:
    luma, u, v = objects
    casts = []
    for size in (0, 24, 36):
        tinted = [(p + size * d).clip(0, 255).astype(np.uint8) for p, d in zip((u, v), direction, strict=True)]
        found = measure_chroma(luma, *tinted)
        casts.append(found["cast"])
    assert casts[0] < 10
    assert casts[0] < casts[1] < casts[2]
    assert found["cast_u"] * direction[0] + found["cast_v"] * direction[1] > 0.8 * found["cast"]


def test_a_dark_picture_says_nothing_about_colour() -> None:
    dark, tint = np.full((90, 160), 10, np.uint8), np.full((45, 80), 150, np.uint8)
    assert np.isnan(measure_chroma(dark, tint, tint)["cast"])


@pytest.mark.parametrize("tint", [0, 20])
def test_of_a_drawn_page_only_the_paper_counts(tint: int) -> None:
    luma, u, v = np.full((180, 320), 250, np.uint8), *(np.full((90, 160), 128, np.uint8) for _ in range(2))
    luma[100:], v[50:] = 120, 190  # a large red button
    found = measure_chroma(luma, u, v + np.uint8(tint), drawn=True)
    assert found["cast"] == pytest.approx(tint, abs=1)


def _dark_page(ground: tuple[int, int], ink: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    luma = np.full((160, 160), 18, np.uint8)
    u, v = (np.full((160, 160), level, np.uint8) for level in ground)
    for row in range(20, 140, 24):
        luma[row : row + 3, 20:140], u[row : row + 3, 20:140], v[row : row + 3, 20:140] = 235, *ink
    return luma, u, v


def test_a_dark_page_is_tinted_when_ground_and_ink_are() -> None:
    assert measure_chroma(*_dark_page((148, 118), (148, 118)), drawn=True)["cast"] > 13
    assert measure_chroma(*_dark_page((148, 118), (128, 128)), drawn=True)["cast"] == 0
    assert measure_chroma(*_dark_page((128, 128), (100, 150)), drawn=True)["cast"] == 0
