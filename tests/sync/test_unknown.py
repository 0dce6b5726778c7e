"""A write whose answer was lost: looked for, adopted, and sent again only as the very same."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sync import acts
from connector.sync.models import SyncJob, SyncStep
from tests.sync.faults import Wire, away, lost_after, lost_before, says
from tests.sync.world import World, amount

pytestmark = pytest.mark.engine

WRITES = {
    "customer": "POST /rest/customers",
    "draft": "POST /rest/invoices/drafts",
    "book": "POST /rest/invoices/booked",
    "payment:1": "POST /draft-entries",
    "payment-book:1": "POST /bookdraftentries",
}


@pytest.fixture
def wire(world: World) -> Wire:
    return Wire.of(world)


def sold(world: World) -> Any:
    return world.sold(email="ny@example.dk", products=[{"own_id": "KOP-1", "name": "Kop", "unit_price": "125.00"}])


def step(world: World, name: str) -> SyncStep:
    with world.scope():
        return SyncStep.objects.get(name=name)


def require_one_of_everything(world: World, order: Any) -> None:
    """The books hold what the shop charged, once."""
    ledger = world.agreement.ledger()
    assert [row["gross"] for row in world.booked(order)] == [str(order.sold)]
    assert [row["remainder"] for row in world.booked(order)] == ["0.00"]
    assert (ledger["drafts"], ledger["draft_entries"]) == ([], [])
    assert len([one for one in ledger["customers"] if one.get("email") == "ny@example.dk"]) == 1
    assert world.job(order).state == "done"


# --- the same bytes under the same key ------------------------------------------------------------------------------
@pytest.mark.parametrize("name", WRITES)
def test_what_was_made_is_found_and_not_sent_again(world: World, wire: Wire, name: str) -> None:
    wire.meets(WRITES[name], lost_after)
    order = sold(world)
    world.settle()
    require_one_of_everything(world, order)
    assert len(wire.sent(WRITES[name])) == 1


@pytest.mark.parametrize("name", WRITES)
def test_what_was_not_made_is_sent_again_as_the_very_same(world: World, wire: Wire, name: str) -> None:
    wire.meets(WRITES[name], lost_before, times=2)
    order = sold(world)
    world.settle()
    require_one_of_everything(world, order)
    sent = wire.sent(WRITES[name])
    assert len(sent) == 3
    assert len({(call.url, call.key, call.body) for call in sent}) == 1
    assert sent[0].key


@pytest.mark.parametrize("second", [away, says(429, retry_after="5")])
@pytest.mark.parametrize("name", WRITES)
def test_a_second_sending_that_failed_says_nothing_of_the_first(
    world: World, wire: Wire, name: str, second: Any
) -> None:
    # Only the last is known not to have arrived; the first may still come, and only its own key would stop a double.
    wire.meets(WRITES[name], lost_before)
    wire.meets(WRITES[name], second)
    order = sold(world)
    world.settle()
    require_one_of_everything(world, order)
    sent = wire.sent(WRITES[name])
    assert len(sent) == 3
    assert len({(call.key, call.body) for call in sent}) == 1


@pytest.mark.parametrize("name", WRITES)
def test_what_surely_never_left_gets_a_key_of_its_own(world: World, wire: Wire, name: str) -> None:
    wire.meets(WRITES[name], away)
    order = sold(world)
    world.settle()
    require_one_of_everything(world, order)
    assert step(world, name).generation == 2
    assert len({call.key for call in wire.sent(WRITES[name])}) == 2


def test_nobody_looks_while_the_call_may_still_be_running(world: World, wire: Wire) -> None:
    wire.meets(WRITES["draft"], lost_after)
    order = sold(world)
    world.drain()
    before = len(wire.calls)
    lost_at = step(world, "draft").lost_at
    assert lost_at is not None
    for delivery in range(15):
        # However often the order is spoken of meanwhile.
        world.now.move(2)
        world.tell(order, delivery=f"d-{delivery}")
        world.drain()
    assert len(wire.calls) == before
    assert (world.job(order).state, world.job(order).reason) == ("waiting", "outcome-unknown")
    assert (world.job(order).not_before - lost_at).total_seconds() == 45
    world.settle()
    require_one_of_everything(world, order)


def test_what_is_sent_in_vain_again_and_again_rests_longer_and_longer(world: World, wire: Wire) -> None:
    wire.meets(WRITES["draft"], says(502, b"<html>"), times=99)
    order = sold(world)
    world.settle(hours=12)
    assert len(wire.sent(WRITES["draft"])) < 9
    assert world.job(order).state == "waiting"
    wire.rules.clear()
    world.settle(hours=48)
    require_one_of_everything(world, order)


def test_an_order_given_up_is_finished_when_a_person_asks(world: World, wire: Wire) -> None:
    wire.meets(WRITES["draft"], says(500), times=99)
    order = sold(world)
    world.settle(hours=24 * 30)
    assert (world.job(order).state, world.job(order).reason) == ("needs_us", "unexpected")
    wire.rules.clear()
    world.act(acts.transfer_now, order)
    world.settle()
    require_one_of_everything(world, order)


def test_a_refusal_that_nobody_knows_is_a_case_with_a_number(world: World, wire: Wire) -> None:
    wire.meets(WRITES["draft"], says(422, b"{}"), times=99)
    order = sold(world)
    world.settle()
    job = world.job(order)
    assert (job.state, job.reason, job.facts["ref"]) == ("needs_us", "unexpected", str(job.pk))


# --- what is found --------------------------------------------------------------------------------------------------
def test_two_booked_documents_stop_and_nothing_is_deleted(world: World, wire: Wire) -> None:
    order = sold(world)
    wire.meets(WRITES["book"], lost_after)
    world.drain()
    [booked] = world.agreement.books.booked.values()
    # Somebody copied the invoice, key and all, and booked the copy.
    draft = wire.sent(WRITES["draft"])[0]
    headers = {**draft.headers, "Idempotency-Key": "by-hand"}
    copy = wire.inner("POST", draft.url, headers, draft.body)
    world.agreement.book_by_hand(int(copy.json()["draftInvoiceNumber"]))
    world.settle()
    job = world.job(order)
    assert (job.state, job.reason) == ("needs_us", "two-found")
    assert str(booked.booked_number) in job.facts["ref"]
    assert len(world.booked(order)) == 2


def test_of_several_drafts_the_oldest_is_kept_and_the_others_go(world: World, wire: Wire) -> None:
    order = sold(world)
    wire.meets(WRITES["draft"], lost_after)
    world.drain()
    draft = wire.sent(WRITES["draft"])[0]
    for copy in ("a", "b"):
        wire.inner("POST", draft.url, {**draft.headers, "Idempotency-Key": copy}, draft.body)
    oldest = min(world.agreement.books.drafts)
    world.settle()
    require_one_of_everything(world, order)
    assert world.booked(order)[0]["draft_number"] == oldest


def test_a_look_that_fails_is_not_a_look_that_finds_nothing(world: World, wire: Wire) -> None:
    wire.meets(WRITES["draft"], lost_after)
    wire.meets("GET /rest/invoices/drafts", says(200, b"<html>"), times=3)
    order = sold(world)
    world.settle()
    require_one_of_everything(world, order)
    assert len(wire.sent(WRITES["draft"])) == 1


@pytest.mark.parametrize("field", ["vatAmount", "recipient"])
def test_a_draft_whose_figures_nobody_tells_stops(world: World, wire: Wire, field: str) -> None:
    def hidden(send: Any) -> Any:
        answer = send()
        return type(answer)(answer.status, answer.headers, answer.body.replace(f'"{field}"'.encode(), b'"hidden"'))

    wire.meets("* /invoices/drafts", hidden, times=200)
    order = sold(world)
    world.drain()
    assert len(wire.calls) < 40
    assert (world.job(order).state, world.booked(order)) == ("needs_us", [])


@pytest.mark.parametrize("answer", [lost_after, lost_before, says(500), away])
def test_a_deletion_whose_answer_is_lost_goes_on_by_itself(world: World, wire: Wire, answer: Any) -> None:
    order = sold(world)
    wire.meets(WRITES["draft"], lost_after)
    world.drain()
    draft = wire.sent(WRITES["draft"])[0]
    wire.inner("POST", draft.url, {**draft.headers, "Idempotency-Key": "again"}, draft.body)
    wire.meets("DELETE /invoices/drafts", answer)
    world.settle()
    require_one_of_everything(world, order)


# --- balances ---------------------------------------------------------------------------------------------------------
def test_a_balance_that_could_not_be_read_is_read_again_and_nothing_is_paid_twice(world: World, wire: Wire) -> None:
    wire.meets("GET /rest/invoices/booked", away, times=2)
    orders = [sold(world), sold(world)]
    world.drain()
    assert [world.job(order).state for order in orders] == ["waiting", "waiting"]
    world.settle()
    assert [(world.job(order).state, world.job(order).balance) for order in orders] == [("done", 0), ("done", 0)]
    assert [amount(world.booked(order)[0]["remainder"]) for order in orders] == [0, 0]
    assert len(wire.sent(WRITES["payment:1"])) == 2


def test_the_balances_of_a_turn_are_read_by_one_call(world: World, wire: Wire) -> None:
    orders = [sold(world) for _ in range(4)]
    world.drain()
    assert len(wire.sent("GET /rest/invoices/booked")) == 1
    with world.scope():
        assert SyncJob.objects.filter(state="done", balance=0).count() == len(orders)
