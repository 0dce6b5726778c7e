"""What the books hold, as JSON for tests and for a person; the owner's view, not an API of Dinero's.

The shape is that of the sandbox's other books: `sandbox/ledger.py` counts documents and payments in both.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from .model import Contact, Invoice, Json, Line, Payment
from .posting import due_day, to_dkk
from .seed import DEBTORS, FEES, VAT_PAYABLE

if TYPE_CHECKING:
    from .organization import Organization

PAYMENT, FEE = 2, 3
"""Types of entries: what the sandbox counts as a customer's payment or a refund, and what was written off with one."""


def kroner(amount: int) -> Decimal:
    """Øre as a number of two decimals."""
    return Decimal(amount).scaleb(-2)


def money(amount: int) -> str:
    """An amount with two decimals."""
    return str(kroner(amount))


def of(organization: Organization) -> Json:
    """All of it."""
    books = organization.books
    live = [invoice for invoice in books.invoices.values() if invoice.deleted is None]
    booked = [invoice for invoice in live if invoice.number is not None]
    return {
        "organization": organization.number,
        "name": organization.name,
        "pro": organization.pro,
        "calls": organization.calls,
        "calls_too_many": organization.limit.refused,
        "customers": [_contact(contact) for contact in books.contacts.values()],
        "products": [],
        "drafts": [document(organization, invoice) for invoice in live if invoice.number is None],
        "booked": [document(organization, invoice) for invoice in booked],
        "draft_entries": [],
        "entries": _entries(booked),
        "accounts": _accounts(organization, booked),
    }


def of_reference(organization: Organization, reference: str) -> Json:
    """The documents of one ExternalReference, and the payments on them."""
    # The books compare without letter case; a reference is somebody's key and must be theirs to the letter.
    found = [invoice for invoice in organization.books.with_reference(reference) if invoice.reference == reference]
    live = [invoice for invoice in found if invoice.deleted is None]
    booked = [invoice for invoice in live if invoice.number is not None]
    return {
        "drafts": [document(organization, invoice) for invoice in live if invoice.number is None],
        "booked": [document(organization, invoice) for invoice in booked],
        "payments": [entry for entry in _entries(booked) if entry["type"] == PAYMENT],
    }


def document(organization: Organization, invoice: Invoice) -> Json:
    """One invoice or credit note, draft or booked; a draft has its Guid for a number. A credit note's amounts are below
    zero, and `credits` is the Guid of the invoice that it is for."""
    data, sums, sign = invoice.data, invoice.totals, _sign(invoice)
    contact = organization.books.contacts.get(data["ContactGuid"] or "")
    return {
        "number": invoice.number or invoice.guid,
        "draft_number": invoice.guid,
        "guid": invoice.guid,
        "timestamp": invoice.timestamp,
        "reference": invoice.reference,
        "customer": data["ContactGuid"],
        "recipient": contact.data["Name"] if contact else None,
        "address": data["Address"],
        "date": data["Date"].isoformat(),
        "due_date": due_day(data).isoformat(),
        "currency": data["Currency"],
        "language": data["Language"],
        "prices": "gross" if data["ShowLinesInclVat"] else "net",
        "payment_terms": [data["PaymentConditionType"], data["PaymentConditionNumberOfDays"]],
        "notes": {"heading": data["Description"], "textLine1": data["Comment"]},
        "credits": data.get("CreditNoteFor"),
        "net": money(sign * sums.excl),
        "vat": money(sign * sums.vat),
        "gross": money(sign * sums.incl),
        "gross_dkk": money(sign * to_dkk(sums.incl, invoice.rate)),
        "remainder": None if invoice.number is None else money(sign * invoice.remaining),
        "vat_by_rate": {
            money(rate): {"net": money(sign * amounts.net), "vat": money(sign * amounts.vat)}
            for rate, amounts in sums.by_rate.items()
        },
        "lines": [_line(line, sign) for line in invoice.lines],
    }


def _sign(invoice: Invoice) -> int:
    return -1 if invoice.is_credit else 1


def _line(line: Line, sign: int) -> Json:
    data = line.data
    return {
        "product": data["AccountNumber"],
        "description": data["Description"],
        "quantity": str(data["Quantity"]),
        "unit_price": str(data["BaseAmountValue"]),
        "discount": str(data["Discount"]),
        "net": money(sign * line.net),
        "vat_rate": money(line.rate),
        "vat": money(sign * (line.gross - line.net)),
        "gross": money(sign * line.gross),
        "sales_account": data["AccountNumber"],
    }


def _contact(contact: Contact) -> Json:
    return {"number": contact.guid, "deleted": contact.deleted is not None, **contact.data}


def _entries(booked: list[Invoice]) -> list[Json]:
    """Everything that was entered on an account by a payment."""
    return [_entry(invoice, payment) for invoice in booked for payment in invoice.payments if not payment.offset]


def _entry(invoice: Invoice, payment: Payment) -> Json:
    return {
        "number": payment.guid,
        "type": FEE if payment.fee else PAYMENT,
        "account": payment.account,
        "customer": invoice.data["ContactGuid"],
        "invoice": invoice.number,
        "reference": invoice.reference,
        "payment_reference": payment.reference,
        "amount": money(_sign(invoice) * payment.amount),
        "base_amount": money(_sign(invoice) * payment.amount_dkk),
        "remainder": None,
        "currency": invoice.data["Currency"],
        "date": payment.day.isoformat(),
        "voucher": payment.voucher,
        "text": payment.description,
        "vat_code": None,
    }


def _accounts(organization: Organization, booked: list[Invoice]) -> list[Json]:
    books = organization.books
    balances = _balances(booked)
    rows: list[Json] = [
        {"number": entry.number, "name": entry.name, "vat_code": entry.vat_code, "hidden": entry.hidden}
        for entry in books.entry_accounts.values()
    ]
    rows += [
        {"number": deposit.number, "name": deposit.name, "vat_code": None, "hidden": deposit.hidden}
        for deposit in books.deposit_accounts.values()
    ]
    return [row | {"balance": money(balances[row["number"]])} for row in rows]


def _balances(booked: list[Invoice]) -> Counter[int]:
    """Account → balance in kroner's øre, debit positive."""
    balances: Counter[int] = Counter()
    for invoice in booked:
        sign = _sign(invoice)
        for account, net in _revenue(invoice).items():
            balances[account] -= sign * to_dkk(net, invoice.rate)
        balances[VAT_PAYABLE] -= sign * to_dkk(invoice.totals.vat, invoice.rate)
        balances[DEBTORS] += sign * to_dkk(invoice.totals.incl, invoice.rate)
        for payment in invoice.payments:
            # An offset is between two invoices of the debtors' account.
            balances[FEES if payment.fee else payment.account or DEBTORS] += sign * payment.amount_dkk
            balances[DEBTORS] -= sign * payment.amount_dkk
    return balances


def _revenue(invoice: Invoice) -> Counter[int]:
    """Account → net in the invoice's currency; the last account of a rate takes what rounding on the total left."""
    nets: Counter[int] = Counter()
    for rate, sums in invoice.totals.by_rate.items():
        lines = [line for line in invoice.lines if line.rate == rate]
        for line in lines:
            nets[line.data["AccountNumber"]] += line.net
        nets[lines[-1].data["AccountNumber"]] += sums.net - sum(line.net for line in lines)
    return nets
