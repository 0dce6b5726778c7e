"""What to do next with a job: a pure function of its rows, the order and the time.

The engine does what `next_action` says and asks again; nothing else decides. That is what property tests and the
simulator exercise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from connector.core.document import Figures, InvoiceDocument
from connector.core.mapping import compare
from connector.core.money import Money
from connector.core.order import Order
from connector.core.states import Detail, State

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
LOOKS = 2
"""So many look-ups must find nothing before anything is sent again: a list may lag behind its writes."""


class Trigger(StrEnum):
    """What makes an order go to the books."""

    PAYMENT = "payment"
    SHIPMENT = "shipment"
    STATUS = "status"


class StepStatus(StrEnum):
    """What is known of an irreversible call."""

    INTENT = "intent"
    DONE = "done"
    REFUSED = "refused"
    UNSENT = "unsent"


class First(StrEnum):
    """Where the shop's first order stands, seen from one job."""

    CHECKED = "checked"
    MINE = "mine"
    ANOTHER = "another"


@dataclass(frozen=True)
class Step:
    """One irreversible call of the job. `call_until`: when the call is over at the latest; `lost_at`: when it ended
    without an answer, None where the worker died in it."""

    name: str
    status: StepStatus
    call_until: datetime
    lost_at: datetime | None = None
    looks: int = 0
    looked_at: datetime | None = None
    id: str = ""
    final: bool = False
    figures: Figures | None = None


@dataclass(frozen=True)
class Policy:
    """What the settings and the provider say of when and whether. Times in seconds.

    `statuses` are the shop's own words, in lower case, that trigger STATUS waits for. `leaves_open`: the invoice is
    not settled by us in full, on purpose.
    """

    trigger: Trigger = Trigger.SHIPMENT
    statuses: frozenset[str] = frozenset()
    leaves_open: bool = False
    start_at: datetime | None = None
    transfers: bool = True
    books: bool = True
    settles: bool = True
    settlement: tuple[str, ...] = ("payment", "payment-book")
    quiet: float = 45.0
    lookup_lag: float = 20.0


@dataclass(frozen=True)
class Facts:
    """Everything that `next_action` may know.

    `is_read`: the order holds all that was heard of it. `document` is what the draft was, or will be, made of.
    `customer` is the provider's number, empty while unknown. `missing_items` are to be made before the draft.
    `may_redo`: the settings changed, or a person asked, since a draft that differs was made.
    `in_books` is the second word of an order that is in the books already; `is_followed`: the draft that was left for
    the owner to book was looked at in this try. `is_deleted`: the owner deleted the draft, and nobody asked to send it
    again. `held` is the reason why nothing new may be sent, empty when it may.
    """

    now: datetime
    policy: Policy
    order: Order | None = None
    is_read: bool = False
    is_forced: bool = False
    first: First = First.CHECKED
    steps: Mapping[str, Step] = field(default_factory=dict)
    document: InvoiceDocument | None = None
    customer: str = ""
    missing_items: tuple[str, ...] = ()
    may_redo: bool = False
    in_books: Detail | None = None
    is_followed: bool = False
    is_deleted: bool = False
    held: str = ""
    balance: Decimal | None = None

    def done(self, name: str) -> Step | None:
        """The step of this name, when its call is known to have been made."""
        step = self.steps.get(name)
        return step if step and step.status is StepStatus.DONE else None

    @property
    def is_left(self) -> bool:
        """Whether the draft was left for the owner to book."""
        return self.in_books is Detail.DRAFT

    @property
    def booked(self) -> Step | None:
        """What says that the document is final: the booking, or a look-up that found it booked."""
        draft = self.done("draft")
        return self.done("book") or (draft if draft and draft.final else None)


@dataclass(frozen=True)
class Read:
    """Fetch the order and read it."""


@dataclass(frozen=True)
class Prepare:
    """Build the document, find its customer and items."""


@dataclass(frozen=True)
class Call:
    """Make the irreversible call of this name: intent, call, result."""

    step: str


@dataclass(frozen=True)
class Look:
    """Look what the call of this name has made."""

    step: str


@dataclass(frozen=True)
class Resend:
    """Send the same bytes under the same key again."""

    step: str


@dataclass(frozen=True)
class Discard:
    """Delete the draft, which differs from the order as it is now, and begin anew."""


@dataclass(frozen=True)
class ReadBalance:
    """Read back what is open on the booked document."""


@dataclass(frozen=True)
class Follow:
    """See what the owner did with a draft that was left to them: booked it, deleted it, nothing yet."""


@dataclass(frozen=True)
class Wait:
    """Nothing to do before `until`."""

    until: datetime
    reason: str


@dataclass(frozen=True)
class Close:
    """The job rests in this state until something is heard of it or a person acts."""

    state: State
    detail: Detail = Detail.NONE
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    again_in: timedelta | None = None
    """When to look at it again although nothing was heard."""


Action = Read | Prepare | Call | Look | Resend | Discard | Follow | ReadBalance | Wait | Close

FOLLOWED_EVERY = timedelta(hours=6)


def next_action(facts: Facts) -> Action:
    """What to do next with a job."""
    for step in facts.steps.values():
        if step.status is StepStatus.INTENT:
            return _resolve(step, facts)
    if facts.in_books is Detail.BY_HAND:
        return Close(State.DONE, Detail.BY_HAND)
    if facts.held:
        return _held(facts)
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
    if changed := _changed(order, document):
        return Discard() if facts.may_redo else changed
    if draft.figures is None:
        return Look("draft")
    differences = compare(document, draft.figures, customer=facts.customer)
    if differences:
        if facts.may_redo:
            return Discard()
        first = differences[0]
        what = {"fact": first.fact, "shop_value": first.shop_value, "books_value": first.books_value}
        return Close(State.NEEDS_YOU, reason="draft-differs", facts={"order": order.number, **what})
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
    if changed := _changed(order, document) or _corrected(order, document, booked):
        return changed
    if not facts.policy.settles:
        return Close(State.DONE, Detail.BOOKED)
    if not document.settles_itself and (rest := _nothing_to_register(order, document, facts.policy)):
        return rest
    if facts.balance == 0:
        # Also where it was settled by the booking itself, by terms of payment or by hand: nothing is paid twice.
        return Close(State.DONE, Detail.BOOKED)
    for name in settlement_steps(document, facts.policy):
        if not facts.done(name) and not _is_registered(name, facts):
            return Call(name)
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


def _is_registered(name: str, facts: Facts) -> bool:
    """Whether a look-up found this payment final already, so that a further write of it has nothing to do."""
    number = name.partition(":")[2]
    made = (facts.done(f"{write}:{number}") for write in facts.policy.settlement)
    return any(step is not None and step.final for step in made)


def settlement_steps(document: InvoiceDocument, policy: Policy) -> list[str]:
    """The calls that register the document's payments, in order."""
    return [f"{write}:{n}" for n in range(1, len(document.payments) + 1) for write in policy.settlement]
