"""A shop's first order is a draft until a person has looked at it, and the others wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from connector.lib.http import Answer
from connector.sync import acts
from connector.sync.models import Integration
from tests.sync.world import World, a_world

pytestmark = pytest.mark.engine


@pytest.fixture
def new(db_clean: None, settings: Any) -> Iterator[World]:
    """A business of which nobody has seen an order yet."""
    with a_world(settings, checked=False) as made:
        yield made


def rests(world: World, *orders: Any) -> list[tuple[str, str, str]]:
    jobs = [world.job(order) for order in orders]
    return [(job.state, job.detail, job.reason) for job in jobs]


CHECK, BEHIND, BOOKED = (
    ("needs_you", "draft", "first-order-check"),
    ("waiting", "", "first-order"),
    ("done", "booked", ""),
)


def test_the_first_order_is_a_draft_and_the_others_wait_behind_it(new: World) -> None:
    orders = [new.sold() for _ in range(3)]
    new.drain()
    assert rests(new, *orders) == [CHECK, BEHIND, BEHIND]
    assert (len(new.agreement.ledger()["drafts"]), new.booked()) == (1, [])
    new.settle(hours=200)
    assert rests(new, *orders) == [CHECK, BEHIND, BEHIND]


def test_when_somebody_says_that_it_is_right_all_of_them_go(new: World) -> None:
    orders = [new.sold() for _ in range(3)]
    new.drain()
    new.act(acts.confirm_first_order, orders[0])
    new.drain()
    assert rests(new, *orders) == [BOOKED] * 3
    assert [len(new.booked(order)) for order in orders] == [1, 1, 1]
    with new.scope():
        integration = Integration.objects.get()
    assert (integration.first_checked_by, integration.first_job_id) == ("Anna Berg", new.job(orders[0]).pk)
    later = new.sold()
    new.drain()
    assert rests(new, later) == [BOOKED]


def test_an_order_that_is_read_in_the_moment_in_which_somebody_says_so_goes_too(new: World) -> None:
    first = new.sold()
    new.drain()
    second, inner, done = new.order(), new.transport, []

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        if url.endswith(f"/order/{second.order_id}") and not done:
            done.append(new.act(acts.confirm_first_order, first))
        return inner(method, url, headers, body)

    new.transport = send
    new.tell(second)
    new.settle()
    assert done
    assert rests(new, first, second) == [BOOKED] * 2


def test_saying_it_twice_keeps_who_said_it_first(new: World) -> None:
    order = new.sold()
    new.drain()
    new.act(acts.confirm_first_order, order)
    with new.scope():
        acts.confirm_first_order(new.job(order), acts.Person(None, "Bo Lund"))
        assert Integration.objects.get().first_checked_by == "Anna Berg"
    new.drain()
    assert len(new.booked(order)) == 1


def test_an_order_that_is_not_meant_to_go_is_not_the_first(new: World) -> None:
    unpaid, paid = new.order(paid=False), new.order()
    new.tell(unpaid, "order_created")
    new.tell(paid)
    new.drain()
    assert rests(new, unpaid, paid) == [("not_meant", "", "not-triggered"), CHECK]


def test_an_order_that_never_becomes_a_document_does_not_hold_the_others_up(new: World) -> None:
    stuck, fine = new.sold(email=""), new.sold()
    new.drain()
    assert rests(new, stuck, fine) == [("needs_you", "", "fact-missing"), CHECK]


def test_a_first_order_that_is_cancelled_gives_way_to_the_next(new: World) -> None:
    orders = [new.sold() for _ in range(3)]
    new.drain()
    new.stand_in.move(orders[0], "cancelled", tell=False)
    new.tell(orders[0], "new_status")
    new.drain()
    assert rests(new, *orders) == [("not_meant", "", "nothing-to-book"), CHECK, BEHIND]
    assert [row["reference"].rpartition(":")[2] for row in new.agreement.ledger()["drafts"]] == [
        str(orders[1].order_id)
    ]


def test_saving_settings_does_not_say_that_the_first_order_is_right(new: World) -> None:
    first, second = new.sold(), new.sold()
    new.drain()
    new.save(layout="20")
    new.drain()
    assert rests(new, first, second) == [CHECK, BEHIND]
    assert new.booked() == []


def test_trying_the_first_order_again_does_not_say_so_either(new: World) -> None:
    order = new.sold()
    new.drain()
    for act in (acts.transfer_now, acts.transfer_anyway):
        new.act(act, order)
        new.drain()
        assert rests(new, order) == [CHECK]
    assert len(new.agreement.ledger()["drafts"]) == 1


def test_nobody_jumps_the_queue_before_the_first_was_checked(new: World) -> None:
    first, second = new.sold(), new.sold()
    new.drain()
    new.act(acts.transfer_anyway, second)
    new.drain()
    assert rests(new, first, second) == [CHECK, BEHIND]


def test_what_is_said_of_the_waiting_ones_changes_nothing(new: World) -> None:
    first, second = new.sold(), new.sold()
    new.drain()
    for order in (first, second):
        new.tell(order, "new_status")
    new.drain()
    assert rests(new, first, second) == [CHECK, BEHIND]


def test_with_booking_off_the_first_order_is_looked_at_and_left_as_a_draft(db_clean: None, settings: Any) -> None:
    with a_world(settings, checked=False, booking="off") as world:
        first, second = world.sold(), world.sold()
        world.drain()
        assert rests(world, first, second) == [CHECK, BEHIND]
        world.act(acts.confirm_first_order, first)
        world.drain()
        assert rests(world, first, second) == [("done", "draft", "")] * 2
        assert (len(world.agreement.ledger()["drafts"]), world.booked()) == (2, [])
