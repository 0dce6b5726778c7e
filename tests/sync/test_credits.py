"""Credit notes made here, in each of the three books, from the invoice that was booked."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from connector.core.credit import Wish
from connector.core.errors import NeedsSetup
from connector.sync import note_acts
from connector.sync.models import CreditNote
from tests.sync.credits import CUP, booked, credit, credits_of, everything, notes, of, require_credited
from tests.sync.world import ANNA, World, a_world, amount

pytestmark = pytest.mark.engine


@pytest.fixture(params=["economic", "dinero", "billy"])
def world(db_clean: None, settings: Any, request: pytest.FixtureRequest) -> Iterator[World]:
    with a_world(settings, provider=request.param) as made:
        yield made


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


# --- what the books are like ----------------------------------------------------------------------------------------
def test_a_foreign_order_is_credited_in_its_currency(world: World) -> None:
    order = booked(world, products=[{**CUP, "vat": "0"}], shipping_price="0", currency="EUR", country="NO")
    world.now.move(24 * 3600)
    credit(world, order, Wish(is_rest=True))
    world.settle()
    [note] = require_credited(world)
    assert (note["currency"], amount(note["gross"])) == ("EUR", -398)


def test_an_invoice_with_an_ore_of_rounding_is_credited_to_the_ore(world: World) -> None:
    order = booked(world, products=[{**CUP, "amount": 3, "unit_price": "4.42"}], shipping_price="0")
    for wish in (of(world, order, Kop=1), of(world, order, Kop=1), Wish(is_rest=True)):
        credit(world, order, wish)
        world.settle()
    assert len(require_credited(world)) == 3


def test_an_amount_is_credited_on_the_item_that_was_chosen_for_it(world: World) -> None:
    order = booked(world, products=[CUP], shipping_price="0")
    wish = Wish(amounts={Decimal(25): Decimal("50.00")})
    if not world.integration.settings or world.connection.provider == "economic":
        with pytest.raises(NeedsSetup, match="choice-missing"):
            credit(world, order, wish)
        world.save(**{"credit_item@25": "KOP-7"})
    credit(world, order, wish)
    world.settle()
    assert [amount(note["gross"]) for note in notes(world)] == [-50]
    credit(world, order, Wish(is_rest=True))
    world.settle()
    require_credited(world)


def test_a_note_in_a_closed_period_is_dated_on_the_first_open_day(db_clean: None, settings: Any) -> None:
    with a_world(settings) as world:
        order = booked(world)
        world.agreement.bar_period("2026-11-01", "2026-11-30")
        credit(world, order, Wish(is_rest=True))
        world.settle()
        [note] = require_credited(world)
        assert note["date"] == "2026-12-01"
        [job] = credits_of(world)
        assert "20.11.2026" in job.document["note"]
