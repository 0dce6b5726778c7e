"""How a provider lets us in: a sign-in, the keys that it gives, and the sets of books that they open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from connector.core.errors import NeedsSetup


@dataclass(frozen=True)
class SignIn:
    """One sign-in at a provider's own pages, begun in one browser.

    `return_url` is where it comes back to, the same for every sign-in where `AccountingProvider.return_is_fixed`;
    `state` is unguessable and used up by the first answer; `verifier` is the secret half of PKCE (RFC 7636, section
    4.1), the same whenever it is asked for with the same state.
    """

    return_url: str
    state: str
    verifier: str
    language: str = "da"


@dataclass(frozen=True)
class Company:
    """One set of books that a connection's keys open. `registration` is its company number, as the provider writes it;
    `trouble` the reason's code where it cannot be chosen."""

    number: str
    name: str
    registration: str = ""
    trouble: str = ""


class Keys(Protocol):
    """The secrets of one connection. Those that expire are renewed for everybody who uses them, once."""

    def current(self) -> Mapping[str, str]:
        """The keys as they were last known."""

    def renewed(self, used: Mapping[str, str]) -> Mapping[str, str]:
        """Keys that are not `used`: what another has fetched meanwhile, else fresh ones.

        Raises NeedsSetup (connection-expired) when the provider gives none any more, Temporary when it could not be
        asked.
        """


@dataclass(frozen=True)
class FixedKeys:
    """Keys that are not stored yet, or never expire: refused is refused."""

    secrets: Mapping[str, str]

    def current(self) -> Mapping[str, str]:
        return self.secrets

    def renewed(self, used: Mapping[str, str]) -> Mapping[str, str]:
        raise NeedsSetup("connection-revoked")
