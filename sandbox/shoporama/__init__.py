"""The Shoporama stand-in: a platform of shops, one REST address for all, a sign-in page, webhooks."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sandbox.routes import Refused
from sandbox.shoporama import api, switches
from sandbox.shoporama.shop import Key, Platform, Shop
from sandbox.shoporama.webhooks import Delivery
from sandbox.wire import Clock, Reply, Request

__all__ = ["Delivery", "Shop", "Shoporama"]

DAILY_LIMIT = 1000
"""Calls a key may make a day unless more is agreed (fact sheet, section 1)."""


class Shoporama:
    """All shops, their keys, and the one door for REST calls. Synchronous; deterministic given the clock.

    `platform.send` takes every webhook delivery; without a server they only gather in the shop's `deliveries`.
    """

    def __init__(self, clock: Clock, *, public_url: str = "http://127.0.0.1") -> None:
        self.platform = Platform(clock, public_url)
        self.switches: dict[str, Any] = switches.defaults()
        self.shops: dict[int, Shop] = {}

    def new_shop(
        self,
        name: str = "nordlys.dk",
        *,
        currency: str = "DKK",
        daily_limit: int = DAILY_LIMIT,
        products: bool = True,
        own_switches: dict[str, Any] | None = None,
    ) -> Shop:
        """Open a shop with a few products (none with `products=False`) and no key."""
        number = self.platform.numbers.next("webshop")
        shop = Shop(number, name, self.platform, currency, daily_limit, ChainMap({}, self.switches))
        for word, value in (own_switches or {}).items():
            shop.switches[word] = switches.check(word, value)
        if products:
            _stock_up(shop)
        self.shops[number] = shop
        return shop

    def find(self, token: str) -> tuple[Shop, Key] | None:
        """The shop and the key that `token` opens."""
        for shop in self.shops.values():
            if token in shop.keys:
                return shop, shop.keys[token]
        return None

    def owner(self, request: Request) -> Shop | None:
        """The shop whose key the request carries, in whatever form."""
        found = self.find(_token(request))
        return found[0] if found else None

    def handle(self, request: Request) -> Reply:
        """Answer one REST call; the path begins after `/REST`."""
        found = self.find(_token(request))
        if found is None:
            return _refusal(Refused(401, "unknown key"), self.switches)
        shop, key = found
        shop.calls += 1
        try:
            _admit(shop, key, request)
            return api.router.dispatch(shop, request)
        except Refused as refusal:
            return _refusal(refusal, shop.switches)


def _token(request: Request) -> str:
    """The key that the request carries, in whatever form."""
    token = request.headers.get("authorization", "").rpartition(" ")[2]
    return token or request.headers.get("x-access-token", "")


def _admit(shop: Shop, key: Key, request: Request) -> None:
    """Raises Refused: 401 for a form that is switched off, the limit's status, 403 for a write that is not allowed."""
    form = request.headers.get("authorization", "").rpartition(" ")[0].lower()
    if (form or "bare") not in shop.switches["auth_forms"].split():
        raise Refused(401, "unknown key")
    if shop.used_today(key.token) > shop.daily_limit:
        raise Refused(int(shop.switches["limit_answer"][:3]), "the day's calls are used up")
    if key.access == "read" and request.method != "GET":
        raise Refused(403, "this key may only read")


def _refusal(refusal: Refused, switches: Mapping[str, Any]) -> Reply:
    shape = switches["error_shape"]
    wait = {}
    if refusal.status == 429 and switches["limit_answer"] == "429-retry-after":
        wait = {"retry-after": "60"}
    if shape == "text" or refusal.status == 410:
        return Reply(refusal.status, refusal.message.encode(), {"content-type": "text/plain; charset=utf-8", **wait})
    return Reply.of(refusal.status, {shape: refusal.message}, **wait)


def _stock_up(shop: Shop) -> None:
    """The products of a new shop; home is Denmark, so prices include 25 %."""
    shop.add_product(
        "SKU-1",
        "T-shirt",
        Decimal(199),
        stock={"S": 10, "M": 10, "L": 10},
        variant_skus={"S": "SKU-1-S", "M": "SKU-1-M", "L": "SKU-1-L"},
    )
    shop.add_product("KOP-7", "Kop med hank", Decimal("129.95"))
    shop.add_product("LYS-2", "Bloklys, hvidt", Decimal("49.50"))
    shop.add_product("BOG-1", "Nordlys (bog)", Decimal("249.00"))
    shop.add_product("FRI-0", "Momsfri vare", Decimal("100.00"), vat=Decimal(0))
