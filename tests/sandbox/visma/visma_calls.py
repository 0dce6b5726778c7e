"""An app that signs a user in at the Visma Connect stand-in."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sandbox.visma import Visma
from sandbox.wire import Clock, Reply, Request

ID, SECRET = "isv_connector", "visma-secret"
BACK = "http://localhost:8000/connect/books/dinero/"
SCOPE = "dineropublicapi:read dineropublicapi:write offline_access"
VERIFIER = "v" * 43
USER = "ejer@example.dk"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def challenge(verifier: str = VERIFIER) -> str:
    """S256 of RFC 7636."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def asking(**more: str) -> dict[str, str]:
    """A right authorize request, and what is to be otherwise."""
    return {
        "client_id": ID,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": SCOPE,
        "state": "s1",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
    } | more


@dataclass
class App:
    """The app with one user who can open organisation 250001."""

    clock: Clock
    visma: Visma = field(init=False)

    def __post_init__(self) -> None:
        self.visma = Visma(self.clock, client_id=ID, client_secret=SECRET, public_url="http://h/visma")
        self.visma.new_user(USER, "Ejer", [250001])

    def code(self, **more: str) -> str:
        """A code that the user approved."""
        return self.visma.answer(self.visma.look(asking(**more)), USER)["code"]

    def post(self, fields: dict[str, str], **headers: str) -> Reply:
        """One request to the token address."""
        request = Request("POST", "/connect/token", {}, FORM | headers, urlencode(fields).encode())
        return self.visma.handle(request)

    def exchange(self, code: str, **more: str) -> Reply:
        """Exchange a code; what is given as an empty text is left out."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        fields |= {"client_id": ID, "client_secret": SECRET} | more
        return self.post({name: value for name, value in fields.items() if value})

    def refresh(self, token: str, **more: str) -> Reply:
        """Exchange a refresh token."""
        fields = {"grant_type": "refresh_token", "refresh_token": token, "client_id": ID, "client_secret": SECRET}
        return self.post(fields | more)

    def signed_in(self, **more: str) -> Any:
        """The tokens after an approval."""
        reply = self.exchange(self.code(**more))
        assert reply.status == 200, reply.body
        return reply.json()


def error(reply: Reply) -> tuple[int, str]:
    """What a refused exchange says."""
    return reply.status, reply.json()["error"]
