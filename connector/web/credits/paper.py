"""A credit note as people read it: what it credits is below zero, whatever the books call it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connector.core.document import InvoiceDocument
from connector.core.entries import Credited
from connector.core.money import ZERO
from connector.web.credits import figures
from connector.web.orders.paper import RateSum


@dataclass(frozen=True)
class NoteLine:
    """A line of the note; `amount` as the note's prices are."""

    text: str
    quantity: Decimal
    unit_price: Decimal
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True)
class NotePaper:
    """The note's lines and sums, below zero for what is credited."""

    document: InvoiceDocument
    lines: Sequence[NoteLine]
    sums: Sequence[RateSum]
    net: Decimal
    vat: Decimal
    gross: Decimal

    @property
    def currency(self) -> str:
        return self.document.currency


def note_paper(document: InvoiceDocument) -> NotePaper:
    """The document of a note, whose own figures are above zero."""
    return NotePaper(
        document=document,
        lines=list(_lines(document)),
        sums=[RateSum(rate, -taxed.net, -taxed.vat) for rate, taxed in document.by_rate.items()],
        net=-document.net,
        vat=-document.vat,
        gross=-document.gross,
    )


def _lines(document: InvoiceDocument) -> Iterator[NoteLine]:
    for line in document.lines:
        yield NoteLine(line.description, -line.quantity, line.unit_price, line.vat_rate, -line.amount)


def by_entry(credited: Sequence[Credited], document: InvoiceDocument) -> Mapping[int, Decimal]:
    """Place of the entry → what is credited of it, incl. VAT and above zero."""
    found: dict[int, Decimal] = {}
    for part in credited:
        amount = figures.with_vat(part.amount, part.rate, document)
        found[part.line] = found.get(part.line, ZERO) + amount
    return found
