"""An order that somebody dealt with outside is never sent."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync import stopping
from connector.sync.models import ActivityEntry
from tests.sync.test_pausing import CUP, crash, writes
from tests.sync.world import ANNA, World, a_world

pytestmark = pytest.mark.engine


@pytest.fixture
def here(db_clean: None, settings: Any) -> Any:
    with a_world(settings, missing_product="stop") as world:
        yield world


def stopped(world: World) -> Any:
    """An order that waits for its owner."""
    order = world.sold(products=[{"own_id": "UKENDT-1", "name": "Ukendt", "amount": 1, "unit_price": "50.00"}])
    world.settle()
    assert world.job(order).state == "needs_you"
    return order


def by_hand(world: World, order: Any, note: str = "Bogført af revisor") -> bool:
    with world.scope():
        return stopping.mark_by_hand(world.job(order), note, ANNA)


def test_it_is_in_the_books_with_who_and_why(here: World) -> None:
    order = stopped(here)
    assert by_hand(here, order, "  Faktura 77, bogført af revisor ")
    job = here.job(order)
    assert (job.state, job.detail, job.reason, job.not_before) == ("done", "by-hand", "", None)
    assert (job.note, job.closed_at is not None) == ("Faktura 77, bogført af revisor", True)
    with here.scope():
        [act] = ActivityEntry.objects.filter(job=job)
    assert (act.who, act.what, act.at is not None) == (ANNA.name, "handled-by-hand", True)


def test_an_event_afterwards_does_not_send_it(here: World) -> None:
    order = stopped(here)
    by_hand(here, order)
    here.save(missing_product="create")
    here.tell(order, "paid", "d-2")
    here.settle()
    assert (here.job(order).detail, here.job(order).not_before) == ("by-hand", None)
    assert writes(here) == []


def test_it_is_refused_while_a_call_is_open(here: World) -> None:
    order = here.sold(products=[CUP])
    crash(here, "draft")
    assert not by_hand(here, order)
    assert here.job(order).detail == ""
    here.settle()
    assert len(here.booked(order)) == 1


def test_what_is_in_the_books_cannot_be_marked(here: World) -> None:
    order = here.sold(products=[CUP])
    here.settle()
    assert not by_hand(here, order)
    assert here.job(order).detail == "booked"


def test_a_worker_that_has_claimed_it_makes_no_call(here: World) -> None:
    order = here.sold(products=[CUP])

    def probe(where: str, name: str) -> None:
        if where == "before-intent":
            assert by_hand(here, order)

    here.drain(probe)
    here.settle()
    assert here.job(order).detail == "by-hand"
    assert writes(here) == []


def test_a_worker_that_stops_meanwhile_does_not_take_it_back(here: World) -> None:
    order = stopped(here)
    whole = here.transport

    def send(method: str, url: str, headers: Any, body: bytes | None) -> Any:
        if "/products" in url:
            by_hand(here, order)
        return whole(method, url, headers, body)

    here.transport = send
    here.tell(order, "paid", "d-2")
    here.drain()
    assert (here.job(order).state, here.job(order).detail) == ("done", "by-hand")


def test_the_next_order_becomes_the_first_one(db_clean: None, settings: Any) -> None:
    with a_world(settings, checked=False) as world:
        first, second = world.sold(products=[CUP]), world.sold(products=[CUP])
        world.settle()
        assert [world.job(one).reason for one in (first, second)] == ["first-order-check", "first-order"]
        assert by_hand(world, first)
        world.settle()
        assert world.job(second).reason == "first-order-check"
