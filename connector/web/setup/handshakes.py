"""The sign-ins at outside systems that this browser has under way, and where each of them leads back to.

The session remembers the hash of every state with its tenant and shop, because the return address names neither. What
counts is the row: it is used up by one statement, and only by the browser, user and tenant that made it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from django.http import HttpRequest

from connector.tenancy import answers, handshake
from connector.tenancy.access import entry_by_slug
from connector.tenancy.handshake import Asker
from connector.tenancy.models import User
from connector.tenancy.scope import scope
from connector.web.pages import Door

BROWSER = "browser"
WAYS = "handshakes"
MOST_WAYS = 20


class How(Enum):
    """In what way somebody came back."""

    FIRST = "first"
    AGAIN = "again"
    """The same return address once more: a double click, or the page loaded again."""
    REFUSED = "refused"
    """Too late, or not from here."""


@dataclass(frozen=True)
class Way:
    """A sign-in that this session began: what for, and for which shop of which tenant."""

    state_hash: str
    purpose: str
    tenant_id: int
    slug: str


@dataclass(frozen=True)
class Arrival:
    """Somebody has come back from an outside system.

    `target` is what is being connected, `posted` what came before without the browser's cookies; `How.FIRST` only.
    """

    how: How
    way: Way
    user: User
    target: int = 0
    posted: Mapping[str, str] = field(default_factory=dict)


def begin(request: HttpRequest, door: Door, purpose: str, target: int) -> str:
    """Begin a sign-in for the door's shop and return its state. Needs the door's scope."""
    state = handshake.begin(_asker(request, door.entry.tenant_id), purpose, target)
    way = [handshake.hashed(state), purpose, door.entry.tenant_id, door.shop.slug]
    request.session[WAYS] = [*request.session.get(WAYS, []), way][-MOST_WAYS:]
    return state


def arrive(request: HttpRequest, purpose: str, state: str) -> Arrival | None:
    """Use up the sign-in with this state; None when this browser knows of no such sign-in. Not inside a scope."""
    wanted = handshake.hashed(state)
    way = next((way for way in _ways(request, purpose) if way.state_hash == wanted), None)
    return _arrive(request, way) if way else None


def arrive_without_state(request: HttpRequest, purpose: str) -> Arrival | None:
    """Use up the one sign-in of this kind that this browser has open, for return addresses that carry no state.

    None when there is none to be found, or when sign-ins for two targets are open and nobody can tell which one this
    answers.
    """
    ways = _ways(request, purpose)
    open_ones = [(way, target) for way in ways for target in _open_target(request, way)]
    if len({(way.tenant_id, target) for way, target in open_ones}) > 1:
        return None
    way = open_ones[-1][0] if open_ones else (ways[-1] if ways else None)
    return _arrive(request, way) if way else None


def _arrive(request: HttpRequest, way: Way) -> Arrival:
    asker, user = _asker(request, way.tenant_id), _user(request)
    if not _may_change(user, way):
        return Arrival(How.REFUSED, way, user)
    with scope(way.tenant_id):
        taken = handshake.take(asker, way.purpose, way.state_hash)
        if taken:
            return Arrival(How.FIRST, way, user, taken.target, answers.opened(taken))
        again = handshake.was_taken(asker, way.purpose, way.state_hash)
    return Arrival(How.AGAIN if again else How.REFUSED, way, user)


def _open_target(request: HttpRequest, way: Way) -> list[int]:
    """The target of a sign-in that can still be answered, else nothing."""
    with scope(way.tenant_id):
        found = handshake.pending(_asker(request, way.tenant_id), way.purpose, [way.state_hash])
        return [row.target for row in found]


def _may_change(user: User, way: Way) -> bool:
    """Whether the user still belongs to the tenant and may change its settings."""
    found = entry_by_slug(user.pk, way.slug)
    return found is not None and found[0].tenant_id == way.tenant_id and found[0].may_change


def _asker(request: HttpRequest, tenant_id: int) -> Asker:
    if BROWSER not in request.session:
        request.session[BROWSER] = handshake.new_secret()
    return Asker(tenant_id, _user(request).pk, request.session[BROWSER])


def _user(request: HttpRequest) -> User:
    # Pages and return addresses both let only users in.
    assert isinstance(request.user, User)
    return request.user


def _ways(request: HttpRequest, purpose: str) -> Sequence[Way]:
    known = [Way(*way) for way in request.session.get(WAYS, [])]
    return [way for way in known if way.purpose == purpose]
