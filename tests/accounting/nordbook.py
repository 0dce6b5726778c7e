"""Nordbook, an invented provider whose users sign in by OAuth and may reach several organisations.

What the pages and the keys need of such a provider, and nothing else: whoever builds one need not wait for it here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import pytest

from accounting import registry
from accounting.base import Choices, Company, Finding, Keys, SignIn
from accounting.providers.economic.provider import Economic
from connector.core.errors import NeedsSetup
from connector.lib import oauth
from connector.lib.http import Answer, Transport, raise_for_trouble
from sandbox.visma import Visma
from sandbox.wire import Request

CONNECT, API = "https://connect.example", "https://nordbook.example"
CONFIG = {"connect_url": CONNECT, "api_url": API, "client_id": "isv_us", "client_secret": "s3cret"}
SCOPES = ("dineropublicapi:read", "dineropublicapi:write", "offline_access")
OWNER = "ejer@example.dk"


class Nordbook(Economic):
    """Signs in and lists its organisations; everything else is another provider's and not used."""

    name = "nordbook"
    label = "Nordbook"
    company_word = "organisation"
    prerequisites = ()
    return_is_fixed = True

    def __init__(self, config: Mapping[str, str], keys: Keys, kept: Mapping[str, Any], transport: Transport) -> None:
        self.config, self.keys, self.transport = config, keys, transport

    @classmethod
    def build(cls, config: Mapping[str, str], keys: Keys, kept: Mapping[str, Any], transport: Transport) -> Self:
        return cls(config, keys, kept, transport)

    @classmethod
    def connect_url(cls, config: Mapping[str, str], sign_in: SignIn) -> str:
        return oauth.authorize_url(
            f"{config['connect_url']}/connect/authorize",
            config["client_id"],
            redirect_uri=sign_in.return_url,
            state=sign_in.state,
            verifier=sign_in.verifier,
            scopes=SCOPES,
            ui_locales=sign_in.language,
        )

    @classmethod
    def granted(cls, config: Mapping[str, str], answer: Mapping[str, str], sign_in: SignIn) -> dict[str, str] | None:
        is_ours = answer.get("state") == sign_in.state and answer.get("iss") == config["connect_url"]
        if not answer.get("code") or not is_ours:
            return None
        return {"code": answer["code"], "verifier": sign_in.verifier, "return_url": sign_in.return_url}

    @classmethod
    def redeem(cls, config: Mapping[str, str], granted: Mapping[str, str], transport: Transport) -> dict[str, str]:
        code, verifier, back = (granted[name] for name in ("code", "verifier", "return_url"))
        return _secrets(oauth.exchange(transport, *_app(config), code, verifier, back))

    @classmethod
    def renew(cls, config: Mapping[str, str], secrets: Mapping[str, str], transport: Transport) -> dict[str, str]:
        return _secrets(oauth.refresh(transport, *_app(config), secrets["refresh"]))

    def companies(self) -> Sequence[Company]:
        rows = self._get("/organizations")
        if not rows:
            raise NeedsSetup("organisation-none")
        return [Company(str(row["id"]), row["name"], row["cvr"], row["trouble"]) for row in rows]

    def choices(self) -> Choices:
        chosen = self._get(f"/{self.keys.current()['company']}/organization")
        return Choices(chosen["name"], str(chosen["id"]), "DKK", {})

    def check(self, settings: Mapping[str, str], today: Any = None) -> list[Finding]:
        return []

    def _get(self, path: str) -> Any:
        used = self.keys.current()
        answer = self._asked(path, used)
        if answer.status == 401:
            answer = self._asked(path, self.keys.renewed(used))
        raise_for_trouble("GET", answer)
        if not answer.ok:
            raise NeedsSetup("connection-revoked")
        return answer.json()

    def _asked(self, path: str, secrets: Mapping[str, str]) -> Answer:
        return self.transport("GET", f"{API}{path}", {"Authorization": f"Bearer {secrets['access']}"}, None)


def _app(config: Mapping[str, str]) -> tuple[str, str, str]:
    return f"{config['connect_url']}/connect/token", config["client_id"], config["client_secret"]


def _secrets(tokens: oauth.Tokens) -> dict[str, str]:
    return {"access": tokens.access, "refresh": tokens.refresh, "expires": tokens.expires_at.isoformat()}


@dataclass
class Office:
    """Visma Connect's own stand-in, one user, and Nordbook's organisations behind it. `sent` are the calls made."""

    visma: Visma = field(
        default_factory=lambda: Visma(
            lambda: datetime.now(UTC).timestamp(), client_id="isv_us", client_secret="s3cret", public_url=CONNECT
        )
    )
    organizations: dict[int, dict[str, Any]] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.visma.new_user(OWNER)

    def open(self, number: int, name: str, cvr: str = "", trouble: str = "") -> None:
        """An organisation that the owner can reach."""
        self.organizations[number] = {"id": number, "name": name, "cvr": cvr, "trouble": trouble}
        self.visma.users[OWNER].organizations.add(number)

    def approved(self, url: str) -> dict[str, str]:
        """What the return address gets once the owner has approved what `url` asks."""
        asked = dict(parse_qsl(urlsplit(url).query))
        self.visma.register(asked["redirect_uri"])
        return self.visma.answer(self.visma.look(asked), OWNER)

    def declined(self, url: str) -> dict[str, str]:
        """What it gets when the owner has declined."""
        asked = dict(parse_qsl(urlsplit(url).query))
        self.visma.register(asked["redirect_uri"])
        return self.visma.answer(self.visma.look(asked), None)

    def tokens(self) -> dict[str, str]:
        """The keys of an owner who has approved."""
        given = self.visma.issue(self.visma.consent(OWNER, frozenset(SCOPES)))
        return {"access": given["access_token"], "refresh": given["refresh_token"], "expires": ""}

    @property
    def counts(self) -> dict[str, int]:
        """How often codes and refresh tokens were exchanged, and refused."""
        return {name: self.visma.users[OWNER].counts[name] for name in ("exchanges", "refreshes", "refused")}

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """The transport that leads to both."""
        parts = urlsplit(url)
        self.sent.append((method, parts.path))
        if not url.startswith(CONNECT):
            return self._organizations(parts.path, headers)
        lower = {name.lower(): value for name, value in headers.items()}
        reply = self.visma.handle(Request(method, parts.path, {}, lower, body or b""))
        return Answer(reply.status, reply.headers, reply.body)

    def _organizations(self, path: str, headers: Mapping[str, str]) -> Answer:
        access = self.visma.access(headers["Authorization"].removeprefix("Bearer "))
        if access is None:
            return Answer(401, {}, b"")
        reached = [row for number, row in self.organizations.items() if number in access.organizations]
        if path == "/organizations":
            return _told(reached)
        return next((_told(row) for row in reached if path == f"/{row['id']}/organization"), Answer(403, {}, b""))


def _told(data: Any) -> Answer:
    return Answer(200, {}, json.dumps(data).encode())


def register(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make Nordbook one of the providers, for one test."""
    monkeypatch.setitem(registry.PROVIDERS, "nordbook", f"{__name__}.Nordbook")
    settings.ACCOUNTING = {**settings.ACCOUNTING, "nordbook": CONFIG}
