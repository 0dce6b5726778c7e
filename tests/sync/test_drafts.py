"""Booking is off: drafts are made, left to the owner, and followed."""

from __future__ import annotations

from typing import Any

import pytest

from connector.core.plan import FOLLOWED_EVERY
from connector.sync import acts
from tests.sync.world import World, a_world, amount

pytestmark = pytest.mark.engine


def drafted(world: World) -> Any:
    order = world.sold(products=[{"own_id": "KOP-1", "name": "Kop", "amount": 2, "unit_price": "125.00"}])
    world.drain()
    job = world.job(order)
    assert (job.state, job.detail) == ("done", "draft")
    return order


def number_of_draft(world: World) -> int:
    [draft] = world.agreement.ledger()["drafts"]
    return int(draft["draft_number"])


def a_while_later(world: World) -> None:
    world.now.move(FOLLOWED_EVERY.total_seconds() + 60)
    world.settle()


def test_a_draft_that_the_owner_booked_is_settled(db_clean: None, settings: Any) -> None:
    with a_world(settings, booking="off") as world:
        order = drafted(world)
        world.agreement.book_by_hand(number_of_draft(world))
        a_while_later(world)
        job = world.job(order)
        [document] = world.booked(order)
        assert (job.state, job.detail, job.balance) == ("done", "booked", 0)
        assert job.document_number == str(document["number"])
        assert amount(document["remainder"]) == 0


def test_a_draft_that_nobody_touched_stays_one(db_clean: None, settings: Any) -> None:
    with a_world(settings, booking="off") as world:
        order = drafted(world)
        for _ in range(3):
            a_while_later(world)
        assert (world.job(order).state, world.job(order).detail) == ("done", "draft")
        assert world.booked() == []


def test_what_was_left_to_the_owner_stays_theirs_when_booking_is_switched_on(db_clean: None, settings: Any) -> None:
    with a_world(settings, booking="off") as world:
        order = drafted(world)
        world.save(booking="on")
        a_while_later(world)
        assert world.job(order).detail == "draft"
        assert world.booked() == []


def test_a_draft_that_was_deleted_is_asked_about(db_clean: None, settings: Any) -> None:
    with a_world(settings, booking="off") as world:
        order = drafted(world)
        world.agreement.delete_draft_by_hand(number_of_draft(world))
        a_while_later(world)
        assert (world.job(order).state, world.job(order).reason) == ("needs_you", "draft-deleted")


def test_a_deleted_draft_is_made_again_when_asked_for(db_clean: None, settings: Any) -> None:
    with a_world(settings, booking="off") as world:
        order = drafted(world)
        world.agreement.delete_draft_by_hand(number_of_draft(world))
        a_while_later(world)
        world.act(acts.transfer_now, order)
        world.settle(hours=1)
        assert (world.job(order).state, world.job(order).detail) == ("done", "draft")
        number_of_draft(world)
