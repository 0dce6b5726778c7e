"""How it went: an order's way from the shop to the books, as steps with their times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounting.base import Write
from accounting.registry import provider_class
from connector.core.document import InvoiceDocument
from connector.core.order import Order
from connector.core.plan import Trigger
from connector.core.states import State
from connector.sync.models import ActivityEntry, SyncJob, SyncStep
from connector.web.frame import format as written
from connector.web.frame.words import Text
from connector.web.orders.snapshots import settings_of
from connector.web.orders.taxed import sells_by_account

DONE, WAITING, FUTURE = State.DONE.value, State.WAITING.value, "future"


@dataclass(frozen=True)
class Happened:
    """A step of the timeline. `icon` is a state's or "future"; `day` is set on the first step of each day."""

    at: datetime | None
    icon: str
    text: str
    amount: Decimal | None = None
    day: date | None = None


def timeline(
    job: SyncJob,
    order: Order | None,
    document: InvoiceDocument | None,
    steps: Sequence[SyncStep],
    acts: Sequence[ActivityEntry],
) -> list[Happened]:
    """Everything that has happened, oldest first, then what is still to come."""
    past = [*_in_shop(job, order), *_in_books(job, document, steps), *by_people(acts)]
    past.sort(key=lambda step: step.at or job.created_at)
    return [*with_days(past), *_ahead(job, steps)]


def _in_shop(job: SyncJob, order: Order | None) -> Iterator[Happened]:
    if order is None:
        yield Happened(job.created_at, DONE, _("Reported by the shop"))
        return
    amount = order.total.amount
    trigger = settings_of(job).get("trigger")
    yield Happened(order.placed_at, DONE, _("Placed in the shop"), amount)
    if order.paid_at:
        is_trigger = trigger == Trigger.PAYMENT
        yield Happened(
            order.paid_at,
            DONE,
            _("Paid in the shop; this is your trigger") if is_trigger else _("Paid in the shop"),
            amount,
        )
    if order.shipped_at:
        is_trigger = trigger == Trigger.SHIPMENT
        yield Happened(order.shipped_at, DONE, _("Shipped; this is your trigger") if is_trigger else _("Shipped"))


def _in_books(job: SyncJob, document: InvoiceDocument | None, steps: Sequence[SyncStep]) -> Iterator[Happened]:
    made = {step.name for step in steps}
    if job.customer_number and Write.CUSTOMER not in made and steps:
        yield Happened(steps[0].intent_at, DONE, _customer_words(job.customer_number, document))
    for step in steps:
        if told := _of_step(job, document, step):
            yield told


def _customer_words(number: str, document: InvoiceDocument | None) -> str:
    known, is_own = written.spoken(number), document is None or not document.customer.collective
    if not known:
        return _("Customer found") if is_own else _("Collective customer used")
    words = _("Customer %(number)s found") if is_own else _("Collective customer %(number)s used")
    return words % {"number": known}


def _of_step(job: SyncJob, document: InvoiceDocument | None, step: SyncStep) -> Happened | None:
    if step.status == SyncStep.Status.INTENT:
        return Happened(step.intent_at, WAITING, _("Sent; we look whether it arrived"))
    if step.status != SyncStep.Status.DONE:
        return None
    write, _colon, which = step.name.partition(":")
    result: Mapping[str, Any] = step.result or {}
    number = written.spoken(str(result.get("more", {}).get("number") or result.get("id", "")))
    text = _done_words(job, write, which, number, is_final=bool(result.get("final")))
    return Happened(step.done_at or step.intent_at, DONE, text, _amount(document, write, which))


def _done_words(job: SyncJob, write: str, which: str, number: str, *, is_final: bool) -> str:
    if write == Write.DRAFT and is_final:
        return _("Booked as invoice %(number)s") % {"number": number}
    if write == Write.DRAFT and job.reason != "draft-differs":
        return compared_words(job)
    words = {
        Write.CUSTOMER.value: _("Customer %(number)s created") if number else _("Customer created"),
        Write.PRODUCT.value: _("Product %(which)s created"),
        Write.DRAFT.value: _("Draft made"),
        Write.CORRECT.value: _("Draft corrected, as the books round otherwise than we took for granted"),
        Write.BOOK.value: _("Booked as invoice %(number)s"),
        Write.PAYMENT.value: _("Payment registered in the journal") if _has_journal(job) else _("Payment registered"),
        Write.PAYMENT_UNDO.value: _("Payment taken back before it was booked"),
        Write.PAYMENT_BOOK.value: _("Payment booked"),
    }.get(write, write)
    return words % {"number": number, "which": which} if "%(" in words else words


def compared_words(job: SyncJob) -> str:
    """What of a draft was compared."""
    if sells_by_account(job):
        return _("Draft made and compared: total, VAT, currency and customer are the same")
    return _("Draft made and compared: total, VAT, currency, customer and zone are the same")


def _has_journal(job: SyncJob) -> bool:
    return bool(job.integration and provider_class(job.integration.connection.provider).list_of("journal"))


def _amount(document: InvoiceDocument | None, write: str, which: str) -> Decimal | None:
    if document is None:
        return None
    if write == Write.BOOK:
        return document.total.amount
    if write in (Write.PAYMENT, Write.PAYMENT_BOOK) and which.isdigit() and 0 < int(which) <= len(document.payments):
        return document.payments[int(which) - 1].amount
    return None


ACTS: Mapping[str, Text] = {
    "transfer-now": gettext_lazy("%(who)s pressed “Transfer now”"),
    "transfer-anyway": gettext_lazy("%(who)s pressed “Transfer anyway”"),
    "first-order-checked": gettext_lazy("%(who)s checked the first order: it is right"),
    "handled-by-hand": gettext_lazy("%(who)s marked the order as handled by hand"),
    "customer-chosen": gettext_lazy("%(who)s chose the customer; we remember it"),
    "two-found-settled": gettext_lazy("%(who)s looked in the books and said which voucher counts"),
    "credit-note-made": gettext_lazy("%(who)s made credit note %(number)s"),
    "order-ended": gettext_lazy("%(who)s credited the whole order before it was booked"),
    "sent-again": gettext_lazy("%(who)s credited the invoice with credit note %(number)s and sent the order again"),
    "original-chosen": gettext_lazy("%(who)s chose order %(order)s for the credit"),
    "credited-without-original": gettext_lazy("%(who)s said that the credit has no order here"),
    "refund-told": gettext_lazy("%(who)s said that the money was sent back"),
    "refund-registered": gettext_lazy("%(who)s chose to register the refund in the books"),
}


def by_people(acts: Iterable[ActivityEntry]) -> Iterator[Happened]:
    """What people did about an order or a credit note. Sending an order again makes a note too, and is told once."""
    listed = list(acts)
    again = {act.facts.get("number") for act in listed if act.what == "sent-again"}
    for act in listed:
        words = ACTS.get(act.what)
        if words and not (act.what == "credit-note-made" and act.facts.get("number") in again):
            yield Happened(act.at, DONE, str(words) % {"number": "", "order": "", **act.facts, "who": act.who})


def _ahead(job: SyncJob, steps: Sequence[SyncStep]) -> Iterator[Happened]:
    """The steps still to come, for an order that is on its way."""
    if job.state not in (State.WAITING, State.NEEDS_YOU, State.NEEDS_US):
        return
    done = {step.name.partition(":")[0] for step in steps if step.status == SyncStep.Status.DONE}
    settings = settings_of(job)
    books = settings.get("booking") == "on" or Write.BOOK in done
    settles = books and settings.get("settle") != "open"
    planned = [
        (Write.DRAFT, _("A draft is made and compared with the order"), True),
        (Write.BOOK, _("The draft is booked") if books else _("You book the draft yourself"), True),
        (Write.PAYMENT, _("The payment is registered"), settles),
    ]
    for write, words, is_planned in planned:
        if is_planned and write not in done and not _is_final(steps, write):
            yield Happened(None, FUTURE, words)


def _is_final(steps: Sequence[SyncStep], write: Write) -> bool:
    """Whether a look-up found the document booked already: then no booking is to come."""
    drafts = (step for step in steps if step.name == Write.DRAFT)
    return write is Write.BOOK and any((step.result or {}).get("final") for step in drafts)


def with_days(steps: Sequence[Happened]) -> Iterator[Happened]:
    """The steps, the first of each day with that day."""
    last = None
    for step in steps:
        day = written.local(step.at).date() if step.at else None
        yield replace(step, day=day) if day and day != last else step
        last = day or last
