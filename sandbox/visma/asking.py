"""The authorize request: what an app asks of a person, checked before it is shown (fact sheet, 1.1; RFC 6749)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from .model import SCOPES

MODES = ("query", "form_post")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
"""What S256 makes of any verifier: 32 bytes in base64url without padding (RFC 7636, 4.2)."""
LOCAL_ADDRESS = re.compile(r"http://(localhost|127\.0\.0\.1)(:\d+)?/connect/books/dinero/")


class Untrusted(Exception):
    """App or return address are not known: nobody may be sent anywhere."""


class Wrong(Exception):
    """A known app asks for what it may not: an error code of RFC 6749, 4.1.2.1, and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Asked:
    """The parameters of the request, as texts; `response_mode` is "query" when none is given."""

    client_id: str = ""
    redirect_uri: str = ""
    response_type: str = ""
    response_mode: str = "query"
    scope: str = ""
    state: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    ui_locales: str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> Asked:
        """The request in a query string or a posted form; what it does not know is ignored (RFC 6749, 3.1)."""
        return cls(**{name: parameters[name] for name in cls.__dataclass_fields__ if name in parameters})

    @property
    def scopes(self) -> frozenset[str]:
        """The scopes asked for."""
        return frozenset(self.scope.split())

    def fields(self) -> dict[str, str]:
        """The parameters that were given, for the form's hidden fields."""
        return {name: str(value) for name, value in asdict(self).items() if value}


@dataclass
class App:
    """The app as it is registered in Visma's portal.

    Return addresses match exactly (fact sheet, 1.1). On this machine the product's own address is known from the
    start, whatever its port.
    """

    client_id: str
    client_secret: str
    redirect_uris: set[str]
    scopes: frozenset[str] = frozenset(SCOPES)

    def knows(self, address: str) -> bool:
        """Whether the browser may be sent to `address`."""
        return address in self.redirect_uris or LOCAL_ADDRESS.fullmatch(address) is not None

    def register(self, address: str) -> None:
        """One more return address. Raises ValueError unless it is an absolute one without fragment."""
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.fragment:
            raise ValueError("redirect_uri is an absolute http or https address without a fragment")
        self.redirect_uris.add(address)

    def trusts(self, asked: Asked) -> None:
        """Raise Untrusted unless app and return address are the registered ones."""
        if asked.client_id != self.client_id:
            raise Untrusted("client_id is unknown")
        if not self.knows(asked.redirect_uri):
            raise Untrusted("redirect_uri is not registered")

    def check(self, asked: Asked, *, needs_proof: bool) -> None:
        """Raise Wrong for what the app may not ask; `needs_proof`: it must send a code challenge."""
        if asked.response_type != "code":
            raise Wrong("unsupported_response_type", "response_type is code")
        if asked.response_mode not in MODES:
            raise Wrong("invalid_request", "response_mode is query or form_post")
        if not asked.scopes or not asked.scopes <= self.scopes:
            raise Wrong("invalid_scope", "the app has not been granted these scopes")
        if needs_proof and not asked.code_challenge:
            raise Wrong("invalid_request", "code_challenge is required")
        # Without a method the challenge would be the verifier itself (RFC 7636, 4.3), which the portal does not allow.
        if asked.code_challenge and asked.code_challenge_method != "S256":
            raise Wrong("invalid_request", "code_challenge_method is S256")
        if asked.code_challenge and not CHALLENGE.fullmatch(asked.code_challenge):
            raise Wrong("invalid_request", "code_challenge is no S256 challenge")
