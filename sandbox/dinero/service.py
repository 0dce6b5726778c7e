"""The service: Dinero's API in front of the organisations' books."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sandbox.economic.wirejson import encode
from sandbox.wire import Clock, Reply, Request

from . import contacts, credit_notes, invoices, masterdata, organizations, payments, seed, switches, vouchers
from .books import Books
from .call import JSON_TYPE, Call, Handler
from .clock import danish_day
from .errors import LIMIT, REQUEST, UNAUTHORISED, Refusal, not_found
from .organization import Organization
from .rules import GUID

if TYPE_CHECKING:
    from sandbox.visma import Access

READ, WRITE = "dineropublicapi:read", "dineropublicapi:write"
FIRST_ORGANIZATION = 200_001
LONGEST_NUMBER = 10

ROUTES: dict[str, dict[str, Handler]] = {}
for table in (
    contacts.ROUTES,
    invoices.ROUTES,
    credit_notes.ROUTES,
    vouchers.ROUTES,
    payments.ROUTES,
    masterdata.ROUTES,
):
    for (method, address), handler in table.items():
        ROUTES.setdefault(address.lower(), {})[method] = handler


class Dinero:
    """Dinero as a client sees it.

    `access` says what a token opens, None for one that is unknown or dead. `switches` are the defaults of every
    organisation; an organisation's own `switches` win.
    """

    def __init__(self, clock: Clock, access: Callable[[str], Access | None]) -> None:
        self.clock = clock
        self.access = access
        self.switches: dict[str, object] = switches.defaults()
        self.organizations: dict[int, Organization] = {}
        self._numbers = count(FIRST_ORGANIZATION)

    def open(
        self,
        name: str = "Nordlys ApS",
        *,
        with_oss: bool = False,
        with_clearing: bool = False,
        without: tuple[str, ...] = (),
        **options: Any,
    ) -> Organization:
        """A new organisation with seeded books.

        Options: pro, cvr, is_vat_free, email, switches; `with_oss` adds the OSS accounts and their VAT types,
        `with_clearing` the deposit account 55020; `without` names what is left empty ("deposit_accounts", "years" …).
        Raises ValueError, KeyError or TypeError for what does not exist.
        """
        for switch, value in options.get("switches", {}).items():
            switches.checked(switch, value)
        number = next(self._numbers)
        books = Books(
            number,
            seed.entry_accounts(with_oss=with_oss),
            seed.deposit_accounts(with_clearing=with_clearing),
            seed.vat_types(with_oss=with_oss),
            seed.accounting_years(danish_day(self.clock())),
            dict(seed.RATES),
        )
        for emptied in without:
            vars(books)[emptied].clear()
        self.organizations[number] = Organization(number, name, books, self.switches, self.clock, **options)
        return self.organizations[number]

    def set_switch(self, name: str, value: object, organization: int | None = None) -> None:
        """Set a switch for all, or for one organisation. Raises KeyError or ValueError when it does not exist."""
        table = self.switches if organization is None else self.organizations[organization].switches
        table[name] = switches.checked(name, value)

    def handle(self, request: Request) -> Reply:
        """Answer one request; its path begins with the version: "/v1/…"."""
        organization = self.organizations.get(organization_of(request.path) or 0)
        switch = organization.switch if organization else self.switches.__getitem__
        try:
            return self._answer(request, organization)
        except Refusal as refusal:
            return refused(refusal, str(switch("error_body")))

    def _answer(self, request: Request, organization: Organization | None) -> Reply:
        access = self._access(request)
        address = _segments(request.path)
        query = {name.lower(): value for name, value in request.query.items()}
        if not address[1:2] or not address[1].isdigit():
            mine = [self.organizations[n] for n in sorted(access.organizations) if n in self.organizations]
            return organizations.answer(request, query, address, mine)
        if organization is None or organization.number not in access.organizations:
            raise _foreign(organization.switch if organization else self.switches.__getitem__)
        return self._worked(request, organization, address, query, access)

    def _worked(
        self, request: Request, organization: Organization, address: list[str], query: dict[str, str], access: Access
    ) -> Reply:
        now = self.clock()
        organization.calls += 1
        if not organization.limit.take(now, organization.switch):
            raise _too_many(organization, now)
        if not organization.pro:
            raise Refusal(403, organization.switch("pro_code"), "The organization does not have Dinero Pro.")
        if (READ if request.method == "GET" else WRITE) not in access.scopes:
            raise Refusal(403, UNAUTHORISED, "The scope does not allow this.")
        found, guids = _route(request.method, address)
        return found(Call(organization, request, query, now), *guids)

    def _access(self, request: Request) -> Access:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        access = self.access(token.strip()) if scheme.lower() == "bearer" else None
        if access is None:
            raise Refusal(401, UNAUTHORISED, "Unauthorized.", headers={"www-authenticate": "Bearer"})
        return access


def organization_of(path: str) -> int | None:
    """The number that an address names, whether or not there is such an organisation; None when it names none."""
    named = path.strip("/").split("/")[1:2]
    is_number = named and named[0].isascii() and named[0].isdigit() and len(named[0]) <= LONGEST_NUMBER
    return int(named[0]) if is_number else None


def refused(refusal: Refusal, body: str) -> Reply:
    """A refusal as an answer: "json", "html" or "empty"."""
    if body == "empty":
        return Reply(refusal.status, b"", refusal.headers)
    if body == "html":
        page = f"<html><body><h1>{refusal.status}</h1><p>{refusal.message}</p></body></html>"
        return Reply(refusal.status, page.encode(), {"content-type": "text/html; charset=utf-8", **refusal.headers})
    return Reply(refusal.status, encode(refusal.document()), {**JSON_TYPE, **refusal.headers})


def _segments(path: str) -> list[str]:
    return [unquote(part).lower() for part in path.strip("/").split("/")]


def _route(method: str, segments: list[str]) -> tuple[Handler, list[str]]:
    """The handler and the Guids of an address with an organisation. Raises Refusal 404 or 405."""
    guids = [segment for segment in segments if GUID.fullmatch(segment)]
    kept = [segments[0], *segments[2:]]
    handlers = ROUTES.get("/".join("{}" if GUID.fullmatch(segment) else segment for segment in kept))
    if handlers is None:
        raise not_found()
    if method not in handlers:
        raise Refusal(405, REQUEST, "The method is not allowed.")
    return handlers[method], guids


def _foreign(switch: Callable[[str], Any]) -> Refusal:
    if switch("foreign_organization") == 404:
        return not_found("Organization")
    return Refusal(403, UNAUTHORISED, "The user has no access to the organization.")


def _too_many(organization: Organization, now: float) -> Refusal:
    wait = {}
    if organization.switch("retry_after"):
        wait = {"retry-after": str(organization.limit.seconds_left(now, organization.switch))}
    return Refusal(429, LIMIT, "Too many requests.", headers=wait)
