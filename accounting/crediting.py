"""What a provider adds to the contract to make credit notes; nothing unless its capabilities say so.

A document with `credits` goes through `draft_call`, `correct_call`, `book_call`, `look`, `discard` and `payment_call`
as any other, and a payment on it is a refund. Its amounts, and the figures that come back, are above zero for what is
credited (`core.document.InvoiceDocument`), whatever signs and types the system itself writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from accounting.calls import Call, Receipt
from connector.core.document import InvoiceDocument
from connector.core.errors import Unsupported


class Crediting:
    """The methods that are about booked credit notes."""

    matches_credits: bool = False
    """Whether `match_call` can set a note off against its invoice, where booking the note has not done that already."""

    def open_credits(self, notes: Sequence[str]) -> dict[str, Decimal]:
        """What is still open on each of these booked credit notes, above zero; one that is used up has 0."""
        return {}

    def match_call(self, document: InvoiceDocument, booked: Receipt, amount: Decimal) -> Call:
        """The call that sets `amount` of the booked note off against its original (`document.credits`), which has at
        least so much open. Raises Unsupported where the books have no such thing."""
        raise Unsupported("balance-open", order=document.number)
