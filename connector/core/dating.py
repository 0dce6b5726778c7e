"""A document whose own day cannot be booked on: dated on the first open day, the true date in its text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from connector.core.document import InvoiceDocument
from connector.core.rules import MappingRules

BETWEEN = " · "


def dated_on(document: InvoiceDocument, opening: date, rules: MappingRules) -> InvoiceDocument:
    """The document dated on `opening`; as it is when that is its own day."""
    if opening <= document.date:
        return document
    true_date = f"{rules.text('true_date_text')} {document.date:%d.%m.%Y}"
    note = BETWEEN.join(part for part in (document.note, true_date) if part)
    return replace(document, date=opening, true_date=document.date, note=note)
