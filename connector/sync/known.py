"""What the books have already: items and customers, by what is remembered first, by one look-up else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from accounting.base import AccountingProvider, Receipt
from connector.core import customers
from connector.core.document import Customer, CustomerKey, InvoiceDocument
from connector.core.errors import NeedsSetup
from connector.sync.item_vat import ItemVat


class Memory(Protocol):
    """What is known of the books already: the stored links between the shop's things and theirs."""

    def items(self, numbers: frozenset[str]) -> set[str]:
        """Those of `numbers` that the books are known to have."""

    def keep_item(self, ours: str, theirs: str) -> None:
        """The books have this item, under their own number."""

    def customer(self, key: str) -> str:
        """Their number of the customer with this key; empty while none is known."""

    def keep_customer(self, key: str, number: str) -> None:
        """The books have this customer."""


def known_items(
    wanted: frozenset[str], memory: Memory, provider: AccountingProvider, vat: ItemVat, order: str
) -> frozenset[str]:
    """Those of `wanted` that the books have; `vat` takes in what was seen. Raises NeedsSetup for a barred one."""
    known = memory.items(wanted)
    if unknown := wanted - known:
        found = provider.find_items(sorted(unknown))
        vat.saw(found)
        for number, item in found.items():
            if item.barred:
                raise NeedsSetup("product-barred", sku=number, order=order)
            memory.keep_item(number, item.number)
            known.add(number)
    return frozenset(known)


def find_customer(document: InvoiceDocument, memory: Memory, provider: AccountingProvider) -> str:
    """Whom the document is for: the collective customer, one linked or found; empty for one to be made.

    Raises NeedsSetup when several could be meant.
    """
    customer = document.customer
    if customer.collective:
        return customer.collective
    if number := memory.customer(customer.key):
        return number
    number = _chosen(customer, provider.find_customers(customer), document.number)
    if number:
        memory.keep_customer(customer.key, number)
    return number


def _chosen(customer: Customer, found: Iterable[Receipt], order: str) -> str:
    """The one of the customers found that the document is for. Raises NeedsSetup when only a person can tell."""
    matches = [_match(one) for one in found]
    fitting = customers.fitting(customer, matches)
    if len(fitting) > 1:
        listed = "\n".join(f"{one.number} {one.name}" for one in fitting)
        facts = {"n": str(len(fitting)), **_told(customer), "order": order, "customers": listed}
        raise NeedsSetup("customer-ambiguous", **facts)
    return fitting[0].number if fitting else ""


def _told(customer: Customer) -> dict[str, str]:
    """What people know the buyer by: two companies, or two people of one name, are not one buyer."""
    buyer = customer.party
    if customer.by is CustomerKey.COMPANY:
        return {"buyer": f"{buyer.title} ({buyer.vat_number.strip()})"}
    if customer.by is CustomerKey.NAME:
        return {"buyer": f"{buyer.title}, {buyer.postcode.strip()}"}
    return {"email": customer.shown}


def _match(found: Receipt) -> customers.Match:
    about = found.more
    return customers.Match(
        number=found.id,
        name=str(about.get("name", "")),
        company_number=str(about.get("company_number", "")),
        is_barred=bool(about.get("barred")),
    )
