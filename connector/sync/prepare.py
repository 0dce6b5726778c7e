"""From an order to its document and whom it is for: the one path that both a job and a preview take.

It reads the books and never changes them. What was found is handed to a `Memory`: a job's keeps it as bindings, a
preview's only for the moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from accounting.base import AccountingProvider, Item
from connector.core import dating, mapping, plan
from connector.core.document import InvoiceDocument
from connector.core.errors import NeedsSetup
from connector.core.order import Order, PaymentKind
from connector.sync import bindings
from connector.sync.item_vat import ItemVat
from connector.sync.known import Memory, find_customer, known_items
from connector.sync.leases import Lease
from connector.sync.models import SyncJob
from connector.tenancy.scope import scope

GIFT_CARDS = "gift_card_account"
"""The setting of the account on which used gift cards are registered."""


@dataclass(frozen=True)
class Books:
    """The books that a document is made for, and what the settings say about it."""

    provider: AccountingProvider
    rules: mapping.MappingRules
    policy: plan.Policy
    base_currency: str
    memory: Memory
    item_vat: ItemVat
    opening: date | None = None
    """The first day that can be booked on, where the books have refused an earlier one."""


@dataclass(frozen=True)
class Prepared:
    """A document complete before any write. `customer` is the provider's number, empty for one that is to be made;
    `missing` are the items that are to be made first."""

    document: InvoiceDocument
    customer: str
    missing: tuple[str, ...]


def prepared(order: Order, books: Books, now: datetime) -> Prepared:
    """The order's document, made of what the books are known to have. Raises the reason that stops it."""
    wanted = mapping.wanted_items(order, books.rules)
    known = known_items(wanted, books.memory, books.provider, books.item_vat, order.number)
    day = plan.document_date(order, books.policy, now)
    goods = set() if books.rules.sells_by_account else {line.sku for line in order.lines}
    free = books.item_vat.free(goods, books.rules.choices.get("zone_domestic", ""))
    document = mapping.order_to_invoice(order, books.rules, date=day, known=known, vat_free=free)
    document = dating.dated_on(document, first_day(document.date, books), books.rules)
    _require_gift_card_account(document, books)
    books.provider.require(document, books.base_currency)
    books.item_vat.require(document)
    makes = books.rules.missing_product is mapping.MissingProduct.CREATE
    missing = tuple(sorted(wanted - known)) if makes else ()
    return Prepared(document, find_customer(document, books.memory, books.provider), missing)


def _require_gift_card_account(document: InvoiceDocument, books: Books) -> None:
    """Raise NeedsSetup before anything is sent, where a gift card paid and nobody has said on which account that is
    registered."""
    is_paid_so = any(payment.kind is PaymentKind.GIFT_CARD for payment in document.payments)
    is_chosen = bool(books.rules.choices.get(GIFT_CARDS))
    is_asked_for = any(field.name == GIFT_CARDS for field in books.provider.setting_fields)
    if is_paid_so and books.policy.settles and is_asked_for and not is_chosen:
        raise NeedsSetup("choice-missing", field=GIFT_CARDS, order=document.number)


def first_day(day: date, books: Books) -> date:
    """The first day on or after `day` that can be booked on, as far as that is known without asking."""
    if books.opening:
        return max(day, books.opening)
    return books.provider.first_open_day(day) if books.provider.seems_closed(day) else day


# --- memories --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class LaneMemory:
    """A job's: links are read from, and written to, the connection's bindings, while the lane is ours."""

    lease: Lease
    job: SyncJob

    def items(self, numbers: frozenset[str]) -> set[str]:
        with scope(self.lease.tenant_id):
            return bindings.bound_among(self.lease.connection_id, "product", numbers)

    def keep_item(self, ours: str, theirs: str) -> None:
        bindings.keep_binding(self.lease, self.job, "product", ours, theirs)

    def customer(self, key: str) -> str:
        with scope(self.lease.tenant_id):
            return bindings.bound(self.lease.connection_id, "customer", key)

    def keep_customer(self, key: str, number: str) -> None:
        bindings.keep_binding(self.lease, self.job, "customer", key, number)


@dataclass
class LooseMemory:
    """A preview's: the connection's bindings are read; what is found is remembered here and stored nowhere.

    `asked` are items that the books were asked for; `barred` those of them that cannot be used.
    """

    tenant_id: int
    connection_id: int
    found: set[str] = field(default_factory=set)
    customers: dict[str, str] = field(default_factory=dict)

    def items(self, numbers: frozenset[str]) -> set[str]:
        with scope(self.tenant_id):
            bound = bindings.bound_among(self.connection_id, "product", numbers)
        return bound | (self.found & numbers)

    def keep_item(self, ours: str, theirs: str) -> None:
        self.found.add(ours)

    def customer(self, key: str) -> str:
        if key in self.customers:
            return self.customers[key]
        with scope(self.tenant_id):
            return bindings.bound(self.connection_id, "customer", key)

    def keep_customer(self, key: str, number: str) -> None:
        self.customers[key] = number

    def take_items(self, items: Mapping[str, Item], asked: Collection[str]) -> None:
        """Remember what one look-up for many orders found; a barred one is asked for again and stops its order."""
        self.found |= {number for number in asked if number in items and not items[number].barred}
