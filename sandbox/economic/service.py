"""The service: both hosts in front of the agreements' books."""

from __future__ import annotations

from itertools import count
from typing import Any

from sandbox.wire import Clock, Reply, Request

from . import access, booked, budget, customers, drafts, identity, journals, masterdata, products, seed, switches
from .access import Grants
from .agreement import PLANS, ROLES, Agreement
from .call import Call, Router
from .errors import Invalid, Refusal, not_found
from .open_drafts import ROUTES as DRAFT_ENTRIES
from .open_entries import ACCOUNTING_YEARS, BOOKED_ENTRIES
from .open_journals import ROUTES as JOURNALS
from .place import Place, place_of
from .refusing import error_reply, internal_error

LEGACY = Router(
    identity.ROUTES,
    customers.ROUTES,
    products.ROUTES,
    drafts.ROUTES,
    booked.ROUTES,
    masterdata.ROUTES,
    journals.ROUTES,
)

OPEN_SERVICES = {
    "journalsapi": ("v15.0.0", Router(DRAFT_ENTRIES, JOURNALS)),
    "bookedentriesapi": ("v4.0.0", Router(BOOKED_ENTRIES)),
    "accountingyearsapi": ("v2.0.1", Router(ACCOUNTING_YEARS)),
}

FIRST_AGREEMENT = 1_000_001


class Economic:
    """e-conomic as a client sees it.

    `public_url` is the address in front of the paths `handle` takes: with "http://h/economic" a
    customer's `self` is "http://h/economic/rest/customers/1". `switches` are the defaults of every
    agreement; an agreement's own `switches` win.
    """

    def __init__(self, clock: Clock, *, app_secret: str, app_public: str, public_url: str = "http://127.0.0.1") -> None:
        self.clock = clock
        self.app_public = app_public
        self.public_url = public_url.rstrip("/")
        self.switches: dict[str, object] = switches.defaults()
        self.agreements: dict[int, Agreement] = {}
        self.grants = Grants(app_secret)
        self._numbers = count(FIRST_AGREEMENT)
        self._serials = count(1)
        self._demo: Agreement | None = None

    def new_agreement(self, name: str = "Nordlys ApS", **options: Any) -> Agreement:
        """A new customer with seeded books.

        Options: plan ("Basis", "Plus", "Smart", "Komplet"), role ("SuperUser", "Bookkeeping", "Sales"),
        modules (numbers; 15 is inventory), base_currency, language ("da", "en"), cvr, switches, and
        `without` (names of master collections left empty, such as "layouts" or "journals").
        Raises ValueError or KeyError for a value that does not exist.
        """
        if options.get("plan", "Plus") not in PLANS or options.get("role", "SuperUser") not in ROLES:
            raise ValueError(f"plan is one of {PLANS}, role one of {ROLES}")
        for switch, value in options.get("switches", {}).items():
            switches.checked(switch, value)
        number = next(self._numbers)
        agreement = self._made(number, name, **options)
        self.agreements[number] = agreement
        return agreement

    def _made(self, number: int, name: str, *, without: tuple[str, ...] = (), **options: Any) -> Agreement:
        currency = options.get("base_currency", "DKK")
        books = seed.books(self.clock(), base_currency=currency, without=tuple(without))
        options["modules"] = tuple(options.get("modules", ()))
        return Agreement(number, name, books, self.switches, self.clock, app_public=self.app_public, **options)

    def grant(self, agreement_number: int) -> str:
        """A new grant token, as the approve page gives it. Raises KeyError for an unknown agreement."""
        return self.grants.give(self.agreements[agreement_number].number)

    def revoke(self, agreement_number: int) -> None:
        """The user removed the app: every grant of the agreement is refused with 401 from now on."""
        self.grants.revoke(agreement_number)

    def set_switch(self, name: str, value: object, agreement_number: int | None = None) -> None:
        """Set a switch for all, or for one agreement. Raises KeyError or ValueError when it does not exist."""
        table = self.switches if agreement_number is None else self.agreements[agreement_number].switches
        table[name] = switches.checked(name, value)

    def handle(self, request: Request) -> Reply:
        """Answer one request; its path begins with "/rest/" or "/api/<service>/v<x.y.z>/"."""
        serial = next(self._serials)
        place = place_of(request.path)
        try:
            agreement = self._agreement(request)
        except Refusal as refusal:
            reply = error_reply(place, serial, self.clock(), self.switches.__getitem__, refusal)
        else:
            reply = self._answer(agreement, request, place, serial)
        traced = {"x-requestid": f"{serial:032x}", "x-economicversion": "2026.9.1"}
        return Reply(reply.status, reply.body, {**traced, **reply.headers})

    def _agreement(self, request: Request) -> Agreement:
        number = self.grants.agreement_of(request)
        if number is not None:
            return self.agreements[number]
        if self._demo is None:
            self._demo = self._made(0, "Demo")
        return self._demo

    def _answer(self, agreement: Agreement, request: Request, place: Place, serial: int) -> Reply:
        now = self.clock()
        agreement.calls += 1
        tokens = budget.cost(request.method, place.segments)
        allowed = agreement.budget.spend(tokens, now, agreement.switch)
        try:
            if not allowed:
                raise _too_many(agreement, now)
            reply = self._remembered(agreement, request, place, now, serial)
        except (Refusal, Invalid) as refusal:
            reply = error_reply(place, serial, now, agreement.switch, refusal)
        headers = agreement.budget.headers(tokens, now, agreement.switch)
        return Reply(reply.status, reply.body, {**headers, **reply.headers})

    def _remembered(self, agreement: Agreement, request: Request, place: Place, now: float, serial: int) -> Reply:
        _check_key(agreement, request)
        known = agreement.memory.recall(request, now)
        if known is not None:
            return known
        try:
            reply = self._worked(agreement, request, place, now)
        except (Refusal, Invalid) as refusal:
            reply = error_reply(place, serial, now, agreement.switch, refusal)
        agreement.memory.keep(request, reply, now, agreement.switch)
        return reply

    def _worked(self, agreement: Agreement, request: Request, place: Place, now: float) -> Reply:
        failure = next((one for one in agreement.failures if one.fits(request.method, request.path)), None)
        if failure is not None:
            failure.times -= 1
            if not failure.after:
                raise internal_error(failure.status)
        access.check(agreement, request, place)
        handler, variables = _router(place).find(request.method, place.segments)
        _check_content_type(request)
        query = {name.lower(): value for name, value in request.query.items()}
        reply = handler(Call(agreement, request, query, now, self.public_url + place.prefix), *variables)
        if failure is not None:
            raise internal_error(failure.status)
        return reply


def _router(place: Place) -> Router:
    """The routes of a place. Raises Refusal 404 for a service or version that is not there."""
    if place.legacy:
        return LEGACY
    version, router = OPEN_SERVICES.get(place.service, ("", None))
    if router is None or version != place.version:
        raise not_found()
    return router


def _check_content_type(request: Request) -> None:
    """A body of another type than JSON is refused with 415 (section 2.1)."""
    sent = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if request.method in ("POST", "PUT") and sent != "application/json" and (request.body or sent):
        raise Refusal(415, "Unsupported media type.", openapi_code="UnsupportedMediaType")


def _check_key(agreement: Agreement, request: Request) -> None:
    longest: int = agreement.switch("key_max_length")
    if longest and len(request.headers.get("idempotency-key", "")) > longest:
        raise Refusal(400, f"The idempotency key is longer than {longest}.")


def _too_many(agreement: Agreement, now: float) -> Refusal:
    wait = {"retry-after": str(agreement.budget.seconds_left(now))} if agreement.switch("retry_after") else {}
    return Refusal(429, "Too many requests.", openapi_code="TooManyRequests", headers=wait)
