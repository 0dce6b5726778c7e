"""The irreversible calls of a job, each built complete before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from accounting.base import AccountingProvider, Call, Receipt, Write
from connector.core.document import InvoiceDocument
from connector.sync.models import SyncStep
from connector.sync.steps import booked_receipt, receipt_of


def call_for(
    name: str,
    provider: AccountingProvider,
    document: InvoiceDocument,
    customer: str,
    steps: Mapping[str, SyncStep],
    paid_on: date,
) -> Call:
    """The call of this name. `customer` is the provider's number of whom the document is for; `steps` hold what the
    calls before it made; `paid_on` is the day of a payment, which may be later than the document's where its period is
    closed."""
    write, _, which = name.partition(":")
    match Write(write):
        case Write.CUSTOMER:
            return provider.customer_call(document.customer, document)
        case Write.PRODUCT:
            line = next(line for line in document.lines if line.item == which)
            return provider.product_call(line, document)
        case Write.DRAFT:
            return provider.draft_call(document, customer)
        case Write.CORRECT:
            return provider.correct_call(document, customer, receipt_of(steps[Write.DRAFT]))
        case Write.BOOK:
            return provider.book_call(document, receipt_of(steps[Write.DRAFT]))
        case Write.PAYMENT:
            return _payment(provider, replace(document, date=paid_on), customer, booked_receipt(steps), int(which))
        case Write.PAYMENT_UNDO:
            return provider.undo_payment_call(document, receipt_of(steps[f"{Write.PAYMENT}:{which}"]))
        case Write.ACCOUNT:
            raise ValueError("an account is made by a person, for no order in particular")
        case Write.PAYMENT_BOOK:
            return provider.payment_book_call(document, receipt_of(steps[f"{Write.PAYMENT}:{which}"]))
        case Write.MATCH:
            return provider.match_call(document, booked_receipt(steps), Decimal(which))


def _payment(
    provider: AccountingProvider, document: InvoiceDocument, customer: str, booked: Receipt, number: int
) -> Call:
    """The first payment of a connection carries what is compared afterwards: its sign may turn out the other way."""
    call = provider.payment_call(document, customer, booked, number)
    is_tested = provider.checks_payments and not provider.payment_sign
    return replace(call, about=call.about | provider.before_payment(call)) if is_tested else call
