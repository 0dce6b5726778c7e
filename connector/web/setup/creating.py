"""What we could create in the books for the owner, shown before it is made; and what to do there where we cannot."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounting.models import Connection
from connector.core.order import Order
from connector.core.states import State
from connector.core.store import order_from_json
from connector.sync import bindings, wishes
from connector.sync.creating import MOST
from connector.sync.models import SyncJob
from connector.sync.wishes import Wish
from connector.web.setup.finance import Books

MOST_ORDERS = 50
"""So many stopped orders are read for the products that they lack; the others are told with the next ones."""
MISSING = "product-missing"


@dataclass(frozen=True)
class Offer:
    """An item that we can create: under which number as far as is known, and in which of the wish's groups."""

    wish: Wish
    number: str


@dataclass(frozen=True)
class Creating:
    """What is offered at once. `later` are left for the next time; `lacking` are the VAT rates that no product group
    gives in `zone`; `jobs` those of the orders whose products are among the offers."""

    offers: Sequence[Offer]
    later: int
    jobs: Sequence[int]
    lacking: Sequence[Decimal]
    zone: str
    provider: str

    @property
    def is_there(self) -> bool:
        """Whether there is something to show."""
        return bool(self.offers or self.lacking)


def offered(books: Books, jobs: Iterable[SyncJob], fields: Collection[str] | None = None) -> Creating:
    """What can be created: for the settings, of which `fields` names those that count (None: all), and for the orders
    of these `jobs` that lack products. Needs the scope."""
    lacking = [job.pk for job in jobs if job.reason == MISSING][:MOST_ORDERS]
    wanted = all_wishes(books, lacking, fields)
    possible = [wish for wish in wanted if wish.groups]
    zone = books.saved.get("zone_domestic", "")
    return Creating(
        offers=[Offer(wish, wishes.likely_number(wish, books.choices)) for wish in possible[:MOST]],
        later=len(possible[MOST:]),
        jobs=lacking,
        lacking=list(wishes.without_group(wanted)),
        zone=books.choices.labels("zones").get(zone, zone),
        provider=books.provider.label,
    )


def all_wishes(books: Books, jobs: Collection[int], fields: Collection[str] | None = None) -> list[Wish]:
    """Everything that could be created, whether a group fits or not; nothing while the books cannot be asked.

    `jobs` are those whose orders lack products.
    """
    if books.connection.status != Connection.Status.CONNECTED:
        return []
    for_settings = wishes.for_settings(books.saved, books.provider, books.choices)
    orders = _orders(books, jobs)
    known = books.choices.labels("items").keys() | _bound(books, orders)
    return [
        *wishes.for_orders(orders, known, books.saved, books.provider, books.choices),
        *(wish for wish in for_settings if fields is None or wish.field in fields),
    ]


def _orders(books: Books, jobs: Collection[int]) -> list[Order]:
    if not jobs:
        return []
    waiting = SyncJob.objects.filter(integration=books.integration, state=State.NEEDS_YOU, reason=MISSING)
    rows = waiting.filter(pk__in=jobs, order__isnull=False).order_by("pk")
    return [order_from_json(order) for order in rows.values_list("order", flat=True) if order]


def _bound(books: Books, orders: Iterable[Order]) -> set[str]:
    numbers = {line.sku for order in orders for line in order.lines if line.sku}
    return bindings.bound_among(books.connection.pk, "product", numbers) if numbers else set()
