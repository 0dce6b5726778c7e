"""What a provider's return address brought, until it is known whose books it opens: sealed, in the browser's session.

Nothing is stored with the connection before the books' name and number were read and are those of before. Every step on
the way is kept at once, so that a page loaded again goes on where the last one ended.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.http import HttpRequest

from accounting.access import Company
from connector.tenancy.secrets import vault

KEY = "books"
LASTS = 600.0
"""Seconds. What nobody goes on with in that time is forgotten."""


@dataclass(frozen=True)
class Candidate:
    """Keys to a set of books for one connection, or what they can be redeemed with, once: `is_redeemed` tells which.

    `companies` are those that the keys open, as soon as they are known: none where there is nothing to choose.
    `company` is the number of the chosen one. `is_unread`: the books could not be read at the first try. `name` and
    `number` are set when they turned out to be other books than before, so that the owner must choose.
    """

    connection: int
    sealed: str
    since: float
    is_unread: bool = False
    name: str = ""
    number: str = ""
    is_redeemed: bool = False
    companies: Sequence[Mapping[str, str]] | None = None
    company: str = ""

    @property
    def has_to_choose(self) -> bool:
        """Whether the owner has several sets of books to choose from, and has not."""
        return bool(self.companies) and not self.company

    @property
    def opens(self) -> list[Company]:
        """The sets of books to choose from."""
        return [Company(**company) for company in self.companies or ()]

    def secrets(self) -> dict[str, str]:
        """The keys themselves."""
        opened: dict[str, str] = json.loads(vault().open(self.sealed, _place(self.connection)))
        return opened | ({"company": self.company} if self.company else {})


def keep(request: HttpRequest, connection: int, granted: Mapping[str, str]) -> None:
    """Remember what was granted for this connection, instead of any other."""
    request.session[KEY] = asdict(Candidate(connection, _sealed(connection, granted), time.time()))


def waiting(request: HttpRequest, connection: int) -> Candidate | None:
    """What waits for this connection."""
    return _read(request.session.get(KEY), connection)


def latest(request: HttpRequest, connection: int) -> Candidate | None:
    """The same as it is stored now: another request of this browser may have gone on with it since this one began."""
    request.session[KEY] = type(request.session)(request.session.session_key).get(KEY)
    return waiting(request, connection)


def redeemed(request: HttpRequest, candidate: Candidate, secrets: Mapping[str, str]) -> Candidate:
    """Put the keys in the place of what they were redeemed with, and store them before anything else is done."""
    found = mark(request, candidate, sealed=_sealed(candidate.connection, secrets), is_redeemed=True)
    request.session.save()
    return found


def mark(request: HttpRequest, candidate: Candidate, **changes: Any) -> Candidate:
    """Note what reading the books told, or what the owner chose."""
    marked = replace(candidate, **changes)
    request.session[KEY] = asdict(marked)
    return marked


def forget(request: HttpRequest) -> None:
    """The keys are used or not wanted."""
    request.session.pop(KEY, None)


def _read(kept: Mapping[str, Any] | None, connection: int) -> Candidate | None:
    candidate = Candidate(**kept) if kept else None
    is_ours = candidate and candidate.connection == connection and time.time() - candidate.since < LASTS
    return candidate if is_ours else None


def _sealed(connection: int, secrets: Mapping[str, str]) -> str:
    return vault().seal(json.dumps(dict(secrets)), _place(connection))


def _place(connection: int) -> str:
    return f"session:{KEY}:{connection}"
