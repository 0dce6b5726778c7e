"""Lists: which rows, which page of them, which of their fields (fact sheet, section 2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sandbox.wire import Reply

from . import filters
from .call import Call, reply
from .errors import FORMAT, LIMIT, REQUEST, Refusal
from .model import Json, Record

Row = TypeVar("Row", bound=Record)
Plain = TypeVar("Plain")
Column = Callable[[Call, Any], Any]

DEFAULT_SIZE, LARGEST_SIZE = 100, 1000
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
LONGEST_WHOLE = 9


@dataclass(frozen=True)
class Listing:
    """What a list can show: every column, those shown unasked, and those that can be filtered by."""

    columns: Mapping[str, Column]
    defaults: tuple[str, ...]
    filterable: tuple[str, ...]


def page(call: Call, listing: Listing, rows: Iterable[Row], *, without_filter: int) -> Reply:
    """One page of `rows`, filtered by what every list takes; the order is the caller's."""
    shown = chosen(listing.columns, listing.defaults, call.query.get("fields", ""))
    clauses = filters.parse(call.query.get("queryfilter", ""), listing.filterable)
    number, size = _whole(call, "page", 0), _whole(call, "pagesize", DEFAULT_SIZE)
    if not 1 <= size <= LARGEST_SIZE:
        raise Refusal(400, LIMIT, f"pageSize must be between 1 and {LARGEST_SIZE}.")
    kept = [
        row
        for row in _recent(call, rows)
        if filters.every(clauses, lambda field, row=row: listing.columns[field](call, row))  # type: ignore[misc]
    ]
    here = kept[number * size : (number + 1) * size]
    pagination = {
        "MaxPageSizeAllowed": LARGEST_SIZE,
        "PageSize": size,
        "Result": len(here),
        "ResultWithoutFilter": without_filter,
        "Page": number,
    }
    return reply({"Collection": [_row(call, row, shown) for row in here], "Pagination": pagination})


def plain(call: Call, listing: Listing, rows: Sequence[Plain]) -> Reply:
    """A list without pages."""
    shown = chosen(listing.columns, listing.defaults, call.query.get("fields", ""))
    return reply([_row(call, row, shown) for row in rows])


def chosen(columns: Mapping[str, Plain], defaults: tuple[str, ...], fields: str) -> dict[str, Plain]:
    """The asked columns under the letters they were asked with. Raises Refusal 400 for one that does not exist."""
    asked = [name.strip() for name in fields.split(",") if name.strip()] or defaults
    known = {name.lower(): column for name, column in columns.items()}
    unknown = [name for name in asked if name.lower() not in known]
    if unknown:
        raise Refusal(400, REQUEST, f"Unknown fields: {', '.join(unknown)}")
    return {name: known[name.lower()] for name in asked}


def flag(call: Call, name: str) -> bool:
    """A query parameter that is true or false. Raises Refusal 400 for another text."""
    text = call.query.get(name, "false").lower()
    if text not in ("true", "false"):
        raise Refusal(400, FORMAT, f"{name} is true or false.")
    return text == "true"


def _row(call: Call, row: Any, shown: Mapping[str, Column]) -> Json:
    return {name: column(call, row) for name, column in shown.items()}


def _recent(call: Call, rows: Iterable[Row]) -> Iterable[Row]:
    """The living rows, or the deleted ones where asked, since the moment asked for and as far as the list has come."""
    deleted_only, since = flag(call, "deletedonly"), _since(call)
    newest: float = call.now - call.switch("list_lag_seconds")
    return (
        row
        for row in rows
        if (row.deleted is not None) == deleted_only and row.updated >= since and row.created <= newest
    )


def _since(call: Call) -> float:
    text = call.query.get("changessince", "")
    if not text:
        return 0.0
    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text):
            raise ValueError(text)
        return datetime.strptime(text, MOMENT).replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise Refusal(400, FORMAT, "changesSince is a UTC time, YYYY-MM-DDTHH:mm:ssZ.") from None


def _whole(call: Call, name: str, default: int) -> int:
    text = call.query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_WHOLE):
        raise Refusal(400, FORMAT, f"{name} must be a whole number.")
    return int(text)
