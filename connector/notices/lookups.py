"""The look-ups that run without a tenant. They return ids; whoever calls them enters the scope next."""

from __future__ import annotations

from datetime import datetime

from django.db import connection


def shops_to_watch(now: datetime, most: int) -> list[tuple[int, int]]:
    """(tenant id, shop id) where something has happened that nobody has judged, or it is time to look."""
    return _pairs("SELECT tenant_id, id FROM connector_shops_to_watch(%s, %s)", now, most)


def mails_due(now: datetime, most: int) -> list[tuple[int, int]]:
    """(tenant id, mail id) of what is to be sent at `now`, the longest waiting first."""
    return _pairs("SELECT tenant_id, id FROM connector_mails_due(%s, %s)", now, most)


def _pairs(statement: str, now: datetime, most: int) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [now, most])
        return [(row[0], row[1]) for row in cursor.fetchall()]
