"""Shoporama's stand-in without a socket, and transports that answer as they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connector.lib.http import Answer, Transport
from sandbox.shoporama import Shoporama as Platform
from sandbox.shoporama.orders import Order as Placed
from sandbox.shoporama.returns import Credited, whole
from sandbox.wire import Request
from shops.adapters.shoporama.adapter import Shoporama
from shops.base import ShopSettings

CONFIG = {
    "api_url": "https://shop.example/REST",
    "oauth_url": "https://shop.example/admin/oauth/login",
    "app_name": "Connector",
}
HOOK = "https://connector.example/hooks/0123456789abcdef/"
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


class Says:
    """A transport that gives the same answer to everything, and remembers what it was asked."""

    def __init__(self, status: int, body: bytes = b"{}", **headers: str) -> None:
        self.answer = Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)
        self.asked: list[tuple[str, str]] = []

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        self.asked.append((method, url))
        return self.answer


class World:
    """One shop on the stand-in. `switches` are the stand-in's own, each an open point of the fact sheet."""

    def __init__(self, **switches: Any) -> None:
        self.now = NOON.timestamp()
        self.platform = Platform(lambda: self.now)
        self.shop = self.platform.new_shop(own_switches=switches)
        self.token = self.shop.new_key("Connector").token
        self.asked: list[str] = []

    def transport(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """One call, with no network between."""
        parts = urlsplit(url)
        self.asked.append(f"{method} {parts.path.removeprefix('/REST')}")
        sent = {name.lower(): value for name, value in headers.items()}
        path = parts.path.removeprefix("/REST")
        reply = self.platform.handle(Request(method, path, dict(parse_qsl(parts.query)), sent, body or b""))
        return Answer(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)

    def adapter(self, transport: Transport | None = None, token: str = "", **settings: Any) -> Shoporama:
        about = ShopSettings(platform_id=str(self.shop.webshop_id), **settings)
        return Shoporama.build(CONFIG, about, token or self.token, transport or self.transport)

    def place(self, **wish: Any) -> Placed:
        """An order of two T-shirts with shipping, paid, unless wished otherwise."""
        usual = {"products": [{"own_id": "SKU-1-M", "amount": 2}], "shipping_price": 39, "paid": True}
        return self.shop.place(usual | wish)

    def credit(self, placed: Placed, **of: Any) -> Placed:
        """A credit note of all that the order has, or of what `Credited` is told."""
        return self.shop.credit(placed, Credited(**of) if of else whole(placed))

    def place_many(self, count: int, seconds: float = 60) -> list[str]:
        """So many small orders, one every `seconds`; their ids, oldest first."""
        ids = []
        for _ in range(count):
            self.now += seconds
            ids.append(str(self.place(products=[{"own_id": "LYS-2"}]).order_id))
        return ids

    def deliver(self, **switches: Any) -> tuple[dict[str, str], bytes]:
        """The headers (names in lower case) and the body of one delivery."""
        self.shop.switches.update(switches)
        self.place()
        delivery = self.shop.deliveries[-1]
        return {name.lower(): value for name, value in delivery.headers.items()}, delivery.body

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(hook.secret for hook in self.shop.hooks.values())


def counting(transport: Transport, calls: list[str]) -> Transport:
    """The same transport, writing down the Authorization of every call."""

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        calls.append(headers["Authorization"])
        return transport(method, url, headers, body)

    return send


def in_turn(*answers: Answer) -> Callable[..., Answer]:
    """A transport that gives each answer once."""
    left = list(answers)
    return lambda method, url, headers, body: left.pop(0)
