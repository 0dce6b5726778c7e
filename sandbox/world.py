"""Everything that the sandbox holds in memory: the stand-ins, the ordered faults, the counters."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sandbox.billy import Billy, Company
from sandbox.chaos import Chaos
from sandbox.dinero import Dinero, Organization, organization_of
from sandbox.economic import Agreement, Economic
from sandbox.faults import FaultBook, Plan
from sandbox.grants import GrantPage
from sandbox.routes import Refused
from sandbox.sender import Sender
from sandbox.shoporama import Shop, Shoporama
from sandbox.traffic import Account, Call, Traffic
from sandbox.visma import Visma
from sandbox.wire import Clock, Reply, Request, real_clock

PREFIXES = {
    "/economic/rest": ("economic", "/rest"),
    "/economic/api": ("economic", "/api"),
    "/dinero": ("dinero", ""),
    "/visma": ("visma", ""),
    "/billy": ("billy", ""),
    "/shoporama/REST": ("shoporama", ""),
}
"""Address prefix → the system, and what of the prefix the stand-in itself still wants to see."""

PAGES = ("/visma/connect/authorize",)
"""Addresses behind a prefix that are pages for a person."""

FIRST_USER = "ejer@example.dk"


class Target(NamedTuple):
    """Where a call goes: the system, the path for the stand-in, and the path for faults and counters."""

    system: str
    inner: str
    path: str


@dataclass
class World:
    """The whole sandbox. Synchronous; only the server around it waits."""

    economic: Economic
    visma: Visma
    dinero: Dinero
    billy: Billy
    shoporama: Shoporama
    public_url: str
    app_secret: str
    app_public: str
    clock: Clock = real_clock
    faults: FaultBook = field(default_factory=FaultBook)
    chaos: Chaos = field(default_factory=Chaos)
    grant_page: GrantPage = field(default_factory=GrantPage)
    grants: dict[str, int] = field(default_factory=dict)
    mails: list[dict[str, Any]] = field(default_factory=list)
    smtp: str = ""
    """Where mails are taken, `host:port`; empty while the server is not up."""
    sender: Sender | None = None
    traffic: Traffic = field(init=False)

    def __post_init__(self) -> None:
        self.traffic = Traffic(self.clock)

    def connect(self, sender: Sender) -> None:
        """From now on webhooks are really sent."""
        self.sender = sender
        self.shoporama.platform.send = sender.send

    def move_to(self, public_url: str) -> None:
        """The sandbox now answers at that address."""
        self.public_url = self.shoporama.platform.public_url = public_url
        self.economic.public_url = f"{public_url}/economic"
        self.visma.public_url = f"{public_url}/visma"

    def grant(self, agreement: int) -> str:
        """A new grant token for that agreement, remembered so that calls can be counted for it."""
        token = self.economic.grant(agreement)
        self.grants[token] = agreement
        return token

    def agreement(self, number: int) -> Agreement:
        """The agreement with that number. Raises Refused 404."""
        if number not in self.economic.agreements:
            raise Refused(404, f"no agreement {number}")
        return self.economic.agreements[number]

    def organization(self, number: int) -> Organization:
        """The organisation with that number. Raises Refused 404."""
        if number not in self.dinero.organizations:
            raise Refused(404, f"no organization {number}")
        return self.dinero.organizations[number]

    def company(self, number: int) -> Company:
        """The company with that number. Raises Refused 404."""
        if number not in self.billy.companies:
            raise Refused(404, f"no company {number}")
        return self.billy.companies[number]

    def open_organization(self, email: str = "", **about: Any) -> Organization:
        """A new organisation that the user with that e-mail, new or known, can open; without one a new user's own.

        Raises TypeError or ValueError for what an organisation cannot be.
        """
        made = self.dinero.open(**about)
        owner = email or f"ejer{made.number}@example.dk"
        user = self.visma.users.get(owner) or self.visma.new_user(owner)
        user.organizations.add(made.number)
        return made

    def users_of(self, organization: int) -> list[str]:
        """Who can open that organisation: e-mails, the first one first."""
        return [user.email for user in self.visma.users.values() if organization in user.organizations]

    def shop(self, number: int) -> Shop:
        """The shop with that webshop id. Raises Refused 404."""
        if number not in self.shoporama.shops:
            raise Refused(404, f"no shop {number}")
        return self.shoporama.shops[number]

    def begin(self, target: Target, request: Request, peer: tuple[str, int] | None) -> Call:
        """Count the call for the account that it is about or that its credentials name."""
        account, others = self._accounts(target, request)
        return self.traffic.begin(target.system, request.method, target.path, account, peer, others)

    def plan(self, call: Call) -> Plan:
        """How the call is served: an ordered fault first, else chaos, else plainly."""
        return self.faults.plan(call) or self.chaos.plan(call)

    def execute(self, target: Target, request: Request) -> Reply:
        """Let the stand-in answer."""
        inner = replace(request, path=target.inner)
        system: Economic | Visma | Dinero | Billy | Shoporama = getattr(self, target.system)
        return system.handle(inner)

    def _accounts(self, target: Target, request: Request) -> tuple[Account | None, Sequence[Account]]:
        """Whom the call is counted for, None for nobody; and the further accounts whose faults meet it."""
        if target.system == "dinero":
            return self._at_dinero(target, request)
        if target.system == "billy":
            company = self.billy.owner(request)
            return (company.number if company else None), ()
        if target.system == "visma":
            user = self.visma.owner(request)
            return (user.email, tuple(user.organizations)) if user else (None, ())
        if target.system == "economic":
            return self.grants.get(request.headers.get("x-agreementgranttoken", "")), ()
        shop = self.shoporama.owner(request)
        return (shop.webshop_id if shop else None), ()

    def _at_dinero(self, target: Target, request: Request) -> tuple[int | None, Sequence[Account]]:
        """The organisation in the address; the list of organisations is asked by a user for all of them."""
        number = organization_of(target.path)
        access = self.visma.access(request.headers.get("authorization", "").removeprefix("Bearer "))
        if access is None:
            return number, ()
        return number, (access.user, *(access.organizations if number is None else ()))


def target(path: str) -> Target | None:
    """The stand-in that answers `path`; None when it is an address of the sandbox itself."""
    if path in PAGES:
        return None
    for prefix, (system, kept) in PREFIXES.items():
        if path.startswith(prefix + "/") or path == prefix:
            rest = path[len(prefix) :]
            return Target(system, kept + rest, rest)
    return None


def new_world(public_url: str, clock: Clock = real_clock) -> World:
    """A sandbox with one agreement, one organisation, one company and one shop."""
    secret, public = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    economic = Economic(clock, app_secret=secret, app_public=public, public_url=f"{public_url}/economic")
    connect = f"{public_url}/visma"
    visma = Visma(clock, client_id="isv_connector", client_secret=secrets.token_urlsafe(24), public_url=connect)
    shoporama = Shoporama(clock, public_url=public_url)
    dinero, billy = Dinero(clock, visma.access), Billy(clock)
    world = World(economic, visma, dinero, billy, shoporama, public_url, secret, public, clock)
    world.grant(economic.new_agreement().number)
    world.open_organization(FIRST_USER, name="Nordlys ApS")
    billy.token(billy.open(name="Nordlys ApS", with_clearing=True).number)
    shoporama.new_shop().new_key("Connector")
    return world


def addresses(world: World) -> dict[str, Any]:
    """What `python -m sandbox` prints: addresses, and credentials of what was there first (contracts.md)."""
    here = world.public_url
    shop = next(iter(world.shoporama.shops.values()))
    company = next(iter(world.billy.companies.values()))
    return {
        "economic": {
            "rest": f"{here}/economic/rest",
            "openapi": f"{here}/economic/api",
            "grant": f"{here}/economic/grant",
            "app_secret": world.app_secret,
            "app_public": world.app_public,
            "agreement_grant": next(iter(world.grants)),
        },
        "shoporama": {
            "api": f"{here}/shoporama/REST",
            "oauth": f"{here}/shoporama/admin/oauth/login",
            "key": next(iter(shop.keys)),
        },
        "dinero": {
            "api": f"{here}/dinero",
            "connect": f"{here}/visma",
            "client_id": world.visma.app.client_id,
            "client_secret": world.visma.app.client_secret,
            "organization": next(iter(world.dinero.organizations)),
            "user": FIRST_USER,
        },
        "billy": {"api": f"{here}/billy/v2", "token": min(company.tokens, default=""), "company": company.number},
        "mail": f"{here}/mail",
        "smtp": world.smtp,
        "ledger": f"{here}/ledger",
        "control": f"{here}/control",
    }
