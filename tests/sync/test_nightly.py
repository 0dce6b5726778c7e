"""The night's work: what is over is forgotten in every business, and books are read before an order needs them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction

from accounting.models import Connection
from connector.core.plan import COPENHAGEN
from connector.sync import books_look, lookups, nightly, retention
from connector.sync.models import Channel
from tests.sync.faults import Wire, away, says
from tests.sync.side_by_side import at_once, wait_until
from tests.sync.world import World

DAY = timedelta(days=1)
NIGHT = datetime(2026, 11, 21, 4, 30, tzinfo=UTC)
"""Half past five in Copenhagen, after the night that follows a world's day."""


# --- when -------------------------------------------------------------------------------------------------------------
@pytest.mark.unit
@pytest.mark.parametrize("number", [0, 1, 2, 57, 14_399, 14_400, 10**12])
@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
        datetime(2026, 11, 20, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 11, 21, 2, 0, tzinfo=UTC),
        # The nights in which an hour is left out, and in which one comes twice.
        datetime(2026, 3, 28, 20, 0, tzinfo=UTC),
        datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ],
    ids=lambda moment: moment.isoformat(),
)
def test_the_next_time_lies_in_the_next_night(now: datetime, number: int) -> None:
    following = nightly.following(now, number)
    assert now < following <= now + timedelta(hours=26)
    local = following.astimezone(COPENHAGEN)
    assert 1 <= local.hour < 5
    assert nightly.following(following, number).astimezone(COPENHAGEN).date() == local.date() + DAY


@pytest.mark.unit
def test_a_thousand_books_are_spread_over_the_night() -> None:
    moments = {nightly.following(NIGHT, number) for number in range(1000)}
    assert len(moments) == 1000
    hours = [sum(moment.astimezone(COPENHAGEN).hour == hour for moment in moments) for hour in range(1, 5)]
    assert min(hours) > 200


# --- reading the books ------------------------------------------------------------------------------------------------
@pytest.fixture
def wire(world: World) -> Wire:
    return Wire.of(world)


def lane(world: World) -> Channel:
    with world.scope():
        return Channel.objects.select_related("connection").get()


def books(world: World) -> Connection:
    with world.scope():
        return Connection.objects.get()


def a_night(world: World) -> None:
    """A night passes, looked at when it is over, as after a downtime."""
    nightly.Nightly(world.transport).once()
    world.now.at = max(world.now.at, NIGHT) if world.now.at < NIGHT else world.now.at + DAY
    nightly.Nightly(world.transport).once()


def reads(wire: Wire) -> int:
    return len(wire.sent("GET /rest/payment-terms"))


@pytest.mark.engine
def test_books_are_read_once_a_night(world: World, wire: Wire) -> None:
    nightly.Nightly(world.transport).once()
    assert wire.calls == [], "they were read when they were connected"
    a_night(world)
    once = reads(wire)
    assert once > 0
    nightly.Nightly(world.transport).once()
    assert reads(wire) == once
    following = lane(world).next_look_at
    assert following is not None
    assert 1 <= following.astimezone(COPENHAGEN).hour < 5
    a_night(world)
    assert reads(wire) == 2 * once


@pytest.mark.engine
def test_of_many_workers_one_reads(world: World, wire: Wire) -> None:
    with world.scope():
        Channel.objects.update(next_look_at=world.now())
    later = world.now() + DAY
    looks = [lambda: books_look.look(world.tenant.pk, world.connection.pk, later, world.transport)] * 6
    assert sorted(at_once(looks)) == [False] * 5 + [True]


@pytest.mark.engine
def test_what_vanished_in_the_books_is_said_before_an_order_needs_it(world: World) -> None:
    world.save(account="5820")
    world.agreement.books.master.accounts[5820].barred = True
    a_night(world)
    assert {"code": "account-closed", "facts": {"account": "5820"}} in books(world).findings
    assert books(world).choices_at == books(world).last_answer_at or books(world).choices_at > NIGHT - DAY


@pytest.mark.engine
def test_what_was_mended_in_the_books_goes_on_by_itself(world: World) -> None:
    world.agreement.use_currency("SEK", used=False)
    a_night(world)
    order = world.sold(currency="SEK")
    world.settle()
    assert (world.job(order).state, world.job(order).reason) == ("needs_you", "currency-missing")
    a_night(world)
    assert world.job(order).not_before is None, "nothing changed in the books"
    world.agreement.use_currency("SEK", used=True)
    a_night(world)
    world.settle()
    assert len(world.booked(order)) == 1


@pytest.mark.engine
def test_a_worker_that_dies_at_it_is_followed_within_two_hours(world: World, wire: Wire) -> None:
    a_night(world)
    before = reads(wire)

    def dies(_: Any) -> Any:
        raise KeyboardInterrupt

    wire.meets("GET /rest/", dies)
    with pytest.raises(KeyboardInterrupt):
        a_night(world)
    nightly.Nightly(world.transport).once()
    assert reads(wire) == before
    world.now.move(7200)
    nightly.Nightly(world.transport).once()
    assert reads(wire) > before


@pytest.mark.engine
@pytest.mark.parametrize("fault", [away, says(429, b"{}", retry_after="7200")], ids=["away", "enough"])
def test_books_that_do_not_answer_are_asked_again_later(world: World, wire: Wire, fault: Callable[..., Any]) -> None:
    nightly.Nightly(world.transport).once()
    kept = books(world).choices_at
    wire.meets("GET /rest/", fault, times=99)
    a_night(world)
    asked = lane(world).next_look_at
    assert asked is not None
    assert timedelta(minutes=59) < asked - world.now.at <= timedelta(hours=2)
    assert books(world).choices_at == kept
    wire.rules.clear()
    world.now.at = asked
    nightly.Nightly(world.transport).once()
    assert books(world).choices_at > kept


@pytest.mark.engine
def test_a_lane_that_rests_for_the_providers_limit_is_not_asked_more(world: World, wire: Wire) -> None:
    nightly.Nightly(world.transport).once()
    rests_until = NIGHT + timedelta(hours=3)
    with world.scope():
        Channel.objects.update(paused_until=rests_until)
    a_night(world)
    assert wire.calls == []
    assert lane(world).next_look_at == rests_until


@pytest.mark.engine
def test_a_removed_grant_is_noticed_at_night(world: World) -> None:
    nightly.Nightly(world.transport).once()
    world.books.revoke(world.agreement.number)
    a_night(world)
    assert (books(world).status, books(world).trouble) == ("revoked", "connection-revoked")


@pytest.mark.engine
def test_books_that_were_connected_anew_meanwhile_are_left_as_they_are(world: World, wire: Wire) -> None:
    nightly.Nightly(world.transport).once()
    kept = books(world).choices_at

    def connected_anew(send: Callable[[], Any]) -> Any:
        with world.scope():
            Connection.objects.update(connected_at=world.now())
        return send()

    wire.meets("GET /rest/", connected_anew)
    a_night(world)
    assert books(world).choices_at == kept


@pytest.mark.engine
def test_books_that_break_keep_no_others_unread(world: World, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    due_ones = [(world.tenant.pk, 10**9), (world.tenant.pk, world.connection.pk)]
    a_night(world)
    before = reads(wire)
    monkeypatch.setattr(lookups, "books_due", lambda *_: due_ones)
    with world.scope():
        Channel.objects.update(next_look_at=world.now())
    nightly.Nightly(world.transport).once()
    assert reads(wire) > before


@pytest.mark.engine
def test_at_one_look_only_so_many_books_are_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(nightly, "MOST_READ", 3)
    monkeypatch.setattr(lookups, "books_due", lambda *_: [(1, number) for number in range(8)])
    monkeypatch.setattr(books_look, "look", lambda _tenant, number, *_: asked.append(number) or number > 1)
    nightly.Nightly().once()
    assert asked == [0, 1, 2, 3, 4]


@pytest.mark.engine
def test_books_that_are_not_connected_are_not_due(world: World) -> None:
    with world.scope():
        Channel.objects.update(next_look_at=world.now())
    assert lookups.books_due(world.now(), 10) == [(world.tenant.pk, world.connection.pk)]
    with world.scope(), transaction.atomic():
        Connection.objects.update(status=Connection.Status.DISCONNECTED)
    assert lookups.books_due(world.now(), 10) == []
    assert not books_look.look(world.tenant.pk, world.connection.pk, world.now() + DAY, world.transport)


@pytest.mark.engine
def test_the_nights_work_runs_beside_a_worker_and_outlives_a_failure(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread has the machine's clock: the first look only says when the night is."""
    monkeypatch.setattr(nightly, "LOOKS_EVERY_SECONDS", 0.01)
    inner, failures = retention.forget, []

    def failing(next_at: datetime) -> int | None:
        if not failures:
            failures.append(next_at)
            raise OperationalError
        return inner(next_at)

    monkeypatch.setattr(retention, "forget", failing)
    working = nightly.begin()
    try:
        wait_until(lambda: lane(world).next_look_at is not None)
    finally:
        working.ending.set()
        working.join(10)
    assert not working.is_alive()
    assert failures
