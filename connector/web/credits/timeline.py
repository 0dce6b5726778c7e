"""How it went with a credit note: from whoever made it to the books."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from accounting.base import Write
from connector.core.document import InvoiceDocument
from connector.core.states import State
from connector.sync.models import ActivityEntry, CreditNote, SyncJob, SyncStep
from connector.web.frame import format as written
from connector.web.orders.snapshots import order_of, settings_of
from connector.web.orders.timeline import DONE, FUTURE, WAITING, Happened, by_people, compared_words, with_days


def note_timeline(
    job: SyncJob,
    row: CreditNote | None,
    document: InvoiceDocument | None,
    steps: Sequence[SyncStep],
    acts: Iterable[ActivityEntry],
) -> list[Happened]:
    """Everything that has happened, oldest first, then what is still to come."""
    past = [_begun(job, row), *_in_books(job, document, steps), *by_people(acts)]
    past.sort(key=lambda step: step.at or job.created_at)
    return [*with_days(past), *_ahead(job, row, steps)]


def _begun(job: SyncJob, row: CreditNote | None) -> Happened:
    if row and row.origin == CreditNote.Origin.HERE:
        return Happened(row.made_at, DONE, _("Made here by %(who)s") % {"who": row.made_by}, -row.total)
    order = order_of(job)
    if order:
        return Happened(order.placed_at, DONE, _("Credited in the shop"), order.total.amount)
    return Happened(job.created_at, DONE, _("Reported by the shop"))


def _in_books(job: SyncJob, document: InvoiceDocument | None, steps: Sequence[SyncStep]) -> Iterator[Happened]:
    for step in steps:
        if step.status == SyncStep.Status.INTENT:
            yield Happened(step.intent_at, WAITING, _("Sent; we look whether it arrived"))
        elif step.status == SyncStep.Status.DONE:
            write, _colon, which = step.name.partition(":")
            amount = _amount(document, write, which)
            yield Happened(step.done_at or step.intent_at, DONE, _words(job, document, step, write), amount)


def _words(job: SyncJob, document: InvoiceDocument | None, step: SyncStep, write: str) -> str:
    result = step.result or {}
    number = written.spoken(str(result.get("more", {}).get("number") or result.get("id", "")))
    if write == Write.BOOK or (write == Write.DRAFT and result.get("final")):
        return _("Booked as %(number)s") % {"number": number} if number else _("Booked")
    if write == Write.DRAFT:
        return compared_words(job) if job.reason != "draft-differs" else _("Draft made")
    original = document.credits.number if document and document.credits else ""
    words = {
        Write.CORRECT.value: _("Draft corrected, as the books round otherwise than we took for granted"),
        Write.MATCH.value: _("Set off against invoice %(invoice)s") % {"invoice": original},
        Write.PAYMENT.value: _("Refund registered"),
        Write.PAYMENT_UNDO.value: _("Refund taken back before it was booked"),
        Write.PAYMENT_BOOK.value: _("Refund booked"),
        Write.CUSTOMER.value: _("Customer created"),
        Write.PRODUCT.value: _("Product created"),
    }
    return words.get(write, write)


def _amount(document: InvoiceDocument | None, write: str, which: str) -> Decimal | None:
    if document is None:
        return None
    if write == Write.BOOK:
        return -document.total.amount
    if write in (Write.PAYMENT, Write.PAYMENT_BOOK) and which.isdigit() and 0 < int(which) <= len(document.payments):
        return -document.payments[int(which) - 1].amount
    return None


def _ahead(job: SyncJob, row: CreditNote | None, steps: Sequence[SyncStep]) -> Iterator[Happened]:
    """The steps still to come, for a note that is on its way."""
    if job.state not in (State.WAITING, State.NEEDS_YOU, State.NEEDS_US):
        return
    done = {step.name.partition(":")[0] for step in steps if step.status == SyncStep.Status.DONE}
    is_booked = Write.BOOK in done or any((step.result or {}).get("final") for step in steps)
    settings = settings_of(job)
    books = settings.get("booking") == "on"
    registers = row is None or row.refund == CreditNote.Refund.REGISTER
    planned = [
        (Write.DRAFT, _("A draft is made and compared with the credit note"), not is_booked),
        (Write.BOOK, _("The draft is booked") if books else _("You book the draft yourself"), not is_booked),
        (Write.PAYMENT, _("What is then open is set off, or registered as refunded"), registers and books),
    ]
    for write, words, is_planned in planned:
        if is_planned and write not in done:
            yield Happened(None, FUTURE, words)
