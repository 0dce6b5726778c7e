"""A planted defect must be noticed: the same play is right without it and wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sync.world import World, a_world


def is_noticed(
    plant: Callable[[pytest.MonkeyPatch], None],
    play: Callable[[World], list[str]],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> bool:
    """Whether `play`, which answers what it finds wrong, is right in a world of its own and finds the defect."""
    with a_world(settings) as world:
        assert play(world) == [], "without the defect all is right"
        world.close_shop()
    with monkeypatch.context() as patch, a_world(settings, slug="planted") as world:
        plant(patch)
        return play(world) != []
