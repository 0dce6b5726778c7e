"""Forgetting what is over: deliveries' bodies, used sign-ins, sessions that ran out. In every business, by one worker.

In small parts, each its own transaction: a worker may die at any of them, and the next one goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Q

from connector.sync import clock, lookups
from connector.sync.models import Chore

log = logging.getLogger(__name__)

NAME = "forget"
AT_A_TIME = 1000
HELD = timedelta(minutes=5)
"""Renewed after every part, so it outlives the slowest: a statement is cut off after half a minute."""


def forget(next_at: datetime) -> int | None:
    """Delete what is over, if it is time; then `next_at` is the next time. Returns how many rows are gone; None when it
    is not time, or another worker is at it."""
    held = _claim(next_at)
    if held is None:
        return None
    gone = 0
    parts: tuple[Callable[[int], int], ...] = (lookups.forget_bodies, lookups.forget_handshakes, _forget_sessions)
    for part in parts:
        last = AT_A_TIME
        while last == AT_A_TIME:
            last = part(AT_A_TIME)
            gone += last
            held = _renewed(held)
            if held is None:
                # Taken for dead: whoever has it now goes on.
                return gone
    Chore.objects.filter(name=NAME, held_until=held).update(next_at=next_at, held_until=None)
    log.info("forgot %s rows", gone)
    return gone


def _claim(first_at: datetime) -> datetime | None:
    """Take what is due, so that one worker does it. Until when it is held; None when it is not ours."""
    Chore.objects.get_or_create(name=NAME, defaults={"next_at": first_at})
    now = clock.now()
    free = Q(held_until__isnull=True) | Q(held_until__lte=now)
    mine = Chore.objects.filter(free, name=NAME, next_at__lte=now).update(held_until=now + HELD)
    return now + HELD if mine else None


def _renewed(held: datetime) -> datetime | None:
    until = clock.now() + HELD
    return until if Chore.objects.filter(name=NAME, held_until=held).update(held_until=until) else None


def _forget_sessions(most: int) -> int:
    """Sessions that ran out may hold sealed keys of a sign-in that nobody finished."""
    over = Session.objects.filter(expire_date__lt=clock.now()).values("pk")[:most]
    gone, _each = Session.objects.filter(pk__in=list(over.values_list("pk", flat=True))).delete()
    return gone
