"""What e-conomic's answers say: figures, numbers and marks, from JSON whose fractions are Decimals. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connector.core.document import Figures
from connector.core.money import rounded


def amount(value: Any) -> Decimal | None:
    """A number of an answer; None for anything else."""
    if isinstance(value, Decimal):
        return value
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else None


def number_of(row: Any, *path: str) -> str | None:
    """The number at a path of an answer as text; None when it is not there."""
    for step in path:
        row = row.get(step) if isinstance(row, Mapping) else None
    return str(row) if isinstance(row, int | str) and str(row) else None


def figures(row: Mapping[str, Any], *, is_credit: bool = False) -> Figures | None:
    """What a draft or booked invoice amounts to; None where the answer does not carry all of it. A credit note, which
    is below zero there, amounts to what it credits."""
    gross, vat, currency = amount(row.get("grossAmount")), amount(row.get("vatAmount")), row.get("currency")
    buyer = number_of(row, "customer", "customerNumber")
    zone = number_of(row, "recipient", "vatZone", "vatZoneNumber")
    if gross is None or vat is None or not isinstance(currency, str) or buyer is None or zone is None:
        return None
    if is_credit:
        gross, vat = -gross, -vat
    # Drafts print VAT with six decimals (2.500000, recorded).
    return Figures(gross, rounded(vat), currency, buyer, zone)


def day_rate(row: Mapping[str, Any], about: Mapping[str, Any]) -> dict[str, str]:
    """Currency, rate and day of an invoice: the server takes the day's rate, the price of 100 units in the base
    currency, where no `exchangeRate` was sent. A rate that was sent is of the day that `about` says. Empty where the
    answer does not tell."""
    rate, currency, day = amount(row.get("exchangeRate")), row.get("currency"), row.get("date")
    if rate is None or not isinstance(currency, str) or not isinstance(day, str):
        return {}
    shown = f"{rate.normalize():f}"
    return {"currency": currency, "rate": shown, "rate_day": about["rate_day"] if shown == about.get("rate") else day}


def reference(row: Mapping[str, Any]) -> str:
    """The document key that an invoice carries; empty when it has none of ours or the list left it out."""
    other = (row.get("references") or {}).get("other")
    return other if isinstance(other, str) else ""


def is_of(row: Mapping[str, Any], mark: str) -> bool:
    """Whether an entry's text ends with our mark."""
    return str(row.get("text") or "").split()[-1:] == [mark]
