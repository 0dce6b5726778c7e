"""What to do next with a job: a pure function of its rows, the order and the time.

The engine does what `next_action` says and asks again; nothing else decides. That is what property tests and the
simulator exercise.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from connector.core.actions import (
    Action,
    Call,
    Close,
    Confirm,
    Discard,
    Follow,
    Learn,
    Look,
    Prepare,
    Read,
    ReadBalance,
    Resend,
    Wait,
)
from connector.core.credit_plan import FOLLOWED_EVERY, next_credit_action
from connector.core.document import InvoiceDocument
from connector.core.drafts import differing
from connector.core.facts import (
    COPENHAGEN,
    LOOKS,
    UNCLEAR,
    Facts,
    First,
    Policy,
    Step,
    StepStatus,
    Trigger,
)
from connector.core.mapping import compare
from connector.core.money import Money
from connector.core.order import Order
from connector.core.settling import next_payment
from connector.core.states import Detail, State

__all__ = [
    "COPENHAGEN",
    "FOLLOWED_EVERY",
    "LOOKS",
    "UNCLEAR",
    "Action",
    "Call",
    "Close",
    "Confirm",
    "Discard",
    "Facts",
    "First",
    "Follow",
    "Learn",
    "Look",
    "Policy",
    "Prepare",
    "Read",
    "ReadBalance",
    "Resend",
    "Step",
    "StepStatus",
    "Trigger",
    "Wait",
    "document_date",
    "next_action",
    "not_meant",
    "triggered_at",
]


def next_action(facts: Facts) -> Action:
    """What to do next with a job."""
    for step in facts.steps.values():
        if step.status is StepStatus.INTENT:
            return _resolve(step, facts)
    if facts.in_books is Detail.BY_HAND:
        return Close(State.DONE, Detail.BY_HAND)
    if facts.held:
        return _held(facts)
    if facts.credit:
        return next_credit_action(facts, facts.credit)
    if facts.order is None or not facts.is_read:
        return Read()
    if facts.booked:
        return _after_booking(facts, facts.order, facts.booked)
    if draft := facts.done("draft"):
        return _after_draft(facts, facts.order, draft)
    return _before_draft(facts, facts.order)


def _resolve(step: Step, facts: Facts) -> Action:
    """An intent without a result: wait until the call cannot be running any more, look twice, then send again."""
    quiet_until = (step.lost_at or step.call_until) + timedelta(seconds=facts.policy.quiet)
    if facts.now < quiet_until:
        return Wait(quiet_until, "outcome-unknown")
    if step.looks == 0 or step.looked_at is None:
        return Look(step.name)
    if step.looks < LOOKS:
        again = step.looked_at + timedelta(seconds=facts.policy.lookup_lag)
        return Wait(again, "outcome-unknown") if facts.now < again else Look(step.name)
    return _held(facts) if facts.held else Resend(step.name)


def _held(facts: Facts) -> Close:
    """Rest until a person lets the orders go on; what is in the books already stays there."""
    if facts.in_books is None:
        return Close(State.WAITING, reason=facts.held)
    return Close(State.DONE, facts.in_books, again_in=FOLLOWED_EVERY if facts.is_left else None)


def _before_draft(facts: Facts, order: Order) -> Action:
    if facts.is_withdrawn:
        return Close(State.NOT_MEANT, reason="credited-before-booking", facts={"order": order.number})
    if rest := not_meant(order, facts.policy, is_forced=facts.is_forced):
        return rest
    if facts.is_deleted:
        return Close(State.NEEDS_YOU, reason="draft-deleted", facts={"order": order.number})
    if facts.first is First.ANOTHER:
        return Close(State.WAITING, reason="first-order")
    if facts.document is None:
        return Prepare()
    if not facts.customer:
        return Call("customer")
    if facts.missing_items:
        return Call(f"product:{facts.missing_items[0]}")
    return Call("draft")


def not_meant(order: Order, policy: Policy, *, is_forced: bool = False) -> Close | None:
    """Why the order is not meant to go to the books now; None when it is. `is_forced`: a person said "anyway"."""
    if fact := _nothing_in(order):
        return Close(State.NOT_MEANT, reason="nothing-to-book", facts={"order": order.number, "fact": fact})
    if is_forced:
        return None
    if not policy.transfers:
        return Close(State.NOT_MEANT, reason="switched-off", facts={"switch": "orders"})
    if policy.start_at and order.placed_at < policy.start_at:
        dates = {"start": _day(policy.start_at).isoformat(), "date": _day(order.placed_at).isoformat()}
        return Close(State.NOT_MEANT, reason="before-start", facts=dates)
    if triggered_at(order, policy) is None:
        return Close(State.NOT_MEANT, reason="not-triggered", facts={"trigger": policy.trigger.value})
    return None


def _nothing_in(order: Order) -> str:
    if order.is_cancelled:
        return "cancelled"
    if order.total.amount < 0:
        return "negative"
    return "" if order.total.amount or any(line.gross for line in order.lines) else "zero"


def triggered_at(order: Order, policy: Policy) -> datetime | None:
    """When the order was paid, shipped or came into a chosen status, whichever the trigger says; None while it is not.

    A shop that does not say since when an order has its status says when it last changed.
    """
    if policy.trigger is Trigger.STATUS:
        return order.status_at or order.placed_at if order.status.casefold() in policy.statuses else None
    return order.paid_at if policy.trigger is Trigger.PAYMENT else order.shipped_at


def document_date(order: Order, policy: Policy, now: datetime) -> date:
    """The day of the trigger in Copenhagen; today for an order that a person sent before its trigger."""
    return _day(triggered_at(order, policy) or now)


def _day(moment: datetime) -> date:
    return moment.astimezone(COPENHAGEN).date()


def _after_draft(facts: Facts, order: Order, draft: Step) -> Action:
    document = facts.document
    if document is None:
        return Prepare()
    if facts.is_withdrawn or _changed(order, document):
        # Nothing is booked yet: the newest is what counts, also that there is nothing any more.
        return Discard()
    if draft.figures is None:
        return Look("draft")
    differences = compare(document, draft.figures, customer=facts.customer)
    if differences:
        return differing(facts, document, draft, draft.figures, differences)
    if facts.first is First.MINE:
        return Close(State.NEEDS_YOU, Detail.DRAFT, "first-order-check", {"order": order.number})
    if facts.first is First.ANOTHER:
        return Close(State.WAITING, Detail.DRAFT, "first-order")
    if facts.policy.books and not facts.is_left:
        return Call("book")
    if facts.is_left and not facts.is_followed:
        return Follow()
    # What was left to the owner stays theirs, also when booking is switched on later.
    return Close(State.DONE, Detail.DRAFT, again_in=FOLLOWED_EVERY)


def _changed(order: Order, document: InvoiceDocument) -> Close | None:
    """The order no longer is what the document was made of."""
    gone = order.is_cancelled
    if not gone and order.total == document.order_total:
        return None
    now = "cancelled" if gone else str(order.total)
    amounts = {"order": order.number, "booked": str(document.total), "now": now}
    return Close(State.NEEDS_YOU, reason="order-changed", facts=amounts)


def _after_booking(facts: Facts, order: Order, booked: Step) -> Action:
    document = facts.document
    if document is None:
        return Prepare()
    if facts.is_credited or facts.is_replaced:
        return Close(State.DONE, Detail.BOOKED)
    if changed := _changed(order, document) or _corrected(order, document, booked):
        return changed
    if not facts.policy.settles:
        return Close(State.DONE, Detail.BOOKED)
    if not document.settles_itself and (rest := _nothing_to_register(order, document, facts.policy)):
        return rest
    if facts.balance == 0:
        # Also where it was settled by the booking itself, by terms of payment or by hand: nothing is paid twice.
        return Close(State.DONE, Detail.BOOKED)
    if payment := next_payment(document, facts, order.number):
        return payment
    if facts.policy.leaves_open and not document.settles_itself:
        return Close(State.DONE, Detail.BOOKED)
    if facts.balance is None:
        return ReadBalance()
    open_amount = {"order": order.number, "invoice": booked.id, "amount": str(facts.balance)}
    return Close(State.NEEDS_YOU, Detail.BOOKED, "balance-open", open_amount)


def _corrected(order: Order, document: InvoiceDocument, booked: Step) -> Close | None:
    """Somebody changed the draft by hand before it was booked: its amount is not what the shop charged."""
    if booked.figures is None or booked.figures.gross == document.total.amount:
        return None
    invoice = Money(booked.figures.gross, booked.figures.currency)
    amounts = {"order": order.number, "booked": str(invoice), "now": str(order.total)}
    return Close(State.NEEDS_YOU, Detail.BOOKED, "order-changed", amounts)


def _nothing_to_register(order: Order, document: InvoiceDocument, policy: Policy) -> Close | None:
    """A gift card may have paid its part; the invoice is settled when the shop says that all is paid.

    What is left open waits for no payment: an EAN order may never be called paid.
    """
    if policy.leaves_open:
        return None if document.payments else Close(State.DONE, Detail.BOOKED)
    if order.paid_at is None or not document.payments:
        return Close(State.DONE, Detail.PAYMENT_NOT_SEEN)
    return None
