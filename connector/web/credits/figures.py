"""Numbers as people type them, and amounts as people see them: including VAT, and below zero on a credit note."""

from __future__ import annotations

import re
from decimal import Decimal

from connector.core.document import InvoiceDocument
from connector.core.entries import Entry
from connector.core.money import ZERO, rounded
from connector.web.frame import format as written

_NUMBER = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)
HUNDRED = Decimal(100)
LONGEST = 40


def typed(text: str) -> Decimal | None:
    """What was typed into a field of the form: `1.234,50` or `1,234.50`, as the reader's language writes figures, or
    with the other sign before the decimals. Zero where nothing was typed; None for what is no number."""
    bare = "".join(text[:LONGEST].split())
    if not bare:
        return ZERO
    manner = written.MANNERS[written.language()]
    if manner.decimal in bare or _is_grouped(bare, manner.group):
        bare = bare.replace(manner.group, "").replace(manner.decimal, ".")
    bare = bare.replace(",", ".")
    return Decimal(bare) if _NUMBER.fullmatch(bare) else None


def _is_grouped(text: str, group: str) -> bool:
    """Whether the sign stands before groups of three digits, and so before no decimals."""
    return re.fullmatch(rf"\d{{1,3}}({re.escape(group)}\d{{3}})+", text) is not None


def shown(number: Decimal) -> str:
    """A quantity as a field holds it: no groups, the reader's decimal sign."""
    text = format(number.normalize(), "f")
    return text.replace(".", written.MANNERS[written.language()].decimal)


def shown_amount(amount: Decimal) -> str:
    """An amount as a field holds it."""
    return f"{rounded(amount):.2f}".replace(".", written.MANNERS[written.language()].decimal)


def with_vat(amount: Decimal, rate: Decimal, document: InvoiceDocument) -> Decimal:
    """An amount of the document, as its prices are, including VAT."""
    return amount if document.includes_vat else rounded(amount * (HUNDRED + rate) / HUNDRED)


def with_vat_of(entry: Entry, amount: Decimal, document: InvoiceDocument) -> Decimal:
    """A part of an entry's amount, including VAT."""
    return with_vat(amount, entry.rate, document)
