"""Asking a shop: metered by the platform's calls a day, its answers and refusals noted on the shop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, F, Q, Value, When

from connector.core.errors import NeedsSetup, OutcomeUnknown, Stop, Temporary
from connector.core.order import Order
from connector.core.plan import COPENHAGEN
from connector.sync import clock
from connector.tenancy.scope import scope
from shops.base import ShopAdapter
from shops.models import Shop

REFUSALS = frozenset({"shop-key-refused", "shop-right-missing"})
"""Reasons that concern the whole shop, not one order."""


class ShopAway(Temporary):
    """The shop cannot be asked just now. The lane to the books goes on with other shops' orders."""


@contextmanager
def asking(tenant_id: int, shop: Shop, adapter: ShopAdapter) -> Iterator[None]:
    """Around one question to the shop: spends a call of its day, notes how it answered.

    Raises ShopAway when the day's calls are used or the shop does not answer.
    """
    now = clock.now()
    with scope(tenant_id):
        if not _spend(shop, adapter.capabilities.daily_calls, now):
            raise _used_up(shop, now)
    asked = len(adapter.calls)
    try:
        yield
    except Stop as error:
        _note(tenant_id, shop, {"trouble": error.code} if error.code in REFUSALS else {})
        if isinstance(error, Temporary | OutcomeUnknown):
            wait = error.retry_after if isinstance(error, Temporary) else None
            raise ShopAway(error.code, retry_after=wait, **{"provider": shop.name, **error.facts}) from error
        raise
    more = max(0, len(adapter.calls) - asked - 1)
    _note(tenant_id, shop, {"trouble": "", "last_answer_at": now, "budget_used": F("budget_used") + more})


def _spend(shop: Shop, most: int, now: datetime) -> bool:
    """Count a call; False when the day's are used. One statement, so that two workers cannot both take the last."""
    today = _day(now)
    left = Q(budget_day__isnull=True) | ~Q(budget_day=today) | Q(budget_used__lt=most)
    mine = Shop.objects.filter(left if most else Q(), pk=shop.pk)
    used = Case(When(budget_day=today, then=F("budget_used") + 1), default=Value(1))
    return bool(mine.update(budget_used=used, budget_day=today))


def require_spare(tenant_id: int, shop: Shop, adapter: ShopAdapter) -> None:
    """Before a question that is not about a live order: a quarter of the day's calls is left to those that come in.

    Raises ShopAway until midnight when the rest is used.
    """
    most, now = adapter.capabilities.daily_calls, clock.now()
    if not most:
        return
    with scope(tenant_id):
        used = Shop.objects.filter(pk=shop.pk, budget_day=_day(now), budget_used__gte=most * 3 // 4).exists()
    if used:
        raise _used_up(shop, now)


def _used_up(shop: Shop, now: datetime) -> ShopAway:
    midnight = datetime.combine(_day(now) + timedelta(days=1), datetime.min.time(), COPENHAGEN)
    return ShopAway("shop-budget-used", retry_after=(midnight - now).total_seconds(), shop=shop.name)


def _note(tenant_id: int, shop: Shop, values: dict[str, Any]) -> None:
    if values:
        with scope(tenant_id):
            Shop.objects.filter(pk=shop.pk).update(**values)


def _day(now: datetime) -> Any:
    return now.astimezone(COPENHAGEN).date()


def read_order(tenant_id: int, shop: Shop, adapter: ShopAdapter, order_id: str) -> Order:
    """Fetch an order and read it in the one way in which its sums hold. Parks an order that can be read in two."""
    with asking(tenant_id, shop, adapter):
        fetched = adapter.order(order_id)
    if len(fetched.readings) > 1:
        names = " / ".join(f"{order.reading}: {order.total}" for order in fetched.readings)
        raise NeedsSetup("readings-differ", order=fetched.readings[0].number, readings=names[:400])
    return fetched.readings[0]
