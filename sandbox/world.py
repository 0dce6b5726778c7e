"""Everything that the sandbox holds in memory: the stand-ins, the ordered faults, the counters."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sandbox.chaos import Chaos
from sandbox.economic import Agreement, Economic
from sandbox.faults import FaultBook, Plan
from sandbox.grants import GrantPage
from sandbox.routes import Refused
from sandbox.sender import Sender
from sandbox.shoporama import Shop, Shoporama
from sandbox.traffic import Call, Traffic
from sandbox.wire import Clock, Reply, Request, real_clock

PREFIXES = {
    "/economic/rest": ("economic", "/rest"),
    "/economic/api": ("economic", "/api"),
    "/shoporama/REST": ("shoporama", ""),
}
"""Address prefix → the system, and what of the prefix the stand-in itself still wants to see."""


class Target(NamedTuple):
    """Where a call goes: the system, the path for the stand-in, and the path for faults and counters."""

    system: str
    inner: str
    path: str


@dataclass
class World:
    """The whole sandbox. Synchronous; only the server around it waits."""

    economic: Economic
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

    def shop(self, number: int) -> Shop:
        """The shop with that webshop id. Raises Refused 404."""
        if number not in self.shoporama.shops:
            raise Refused(404, f"no shop {number}")
        return self.shoporama.shops[number]

    def begin(self, target: Target, request: Request, peer: tuple[str, int] | None) -> Call:
        """Count the call for the account that its credentials name."""
        return self.traffic.begin(target.system, request.method, target.path, self._account(target, request), peer)

    def plan(self, call: Call) -> Plan:
        """How the call is served: an ordered fault first, else chaos, else plainly."""
        return self.faults.plan(call) or self.chaos.plan(call)

    def execute(self, target: Target, request: Request) -> Reply:
        """Let the stand-in answer."""
        inner = replace(request, path=target.inner)
        return self.economic.handle(inner) if target.system == "economic" else self.shoporama.handle(inner)

    def _account(self, target: Target, request: Request) -> int | None:
        if target.system == "economic":
            return self.grants.get(request.headers.get("x-agreementgranttoken", ""))
        shop = self.shoporama.owner(request)
        return shop.webshop_id if shop else None


def target(path: str) -> Target | None:
    """The stand-in that answers `path`; None when it is an address of the sandbox itself."""
    for prefix, (system, kept) in PREFIXES.items():
        if path.startswith(prefix + "/") or path == prefix:
            rest = path[len(prefix) :]
            return Target(system, kept + rest, rest)
    return None


def new_world(public_url: str, clock: Clock = real_clock) -> World:
    """A sandbox with one agreement and one shop."""
    secret, public = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    economic = Economic(clock, app_secret=secret, app_public=public, public_url=f"{public_url}/economic")
    shoporama = Shoporama(clock, public_url=public_url)
    world = World(economic, shoporama, public_url, secret, public, clock)
    world.grant(economic.new_agreement().number)
    shoporama.new_shop().new_key("Connector")
    return world


def addresses(world: World) -> dict[str, Any]:
    """What `python -m sandbox` prints: addresses, and credentials of the first agreement and shop (contracts.md)."""
    here = world.public_url
    shop = next(iter(world.shoporama.shops.values()))
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
        "mail": f"{here}/mail",
        "smtp": world.smtp,
        "ledger": f"{here}/ledger",
        "control": f"{here}/control",
    }
