"""The truth table of the three switches: orders × customers × booking, a test per cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from tests.sync.test_pausing import CUP, writes
from tests.sync.world import World, a_world, amount

pytestmark = pytest.mark.engine

COLLECTIVE = "1"


@dataclass(frozen=True)
class Outcome:
    """What becomes of a paid order: its state, second word and reason; the documents, customers and payments made."""

    state: str
    detail: str = ""
    reason: str = ""
    drafts: int = 0
    booked: int = 0
    customers: int = 0


NOTHING = Outcome("not_meant", reason="switched-off")
TABLE = {
    # orders, customers, booking
    ("on", "on", "on"): Outcome("done", "booked", booked=1, customers=1),
    ("on", "on", "off"): Outcome("done", "draft", drafts=1, customers=1),
    ("on", "off", "on"): Outcome("done", "booked", booked=1),
    ("on", "off", "off"): Outcome("done", "draft", drafts=1),
    ("off", "on", "on"): NOTHING,
    ("off", "on", "off"): NOTHING,
    ("off", "off", "on"): NOTHING,
    ("off", "off", "off"): NOTHING,
}


def test_the_table_has_every_cell() -> None:
    assert set(TABLE) == set(product(("on", "off"), repeat=3))


@pytest.fixture(params=TABLE, ids="-".join)
def cell(request: Any) -> tuple[str, str, str]:
    switches: tuple[str, str, str] = request.param
    return switches


@pytest.fixture
def here(db_clean: None, settings: Any, cell: tuple[str, str, str]) -> Iterator[World]:
    orders, customers, booking = cell
    chosen = {"orders": orders, "customers": customers, "booking": booking, "collective": COLLECTIVE}
    with a_world(settings, **chosen) as world:
        yield world


def test_a_cell(here: World, cell: tuple[str, str, str]) -> None:
    meant = TABLE[cell]
    known = len(here.agreement.books.customers)
    order = here.sold(products=[CUP], email="ny.kunde@example.dk")
    here.settle()
    job, ledger = here.job(order), here.agreement.ledger()
    assert (job.state, job.detail, job.reason) == (meant.state, meant.detail, meant.reason)
    assert (len(ledger["drafts"]), len(ledger["booked"])) == (meant.drafts, meant.booked)
    assert len(here.agreement.books.customers) - known == meant.customers
    documents = ledger["drafts"] + ledger["booked"]
    for_collective = [row for row in documents if str(row["customer"]) == COLLECTIVE]
    assert len(for_collective) == (len(documents) if cell[1] == "off" else 0)
    assert [amount(row["gross"]) for row in documents] == [Decimal("100.00")] * len(documents)


def test_what_came_while_orders_were_off_goes_when_they_are_switched_on(db_clean: None, settings: Any) -> None:
    with a_world(settings, orders="off") as world:
        order = world.sold(products=[CUP])
        world.settle()
        assert (world.job(order).reason, world.job(order).facts) == ("switched-off", {"switch": "orders"})
        assert writes(world) == []
        world.save(orders="on")
        world.settle()
        assert len(world.booked(order)) == 1


def test_a_switch_does_not_reach_back_to_what_is_in_the_books(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        order = world.sold(products=[CUP])
        world.settle()
        world.save(orders="off")
        world.tell(order, "paid", "d-2")
        world.settle()
        assert (world.job(order).state, world.job(order).detail) == ("done", "booked")


def test_without_a_collective_customer_switching_customers_off_asks_for_one(db_clean: None, settings: Any) -> None:
    with a_world(settings, customers="off", collective="") as world:
        order = world.sold(products=[CUP])
        world.settle()
        job = world.job(order)
        assert (job.state, job.reason, job.facts["field"]) == ("needs_you", "choice-missing", "collective")
        world.save(collective=COLLECTIVE)
        world.settle()
        assert len(world.booked(order)) == 1
