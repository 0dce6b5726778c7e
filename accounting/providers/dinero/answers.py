"""What Dinero's invoices and credit notes amount to and are in, from rows whose fractions are Decimals. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from accounting.providers.dinero.fields import amount, guid_of, number_of, text
from connector.core.document import Figures
from connector.core.money import digits, rounded

JSON = dict[str, Any]

NO_NUMBER = 2**63 - 1
"""The number of a draft in a list (fact sheet, 5)."""


def is_booked(row: Mapping[str, Any]) -> bool:
    """Whether an invoice that was read singly is booked."""
    return text(row, "status") not in ("", "Draft")


def invoice_number(row: Mapping[str, Any]) -> str:
    """The number of a booked invoice; empty for a draft, which shows the next free one or a placeholder."""
    number = number_of(row, "number")
    return number if is_booked(row) and number and int(number) != NO_NUMBER else ""


def figures(row: Mapping[str, Any]) -> Figures | None:
    """What an invoice amounts to; None where the answer does not carry all of it."""
    gross, vat = amount(row.get("totalinclvat")), amount(row.get("totalvat"))
    currency, contact = text(row, "currency"), guid_of(row, "contactguid")
    if gross is None or vat is None or not currency or not contact:
        return None
    return Figures(gross, vat, currency, contact)


def facts(row: Mapping[str, Any], key: str, in_kroner: Decimal | None = None) -> JSON:
    """What is kept of an invoice: our key, its timestamp, its number once it is booked, what is known to be settled,
    and what one in another currency comes to in kroner, with the rate that says."""
    kept = {**_facts(row, key), **_rate(row, in_kroner)}
    is_paid = is_booked(row) and text(row, "paymentstatus") == "Paid"
    return kept | ({"remainder": "0.00"} if is_paid else {})


def credit_facts(row: Mapping[str, Any], key: str, in_kroner: Decimal | None = None) -> JSON:
    """What is kept of a credit note; what is open on it is always asked for."""
    return {**_facts(row, key), "credit": True, **_rate(row, in_kroner)}


def _facts(row: Mapping[str, Any], key: str) -> JSON:
    number = invoice_number(row)
    return {"key": key, "timestamp": text(row, "timestamp"), **({"number": number} if number else {})}


def _rate(row: Mapping[str, Any], in_kroner: Decimal | None) -> JSON:
    """Dinero tells no rate, only both totals: the price of 100 units follows from them, to two decimals."""
    gross = amount(row.get("totalinclvat"))
    if in_kroner is None or not gross:
        return {}
    rate, day = digits(rounded(abs(in_kroner * 100 / gross))), text(row, "date")
    return {"currency": text(row, "currency"), "in_dkk": str(abs(in_kroner)), "rate": rate, "rate_day": day}
