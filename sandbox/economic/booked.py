"""/invoices/booked and the lists of paid and unpaid (fact sheet, 9.2 and 9.3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from sandbox.wire import Reply

from . import bodies, views, years
from .call import Call, Routes
from .draftcheck import barred_customer, barred_product
from .drafts import DOCUMENT_NUMBERS, DOCUMENT_TEXTS
from .errors import NOT_FOUND, PERIOD_BARRED, Invalid, Problem, Refusal, not_found
from .filters import Pins
from .ids import whole, wholes
from .listing import Collection, kept, legacy_list
from .model import Document
from .pdf import page
from .posting import book_document, next_number
from .validate import clean

TYPES: dict[str, str] = {
    "bookedInvoiceNumber": "number",
    **{name: "text" for name in DOCUMENT_TEXTS if name != "lastUpdated"},
    **dict.fromkeys(DOCUMENT_NUMBERS, "number"),
    "recipient.vatZone.vatZoneNumber": "number",
}
BOOKED = Collection("invoices/booked", TYPES)

NO_DAY = {
    years.MISSING: "Regnskabsåret findes ikke.",
    years.CLOSED: "Regnskabsåret er lukket.",
    years.BARRED: "Perioden er spærret.",
}
NO_DAY_ENGLISH = {
    years.MISSING: "The accounting year does not exist.",
    years.CLOSED: "The accounting year is closed.",
    years.BARRED: "The period is barred.",
}


def booked_at(call: Call, segment: str) -> Document:
    """The booked document of an address. Raises Refusal 404."""
    document = call.books.booked.get(whole(segment))
    if document is None:
        raise not_found()
    return document


def list_booked(call: Call) -> Reply:
    """GET /invoices/booked."""
    books = call.books

    def find(pins: Pins) -> list[Document] | None:
        if "references.other" in pins:
            return [books.booked[number] for number in books.booked_references.find(*pins["references.other"])]
        numbers = wholes(pins["bookedInvoiceNumber"]) if "bookedInvoiceNumber" in pins else None
        return None if numbers is None else [books.booked[number] for number in numbers if number in books.booked]

    return legacy_list(call, BOOKED, kept(call, books.booked, lambda row: views.booked(call, row), find))


def list_paid(call: Call) -> Reply:
    """GET /invoices/paid: remainder 0."""
    return _listed(call, "invoices/paid", lambda document: not document.remainder)


def list_unpaid(call: Call) -> Reply:
    """GET /invoices/unpaid."""
    return _listed(call, "invoices/unpaid", lambda document: bool(document.remainder))


def list_overdue(call: Call) -> Reply:
    """GET /invoices/overdue: unpaid and due before today."""
    today = _today(call)
    return _listed(call, "invoices/overdue", lambda it: bool(it.remainder) and it.data["dueDate"] < today)


def list_not_due(call: Call) -> Reply:
    """GET /invoices/not-due: unpaid and due today or later."""
    today = _today(call)
    return _listed(call, "invoices/not-due", lambda it: bool(it.remainder) and it.data["dueDate"] >= today)


def booked_of_customer(call: Call, segment: str) -> Reply:
    """GET /customers/{n}/invoices/booked."""
    path = f"customers/{segment}/invoices/booked"
    return _listed(call, path, lambda document: str(document.data["customer"]) == segment)


def get_booked(call: Call, segment: str) -> Reply:
    """GET /invoices/booked/{n}."""
    return call.reply(200, views.booked(call, booked_at(call, segment)))


def get_pdf(call: Call, segment: str) -> Reply:
    """GET /invoices/booked/{n}/pdf."""
    document = booked_at(call, segment)
    name = "Faktura" if document.totals.gross >= 0 else "Kreditnota"
    return Reply(200, page(f"{name} {document.booked_number}"), {"content-type": "application/pdf"})


def post_booked(call: Call) -> Reply:
    """POST /invoices/booked: books a draft, 201 with the booked document; there is no way back."""
    data = clean(bodies.SEND_BY[call.switch("send_by")], call.body())
    return _book(call, data["draftInvoice"], data.get("bookWithNumber"))


def put_booked(call: Call, segment: str) -> Reply:
    """PUT /invoices/booked/{n}: books a draft under that number."""
    if whole(segment) < 1:
        raise not_found()
    data = clean(bodies.SEND_BY[call.switch("send_by")], call.body())
    return _book(call, data["draftInvoice"], int(segment))


def get_invoices(call: Call) -> Reply:
    """GET /invoices: links."""
    names = {"drafts": "drafts", "booked": "booked", "paid": "paid", "unpaid": "unpaid"}
    names |= {"overdue": "overdue", "notDue": "not-due", "sent": "sent", "totals": "totals"}
    links = {name: call.at(f"invoices/{path}") for name, path in names.items()}
    return call.reply(200, links | {"self": call.at("invoices")})


def period_text(call: Call, obstacle: str) -> str:
    """Why a day cannot be booked on, in the agreement's language (6.2)."""
    return (NO_DAY if call.agreement.language == "da" else NO_DAY_ENGLISH)[obstacle]


def _book(call: Call, draft_number: int, wanted: int | None) -> Reply:
    draft = call.books.drafts.get(draft_number)
    if draft is None:
        raise _no_draft(call, draft_number)
    _check(call, draft)
    if wanted is not None and wanted in call.books.booked:
        raise _taken(call, wanted)
    if wanted is None:
        number = next_number(call.books, draft, own_series=call.switch("credit_note_series") == "own")
    else:
        number = call.books.booked_numbers.take(wanted)
    book_document(call.books, draft, number, call.now, settles_at_once=call.switch("paid_in_cash_settles"))
    view = views.booked(call, draft)
    return call.reply(201, view, location=view["self"])


def _no_draft(call: Call, number: int) -> Exception:
    """Gone, booked already or never there: 404 or 400, nobody has seen which (19.9)."""
    if call.switch("unknown_draft") == 404:
        return not_found()
    path = ("draftInvoice", "draftInvoiceNumber")
    return Invalid([Problem(path, f"DraftInvoice '{number}' not found.", NOT_FOUND, number)])


def _taken(call: Call, number: int) -> Exception:
    message = f"Invoice number {number} is already used."
    if call.switch("taken_number") == "plain":
        return Refusal(400, message)
    return Invalid([Problem(("bookWithNumber",), message, None, number)])


def _check(call: Call, draft: Document) -> None:
    """What can stop a booking. Raises Invalid or Refusal."""
    obstacle = call.books.master.calendar.obstacle(date.fromisoformat(draft.data["date"]))
    if obstacle and call.switch("closed_period") == "plain":
        raise Refusal(400, period_text(call, obstacle))
    problems = []
    if obstacle:
        problems.append(Problem(("date",), period_text(call, obstacle), PERIOD_BARRED, draft.data["date"]))
    customer = call.books.customers[draft.data["customer"]]
    if customer.data.get("barred"):
        problems.append(barred_customer(customer.number))
    for index, line in enumerate(draft.lines):
        product = call.books.products.get(line.data.get("product", ""))
        if product is not None and product.data.get("barred"):
            problems.append(barred_product(("lines", index), product.number))
    if not draft.totals.gross and call.switch("zero_total") == "refuse":
        problems.append(Problem(("grossAmount",), "A document with a total of zero cannot be booked.", None, 0))
    if problems:
        raise Invalid(problems)


def _listed(call: Call, path: str, belongs: Callable[[Document], bool]) -> Reply:
    """The booked documents that belong to a narrower list."""
    wanted = {number: document for number, document in call.books.booked.items() if belongs(document)}
    return legacy_list(call, Collection(path, TYPES), kept(call, wanted, lambda row: views.booked(call, row)))


def _today(call: Call) -> str:
    return datetime.fromtimestamp(call.now, UTC).date().isoformat()


ROUTES: Routes = {
    ("GET", "invoices"): get_invoices,
    ("GET", "invoices/booked"): list_booked,
    ("POST", "invoices/booked"): post_booked,
    ("GET", "invoices/booked/{}"): get_booked,
    ("PUT", "invoices/booked/{}"): put_booked,
    ("GET", "invoices/booked/{}/pdf"): get_pdf,
    ("GET", "invoices/paid"): list_paid,
    ("GET", "invoices/unpaid"): list_unpaid,
    ("GET", "invoices/overdue"): list_overdue,
    ("GET", "invoices/not-due"): list_not_due,
    ("GET", "customers/{}/invoices/booked"): booked_of_customer,
}
