"""Hearing of an order: once however often it is said, never lost whenever it is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.lib.vault import CannotOpen
from connector.sync import acts, intake, leases, transitions
from connector.sync.models import Channel, InboxBody, InboxEvent, Integration, SyncJob
from connector.tenancy.secrets import vault
from connector.web.frame.reasons import explain
from shops.base import Event
from shops.models import Shop
from tests.sync.side_by_side import Aside, at_once, until_somebody_waits
from tests.sync.world import World

pytestmark = pytest.mark.engine


def jobs(world: World) -> list[SyncJob]:
    with world.scope():
        return list(SyncJob.objects.order_by("pk"))


def job_of(world: World, job: SyncJob) -> SyncJob:
    with world.scope():
        return SyncJob.objects.select_related("shop", "integration__connection").get(pk=job.pk)


def events(world: World) -> list[InboxEvent]:
    with world.scope():
        return list(InboxEvent.objects.order_by("pk"))


# --- the same, said again -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("delivery", ["", "d-1"])
def test_a_repeat_changes_nothing(world: World, delivery: str) -> None:
    order = world.order()
    first, second = world.tell(order, delivery=delivery), world.tell(order, delivery=delivery)
    assert (first.is_new, second.is_new) == (True, False)
    [job] = jobs(world)
    assert (job.heard, job.state, len(events(world))) == (1, "waiting", 1)


@pytest.mark.parametrize("delivery", ["", "d-1"])
def test_twenty_deliveries_at_once_are_one_order(world: World, delivery: str) -> None:
    order = world.order()
    heard = at_once([lambda: world.tell(order, delivery=delivery)] * 20)
    assert sum(one.is_new for one in heard) == 1
    assert (len(jobs(world)), len(events(world))) == (1, 1)
    world.drain()
    assert len(world.booked(order)) == 1


def test_twenty_different_deliveries_at_once_are_one_order(world: World) -> None:
    order = world.order()
    heard = at_once([lambda number=number: world.tell(order, delivery=f"d-{number}") for number in range(20)])
    assert all(one.is_new for one in heard)
    [job] = jobs(world)
    assert job.heard == 20
    world.drain()
    assert len(world.booked(order)) == 1


def test_a_delivery_with_an_id_is_known_for_ever(world: World) -> None:
    order = world.order()
    world.tell(order, delivery="d-1")
    world.drain()
    assert not world.tell(order, delivery="d-1").is_new
    assert jobs(world)[0].not_before is None


def test_two_shops_may_use_the_same_delivery_ids(world: World) -> None:
    with world.scope():
        other = Shop.objects.create(
            tenant=world.tenant, slug="anden", name="anden.dk", kind="shoporama", platform_id="9"
        )
        heard = [intake.receive(shop, Event("paid", "77", "d-1"), b"{}", world.now()) for shop in (world.shop, other)]
    assert [one.is_new for one in heard] == [True, True]
    assert len(jobs(world)) == 2


# --- something new, whenever it is said -----------------------------------------------------------------------------
def test_what_is_said_of_a_closed_order_makes_it_be_read_again(world: World) -> None:
    order = world.sold()
    world.drain()
    fetched = len(world.sent)
    heard = world.tell(order)
    assert heard.is_new
    assert jobs(world)[0].not_before is not None
    world.drain()
    job = world.job(order)
    assert (job.state, job.detail, job.heard, job.read) == ("done", "booked", 2, 2)
    assert ("GET", f"/order/{order.order_id}") in world.sent[fetched:]
    assert not [call for call in world.sent[fetched:] if call[0] != "GET"]
    assert len(world.booked(order)) == 1


@pytest.mark.parametrize("step", ["customer", "draft", "book", "payment:1"])
@pytest.mark.parametrize("delivery", ["", "d-2"])
def test_what_is_said_while_an_order_is_worked_on_is_read_afterwards(world: World, step: str, delivery: str) -> None:
    order = world.sold(email="ny@example.dk")
    told: list[Any] = []

    def probe(point: str, name: str) -> None:
        if (point, name) == ("before-intent", step) and not told:
            told.append(world.tell(order, delivery=delivery))

    world.drain(probe)
    assert told[0].is_new
    assert world.sent.count(("GET", f"/order/{order.order_id}")) == 2
    job = world.job(order)
    assert (job.state, job.heard, job.read, job.not_before) == ("done", 2, 2, None)
    assert len(world.booked(order)) == 1


@pytest.mark.parametrize("delivery", ["", "d-2"])
def test_what_is_said_while_the_order_is_being_fetched_is_not_lost(world: World, delivery: str) -> None:
    order = world.order(paid=False)
    inner, changed = world.transport, []

    def paid_meanwhile(method: str, url: str, *more: Any) -> Any:
        answer = inner(method, url, *more)
        if url.endswith(f"/order/{order.order_id}") and not changed:
            # The answer is already on its way when the customer pays and the shop says so.
            world.stand_in.pay(order, tell=False)
            changed.append(world.tell(order, "new_status", delivery=delivery))
        return answer

    world.transport = paid_meanwhile
    world.tell(order, "new_status")
    world.drain()
    assert changed
    assert [row["gross"] for row in world.booked(order)] == [str(order.sold)]


def test_a_repeat_is_one_more_reading_only_once_the_first_was_begun(world: World) -> None:
    order = world.order()
    for _ in range(5):
        world.tell(order)
    world.drain()
    assert world.sent.count(("GET", f"/order/{order.order_id}")) == 1


# --- before there is anywhere to go ---------------------------------------------------------------------------------
def test_an_order_that_comes_before_the_settings_waits_for_them(world: World) -> None:
    with world.scope():
        Integration.objects.update(settings=None)
    order = world.sold()
    world.drain()
    assert (world.job(order).channel_id, world.job(order).state) == (None, "waiting")
    with world.scope():
        integration = Integration.objects.select_related("connection", "shop").get()
        acts.save_settings(integration, world.integration.settings.values, acts.Person(None, "Anna"))
    world.drain()
    assert world.job(order).state == "done"


def test_an_order_id_that_can_be_no_key_is_refused_and_stored_nowhere(world: World) -> None:
    with pytest.raises(ValueError), world.scope():
        intake.receive(world.shop, Event("paid", "12/34"), b"{}", world.now())
    assert (jobs(world), events(world)) == ([], [])


def test_an_event_that_names_no_order_makes_no_job(world: World) -> None:
    with world.scope():
        heard = intake.receive(world.shop, Event("paid"), b"{}", world.now())
    assert (heard.is_new, heard.channel_id, jobs(world)) == (True, None, [])


# --- what is kept ---------------------------------------------------------------------------------------------------
def test_a_body_is_kept_sealed_for_its_own_event(world: World) -> None:
    with world.scope():
        intake.receive(world.shop, Event("paid", "77", "d-1"), b'{"email": "ida@example.dk"}', world.now())
        sealed = InboxBody.objects.get().sealed
    assert "ida" not in sealed
    assert vault().open(sealed, intake.body_place(world.shop, "id:d-1")) == '{"email": "ida@example.dk"}'
    with pytest.raises(CannotOpen):
        vault().open(sealed, intake.body_place(world.shop, "id:d-2"))


def test_a_shop_that_was_heard_is_not_silent_and_a_poll_is_not_hearing_it(world: World) -> None:
    def last() -> Any:
        with world.scope():
            return Shop.objects.get(pk=world.shop.pk).last_event_at

    with world.scope():
        intake.noticed(world.shop, [("77", "v1")], world.now())
    assert last() is None
    now = world.now()
    with world.scope():
        intake.receive(world.shop, Event("paid", "78"), b"{}", now)
    assert last() == now


# --- ids that can be no order's -------------------------------------------------------------------------------------
ODD_IDS = {
    "empty": "",
    "none": None,
    "number": 77,
    "list": ["77"],
    "long": "7" * 41,
    "sign": "77/æ",
    "nul": "7\x007",
    "half-emoji": "77\ud83d",
}


@pytest.mark.parametrize("name", ODD_IDS)
def test_an_id_that_can_be_no_orders_keeps_the_others_from_nothing(world: World, name: str) -> None:
    fine = world.order()
    said: Any = ODD_IDS[name]
    with world.scope():
        lanes = intake.noticed(world.shop, [(said, "v1"), (str(fine.order_id), "v1")], world.now())
    assert lanes == [world.connection.channel.pk]
    world.drain()
    assert world.job(fine).state == "done"
    odd = next(job for job in jobs(world) if job.order_id != str(fine.order_id))
    assert (odd.state, odd.reason, odd.not_before) == ("needs_you", "order-unreadable", None)


def test_an_order_with_an_odd_id_is_shown_by_what_the_shop_called_it(world: World) -> None:
    with world.scope():
        for _ in range(2):
            intake.noticed(world.shop, [("77/æ", "v1")], world.now())
    [job] = jobs(world)
    told = explain(job_of(world, job))
    assert told is not None
    assert "77/æ" in told.title


def test_orders_without_an_id_are_told_apart_by_their_versions(world: World) -> None:
    with world.scope():
        intake.noticed(world.shop, [("", "v1"), ("", "v2"), ("", "v1")], world.now())
    assert len(jobs(world)) == 2


def test_a_person_who_tries_an_order_with_an_odd_id_is_told_the_same(world: World) -> None:
    with world.scope():
        intake.noticed(world.shop, [("77/æ", "v1")], world.now())
    calls = len(world.sent)
    world.save()
    world.drain()
    [job] = jobs(world)
    assert (job.state, job.reason, job.order_number) == ("needs_you", "order-unreadable", "77/æ")
    assert len(world.sent) == calls


# --- beside a worker ------------------------------------------------------------------------------------------------
def test_hearing_of_an_order_that_is_being_written_locks_nothing_up(world: World) -> None:
    order = world.sold()
    with world.scope():
        channel = Channel.objects.get()
    lease = leases.take_lease(world.tenant.pk, channel.pk, "one")
    assert lease is not None
    job = transitions.next_job(lease, set())
    assert job is not None
    with leases.fenced(lease):
        teller = Aside(lambda: world.tell(order, "new_status"))
        until_somebody_waits()
        transitions.set_customer(job, "7")
    assert teller.end().is_new
    assert (world.job(order).customer_number, world.job(order).heard) == ("7", 2)


def test_what_is_heard_while_a_lane_is_given_back_wakes_it(world: World) -> None:
    order = world.sold()
    world.drain()
    with world.scope():
        Channel.objects.update(next_at=world.now())
        channel = Channel.objects.get()
    lease = leases.take_lease(world.tenant.pk, channel.pk, "one")
    assert lease is not None
    with leases.fenced(lease):
        teller = Aside(lambda: world.tell(order, "new_status"))
        until_somebody_waits()
        leases.release(replace(lease))
    teller.end()
    with world.scope():
        channel.refresh_from_db()
    assert channel.next_at is not None
