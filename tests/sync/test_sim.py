"""Whatever dies or gets lost on the way, the books end as if nothing had happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.sync.sim import FAULTS, WRITES, Cell, every_cell, random_cells, simulate
from tests.sync.world import a_world

pytestmark = pytest.mark.engine

SEED = 20261121


def play(settings: Any, cells: Iterable[Cell], **values: str) -> list[str]:
    with a_world(settings, **values) as world:
        return [wrong for number, cell in enumerate(cells) for wrong in simulate(world, cell, number)]


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_crash_at_any_point_of_a_write_under_a_fault(db_clean: None, settings: Any, write: str, fault: str) -> None:
    cells = [cell for cell in every_cell() if cell.at == write and cell.fault == fault]
    assert cells
    assert play(settings, cells) == []


@pytest.mark.parametrize("write", WRITES)
def test_a_worker_that_was_paused_stops_at_the_fence(db_clean: None, settings: Any, write: str) -> None:
    """Another worker takes the lane over and finishes; then the first one wakes up."""
    points = ("before-intent", "after-intent", "after-answer", "after-result")
    cells = [Cell("paused", write, point, write, with_keys) for point in points for with_keys in (True, False)]
    assert play(settings, cells) == []


def test_faults_and_crashes_at_different_writes(db_clean: None, settings: Any) -> None:
    assert play(settings, random_cells(SEED, 60)) == [], f"seed {SEED}"
