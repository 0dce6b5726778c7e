"""Whatever nobody has settled about Billy's credit notes: the way to an approved and settled one under every answer."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from accounting.base import Write
from connector.core.document import Figures
from connector.core.errors import OutcomeUnknown, Rejected
from tests.accounting.billy import World, a_document, a_note
from tests.accounting.billy_credits import Credited
from tests.accounting.test_billy_switches import EVERY_CASE, LAG
from tests.accounting.wire import lost_after, says

pytestmark = pytest.mark.contract

WRITES = (Write.DRAFT, Write.BOOK, Write.PAYMENT)
WHOLE, NOTHING = Decimal("249.00"), Decimal("0.00")


@EVERY_CASE
def test_note_of_a_paid_invoice_is_paid_back_once(name: str, value: Any) -> None:
    case = Credited(World(switches={name: value}))
    calls = [case.stage.call(write) for write in WRITES]
    assert case.stage.the_draft().figures == Figures(WHOLE, Decimal("49.80"), "DKK", case.stage.customer)
    assert case.left() == (NOTHING, WHOLE)
    if (name, value) == ("refund", "refuse"):
        with pytest.raises(Rejected, match="settlement-stopped"):
            case.refund()
        assert case.in_the_books()["remainder"] == "-249.00"
        return
    made = [case.book().id, case.book().id, case.refund().id]
    case.world.clock.now += LAG
    assert [[found.id for found in case.world.connect().look(call)] for call in calls] == [[one] for one in made]
    assert [case.stage.provider.send(call, "key-again").id for call in calls] == made
    shown = case.in_the_books()
    assert (shown["gross"], shown["vat"], shown["remainder"]) == ("-249.00", "-49.80", "0.00")
    assert (case.paid_back(), case.left()) == (["-249.00"], (NOTHING, NOTHING))


@EVERY_CASE
def test_note_of_an_open_invoice_is_set_off_or_both_stay_open(name: str, value: Any) -> None:
    case = Credited(World(switches={name: value}), paid=False)
    settles = (name, value) != ("credit_settles", False)
    assert case.left() == ((NOTHING, NOTHING) if settles else (WHOLE, WHOLE))
    assert case.in_the_books()["remainder"] == ("0.00" if settles else "-249.00")
    assert case.paid_back() == []


# --- names and links that are disputed ------------------------------------------------------------------------------
def test_type_and_order_number_are_said_otherwise_one_after_the_other() -> None:
    case = Credited(World(switches={"credit_type": "credit_note", "order_no": "refuse"}))
    case.stage.wire.sent.clear()
    case.book()
    assert case.sent == [("POST", "invoices")] * 3 + [("PUT", "invoices")]
    assert json.loads(case.stage.wire.writes[2].body)["invoice"]["type"] == "credit_note"


@pytest.mark.parametrize("order_no", ["kept", "refuse"])
def test_note_is_corrected_in_place(order_no: str) -> None:
    case = Credited(World(switches={"order_no": order_no}))
    draft = case.stage.the_draft()
    call = case.stage.provider.correct_call(case.note, case.stage.customer, draft)
    assert case.stage.provider.send(call, "key-1") == draft
    assert case.world.connect().look(call) == [draft]
    case.refund()
    assert case.left() == (NOTHING, NOTHING)


def test_type_that_no_name_fits_is_refused_for_good() -> None:
    case = Credited(World())
    case.stage.wire.sent.clear()
    refusal = {"validationErrors": {"invoice": {"attributes": {"type": "No."}}}}
    for _ in range(3):
        case.stage.wire.next_write(says(422, json.dumps(refusal).encode()))
    with pytest.raises(Rejected):
        case.book()
    assert len(case.sent) == 2


def test_answer_lost_under_the_other_name_is_found() -> None:
    case = Credited(World(switches={"credit_type": "credit_note"}))
    call = case.stage.call(Write.DRAFT)
    case.stage.wire.next_write(lambda sent, serve: serve(sent))
    case.stage.wire.next_write(lost_after)
    with pytest.raises(OutcomeUnknown):
        case.stage.provider.send(call, "key-1")
    [found] = case.world.connect().look(call)
    assert case.stage.provider.send(call, "key-1").id == found.id


def test_paid_invoice_that_cannot_be_named_is_credited_without() -> None:
    case = Credited(World(switches={"credit_of_paid": "refuse"}))
    case.book()
    assert case.in_the_books()["credits"] is None
    case.refund()
    assert case.left() == (NOTHING, NOTHING)


def test_invoice_that_somebody_credited_is_not_credited_once_more() -> None:
    case = Credited(World(switches={"credit_of_paid": "refuse"}), paid=False)
    case.book()
    case.begin(a_note(a_document(), case.booked, number="89"))
    with pytest.raises(Rejected, match="unexpected"):
        case.book()
