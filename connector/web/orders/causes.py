"""What needs the owner, grouped by cause: mend once, and all orders of the group go."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from connector.core.states import State
from connector.sync.models import SyncJob
from connector.web.frame.reasons import CATALOGUE, Explanation, explain
from connector.web.orders.queries import CREDIT, addresses, everything_of
from shops.models import Shop

MOST_READ = 1_000
"""So many of the newest stopped orders are grouped; a shop with more has one cause or two, and sees those."""

TELLING = (
    "sku",
    "item",
    "method",
    "method_key",
    "fee",
    "field",
    "rate",
    "country",
    "currency",
    "situation",
    "year",
    "account",
    "invoice",
    "email",
    "buyer",
)
"""The facts that make two stops of one code two causes."""
OF_ONE_BUYER = frozenset({"customer-ambiguous"})
"""What is mended on an order's page, and with it all orders of the same buyer."""


@dataclass(frozen=True)
class Cause:
    """Orders that stopped for the same cause. `amount` is in the shop's currency, `since` the oldest stop."""

    told: Explanation
    count: int
    amount: Decimal
    since: datetime
    reason: str
    order: str
    """The address part of the order, where there is only one."""
    id: str
    """Names the cause in an address, as long as it is there."""
    jobs: Sequence[SyncJob]
    """Its orders, the oldest first."""

    @property
    def notes(self) -> int:
        """How many of them are credit notes."""
        return sum(job.kind == CREDIT for job in self.jobs)

    @property
    def what(self) -> str:
        """How many orders and credit notes, in words."""
        return how_many(self.count - self.notes, self.notes)


@dataclass(frozen=True)
class Needs:
    """All causes, those with most money first, and their sums."""

    causes: Sequence[Cause]
    count: int
    amount: Decimal
    is_cut: bool
    notes: int = 0
    """How many credit notes need somebody besides the orders."""

    @property
    def what(self) -> str:
        """How many orders and credit notes, in words."""
        return how_many(self.count, self.notes)


def how_many(orders: int, notes: int) -> str:
    """So many orders and credit notes, in words."""
    parts = []
    if orders or not notes:
        parts.append(ngettext("%(n)d order", "%(n)d orders", orders) % {"n": orders})
    if notes:
        parts.append(ngettext("%(n)d credit note", "%(n)d credit notes", notes) % {"n": notes})
    return _(" and ").join(parts)


def needs_you(shop: Shop) -> Needs:
    """What needs somebody at the shop. Two queries."""
    jobs = list(
        everything_of(shop).filter(state=State.NEEDS_YOU).defer("order", "document").order_by("-pk")[: MOST_READ + 1]
    )
    read = jobs[:MOST_READ]
    groups: dict[tuple[str, ...], list[SyncJob]] = defaultdict(list)
    for job in reversed(read):
        groups[_key(job)].append(job)
    parts = addresses(shop, [group[-1] for group in groups.values()])
    causes = [_cause(group, shop.currency, parts[group[-1].pk]) for group in groups.values()]
    causes.sort(key=lambda cause: (-abs(cause.amount), -cause.count, cause.since))
    notes = sum(job.kind == CREDIT for job in read)
    amount = sum((abs(cause.amount) for cause in causes), Decimal("0.00"))
    return Needs(causes, len(read) - notes, amount, len(jobs) > MOST_READ, notes)


def _key(job: SyncJob) -> tuple[str, ...]:
    known = CATALOGUE.get(job.reason)
    facts = job.facts or {}
    # What is mended on the order's own page is each order's own cause.
    is_own = known is None or (known.page == "order" and job.reason not in OF_ONE_BUYER)
    own = str(job.pk) if is_own else ""
    # Of a setting that is gone the name is what was chosen; of a product it may be written in several ways.
    gone = str(facts.get("name", "")) if job.reason == "choice-gone" else ""
    return (job.reason, own, gone, *(str(facts.get(name, "")) for name in TELLING))


def _cause(group: Sequence[SyncJob], currency: str, order: str) -> Cause:
    newest = group[-1]
    told = explain(newest, waiting=len(group))
    assert told is not None, "an order that needs somebody has a reason"
    return Cause(
        told=told,
        count=len(group),
        amount=_sum(group, currency),
        since=min(job.closed_at or job.created_at for job in group),
        reason=newest.reason,
        order=order if len(group) == 1 else "",
        id=hashlib.sha256(repr(_key(newest)).encode()).hexdigest()[:12],
        jobs=group,
    )


def _sum(jobs: Iterable[SyncJob], currency: str) -> Decimal:
    return sum((job.total for job in jobs if job.total is not None and job.currency == currency), Decimal("0.00"))
