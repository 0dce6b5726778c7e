"""What the books had when it was last seen and refuse now: a customer or an item that somebody deleted there."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from connector.core.document import InvoiceDocument
from connector.core.errors import NeedsSetup, Stop
from connector.sync import rules

CODES = frozenset({"customer-gone", "product-missing"})


def remembered(error: Stop, document: InvoiceDocument, items: Collection[str]) -> list[tuple[str, str]]:
    """The links that led to what is gone, each its kind and our key. Empty where a person chose what is gone.

    `items` are the order's own item numbers. A refusal that names none may mean any of them.
    """
    if error.code == "customer-gone":
        return [] if document.customer.collective else [("customer", document.customer.key)]
    named = error.facts.get("sku", "")
    return [("product", item) for item in sorted(items) if named in ("", item)]


def chosen(error: Stop, document: InvoiceDocument, values: Mapping[str, str]) -> Stop:
    """The reason where the settings chose what is gone; the refusal itself where none of them did."""
    if error.code == "customer-gone":
        return NeedsSetup("choice-gone", field="collective", name=document.customer.collective, order=document.number)
    number = error.facts.get("sku", "")
    saved = next((name for name in sorted(values) if number and values[name] == number and _is_item(name)), "")
    if not saved:
        return error
    name, _, rate = saved.partition(rules.PER_RATE)
    field = "shipping" if name.startswith(rules.CARRIER) else name
    of_rate = {"rate": rate} if rate else {}
    return NeedsSetup("choice-gone", field=field, name=number, order=document.number, **of_rate)


def _is_item(name: str) -> bool:
    """Whether a setting chooses an item."""
    base = name.partition(rules.PER_RATE)[0]
    return base in (*rules.ITEMS, "rounding") or base.startswith(rules.CARRIER)
