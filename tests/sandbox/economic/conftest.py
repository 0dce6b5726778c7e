"""The e-conomic stand-in, one agreement, one client."""

from __future__ import annotations

import pytest

from tests.sandbox.economic.economic_calls import World


@pytest.fixture
def economic() -> World:
    """A fresh service with one agreement on the plan Plus."""
    return World()
