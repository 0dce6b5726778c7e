"""Who may call what: the two tokens, the plan, the app's role, the modules (fact sheet, 2)."""

from __future__ import annotations

import hashlib

from sandbox.wire import Request

from .agreement import DIMENSIONS, MODULE_NAMES, PROJECTS, Agreement
from .errors import SECRET_MISMATCH, Refusal
from .place import Place

DEMO = "demo"
READS = ("GET", "HEAD")

# 2.2: the vendor's x-required-roles per service; the older host's writes follow the same lines.
SERVICE_ROLES = {
    "journalsapi": ("Bookkeeping", "SuperUser"),
    "bookedentriesapi": ("Bookkeeping", "SuperUser"),
    "accountingyearsapi": ("Bookkeeping", "SuperUser"),
}
LEGACY_WRITE_ROLES = {
    "customers": ("Sales", "SuperUser"),
    "products": ("Sales", "SuperUser"),
    "invoices": ("Sales", "SuperUser"),
    "journals": ("Bookkeeping", "SuperUser"),
}
SERVICE_MODULES = {"projectsapi": PROJECTS, "dimensionsapi": DIMENSIONS}


class Grants:
    """The grant tokens given for one app."""

    def __init__(self, app_secret: str) -> None:
        self.app_secret = app_secret
        self._agreements: dict[str, int] = {}
        self._revoked: set[str] = set()

    def give(self, agreement: int) -> str:
        """A new token for an agreement; the same run gives the same tokens."""
        seed = f"{self.app_secret}:{agreement}:{len(self._agreements)}"
        token = hashlib.sha256(seed.encode()).hexdigest()[:43]
        self._agreements[token] = agreement
        return token

    def revoke(self, agreement: int) -> None:
        """Refuse all tokens of an agreement."""
        self._revoked |= {token for token, number in self._agreements.items() if number == agreement}

    def agreement_of(self, request: Request) -> int | None:
        """The agreement a request may read; None for the demo pair, which may only GET.

        Raises Refusal 401 for a missing, unknown or revoked token, with E02250 for another app's secret.
        """
        secret = request.headers.get("x-appsecrettoken", "")
        token = request.headers.get("x-agreementgranttoken", "")
        if secret == token == DEMO or (request.query.get("demo") == "true" and not secret + token):
            if request.method not in READS:
                raise Refusal(403, "The demo agreement can only be read.", openapi_code="AccessDenied")
            return None
        number = self._agreements.get(token)
        if number is not None and secret and secret != self.app_secret:
            raise Refusal(401, "The app secret does not match the grant.", SECRET_MISMATCH)
        if number is None or token in self._revoked or secret != self.app_secret:
            raise Refusal(401, "Unauthorized access. Try the word demo for both tokens.", openapi_code="Unauthorized")
        return number


def check(agreement: Agreement, request: Request, place: Place) -> None:
    """Raise Refusal 403 when plan, role or modules do not allow the call."""
    writes = request.method not in READS
    if agreement.plan == "Basis" and writes:
        raise Refusal(403, "The agreement's plan does not include writing by API.", openapi_code="AccessDenied")
    module = SERVICE_MODULES.get(place.service)
    if module is not None and module not in agreement.modules:
        message = f"Missing modules: {MODULE_NAMES[module]}"
        raise Refusal(403, message, openapi_code="AccessDeniedAgreementMissingModules")
    roles = SERVICE_ROLES.get(place.service)
    if place.legacy and writes and place.segments:
        roles = LEGACY_WRITE_ROLES.get(place.segments[0])
    if roles is not None and agreement.role not in roles:
        raise Refusal(403, f"Access forbidden. Required role: {' or '.join(roles)}.", openapi_code="AccessDenied")
