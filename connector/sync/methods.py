"""The payment and shipping methods of a shop: seen in orders, listed once a day, new ones noticed when they appear.

Everything but `refresh` and `fetch` runs in the caller's scope.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q

from connector.core.errors import Stop
from connector.core.order import Method, Order, Payment
from connector.core.rules import MappingRules
from connector.core.settlement import USUAL
from connector.lib.http import Transport
from connector.sync import build, clock, shop_calls
from connector.sync.models import Integration, ShopMethod
from connector.sync.rules import PAY, WHEN
from connector.tenancy.scope import scope
from shops.base import Methods
from shops.models import Shop

log = logging.getLogger(__name__)

Kind = ShopMethod.Kind
DAILY = timedelta(days=1)
AFTER_A_REFUSAL = timedelta(hours=1)
A_MOMENT = timedelta(seconds=5)
INVOICED = re.compile(r"\bean\b|faktura|invoice|bankoverf|bank transfer", re.IGNORECASE)
"""How Danish and Norwegian shops call the methods that are not paid beforehand."""


def seen(shop: Shop, order: Order, now: datetime) -> Order:
    """Note what the order uses. Returns it with the ids and names that its methods lack and the shop's list has."""
    known = list(ShopMethod.objects.filter(shop=shop, gone_at=None))
    method = _completed(order.method, Kind.PAYMENT, known)
    carrier = _completed(order.carrier, Kind.SHIPPING, known)
    _used(shop, Kind.PAYMENT, method, now)
    _used(shop, Kind.SHIPPING, carrier, now)
    payments = tuple(_completed_payment(part, known) for part in order.payments)
    return replace(order, method=method, carrier=carrier, payments=payments)


def _completed(method: Method, kind: str, known: Iterable[ShopMethod]) -> Method:
    """A name that only one method of the list has gives the id, and an id the name."""
    rows = [row for row in known if row.kind == kind]
    if method.name and not method.id:
        named = [row for row in rows if row.name.casefold() == method.name.casefold() and row.platform_id]
        return Method(named[0].platform_id, method.name) if len(named) == 1 else method
    if method.id and not method.name:
        return Method(method.id, next((row.name for row in rows if row.platform_id == method.id), ""))
    return method


def _completed_payment(payment: Payment, known: Iterable[ShopMethod]) -> Payment:
    method = _completed(Method(payment.method_id, payment.method), Kind.PAYMENT, known)
    return replace(payment, method=method.name, method_id=method.id)


def _used(shop: Shop, kind: str, method: Method, now: datetime) -> None:
    if not method.key:
        return
    row, _made = _kept(shop, kind, method, now)
    ShopMethod.objects.filter(pk=row.pk).update(last_used=now)


def _kept(shop: Shop, kind: str, method: Method, now: datetime) -> tuple[ShopMethod, bool]:
    """The method's row, made where there is none."""
    defaults = {
        "tenant_id": shop.tenant_id,
        "platform_id": method.id[:60],
        "name": (method.name or method.id)[:200],
        "first_seen": now,
        "is_new": _comes_later(shop),
    }
    return ShopMethod.objects.get_or_create(shop=shop, kind=kind, key=method.key, defaults=defaults)


def _comes_later(shop: Shop) -> bool:
    """Whether what appears now was not there when the settings were first saved.

    Before the shop's first list nobody can tell: its methods are taken to have been there.
    """
    has_list = Shop.objects.filter(pk=shop.pk, methods_at__isnull=False).exists()
    return has_list and Integration.objects.filter(shop=shop, settings__isnull=False).exists()


def cover(shop: Shop) -> None:
    """The settings are saved for the first time: the usual posting account holds for every method seen so far."""
    ShopMethod.objects.filter(shop=shop).update(is_new=False)


def with_new(rules: MappingRules, shop: Shop, values: Mapping[str, str]) -> MappingRules:
    """The rules, with the payment methods that stop their orders until somebody says where their money goes."""
    if values.get("settle") == "open":
        return rules
    rows = list(ShopMethod.objects.filter(shop=shop, kind=Kind.PAYMENT))
    unplaced = [row for row in rows if row.is_new and not values.get(f"{PAY}{row.key}")]
    return replace(rules, new_methods={row.key: former_number(row, rows) for row in unplaced})


def former(row: ShopMethod, rows: Iterable[ShopMethod]) -> ShopMethod | None:
    """The method that had this one's name under another number, the latest used; None where there is none."""
    name = row.name.casefold()
    same = [one for one in rows if one.kind == row.kind and one.key != row.key and one.name.casefold() == name]
    return max(same, key=lambda one: (not one.is_new, one.last_used or one.first_seen), default=None)


def former_number(row: ShopMethod, rows: Iterable[ShopMethod]) -> str:
    """The number that the shop knew it by before; empty where there was none."""
    found = former(row, rows)
    return (found.platform_id or found.key) if found else ""


def is_paid_later(name: str) -> bool:
    """Whether a method of this name is likely one whose invoice goes out before the money comes in."""
    return bool(INVOICED.search(name))


def same_as_before(row: ShopMethod, values: Mapping[str, str]) -> dict[str, str]:
    """What the settings say of a method's former number, said of its present one. Empty where it had none."""
    before = former(row, ShopMethod.objects.filter(shop=row.shop_id))
    if before is None:
        return {}
    trigger = values.get(f"{WHEN}{before.key}", "")
    said = {f"{PAY}{row.key}": values.get(f"{PAY}{before.key}", "") or USUAL}
    return {**said, f"{WHEN}{row.key}": trigger} if trigger else said


# --- asking the shop -------------------------------------------------------------------------------------------------


def refresh(tenant_id: int, shop_id: int, transport: Transport | None = None) -> bool:
    """Ask the shop for its methods, if a day has passed since. Returns whether it was asked and answered."""
    now = clock.now()
    with scope(tenant_id):
        shop = _claim(shop_id, now)
    if shop is None:
        return False
    try:
        _ask(shop, now, transport)
    except Stop as error:
        log.info("methods of shop %s: %s", shop_id, error.code)
        with scope(tenant_id):
            Shop.objects.filter(pk=shop_id).update(next_methods_at=now + AFTER_A_REFUSAL)
        return False
    return True


def fetch(tenant_id: int, shop_id: int, transport: Transport | None = None) -> None:
    """Ask at once, for a person who waits for it; a list of this very moment is not asked for again.

    Raises Stop where the shop does not answer.
    """
    now = clock.now()
    with scope(tenant_id):
        shop = Shop.objects.get(pk=shop_id)
        if shop.methods_at and now - shop.methods_at < A_MOMENT:
            return
    _ask(shop, now, transport)
    with scope(tenant_id):
        Shop.objects.filter(pk=shop_id).update(next_methods_at=now + DAILY)


def _ask(shop: Shop, now: datetime, transport: Transport | None) -> None:
    with scope(shop.tenant_id):
        adapter = build.adapter_for(shop, transport)
    with shop_calls.asking(shop.tenant_id, shop, adapter):
        offered = adapter.methods()
    with scope(shop.tenant_id):
        listed(shop, offered, now)


def _claim(shop_id: int, now: datetime) -> Shop | None:
    """Take the question that is due, so that one worker asks it."""
    due = Q(next_methods_at__isnull=True) | Q(next_methods_at__lte=now)
    mine = Shop.objects.filter(due, pk=shop_id, is_connected=True).update(next_methods_at=now + DAILY)
    return Shop.objects.get(pk=shop_id) if mine else None


def listed(shop: Shop, offered: Methods, now: datetime) -> None:
    """Take the shop's list: what is new is noticed before an order uses it, what it lacks is gone."""
    for kind, methods in ((Kind.PAYMENT, offered.payment), (Kind.SHIPPING, offered.shipping)):
        keys = [_renamed(shop, kind, method, now) for method in methods if method.key]
        rows = ShopMethod.objects.filter(shop=shop, kind=kind)
        rows.filter(key__in=keys).update(gone_at=None)
        rows.filter(gone_at=None).exclude(key__in=keys).exclude(platform_id="").update(gone_at=now)
    Shop.objects.filter(pk=shop.pk).update(methods_at=now)


def _renamed(shop: Shop, kind: str, method: Method, now: datetime) -> str:
    """Keep a listed method, under the name that the shop gives it now."""
    row, is_made = _kept(shop, kind, method, now)
    if not is_made and method.name:
        ShopMethod.objects.filter(pk=row.pk).update(name=method.name[:200], platform_id=method.id[:60])
    return row.key
