"""Invoices and credit notes: draft, read, change, delete, approve (fact sheet, section 6)."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from sandbox.wire import Reply

from . import checking, including, listing, posting, views
from .call import Call, Routes, refuse_method
from .errors import invalid, not_found
from .model import APPROVED, Invoice, Json


def create(call: Call) -> Reply:
    """A new draft, or an approved invoice at once."""
    sent = call.record("invoices")
    data = checking.header(call, sent | {"type": checking.kind(call, sent)})
    checking.credited(call, data)
    rows, state = data.pop("lines"), data.pop("state")
    checking.lines(call, rows)
    made = Invoice(call.company.books.new_id(), call.now, secrets.token_hex(16), data | {"state": None})
    posting.price(call.company, made, rows)
    checking.total(call, made)
    if state == APPROVED:
        checking.approval(call, made)
    call.company.books.put_invoice(made)
    changed = posting.approve(call.company, made, call.now) if state == APPROVED else [made]
    return _written(call, changed, {"invoiceLines": views.lines(call, made)}, {})


def update(call: Call, id_: str) -> Reply:
    """Change a draft, its lines as a whole, or approve it."""
    found = find(call, id_)
    changes = call.record("invoices", id_, found.data)
    if found.approved is not None:
        found.data |= checking.approved(call, found, changes) | {"state": None}
        return _written(call, [found], {}, {})
    rows, state = changes.pop("lines", None), changes.pop("state", None)
    changed = Invoice(id_, found.created, found.secret, checking.header(call, found.data | changes), found.lines)
    if rows is not None:
        checking.lines(call, rows)
    posting.price(call.company, changed, [line.data for line in found.lines] if rows is None else rows)
    checking.total(call, changed)
    if state == APPROVED:
        checking.approval(call, changed)
    call.company.books.put_invoice(changed)
    all_changed = posting.approve(call.company, changed, call.now) if state == APPROVED else [changed]
    if rows is None:
        return _written(call, all_changed, {}, {})
    deleted = {"invoiceLines": [line.id for line in found.lines]}
    return _written(call, all_changed, {"invoiceLines": views.lines(call, changed)}, deleted)


def _written(call: Call, changed: list[Invoice], rows: dict[str, list[Json]], deleted: dict[str, list[str]]) -> Reply:
    shown = [views.invoice(call, invoice) for invoice in changed]
    return call.written("invoices", {"invoices": shown, **rows}, deleted)


def find(call: Call, id_: str) -> Invoice:
    """An invoice. Raises Refusal 404."""
    found = call.company.books.invoices.get(id_)
    if found is None:
        raise not_found("invoice", id_)
    return found


def get(call: Call, id_: str) -> Reply:
    """One invoice, without its lines unless they are included."""
    shown = views.invoice(call, find(call, id_))
    beside = including.include(call, "invoices", [shown])
    return call.answer({"invoice": shown, **beside})


def every(call: Call) -> Reply:
    """The invoices."""
    found = (invoice for invoice in _candidates(call) if listing.recent(call, invoice.created))
    return listing.page(call, "invoices", (views.invoice(call, invoice) for invoice in found))


def _candidates(call: Call) -> Iterable[Invoice]:
    """The invoices that can pass the filter: looked up where it names a contact."""
    books = call.company.books
    if listing.works(call, "invoices", "contactId"):
        return [books.invoices[id_] for id_ in books.by_contact.get(call.query["contactId"], ())]
    return books.invoices.values()


def delete(call: Call, id_: str) -> Reply:
    """Delete a draft; what is not there counts as deleted."""
    found = call.company.books.invoices.get(id_)
    if found is not None and found.approved is not None:
        if call.switch("delete_approved") == "refuse":
            raise invalid("invoice", state="An approved invoice cannot be deleted.")
        found = None
    deleted = {"invoices": [id_]}
    if found is not None:
        call.company.books.forget_invoice(id_)
        deleted["invoiceLines"] = [line.id for line in found.lines]
    return call.answer({"meta": {"deletedRecords": deleted}})


def all_lines(call: Call) -> Reply:
    """The lines of one invoice, or of all when the filter does not work."""
    books = call.company.books
    if listing.works(call, "invoiceLines", "invoiceId"):
        found = [books.invoices[id_] for id_ in (call.query["invoiceId"],) if id_ in books.invoices]
    else:
        found = list(books.invoices.values())
    rows = (row for invoice in found if listing.recent(call, invoice.created) for row in views.lines(call, invoice))
    return listing.page(call, "invoiceLines", rows)


def one_line(call: Call, id_: str) -> Reply:
    """One line."""
    invoice = call.company.books.invoices.get(call.company.books.line_of.get(id_, ""))
    rows = views.lines(call, invoice) if invoice else []
    for row in rows:
        if row["id"] == id_:
            return call.answer({"invoiceLine": row})
    raise not_found("invoiceLine", id_)


ROUTES: Routes = {
    ("POST", "invoices"): create,
    ("GET", "invoices"): every,
    ("GET", "invoices/{}"): get,
    ("PUT", "invoices/{}"): update,
    ("DELETE", "invoices/{}"): delete,
    ("GET", "invoiceLines"): all_lines,
    ("GET", "invoiceLines/{}"): one_line,
    ("POST", "invoiceLines"): refuse_method,
}
