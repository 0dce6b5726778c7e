"""All businesses of a person on one page: which of them needs me?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from connector.core.states import State
from connector.tenancy.access import Standing, standings
from connector.tenancy.models import Role, User

DAYS = 30
MOST_COUNTED = 1_000
"""So many of the newest orders of each state are looked at; a count that reaches it reads "999+"."""
COUNTED = (State.DONE, State.WAITING, State.NEEDS_YOU, State.NOT_MEANT, State.NEEDS_US)


@dataclass(frozen=True)
class Count:
    """How many orders of a shop are in a state, as it is written."""

    state: str
    written: str
    is_none: bool


@dataclass(frozen=True)
class Client:
    """A line of the list: a shop of a business, or a business that has none yet."""

    shown: Standing
    counts: Sequence[Count]

    @property
    def may_add_shops(self) -> bool:
        return self.shown.role is Role.OWNER


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """Every shop of the user's businesses, the worst first. One query for all of them."""
    assert isinstance(request.user, User)
    found = of_user(request.user)
    about = {
        "clients": found,
        "states": [state.value for state in COUNTED],
        "days": DAYS,
        "may_add_shops": any(client.may_add_shops for client in found),
        "all_agree": bool(found) and not any(is_bad(client.shown) for client in found),
    }
    return render(request, "people/clients.html", about)


def of_user(user: User) -> list[Client]:
    """The user's shops, the worst first."""
    first_day = timezone.localdate() - timedelta(days=DAYS - 1)
    placed_from = timezone.make_aware(datetime.combine(first_day, time.min))
    found = standings(user.pk, placed_from, MOST_COUNTED)
    return [Client(shown, _counts(shown)) for shown in sorted(found, key=_badness)]


def is_bad(shown: Standing) -> bool:
    """Whether somebody has to look at it."""
    return bool(shown.is_lost or shown.difference or shown.needs_you or shown.needs_us)


def _badness(shown: Standing) -> tuple[bool, bool, int, float, int, str, str]:
    """Smaller is worse: no connection, money that differs, most orders that need you, the oldest stop."""
    oldest = shown.oldest.timestamp() if shown.oldest else 0.0
    left = -shown.needs_you, oldest, -shown.needs_us - shown.waiting
    return (not shown.is_lost, not shown.difference, *left, shown.business.casefold(), shown.shop.casefold())


def _counts(shown: Standing) -> list[Count]:
    found = {state: getattr(shown, state.value) for state in COUNTED}
    return [
        Count(state.value, f"{MOST_COUNTED - 1}+" if n >= MOST_COUNTED else str(n), not n) for state, n in found.items()
    ]
