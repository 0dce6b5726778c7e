"""Visma Connect as an app sees it: approval by a person, codes, tokens that expire, rotate and are revoked.

Fact sheet, 1.1. The pages for a person are in `sandbox.pages.visma`; they call `look` and `answer`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.wire import Clock, Reply, Request

from . import minting, switches
from .asking import App, Asked, Wrong
from .exchange import TokenRefusal, authenticate, form_of, needed, proves
from .model import OFFLINE, Access, AccessToken, Code, Consent, RefreshToken, User

CODE_SECONDS = 60
REFRESH_SECONDS = 365 * 86_400
"""A refresh token lives up to a year (fact sheet, 1.1)."""

# Tests call the service from many threads; a lock of the module, since a kept world cannot hold one.
_ONE_AT_A_TIME = threading.Lock()


class Visma:
    """Visma Connect with one registered app.

    `public_url` is the issuer: the address in front of "/connect/authorize". `switches` hold for everybody, unless a
    user's own say otherwise.
    """

    def __init__(
        self, clock: Clock, *, client_id: str, client_secret: str, public_url: str = "http://127.0.0.1"
    ) -> None:
        self.clock = clock
        self.app = App(client_id, client_secret, set())
        self.public_url = public_url.rstrip("/")
        self.switches: dict[str, object] = switches.defaults()
        self.users: dict[str, User] = {}
        self.consents: list[Consent] = []
        self.codes: dict[str, Code] = {}
        self.access_tokens: dict[str, AccessToken] = {}
        self.refresh_tokens: dict[str, RefreshToken] = {}

    # --- what the control address and the pages do -------------------------------------------------------------------
    def new_user(self, email: str, name: str = "", organizations: Iterable[int] = ()) -> User:
        """A user who can open these organisations. Raises ValueError when the e-mail is taken or none."""
        if email in self.users or "@" not in email:
            raise ValueError(f"{email!r} is taken, or no e-mail address")
        self.users[email] = User(email, name or email.partition("@")[0], set(organizations))
        return self.users[email]

    def switch(self, name: str, email: str | None = None) -> Any:
        """A switch's value for a user, or for everybody. Raises KeyError for an unknown name."""
        own = self.users[email].switches if email in self.users else {}
        return own[name] if name in own else self.switches[name]

    def set_switch(self, name: str, value: object, email: str | None = None) -> None:
        """Set a switch for everybody, or for one user. Raises KeyError or ValueError when it does not exist."""
        table = self.switches if email is None else self.users[email].switches
        table[name] = switches.checked(name, value)

    def register(self, address: str) -> None:
        """One more return address of the app. Raises ValueError when it can be none."""
        self.app.register(address)

    def revoke(self, email: str) -> int:
        """The user withdraws all consents: their tokens are dead. Returns how many consents there were."""
        living = [consent for consent in self._consents(email) if not consent.is_revoked]
        for consent in living:
            consent.is_revoked = True
        return len(living)

    def expire(self, email: str) -> int:
        """Let the user's access tokens end now; refresh tokens stay. Returns how many were living."""
        now = self.clock()
        living = [held for held in self.access_tokens.values() if held.consent.user == email and held.until > now]
        for held in living:
            held.until = now
        return len(living)

    def report(self, email: str) -> dict[str, Any]:
        """The user with the counters and what lives right now. Raises KeyError for an unknown one."""
        now = self.clock()
        living = {
            "access_tokens": sum(_lives(held, email, now) for held in self.access_tokens.values()),
            "refresh_tokens": sum(_lives(held, email, now) for held in self.refresh_tokens.values()),
        }
        return self.users[email].report() | living

    def _consents(self, email: str) -> list[Consent]:
        return [consent for consent in self.consents if consent.user == email]

    # --- the authorize page ------------------------------------------------------------------------------------------
    def look(self, parameters: Mapping[str, str]) -> Asked:
        """The authorize request. Raises Untrusted when nobody may be sent back, Wrong when the app may not ask that."""
        asked = Asked.of(parameters)
        self.app.trusts(asked)
        self.app.check(asked, needs_proof=self.switch("pkce") == "required")
        return asked

    def answer(self, asked: Asked, email: str | None) -> dict[str, str]:
        """What the return address gets: a code that this user approves, or `access_denied` when it is None.

        Raises KeyError for an unknown user.
        """
        if email is None:
            return self.refused(asked, Wrong("access_denied", "the user declined"))
        with _ONE_AT_A_TIME:
            code = self._code(asked, self.consent(email, asked.scopes))
        return self._addressed(asked, {"code": code, "scope": asked.scope})

    def refused(self, asked: Asked, problem: Wrong) -> dict[str, str]:
        """What the return address gets instead of a code."""
        return self._addressed(asked, {"error": problem.code, "error_description": problem.message})

    def _addressed(self, asked: Asked, answer: dict[str, str]) -> dict[str, str]:
        state = {"state": asked.state} if asked.state else {}
        return answer | state | ({"iss": self.public_url} if self.switch("iss") else {})

    def consent(self, email: str, scopes: frozenset[str]) -> Consent:
        """The user allows the app these scopes; how its tokens refresh is settled by the switches of this moment."""
        refresh, grace = self.switch("refresh", email), self.switch("grace_seconds", email)
        self.users[email].count("consents")
        self.consents.append(Consent(email, scopes, refresh, grace))
        return self.consents[-1]

    def _code(self, asked: Asked, consent: Consent) -> str:
        code = minting.code()
        self.codes[code] = Code(consent, asked.redirect_uri, asked.code_challenge, self.clock() + CODE_SECONDS)
        return code

    # --- the addresses for programs ----------------------------------------------------------------------------------
    def handle(self, request: Request) -> Reply:
        """Answer a request to "/connect/token" or the discovery document."""
        if request.path == "/.well-known/openid-configuration" and request.method == "GET":
            return Reply.of(200, minting.discovery(self.public_url, sorted(self.app.scopes)))
        if request.path != "/connect/token":
            return Reply(404, b"<!DOCTYPE html><title>Not found</title>", {"content-type": "text/html"})
        if request.method != "POST":
            return Reply(405, b"", {"allow": "POST"})
        with _ONE_AT_A_TIME:
            return self._token(request)

    def owner(self, request: Request) -> User | None:
        """Whose code or refresh token a request to the token address carries."""
        try:
            form = form_of(request)
        except TokenRefusal:
            return None
        held = self.codes.get(form.get("code", "")) or self.refresh_tokens.get(form.get("refresh_token", ""))
        return self.users[held.consent.user] if held else None

    def _token(self, request: Request) -> Reply:
        headers = {"cache-control": "no-store", "pragma": "no-cache"}
        try:
            form = form_of(request)
            authenticate(self.app, request, form)
            answer = self._granted(form)
        except TokenRefusal as refusal:
            return self._turned_down(request, refusal)
        return Reply.of(200, answer, **headers)

    def _turned_down(self, request: Request, refusal: TokenRefusal) -> Reply:
        user = self.owner(request)
        if user:
            user.count("refused")
        basic = {"www-authenticate": 'Basic realm="connect"'} if refusal.status == 401 else {}
        says_why = self.switch("error_description", user.email if user else None)
        why = {"error_description": refusal.why} if says_why else {}
        return Reply.of(refusal.status, {"error": refusal.error, **why}, **{"cache-control": "no-store"}, **basic)

    def _granted(self, form: Mapping[str, str]) -> dict[str, Any]:
        kind = needed(form, "grant_type")
        if kind == "authorization_code":
            return self._by_code(form)
        if kind == "refresh_token":
            return self._by_refresh(form)
        if kind == "client_credentials":
            raise TokenRefusal("unauthorized_client", "the app is a web application")
        raise TokenRefusal("unsupported_grant_type", "authorization_code or refresh_token")

    def _by_code(self, form: Mapping[str, str]) -> dict[str, Any]:
        held = self.codes.get(needed(form, "code"))
        address = needed(form, "redirect_uri")
        if held is None or held.consent.is_revoked or held.until <= self.clock():
            raise TokenRefusal("invalid_grant", "the code is unknown or too old")
        if held.is_used:
            held.consent.is_revoked = bool(self.switch("code_reuse_revokes", held.consent.user))
            raise TokenRefusal("invalid_grant", "the code was used")
        # Who shows the code without knowing its verifier has spent it (RFC 9700, 4.5): it may have been stolen.
        held.is_used = True
        if held.redirect_uri != address or not proves(held.challenge, form.get("code_verifier", "")):
            raise TokenRefusal("invalid_grant", "the code was made for another address or verifier")
        self.users[held.consent.user].count("exchanges")
        return self.issue(held.consent)

    def _by_refresh(self, form: Mapping[str, str]) -> dict[str, Any]:
        held = self.refresh_tokens.get(needed(form, "refresh_token"))
        if held is None or held.consent.is_revoked or held.until <= self.clock():
            raise TokenRefusal("invalid_grant", "the refresh token is unknown, too old or revoked")
        scopes = frozenset(form.get("scope", "").split()) or held.consent.scopes
        if not scopes <= held.consent.scopes:
            raise TokenRefusal("invalid_scope", "more than was allowed")
        self._spend(held)
        self.users[held.consent.user].count("refreshes")
        if held.consent.refresh == "one_time":
            return self.issue(held.consent, scopes)
        is_repeated = self.switch("reuse_answer", held.consent.user) == "same"
        repeated = {"refresh_token": form["refresh_token"]} if is_repeated else {}
        return self._opened(held.consent, scopes) | repeated

    def _spend(self, held: RefreshToken) -> None:
        """Use a refresh token up, where it is for one time. Raises TokenRefusal when it was, and its grace is over."""
        consent, now = held.consent, self.clock()
        if consent.refresh == "reuse":
            return
        if held.used is not None and now >= held.used + consent.grace_seconds:
            consent.is_revoked = bool(self.switch("refresh_reuse_revokes", consent.user))
            raise TokenRefusal("invalid_grant", "the refresh token was used")
        held.used = now if held.used is None else held.used

    def issue(self, consent: Consent, scopes: frozenset[str] | None = None) -> dict[str, Any]:
        """A new access token and, when offline access was allowed, a new refresh token: the endpoint's answer."""
        answer = self._opened(consent, scopes or consent.scopes)
        if OFFLINE in consent.scopes:
            answer["refresh_token"] = minting.refresh_token()
            self.refresh_tokens[answer["refresh_token"]] = RefreshToken(consent, self.clock() + REFRESH_SECONDS)
        return answer

    def _opened(self, consent: Consent, scopes: frozenset[str]) -> dict[str, Any]:
        now, seconds = self.clock(), self.switch("expires_in", consent.user)
        user = self.users[consent.user]
        token = minting.access_token(self.public_url, self.app.client_id, user.email, sorted(scopes), now, seconds)
        self.access_tokens[token] = AccessToken(consent, scopes, now + seconds)
        return {
            "access_token": token,
            "expires_in": seconds,
            "token_type": "Bearer",
            "scope": " ".join(sorted(scopes, reverse=True)),
        }

    def access(self, token: str) -> Access | None:
        """What that access token opens right now; None when it is unknown, has expired or was revoked."""
        held = self.access_tokens.get(token)
        if held is None or not _lives(held, held.consent.user, self.clock()):
            return None
        return Access(held.consent.user, frozenset(self.users[held.consent.user].organizations), held.scopes)


def _lives(held: AccessToken | RefreshToken, email: str, now: float) -> bool:
    """Whether a token is that user's and would be taken now."""
    spent = isinstance(held, RefreshToken) and held.used is not None and now >= held.used + held.consent.grace_seconds
    return held.consent.user == email and not held.consent.is_revoked and held.until > now and not spent
