"""What Visma Connect keeps: the app, the users, what they allowed, and the tokens that came of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

READ, WRITE, OFFLINE = "dineropublicapi:read", "dineropublicapi:write", "offline_access"
SCOPES = (READ, WRITE, OFFLINE)


@dataclass(frozen=True)
class Access:
    """What a living access token opens: the user's organisations as they are now, and the scopes allowed."""

    user: str
    organizations: frozenset[int]
    scopes: frozenset[str]


@dataclass
class User:
    """A person who signs in by e-mail; `switches` overrides the service's defaults for this one."""

    email: str
    name: str
    organizations: set[int] = field(default_factory=set)
    switches: dict[str, object] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def count(self, what: str) -> None:
        """One more of `what`: "consents", "exchanges", "refreshes", "refused"."""
        self.counts[what] += 1

    def report(self) -> dict[str, Any]:
        """The user and the counters as JSON."""
        counted = {name: self.counts[name] for name in ("consents", "exchanges", "refreshes", "refused")}
        return {"user": self.email, "name": self.name, "organizations": sorted(self.organizations), **counted}


@dataclass
class Consent:
    """What one user allowed once. Its way of refreshing is the one that was set then (fact sheet, 1.1).

    `refresh` is "one_time" or "reuse"; for `grace_seconds` after its first use a one-time token can be used again.
    """

    user: str
    scopes: frozenset[str]
    refresh: str
    grace_seconds: int
    is_revoked: bool = False


@dataclass
class Code:
    """An authorization code: for one exchange, by whoever knows address and verifier."""

    consent: Consent
    redirect_uri: str
    challenge: str
    until: float
    is_used: bool = False


@dataclass
class AccessToken:
    """A Bearer token, living until `until` (seconds since the epoch)."""

    consent: Consent
    scopes: frozenset[str]
    until: float


@dataclass
class RefreshToken:
    """A token to be exchanged for the next access token; `used` is when a one-time token was first exchanged."""

    consent: Consent
    until: float
    used: float | None = None
