"""The token endpoint's rules: who asks, with what, and the error codes of RFC 6749, 5.2."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote_plus

from sandbox.wire import Request

from .asking import App

VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
"""RFC 7636, 4.1."""


class TokenRefusal(Exception):
    """An exchange that is turned down; `status` is 401 only where the app named itself by Basic."""

    def __init__(self, error: str, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.error = error
        self.why = why
        self.status = status


class Credentials(NamedTuple):
    """Who the app says it is, and whether it said so in the Authorization header."""

    client_id: str
    client_secret: str
    are_basic: bool


def form_of(request: Request) -> dict[str, str]:
    """The posted fields. Raises TokenRefusal for another content type, and for a field that comes twice."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise TokenRefusal("invalid_request", "the body is application/x-www-form-urlencoded")
    pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    if len({name for name, _ in pairs}) != len(pairs):
        raise TokenRefusal("invalid_request", "a parameter comes twice")
    return dict(pairs)


def authenticate(app: App, request: Request, form: Mapping[str, str]) -> None:
    """Raise TokenRefusal unless the app proved itself, in one way only (RFC 6749, 2.3)."""
    basic = _basic(request.headers.get("authorization", ""))
    if basic and "client_secret" in form:
        raise TokenRefusal("invalid_request", "credentials come twice")
    given = basic or Credentials(form.get("client_id", ""), form.get("client_secret", ""), are_basic=False)
    known = hmac.compare_digest(given.client_id.encode(), app.client_id.encode())
    if not (known and hmac.compare_digest(given.client_secret.encode(), app.client_secret.encode())):
        raise TokenRefusal("invalid_client", "unknown app or wrong secret", 401 if given.are_basic else 400)


def _basic(header: str) -> Credentials | None:
    kind, _, encoded = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError as error:
        raise TokenRefusal("invalid_client", "Authorization cannot be read", 401) from error
    return Credentials(unquote_plus(name), unquote_plus(secret), are_basic=True)


def needed(form: Mapping[str, str], name: str) -> str:
    """A field that must be there. Raises TokenRefusal when it is absent or empty."""
    if not form.get(name):
        raise TokenRefusal("invalid_request", f"{name} is missing")
    return form[name]


def proves(challenge: str, verifier: str) -> bool:
    """Whether `verifier` is what `challenge` was made of; without a challenge there must be no verifier (RFC 9700)."""
    if not challenge or not verifier:
        return not challenge and not verifier
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return VERIFIER.fullmatch(verifier) is not None and hmac.compare_digest(digest, challenge.encode())
