"""What is done next with a job: table by table, and what must hold whatever the facts are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from connector.core.document import Figures
from connector.core.mapping import order_to_invoice
from connector.core.money import Money
from connector.core.plan import (
    Call,
    Close,
    Discard,
    Facts,
    First,
    Look,
    Policy,
    Prepare,
    Read,
    ReadBalance,
    Resend,
    Step,
    StepStatus,
    Trigger,
    Wait,
    document_date,
    next_action,
    not_meant,
)
from connector.core.states import Detail, State
from tests.core.orders import a_gift_card, a_line, an_order, by_card, rules

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
POLICY = Policy(trigger=Trigger.PAYMENT, start_at=datetime(2026, 11, 1, tzinfo=UTC))
PAID = an_order(paid_at=NOW, payments=(by_card(),))
DOCUMENT = order_to_invoice(PAID, rules(), date=date(2026, 11, 20), known={"SKU-1"})
AGREES = Figures(Decimal("199.00"), Decimal("39.80"), "DKK", "501", "1")
UNTIL = NOW - timedelta(hours=1)


def done(name, **more):
    return Step(name, StepStatus.DONE, UNTIL, id="7", **more)


DRAFT = done("draft", figures=AGREES)
BOOKED = done("book", final=True)
SETTLED = [done("payment:1"), done("payment-book:1")]


def facts(*steps, **more):
    """A paid order that has been read and prepared, for customer 501, with these steps."""
    usual = {"policy": POLICY, "order": PAID, "is_read": True, "document": DOCUMENT, "customer": "501"}
    return Facts(now=NOW, steps={step.name: step for step in steps}, **(usual | more))


def after(*steps, **more):
    return next_action(facts(*steps, **more))


def close(state, detail=Detail.NONE, reason=""):
    return state, detail, reason


def rest(action):
    assert isinstance(action, Close), action
    return action.state, action.detail, action.reason


# --- the way of an order -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("action", "given"),
    [
        (Read(), {"order": None, "is_read": False, "document": None}),
        (Read(), {"is_read": False}),
        (Prepare(), {"document": None}),
        (Call("customer"), {"customer": ""}),
        (Call("product:A"), {"missing_items": ("A", "B")}),
        (Call("draft"), {}),
    ],
)
def test_before_the_draft(action, given):
    assert after(**given) == action


def test_the_way_to_the_books_and_to_balance_0():
    assert after(DRAFT) == Call("book")
    assert after(DRAFT, BOOKED) == Call("payment:1")
    assert after(DRAFT, BOOKED, SETTLED[0]) == Call("payment-book:1")
    assert after(DRAFT, BOOKED, *SETTLED) == ReadBalance()
    assert rest(after(DRAFT, BOOKED, *SETTLED, balance=Decimal(0))) == close(State.DONE, Detail.BOOKED)


def test_an_open_balance_is_for_the_owner():
    found = after(DRAFT, BOOKED, *SETTLED, balance=Decimal("0.01"))
    assert rest(found) == close(State.NEEDS_YOU, Detail.BOOKED, "balance-open")
    assert found.facts["amount"] == "0.01"


def test_every_payment_is_registered_in_its_turn():
    order = replace(PAID, payments=(a_gift_card("99.00"), by_card("100.00")))
    document = replace(DOCUMENT, payments=order.payments)
    given = {"order": order, "document": document}
    assert after(DRAFT, BOOKED, *SETTLED, **given) == Call("payment:2")
    assert after(DRAFT, BOOKED, *SETTLED, done("payment:2"), **given) == Call("payment-book:2")


def test_booking_off_leaves_a_draft():
    found = after(DRAFT, policy=replace(POLICY, books=False))
    assert rest(found) == close(State.DONE, Detail.DRAFT)


def test_settling_off_leaves_it_open():
    assert rest(after(DRAFT, BOOKED, policy=replace(POLICY, settles=False))) == close(State.DONE, Detail.BOOKED)


def test_what_nobody_paid_yet_is_booked_and_not_settled():
    unpaid = replace(DOCUMENT, payments=())
    assert rest(after(DRAFT, BOOKED, document=unpaid)) == close(State.DONE, Detail.PAYMENT_NOT_SEEN)


def test_a_draft_that_was_found_booked_counts_as_booked():
    assert after(done("draft", final=True)) == Call("payment:1")


@pytest.mark.parametrize("status", [StepStatus.REFUSED, StepStatus.UNSENT])
def test_a_call_that_was_surely_not_made_is_made_again(status):
    assert after(Step("draft", status, UNTIL)) == Call("draft")
    assert after(DRAFT, Step("book", status, UNTIL)) == Call("book")


def test_what_is_settled_already_is_not_paid_again():
    # By terms that settle at booking, or by hand before we saw it.
    assert rest(after(DRAFT, BOOKED, balance=Decimal(0))) == close(State.DONE, Detail.BOOKED)


def test_a_draft_that_somebody_changed_and_booked_is_for_the_owner():
    changed = done("draft", final=True, figures=replace(AGREES, gross=Decimal("150.00")))
    found = after(changed)
    assert rest(found) == close(State.NEEDS_YOU, Detail.BOOKED, "order-changed")
    assert (found.facts["booked"], found.facts["now"]) == ("150.00 DKK", "199.00 DKK")


def test_a_draft_that_the_owner_deleted_is_not_made_again_by_itself():
    refused = Step("draft", StepStatus.REFUSED, UNTIL)
    assert rest(after(refused, is_deleted=True)) == close(State.NEEDS_YOU, reason="draft-deleted")
    gone = replace(PAID, is_cancelled=True)
    assert rest(after(refused, is_deleted=True, order=gone)) == close(State.NOT_MEANT, reason="nothing-to-book")
    assert after(refused) == Call("draft")


# --- what the books say of the draft --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("books", "fact"),
    [
        ({"gross": Decimal("199.01")}, "gross"),
        ({"vat": Decimal("39.79")}, "vat"),
        ({"currency": "SEK"}, "currency"),
        ({"customer": "502"}, "customer"),
        ({"zone": "3"}, "zone"),
    ],
)
def test_a_draft_that_differs_is_never_booked(books, fact):
    differs = done("draft", figures=replace(AGREES, **books))
    found = after(differs)
    assert rest(found) == close(State.NEEDS_YOU, reason="draft-differs")
    assert found.facts["fact"] == fact
    assert after(differs, may_redo=True) == Discard()


def test_a_draft_whose_figures_nobody_told_is_looked_at():
    assert after(done("draft")) == Look("draft")


# --- the first order ------------------------------------------------------------------------------------------------
def test_the_first_order_waits_as_a_draft_for_a_person():
    assert after(first=First.MINE) == Call("draft")
    assert rest(after(DRAFT, first=First.MINE)) == close(State.NEEDS_YOU, Detail.DRAFT, "first-order-check")


def test_the_others_wait_for_the_first():
    assert rest(after(first=First.ANOTHER)) == close(State.WAITING, reason="first-order")


def test_nothing_is_booked_before_somebody_looked_whoever_has_a_draft():
    assert rest(after(DRAFT, first=First.ANOTHER)) == close(State.WAITING, Detail.DRAFT, "first-order")


# --- an order that changes ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("steps", [[DRAFT, BOOKED], [DRAFT, BOOKED, *SETTLED]])
@pytest.mark.parametrize(
    "change",
    [{"is_cancelled": True}, {"total": Money(Decimal("198.99"), "DKK")}, {"total": Money(Decimal(199), "EUR")}],
)
def test_an_order_that_changed_since_it_was_booked_is_for_the_owner(change, steps):
    assert rest(after(*steps, order=replace(PAID, **change))) == close(State.NEEDS_YOU, reason="order-changed")


def test_a_draft_of_an_order_that_changed_is_made_anew():
    dearer = replace(PAID, total=Money(Decimal("249.00"), "DKK"))
    assert after(DRAFT, order=dearer) == Discard()
    assert after(DRAFT, order=replace(PAID, is_cancelled=True)) == Discard()
    # What is booked stays booked.
    assert rest(after(DRAFT, BOOKED, order=dearer, may_redo=True))[2] == "order-changed"


# --- whether it is meant to go --------------------------------------------------------------------------------------
OLD = datetime(2026, 10, 31, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("order", "policy", "reason"),
    [
        (PAID, POLICY, None),
        (replace(PAID, is_cancelled=True), POLICY, "nothing-to-book"),
        (an_order(a_line("0.00"), paid_at=NOW), POLICY, "nothing-to-book"),
        (an_order(a_line("-10.00"), paid_at=NOW), POLICY, "nothing-to-book"),
        (PAID, replace(POLICY, transfers=False), "switched-off"),
        (replace(PAID, placed_at=OLD), POLICY, "before-start"),
        (replace(PAID, placed_at=OLD), replace(POLICY, start_at=None), None),
        (replace(PAID, paid_at=None), POLICY, "not-triggered"),
        (replace(PAID, paid_at=None, shipped_at=NOW), POLICY, "not-triggered"),
        (PAID, replace(POLICY, trigger=Trigger.SHIPMENT), "not-triggered"),
        (replace(PAID, paid_at=None, shipped_at=NOW), replace(POLICY, trigger=Trigger.SHIPMENT), None),
    ],
)
def test_which_orders_are_meant_to_go(order, policy, reason):
    found = not_meant(order, policy)
    assert (found and found.reason) == reason
    assert found is None or found.state is State.NOT_MEANT


@pytest.mark.parametrize("reason", ["switched-off", "before-start", "not-triggered"])
def test_a_person_may_send_it_anyway(reason):
    order = replace(PAID, paid_at=None, placed_at=OLD)
    policy = replace(POLICY, transfers=reason != "switched-off", start_at=POLICY.start_at)
    assert not_meant(order, policy, is_forced=True) is None


def test_nobody_can_send_what_has_nothing_in_it():
    assert not_meant(replace(PAID, is_cancelled=True), POLICY, is_forced=True).reason == "nothing-to-book"


def test_goods_that_a_discount_made_free_are_booked():
    assert not_meant(an_order(a_line("50.00"), a_line("-50.00"), paid_at=NOW), POLICY) is None


@pytest.mark.parametrize(
    ("paid_at", "day"),
    [
        (datetime(2026, 11, 20, 22, 59, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 23, 1, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 7, 20, 22, 1, tzinfo=UTC), date(2026, 7, 21)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
        (None, date(2026, 11, 20)),
    ],
)
def test_a_document_is_of_the_triggers_day_in_copenhagen(paid_at, day):
    assert document_date(replace(PAID, paid_at=paid_at), POLICY, NOW) == day


# --- an outcome that is unknown -------------------------------------------------------------------------------------
def unknown(**more):
    return Step("draft", StepStatus.INTENT, **({"call_until": NOW - timedelta(seconds=46)} | more))


@pytest.mark.parametrize(
    ("step", "action"),
    [
        # A worker that died: quiet from the end that its call can have had.
        (unknown(call_until=NOW + timedelta(seconds=5)), Wait(NOW + timedelta(seconds=50), "outcome-unknown")),
        (unknown(), Look("draft")),
        # A call that ended without an answer: quiet from its end.
        (unknown(lost_at=NOW - timedelta(seconds=44)), Wait(NOW + timedelta(seconds=1), "outcome-unknown")),
        (unknown(call_until=NOW + timedelta(hours=1), lost_at=NOW - timedelta(seconds=45)), Look("draft")),
        # A list may lag: two looks, some time apart.
        (unknown(looks=1, looked_at=NOW - timedelta(seconds=19)), Wait(NOW + timedelta(seconds=1), "outcome-unknown")),
        (unknown(looks=1, looked_at=NOW - timedelta(seconds=20)), Look("draft")),
        (unknown(looks=2, looked_at=NOW), Resend("draft")),
    ],
)
def test_a_call_without_a_result_is_looked_for_twice_and_only_then_sent_again(step, action):
    assert after(step) == action


def test_an_open_call_comes_before_everything_that_was_heard():
    assert after(unknown(), order=None, is_read=False) == Look("draft")
    assert after(DRAFT, BOOKED, Step("payment:1", StepStatus.INTENT, NOW), is_read=False) == Wait(
        NOW + timedelta(seconds=45), "outcome-unknown"
    )
