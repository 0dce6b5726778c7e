"""What Billy's invoices amount to and are in, from records whose fractions are Decimals. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from accounting.base import Receipt
from accounting.providers.billy.fields import amount, number, text
from accounting.providers.billy.payload import BASE_CURRENCY
from connector.core.document import Figures
from connector.core.money import digits, rounded

JSON = dict[str, Any]

APPROVED = "approved"


def is_booked(row: Mapping[str, Any]) -> bool:
    """Whether an invoice is approved."""
    return text(row, "state") == APPROVED


def is_under(row: Mapping[str, Any], key: str) -> bool:
    """Whether an invoice carries our key: as its order number, or in its text where Billy keeps no order number."""
    if text(row, "type") not in ("", "invoice"):
        return False
    said = text(row, "contactMessage")
    return text(row, "orderNo") == key or bool(re.search(rf"(?:^|\s){re.escape(key)}(?:\s|$)", said))


def figures(row: Mapping[str, Any]) -> Figures | None:
    """What an invoice amounts to: `amount` is without VAT, whatever its lines hold (fact sheet, 6). None where the
    record does not carry all of it."""
    net, vat = amount(row.get("amount")), amount(row.get("tax"))
    currency, contact = text(row, "currencyId"), text(row, "contactId")
    if net is None or vat is None or not currency or not contact:
        return None
    return Figures(net + vat, vat, currency, contact)


def receipt(row: JSON, key: str) -> Receipt:
    """An invoice as it stands."""
    return Receipt(text(row, "id"), final=is_booked(row), figures=figures(row), more=facts(row, key))


def facts(row: Mapping[str, Any], key: str) -> JSON:
    """What is kept of an invoice: our key, its number once it is approved, what is open on it, and the rate of another
    currency."""
    kept: JSON = {"key": key}
    remainder = amount(row.get("balance"))
    if is_booked(row):
        kept["number"] = text(row, "invoiceNo")
        if remainder is not None:
            kept["remainder"] = str(remainder)
    return {name: value for name, value in kept.items() if value} | _rate(row)


def _rate(row: Mapping[str, Any]) -> JSON:
    """The price of 100 units in kroner, to the digits that Billy tells."""
    rate, currency = number(row.get("exchangeRate")), text(row, "currencyId")
    if not rate or currency == BASE_CURRENCY:
        return {}
    shown = digits(rounded(rate * 100))
    return {"currency": currency, "exchange": format(rate, "f"), "rate": shown, "rate_day": text(row, "entryDate")}


def open_amount(row: Mapping[str, Any]) -> Decimal | None:
    """What is open on an invoice; None where the record does not say."""
    if row.get("isPaid") is True:
        return Decimal("0.00")
    return amount(row.get("balance"))
