"""What is done next with a credit note: table by table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from connector.core.actions import Call, Close, Discard, Follow, Look, Prepare, Read, ReadBalance, Refund, Withdraw
from connector.core.credit_plan import next_credit_action
from connector.core.document import Original
from connector.core.facts import CreditFacts, Standing
from connector.core.money import Money
from connector.core.plan import next_action
from connector.core.states import Detail, State
from tests.core.orders import an_order, by_card
from tests.core.test_plan import AGREES, DOCUMENT, NOW, POLICY, close, done, facts, rest

pytestmark = pytest.mark.unit

ORIGINAL = Original("invoice:shoporama:7:10017", "20231", "20231", date(2026, 11, 20))
NOTE = replace(DOCUMENT, key="credit:shoporama:7:10017:88", number="88", payments=(), credits=ORIGINAL)
REFUNDED = replace(NOTE, payments=(by_card(),))
MADE_HERE = CreditFacts(Standing.BOOKED, number="10017", matches=True)
OF_SHOP = replace(MADE_HERE, is_made_here=False)
RETURN = an_order(id="10024", number="10024", total="-199.00", credits="10017")
DRAFT, BOOKED = done("draft", figures=AGREES), done("book", final=True)
MATCHED = done("match:199.00")
ALL, NONE = Decimal("199.00"), Decimal("0.00")


def after(*steps, credit=MADE_HERE, **more):
    """Asked of the plan of all jobs, which leaves a credit note's to its own."""
    known = {"order": None, "is_read": False, "document": NOTE, **more}
    return next_action(facts(*steps, credit=credit, **known))


def of_shop(*steps, **more):
    """A return that the shop made, read, and not yet thought about."""
    known = {"order": RETURN, "is_read": True, **more}
    return after(*steps, **({"credit": OF_SHOP} | known))


# --- before the draft ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("action", "given"),
    [
        (Prepare(), {"document": None}),
        (Call("customer"), {"customer": ""}),
        (Call("product:A"), {"missing_items": ("A", "B")}),
        (Call("draft"), {}),
    ],
)
def test_a_note_made_here_asks_no_shop(action, given):
    assert after(**given) == action
    assert of_shop(**given) == action


@pytest.mark.parametrize("given", [{"order": None}, {"is_read": False}])
def test_a_shops_credit_is_read_first(given):
    assert of_shop(**given) == Read()


def test_a_credit_without_an_original_goes_once_a_person_said_so():
    assert after(credit=replace(MADE_HERE, standing=Standing.NONE)) == Call("draft")


@pytest.mark.parametrize(
    ("standing", "state", "reason"),
    [
        (Standing.UNKNOWN, State.NEEDS_YOU, "credit-original-unknown"),
        (Standing.ENDED, State.NOT_MEANT, "credited-before-booking"),
        (Standing.WAITING, State.WAITING, "invoice-first"),
    ],
)
def test_a_note_never_overtakes_its_invoice(standing, state, reason):
    found = after(credit=replace(MADE_HERE, standing=standing), document=None)
    assert rest(found) == close(state, reason=reason)
    assert found.facts == {"order": "10017"}


def test_a_note_waits_for_its_invoice_until_its_deadline_and_no_longer():
    waiting = replace(MADE_HERE, standing=Standing.WAITING, waits_until=NOW + timedelta(seconds=1))
    found = after(credit=waiting)
    assert (rest(found), found.again_in) == (close(State.WAITING, reason="invoice-first"), timedelta(seconds=1))
    late = after(credit=replace(waiting, waits_until=NOW))
    assert rest(late) == close(State.NEEDS_YOU, reason="invoice-late")


def test_a_credit_of_the_whole_order_before_it_is_booked_ends_the_order_once():
    whole = replace(OF_SHOP, standing=Standing.WAITING, is_whole=True)
    assert of_shop(credit=whole) == Withdraw()
    assert of_shop(credit=replace(whole, is_withdrawn=True)).reason == "invoice-first"


@pytest.mark.parametrize(
    ("changed", "reason", "fact"),
    [
        ({"order": replace(RETURN, is_cancelled=True)}, "nothing-to-book", ("fact", "cancelled")),
        ({"order": replace(RETURN, total=Money(NONE, "DKK"))}, "nothing-to-book", ("fact", "zero")),
        ({"policy": replace(POLICY, transfers=False)}, "switched-off", ("switch", "orders")),
        ({"order": replace(RETURN, placed_at=POLICY.start_at - timedelta(1))}, "before-start", ("start", "2026-11-01")),
    ],
)
def test_a_shops_credit_that_is_not_meant_to_go(changed, reason, fact):
    found = of_shop(**changed)
    assert rest(found) == close(State.NOT_MEANT, reason=reason)
    assert fact in found.facts.items()
    forced = of_shop(**changed, is_forced=True)
    assert (forced == Call("draft")) == (reason != "nothing-to-book")


def test_switches_hold_no_note_that_a_person_made():
    assert after(policy=replace(POLICY, transfers=False)) == Call("draft")


def test_a_draft_that_was_deleted_is_for_a_person():
    found = after(is_deleted=True)
    assert rest(found) == close(State.NEEDS_YOU, reason="draft-deleted")
    assert found.facts == {"order": "10017"}


# --- the draft -------------------------------------------------------------------------------------------------------
def test_a_draft_is_compared_before_it_is_booked():
    assert after(DRAFT) == Call("book")
    assert after(done("draft")) == Look("draft")
    assert after(DRAFT, document=None) == Prepare()
    wrong = done("draft", figures=replace(AGREES, gross=Decimal("198.00")))
    assert rest(after(wrong)) == close(State.NEEDS_YOU, reason="draft-differs")


def test_a_draft_is_left_to_the_owner_where_booking_is_off():
    drafts = replace(POLICY, books=False)
    assert rest(after(DRAFT, policy=drafts)) == close(State.DONE, Detail.DRAFT)
    assert after(DRAFT, in_books=Detail.DRAFT) == Follow()
    assert rest(after(DRAFT, in_books=Detail.DRAFT, is_followed=True)) == close(State.DONE, Detail.DRAFT)


@pytest.mark.parametrize("now", [{"is_cancelled": True}, {"total": Money(Decimal("-99.00"), "DKK")}])
def test_before_booking_the_newest_of_the_shops_credit_counts(now):
    assert of_shop(DRAFT, order=replace(RETURN, **now)) == Discard()
    assert of_shop(DRAFT) == Call("book")
    assert after(DRAFT, order=replace(RETURN, **now)) == Call("book"), "a note made here is nobody's order"


# --- in the books ----------------------------------------------------------------------------------------------------
def test_what_is_open_is_read_on_both():
    assert after(DRAFT, BOOKED) == ReadBalance()
    assert after(DRAFT, BOOKED, balance=ALL) == ReadBalance()
    assert after(DRAFT, BOOKED, document=None) == Prepare()


def known(open_on_invoice, **more):
    return replace(MADE_HERE, original_open=open_on_invoice, **more)


def test_a_note_is_set_off_against_what_is_open_on_the_invoice():
    assert after(DRAFT, BOOKED, balance=ALL, credit=known(ALL)) == Call("match:199.00")
    assert after(DRAFT, BOOKED, balance=ALL, credit=known(Decimal("50.00"))) == Call("match:50.00")


def test_a_note_that_is_set_off_is_done_and_needs_no_refund():
    found = after(DRAFT, BOOKED, MATCHED, balance=NONE, credit=known(NONE))
    assert rest(found) == close(State.DONE, Detail.BOOKED)


def test_what_setting_off_leaves_open_is_paid_back_and_not_set_off_again():
    half = Decimal("50.00")
    assert after(DRAFT, BOOKED, MATCHED, balance=half, credit=known(half)) == Refund(half)


def test_books_that_cannot_be_told_leave_a_named_remainder():
    found = after(DRAFT, BOOKED, balance=ALL, credit=known(ALL, matches=False))
    assert rest(found) == close(State.DONE, Detail.REFUND_NOT_SEEN)
    assert found.facts == {"amount": "199.00"}


def test_the_rest_is_registered_as_paid_back():
    paid = known(NONE)
    assert after(DRAFT, BOOKED, balance=ALL, credit=paid) == Refund(ALL)
    assert after(DRAFT, BOOKED, balance=ALL, credit=paid, document=REFUNDED) == Call("payment:1")
    made = [done("payment:1"), done("payment-book:1")]
    found = after(DRAFT, BOOKED, *made, balance=NONE, credit=paid, document=REFUNDED)
    assert rest(found) == close(State.DONE, Detail.REFUND_NOT_SEEN)
    left = after(DRAFT, BOOKED, *made, balance=ALL, credit=paid, document=REFUNDED)
    assert rest(left) == close(State.NEEDS_YOU, Detail.BOOKED, "balance-open")
    assert left.facts == {"order": "10017", "invoice": "7", "amount": "199.00"}


def test_it_is_left_open_where_the_owner_wants_that():
    found = after(DRAFT, BOOKED, balance=ALL, credit=known(NONE, registers=False))
    assert rest(found) == close(State.DONE, Detail.REFUND_NOT_SEEN)
    assert found.facts == {"amount": "199.00"}
    unsettled = after(DRAFT, BOOKED, policy=replace(POLICY, settles=False))
    assert rest(unsettled) == close(State.DONE, Detail.REFUND_NOT_SEEN)


def test_documented_and_refunded_are_two_facts():
    told = known(NONE, registers=False, is_refunded=True)
    assert rest(after(DRAFT, BOOKED, balance=ALL, credit=told)) == close(State.DONE, Detail.BOOKED)


@pytest.mark.parametrize(
    ("changed", "now"), [({"is_cancelled": True}, "cancelled"), ({"total": Money(Decimal(-99), "DKK")}, "99.00 DKK")]
)
def test_a_shops_credit_that_changed_after_booking_is_never_mended_silently(changed, now):
    found = of_shop(DRAFT, BOOKED, balance=ALL, order=replace(RETURN, **changed))
    assert rest(found) == close(State.NEEDS_YOU, Detail.BOOKED, "order-changed")
    assert found.facts == {"order": "10024", "booked": "199.00 DKK", "now": now}


def test_only_credit_notes_are_asked_for_here():
    given = facts(document=NOTE, order=None)
    assert next_credit_action(given, MADE_HERE) == Call("draft")
    assert isinstance(next_action(replace(given, credit=replace(MADE_HERE, standing=Standing.UNKNOWN))), Close)
