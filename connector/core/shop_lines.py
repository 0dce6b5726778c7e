"""Which entries of an invoice the rows of a shop's credit are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from connector.core.credit import Remainder
from connector.core.entries import Entry
from connector.core.readings import GROSS
from connector.core.rows import Row, undiscounted

HUNDRED = Decimal(100)


def entries_of_rows(rows: Sequence[Row], remainder: Remainder) -> list[Entry | None]:
    """The entry of each row; None where there is none. An order may have a product on several lines: of those it is the
    one of which enough is left, and whose price is nearest."""
    left = {at: remainder.quantity(at) for at in remainder.entries}
    found = []
    for row in rows:
        entry = _entry(row, remainder, left)
        if entry and not entry.follows:
            left[entry.at] -= row.line.quantity
        found.append(entry)
    return found


def _entry(row: Row, remainder: Remainder, left: Mapping[int, Decimal]) -> Entry | None:
    """The entry that a row is about: at its rate, by item number, else by name, else by what it is for."""
    there = [entry for entry in remainder.entries.values() if entry.rate == row.line.vat_rate]
    for found in _ways(row, there):
        if found:
            return min(found, key=lambda entry: _unlikeness(row, entry, remainder, left[entry.at]))
    return None


def _ways(row: Row, there: Sequence[Entry]) -> Iterable[list[Entry]]:
    sku, name = row.line.sku, undiscounted(row.line.name)
    yield [entry for entry in there if sku and entry.first.item == sku]
    yield [entry for entry in there if name and undiscounted(entry.first.description) == name]
    yield [entry for entry in there if entry.purpose == row.purpose and row.purpose != "product"]
    yield [entry for entry in there if entry.purpose == "total"]


def _unlikeness(row: Row, entry: Entry, remainder: Remainder, left: Decimal) -> tuple[bool, bool, Decimal]:
    """Less for the entry that the row is rather about."""
    price = entry.amount / entry.quantity if entry.quantity else entry.amount
    if remainder.reading.prices != GROSS:
        price *= (HUNDRED + entry.rate) / HUNDRED
    asked = row.line.gross / row.line.quantity if row.line.quantity else row.line.gross
    return left < row.line.quantity, left <= 0, abs(asked - price)
