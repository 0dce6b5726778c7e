"""Everything as Billy shows it: a record's properties, and what is worked out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from .call import Call
from .clock import moment
from .model import APPROVED, DRAFT, Invoice, Json, Line, Modifier, Payment
from .posting import due_day, shown_type
from .shapes import SHAPES


def record(call: Call, resource: str, kept: Json) -> Json:
    """A record of a table, without what has-many."""
    shown: Json = {"id": kept["id"]}
    for name, prop in SHAPES[resource].properties.items():
        if prop.kind != "has-many":
            shown[name] = value(kept.get(name))
    if resource == "taxRates":
        shown["rate"] = plain(Decimal(kept["rate"]).scaleb(-4))
    if "createdTime" in shown:
        shown["createdTime"] = moment(call.company.books.created[kept["id"]])
    return shown


def value(stored: Any) -> Any:
    """A stored value as JSON."""
    if isinstance(stored, Decimal):
        return plain(stored)
    return stored.isoformat() if isinstance(stored, date) else stored


def plain(number: Decimal) -> Decimal:
    """A number without zeros at the end, as a float is printed."""
    return number.normalize()


def kroner(amount: int) -> Decimal:
    """Øre as a number."""
    return plain(Decimal(amount).scaleb(-2))


def invoice(call: Call, found: Invoice) -> Json:
    """An invoice without its lines."""
    # Who pays is told the truth at once; who reads may be told later.
    lag = call.switch("paid_lag_seconds") if call.request.method == "GET" else 0
    balance = found.balance(call.now - lag if lag else None) * _shown_as(call, found, "credit_balance_sign")
    sign = _shown_as(call, found, "credit_amount_sign")
    shown: Json = {"id": found.id}
    for name, prop in SHAPES["invoices"].properties.items():
        if prop.kind != "has-many":
            shown[name] = value(found.data[name])
    due = due_day(found.data)
    path = f"invoice-{found.number}" if found.number else "draft-invoice"
    return shown | {
        "organizationId": call.company.id,
        "type": shown_type(call.company, found),
        "createdTime": moment(found.created),
        "approvedTime": moment(found.approved),
        "dueDate": due.isoformat() if due else None,
        "state": DRAFT if found.approved is None else APPROVED,
        "sentState": found.data["sentState"] or "unsent",
        "invoiceNo": found.number or found.data["invoiceNo"],
        "amount": kroner(sign * found.totals.net),
        "tax": kroner(sign * found.totals.tax),
        "exchangeRate": plain(found.rate),
        "balance": kroner(balance),
        "isPaid": found.approved is not None and balance == 0,
        "lineDescription": ", ".join(filter(None, (line.data["description"] for line in found.lines))),
        "downloadUrl": f"https://mit.billy.example/invoices/{found.secret}/{path}.pdf",
    }


def lines(call: Call, found: Invoice) -> list[Json]:
    """An invoice's lines."""
    taxes, sign = found.totals.line_taxes, _shown_as(call, found, "credit_amount_sign")
    return [_line(found, line, sign * line.amount, sign * tax) for line, tax in zip(found.lines, taxes, strict=True)]


def _shown_as(call: Call, found: Invoice, switch: str) -> int:
    """The sign of an invoice's figures: that of a credit note's was never seen."""
    return -1 if found.is_credit and call.switch(switch) == "negative" else 1


def _line(found: Invoice, line: Line, amount: int, tax: int) -> Json:
    names = ("productId", "description", "discountText", "discountMode", "discountValue", "unitPrice")
    return {
        "id": line.id,
        "invoiceId": found.id,
        **{name: value(line.data[name]) for name in names},
        "quantity": 1 if line.data["quantity"] is None else plain(line.data["quantity"]),
        "amount": kroner(amount),
        "tax": kroner(tax),
        "taxRateId": line.tax_rate,
        "priority": line.data["priority"] if line.data["priority"] is not None else found.lines.index(line),
    }


def payment(call: Call, found: Payment) -> Json:
    """A payment without its associations."""
    shown = {
        name: value(found.data[name])
        for name, prop in SHAPES["bankPayments"].properties.items()
        if prop.kind != "has-many"
    }
    more = {"createdTime": moment(found.created), "isVoided": found.voided, "organizationId": call.company.id}
    return {"id": found.id, **shown, **more}


def modifier(call: Call, found: Modifier) -> Json:
    """What a payment did to an invoice's balance."""
    return {
        "id": found.id,
        "modifierReference": found.by,
        "subjectReference": found.subject,
        "amount": kroner(found.amount),
        "entryDate": found.day.isoformat(),
        "realizedCurrencyDifference": kroner(found.difference),
        "isVoided": found.voided,
    }
