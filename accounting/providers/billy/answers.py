"""What Billy's invoices amount to and are in, from records whose fractions are Decimals. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from accounting.base import Receipt
from accounting.providers.billy.fields import amount, number, text
from accounting.providers.billy.payload import BASE_CURRENCY, CREDIT_NOTE, CREDIT_NOTE_ELSEWHERE, INVOICE
from connector.core.document import Figures
from connector.core.money import digits, rounded

JSON = dict[str, Any]

APPROVED = "approved"
CREDIT_NOTES = (CREDIT_NOTE, CREDIT_NOTE_ELSEWHERE)


def is_booked(row: Mapping[str, Any]) -> bool:
    """Whether an invoice is approved."""
    return text(row, "state") == APPROVED


def is_credit_note(row: Mapping[str, Any]) -> bool:
    """Whether an invoice is a credit note."""
    return text(row, "type") in CREDIT_NOTES


def is_of_another_kind(row: Mapping[str, Any], about: Mapping[str, Any]) -> bool:
    """Whether this is an invoice where `about` is of a credit note, or the other way round."""
    return text(row, "type") not in ("", *(CREDIT_NOTES if about.get("credit") else (INVOICE,)))


def is_under(row: Mapping[str, Any], about: Mapping[str, Any]) -> bool:
    """Whether an invoice, or a credit note where `about` is of one, carries our key: as its order number, or in its
    text where Billy keeps no order number. What somebody credits by hand takes both over from the invoice."""
    if is_of_another_kind(row, about):
        return False
    key, said = str(about["key"]), text(row, "contactMessage")
    return text(row, "orderNo") == key or bool(re.search(rf"(?:^|\s){re.escape(key)}(?:\s|$)", said))


def figures(row: Mapping[str, Any], about: Mapping[str, Any]) -> Figures | None:
    """What an invoice amounts to: `amount` is without VAT, whatever its lines hold (fact sheet, 6). None where the
    record does not carry all of it.

    With which sign Billy shows a credit note was never seen: it is told above zero. What is of another kind than it
    should be is told below zero, so that it is never taken for the document.
    """
    net, vat = amount(row.get("amount")), amount(row.get("tax"))
    currency, contact = text(row, "currencyId"), text(row, "contactId")
    if net is None or vat is None or not currency or not contact:
        return None
    is_below = is_credit_note(row) and net + vat < 0
    if is_below != is_of_another_kind(row, about):
        net, vat = -net, -vat
    return Figures(net + vat, vat, currency, contact)


def receipt(row: JSON, about: Mapping[str, Any]) -> Receipt:
    """An invoice as it stands; `about` holds our key, and whether it is a credit note."""
    return Receipt(text(row, "id"), final=is_booked(row), figures=figures(row, about), more=facts(row, about))


def facts(row: Mapping[str, Any], about: Mapping[str, Any]) -> JSON:
    """What is kept of an invoice: our key, whether it is a credit note, its number once it is approved, what is open on
    it, and the rate of another currency."""
    kept: JSON = {"key": about["key"], "credit": bool(about.get("credit"))}
    remainder = _balance(row)
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
    """What is open on an invoice or a credit note; None where the record does not say."""
    if row.get("isPaid") is True:
        return Decimal("0.00")
    return _balance(row)


def _balance(row: Mapping[str, Any]) -> Decimal | None:
    told = amount(row.get("balance"))
    return abs(told) if told is not None and is_credit_note(row) else told
