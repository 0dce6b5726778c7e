"""Lists: which rows, in which order, which page of them (fact sheet, section 2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from sandbox.wire import Reply

from . import including
from .call import Call
from .errors import NOT_FOUND, Refusal
from .model import APPROVED, DRAFT, Json
from .switches import FILTERS, WORKS

MOST_ROWS = 1000
STATES = (DRAFT, APPROVED, "voided")
SORTED_BY = ("name", "createdTime", "entryDate", "approvedTime", "dueDate", "invoiceNo", "amount", "balance", "orderNo")

Matches = Callable[[Call, Json, str], bool]


def works(call: Call, resource: str, name: str) -> bool:
    """Whether a list filter was sent and is not ignored."""
    if name not in call.query or name not in FILTERS.get(resource, {}):
        return False
    return bool(call.switch(f"filter_{resource}_{name}") == WORKS)


def page(call: Call, resource: str, rows: Iterable[Json]) -> Reply:
    """One page of rows, filtered and sorted; unknown parameters are ignored. Raises Refusal for a strange state."""
    filters = _filters(call, resource)
    kept = [row for row in rows if all(match(call, row) for match in filters)]
    if call.switch("list_order") == "newest":
        kept.reverse()
    by = call.query.get("sortProperty", "")
    if by in SORTED_BY:
        kept.sort(key=lambda row: _sortable(row.get(by)), reverse=call.query.get("sortDirection") == "DESC")
    size = min(_whole(call, "pageSize", MOST_ROWS), MOST_ROWS)
    number, last = _whole(call, "page", 1), max(1, -(-len(kept) // size))
    here = kept[(number - 1) * size : number * size]
    beside = including.include(call, resource, here)
    paging = {"page": number, "pageCount": last, "pageSize": size, "total": len(kept)}
    if last > 1:
        paging |= _links(call, resource, number, last)
    return call.answer({"meta": {"paging": paging}, resource: here, **beside})


def recent(call: Call, made: float) -> bool:
    """Whether a list has come as far as what was made then."""
    return bool(made <= call.now - call.switch("list_lag_seconds"))


def _filters(call: Call, resource: str) -> list[Callable[[Call, Json], bool]]:
    if works(call, resource, "state") and call.query["state"] not in STATES:
        raise Refusal(call.switch("nonsense_filter"), NOT_FOUND, "The state does not exist.")
    names = [name for name in call.query if works(call, resource, name)]
    return [_filter(name, call.query[name]) for name in names]


def _filter(name: str, wanted: str) -> Callable[[Call, Json], bool]:
    special = SPECIAL.get(name)
    if special is not None:
        return lambda call, row: special(call, row, wanted)
    return lambda call, row: _text(row.get(name)) == wanted


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str("" if value is None else value)


def _day(name: str, *, last: bool) -> Matches:
    def matches(call: Call, row: Json, wanted: str) -> bool:
        # A time is written with T in answers and with a space in filters.
        value, limit = row[name], wanted.replace(" ", "T")
        return value is not None and (value <= limit if last else value >= limit)

    return matches


def _amount(call: Call, row: Json, wanted: str) -> bool:
    try:
        return bool(row["amount"] == Decimal(wanted))
    except InvalidOperation:
        return False


def _has_text(call: Call, row: Json, wanted: str) -> bool:
    """`q`: invoices by number, order number and lines; contacts by name and maybe more; products by name and number."""
    fields = [row.get(name) for name in ("name", "invoiceNo", "orderNo", "lineDescription", "productNo")]
    if "isCustomer" in row and call.switch("contact_q") == "everything":
        persons = call.company.books.children("contactPersons", "contactId", row["id"])
        fields += [row["contactNo"], *(person["email"] for person in persons)]
    return any(wanted.casefold() in text.casefold() for text in fields if text)


SPECIAL: Mapping[str, Matches] = {
    "q": _has_text,
    "amount": _amount,
    **{f"min{field}": _day(field[0].lower() + field[1:], last=False) for field in ("EntryDate", "ApprovedTime")},
    **{f"max{field}": _day(field[0].lower() + field[1:], last=True) for field in ("EntryDate", "ApprovedTime")},
    "minDueDate": _day("dueDate", last=False),
    "maxDueDate": _day("dueDate", last=True),
}


def _sortable(value: Any) -> tuple[bool, Any]:
    return value is not None, value if value is not None else 0


def _whole(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else default


def _links(call: Call, resource: str, number: int, last: int) -> Json:
    def to(page_number: int) -> str | None:
        if not 1 <= page_number <= last:
            return None
        return f"/v2/{resource}?{urlencode({**call.query, 'page': page_number})}"

    return {"firstUrl": to(1), "previousUrl": to(number - 1), "nextUrl": to(number + 1), "lastUrl": to(last)}
