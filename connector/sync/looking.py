"""What a preview's step works with, and how it lists the orders of a period: a bounded number of questions at a time.

Every function runs without a scope: it opens one for what it stores, and none while a shop or the books are asked.
"""

from __future__ import annotations

import time as clock_time
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any

from accounting.base import AccountingProvider
from connector.core import plan
from connector.core.order import Order
from connector.core.plan import COPENHAGEN
from connector.lib.http import Transport
from connector.sync import build, methods, prepare, rules, shop_calls
from connector.sync.item_vat import ItemVat
from connector.sync.models import Preview, PreviewOrder
from connector.tenancy.scope import scope
from shops.base import ChangedPart, ShopAdapter
from shops.models import Shop

MOST_ORDERS = 2000


@dataclass(frozen=True)
class Limit:
    """How far a step goes: until a moment of the monotonic clock, and for so many questions to the shop."""

    ends: float
    calls: int

    @classmethod
    def of(cls, seconds: float, calls: int) -> Limit:
        """From now on."""
        return cls(clock_time.monotonic() + seconds, calls)


@dataclass(frozen=True)
class Bench:
    """What a step works with. `books` are asked by look-ups only."""

    preview: Preview
    shop: Shop
    adapter: ShopAdapter
    provider: AccountingProvider
    usual: plan.Policy
    memory: prepare.LooseMemory
    item_vat: ItemVat
    limit: Limit

    @property
    def is_over(self) -> bool:
        """Whether the step has gone as far as it may."""
        return len(self.adapter.calls) >= self.limit.calls or clock_time.monotonic() >= self.limit.ends

    def books(self, order: Order) -> prepare.Books:
        """The rules that hold for one order, as its job would have them."""
        values = self.preview.values
        connection = self.preview.integration.connection
        usual = rules.mapping_rules(values, self.shop.country, connection.learnt, self.provider)
        with scope(self.preview.tenant_id):
            found = methods.with_new(usual, self.shop, values)
        policy = rules.policy_for(order, self.usual, values)
        return prepare.Books(self.provider, found, policy, connection.base_currency, self.memory, self.item_vat)


def bench_for(preview: Preview, transport: Transport, limit: Limit) -> Bench:
    """A bench for one step."""
    with scope(preview.tenant_id):
        connection = preview.integration.connection
        provider = build.provider_for(connection, transport)
        adapter = build.adapter_for(preview.shop, transport)
    # Whether orders are transferred, and from when, is what a preview is made to decide.
    usual = replace(rules.policy(preview.values, provider, 0), transfers=True, start_at=None)
    memory = prepare.LooseMemory(preview.tenant_id, connection.pk)
    item_vat = ItemVat(provider, connection.choices)
    return Bench(preview, preview.shop, adapter, provider, usual, memory, item_vat, limit)


def keep(preview: Preview, **values: Any) -> None:
    """Change the preview here and in its row."""
    for name, value in values.items():
        setattr(preview, name, value)
    with scope(preview.tenant_id):
        Preview.objects.filter(pk=preview.pk).update(**values)


# --- the shop's day --------------------------------------------------------------------------------------------------
def require_calls(bench: Bench) -> None:
    """Raises ShopAway when what may be used of the day's calls for a preview is used."""
    shop_calls.require_spare(bench.preview.tenant_id, bench.shop, bench.adapter)


# --- the list --------------------------------------------------------------------------------------------------------
def list_orders(bench: Bench) -> None:
    """A row for every order that may be of the period: one placed in it has changed since it began.

    Ends with the limit; the next step goes on where this one stopped.
    """
    preview = bench.preview
    since = datetime.combine(preview.first_day, time.min, COPENHAGEN)
    parts = bench.adapter.changed_parts(since, preview.place)
    while not preview.is_listed and not bench.is_over:
        with shop_calls.asking(preview.tenant_id, bench.shop, bench.adapter):
            part = next(parts, ChangedPart([], {}))
        _take(preview, part)


def _take(preview: Preview, part: ChangedPart) -> None:
    with scope(preview.tenant_id):
        if not Preview.objects.select_for_update().filter(pk=preview.pk).exists():
            # Another one was begun meanwhile, and this one deleted.
            preview.is_listed = True
            return
        listed = set(preview.orders.values_list("order_id", flat=True))
        new = [order_id for order_id, _version in part.orders if order_id not in listed]
        left = MOST_ORDERS - len(listed)
        rows = [PreviewOrder(tenant_id=preview.tenant_id, preview=preview, order_id=each) for each in new[:left]]
        # Two requests may list at once; each order keeps one row.
        PreviewOrder.objects.bulk_create(rows, ignore_conflicts=True)
        _keep_newest(preview)
    is_cut = len(new) > left
    keep(preview, place=part.place, is_cut=is_cut, is_listed=is_cut or not part.place)


def _keep_newest(preview: Preview) -> None:
    """Of a preview that is bounded to the last orders, keep those listed so far that may be among them.

    Platforms number their orders one after another; the list itself may begin with either end.
    """
    if preview.newest is None:
        return
    known = preview.orders.values_list("order_id", "pk")
    by_age = sorted(known, key=lambda row: (int(row[0]) if row[0].isdecimal() else 0, row[1]))
    preview.orders.filter(pk__in=[pk for _order_id, pk in by_age[: -preview.newest]]).delete()
