"""Why a call was refused, where the refusal itself says nothing or means several things: questions to the books."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from accounting.base import Call, Write
from accounting.providers.dinero import calendar, fields
from accounting.providers.dinero.lookup import Lookup
from connector.core.errors import NeedsSetup, Rejected, Stop

ON_LINES = frozenset({Write.DRAFT, Write.CORRECT})


def explained(lookup: Lookup, call: Call, refusal: Rejected) -> Stop:
    """The reason behind a refusal, as well as that can be told by three questions; else the refusal itself."""
    if refusal.code != "unexpected" or call.write is Write.CUSTOMER:
        return refusal
    order = {"order": str(call.about.get("order", ""))}
    found = _contact(lookup, call) or _account(lookup, call) or _year(lookup, call)
    return Rejected(found.code, **{**order, **found.facts}) if found else refusal


def _contact(lookup: Lookup, call: Call) -> Stop | None:
    if call.write is Write.PAYMENT or not call.about.get("customer"):
        return None
    if lookup.contact(call.about["customer"]) is not None:
        return None
    return Rejected("customer-gone", customer=str(call.about.get("buyer") or call.about["customer"]))


def _account(lookup: Lookup, call: Call) -> Stop | None:
    """An account that is gone or hidden: one that lines are sold on, or the one that a payment is put on."""
    if call.write in ON_LINES:
        gone = _gone(call.about["accounts"], lookup.entry_accounts())
        return Rejected("choice-gone", field=str(call.about["sales"]), name=gone) if gone else None
    if call.write is Write.PAYMENT:
        gone = _gone([call.about["account"]], lookup.deposit_accounts())
        return Rejected("account-closed", account=gone) if gone else None
    return None


def _gone(wanted: Collection[str], rows: list[dict[str, Any]]) -> str:
    usable = {fields.number_of(row, "accountnumber") for row in rows if row.get("ishidden") is not True}
    return next((number for number in wanted if number not in usable), "")


def _year(lookup: Lookup, call: Call) -> Stop | None:
    if call.write in ON_LINES:
        return None
    try:
        calendar.first_open_day(lookup.client, date.fromisoformat(call.about["date"]))
    except NeedsSetup as error:
        return error
    return None
