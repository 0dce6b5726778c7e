"""A credit before its invoice is booked, and an order that changes after it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.sync import note_acts
from connector.sync.models import CreditNote
from tests.sync.credits import (
    CUP,
    book_by_hand,
    booked,
    credit,
    credits_of,
    invoice_of,
    notes,
    of,
    require_credited,
    returned,
)
from tests.sync.world import ANNA, World, a_world, amount

pytestmark = pytest.mark.engine


@pytest.fixture(params=["economic", "dinero", "billy"])
def world(db_clean: None, settings: Any, request: pytest.FixtureRequest) -> Iterator[World]:
    with a_world(settings, provider=request.param) as made:
        yield made


# --- before it is booked ---------------------------------------------------------------------------------------------
def test_a_partial_note_waits_for_its_invoice(world: World) -> None:
    world.save(booking="off")
    order = world.sold(email="ny@example.dk", products=[CUP], shipping_price="0")
    world.drain()
    credit(world, order, of(world, order, Kop=1))
    world.drain()
    [job] = credits_of(world)
    assert (job.state, job.reason) == ("waiting", "invoice-first")
    book_by_hand(world)
    world.settle(hours=24)
    [job] = credits_of(world)
    assert (job.state, job.detail) == ("done", "draft"), job.reason
    assert notes(world) == []


def test_a_note_whose_invoice_never_comes_asks_after_two_weeks(world: World) -> None:
    world.save(booking="off")
    order = world.sold(email="ny@example.dk", products=[CUP], shipping_price="0")
    world.drain()
    credit(world, order, of(world, order, Kop=1))
    world.now.move(15 * 24 * 3600)
    world.settle()
    [job] = credits_of(world)
    assert (job.state, job.reason) == ("needs_you", "invoice-late")


@pytest.mark.parametrize("made", ["draft", "nothing"])
def test_a_credit_of_the_whole_order_before_booking_ends_it(world: World, made: str) -> None:
    world.save(booking="off", trigger="payment" if made == "draft" else "shipment")
    order = world.sold(email="ny@example.dk", products=[CUP], shipping_price="0")
    world.drain()
    assert len(world.agreement.ledger()["drafts"]) == (made == "draft")
    returned(world, order)
    world.settle()
    assert world.agreement.ledger()["drafts"] == []
    jobs = [invoice_of(world, order), *credits_of(world)]
    assert [(job.state, job.reason) for job in jobs] == [("not_meant", "credited-before-booking")] * 2
    with world.scope():
        assert not CreditNote.objects.exists()


def test_a_person_ends_an_order_that_is_a_draft(world: World) -> None:
    world.save(booking="off")
    order = world.sold(email="ny@example.dk", products=[CUP], shipping_price="0")
    world.drain()
    world.act(note_acts.end_order, order)
    world.drain()
    job = world.job(order)
    assert (job.state, job.reason) == ("not_meant", "credited-before-booking")
    assert world.agreement.ledger()["drafts"] == []


# --- changed or cancelled after booking ------------------------------------------------------------------------------
def test_an_order_cancelled_after_booking_is_credited_on_demand(world: World) -> None:
    order = booked(world)
    order.status, order.modified_at = "cancelled", world.now.seconds()
    world.tell(order, "new_status")
    world.drain()
    assert world.job(order).reason == "order-changed"
    with world.scope():
        _row, again = note_acts.credit_and_send_again(invoice_of(world, order), ANNA)
    assert again is None
    world.settle()
    require_credited(world)
    assert (invoice_of(world, order).state, invoice_of(world, order).reason) == ("done", "")


def test_an_order_changed_after_booking_is_credited_and_sent_again(world: World) -> None:
    order = booked(world, products=[CUP], shipping_price="0")
    order.lines[0] = replace(order.lines[0], amount=Decimal(1))
    world.tell(order, "new_status")
    world.drain()
    assert world.job(order).reason == "order-changed"
    with world.scope():
        old = invoice_of(world, order)
        __row, again = note_acts.credit_and_send_again(old, ANNA)
    assert again is not None
    world.settle()
    rows = [
        (row["reference"].split(":")[0], amount(row["gross"]), amount(row["remainder"]))
        for row in world.agreement.ledger()["booked"]
    ]
    assert sorted(rows) == [("credit", -398, 0), ("invoice", 199, 0), ("invoice", 398, 0)]
    newer = invoice_of(world, order)
    assert (newer.replaces_id, newer.state, newer.reason) == (old.pk, "done", "")
    # What the shop says later is about the newer one.
    order.lines[0] = replace(order.lines[0], amount=Decimal(3))
    world.tell(order, "new_status", "later")
    world.settle()
    assert (invoice_of(world, order).reason, len(world.agreement.ledger()["booked"])) == ("order-changed", 3)
