"""Finding an invoice or a credit note, and whether a Timestamp is the newest one (fact sheet, sections 2 and 8)."""

from __future__ import annotations

from . import errors
from .call import Call
from .errors import Refusal
from .kinds import INVOICE, Kind
from .model import Invoice


def known(call: Call, guid: str, kind: Kind = INVOICE) -> Invoice | None:
    """One of that kind, deleted or not."""
    found = call.organization.books.invoices.get(guid)
    return found if found is not None and found.is_credit == kind.is_credit else None


def invoice(call: Call, guid: str, kind: Kind = INVOICE) -> Invoice:
    """One that is there. Raises Refusal 400: code 63 for none, 65 for a deleted one."""
    found = known(call, guid, kind)
    if found is None:
        raise errors.no_voucher()
    if found.deleted is not None:
        raise errors.deleted("voucher")
    return found


def check_timestamp(call: Call, found: Invoice, sent: str | None) -> None:
    """Raises Refusal (code 58) for a Timestamp that is not the newest; None passes."""
    if sent is not None and sent != found.timestamp:
        raise Refusal(call.switch("stale_status"), errors.STALE, "The timestamp is out of date.")


def check_draft(call: Call, found: Invoice) -> None:
    """Raises Refusal for a booked one: nothing about it can be changed."""
    if found.number is not None:
        raise Refusal(call.switch("booked_status"), call.switch("booked_code"), "The voucher is booked.")


def booked(call: Call, guid: str, kind: Kind = INVOICE) -> Invoice:
    """A booked one. Raises Refusal 400 (code 59) for a draft."""
    found = invoice(call, guid, kind)
    if found.number is None:
        raise Refusal(400, errors.NOT_BOOKED, "The voucher is not booked.")
    return found
