"""Billy's stand-in, one company, one client."""

from __future__ import annotations

import pytest

from tests.sandbox.billy.billy_calls import World


@pytest.fixture
def billy() -> World:
    """A fresh service with one company that has service products."""
    return World()
