"""What a job's calls carry: the document as it is now, and each call made of it. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from accounting.base import AccountingProvider, Call, Receipt, Write
from connector.core import settlement
from connector.core.document import InvoiceDocument
from connector.core.order import Order
from connector.core.rules import MappingRules
from connector.sync.models import SyncStep
from connector.sync.rules import SETTLING
from connector.sync.steps import is_made, receipt_of

Steps = Mapping[str, SyncStep]


def call_for(
    name: str, document: InvoiceDocument, customer: str, provider: AccountingProvider, steps: Steps, paid_on: date
) -> Call:
    """The call of this name, complete. `customer` is the provider's number; `paid_on` the day of a payment, which may
    be later than the document's where its period is closed."""
    write, _, which = name.partition(":")
    match Write(write):
        case Write.CUSTOMER:
            return provider.customer_call(document.customer, document)
        case Write.PRODUCT:
            line = next(line for line in document.lines if line.item == which)
            return provider.product_call(line, document)
        case Write.DRAFT:
            return provider.draft_call(document, customer)
        case Write.BOOK:
            return provider.book_call(document, receipt_of(steps[Write.DRAFT]))
        case Write.PAYMENT:
            return provider.payment_call(replace(document, date=paid_on), customer, booked(steps), int(which))
        case Write.PAYMENT_BOOK:
            return provider.payment_book_call(document, receipt_of(steps[f"payment:{which}"]))


def booked(steps: Steps) -> Receipt:
    """The booked document at the provider: what the booking made, or a look-up that found the draft booked."""
    book = steps.get(Write.BOOK)
    return receipt_of(book if book and book.status == SyncStep.Status.DONE else steps[Write.DRAFT])


def paid_now(
    document: InvoiceDocument, order: Order, rules: MappingRules, provider: AccountingProvider, steps: Steps
) -> InvoiceDocument:
    """The document settled by what is paid now, on the accounts that are chosen now. Its payments stay as they are once
    one of them was made."""
    names = {field.name for field in provider.setting_fields if field.required_when in SETTLING}
    chosen = {name: value for name, value in rules.choices.items() if name in names}
    settled = replace(document, choices={**document.choices, **chosen})
    if any(is_made(step) for name, step in steps.items() if name.startswith("payment")):
        return settled
    return replace(settled, payments=settlement.payments_of(order, rules))


def with_rate(document: InvoiceDocument, receipt: Receipt, books: str) -> InvoiceDocument:
    """The document with the rate of its currency, as `books` told it with the draft."""
    return replace(document, rate_note=f"{receipt.more['rate']} {books} {receipt.more['rate_day']}")
