"""What a provider can express. Everything is off unless declared; what it cannot express is refused beforehand."""

from __future__ import annotations

from dataclasses import dataclass

from connector.core.document import InvoiceDocument
from connector.core.errors import Unsupported


@dataclass(frozen=True)
class ProviderCapabilities:
    """What one accounting system can do. README's matrix and the "how it works" page are generated from this.

    Lengths are in characters, counts in lines; 0 means that the field cannot be carried at all.
    """

    books_drafts: bool = False
    settles: bool = False
    creates_products: bool = False
    foreign_currency: bool = False
    negative_lines: bool = False
    """A line's amount may be negative; else a discount lowers the lines of its rate."""
    credit_notes: bool = False
    reads_stock: bool = False
    writes_stock: bool = False
    max_lines: int = 0
    max_item_number: int = 0
    max_description: int = 0
    max_name: int = 0

    def require(self, document: InvoiceDocument, base_currency: str) -> None:
        """Raise Unsupported, naming the fact, when the document cannot be expressed. Called before any request."""
        if document.currency != base_currency and not self.foreign_currency:
            raise Unsupported("currency-missing", currency=document.currency, order=document.number)
        if len(document.lines) > self.max_lines:
            raise Unsupported("document-too-long", order=document.number, n=str(len(document.lines)))
        for line in document.lines:
            if len(line.item) > self.max_item_number:
                raise Unsupported("sku-too-long", sku=line.item, order=document.number, max=str(self.max_item_number))
            if not line.quantity:
                raise Unsupported("fact-missing", fact="quantity", order=document.number)
