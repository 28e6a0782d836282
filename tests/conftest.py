"""What several tests need from outside: the data of others, and Chromium."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)  # promises on time are measured in benchmarks/, not in tests
settings.load_profile("untimed")


def _missing(what: str, reason: str) -> None:
    """Skip with the reason, or fail where BEHOLDER_REQUIRE names it (as .ci/run does)."""
    if what in os.environ.get("BEHOLDER_REQUIRE", "").split():
        pytest.fail(f"{reason}, and BEHOLDER_REQUIRE asks for it")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return Path(__file__).parents[1]


@pytest.fixture(scope="session")
def data_dir(root: Path) -> Path:
    """The data of others: BEHOLDER_DATA, else ../shared/data beside the repository."""
    folder = Path(os.environ.get("BEHOLDER_DATA") or root.parent / "shared" / "data")
    if not (folder / "clips").is_dir():
        _missing("data", f"{folder} holds no clips; set BEHOLDER_DATA")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    _missing("chromium", "Chromium is not installed")
    raise AssertionError
