from pathlib import Path

import pytest
from tiny_clips import Clip, write_clip


@pytest.fixture
def clip(tmp_path: Path) -> Clip:
    """Write a clip into the test's folder: `clip("a.mp4", "libx264", ...)`."""

    def write(name: str, codec: str = "libx264", **options: object) -> Path:
        return write_clip(tmp_path / name, codec, **options)

    return write
