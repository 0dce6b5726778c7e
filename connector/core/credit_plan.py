"""What to do next with a credit note: `plan.next_action` for a job that credits.

It waits for its invoice and never overtakes it; after that it goes the way of every document, and at the end it is set
off against what is open on the invoice, or paid back, or left open on purpose.
"""

from __future__ import annotations

from datetime import timedelta

from connector.core.actions import (
    Action,
    Call,
    Close,
    Discard,
    Follow,
    Look,
    Prepare,
    Read,
    ReadBalance,
    Refund,
    Withdraw,
)
from connector.core.document import InvoiceDocument
from connector.core.drafts import differing
from connector.core.facts import COPENHAGEN, CreditFacts, Facts, Policy, Standing, Step
from connector.core.mapping import compare
from connector.core.money import ZERO, plain, total
from connector.core.order import Order
from connector.core.settling import next_payment
from connector.core.states import Detail, State

FOLLOWED_EVERY = timedelta(hours=6)


def next_credit_action(facts: Facts, credit: CreditFacts) -> Action:
    """What to do next with a credit note."""
    if not credit.is_made_here and (facts.order is None or not facts.is_read):
        return Read()
    if facts.booked:
        return _after_booking(facts, credit)
    if draft := facts.done("draft"):
        return _after_draft(facts, credit, draft)
    return _before_draft(facts, credit)


def _before_draft(facts: Facts, credit: CreditFacts) -> Action:
    order = facts.order
    if order and not credit.is_made_here and (rest := _not_meant(order, facts.policy, is_forced=facts.is_forced)):
        return rest
    if facts.is_deleted:
        return Close(State.NEEDS_YOU, reason="draft-deleted", facts={"order": credit.number})
    if waiting := _without_invoice(facts, credit):
        return waiting
    if facts.document is None:
        return Prepare()
    if not facts.customer:
        return Call("customer")
    if facts.missing_items:
        return Call(f"product:{facts.missing_items[0]}")
    return Call("draft")


def _not_meant(order: Order, policy: Policy, *, is_forced: bool) -> Close | None:
    """Why a credit of the shop's is not meant to go; None when it is."""
    if order.is_cancelled or not order.total.amount:
        fact = "cancelled" if order.is_cancelled else "zero"
        return Close(State.NOT_MEANT, reason="nothing-to-book", facts={"order": order.number, "fact": fact})
    if is_forced:
        return None
    if not policy.transfers:
        return Close(State.NOT_MEANT, reason="switched-off", facts={"switch": "orders"})
    if policy.start_at and order.placed_at < policy.start_at:
        days = (policy.start_at, order.placed_at)
        start, made = (moment.astimezone(COPENHAGEN).date().isoformat() for moment in days)
        return Close(State.NOT_MEANT, reason="before-start", facts={"start": start, "date": made})
    return None


def _without_invoice(facts: Facts, credit: CreditFacts) -> Action | None:
    """What to do while there is no booked invoice to credit; None when there is, or needs to be none."""
    known = {"order": credit.number}
    match credit.standing:
        case Standing.UNKNOWN:
            return Close(State.NEEDS_YOU, reason="credit-original-unknown", facts=known)
        case Standing.ENDED:
            return Close(State.NOT_MEANT, reason="credited-before-booking", facts=known)
        case Standing.WAITING:
            if credit.is_whole and not credit.is_withdrawn:
                return Withdraw()
            if credit.waits_until and facts.now >= credit.waits_until:
                return Close(State.NEEDS_YOU, reason="invoice-late", facts=known)
            # The invoice wakes it when it rests: it looks by itself only once it has waited long enough.
            again_in = credit.waits_until - facts.now if credit.waits_until else None
            return Close(State.WAITING, reason="invoice-first", facts=known, again_in=again_in)
    return None


def _after_draft(facts: Facts, credit: CreditFacts, draft: Step) -> Action:
    document = facts.document
    if document is None:
        return Prepare()
    if facts.order and not credit.is_made_here and _has_changed(facts.order, document):
        return Discard()
    if draft.figures is None:
        return Look("draft")
    differences = compare(document, draft.figures, customer=facts.customer)
    if differences:
        return differing(facts, document, draft, draft.figures, differences)
    if facts.policy.books and not facts.is_left:
        return Call("book")
    if facts.is_left and not facts.is_followed:
        return Follow()
    return Close(State.DONE, Detail.DRAFT, again_in=FOLLOWED_EVERY)


def _has_changed(order: Order, document: InvoiceDocument) -> bool:
    """Whether the shop's credit no longer is what the document was made of."""
    return order.is_cancelled or -order.total.amount != document.order_total.amount


def _after_booking(facts: Facts, credit: CreditFacts) -> Action:
    document = facts.document
    if document is None:
        return Prepare()
    if facts.order and not credit.is_made_here and _has_changed(facts.order, document):
        now = "cancelled" if facts.order.is_cancelled else str(-facts.order.total)
        amounts = {"order": facts.order.number, "booked": str(document.total), "now": now}
        return Close(State.NEEDS_YOU, Detail.BOOKED, "order-changed", amounts)
    if not facts.policy.settles:
        return _rest(facts, credit, document)
    if facts.balance is None or (facts.balance and credit.original_open is None):
        return ReadBalance()
    if not facts.balance:
        return _rest(facts, credit, document)
    return _settling(facts, credit, document) or _rest(facts, credit, document)


def _settling(facts: Facts, credit: CreditFacts, document: InvoiceDocument) -> Action | None:
    """Set off against the invoice what is open there, then register the rest as paid back, where that is wanted."""
    still_open, owed = facts.balance or ZERO, credit.original_open or ZERO
    has_matched = _has_matched(facts)
    if owed > 0 and not has_matched and credit.matches:
        return Call(f"match:{plain(min(owed, still_open))}")
    if owed > 0 and not has_matched:
        # The books cannot be told: the owner sets the two off there, and it says how much.
        return None
    if not credit.registers:
        return None
    if payment := next_payment(document, facts, document.number) if document.payments else None:
        return payment
    if not document.payments:
        return Refund(still_open)
    open_amount = {"order": credit.number, "invoice": _booked_number(facts), "amount": str(still_open)}
    return Close(State.NEEDS_YOU, Detail.BOOKED, "balance-open", open_amount)


def _has_matched(facts: Facts) -> bool:
    return any(name.startswith("match:") and facts.done(name) is not None for name in facts.steps)


def _booked_number(facts: Facts) -> str:
    return facts.booked.id if facts.booked else ""


def _rest(facts: Facts, credit: CreditFacts, document: InvoiceDocument) -> Close:
    """Booked. That the money went back is another fact, which nobody but a person, or a shop that sees it, can say."""
    refunded = total(payment.amount for payment in document.payments)
    is_set_off = not refunded and facts.balance == 0 and _has_matched(facts)
    is_left = {"amount": str(facts.balance)} if facts.balance else {}
    detail = Detail.BOOKED if credit.is_refunded or is_set_off else Detail.REFUND_NOT_SEEN
    return Close(State.DONE, detail, facts=is_left)
