"""Pause and resume, disconnect and reconnect: nothing new is sent, what was sent is found, nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounting.base import FixedKeys
from accounting.models import Connection
from connector.core.errors import OutcomeUnknown
from connector.lib.http import Answer, Transport
from connector.sync import acts, build, stopping
from connector.sync.models import ActivityEntry, Integration
from tests.sync.sim import Crash
from tests.sync.world import ACCOUNTING, ANNA, World, a_world, amount

pytestmark = pytest.mark.engine

CUP = {"own_id": "KOP-1", "name": "Kop", "amount": 1, "unit_price": "100.00"}


@pytest.fixture
def here(db_clean: None, settings: Any) -> Any:
    with a_world(settings) as world:
        yield world


def integration_of(world: World) -> Integration:
    return Integration.objects.select_related("connection", "shop").get(shop=world.shop, is_active=True)


def pause(world: World) -> None:
    with world.scope():
        stopping.pause(integration_of(world), ANNA)


def resume(world: World) -> int:
    with world.scope():
        return stopping.resume(integration_of(world), ANNA)


def disconnect(world: World) -> Connection:
    with world.scope():
        acts.disconnect(integration_of(world).connection, ANNA)
    return stored(world)


def stored(world: World) -> Connection:
    with world.scope():
        return Connection.objects.get(pk=world.connection.pk)


def reconnect(world: World) -> None:
    grant = {"grant": world.books.grant(world.agreement.number)}
    provider = build.provider_classes()["economic"].build(ACCOUNTING["economic"], FixedKeys(grant), {}, world.transport)
    with world.scope():
        acts.books_connected(integration_of(world).connection, grant, provider.choices(), ANNA)


def acts_of(world: World) -> list[str]:
    with world.scope():
        rows = ActivityEntry.objects.filter(shop=world.shop, what__in=["paused", "resumed"]).order_by("pk")
        return list(rows.values_list("what", flat=True))


def writes(world: World) -> list[tuple[str, str]]:
    return [(method, path) for method, path in world.sent if method in ("POST", "PUT", "DELETE")]


def crash_at(step: str, point: str = "after-answer") -> Callable[[str, str], None]:
    def probe(where: str, name: str) -> None:
        if (where, name) == (point, step):
            raise Crash

    return probe


def crash(world: World, step: str, point: str = "after-answer") -> None:
    with pytest.raises(Crash):
        world.drain(crash_at(step, point))


def lose_answers(world: World, *, of: str) -> Callable[[], None]:
    """From now on the answers to writes whose path ends so get lost; returns how to mend it."""
    whole: Transport = world.transport

    def send(method: str, url: str, headers: Any, body: bytes | None) -> Answer:
        answer = whole(method, url, headers, body)
        if method == "POST" and url.endswith(of):
            raise OutcomeUnknown(detail="reset")
        return answer

    def mend() -> None:
        world.transport = whole

    world.transport = send
    return mend


class TestPause:
    def test_paused_orders_wait_with_their_reason_and_go_when_resumed(self, here: World) -> None:
        pause(here)
        orders = [here.sold(products=[CUP]) for _ in range(2)]
        here.settle()
        assert writes(here) == []
        assert [(here.job(one).state, here.job(one).reason) for one in orders] == [("waiting", "paused")] * 2
        assert resume(here) == 2
        here.settle()
        assert [here.job(one).detail for one in orders] == ["booked", "booked"]
        assert len(here.booked()) == 2

    def test_who_paused_and_resumed_is_written_down(self, here: World) -> None:
        pause(here)
        pause(here)
        with here.scope():
            assert integration_of(here).paused_by == ANNA.name
        resume(here)
        assert acts_of(here) == ["paused", "resumed"]

    def test_resuming_what_is_not_paused_does_nothing(self, here: World) -> None:
        assert resume(here) == 0
        assert acts_of(here) == []

    def test_what_was_sent_is_found_during_the_pause_and_nothing_more_is_sent(self, here: World) -> None:
        order = here.sold(products=[CUP])
        crash(here, "draft")
        sent = writes(here)
        pause(here)
        here.settle()
        assert writes(here) == sent
        assert (here.job(order).state, here.job(order).reason) == ("waiting", "paused")
        with here.scope():
            assert here.job(order).steps.get(name="draft").status == "done"
        resume(here)
        here.settle()
        assert amount(here.booked(order)[0]["remainder"]) == 0
        assert len(here.booked()) == 1

    def test_what_was_never_sent_is_sent_after_the_pause(self, here: World) -> None:
        order = here.sold(products=[CUP])
        crash(here, "draft", "after-intent")
        pause(here)
        here.settle()
        assert (here.job(order).reason, here.agreement.ledger()["drafts"]) == ("paused", [])
        resume(here)
        here.settle()
        assert len(here.booked(order)) == 1

    def test_a_pause_in_the_middle_of_a_try_stops_before_the_next_call(self, here: World) -> None:
        order = here.sold(products=[CUP])

        def probe(where: str, name: str) -> None:
            if (where, name) == ("before-intent", "book"):
                pause(here)

        here.drain(probe)
        assert here.booked() == []
        assert (here.job(order).state, here.job(order).reason) == ("waiting", "paused")
        resume(here)
        here.settle()
        assert len(here.booked(order)) == 1

    def test_what_is_in_the_books_stays_there_and_is_settled_after_the_pause(self, here: World) -> None:
        here.save(trigger="shipment")
        order = here.order(paid=False, products=[CUP])
        here.stand_in.move(order, "sent", tell=False)
        here.tell(order, "shipped")
        here.settle()
        assert here.job(order).detail == "payment-not-seen"
        pause(here)
        here.stand_in.pay(order, tell=False)
        here.tell(order, "paid", "d-2")
        here.settle()
        assert (here.job(order).state, here.job(order).detail) == ("done", "payment-not-seen")
        resume(here)
        here.settle()
        assert here.job(order).detail == "booked"
        assert here.job(order).balance == 0


class TestDisconnect:
    def test_nothing_is_sent_and_reconnecting_goes_on(self, here: World) -> None:
        assert disconnect(here).status == "disconnected"
        assert stored(here).secret == ""
        order = here.sold(products=[CUP])
        here.settle()
        assert (writes(here), here.job(order).state) == ([], "waiting")
        reconnect(here)
        here.settle()
        assert len(here.booked(order)) == 1

    def test_an_open_unknown_is_found_first_and_reconnecting_doubles_nothing(self, here: World) -> None:
        order = here.sold(products=[CUP])
        crash(here, "book")
        sent = writes(here)
        closing = disconnect(here)
        assert (closing.status, bool(closing.secret)) == ("closing", True)
        here.settle()
        assert writes(here) == sent
        assert (stored(here).status, stored(here).secret) == ("disconnected", "")
        with here.scope():
            assert here.job(order).steps.get(name="book").status == "done"
        assert (here.job(order).state, here.job(order).reason) == ("waiting", "disconnected")
        reconnect(here)
        here.settle()
        assert len(here.booked()) == 1
        assert here.job(order).balance == 0

    @pytest.mark.parametrize("step", ["customer", "draft", "book", "payment:1", "payment-book:1"])
    def test_each_call_whose_outcome_is_unknown_keeps_the_key_until_it_is_found(self, here: World, step: str) -> None:
        order = here.sold(products=[CUP], email="ny@example.dk")
        crash(here, step)
        sent = writes(here)
        assert disconnect(here).status == "closing"
        here.settle()
        assert writes(here) == sent
        assert (stored(here).status, stored(here).secret) == ("disconnected", "")
        with here.scope():
            assert here.job(order).steps.get(name=step).status == "done"
        reconnect(here)
        here.settle()
        assert (len(here.booked()), here.job(order).balance) == (1, 0)
        assert here.agreement.ledger()["draft_entries"] == []
        assert len([row for row in here.agreement.ledger()["customers"] if row.get("email") == "ny@example.dk"]) == 1

    def test_what_never_arrived_closes_the_books_too_and_goes_after_reconnecting(self, here: World) -> None:
        order = here.sold(products=[CUP])
        crash(here, "draft", "after-intent")
        disconnect(here)
        here.settle()
        assert stored(here).status == "disconnected"
        assert here.agreement.ledger()["drafts"] == []
        reconnect(here)
        here.settle()
        assert len(here.booked(order)) == 1

    def test_an_answer_that_is_lost_while_somebody_disconnects(self, here: World) -> None:
        mend = lose_answers(here, of="/invoices/booked")
        order = here.sold(products=[CUP])
        here.drain()
        disconnect(here)
        mend()
        here.settle()
        assert stored(here).status == "disconnected"
        reconnect(here)
        here.settle()
        assert len(here.booked(order)) == 1
