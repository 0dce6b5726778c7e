"""What the books hold, as JSON for tests and for a person; the owner's view, not an API of e-conomic's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .model import PAYMENT, Account, Customer, Document, DraftEntry, Entry, Line, Product
from .totals import PERCENT_SCALE, divide
from .wirejson import Json, amount

if TYPE_CHECKING:
    from .agreement import Agreement


def money(hundredths: int) -> str:
    """An amount with two decimals."""
    return str(amount(hundredths))


def of(agreement: Agreement) -> Json:
    """All of it."""
    books = agreement.books
    return {
        "agreement": agreement.number,
        "name": agreement.name,
        "calls": agreement.calls,
        "customers": [_customer(customer) for customer in books.customers.values()],
        "products": [_product(product) for product in books.products.values()],
        "drafts": [document(draft) for draft in books.drafts.values()],
        "booked": [document(booked) for booked in books.booked.values()],
        "draft_entries": [_draft_entry(entry) for entry in books.draft_entries.values()],
        "entries": [_entry(agreement, entry) for entry in books.entries.values()],
        "accounts": [_account(account) for account in books.master.accounts.values()],
    }


def of_reference(agreement: Agreement, reference: str) -> Json:
    """The documents of one references.other, and the customer payments on them."""
    books = agreement.books
    booked = books.booked_references.find(reference)
    payments = [books.entries[number] for invoice in booked for number in books.entries_of_invoice.get(invoice, ())]
    return {
        "drafts": [document(books.drafts[number]) for number in books.draft_references.find(reference)],
        "booked": [document(books.booked[number]) for number in booked],
        "payments": [
            _entry(agreement, entry) for entry in payments if entry.kind == PAYMENT and entry.customer is not None
        ],
    }


def document(made: Document) -> Json:
    """One invoice or credit note, draft or booked."""
    return {
        "number": made.booked_number or made.draft_number,
        "draft_number": made.draft_number,
        "reference": made.reference,
        "customer": made.data["customer"],
        "recipient": made.data["recipient"]["name"],
        "date": made.data["date"],
        "due_date": made.data["dueDate"],
        "currency": made.data["currency"],
        "vat_zone": made.data["recipient"]["vatZone"],
        "payment_terms": made.data["paymentTerms"],
        "layout": made.data["layout"],
        "notes": made.data.get("notes", {}),
        "net": money(made.totals.net),
        "vat": money(made.totals.vat),
        "gross": money(made.totals.gross),
        "remainder": None if made.booked_number is None else money(made.remainder),
        "vat_by_rate": {
            money(rate): {"net": money(sums.net), "vat": money(sums.vat)} for rate, sums in made.totals.by_rate.items()
        },
        "lines": [_line(line) for line in made.lines],
    }


def _line(line: Line) -> Json:
    return {
        "product": line.data.get("product"),
        "description": line.data.get("description"),
        "quantity": str(line.data.get("quantity", "")) or None,
        "unit_net_price": str(line.data.get("unitNetPrice", "")) or None,
        "discount": str(line.data.get("discountPercentage", 0)),
        "net": money(line.net),
        "vat_rate": money(line.rate),
        "vat": money(divide(line.net * line.rate, PERCENT_SCALE)),
        "sales_account": line.sales_account,
    }


def _customer(customer: Customer) -> Json:
    return {
        "number": customer.number,
        "balance": money(customer.balance),
        **{key: str(value) if not isinstance(value, int | bool) else value for key, value in customer.data.items()},
    }


def _product(product: Product) -> Json:
    data = product.data
    return {
        "number": product.number,
        "name": data["name"],
        "group": data["productGroup"],
        "sales_price": str(data.get("salesPrice", "")) or None,
        "barred": bool(data.get("barred")),
        "in_stock": money(product.in_stock),
    }


def _draft_entry(entry: DraftEntry) -> Json:
    return {
        "number": entry.number,
        "journal": entry.journal,
        "type": entry.kind,
        "voucher": entry.voucher,
        "date": entry.day.isoformat(),
        "amount": money(entry.amount),
        "currency": entry.currency,
        "account": entry.account,
        "contra_account": entry.contra_account,
        "customer": entry.customer,
        "invoice": entry.invoice,
        "text": entry.text,
    }


def _entry(agreement: Agreement, entry: Entry) -> Json:
    invoice = agreement.books.booked.get(entry.invoice or 0)
    return {
        "number": entry.number,
        "type": entry.kind,
        "account": entry.account,
        "customer": entry.customer,
        "invoice": entry.invoice,
        "reference": invoice.reference if invoice else None,
        "amount": money(entry.amount),
        "base_amount": money(entry.base_amount),
        "remainder": None if entry.remainder is None else money(entry.remainder),
        "currency": entry.currency,
        "date": entry.day.isoformat(),
        "voucher": entry.voucher,
        "text": entry.text,
        "vat_code": entry.vat_code,
    }


def _account(account: Account) -> Json:
    return {
        "number": account.number,
        "name": account.name,
        "type": account.kind,
        "balance": money(account.balance),
        "barred": account.barred,
        "blocked": account.blocked,
    }
