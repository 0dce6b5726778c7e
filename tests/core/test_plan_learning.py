"""What is done next where the books turn out to round otherwise, or to read a payment's sign otherwise."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from connector.core.mapping import order_to_invoice
from connector.core.plan import UNCLEAR, Call, Close, Confirm, Discard, Learn, ReadBalance, Step, StepStatus, Wait
from connector.core.readings import READINGS, Reading, figures
from connector.core.states import Detail, State
from tests.core.orders import a_line, an_order, by_card, rules
from tests.core.test_plan import AGREES, BOOKED, DOCUMENT, DRAFT, NOW, POLICY, SETTLED, UNTIL, after, close, done, rest

pytestmark = pytest.mark.unit

EVEN, LINE_EVEN = (Reading.named(name) for name in ("total/half-even", "line/half-even"))
ORDER = an_order(a_line("0.53"), paid_at=NOW, payments=(by_card("0.53"),))
USUAL = order_to_invoice(ORDER, rules(), date=NOW.date(), known={"SKU-1"})
CORRECTED = order_to_invoice(ORDER, rules(reading=EVEN), date=NOW.date(), known={"SKU-1"})
HALF_EVEN = replace(AGREES, gross=Decimal("0.52"), vat=Decimal("0.10"))
RIGHT = replace(AGREES, gross=Decimal("0.53"), vat=Decimal("0.11"))


def drafted(said, *, document=USUAL, under="", **more):
    """What is done next with a draft of which the books say this."""
    draft = done("draft", figures=said, under=under)
    return after(draft, order=ORDER, document=document, **more)


# --- rounding -------------------------------------------------------------------------------------------------------
def test_what_one_way_of_rounding_explains_is_learnt():
    found = drafted(HALF_EVEN)
    assert isinstance(found, Learn)
    assert found.readings == (EVEN, LINE_EVEN)
    assert rest(found.otherwise) == close(State.NEEDS_YOU, reason="draft-differs")
    assert found.otherwise.facts == {
        "order": "10017",
        "fact": "gross",
        "shop_value": "0.53",
        "books_value": "0.52",
    }


@pytest.mark.parametrize(
    "said",
    [
        replace(HALF_EVEN, vat=Decimal("0.11")),
        replace(HALF_EVEN, gross=Decimal("0.54")),
        replace(HALF_EVEN, currency="SEK"),
        replace(HALF_EVEN, customer="502"),
        replace(HALF_EVEN, zone="3"),
    ],
)
def test_what_no_rounding_explains_stops(said):
    assert rest(drafted(said)) == close(State.NEEDS_YOU, reason="draft-differs")


@pytest.mark.parametrize(
    ("known", "readings"),
    [(READINGS, (EVEN, LINE_EVEN)), ((EVEN, LINE_EVEN), (EVEN, LINE_EVEN)), ((LINE_EVEN,), (LINE_EVEN,))],
)
def test_only_readings_that_earlier_drafts_allow_are_learnt(known, readings):
    found = drafted(HALF_EVEN, readings=known)
    assert isinstance(found, Learn)
    assert found.readings == readings


@pytest.mark.parametrize("known", [READINGS[:1], READINGS[2:3], READINGS[:3:2]])
def test_what_was_learnt_and_is_contradicted_stops(known):
    assert rest(drafted(HALF_EVEN, readings=known)) == close(State.NEEDS_YOU, reason="draft-differs")


def test_a_draft_of_the_document_before_is_corrected():
    assert drafted(HALF_EVEN, document=CORRECTED, readings=(EVEN,)) == Call("correct")
    assert drafted(HALF_EVEN, document=CORRECTED, under="total/half-up", readings=(EVEN,)) == Call("correct")
    assert drafted(RIGHT, document=CORRECTED, under="total/half-even", readings=(EVEN,)) == Call("book")


def test_a_draft_that_differs_after_its_correction_stops():
    wrong = replace(RIGHT, gross=Decimal("0.54"))
    found = drafted(wrong, document=CORRECTED, under="total/half-even", readings=(EVEN,))
    assert rest(found) == close(State.NEEDS_YOU, reason="draft-differs")


def test_a_correction_under_way_comes_first():
    sent = Step("correct", StepStatus.INTENT, NOW)
    draft = done("draft", figures=HALF_EVEN)
    assert after(draft, sent, order=ORDER, document=CORRECTED) == Wait(NOW + timedelta(seconds=45), "outcome-unknown")


def test_a_draft_of_other_settings_is_made_anew_and_teaches_nothing():
    assert drafted(HALF_EVEN, may_redo=True) == Discard()


def test_figures_that_agree_under_the_documents_own_reading_are_booked():
    made = figures(CORRECTED.lines, EVEN)
    assert drafted(replace(AGREES, gross=made.gross, vat=made.vat), document=CORRECTED, under=EVEN.name) == Call("book")


# --- the sign of a payment ------------------------------------------------------------------------------------------
CHECKING = replace(POLICY, confirms=True)
ENTRY = done("payment:1", under="negative")


def paying(*steps, **more):
    return after(DRAFT, BOOKED, *steps, **({"policy": CHECKING} | more))


def test_a_first_payment_is_looked_at_before_it_is_made_final():
    assert paying() == Call("payment:1")
    assert paying(ENTRY) == Confirm("payment:1", is_last=False)
    assert paying(ENTRY, sign="negative") == Call("payment-book:1")
    assert paying(ENTRY, done("payment-book:1"), sign="negative") == ReadBalance()


def test_a_payment_of_the_wrong_sign_is_taken_back_and_made_anew():
    assert paying(ENTRY, sign="positive") == Call("payment-undo:1")
    taken_back = Step("payment:1", StepStatus.REFUSED, UNTIL), done("payment-undo:1")
    assert paying(*taken_back, sign="positive") == Call("payment:1")
    assert paying(replace(ENTRY, under="positive"), done("payment-undo:1"), sign="positive") == Call("payment-book:1")


def test_a_look_that_showed_nothing_is_repeated_once_a_while_later():
    looked = replace(ENTRY, looks=1, looked_at=NOW - timedelta(seconds=19))
    assert paying(looked) == Wait(NOW + timedelta(seconds=1), "outcome-unknown")
    assert paying(replace(looked, looked_at=NOW - timedelta(seconds=20))) == Confirm("payment:1", is_last=True)


def test_an_unclear_sign_stops_the_settlement_with_nothing_left_in_the_journal():
    assert paying(ENTRY, sign=UNCLEAR) == Call("payment-undo:1")
    assert rest(paying(sign=UNCLEAR)) == close(State.NEEDS_YOU, Detail.BOOKED, "settlement-stopped")


def test_an_unclear_sign_stops_no_invoice():
    assert after(DRAFT, policy=CHECKING, sign=UNCLEAR) == Call("book")
    unpaid = paying(sign=UNCLEAR, document=replace(DOCUMENT, payments=()))
    assert rest(unpaid) == close(State.DONE, Detail.PAYMENT_NOT_SEEN)


def test_one_payment_at_a_time_is_looked_at():
    assert paying(is_another_tested=True) == Wait(NOW + timedelta(seconds=20), "outcome-unknown")
    assert paying(is_another_tested=True, sign="negative") == Call("payment:1")
    assert paying(ENTRY, is_another_tested=True) == Confirm("payment:1", is_last=False)


def test_a_payment_that_was_found_booked_is_not_looked_at():
    assert paying(replace(ENTRY, final=True)) == ReadBalance()


def test_a_provider_with_nothing_to_check_is_asked_nothing():
    assert after(DRAFT, BOOKED, ENTRY) == Call("payment-book:1")
    assert after(DRAFT, BOOKED, *SETTLED) == ReadBalance()
    assert isinstance(after(DRAFT, BOOKED, *SETTLED, balance=Decimal(0)), Close)
