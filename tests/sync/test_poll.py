"""Asking shops what changed: lost events are found, nothing is fetched twice, and the day's calls are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.sync import lookups, poll
from connector.sync.models import InboxEvent, SyncJob
from shops.models import Shop
from tests.sync.faults import Wire, away, says
from tests.sync.side_by_side import at_once
from tests.sync.world import World

pytestmark = pytest.mark.engine

HOUR = 3600


@pytest.fixture
def wire(world: World) -> Wire:
    return Wire.of(world)


def shop(world: World) -> Shop:
    with world.scope():
        return Shop.objects.get(pk=world.shop.pk)


def set_shop(world: World, **values: Any) -> None:
    with world.scope():
        Shop.objects.filter(pk=world.shop.pk).update(**values)


def ask(world: World) -> None:
    """The shop is due, and so is what came of it."""
    set_shop(world, next_poll_at=world.now(), is_poll_wanted=True)
    world.drain()


def asked_within(world: World, wire: Wire, seconds: int) -> int:
    """How often the shop is asked while so much time passes, looked at every minute as the sweep would."""
    before = len(wire.sent("GET /order"))
    for _ in range(seconds // 60):
        world.now.move(60)
        world.drain()
    return len(wire.sent("GET /order")) - before


def fetched(wire: Wire, order: Any) -> int:
    return len(wire.sent(f"GET /order/{order.order_id}"))


# --- what it finds ----------------------------------------------------------------------------------------------------
def test_an_order_whose_event_was_lost_is_found(world: World) -> None:
    order = world.order()
    ask(world)
    assert world.job(order).state == "done"
    assert len(world.booked(order)) == 1


def test_an_event_and_a_poll_of_the_same_order_make_one_document(world: World) -> None:
    order = world.sold()
    ask(world)
    assert len(world.booked(order)) == 1
    with world.scope():
        assert SyncJob.objects.count() == 1


def test_an_order_that_stayed_as_it_was_is_not_fetched_again(world: World, wire: Wire) -> None:
    order = world.order()
    for _ in range(4):
        ask(world)
        world.now.move(HOUR)
    assert (fetched(wire, order), len(wire.sent("GET /order"))) == (1, 4)


def test_an_order_that_changed_is_fetched_again(world: World, wire: Wire) -> None:
    order = world.order(paid=False)
    ask(world)
    assert world.job(order).reason == "not-triggered"
    world.now.move(HOUR)
    world.stand_in.pay(order, tell=False)
    ask(world)
    assert (fetched(wire, order), world.job(order).state) == (2, "done")


def test_every_poll_looks_back_a_day_beyond_the_last(world: World, wire: Wire) -> None:
    ask(world)
    last = shop(world).polled_at
    assert last is not None
    world.now.move(HOUR)
    ask(world)
    asked = wire.sent("GET /order")[-1].url.partition("last_modified=")[2].replace("%3A", ":")[:19]
    since = datetime.fromisoformat(asked).replace(tzinfo=UTC)
    assert last - timedelta(hours=28) < since <= last - timedelta(hours=24)


def test_a_shop_that_did_not_answer_is_asked_for_the_same_time_again(world: World, wire: Wire) -> None:
    ask(world)
    before = shop(world).polled_at
    wire.meets("GET /order", away)
    world.now.move(HOUR)
    order = world.order()
    ask(world)
    assert shop(world).polled_at == before
    world.now.move(40 * HOUR)
    ask(world)
    assert world.job(order).state == "done"


def test_a_poll_wakes_only_the_lanes_with_news(world: World) -> None:
    set_shop(world, next_poll_at=world.now())
    assert poll.poll(world.tenant.pk, world.shop.pk, world.transport) == []
    world.order()
    set_shop(world, next_poll_at=world.now(), is_poll_wanted=True)
    assert poll.poll(world.tenant.pk, world.shop.pk, world.transport) == [world.connection.channel.pk]


# --- a list that is too long for one poll ---------------------------------------------------------------------------
@pytest.fixture
def many(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """250 orders, of which a poll takes a page of 100."""
    monkeypatch.setattr(poll, "MOST_AT_ONCE", 100)
    set_shop(world, polled_at=world.now())
    return [world.order(paid=False) for _ in range(250)]


def heard_of(world: World) -> int:
    with world.scope():
        # What becomes of the orders is no matter of the poll's.
        SyncJob.objects.update(not_before=None)
        return SyncJob.objects.count()


def one_poll(world: World) -> int:
    """Ask as soon as the shop is due. Returns how many orders are known then."""
    world.now.at = max(world.now.at, shop(world).next_poll_at)
    poll.poll(world.tenant.pk, world.shop.pk, world.transport)
    return heard_of(world)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("order", ["oldest-first", "newest-first"])
def test_a_long_list_is_gone_on_with_where_it_stopped(world: World, wire: Wire, order: str) -> None:
    world.stand_in.switches["order_lists"] = order
    began = world.now()
    set_shop(world, next_poll_at=began, is_poll_wanted=True)
    assert [one_poll(world) for _ in range(3)] == [100, 200, 250]
    assert len(wire.sent("GET /order")) == 3, "no page is asked for twice"
    row = shop(world)
    assert row.unfinished_poll == {}
    # From when it began: what changed while it was read is found by the next.
    assert began <= row.polled_at < began + timedelta(seconds=5)


@pytest.mark.usefixtures("many")
def test_a_long_list_is_gone_on_with_a_minute_later(world: World) -> None:
    set_shop(world, next_poll_at=world.now(), is_poll_wanted=True)
    before = shop(world).polled_at
    one_poll(world)
    row = shop(world)
    assert row.polled_at == before
    assert 55 < (row.next_poll_at - world.now.at).total_seconds() <= 60


@pytest.mark.usefixtures("many")
def test_what_a_shop_told_before_it_stopped_answering_counts(
    world: World, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll, "MOST_AT_ONCE", 2000)
    set_shop(world, next_poll_at=world.now(), is_poll_wanted=True)
    before = shop(world).polled_at
    wire.meets("GET /order?", away, skip=1)
    assert one_poll(world) == 100
    assert shop(world).polled_at == before
    world.now.move(HOUR)
    assert one_poll(world) == 250
    assert len(wire.sent("GET /order")) == 4
    assert shop(world).polled_at > before


def test_an_order_that_changes_while_a_long_list_is_read_is_found_by_the_next(world: World, many: list[Any]) -> None:
    set_shop(world, next_poll_at=world.now(), is_poll_wanted=True)
    one_poll(world)
    world.now.move(30)
    world.stand_in.pay(many[0], tell=False)
    for _ in range(2):
        one_poll(world)
    set_shop(world, is_poll_wanted=True)
    world.now.move(HOUR)
    ask(world)
    assert world.job(many[0]).state == "done"


# --- how often --------------------------------------------------------------------------------------------------------
def test_a_shop_is_asked_every_hour(world: World, wire: Wire) -> None:
    set_shop(world, next_poll_at=world.now())
    world.drain()
    assert len(wire.sent("GET /order")) == 1
    assert [asked_within(world, wire, minutes * 60) for minutes in (55, 10, 50, 15)] == [0, 1, 0, 1]


def test_of_many_workers_one_asks(world: World, wire: Wire) -> None:
    set_shop(world, next_poll_at=world.now())
    at_once([lambda: poll.poll(world.tenant.pk, world.shop.pk, world.transport)] * 8)
    assert len(wire.sent("GET /order")) == 1


def test_a_shop_that_is_not_connected_is_not_asked(world: World, wire: Wire) -> None:
    set_shop(world, next_poll_at=world.now(), is_connected=False)
    world.drain()
    assert poll.poll(world.tenant.pk, world.shop.pk, world.transport) == []
    assert wire.calls == []


@pytest.fixture
def chatty(world: World) -> World:
    """A shop from which something is heard every minute."""
    for number in range(25):
        world.tell(world.order(), delivery=f"d-{number}")
        world.now.move(60)
    with world.scope():
        # Only that it spoke matters here.
        SyncJob.objects.update(not_before=None)
        Shop.objects.update(connected_at=world.now.at)
    world.stand_in.orders.clear()
    return world


def test_a_shop_that_falls_silent_is_asked_every_five_minutes(chatty: World, wire: Wire) -> None:
    """Heard of every minute: silent from the fourth on. It is noticed although its hour was not over."""
    ask(chatty)
    assert asked_within(chatty, wire, 1800) == 6


def test_a_shop_that_speaks_is_asked_hourly(chatty: World, wire: Wire) -> None:
    ask(chatty)
    before = len(wire.sent("GET /order"))
    for number in range(50):
        chatty.now.move(60)
        set_shop(chatty, last_event_at=chatty.now())
        chatty.drain()
        assert len(wire.sent("GET /order")) == before, f"asked after {number} minutes"


def test_a_shop_of_which_little_is_known_is_asked_hourly(world: World, wire: Wire) -> None:
    world.sold()
    ask(world)
    assert asked_within(world, wire, 3000) == 0


def test_what_polls_find_is_not_hearing_the_shop(chatty: World) -> None:
    with chatty.scope():
        InboxEvent.objects.update(topic="poll")
        assert poll.usual_gap(shop(chatty)) is None


# --- the day's calls ----------------------------------------------------------------------------------------------
def test_every_call_is_counted(world: World, wire: Wire) -> None:
    for _ in range(3):
        world.sold()
    ask(world)
    calls = len([call for call in wire.calls if "shop.example" in call.url])
    assert calls > 3
    assert shop(world).budget_used == calls


def test_when_the_days_calls_are_used_orders_wait_until_midnight_in_copenhagen(world: World, wire: Wire) -> None:
    order = world.sold()
    set_shop(world, budget_day=world.now.at.date(), budget_used=1000, next_poll_at=world.now())
    world.drain()
    job = world.job(order)
    assert wire.calls == []
    assert (job.state, job.reason) == ("waiting", "shop-budget-used")
    midnight = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    assert abs((job.not_before - midnight).total_seconds()) < 1
    world.now.at = midnight - timedelta(minutes=1)
    world.drain()
    assert world.job(order).state == "waiting"
    world.now.at = midnight + timedelta(seconds=1)
    world.drain()
    assert (world.job(order).state, shop(world).budget_used) == ("done", 1)


def test_the_last_call_of_the_day_is_made_once(world: World) -> None:
    set_shop(world, budget_day=world.now.at.date(), budget_used=999)
    world.sold()
    world.sold()
    world.drain()
    with world.scope():
        assert sorted(SyncJob.objects.values_list("state", flat=True)) == ["done", "waiting"]


@pytest.mark.parametrize(
    "answer", [says(429), says(403, b'{"error": "the day\'s calls are used up"}'), says(429, retry_after="60")]
)
def test_a_platform_that_says_enough_is_left_alone_for_a_while(world: World, wire: Wire, answer: Any) -> None:
    wire.meets("GET /order/", answer)
    order = world.sold()
    world.drain()
    assert (world.job(order).state, world.job(order).reason) == ("waiting", "shop-budget-used")
    assert world.job(order).not_before > world.now.at
    world.settle()
    assert world.job(order).state == "done"


@pytest.mark.parametrize(("status", "reason"), [(401, "shop-key-refused"), (403, "shop-right-missing")])
def test_a_key_that_is_refused_is_noted_with_the_shop(world: World, wire: Wire, status: int, reason: str) -> None:
    wire.meets("GET /order", says(status, b"{}"), times=9)
    ask(world)
    assert shop(world).trouble == reason
    wire.rules.clear()
    ask(world)
    assert shop(world).trouble == ""


def test_an_order_that_is_gone_from_the_shop_is_for_the_owner(world: World) -> None:
    order = world.sold()
    del world.stand_in.orders[order.order_id]
    world.drain()
    assert (world.job(order).state, world.job(order).reason) == ("needs_you", "order-gone")


def test_a_due_shop_is_found_without_a_tenant(world: World) -> None:
    set_shop(world, next_poll_at=world.now())
    found = lookups.due(world.now(), 10)
    assert lookups.Due("shop", world.tenant.pk, world.shop.pk) in found
