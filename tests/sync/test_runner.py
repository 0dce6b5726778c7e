"""Working a lane: in which order, for how long, and what makes it rest."""

from __future__ import annotations

from typing import Any

import pytest

from accounting.base import FixedKeys
from connector.sync import acts, build, lookups, runner
from connector.sync.models import Channel, SyncJob
from tests.sync.faults import Wire, away, says
from tests.sync.world import ACCOUNTING, ANNA, World, build_world

pytestmark = pytest.mark.engine

BOOKS, FIRST_READ = "* books.example", "GET /products"


def lane(world: World) -> Channel:
    with world.scope():
        return Channel.objects.get(connection=world.connection)


def turn(world: World) -> None:
    """One turn at the lane."""
    assert runner.drain(world.tenant.pk, lane(world).pk, transport=world.transport)


def booked_orders(world: World) -> list[str]:
    """The ids of the booked orders in the order of their booking."""
    return [row["reference"].rpartition(":")[2] for row in world.booked()]


def rest_of(world: World) -> float:
    """Seconds until the lane goes on."""
    until = lane(world).paused_until
    assert until is not None
    return round((until - world.now.at).total_seconds())


# --- in which order -----------------------------------------------------------------------------------------------
def test_the_oldest_goes_first(world: World) -> None:
    orders = [world.order() for _ in range(3)]
    for order in reversed(orders):
        world.tell(order)
    world.drain()
    assert booked_orders(world) == [str(order.order_id) for order in reversed(orders)]


def test_a_persons_order_goes_before_the_live_ones_and_those_before_earlier_ones(world: World) -> None:
    orders = [world.sold() for _ in range(3)]
    lanes = (SyncJob.Lane.EARLIER, SyncJob.Lane.LIVE, SyncJob.Lane.PERSON)
    with world.scope():
        for order, kind in zip(orders, lanes, strict=True):
            SyncJob.objects.filter(order_id=order.order_id).update(lane=kind)
    world.drain()
    assert booked_orders(world) == [str(order.order_id) for order in reversed(orders)]


def test_a_turn_ends_and_the_next_lane_has_its_own(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "QUANTUM_JOBS", 2)
    for _ in range(5):
        world.sold()
    world.now.move(600)
    other = build_world(world.now, slug="andetsteds", number=100)
    other.sold()
    turn(world)
    assert len(world.booked()) == 2
    # The busy lane's orders are older by ten minutes; the quiet one is next all the same.
    [following] = lookups.due(world.now(), 1)
    assert following.tenant_id == other.tenant.pk


# --- the books are away -------------------------------------------------------------------------------------------
def test_a_lane_rests_while_its_books_are_away_and_nobody_elses_does(world: World) -> None:
    other = build_world(world.now, slug="andetsteds", number=100)
    wire = Wire.of(world)
    wire.meets(BOOKS, away, times=999)
    orders = [world.sold() for _ in range(3)]
    elsewhere = other.sold()
    turn(world)
    other.drain()
    assert len([call for call in wire.calls if "books" in call.url]) == 1
    assert (rest_of(world), lane(world).pause_reason) == (5, "provider-down")
    assert other.job(elsewhere).state == "done"
    wire.rules.clear()
    world.settle()
    assert [world.job(order).state for order in orders] == ["done"] * 3


@pytest.mark.parametrize(
    "call", ["POST /invoices/booked", "POST /draft-entries", "POST /bookdraftentries", "GET /booked"]
)
def test_books_that_go_away_half_way_are_asked_again_soon(world: World, call: str) -> None:
    wire = Wire.of(world)
    wire.meets(call, away)
    order = world.sold()
    turn(world)
    assert wire.rules[0].times == 0
    assert world.job(order).state == "waiting"
    assert rest_of(world) == 5
    world.settle(hours=0.1)
    assert (world.job(order).state, world.job(order).balance) == ("done", 0)
    assert len(world.booked(order)) == 1


@pytest.mark.parametrize(
    ("answer", "seconds", "reason"),
    [
        (says(429, retry_after="7"), 7, "rate-limit"),
        (says(429), 60, "rate-limit"),
        (says(429, retry_after="soon"), 60, "rate-limit"),
        (says(503, retry_after="20"), 20, "provider-down"),
        (says(503), 5, "provider-down"),
    ],
)
def test_a_pause_that_is_asked_for_is_kept_by_the_whole_lane(
    world: World, answer: Any, seconds: int, reason: str
) -> None:
    wire = Wire.of(world)
    wire.meets(FIRST_READ, answer)
    orders = [world.sold(), world.sold()]
    turn(world)
    assert (rest_of(world), lane(world).pause_reason) == (seconds, reason)
    assert [world.job(order).state for order in orders] == ["waiting", "waiting"]
    assert lookups.due(world.now(), 10) == []
    world.settle()
    assert [world.job(order).state for order in orders] == ["done", "done"]


@pytest.mark.parametrize(
    "answer", [says(429, retry_after="10"), says(429, retry_after="0"), says(503, retry_after="10")]
)
def test_however_often_a_pause_is_asked_for_the_order_is_not_given_up(world: World, answer: Any) -> None:
    wire = Wire.of(world)
    wire.meets(FIRST_READ, answer, times=30)
    order = world.sold()
    world.settle()
    assert wire.rules[0].times == 0
    assert world.job(order).state == "done"


def test_a_lane_rests_before_the_limit_is_reached(world: World) -> None:
    # Some of the limit is for the customer's other programs.
    world.switch(budget_size=150, retry_after=True)
    orders = [world.sold(email=f"kunde{number}@example.dk") for number in range(8)]
    turn(world)
    assert lane(world).pause_reason == "rate-limit"
    assert 0 < len(world.booked()) < 8
    world.settle()
    assert [world.job(order).state for order in orders] == ["done"] * 8
    assert not [call for attempt in attempts(world) for call in attempt["calls"] if call["status"] == 429]


def attempts(world: World) -> list[Any]:
    with world.scope():
        return [row for job in SyncJob.objects.all() for row in job.attempts.values()]


# --- the grant is gone --------------------------------------------------------------------------------------------
def reconnect(world: World) -> None:
    """The owner approves again."""
    grant = {"grant": world.books.grant(world.agreement.number)}
    provider = build.provider_classes()["economic"].build(ACCOUNTING["economic"], FixedKeys(grant), {}, world.transport)
    choices = provider.choices()
    with world.scope():
        world.connection.refresh_from_db()
        acts.books_connected(world.connection, grant, choices, ANNA)


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_revoked_grant_stops_the_lane_and_a_new_one_lets_it_go_on(world: World, after: int) -> None:
    wire = Wire.of(world)
    orders = [world.sold(), world.sold()]
    wire.meets("POST books.example", lambda send: world.books.revoke(world.agreement.number) or send(), skip=after)
    world.drain()
    sent = len(wire.calls)
    first, second = (world.job(order) for order in orders)
    assert (first.state, first.reason, second.state) == ("needs_you", "connection-revoked", "waiting")
    with world.scope():
        world.connection.refresh_from_db()
    assert (world.connection.status, lane(world).pause_reason) == ("revoked", "connection-revoked")
    world.now.move(7 * 24 * 3600)
    world.tell(orders[1], "new_status")
    world.drain()
    assert len(wire.calls) == sent
    reconnect(world)
    world.settle()
    assert [world.job(order).state for order in orders] == ["done", "done"]
    assert [len(world.booked(order)) for order in orders] == [1, 1]


def test_nothing_more_is_sent_once_somebody_disconnected(world: World) -> None:
    orders = [world.sold(), world.sold()]

    def probe(point: str, name: str) -> None:
        if (point, name) == ("after-result", "payment-book:1"):
            with world.scope():
                acts.disconnect(world.connection, ANNA)

    world.drain(probe)
    world.settle()
    assert [len(world.booked(order)) for order in orders] == [1, 0]
    assert world.job(orders[1]).state == "waiting"
