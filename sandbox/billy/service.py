"""The service: Billy's API in front of the companies' books."""

from __future__ import annotations

import secrets
from itertools import count
from typing import Any
from urllib.parse import unquote

from sandbox.wire import Clock, Reply, Request

from . import founding, invoices, organizations, payments, records, switches
from .call import Call, Handler, packed
from .company import Company
from .errors import BAD_TOKEN, NO_TOKEN, OTHER, Refusal, method_not_allowed, not_found
from .ids import ID

VERSION = "v2"
FIRST_COMPANY = 300_001
NATURAL = ("currencies", "countries", "countryGroups", "accountNatures")
"""Resources whose ids are codes."""

ROUTES: dict[str, dict[str, Handler]] = {}
for table in (organizations.ROUTES, records.ROUTES, invoices.ROUTES, payments.ROUTES):
    for (method, address), handler in table.items():
        ROUTES.setdefault(address, {})[method] = handler


class Billy:
    """Billy as a client sees it.

    `switches` are the defaults of every company; a company's own `switches` win.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.switches: dict[str, object] = switches.defaults()
        self.companies: dict[int, Company] = {}
        self.holders: dict[str, int] = {}
        self._numbers = count(FIRST_COMPANY)

    def open(
        self,
        name: str = "Nordlys ApS",
        *,
        with_oss: bool = False,
        with_clearing: bool = False,
        with_products: bool = False,
        without: tuple[str, ...] = (),
        **options: Any,
    ) -> Company:
        """A new company with seeded books, and no access token yet.

        Options: cvr, has_vat, email, switches. `with_oss` adds VAT for Germany and Finland, `with_clearing` the account
        5720, `with_products` the service products; `without` names tables that are left empty ("accounts" …).
        Raises ValueError, KeyError or TypeError for what does not exist.
        """
        for switch, value in options.get("switches", {}).items():
            switches.checked(switch, value)
        number, now = next(self._numbers), self.clock()
        seeded = {"with_oss": with_oss, "with_clearing": with_clearing, "with_products": with_products}
        books = founding.books(number, now, count(1), **seeded)
        for emptied in without:
            books.tables[emptied].clear()
        self.companies[number] = Company(number, name, books, self.switches, self.clock, now, seeded=seeded, **options)
        return self.companies[number]

    def token(self, number: int) -> str:
        """A new access token of a company; the others go on working. Raises KeyError."""
        made = secrets.token_hex(20)
        self.companies[number].tokens.add(made)
        self.holders[made] = number
        return made

    def revoke(self, number: int, token: str = "") -> int:
        """The owner deletes one access token, or all; gives back how many. Raises KeyError."""
        tokens = self.companies[number].tokens
        gone = tokens & {token} if token else set(tokens)
        tokens -= gone
        return len(gone)

    def owner(self, request: Request) -> Company | None:
        """The company that a request's access token is of, deleted or not; None for an unknown token."""
        return self.companies.get(self.holders.get(request.headers.get("x-access-token", ""), 0))

    def set_switch(self, name: str, value: object, company: int | None = None) -> None:
        """Set a switch for all, or for one company. Raises KeyError or ValueError when it does not exist."""
        table = self.switches if company is None else self.companies[company].switches
        table[name] = switches.checked(name, value)

    def handle(self, request: Request) -> Reply:
        """Answer one request; its path begins with the version: "/v2/…"."""
        company = self.owner(request)
        switch = company.switch if company else self.switches.__getitem__
        try:
            return self._answer(request, company)
        except Refusal as refusal:
            status = refusal.status or int(str(switch("validation_status")))
            meta = {"statusCode": status, "success": False, "time": 0}
            body = refusal.document(request.headers.get("accept-language", "en_US"))
            return packed(switch, status, {"meta": meta, **body}, refusal.headers)

    def _answer(self, request: Request, company: Company | None) -> Reply:
        token = request.headers.get("x-access-token", "")
        if not token:
            raise Refusal(401, NO_TOKEN, "You are not authenticated.")
        if company is None or token not in company.tokens:
            raise Refusal(401, BAD_TOKEN, "The access token is invalid.")
        now = self.clock()
        company.calls += 1
        if not company.limit.take(now, company.switch):
            raise _too_many(company, now)
        if company.is_locked and request.method != "GET":
            raise Refusal(company.switch("locked_status"), OTHER, "The organization is locked.")
        found, ids = _route(request)
        return found(Call(company, request, now), *ids)


def _route(request: Request) -> tuple[Handler, list[str]]:
    """The handler and the ids of an address. Raises Refusal 404 or 405."""
    version, *parts = (unquote(part) for part in request.path.strip("/").split("/"))
    resource = parts[0] if parts else ""
    ids = [part for part in parts[1:2] if ID.fullmatch(part) or resource in NATURAL or request.method == "DELETE"]
    handlers = ROUTES.get("/".join([*parts[:1], *("{}" for _ in ids), *parts[1 + len(ids) :]]))
    if version != VERSION or handlers is None:
        raise not_found("resource", "/".join(parts))
    if request.method not in handlers:
        raise method_not_allowed()
    return handlers[request.method], ids


def _too_many(company: Company, now: float) -> Refusal:
    wait = {}
    if company.switch("retry_after"):
        wait = {"retry-after": str(company.limit.seconds_left(now, company.switch))}
    return Refusal(429, OTHER, "Too many requests.", headers=wait)
