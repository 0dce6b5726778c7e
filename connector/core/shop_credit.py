"""A credit that a shop made, as parts of the invoice that it credits.

The shop says what it credits, to the øre, so the note comes to that. Its lines are the invoice's where they can be
told: by item number, by name, by what they are for. Where the shop's own roundings leave or exceed the rest by a few
øre, the note takes the rest (complaint 41).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from connector.core.credit import AboveRemainder, Note, Remainder, Wish
from connector.core.entries import EXTRA, ROUNDING, Credited, Entry, lines_of
from connector.core.errors import NeedsSetup
from connector.core.exact import Charge, Piece, fit
from connector.core.money import ORE, ZERO, digits, total
from connector.core.order import Method, Order
from connector.core.readings import NET, figures
from connector.core.rows import Row, rows_of
from connector.core.rules import CREDITS, MappingRules
from connector.core.shop_lines import entries_of_rows

Pairs = Sequence[tuple[Row, Entry | None]]
"""The rows of a credit, each with the invoice's entry that it is about."""

OFF_EACH = 2
"""By how many øre each line of a shop's credit, and each note before it, may be off by roundings of its own."""


def mirrored(order: Order) -> Order:
    """A credit as the sale that it takes back: every amount above zero."""
    lines = tuple(replace(line, gross=-line.gross, quantity=abs(line.quantity)) for line in order.lines)
    return replace(order, total=-order.total, lines=lines, payments=(), method=Method(), credits="")


def note_of(credit: Order, remainder: Remainder, rules: MappingRules, notes_before: int) -> Note:
    """The note for a shop's credit. Raises AboveRemainder where it credits more than is left, NeedsSetup where an
    amount belongs to no line and no item is chosen for it."""
    sale, remainder.rounding = mirrored(credit), rounding_of(rules)
    rates = tuple(dict.fromkeys([*rules.rates, *remainder.by_rate]))
    rows = rows_of(sale, replace(rules, rates=rates, reading=remainder.reading))
    allowed = ORE * OFF_EACH * (len(rows) + notes_before)
    more, pairs = sale.total.amount - remainder.gross, list(zip(rows, entries_of_rows(rows, remainder), strict=True))
    if abs(more) <= allowed and (more >= 0 or _takes_all(pairs, remainder)):
        return remainder.everything()
    wished = _by_quantity(pairs, remainder)
    if wished and figures(wished.lines, remainder.reading).gross == sale.total.amount:
        return wished
    return _given(pairs, remainder, rules, credit.number, allowed)


def rounding_of(rules: MappingRules) -> tuple[str, str]:
    """The item, and its text, for an øre that no net has."""
    return rules.rounding_item, rules.text("rounding_text")


def _takes_all(pairs: Pairs, remainder: Remainder) -> bool:
    """Whether every entry of which something is left is credited in full."""
    taken = _quantities(pairs)
    is_total = any(row.purpose == "total" for row, _entry in pairs)
    return is_total or all(taken.get(entry.at, ZERO) >= remainder.quantity(entry.at) for entry in remainder.choices)


def _quantities(pairs: Pairs) -> dict[int, Decimal]:
    taken: dict[int, Decimal] = {}
    for row, entry in pairs:
        if entry and not entry.follows:
            taken[entry.at] = taken.get(entry.at, Decimal(0)) + row.line.quantity
    return taken


def _by_quantity(pairs: Pairs, remainder: Remainder) -> Note | None:
    """The note of these quantities, as it would be made here; None where the rows are no quantities of entries."""
    if any(row.line.gross > 0 and entry is None for row, entry in pairs):
        return None
    try:
        return remainder.note(Wish(_quantities(pairs)))
    except AboveRemainder:
        return None


def _given(pairs: Pairs, remainder: Remainder, rules: MappingRules, number: str, allowed: Decimal) -> Note:
    """The rows at the amounts that the shop gives."""
    asked, entries = total(row.line.gross for row, _entry in pairs), [entry for _row, entry in pairs]
    rows = _within([row for row, _entry in pairs], remainder, allowed)
    fitted = fit([Charge(row.line.gross, row.line.vat_rate, row.line.quantity) for row in rows], remainder.reading)
    fitting = zip(rows, entries, fitted.pieces, strict=True)
    parts = [_part(row, entry, pieces, remainder, rules, number) for row, entry, pieces in fitting]
    off = fitted.rounding
    if rules.rounding_item and remainder.reading.prices == NET:
        off += asked - total(row.line.gross for row in rows)
    if off:
        parts.append(_rounding(off, remainder, rules, number))
    return Note(lines_of(parts, remainder.entries, remainder.reading), tuple(parts))


def _within(rows: Sequence[Row], remainder: Remainder, allowed: Decimal) -> list[Row]:
    """The rows, at each rate less the few øre by which the shop's own roundings exceed what is left there. Raises
    AboveRemainder for more."""
    made = list(rows)
    for rate in dict.fromkeys(row.line.vat_rate for row in rows):
        there = [row for row in rows if row.line.vat_rate == rate]
        above = total(row.line.gross for row in there) - remainder.gross_at(rate)
        if above > allowed:
            raise AboveRemainder(EXTRA, remainder.gross_at(rate))
        if above > 0:
            largest = max(there, key=lambda row: row.line.gross)
            lowered = replace(largest.line, gross=largest.line.gross - above)
            made[made.index(largest)] = replace(largest, line=lowered)
    return made


def _part(
    row: Row, entry: Entry | None, pieces: Sequence[Piece], remainder: Remainder, rules: MappingRules, number: str
) -> Credited:
    amount, line = total(piece.amount(remainder.reading.rounding) for piece in pieces), row.line
    if entry is None:
        item = item_for(line.vat_rate, remainder, rules, number)
        return Credited(EXTRA, line.vat_rate, line.quantity, amount, item=item, text=line.name or line.sku)
    if entry.follows or entry.purpose == "total":
        return Credited(entry.at, line.vat_rate, ZERO, amount)
    left = remainder.quantity(entry.at)
    if line.quantity > left:
        raise AboveRemainder(entry.at, left)
    return Credited(entry.at, line.vat_rate, line.quantity, amount)


def item_for(rate: Decimal, remainder: Remainder, rules: MappingRules, number: str) -> str:
    """What an amount without a line is credited on at a rate: an item chosen for that; where sales are told by account,
    that of the invoice. Raises NeedsSetup where nothing is chosen."""
    there = [entry for entry in remainder.entries.values() if entry.rate == rate and not entry.follows]
    lines = there if rules.sells_by_account else [entry for entry in there if entry.purpose == "total"]
    if lines:
        return max(lines, key=lambda entry: entry.amount).first.item
    item = rules.item(CREDITS, rate)
    if not item:
        raise NeedsSetup("choice-missing", field=CREDITS, rate=digits(rate), order=number)
    return item


def _rounding(amount: Decimal, remainder: Remainder, rules: MappingRules, number: str) -> Credited:
    entry = next((one for one in remainder.entries.values() if one.purpose == ROUNDING), None)
    if entry:
        return Credited(entry.at, Decimal(0), ZERO, amount)
    if not rules.rounding_item:
        raise NeedsSetup("vat-free-group-missing", order=number)
    return Credited(EXTRA, Decimal(0), Decimal(1), amount, item=rules.rounding_item, text=rules.text("rounding_text"))
