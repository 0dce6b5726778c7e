"""A small world for the engine: a business, its shop, its books; the sandbox's own classes behind a wire, no network.

Time is the simulator's: it moves only when a test moves it, and everything (engine, shop, books) reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from accounting.base import FixedKeys, SignIn
from accounting.models import Connection
from connector.lib.http import Answer, Transport
from connector.sync import acts, build, clock, intake, lookups, poll, proposals, rules, runner
from connector.sync.acts import Person
from connector.sync.models import Integration, SyncJob
from connector.sync.outcome import Probe, no_probe
from connector.tenancy.models import Tenant
from connector.tenancy.scope import scope
from sandbox.billy import Billy
from sandbox.dinero.service import Dinero
from sandbox.economic import Economic
from sandbox.shoporama import Shop as StandInShop
from sandbox.shoporama import Shoporama
from sandbox.visma.service import Visma
from sandbox.wire import Request
from shops.base import Event, SignedIn
from shops.models import Shop

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
BOOKS = "https://books.example"
SHOP = "https://shop.example"
ACCOUNTING = {
    "economic": {
        "rest_url": f"{BOOKS}/rest",
        "openapi_url": f"{BOOKS}/api",
        "grant_url": f"{BOOKS}/grant",
        "app_secret": "app-secret",
        "app_public": "app-public",
    },
    "dinero": {
        "api_url": "https://dinero.example",
        "connect_url": "https://visma.example",
        "client_id": "isv_connector",
        "client_secret": "client-secret",
    },
    "billy": {"api_url": "https://billy.example/v2"},
}
SHOPS = {"shoporama": {"api_url": f"{SHOP}/REST", "oauth_url": f"{SHOP}/oauth", "app_name": "Connector"}}
ANNA = Person(None, "Anna Berg")
CHOSEN = {
    "booking": "on",
    "trigger": "payment",
    "missing_product": "create",
    "start_at": "2026-11-01T00:00:00+01:00",
}
Handle = Callable[[Request], Any]


class Now:
    """The one clock of a world; every reading moves it a little, as time does."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class World:
    """Everything that a test of the engine needs at hand."""

    now: Now
    books: Any
    """The stand-in itself: e-conomic, or Visma Connect in front of Dinero."""
    agreement: Any
    """Its one set of books: an agreement, or an organisation."""
    stand_in: StandInShop
    tenant: Tenant
    shop: Shop
    connection: Connection
    integration: Integration
    transport: Transport
    sent: list[tuple[str, str]] = field(default_factory=list)
    sign_in: Callable[[Transport], dict[str, str]] = lambda _: {}
    """Gives new keys to the books."""

    # --- what happens outside ---------------------------------------------------------------------------------
    def order(self, *, paid: bool = True, **wish: Any) -> Any:
        """Place an order in the shop, and pay it unless told otherwise."""
        placed = self.stand_in.place(wish, tell=False)
        if paid:
            self.stand_in.pay(placed, tell=False)
        return placed

    def tell(self, order: Any, topic: str = "paid", delivery: str = "") -> intake.Heard:
        """Deliver a webhook's content to the engine."""
        with self.scope():
            shop = Shop.objects.get(pk=self.shop.pk)
            return intake.receive(shop, Event(topic, str(order.order_id), delivery), b"{}", clock.now())

    def sold(self, **wish: Any) -> Any:
        """Place, pay and tell."""
        placed = self.order(**wish)
        self.tell(placed)
        return placed

    def switch(self, **values: Any) -> None:
        """Let the stand-in's books behave otherwise. Raises KeyError for a switch that they do not have."""
        for name, value in values.items():
            self.agreement.switch(name)
            self.agreement.switches[name] = value

    # --- what the engine does -----------------------------------------------------------------------------------
    def drain(self, probe: Probe = no_probe) -> int:
        """Do everything that is due now, as the sweep would. Returns how many lanes were worked."""
        worked = 0
        for _ in range(50):
            due = lookups.due(clock.now(), 100)
            if not due:
                break
            for one in due:
                worked += 1
                if one.what == "channel":
                    runner.drain(one.tenant_id, one.id, transport=self.transport, probe=probe)
                else:
                    poll.poll(one.tenant_id, one.id, self.transport)
        return worked

    def settle(self, hours: float = 4, probe: Probe = no_probe) -> None:
        """Let time pass until nothing is waiting for it."""
        ends = self.now.at + timedelta(hours=hours)
        while self.now.at < ends:
            self.drain(probe)
            following = self._next_moment()
            if following is None or following > ends:
                return
            self.now.at = max(self.now.at, following)

    def _next_moment(self) -> datetime | None:
        with self.scope():
            rows = SyncJob.objects.filter(not_before__isnull=False).order_by("not_before")
            waiting = rows.values_list("not_before", flat=True).first()
            channel = self.connection.channel
            channel.refresh_from_db()
        held = [moment for moment in (channel.paused_until, channel.lease_until) if moment and waiting]
        return max([waiting, *held]) + timedelta(seconds=1) if waiting else None

    # --- what came of it --------------------------------------------------------------------------------------------
    def scope(self) -> Any:
        return scope(self.tenant.pk)

    def job(self, order: Any = None) -> SyncJob:
        with self.scope():
            rows = SyncJob.objects.select_related("shop", "integration__connection", "settings").order_by("pk")
            # Notes made here are of the order they credit; the shop's own have an order of their own.
            told = rows.exclude(key__startswith="credit:")
            return told.get(order_id=str(order.order_id)) if order else rows.last()

    def act(self, act: Callable[..., Any], order: Any, *more: Any) -> None:
        with self.scope():
            act(self.job(order), *more, ANNA)

    def booked(self, order: Any = None) -> list[dict[str, Any]]:
        """The booked documents that carry the order's key; all of them without an order."""
        key = f":{order.order_id}" if order else ""
        return [row for row in self.agreement.ledger()["booked"] if row["reference"].endswith(key)]

    def save(self, **values: str) -> None:
        """Change settings, as the owner does."""
        with self.scope():
            integration = Integration.objects.select_related("connection", "settings", "shop").get(
                pk=self.integration.pk
            )
            assert integration.settings is not None
            acts.save_settings(integration, {**integration.settings.values, **values}, ANNA)

    def close_shop(self) -> None:
        """Make room for another world: every stand-in platform gives its first shop the same number."""
        with self.scope():
            Shop.objects.update(is_connected=False)


def transport_to(routes: Mapping[str, Handle], now: Now, log: list[tuple[str, str]]) -> Transport:
    """Lead addresses to the stand-ins' own `handle`; 30 ms pass per call."""

    def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        now.move(0.03)
        base = next(base for base in routes if url.startswith(base))
        parts = urlsplit(url[len(base) :])
        log.append((method, parts.path))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        lower = {name.lower(): value for name, value in headers.items()}
        reply = routes[base](Request(method, parts.path, query, lower, body or b""))
        return Answer(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)

    return send


@dataclass(frozen=True)
class Outside:
    """A stand-in with one set of books; `sign_in` gives the keys to it, over this transport."""

    books: Any
    account: Any
    routes: Mapping[str, Handle]
    sign_in: Callable[[Transport], dict[str, str]]


def economic(now: Now) -> Outside:
    books = Economic(now.seconds, app_secret="app-secret", app_public="app-public")
    agreement = books.new_agreement("Nordlys ApS")
    return Outside(books, agreement, {BOOKS: books.handle}, lambda _: {"grant": books.grant(agreement.number)})


def dinero(now: Now) -> Outside:
    config = ACCOUNTING["dinero"]
    app = {"client_id": config["client_id"], "client_secret": config["client_secret"]}
    visma = Visma(now.seconds, **app, public_url=config["connect_url"])
    books = Dinero(now.seconds, visma.access)
    organization = books.open("Nordlys ApS", with_oss=True, with_clearing=True)
    user = visma.new_user(organization.email, organizations=[organization.number]).email
    visma.register(RETURN)

    def sign_in(transport: Transport) -> dict[str, str]:
        made = build.provider_classes()["dinero"]
        begun = SignIn(RETURN, "state", "verifier" * 8)
        asked = visma.look(dict(parse_qsl(urlsplit(made.connect_url(config, begun)).query)))
        granted = made.granted(config, visma.answer(asked, user), begun)
        assert granted is not None
        return {**made.redeem(config, granted, transport), "company": str(organization.number)}

    routes = {config["api_url"]: books.handle, config["connect_url"]: visma.handle}
    return Outside(visma, organization, routes, sign_in)


def billy(now: Now) -> Outside:
    books = Billy(now.seconds)
    company = books.open("Nordlys ApS", with_oss=True, with_clearing=True, with_products=True)

    def sign_in(transport: Transport) -> dict[str, str]:
        return {"token": books.token(company.number)}

    return Outside(books, company, {"https://billy.example": books.handle}, sign_in)


OUTSIDE: Mapping[str, Callable[[Now], Outside]] = {"economic": economic, "dinero": dinero, "billy": billy}
RETURN = "http://localhost:8000/connect/books/dinero/"


def connect(shop: Shop, name: str, outside: Outside, transport: Transport) -> Integration:
    """Tie the shop to the books and keep their keys, as the pages do. Needs the scope."""
    connection = acts.choose_provider(shop, name, ANNA)
    secrets = outside.sign_in(transport)
    provider = build.provider_classes()[name].build(ACCOUNTING[name], FixedKeys(secrets), {}, transport)
    acts.books_connected(connection, secrets, provider.choices(), ANNA)
    integration = Integration.objects.select_related("shop").get(shop=shop, is_active=True)
    # The very object, which knows its lane: tests look at that without a scope.
    integration.connection = connection
    return integration


def save(integration: Integration, **values: str) -> None:
    """Save what is proposed, with what the tests choose."""
    fields = build.provider_classes()[integration.connection.provider].setting_fields
    likely = proposals.defaults(rules.kept_choices(integration.connection), fields)
    acts.save_settings(integration, {**likely, **CHOSEN, **values}, ANNA)


@contextmanager
def a_world(
    settings: Any, *, checked: bool = True, slug: str = "nordlys", provider: str = "economic", **values: str
) -> Iterator[World]:
    """A connected business whose first order has been checked, unless told otherwise."""
    settings.ACCOUNTING, settings.SHOPS = ACCOUNTING, SHOPS
    now = Now()
    with clock.moved(now):
        yield build_world(now, checked=checked, slug=slug, provider=provider, **values)


def build_world(
    now: Now, *, checked: bool = True, slug: str = "nordlys", number: int = 0, provider: str = "economic", **values: str
) -> World:
    """Make the business and connect it, as the pages would. Inside `clock.moved`. `number` sets several apart."""
    outside = OUTSIDE[provider](now)
    platform = Shoporama(now.seconds)
    platform.platform.numbers.webshop += number
    stand_in = platform.new_shop(f"{slug}.dk")
    log: list[tuple[str, str]] = []
    transport = transport_to({f"{SHOP}/REST": platform.handle, **outside.routes}, now, log)
    tenant = Tenant.objects.create(name="Nordlys ApS")
    with scope(tenant.pk):
        shop = Shop.objects.create(tenant=tenant, slug=slug, name=f"{slug}.dk")
        token = stand_in.new_key("Connector").token
        number = str(stand_in.webshop_id)
        acts.shop_connected(shop, "shoporama", SignedIn(token, number, shop.name, "", can_write=True), ANNA)
        Shop.objects.update(next_poll_at=None)
        integration = connect(shop, provider, outside, transport)
        save(integration, **values)
        if checked:
            integration.first_checked_at = now()
            integration.save(update_fields=["first_checked_at"])
    books = outside.books, outside.account
    world = World(now, *books, stand_in, tenant, shop, integration.connection, integration, transport)
    world.sent, world.sign_in = log, outside.sign_in
    return world


def amount(value: Any) -> Decimal:
    return Decimal(str(value))
