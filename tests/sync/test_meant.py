"""Which orders go to the books, when, and what becomes of those that do not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connector.sync import acts
from connector.sync.models import ActivityEntry, SyncAttempt, SyncJob
from tests.sync.faults import Wire
from tests.sync.world import World, a_world

pytestmark = pytest.mark.engine

SHIPMENT = {"trigger": "shipment"}
OLD = "2026-10-15T09:00:00+02:00"


def rests(world: World, order: Any) -> tuple[str, str, str]:
    job = world.job(order)
    return job.state, job.detail, job.reason


def happened(world: World, order: Any, topic: str = "new_status") -> None:
    """The shop says that something happened; the engine works."""
    world.tell(order, topic)
    world.drain()


def ship(world: World, order: Any) -> None:
    world.now.move(60)
    world.stand_in.move(order, "sent", tell=False)


def pay(world: World, order: Any) -> None:
    world.now.move(60)
    world.stand_in.pay(order, tell=False)


# --- the trigger ------------------------------------------------------------------------------------------------------
def test_under_trigger_payment_an_order_goes_once_it_is_paid(world: World) -> None:
    order = world.order(paid=False)
    happened(world, order, "order_created")
    assert rests(world, order) == ("not_meant", "", "not-triggered")
    ship(world, order)
    happened(world, order)
    assert (rests(world, order)[2], world.booked()) == ("not-triggered", [])
    pay(world, order)
    happened(world, order, "paid")
    assert rests(world, order) == ("done", "booked", "")


def test_under_trigger_shipment_an_order_goes_once_it_is_shipped(db_clean: None, settings: Any) -> None:
    with a_world(settings, **SHIPMENT) as world:
        order = world.sold()
        world.drain()
        assert rests(world, order) == ("not_meant", "", "not-triggered")
        ship(world, order)
        happened(world, order)
        assert rests(world, order) == ("done", "booked", "")
        assert [row["remainder"] for row in world.booked(order)] == ["0.00"]


def test_an_order_that_is_shipped_before_it_is_paid_is_settled_when_it_is_paid(db_clean: None, settings: Any) -> None:
    with a_world(settings, **SHIPMENT) as world:
        order = world.order(paid=False)
        ship(world, order)
        happened(world, order)
        assert rests(world, order) == ("done", "payment-not-seen", "")
        assert [row["remainder"] for row in world.booked(order)] == [str(order.sold)]
        pay(world, order)
        happened(world, order, "paid")
        assert rests(world, order) == ("done", "booked", "")
        [document] = world.booked(order)
        assert (document["remainder"], world.job(order).balance) == ("0.00", 0)


def test_what_a_gift_card_paid_is_not_settled_before_the_rest_is(db_clean: None, settings: Any) -> None:
    with a_world(settings, **SHIPMENT) as world:
        order = world.order(paid=False, gift_card="50.00")
        ship(world, order)
        happened(world, order)
        assert rests(world, order)[:2] == ("done", "payment-not-seen")
        pay(world, order)
        happened(world, order, "paid")
        assert rests(world, order) == ("done", "booked", "")
        assert [row["remainder"] for row in world.booked(order)] == ["0.00"]


@pytest.mark.parametrize(("trigger", "day"), [("payment", "2026-11-21"), ("shipment", "2026-11-22")])
def test_the_document_is_of_the_triggers_day(db_clean: None, settings: Any, trigger: str, day: str) -> None:
    with a_world(settings, trigger=trigger) as world:
        # Half past midnight in Copenhagen is still the day before in UTC.
        world.stand_in.switches["extra_dates"] = True
        order = world.order(paid=False)
        world.now.at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
        pay(world, order)
        world.now.at = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
        ship(world, order)
        world.now.at = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
        happened(world, order)
        assert [row["date"] for row in world.booked(order)] == [day]


# --- not meant to go ----------------------------------------------------------------------------------------------
def test_an_order_with_nothing_to_book_says_so(world: World) -> None:
    order = world.sold(products=[{"own_id": "KOP-1", "unit_price": "0"}])
    world.drain()
    assert (rests(world, order), world.job(order).facts["fact"]) == (("not_meant", "", "nothing-to-book"), "zero")
    world.act(acts.transfer_anyway, order)
    world.drain()
    assert (rests(world, order)[2], world.booked()) == ("nothing-to-book", [])


def test_a_cancelled_order_is_not_booked(world: World) -> None:
    order = world.sold()
    world.stand_in.move(order, "cancelled", tell=False)
    world.drain()
    assert (rests(world, order), world.job(order).facts["fact"]) == (("not_meant", "", "nothing-to-book"), "cancelled")
    assert world.agreement.ledger()["drafts"] == []


def test_an_order_from_before_the_start_goes_only_when_somebody_says_so(world: World) -> None:
    order = world.sold(time=OLD)
    world.drain()
    assert rests(world, order) == ("not_meant", "", "before-start")
    assert world.job(order).facts == {"start": "2026-11-01", "date": "2026-10-15"}
    happened(world, order)
    assert rests(world, order)[2] == "before-start"
    world.act(acts.transfer_anyway, order)
    world.drain()
    assert rests(world, order) == ("done", "booked", "")


def test_transfer_now_does_not_send_what_is_not_meant_to_go(world: World) -> None:
    order = world.sold(time=OLD)
    world.drain()
    world.act(acts.transfer_now, order)
    world.drain()
    assert rests(world, order) == ("not_meant", "", "before-start")


def test_an_unpaid_order_that_somebody_sends_anyway_is_booked_and_not_settled(world: World) -> None:
    order = world.order(paid=False)
    happened(world, order, "order_created")
    world.act(acts.transfer_anyway, order)
    world.drain()
    assert rests(world, order) == ("done", "payment-not-seen", "")
    assert [(row["date"], row["remainder"]) for row in world.booked(order)] == [("2026-11-20", str(order.sold))]


@pytest.mark.parametrize(
    ("reason", "at_first", "saved"),
    [
        ("switched-off", {"orders": "off"}, {"orders": "on"}),
        ("before-start", {"start_at": "2026-11-20T23:00:00+01:00"}, {"start_at": ""}),
        ("not-triggered", {"trigger": "shipment"}, {"trigger": "payment"}),
    ],
)
def test_what_was_not_meant_to_go_goes_when_the_settings_say_otherwise(
    db_clean: None, settings: Any, reason: str, at_first: dict[str, str], saved: dict[str, str]
) -> None:
    with a_world(settings, **at_first) as world:
        order = world.sold()
        world.drain()
        assert rests(world, order) == ("not_meant", "", reason)
        world.save(**saved)
        world.drain()
        assert rests(world, order) == ("done", "booked", "")


def test_settings_that_stay_the_same_leave_it_where_it_was(world: World) -> None:
    order = world.sold(time=OLD)
    world.drain()
    world.save(layout="20")
    world.drain()
    assert rests(world, order) == ("not_meant", "", "before-start")


# --- what a person does -------------------------------------------------------------------------------------------
def test_an_order_that_stopped_goes_when_somebody_tries_again(world: World) -> None:
    world.agreement.bar_product("KOP-1")
    order = world.sold(products=[{"own_id": "KOP-1", "unit_price": "100.00"}])
    world.drain()
    assert rests(world, order) == ("needs_you", "", "product-barred")
    assert world.job(order).facts["sku"] == "KOP-1"
    world.agreement.bar_product("KOP-1", barred=False)
    world.now.move(7200)
    world.drain()
    assert rests(world, order)[0] == "needs_you"
    world.act(acts.transfer_now, order)
    assert world.job(order).lane == SyncJob.Lane.PERSON
    world.drain()
    assert rests(world, order) == ("done", "booked", "")


def test_transfer_now_does_nothing_to_what_is_in_the_books(world: World) -> None:
    order = world.sold()
    world.drain()
    wire = Wire.of(world)
    world.act(acts.transfer_now, order)
    world.drain()
    assert rests(world, order) == ("done", "booked", "")
    assert [call for call in wire.calls if call.method != "GET"] == []


def test_every_try_and_every_act_is_written_down(world: World) -> None:
    order = world.sold(time=OLD)
    world.drain()
    world.act(acts.transfer_anyway, order)
    world.drain()
    with world.scope():
        job = world.job(order)
        tries = list(SyncAttempt.objects.filter(job=job).order_by("pk"))
        done = list(ActivityEntry.objects.filter(job=job).values_list("who", "what"))
    assert [(one.state, one.reason) for one in tries] == [("not_meant", "before-start"), ("done", "")]
    assert done == [("Anna Berg", "transfer-anyway")]
    assert [call["path"] for call in tries[0].calls] == [f"/order/{order.order_id}"]
    assert [(call["system"], call["method"]) for call in tries[1].calls if call["method"] == "POST"] == [
        ("books", "POST")
    ] * 6
    assert not [secret for secret in ("kunde@example.com", "app-secret") if secret in str([one.calls for one in tries])]
