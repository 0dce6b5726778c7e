"""An invoice as people credit it: its entries, and what a note takes of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from connector.core.document import DocumentLine, InvoiceDocument
from connector.core.money import HALF_UP, ORE, ZERO, rounded, total
from connector.core.paths import pieces_of
from connector.core.readings import Reading

EXTRA = -1
"""The place of an amount that is credited without a line of the invoice."""
ROUNDING, GIFT_CARD, GOODS = "rounding", "gift_card", "product"
FOLLOWING = ("discount", GIFT_CARD, ROUNDING)
"""What is credited along with other lines, and not by itself."""


@dataclass(frozen=True)
class Entry:
    """A line of the invoice as people see it: the parts of a split line are one. `at` is the place of the first,
    `rounding` how the books round a line's amount."""

    at: int
    lines: tuple[DocumentLine, ...]
    rounding: str = HALF_UP

    @cached_property
    def first(self) -> DocumentLine:
        return self.lines[0]

    @cached_property
    def rate(self) -> Decimal:
        return self.first.vat_rate

    @cached_property
    def purpose(self) -> str:
        return self.first.purpose

    @cached_property
    def quantity(self) -> Decimal:
        return sum((line.quantity for line in self.lines), Decimal(0))

    @cached_property
    def amount(self) -> Decimal:
        """As the invoice's prices are: excluding VAT, or including it."""
        return total(rounded(line.quantity * line.unit_price, self.rounding) for line in self.lines)

    @cached_property
    def follows(self) -> bool:
        """Whether it is credited along with others; a discount's line, a gift card's, or an øre of rounding."""
        return self.amount < 0 or self.purpose in FOLLOWING


@dataclass(frozen=True)
class Credited:
    """What a note credits of one entry.

    `amount` is as the invoice's prices are, and `shift` the part of it by which it was moved from its plain share.
    `item` and `text` are told for what is credited without an entry (EXTRA).
    """

    line: int
    rate: Decimal
    quantity: Decimal
    amount: Decimal
    shift: Decimal = ZERO
    item: str = ""
    text: str = ""

    def moved(self, by: Decimal) -> Credited:
        """The same with so much more of it."""
        return replace(self, amount=self.amount + by, shift=self.shift + by)


Entries = Mapping[int, Entry]


def entries_of(invoice: InvoiceDocument) -> dict[int, Entry]:
    """The invoice's entries by their place."""
    found: dict[int, Entry] = {}
    rounding = Reading.named(invoice.rounding).rounding
    for at, line in enumerate(invoice.lines):
        last = next(reversed(found.values()), None)
        if last and _is_second_part(last.lines[-1], line):
            found[last.at] = Entry(last.at, (*last.lines, line), rounding)
        else:
            found[at] = Entry(at, (line,), rounding)
    return found


def _is_second_part(before: DocumentLine, line: DocumentLine) -> bool:
    """Whether a line was split off the one before it, one øre dearer (`paths.pieces_of`)."""
    is_dearer = line.unit_price - before.unit_price == ORE
    return is_dearer and replace(before, quantity=line.quantity, unit_price=line.unit_price) == line


def lines_of(parts: Iterable[Credited], entries: Entries, reading: Reading) -> tuple[DocumentLine, ...]:
    """The parts as a document holds them: an entry that is credited whole is mirrored as it is."""
    made: list[DocumentLine] = []
    for part in parts:
        entry = entries.get(part.line)
        if entry and (part.quantity, part.amount) == (entry.quantity, entry.amount):
            made += entry.lines
        elif part.amount or part.quantity:
            made += _written(part, entry, reading)
    return tuple(made)


def _written(part: Credited, entry: Entry | None, reading: Reading) -> list[DocumentLine]:
    """A quantity at one price or at two; one piece of the whole amount where its quantity does not divide it."""
    text = part.text or part.item
    like = entry.first if entry else DocumentLine(part.item, text, Decimal(1), part.amount, part.rate)
    pieces = pieces_of(part.quantity, part.amount, reading.rounding) if part.quantity else ()
    written = pieces or ((Decimal(1), part.amount),)
    return [replace(like, quantity=quantity, unit_price=price) for quantity, price in written]
