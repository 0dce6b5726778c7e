"""One connected business for each test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connector.sync import hints
from tests.sync.world import World, a_world


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """No hint is published: there is no broker here, and a thread that tries one would disturb another test."""
    monkeypatch.setattr(hints, "give", lambda *_: None)


@pytest.fixture
def world(db_clean: None, settings: Any) -> Iterator[World]:
    """A connected business whose first order has been checked."""
    with a_world(settings) as made:
        yield made
