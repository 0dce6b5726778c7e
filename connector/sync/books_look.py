"""Reading once a night what the books offer, so that what vanished there is said before an order needs it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounting.base import Finding
from accounting.models import Connection
from connector.core.errors import Stop, Temporary
from connector.lib.http import Transport
from connector.sync import acts, build, clock, holds
from connector.sync.models import Channel, Integration
from connector.tenancy.scope import scope

log = logging.getLogger(__name__)

AGAIN = timedelta(hours=1)
"""After a refusal, or a worker that died in the middle."""


def look(tenant_id: int, connection_id: int, next_at: datetime, transport: Transport | None = None) -> bool:
    """Read what the books offer and check them, if it is time; then `next_at` is the next time.

    Returns whether the books were asked.
    """
    now = clock.now()
    with scope(tenant_id):
        books = _claim(connection_id, now, next_at)
        if books is None:
            return False
        provider = build.provider_for(books, transport)
        chosen = _chosen(connection_id)
    try:
        choices = provider.choices()
        found = [finding for values in chosen for finding in provider.check(values)]
    except Stop as error:
        log.info("books %s: %s", connection_id, error.code)
        _refused(books, error, now)
        return True
    with scope(tenant_id):
        # The lane's row first, as a worker does; the other way round the two would lock each other up.
        Channel.objects.filter(connection=connection_id).update(next_look_at=next_at)
        if books := _unchanged(books).first():
            findings = _once_each(found)
            is_news = (books.choices, books.findings) != (choices.to_json(), acts.kept_findings(findings))
            (acts.fetched_again if is_news else acts.keep_choices)(books, choices, findings)
    return True


def _claim(connection_id: int, now: datetime, next_at: datetime) -> Connection | None:
    """Take the look that is due, so that one worker does it. Books that were connected today have been read today."""
    lane = Channel.objects.select_related("connection").get(connection=connection_id)
    lanes = Channel.objects.filter(pk=lane.pk, next_look_at=lane.next_look_at)
    if lane.next_look_at is None:
        Channel.objects.filter(pk=lane.pk, next_look_at=None).update(next_look_at=next_at)
        return None
    if lane.next_look_at > now or lane.connection.status != Connection.Status.CONNECTED:
        return None
    # A lane that rests for the provider's limit is not asked more.
    rests_until = max(now, lane.paused_until or now)
    mine = lanes.update(next_look_at=max(now + AGAIN, rests_until))
    return lane.connection if mine and rests_until == now else None


def _chosen(connection_id: int) -> list[dict[str, str]]:
    """The settings of every shop that the books serve; one empty set where none are saved yet."""
    shops = Integration.objects.filter(connection=connection_id, is_active=True, settings__isnull=False)
    return [dict(values) for values in shops.values_list("settings__values", flat=True)] or [{}]


def _refused(books: Connection, error: Stop, now: datetime) -> None:
    """The books refuse our key, or cannot be asked now."""
    wait = error.retry_after if isinstance(error, Temporary) else None
    later = now + max(AGAIN, timedelta(seconds=wait or 0))
    with scope(books.tenant_id):
        Channel.objects.filter(connection=books).update(next_look_at=later)
        if error.code in holds.LOST:
            _unchanged(books).update(status=Connection.Status.REVOKED, trouble=error.code)


def _unchanged(books: Connection) -> QuerySet[Connection]:
    """The connection, unless somebody closed it or connected it anew since it was asked."""
    return Connection.objects.filter(pk=books.pk, status=Connection.Status.CONNECTED, connected_at=books.connected_at)


def _once_each(found: list[Finding]) -> list[Finding]:
    kept = {(finding.code, *sorted(finding.facts.items())): finding for finding in found}
    return list(kept.values())
