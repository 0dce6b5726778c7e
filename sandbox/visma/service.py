"""Visma Connect as an app sees it: who may open which organisations, proved by access tokens."""

from __future__ import annotations

from sandbox.wire import Clock

from .model import Access, AccessToken, User


class Visma:
    """The users, and what they allowed the app."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.users: dict[str, User] = {}
        self.access_tokens: dict[str, AccessToken] = {}

    def access(self, token: str) -> Access | None:
        """What that access token opens right now; None when it is unknown, has expired or was revoked."""
        held = self.access_tokens.get(token)
        if held is None or held.consent.is_revoked or held.until <= self.clock():
            return None
        return Access(held.consent.user, frozenset(self.users[held.consent.user].organizations), held.scopes)
