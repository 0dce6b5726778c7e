"""Credit notes: made here and by the shop, in each of the three books, from the invoice that was booked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.core.credit import Wish
from connector.core.errors import NeedsSetup
from connector.sync import crediting, note_acts
from connector.sync.models import CreditNote, SyncJob
from sandbox.shoporama.returns import Credited, whole
from tests.sync.faults import Rule, Wire, lost_after, lost_before
from tests.sync.world import ANNA, World, a_world, amount

pytestmark = pytest.mark.engine

CUP = {"own_id": "KOP-7", "name": "Kop", "amount": 2, "unit_price": "199.00"}
PLATE = {"own_id": "TAL-1", "name": "Tallerken", "amount": 3, "unit_price": "33.33"}


@pytest.fixture(params=["economic", "dinero", "billy"])
def world(db_clean: None, settings: Any, request: pytest.FixtureRequest) -> Iterator[World]:
    with a_world(settings, provider=request.param) as made:
        yield made


def booked(world: World, **wish: Any) -> Any:
    order = world.sold(**{"email": "ny@example.dk", "products": [CUP, PLATE], "shipping_price": "39.00", **wish})
    world.drain()
    assert world.job(order).state == "done", world.job(order).reason
    return order


def credit(world: World, order: Any, wish: Wish, **more: Any) -> CreditNote:
    with world.scope():
        job = SyncJob.objects.select_related("shop", "integration__connection").get(
            order_id=str(order.order_id), kind="invoice", replaced_by=None
        )
        return note_acts.save(job, wish, ANNA, **more)


def of(world: World, order: Any, **quantities: int) -> Wish:
    """A wish by the first word of the lines' texts."""
    invoice = invoice_of(world, order)
    with world.scope():
        entries = crediting.remainder_of(invoice).choices
    places = {entry.first.description.split()[0]: entry.at for entry in entries}
    return Wish({places[name]: Decimal(quantity) for name, quantity in quantities.items()})


def invoice_of(world: World, order: Any) -> SyncJob:
    """The newest invoice's job of an order."""
    with world.scope():
        jobs = SyncJob.objects.select_related("shop", "integration__connection", "integration__settings")
        return jobs.get(order_id=str(order.order_id), kind="invoice", replaced_by=None)


def credits_of(world: World) -> list[SyncJob]:
    with world.scope():
        return list(SyncJob.objects.filter(kind="credit").select_related("note_row").order_by("pk"))


def notes(world: World) -> list[dict[str, Any]]:
    return [row for row in world.agreement.ledger()["booked"] if row["reference"].startswith("credit:")]


def everything(world: World, name: str) -> Decimal:
    return sum((amount(row[name]) for row in world.agreement.ledger()["booked"]), Decimal(0))


def require_credited(world: World, *, balance: str = "0.00") -> list[dict[str, Any]]:
    """Every note is in the books, and together they leave nothing of the invoice."""
    for job in credits_of(world):
        assert (job.state, job.reason) == ("done", ""), (job.state, job.reason, job.facts)
    assert (everything(world, "gross"), everything(world, "vat")) == (0, 0)
    assert {amount(row["remainder"]) for row in world.agreement.ledger()["booked"]} == {amount(balance)}
    assert world.agreement.ledger()["drafts"] == []
    return notes(world)


def book_by_hand(world: World) -> None:
    """The owner books the only draft in the books' own pages."""
    [draft] = world.agreement.ledger()["drafts"]
    named = next(draft[name] for name in ("draft_number", "guid", "id") if name in draft)
    world.agreement.book_by_hand(named)


# --- made here -------------------------------------------------------------------------------------------------------
def test_a_whole_order_is_credited_and_its_payment_paid_back(world: World) -> None:
    order = booked(world)
    row = credit(world, order, Wish(is_rest=True), text="Retur")
    world.settle()
    [note] = require_credited(world)
    assert (row.number, note["reference"]) == (1, f"credit:shoporama:{world.stand_in.webshop_id}:{order.order_id}:1")
    [job] = credits_of(world)
    assert (job.detail, job.balance, job.total) == ("refund-not-seen", 0, -order.sold)


def test_notes_in_pieces_sum_to_the_invoice(world: World) -> None:
    order = booked(world, voucher_code="TI", voucher_percent=10)
    for wish in (of(world, order, Kop=1), of(world, order, Tallerken=2), Wish(is_rest=True)):
        credit(world, order, wish)
        world.settle()
    assert len(require_credited(world)) == 3


def test_one_of_two_is_credited_and_the_rest_stays(world: World) -> None:
    order = booked(world)
    credit(world, order, Wish({0: Decimal(1)}))
    world.settle()
    [note] = notes(world)
    assert (amount(note["gross"]), amount(note["vat"]), amount(note["remainder"])) == (-199, Decimal("-39.80"), 0)


def test_more_than_is_left_is_refused_with_what_is_left(world: World) -> None:
    order = booked(world, products=[CUP], shipping_price="0")
    credit(world, order, Wish({0: Decimal(2)}))
    with pytest.raises(NeedsSetup) as refused:
        credit(world, order, Wish({0: Decimal(1)}))
    assert (refused.value.code, refused.value.facts["remainder"]) == ("credit-above-remainder", "0.00 DKK")
    with world.scope():
        assert CreditNote.objects.count() == 1


def test_a_note_may_be_left_open_and_its_refund_registered_later(world: World) -> None:
    order = booked(world, products=[CUP], shipping_price="0")
    row = credit(world, order, Wish({0: Decimal(1)}), refund="open")
    world.settle()
    [note] = notes(world)
    assert amount(note["remainder"]) == -199
    with world.scope():
        note_acts.register_refund(row, ANNA)
    world.settle()
    [note] = notes(world)
    assert amount(note["remainder"]) == 0
    [job] = credits_of(world)
    assert (job.state, job.detail) == ("done", "refund-not-seen")
    with world.scope():
        assert note_acts.mark_refunded(row, ANNA)
        assert not note_acts.mark_refunded(row, ANNA)
    assert credits_of(world)[0].detail == "booked"


def test_a_note_of_an_unpaid_invoice_is_set_off_or_named_open(world: World) -> None:
    world.save(trigger="shipment")
    order = world.order(paid=False, products=[CUP], email="ny@example.dk", shipping_price="0")
    world.stand_in.move(order, "sent", tell=False)
    world.tell(order, "new_status")
    world.settle()
    assert world.job(order).detail == "payment-not-seen"
    credit(world, order, Wish({0: Decimal(1)}))
    world.settle()
    [job] = credits_of(world)
    assert (job.state, job.reason) == ("done", "")
    # No money came in, so none is registered as going back.
    assert everything(world, "remainder") == 199


# --- before it is booked ---------------------------------------------------------------------------------------------
def test_a_partial_note_waits_for_its_invoice(world: World) -> None:
    world.save(booking="off")
    order = world.sold(email="ny@example.dk", products=[CUP], shipping_price="0")
    world.drain()
    credit(world, order, of(world, order, Kop=1))
    world.drain()
    [job] = credits_of(world)
    assert (job.state, job.reason) == ("waiting", "invoice-first")
    book_by_hand(world)
    world.settle(hours=24)
    [job] = credits_of(world)
    assert (job.state, job.detail) == ("done", "draft"), job.reason
    assert notes(world) == []


def test_a_note_whose_invoice_never_comes_asks_after_two_weeks(world: World) -> None:
    world.save(booking="off")
    order = world.sold(email="ny@example.dk", products=[CUP], shipping_price="0")
    world.drain()
    credit(world, order, of(world, order, Kop=1))
    world.settle(hours=15 * 24)
    [job] = credits_of(world)
    assert (job.state, job.reason) == ("needs_you", "invoice-late")


@pytest.mark.parametrize("made", ["draft", "nothing"])
def test_a_credit_of_the_whole_order_before_booking_ends_it(world: World, made: str) -> None:
    world.save(booking="off", trigger="payment" if made == "draft" else "shipment")
    order = world.sold(email="ny@example.dk", products=[CUP], shipping_price="0")
    world.drain()
    assert len(world.agreement.ledger()["drafts"]) == (made == "draft")
    returned(world, order)
    world.settle()
    assert world.agreement.ledger()["drafts"] == []
    jobs = [invoice_of(world, order), *credits_of(world)]
    assert [(job.state, job.reason) for job in jobs] == [("not_meant", "credited-before-booking")] * 2
    with world.scope():
        assert not CreditNote.objects.exists()


def test_a_person_ends_an_order_that_is_a_draft(world: World) -> None:
    world.save(booking="off")
    order = world.sold(email="ny@example.dk", products=[CUP], shipping_price="0")
    world.drain()
    world.act(note_acts.end_order, order)
    world.drain()
    job = world.job(order)
    assert (job.state, job.reason) == ("not_meant", "credited-before-booking")
    assert world.agreement.ledger()["drafts"] == []


# --- from the shop ---------------------------------------------------------------------------------------------------
def returned(world: World, order: Any, quantities: Sequence[int] = (), **wish: Any) -> Any:
    """A credit of the shop's: of so many of each line, else of everything."""
    pairs = zip(order.lines, quantities, strict=False)
    amounts = {line.line_id: Decimal(quantity) for line, quantity in pairs if quantity}
    note = world.stand_in.credit(order, Credited(amounts, **wish) if amounts else whole(order), tell=False)
    world.tell(note, "order_created")
    return note


def test_a_return_of_the_shop_becomes_a_note(world: World) -> None:
    order = booked(world)
    made = returned(world, order)
    world.settle()
    [note] = require_credited(world)
    [job] = credits_of(world)
    assert job.order_id == str(made.order_id)
    assert note["reference"].endswith(f":{order.order_id}:1")


def test_parts_of_a_return_come_to_what_the_shop_says(world: World) -> None:
    order = booked(world, voucher_code="TI", voucher_percent=10)
    for quantities in ([1, 0], [1, 1], [0, 2]):
        made = returned(world, order, quantities, shipping=quantities == [0, 2])
        world.settle()
        assert amount(notes(world)[-1]["gross"]) == made.sold
    assert len(require_credited(world)) == 3


def test_a_credit_above_what_is_left_is_parked(world: World) -> None:
    order = booked(world, products=[CUP], shipping_price="0")
    returned(world, order, [2])
    world.settle()
    returned(world, order, [1])
    world.settle()
    job = credits_of(world)[-1]
    assert (job.state, job.reason, job.facts["remainder"]) == ("needs_you", "credit-above-remainder", "0.00 DKK")
    assert len(notes(world)) == 1
    with world.scope():
        assert list(CreditNote.objects.values_list("number", flat=True)) == [1]


def test_a_credit_whose_original_is_not_told_asks_for_it(world: World) -> None:
    order = booked(world)
    returned(world, order, [1], is_linked=False)
    world.settle()
    [job] = credits_of(world)
    assert (job.state, job.reason) == ("needs_you", "credit-original-unknown")
    with world.scope():
        note_acts.choose_original(job, invoice_of(world, order), ANNA)
    world.settle()
    [job] = credits_of(world)
    assert (job.state, job.reason) == ("done", "")
    assert amount(notes(world)[0]["gross"]) == -199


def test_a_credit_may_stand_alone(world: World) -> None:
    order = booked(world)
    made = returned(world, order, [1], is_linked=False)
    world.settle()
    [job] = credits_of(world)
    with world.scope():
        note_acts.stand_alone(job, ANNA)
    world.settle()
    [job] = credits_of(world)
    assert (job.state, job.reason) == ("done", ""), job.facts
    [note] = notes(world)
    assert (amount(note["gross"]), note["reference"]) == (
        -199,
        f"credit:shoporama:1:{made.order_id}:1".replace(":1:", f":{world.stand_in.webshop_id}:", 1),
    )


def test_a_credit_that_comes_before_its_order_finds_it(world: World) -> None:
    order = world.order(email="ny@example.dk", products=[CUP], shipping_price="0")
    returned(world, order, [1])
    world.drain()
    assert credits_of(world)[0].reason == "credit-original-unknown"
    world.tell(order)
    world.settle()
    assert [amount(note["gross"]) for note in notes(world)] == [-199]


# --- changed or cancelled after booking ------------------------------------------------------------------------------
def test_an_order_cancelled_after_booking_is_credited_on_demand(world: World) -> None:
    order = booked(world)
    order.status, order.modified_at = "cancelled", world.now.seconds()
    world.tell(order, "new_status")
    world.drain()
    assert world.job(order).reason == "order-changed"
    with world.scope():
        _row, again = note_acts.credit_and_send_again(invoice_of(world, order), ANNA)
    assert again is None
    world.settle()
    require_credited(world)
    assert (invoice_of(world, order).state, invoice_of(world, order).reason) == ("done", "")


def test_an_order_changed_after_booking_is_credited_and_sent_again(world: World) -> None:
    order = booked(world, products=[CUP], shipping_price="0")
    order.lines[0] = replace(order.lines[0], amount=Decimal(1))
    world.tell(order, "new_status")
    world.drain()
    assert world.job(order).reason == "order-changed"
    with world.scope():
        old = invoice_of(world, order)
        __row, again = note_acts.credit_and_send_again(old, ANNA)
    assert again is not None
    world.settle()
    rows = [
        (row["reference"].split(":")[0], amount(row["gross"]), amount(row["remainder"]))
        for row in world.agreement.ledger()["booked"]
    ]
    assert sorted(rows) == [("credit", -398, 0), ("invoice", 199, 0), ("invoice", 398, 0)]
    newer = invoice_of(world, order)
    assert (newer.replaces_id, newer.state, newer.reason) == (old.pk, "done", "")
    # What the shop says later is about the newer one.
    order.lines[0] = replace(order.lines[0], amount=Decimal(3))
    world.tell(order, "new_status", "later")
    world.settle()
    assert (invoice_of(world, order).reason, len(world.agreement.ledger()["booked"])) == ("order-changed", 3)


# --- answers that are lost -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("nth", range(4))
@pytest.mark.parametrize("lost", [lost_after, lost_before])
def test_an_answer_lost_at_any_write_makes_no_second_note(world: World, nth: int, lost: Any) -> None:
    order = booked(world)
    credit(world, order, of(world, order, Kop=1))
    wire = Wire.of(world)
    wire.rules.append(Rule("POST", "", lost, times=1, skip=nth))
    world.settle(hours=48)
    [job] = credits_of(world)
    assert (job.state, job.reason) == ("done", ""), job.facts
    [note] = notes(world)
    assert (amount(note["gross"]), amount(note["remainder"])) == (-199, 0)
    assert everything(world, "remainder") == 0
    assert world.agreement.ledger()["drafts"] == []


# --- a worker that dies -----------------------------------------------------------------------------------------------
class Killed(BaseException):
    """kill -9: nothing of ours runs any more."""


def killing(point: str, step: str) -> Callable[[str, str], None]:
    """A probe that kills once, at a point of a step."""
    left = [True]

    def probe(at: str, name: str) -> None:
        if left and (at, name.partition(":")[0]) == (point, step):
            left.clear()
            raise Killed

    return probe


@pytest.mark.parametrize("point", ["before-intent", "after-intent", "after-answer", "after-result"])
def test_a_worker_that_dies_at_any_step_leaves_one_note(world: World, point: str) -> None:
    order = booked(world, products=[{**CUP, "amount": 4}], shipping_price="0")
    for number, step in enumerate(["draft", "book", "payment", "payment-book"], 1):
        credit(world, order, of(world, order, Kop=1))
        with suppress(Killed):
            world.settle(probe=killing(point, step))
        world.now.move(60)
        world.settle(hours=48)
        assert [amount(note["gross"]) for note in notes(world)] == [-199] * number
    require_credited(world)


def test_a_whole_number_is_used_for_every_note_though_a_save_fails(world: World) -> None:
    order = booked(world, products=[CUP], shipping_price="0")
    credit(world, order, of(world, order, Kop=1))
    with pytest.raises(NeedsSetup), world.scope():
        note_acts.save(invoice_of(world, order), Wish({9: Decimal(1)}), ANNA)
    assert credit(world, order, Wish(is_rest=True)).number == 2


def test_what_was_credited_before_it_is_paid_is_not_paid(world: World) -> None:
    world.save(trigger="shipment")
    order = world.order(paid=False, products=[CUP], email="ny@example.dk", shipping_price="0")
    world.stand_in.move(order, "sent", tell=False)
    world.tell(order, "new_status")
    world.settle()
    credit(world, order, of(world, order, Kop=1))
    world.settle()
    world.now.move(60)
    world.stand_in.pay(order, tell=False)
    world.tell(order, "paid", "later")
    world.settle()
    job = invoice_of(world, order)
    assert (job.state, job.reason) == ("done", ""), job.facts
    assert everything(world, "remainder") in (0, -199)
