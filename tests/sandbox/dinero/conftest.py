"""Dinero's stand-in, one organisation, one client."""

from __future__ import annotations

import pytest

from tests.sandbox.dinero.dinero_calls import World


@pytest.fixture
def dinero() -> World:
    """A fresh service with one organisation that has Pro."""
    return World()
