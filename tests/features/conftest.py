import cv2
import numpy as np
import pytest


@pytest.fixture(scope="session")
def scene() -> np.ndarray:
    """Grey scene of 360x640: leaves of many sizes (a dead-leaves picture) with a smooth sky above."""
    rng = np.random.default_rng(7)
    picture = np.full((720, 1280), 90, np.uint8)
    for _ in range(2500):
        centre = (int(rng.integers(0, 1280)), int(rng.integers(200, 720)))
        radius = int(6 + 60 * rng.random() ** 4)
        cv2.circle(picture, centre, radius, int(rng.integers(15, 235)), -1, cv2.LINE_AA)
    picture[:200] = np.linspace(90, 200, 200)[:, None] + np.linspace(-20, 20, 1280)
    return cv2.resize(picture, (640, 360), interpolation=cv2.INTER_AREA)
