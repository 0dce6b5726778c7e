"""The signs of a credit note's amounts. Pure.

Dinero's own pages take them without a minus; what the API shows and takes is not documented (fact sheet, section 6). So
they are sent above zero first, and read whatever their sign.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from accounting.providers.dinero import answers
from accounting.providers.dinero.fields import amount
from accounting.writing import encode
from connector.core.document import Figures
from connector.core.money import total

AMOUNTS = ("Amount", "AmountInForeignCurrency")
"""What a payment amounts to (fact sheet, 5.1)."""


def mirrored(body: bytes) -> bytes:
    """The same credit note with its lines below zero."""
    note = json.loads(body, parse_float=Decimal)
    note["ProductLines"] = [{**line, "Quantity": -line["Quantity"]} for line in note["ProductLines"]]
    return encode(note)


def refunded(body: bytes, sign: int, timestamp: str) -> bytes:
    """The same refund with another sign (1 or -1) and Timestamp."""
    refund = json.loads(body, parse_float=Decimal)
    amounts = {name: sign * refund[name] for name in AMOUNTS if name in refund}
    return encode(refund | amounts | {"Timestamp": timestamp})


def together(refunds: Sequence[Mapping[str, Any]]) -> Decimal:
    """What some refunds come to, in that of their two currencies in which it is the lower number."""
    return min(total(refund[name] for refund in refunds) for name in AMOUNTS if name in refunds[0])


def credited(row: Mapping[str, Any]) -> Figures | None:
    """What a credit note amounts to, above zero; None where the answer does not carry all of it."""
    shown = answers.figures(row)
    if shown is None or shown.gross >= 0:
        return shown
    return replace(shown, gross=-shown.gross, vat=-shown.vat)


def still_open(paid: Mapping[str, Any]) -> Decimal | None:
    """What is open on a credit note, from the answer about its payments; None where that is not told. It is 0 where
    more than the whole was paid back, which RemainingAmount alone would not tell from less."""
    remaining = amount(paid.get("remainingamount"))
    moved, whole = amount(paid.get("paidamount")), amount(paid.get("invoicetotalincludingreminderexpenses"))
    if remaining is None:
        return None
    is_overpaid = moved is not None and whole is not None and abs(moved) > abs(whole)
    return Decimal("0.00") if is_overpaid else abs(remaining)
