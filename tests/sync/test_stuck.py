"""One order, or one shop, that cannot be worked: it stops alone, and everything else goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from accounting.providers.economic.provider import Economic
from connector.core import mapping
from connector.core.states import GIVES_UP
from connector.sync import acts, runner
from connector.sync.models import Channel, Integration, SettingsVersion, SyncJob
from shops.models import Shop
from tests.sync.faults import Wire, away, says
from tests.sync.world import ANNA, World

pytestmark = pytest.mark.engine


def lane(world: World) -> Channel:
    with world.scope():
        return Channel.objects.get(connection=world.connection)


def turn(world: World) -> None:
    """One turn at the lane."""
    assert runner.drain(world.tenant.pk, lane(world).pk, transport=world.transport)


# --- orders that cannot be worked ---------------------------------------------------------------------------------
def test_an_order_that_breaks_something_of_ours_stops_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, fine = world.sold(), world.sold()
    inner = mapping.order_to_invoice

    def breaks(order: Any, *more: Any, **named: Any) -> Any:
        if order.id == str(broken.order_id):
            raise ZeroDivisionError
        return inner(order, *more, **named)

    monkeypatch.setattr(mapping, "order_to_invoice", breaks)
    world.drain()
    job = world.job(broken)
    assert (job.state, job.reason, job.facts["detail"]) == ("needs_us", "unexpected", "ZeroDivisionError")
    assert world.job(fine).state == "done"


class Killed(BaseException):
    """The worker dies."""


def test_a_worker_that_dies_before_the_balances_are_read_was_none_of_the_orders_tries(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, deaths = world.sold(), []
    inner = Economic.balances

    def dies(provider: Economic, invoices: Sequence[str]) -> Any:
        if len(deaths) <= GIVES_UP + 1:
            deaths.append(invoices)
            raise Killed
        return inner(provider, invoices)

    monkeypatch.setattr(Economic, "balances", dies)
    for _ in range(GIVES_UP + 2):
        with pytest.raises(Killed):
            world.settle()
        world.now.move(600)
    world.settle()
    assert len(deaths) == GIVES_UP + 2
    assert (world.job(order).state, world.job(order).reason) == ("done", "")


def test_an_order_under_settings_that_cannot_be_read_stops_and_the_lane_goes_on(world: World) -> None:
    with world.scope():
        SettingsVersion.objects.update(values={**world.integration.settings.values, "rates": "25,many"})
    order = world.sold()
    world.drain()
    assert (world.job(order).state, world.job(order).reason) == ("needs_us", "unexpected")
    assert lane(world).lease_until is None


def test_a_snapshot_that_cannot_be_read_any_more_stops_alone(world: World) -> None:
    broken, fine = world.sold(), world.sold()
    with world.scope():
        SyncJob.objects.filter(order_id=broken.order_id).update(order={"id": 1})
    world.drain()
    assert [world.job(order).state for order in (broken, fine)] == ["needs_us", "done"]


def test_an_order_that_kills_its_worker_is_not_tried_for_ever(world: World) -> None:
    order = world.sold()

    class Killed(BaseException):
        pass

    def probe(point: str, _: str) -> None:
        raise Killed(point)

    deaths = 0
    for _ in range(30):
        try:
            world.drain(probe)
        except Killed:
            deaths += 1
        world.now.move(60)
    assert deaths == 10
    assert (world.job(order).state, world.job(order).reason) == ("needs_us", "unexpected")


# --- the shop is away ---------------------------------------------------------------------------------------------
def test_a_shop_that_is_away_does_not_hold_the_lane_up(world: World) -> None:
    wire = Wire.of(world)
    absent, fine = world.sold(), world.sold()
    wire.meets(f"GET /order/{absent.order_id}", away)
    turn(world)
    assert [world.job(order).state for order in (absent, fine)] == ["waiting", "done"]
    assert (world.job(absent).reason, lane(world).paused_until) == ("provider-down", None)
    world.settle()
    assert world.job(absent).state == "done"


def test_what_is_in_the_books_stays_there_while_the_shop_is_away(world: World) -> None:
    wire = Wire.of(world)
    order = world.sold()
    world.drain()
    wire.meets("GET /order/", away, times=3)
    world.tell(order, "new_status")
    turn(world)
    job = world.job(order)
    assert (job.state, job.detail, job.reason) == ("done", "booked", "")
    assert job.not_before - world.now.at <= timedelta(seconds=5)
    world.settle()
    assert (world.job(order).state, world.job(order).read) == ("done", world.job(order).heard)


def test_a_shop_that_is_connected_again_gets_its_orders_going(world: World) -> None:
    [key] = world.stand_in.keys
    kept = world.stand_in.keys.pop(key)
    order = world.sold()
    world.drain()
    assert (world.job(order).state, world.job(order).reason) == ("needs_you", "shop-key-refused")
    world.stand_in.keys[key] = kept
    with world.scope():
        signed_in = acts.SignedIn(key, str(world.stand_in.webshop_id), "nordlys.dk", "", can_write=True)
        acts.shop_connected(Shop.objects.get(pk=world.shop.pk), "shoporama", signed_in, ANNA)
    world.drain()
    assert world.job(order).state == "done"


def test_a_lane_without_settings_is_left_alone(world: World) -> None:
    with world.scope():
        Integration.objects.update(settings=None)
    world.sold()
    world.drain()
    assert world.booked() == []


# --- what is told of a wait -----------------------------------------------------------------------------------------
def test_a_wait_tells_since_when_and_how_many(world: World) -> None:
    wire = Wire.of(world)
    first, _second = world.sold(), world.sold()
    wire.meets("GET /products", says(503, retry_after="20"), times=2)
    turn(world)
    told = dict(world.job(first).facts)
    assert (world.job(first).reason, told["n"]) == ("provider-down", "2")
    world.now.move(30)
    turn(world)
    again = world.job(first).facts
    assert (again["since"], again["provider"]) == (told["since"], "e-conomic"), "it began with the first try"


def test_a_wait_for_the_shop_names_the_shop(world: World) -> None:
    wire = Wire.of(world)
    absent = world.sold()
    wire.meets(f"GET /order/{absent.order_id}", away)
    turn(world)
    assert world.job(absent).facts["provider"] == world.shop.name
