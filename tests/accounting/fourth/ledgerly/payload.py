"""How Ledgerly's requests say what the books should hold. Pure. The same document always gives the same bytes.

VAT is never sent: it follows from each item's group.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from accounting.writing import cut, whole
from connector.core.document import Customer, DocumentLine, InvoiceDocument
from connector.core.errors import NeedsSetup
from connector.core.order import PaymentKind

JSON = dict[str, Any]

BASE_CURRENCY = "DKK"
NAME, TEXT, ITEM_NUMBER = 200, 500, 60
DIGITS = 32
ACCOUNTS: Mapping[PaymentKind, str] = {PaymentKind.CARD: "account", PaymentKind.GIFT_CARD: "gift_card_account"}
"""How something was paid → the setting that says on which account it is registered."""


def ref(*parts: str) -> str:
    """Our own name of a record: the same thing always has the same one."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:DIGITS]


def customer(buyer: Customer, order: str) -> JSON:
    """PUT customers/:ref."""
    name = cut(buyer.party.title, NAME)
    if not name:
        raise NeedsSetup("fact-missing", fact="name", order=order)
    return {
        "name": name,
        "email": whole(buyer.party.email, NAME, "email", order),
        "company_number": whole(buyer.party.vat_number, NAME, "vat_number", order),
    }


def item(name: str, group: str) -> JSON:
    """PUT items/:number."""
    return {"name": cut(name, NAME), "group": group}


def invoice(document: InvoiceDocument, customer: str) -> JSON:
    """PUT invoices/:ref. Prices include VAT."""
    return {
        "reference": document.key,
        "customer": customer,
        "date": document.date.isoformat(),
        "currency": document.currency,
        "text": cut("\n".join(part for part in (document.heading, document.note) if part), TEXT),
        "lines": [_line(line) for line in document.lines],
    }


def _line(line: DocumentLine) -> JSON:
    text = cut(line.description, TEXT)
    return {"item": line.item, "text": text, "quantity": line.quantity, "price": line.unit_price}


def payment(document: InvoiceDocument, number: int, invoice: str) -> JSON:
    """PUT payments/:ref: `document.payments[number - 1]`."""
    paid = document.payments[number - 1]
    field = ACCOUNTS.get(paid.kind, "account")
    account = paid.account or document.choices.get(field, "")
    if not account:
        raise NeedsSetup("choice-missing", field=field, order=document.number)
    return {"invoice": invoice, "date": document.date.isoformat(), "amount": paid.amount, "account": account}
