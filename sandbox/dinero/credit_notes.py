"""Credit notes: made, read, changed, booked and refunded as invoices are (fact sheet, section 6)."""

from __future__ import annotations

from functools import partial

from sandbox.wire import Reply

from . import invoices, payments, views
from .call import Call, Routes, reply
from .kinds import CREDIT_NOTE


def get(call: Call, guid: str) -> Reply:
    """One credit note as JSON; its PDF has an address of its own."""
    return reply(views.credit_note(call, invoices.shown(call, guid, CREDIT_NOTE)))


ROUTES: Routes = {
    ("POST", "v1/sales/creditnotes"): partial(invoices.create, kind=CREDIT_NOTE),
    ("POST", "v1/sales/creditnotes/fetch"): partial(invoices.fetch, kind=CREDIT_NOTE),
    ("GET", "v1/sales/creditnotes/{}"): get,
    ("GET", "v1/sales/creditnotes/{}/pdf"): partial(invoices.pdf, kind=CREDIT_NOTE),
    ("PUT", "v1.2/sales/creditnotes/{}"): partial(invoices.replace, kind=CREDIT_NOTE),
    ("DELETE", "v1/sales/creditnotes/{}"): partial(invoices.delete, kind=CREDIT_NOTE),
    ("POST", "v1/sales/creditnotes/{}/book"): partial(invoices.book, kind=CREDIT_NOTE),
    ("POST", "v1/sales/creditnotes/{}/payments"): partial(payments.create, kind=CREDIT_NOTE),
    ("GET", "v1/sales/creditnotes/{}/payments"): partial(payments.get, kind=CREDIT_NOTE),
    ("DELETE", "v1/sales/creditnotes/{}/payments/{}"): partial(payments.delete, kind=CREDIT_NOTE),
}
