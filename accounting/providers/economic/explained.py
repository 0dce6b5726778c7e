"""Why a call was refused, where the refusal itself carries no code or one that means several things: questions to the
books."""

from __future__ import annotations

from datetime import date

from accounting.base import Call, Finding, Write
from accounting.providers.economic.calendar import obstacle
from accounting.providers.economic.client import JOURNALS, Client
from connector.core.errors import NeedsSetup, Rejected, Stop


def explained(client: Client, call: Call, refusal: Rejected) -> Stop:
    """The reason behind a refusal, as well as that can be told by three questions; else the refusal itself."""
    # An item that is made for no order has no date whose period could be closed.
    if refusal.code not in ("unexpected", "period-closed") or "date" not in call.about:
        return refusal
    order = {"order": str(call.about.get("order", ""))}
    if call.write is Write.BOOK and client.one(f"/invoices/drafts/{call.about['draft']}") is None:
        return Rejected("draft-deleted", **order)
    entry = f"{JOURNALS}/draft-entries/{call.about.get('entry')}"
    if call.write is Write.PAYMENT_BOOK and client.one(entry, "openapi") is None:
        return Rejected("settlement-stopped", **order)
    finding = _closed(client, call) or _barred(client, call)
    return Rejected(finding.code, **order, **finding.facts) if finding else refusal


def _closed(client: Client, call: Call) -> Finding | None:
    try:
        return obstacle(client, date.fromisoformat(call.about["date"]))
    except NeedsSetup:
        # The right to read the years may be missing where the right to invoice is not.
        return None


def _barred(client: Client, call: Call) -> Finding | None:
    number = call.about.get("customer")
    row = client.one(f"/customers/{int(number)}") if number else None
    return Finding("customer-barred", {"customer": number}) if number and row and row.get("barred") else None
