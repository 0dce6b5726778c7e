"""Why a call was refused, where the refusal itself says nothing or means several things: questions to the books."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from accounting.base import Call, Write
from accounting.providers.billy import calendar, fields
from accounting.providers.billy.lookup import Lookup
from connector.core.errors import Rejected, Stop

ON_LINES = frozenset({Write.DRAFT, Write.CORRECT})
UNCLEAR = frozenset({"unexpected", "choice-gone", "period-closed"})
"""Reasons that are looked into: which product it is, and whether the day is closed at all."""


def explained(lookup: Lookup, call: Call, refusal: Rejected) -> Stop:
    """The reason behind a refusal, as well as that can be told by a few questions; else the refusal itself."""
    if refusal.code not in UNCLEAR:
        return refusal
    order = {"order": str(call.about.get("order", ""))}
    found = _contact(lookup, call) or _product(lookup, call) or _account(lookup, call) or _day(lookup, call)
    return Rejected(found.code, **{**order, **found.facts}) if found else refusal


def _contact(lookup: Lookup, call: Call) -> Stop | None:
    if call.write is Write.PAYMENT or not call.about.get("customer"):
        return None
    if lookup.contact(call.about["customer"]) is not None:
        return None
    return Rejected("customer-gone", customer=str(call.about.get("buyer") or call.about["customer"]))


def _product(lookup: Lookup, call: Call) -> Stop | None:
    """A product that is gone or archived, or whose account is."""
    if call.write not in ON_LINES:
        return None
    names: Mapping[str, str] = call.about["products"]
    usable = _usable(lookup.products())
    gone = next((names[identity] or identity for identity in names if identity not in usable), "")
    return Rejected("choice-gone", field=str(call.about["sales"]), name=gone) if gone else None


def _account(lookup: Lookup, call: Call) -> Stop | None:
    """The account that a payment is put on."""
    if call.write is not Write.PAYMENT or call.about["account"] in _usable(lookup.accounts()):
        return None
    return Rejected("account-closed", account=str(call.about["account_name"]))


def _usable(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    return {fields.text(row, "id") for row in rows if row.get("isArchived") is not True}


def _day(lookup: Lookup, call: Call) -> Stop | None:
    day = date.fromisoformat(call.about["date"])
    opening = calendar.first_open_day(lookup.client, day)
    if opening == day:
        return None
    facts = {"period": day.isoformat()[:7], "date": day.isoformat(), "open": opening.isoformat()}
    return Rejected("period-closed", **facts)
