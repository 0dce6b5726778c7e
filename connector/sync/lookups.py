"""The look-ups that run without a tenant. They return ids; whoever calls them enters the scope next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection


@dataclass(frozen=True)
class Due:
    """A lane with work, or a shop to poll. `what` is "channel" or "shop"."""

    what: str
    tenant_id: int
    id: int


def due(now: datetime, most: int) -> list[Due]:
    """What has something to do at `now`, the longest waiting first, at most `most` of each kind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, tenant_id, id FROM connector_due(%s, %s)", [now, most])
        return [Due(*row) for row in cursor.fetchall()]


def shop_by_code(code: str) -> tuple[int, int] | None:
    """(tenant id, shop id) of a webhook address; None for a code that is no shop's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, shop_id FROM connector_shop_by_code(%s)", [code])
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


def free_leases(holder: str) -> int:
    """Free the leases that a worker of this name held when it died. Returns how many; the epoch still fences them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT connector_free_leases(%s)", [holder])
        freed: int = cursor.fetchone()[0]
    return freed


def books_due(now: datetime, most: int) -> list[tuple[int, int]]:
    """(tenant id, connection id) of connected books whose offer is to be read once more; never read ones first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, id FROM connector_books_due(%s, %s)", [now, most])
        return [(row[0], row[1]) for row in cursor.fetchall()]


def forget_bodies(most: int) -> int:
    """Delete deliveries' bodies that are older than 30 days, at most so many. The database holds the period."""
    return _forget("SELECT connector_forget_bodies(%s)", most)


def forget_handshakes(most: int) -> int:
    """Delete sign-ins that are used up, or over for a day; at most so many."""
    return _forget("SELECT connector_forget_handshakes(%s)", most)


def _forget(statement: str, most: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [most])
        gone: int = cursor.fetchone()[0]
    return gone
