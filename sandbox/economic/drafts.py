"""/invoices/drafts (fact sheet, 9.1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.wire import Reply

from . import bodies, totals, views
from .call import Call, Routes
from .draftcheck import check
from .errors import gone, not_found
from .filters import Pins
from .ids import whole
from .listing import Collection, fixed, kept, legacy_list
from .model import Document, Line
from .pdf import page
from .totals import LineAmounts
from .validate import clean
from .wirejson import Json, hundredths, shifted

PARTY = ("name", "address", "zip", "city", "country", "ean", "publicEntryNumber")
PLACE = ("address", "zip", "city", "country", "deliveryTerms", "deliveryDate")
DOCUMENT_TEXTS = (
    "date",
    "currency",
    "lastUpdated",
    *(f"recipient.{name}" for name in PARTY),
    *(f"delivery.{name}" for name in PLACE),
    *(f"notes.{name}" for name in ("heading", "textLine1", "textLine2")),
    "references.other",
)
DOCUMENT_NUMBERS = (
    "exchangeRate",
    "paymentTerms.paymentTermsNumber",
    "customer.customerNumber",
    "references.salesPerson.employeeNumber",
    "references.vendorReference.employeeNumber",
)

DRAFTS = Collection(
    "invoices/drafts",
    {
        "draftInvoiceNumber": "number",
        **dict.fromkeys(DOCUMENT_TEXTS, "text"),
        **dict.fromkeys(DOCUMENT_NUMBERS, "number"),
        "soap.currentInvoiceHandle.id": "number",
    },
    writable=True,
)


def draft_at(call: Call, segment: str) -> Document:
    """The draft of an address. Raises Refusal 404."""
    draft = call.books.drafts.get(whole(segment))
    if draft is None:
        raise not_found()
    return draft


def list_drafts(call: Call) -> Reply:
    """GET /invoices/drafts."""
    books = call.books

    def find(pins: Pins) -> list[Document] | None:
        if "references.other" not in pins:
            return None
        return [books.drafts[number] for number in books.draft_references.find(*pins["references.other"])]

    return legacy_list(call, DRAFTS, kept(call, books.drafts, lambda row: views.draft(call, row), find))


def drafts_of_customer(call: Call, segment: str) -> Reply:
    """GET /customers/{n}/invoices/drafts."""
    rows = [draft for draft in call.books.drafts.values() if str(draft.data["customer"]) == segment]
    collection = Collection(f"customers/{segment}/invoices/drafts", DRAFTS.types)
    return legacy_list(call, collection, fixed(rows, lambda row: views.draft(call, row)))


def get_draft(call: Call, segment: str) -> Reply:
    """GET /invoices/drafts/{n}."""
    return call.reply(200, views.draft(call, draft_at(call, segment)))


def post_draft(call: Call) -> Reply:
    """POST /invoices/drafts: 201, the whole draft with its totals, and its address."""
    draft = build(call, call.body())
    draft.draft_number = call.books.draft_numbers.take()
    return _created(call, draft)


def put_draft(call: Call, segment: str) -> Reply:
    """PUT /invoices/drafts/{n}: replaces everything, lines as well; an unused number makes a new draft (4.4)."""
    if not 1 <= whole(segment) <= bodies.LARGEST_ID:
        raise not_found()
    draft = build(call, call.body())
    draft.draft_number = int(segment)
    old = call.books.drafts.get(draft.draft_number)
    if old is None:
        call.books.draft_numbers.take(draft.draft_number)
        return _created(call, draft)
    draft.created = old.created
    call.books.put_draft(draft)
    return call.reply(200, views.draft(call, draft))


def post_lines(call: Call, segment: str) -> Reply:
    """POST /invoices/drafts/{n}/lines: appends."""
    draft = draft_at(call, segment)
    added = clean(bodies.DRAFT_LINES, call.body())["lines"]
    data = draft.data | {"lines": [*(line.data for line in draft.lines), *added]}
    check(call, data, data)
    fill(call, draft, data)
    draft.touch(call.now)
    return call.reply(201, views.draft(call, draft), location=call.at(f"invoices/drafts/{segment}/lines"))


def delete_draft(call: Call, segment: str) -> Reply:
    """DELETE /invoices/drafts/{n}: 200 with a body, unlike every other DELETE (4.4)."""
    if whole(segment) not in call.books.drafts:
        raise gone("DraftInvoice")
    return _deleted(call, [call.books.drop_draft(int(segment))])


def delete_all_drafts(call: Call) -> Reply:
    """DELETE /invoices/drafts: removes every draft there is, as the real one does (4.4)."""
    return _deleted(call, [call.books.drop_draft(number) for number in sorted(call.books.drafts)])


def get_pdf(call: Call, segment: str) -> Reply:
    """GET /invoices/drafts/{n}/pdf."""
    draft = draft_at(call, segment)
    return Reply(200, page(f"Kladde {draft.draft_number}"), {"content-type": "application/pdf"})


def booking_instructions(call: Call, segment: str) -> Reply:
    """GET /invoices/drafts/{n}/templates/booking-instructions: a body that books the draft."""
    draft = draft_at(call, segment)
    link = views.link(call, "invoices/drafts", "draftInvoiceNumber", draft.draft_number)
    here = call.at(f"invoices/drafts/{segment}/templates/booking-instructions")
    return call.reply(200, {"draftInvoice": link, "self": here})


def build(call: Call, body: Any) -> Document:
    """A draft from a request body, added up but not yet kept. Raises Invalid."""
    data = clean(bodies.DRAFT, body)
    check(call, data, body)
    draft = Document(call.now, call.now)
    fill(call, draft, data)
    return draft


def fill(call: Call, draft: Document, data: Json) -> None:
    """Put checked data into a draft: dates as text, due date, exchange rate, lines and totals."""
    master = call.books.master
    lines = data.pop("lines", [])
    day = _day(data["date"])
    wanted = _day(data["dueDate"]) if "dueDate" in data else None
    due = views.due_date(master.terms[data["paymentTerms"]], day, wanted)
    currency = data["currency"].upper()
    draft.data = _dates_as_text(data) | {"dueDate": due.isoformat(), "currency": currency}
    rate = data.get("exchangeRate")
    draft.exchange_rate = shifted(rate, 6) if rate else master.currencies[currency].rate
    rates = [_rated(call, line, draft.data["recipient"]["vatZone"]) for line in lines]
    draft.totals = totals.document(
        [_amounts(line.data, line.rate) for line in rates],
        rounding_level=call.switch("rounding_level"),
        rounding_mode=call.switch("rounding_mode"),
    )
    nets = draft.totals.line_nets
    draft.lines = tuple(
        Line({"lineNumber": index, "sortKey": index, **line.data}, line.rate, line.sales_account, line.vat_code, net)
        for index, (line, net) in enumerate(zip(rates, nets, strict=True), 1)
    )


def _rated(call: Call, data: Json, zone: int) -> Line:
    """Product's group × the invoice's zone → sales account → VAT code → rate (8.4)."""
    data = _dates_as_text(data)
    if "product" not in data:
        return Line(data)
    master = call.books.master
    group = master.product_groups[call.books.products[data["product"]].data["productGroup"]]
    account = master.accounts[group.sales_accounts[zone]]
    rate = master.vat_codes[account.vat_code].rate if account.vat_code else 0
    return Line(data, rate, account.number, account.vat_code)


def _amounts(data: Json, rate: int) -> LineAmounts:
    nothing = Decimal(0)
    return LineAmounts(
        hundredths(data.get("quantity", nothing)),
        hundredths(data.get("unitNetPrice", nothing)),
        hundredths(data.get("discountPercentage", nothing)),
        rate,
    )


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _dates_as_text(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _dates_as_text(value) for key, value in node.items()}
    return node.isoformat() if isinstance(node, date) else node


def _created(call: Call, draft: Document) -> Reply:
    call.books.put_draft(draft)
    view = views.draft(call, draft)
    return call.reply(201, view, location=view["self"])


def _deleted(call: Call, drafts: list[Document]) -> Reply:
    items = [views.link(call, "invoices/drafts", "draftInvoiceNumber", draft.draft_number) for draft in drafts]
    message = f"Deleted {len(items)} invoice{'s' if len(items) != 1 else ''}."
    return call.reply(200, {"message": message, "deletedCount": len(items), "deletedItems": items})


ROUTES: Routes = {
    ("GET", "invoices/drafts"): list_drafts,
    ("POST", "invoices/drafts"): post_draft,
    ("DELETE", "invoices/drafts"): delete_all_drafts,
    ("GET", "invoices/drafts/{}"): get_draft,
    ("PUT", "invoices/drafts/{}"): put_draft,
    ("DELETE", "invoices/drafts/{}"): delete_draft,
    ("POST", "invoices/drafts/{}/lines"): post_lines,
    ("GET", "invoices/drafts/{}/pdf"): get_pdf,
    ("GET", "invoices/drafts/{}/templates/booking-instructions"): booking_instructions,
    ("GET", "customers/{}/invoices/drafts"): drafts_of_customer,
}
