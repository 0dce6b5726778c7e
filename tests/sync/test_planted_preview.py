"""The tests' test for previews, earlier orders, customers and currencies: each planted defect must be seen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from connector.core import customers
from connector.core.store import document_from_json
from connector.sync import earlier, holds, preview
from connector.sync.pipeline import Try
from tests.sync.planting import is_noticed
from tests.sync.test_preview import CUP, made, row_of, started
from tests.sync.world import ANNA, World

pytestmark = pytest.mark.engine

EARLY = {"products": [CUP], "time": "2026-10-25T10:00:00"}


def cancelling_unseen(patch: pytest.MonkeyPatch) -> None:
    """A worker that holds the order does not look whether somebody cancelled it."""
    patch.setattr(holds, "is_stopped", holds.is_by_hand)


def company_number_passed_over(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(customers, "fitting", lambda _customer, matches: list(matches))


def everything_chosen(patch: pytest.MonkeyPatch) -> None:
    """Fetching takes also what is not triggered yet."""
    patch.setattr(earlier, "chosen", lambda look: look.orders.all())


def nothing_rehearsed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(preview, "rehearse", lambda *_made: None)


def rate_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Try, "_note_rate", lambda *_step: None)


def cancelled(world: World) -> list[str]:
    order = world.order(**EARLY)
    look, _count = started(world)
    left: list[int] = []

    def cancel(point: str, _step: str) -> None:
        if point == "before-intent" and not left:
            with world.scope():
                left.append(earlier.cancel(look, ANNA))

    world.settle(probe=cancel)
    return [row["reference"] for row in world.agreement.ledger()["drafts"]] + [
        row["reference"] for row in world.booked(order)
    ]


def two_companies(world: World) -> list[str]:
    shared = {"products": [CUP], "email": "bog@example.dk", "name": "Per Krog"}
    first = world.sold(company="Nordlys ApS", cvr="12345678", **shared)
    world.settle()
    second = world.sold(company="Sydlys ApS", cvr="87654321", **shared)
    world.settle()
    numbers = [row["customer"] for order in (first, second) for row in world.booked(order)]
    return [] if len(set(map(str, numbers))) == 2 else ["one customer for two companies"]


def unpaid(world: World) -> list[str]:
    world.order(paid=False, **EARLY)
    world.order(**EARLY)
    _look, count = started(world)
    return [] if count == 1 else [f"{count} orders fetched"]


def malformed(world: World) -> list[str]:
    order = world.order(ean="123", company="Skolen", name="Per", products=[CUP])
    row = row_of(world, made(world), order)
    world.tell(order)
    world.settle()
    job = world.job(order)
    return [] if row.reason == job.reason else [f"shown {row.outcome}, came to {job.reason}"]


def in_euro(world: World) -> list[str]:
    order = world.sold(products=[CUP], currency="EUR")
    world.settle()
    kept = world.job(order).document
    return [] if kept and document_from_json(kept).rate_note else ["no rate"]


DEFECTS: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], Callable[[World], list[str]]]] = {
    "cancelling unseen": (cancelling_unseen, cancelled),
    "company number passed over": (company_number_passed_over, two_companies),
    "everything chosen": (everything_chosen, unpaid),
    "nothing rehearsed": (nothing_rehearsed, malformed),
    "rate forgotten": (rate_forgotten, in_euro),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_seen(db_clean: None, settings: Any, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    plant, play = DEFECTS[name]
    assert is_noticed(plant, play, settings, monkeypatch), f"nobody noticed: {name}"
