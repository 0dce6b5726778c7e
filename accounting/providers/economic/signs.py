"""The sign of a customer payment's amount, seen from what it does to the posting account. Pure.

The schema says that minus credits the customer, so money received is negative; one third party sends it positive, and
nobody has seen it on the wire (fact sheet, 11.2 and 19.6). An entry in a journal moves its contra account's
draftBalance (fact sheet, 8.2) before it is booked: money received must debit it, money sent back must credit it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from accounting.base import Verdict

JSON = dict[str, Any]

NEGATIVE, POSITIVE = "negative", "positive"
RECEIVED = {NEGATIVE: -1, POSITIVE: 1}
"""The sign of money received, by its name."""


def verdict(about: JSON, under: str, after: Decimal | None, base_currency: str) -> Verdict:
    """What an entry of the sign `under` showed. `about` is its call's, with the draft balance `before` it; `after` the
    balance with it, in base currency. Of a payment in another currency, whose rate is theirs, only the direction is
    known. The sign is that of money received also where a refund showed it: its amount and its effect are both turned.
    """
    before = about.get("before")
    if before is None or after is None:
        return Verdict()
    moved, paid = after - Decimal(before), abs(Decimal(about["amount"]))
    if about.get("credit"):
        moved = -moved
    if about.get("currency") != base_currency and moved:
        paid = abs(moved)
    facts = {name: str(about[name]) for name in ("account", "invoice", "amount")}
    evidence = {**facts, "before": str(before), "after": str(after)}
    if moved == paid:
        return Verdict(under, evidence)
    return Verdict(_other(under) if moved == -paid else "", evidence)


def _other(sign: str) -> str:
    return POSITIVE if sign == NEGATIVE else NEGATIVE
