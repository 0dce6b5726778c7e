"""The Visma Connect stand-in with one user and one app."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import MovedClock
from tests.sandbox.visma.visma_calls import App


@pytest.fixture
def app(clock: MovedClock) -> App:
    """A fresh service."""
    return App(clock)
