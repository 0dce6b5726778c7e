"""What a provider's return address brought, until it is known whose books it opens: sealed, in the browser's session.

Nothing is stored with the connection before the books' name and number were read and are those of before.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from django.http import HttpRequest

from connector.tenancy.secrets import vault

KEY = "books"
LASTS = 600.0
"""Seconds. What nobody goes on with in that time is forgotten."""


@dataclass(frozen=True)
class Candidate:
    """Keys to a set of books for one connection.

    `is_unread`: the books could not be read at the first try. `name` and `number` are set when they turned out to be
    other books than before, so that the owner must choose.
    """

    connection: int
    sealed: str
    since: float
    is_unread: bool = False
    name: str = ""
    number: str = ""

    def secrets(self) -> dict[str, str]:
        """The keys themselves."""
        opened: dict[str, str] = json.loads(vault().open(self.sealed, _place(self.connection)))
        return opened


def keep(request: HttpRequest, connection: int, secrets: Mapping[str, str]) -> None:
    """Remember the keys for this connection, instead of any other."""
    sealed = vault().seal(json.dumps(dict(secrets)), _place(connection))
    request.session[KEY] = asdict(Candidate(connection, sealed, time.time()))


def waiting(request: HttpRequest, connection: int) -> Candidate | None:
    """The keys that wait for this connection."""
    kept = request.session.get(KEY)
    candidate = Candidate(**kept) if kept else None
    is_ours = candidate and candidate.connection == connection and time.time() - candidate.since < LASTS
    return candidate if is_ours else None


def mark(request: HttpRequest, candidate: Candidate, **changes: str | bool) -> None:
    """Note what reading the books told."""
    request.session[KEY] = asdict(replace(candidate, **changes))  # type: ignore[arg-type]


def forget(request: HttpRequest) -> None:
    """The keys are used or not wanted."""
    request.session.pop(KEY, None)


def _place(connection: int) -> str:
    return f"session:{KEY}:{connection}"
