"""An order that is shipped in parts: one invoice of the whole order, at the first shipment, and never a second."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sync.faults import Wire, lost_after
from tests.sync.world import World, a_world

pytestmark = pytest.mark.engine

TWO = [
    {"own_id": "KOP-1", "name": "Kop", "unit_price": "100.00"},
    {"own_id": "BOG-1", "name": "Bog, i restordre", "unit_price": "99.97"},
]
DAY = 24 * 3600


def ship(world: World, order: Any, delivery: str = "") -> None:
    """The first shipment. The shop says nothing of its lines; the order is sent."""
    world.now.move(60)
    world.stand_in.move(order, "sent", tell=False)
    world.tell(order, "new_status", delivery)


def ship_the_rest(world: World, order: Any, delivery: str = "") -> None:
    """Days later what was back-ordered goes too: for the shop the same status anew, with a later time."""
    world.now.move(4 * DAY)
    order.sent_at = order.modified_at = world.now.seconds()
    world.tell(order, "new_status", delivery)


def require_one_invoice(world: World, order: Any, day: str = "2026-11-20") -> None:
    [document] = world.booked(order)
    assert (document["gross"], document["remainder"], document["date"]) == (str(order.sold), "0.00", day)
    assert [line["product"] for line in document["lines"]][:2] == ["KOP-1", "BOG-1"]
    assert (world.job(order).state, world.job(order).detail) == ("done", "booked")
    assert world.agreement.ledger()["drafts"] == []


@pytest.mark.parametrize("trigger", ["shipment", "status"])
def test_what_is_shipped_later_makes_no_second_invoice(db_clean: None, settings: Any, trigger: str) -> None:
    with a_world(settings, trigger=trigger, statuses="sent") as world:
        world.stand_in.switches["extra_dates"] = True
        order = world.order(products=TWO, shipping_price="39.00")
        ship(world, order, "first")
        world.drain()
        require_one_invoice(world, order)
        ship_the_rest(world, order, "second")
        world.settle(hours=48)
        require_one_invoice(world, order)


def test_what_is_shipped_later_changes_no_draft(db_clean: None, settings: Any) -> None:
    with a_world(settings, trigger="shipment", booking="off") as world:
        world.stand_in.switches["extra_dates"] = True
        order = world.order(products=TWO)
        ship(world, order)
        world.drain()
        [draft] = world.agreement.ledger()["drafts"]
        ship_the_rest(world, order)
        world.drain()
        assert world.agreement.ledger()["drafts"] == [draft]


def test_an_invoice_whose_answer_was_lost_is_found_when_the_rest_is_shipped(db_clean: None, settings: Any) -> None:
    with a_world(settings, trigger="shipment") as world:
        world.stand_in.switches["extra_dates"] = True
        order = world.order(products=TWO)
        Wire.of(world).meets("POST /invoices/booked", lost_after)
        ship(world, order, "first")
        world.drain()
        assert world.job(order).state == "waiting"
        ship_the_rest(world, order, "second")
        world.settle()
        require_one_invoice(world, order)


def test_an_order_that_is_opened_again_for_the_rest_stays_in_the_books(db_clean: None, settings: Any) -> None:
    with a_world(settings, trigger="shipment") as world:
        order = world.order(products=TWO)
        ship(world, order, "first")
        world.drain()
        order.status, order.sent_at, order.modified_at = "new", None, world.now.seconds()
        world.tell(order, "new_status", "opened")
        world.drain()
        require_one_invoice(world, order)
        ship(world, order, "second")
        world.settle(hours=48)
        require_one_invoice(world, order)
