"""A credit note from its rows: what is left of its invoice, and the document that it becomes.

Reads only; `note_acts` holds what people do, `credit_try` what the engine does. Needs the scope.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from connector.core.credit import AboveRemainder, Note, Remainder, Wish, document_of
from connector.core.dating import BETWEEN
from connector.core.document import InvoiceDocument, Original
from connector.core.errors import NeedsSetup
from connector.core.money import plain
from connector.core.order import document_key
from connector.core.rules import MappingRules
from connector.core.shop_credit import item_for, rounding_of
from connector.core.states import State
from connector.core.store import credited_from_json, document_from_json
from connector.sync import transitions
from connector.sync.models import CreditNote, SyncJob, SyncStep
from connector.sync.steps import booked_receipt, is_made
from shops.models import Shop

CREDIT = "credit"
"""The kind of a job that credits."""


@dataclass(frozen=True)
class Made:
    """A note worked out: what it takes of the invoice, and the document."""

    note: Note
    document: InvoiceDocument
    wish: Wish = field(default_factory=Wish)


def document_of_job(job: SyncJob) -> InvoiceDocument | None:
    """What the job's draft, or booked invoice, holds."""
    return document_from_json(job.document) if job.document else None


def original_job(shop: Shop, order_id: str) -> SyncJob | None:
    """The invoice of an order by the platform's id, the newest where it was sent again; None where there is none."""
    try:
        key = document_key("invoice", shop.kind, shop.platform_id, order_id)
    except ValueError:
        return None
    found = SyncJob.objects.filter(shop=shop, key=key, kind="invoice").first()
    while found and (newer := SyncJob.objects.filter(replaces=found).first()):
        found = newer
    return found


def is_booked(job: SyncJob) -> bool:
    """Whether the invoice of this job is booked, by us or by the owner."""
    steps = transitions.steps_of(job)
    draft = steps.get("draft")
    return bool(job.document) and draft is not None and is_made(draft) and booked_receipt(steps).final


def has_invoice(job: SyncJob) -> bool:
    """Whether there is an invoice, as a draft or booked, of which something can be credited."""
    return bool(job.document) and job.steps.filter(name="draft", status=SyncStep.Status.DONE).exists()


def remainder_of(job: SyncJob, before: int | None = None) -> Remainder:
    """What is left to credit of the job's invoice; `before`: only the notes below this number are taken off."""
    document = document_of_job(job)
    if document is None:
        raise NeedsSetup("invoice-first", order=job.order_number)
    return Remainder(document, [credited_from_json(row.credited) for row in notes_of(job, before)])


def notes_of(job: SyncJob, before: int | None = None) -> list[CreditNote]:
    """The notes that credit this invoice, in the order of their numbers; those that will not go are left out."""
    rows = CreditNote.objects.filter(original=job).exclude(job__state=State.NOT_MEANT).order_by("number")
    return list(rows.filter(number__lt=before) if before else rows)


def is_credited(job: SyncJob) -> bool:
    """Whether notes of everything are there."""
    return bool(job.document) and not remainder_of(job).gross


def made(job: SyncJob, wish: Wish, rules: MappingRules, *, number: int, text: str, day: date) -> Made:
    """The note of `wish` on the job's invoice, numbered and dated. Raises NeedsSetup: credit-above-remainder with what
    is left, choice-missing where an amount has no item."""
    remainder = remainder_of(job, before=number)
    invoice = document_of_job(job)
    assert invoice is not None
    remainder.rounding = rounding_of(rules)
    try:
        wish = resolved(job, wish, remainder, rules)
        note = remainder.note(wish)
    except AboveRemainder as above:
        raise above_remainder(job, invoice, remainder) from above
    document = told(job, invoice, note, rules, number=number, text=text, day=day)
    # What was given away for nothing can be credited along, but not by itself: no books take a note of nothing.
    if not document.gross:
        raise NeedsSetup("credit-empty", order=job.order_number)
    return Made(note, document, wish)


def resolved(job: SyncJob, wish: Wish, remainder: Remainder, rules: MappingRules) -> Wish:
    """The wish with the items of its amounts. Raises NeedsSetup (choice-missing) where one is not chosen."""
    asked = [rate for rate, gross in wish.amounts.items() if gross]
    items = {rate: wish.items.get(rate) or item_for(rate, remainder, rules, job.order_number) for rate in asked}
    return replace(wish, items=items, text=wish.text or rules.text("amount_text"))


def above_remainder(job: SyncJob, invoice: InvoiceDocument, remainder: Remainder) -> NeedsSetup:
    """The refusal of a note that credits more than is left."""
    facts = {
        "order": job.order_number,
        "invoice": job.document_number,
        "remainder": f"{plain(remainder.gross)} {invoice.currency}",
        "total": str(invoice.total),
        "credited": f"{plain(invoice.gross - remainder.gross)} {invoice.currency}",
    }
    return NeedsSetup("credit-above-remainder", **facts)


def told(
    job: SyncJob, invoice: InvoiceDocument, note: Note, rules: MappingRules, *, number: int, text: str, day: date
) -> InvoiceDocument:
    """The note's document: like the invoice, with its own number and date, and the reference that the law wants
    (bookkeeping rule 4)."""
    original = original_of(job, invoice)
    reference = f"{rules.text('credits_text')} {original.number} af {invoice.date:%d.%m.%Y}" if original.number else ""
    return document_of(
        invoice,
        note,
        key=key_of(invoice.key, number),
        number=str(number),
        date=day,
        heading=f"{rules.text('credit_text')} {number} · {invoice.heading}",
        note=BETWEEN.join(part for part in (reference, text, invoice.note) if part),
        credits=original,
    )


def key_of(invoice_key: str, number: int) -> str:
    """The note's key: the invoice's, as a credit, with the note's own number."""
    return f"{CREDIT}:{invoice_key.partition(':')[2]}:{number}"


def original_of(job: SyncJob, invoice: InvoiceDocument) -> Original:
    """The invoice as its note refers to it; without an id while it is not booked."""
    if not is_booked(job):
        return Original(invoice.key)
    receipt = booked_receipt(transitions.steps_of(job))
    return Original(invoice.key, receipt.id, receipt.number, invoice.date)
