"""A clone with a product of a few lines, so that the launcher is tested by itself and quickly."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from script.lib.paths import ROOT, VENV
from script.lib.product import ADDRESSES
from script.lib.watchdog import RUNS

FAKE = Path(__file__).parent / "fake"
GIVEN = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", RUNS, *ADDRESSES)


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have a database of his own; the launcher under test must start its own."""
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with our scripts, the real environment and the fake product."""
    folder = tmp_path / "clone"
    shutil.copytree(FAKE, folder)
    shutil.copytree(ROOT / "script", folder / "script", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, folder)
    (folder / ".venv").symlink_to(VENV)
    return folder
