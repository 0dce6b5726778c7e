"""Lists of invoices and credit notes (fact sheet, sections 5 and 6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sandbox.wire import Reply

from . import filters, views
from .call import Call, Routes
from .errors import FORMAT, REQUEST, Refusal
from .listing import Listing, page
from .model import Invoice
from .posting import BOOKED, DRAFT, OVERDUE, OVERPAID, SETTLED, payment_status
from .rules import DAY

STATUSES = {status.lower(): status for status in (DRAFT, BOOKED, SETTLED, OVERPAID, OVERDUE)}
SORTS = {"vouchernumber": "Number", "voucherdate": "Date", "contactname": "ContactName", "totalinclvat": "TotalInclVat"}
DEFAULT_SORT = "VoucherNumber,VoucherDate"


def invoices(call: Call) -> Reply:
    """The invoices, newest number first."""
    return _list(call, views.INVOICES, {False})


def credit_notes(call: Call) -> Reply:
    """The credit notes, newest number first."""
    return _list(call, views.INVOICES, {True})


def sales(call: Call) -> Reply:
    """Both, each with its Type."""
    return _list(call, views.SALES, {False, True})


def _list(call: Call, listing: Listing, credit: set[bool]) -> Reply:
    everything = [one for one in call.organization.books.invoices.values() if one.is_credit in credit]
    status, days, text = _statuses(call), _days(call), call.query.get("freetextsearch", "").casefold()
    rows = [
        found
        for found in _by_reference(call, listing)
        if found.is_credit in credit and _is_in(found, days) and _has(call, found, text)
        if not status or payment_status(found, call.now) in status
    ]
    for name in reversed(call.query.get("sort", DEFAULT_SORT).split(",")):
        if name.strip().lower() not in SORTS:
            raise Refusal(400, REQUEST, f"Sorting by {name} is not possible.")
        column = listing.columns[SORTS[name.strip().lower()]]
        rows.sort(key=lambda found: column(call, found) or "", reverse=_is_descending(call))
    return page(call, listing, rows, without_filter=sum(found.deleted is None for found in everything))


def _by_reference(call: Call, listing: Listing) -> Iterable[Invoice]:
    """The vouchers that can pass the filter: looked up where it names an ExternalReference."""
    books = call.organization.books
    for clause in filters.parse(call.query.get("queryfilter", ""), listing.filterable):
        if clause.field == "ExternalReference" and not clause.contains:
            return books.with_reference(clause.wanted)
    return books.invoices.values()


def _is_in(found: Invoice, days: tuple[date, date] | None) -> bool:
    return days is None or found.number is None or days[0] <= found.data["Date"] <= days[1]


def _has(call: Call, found: Invoice, wanted: str) -> bool:
    if not wanted:
        return True
    texts = (views.contact_name(call, found), found.data["Description"], found.reference, str(found.number or ""))
    return any(wanted in (text or "").casefold() for text in texts)


def _statuses(call: Call) -> list[str]:
    asked = [part.strip().lower() for part in call.query.get("statusfilter", "").split(",") if part.strip()]
    if not STATUSES.keys() >= set(asked):
        raise Refusal(400, REQUEST, "statusFilter holds Draft, Booked, Paid, OverPaid, Overdue.")
    return [STATUSES[name] for name in asked]


def _days(call: Call) -> tuple[date, date] | None:
    """startDate and endDate: both or none; drafts are shown whatever they say."""
    start, end = call.query.get("startdate", ""), call.query.get("enddate", "")
    if not start and not end:
        return None
    try:
        if not (DAY.fullmatch(start) and DAY.fullmatch(end)):
            raise ValueError(start)
        return date.fromisoformat(start), date.fromisoformat(end)
    except ValueError:
        raise Refusal(400, FORMAT, "startDate and endDate are both needed, as YYYY-MM-DD.") from None


def _is_descending(call: Call) -> bool:
    order = call.query.get("sortorder", "descending").lower()
    if order not in ("ascending", "descending"):
        raise Refusal(400, REQUEST, "sortOrder is Ascending or Descending.")
    return order == "descending"


ROUTES: Routes = {
    ("GET", "v1/invoices"): invoices,
    ("GET", "v1/sales/creditnotes"): credit_notes,
    ("GET", "v1/sales"): sales,
}
