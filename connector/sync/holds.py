"""What keeps new calls from being made although the order is ready: a pause, a disconnect, other books chosen."""

from __future__ import annotations

from django.db.models import Q

from accounting.models import Connection
from connector.core.plan import LOOKS
from connector.core.states import Detail, State
from connector.sync.models import Integration, SyncJob, SyncStep

PAUSED, DISCONNECTED, NO_SETTINGS = "paused", "disconnected", "settings-missing"
CANCELLED = "backfill-cancelled"
"""The reasons, as the catalogue names them."""

BEGUN = frozenset({SyncStep.Status.INTENT, SyncStep.Status.DONE})
"""A call that has, or may have, made something in the books."""

OPEN = frozenset({Connection.Status.CONNECTED, Connection.Status.CLOSING})
"""Books that may still be asked."""

LOST = frozenset({"connection-revoked", "connection-expired", "billy-key-refused"})
"""The books refuse our key: nothing can be sent until somebody connects again."""

LEFT = frozenset({Connection.Status.CLOSING, Connection.Status.DISCONNECTED})
"""Books that somebody disconnected."""


def why(integration: Integration, *, has_begun: bool) -> str:
    """The reason why nothing new is sent for an order; empty when it may go on. `has_begun`: the books may hold
    something of it already."""
    if integration.paused_at:
        return PAUSED
    if integration.is_active:
        return DISCONNECTED if integration.connection.status in LEFT else ""
    # Other books were chosen since: what was begun in these is finished in these, everything else goes to the others.
    return "" if has_begun else NO_SETTINGS


def is_needed(connection_id: int) -> bool:
    """Whether books that are being left must still be asked: a call's outcome is unknown, or an order that has gone
    over to other books has begun in these. Needs the scope."""
    jobs = SyncJob.objects.filter(channel__connection=connection_id)
    # After so many looks that found nothing the call is known not to have been made.
    unknown = Q(steps__status=SyncStep.Status.INTENT, steps__looks__lt=LOOKS, not_before__isnull=False)
    half_done = begun() & Q(integration__is_active=False) & ~Q(state__in=[State.DONE, State.NOT_MEANT])
    return jobs.filter(unknown).exists() or jobs.filter(half_done).exists()


def begun() -> Q:
    """Jobs of which the books may hold something."""
    return Q(steps__status__in=BEGUN)


def is_overtaken(job: SyncJob) -> bool:
    """Whether a person paused, disconnected, chose other books or did the order by hand since the job was claimed.
    Needs the scope, and the lane's row held."""
    ours = job.integration
    now = SyncJob.objects.select_related("integration__connection").only(
        "state",
        "detail",
        "reason",
        "integration__paused_at",
        "integration__is_active",
        "integration__connection__status",
    )
    row = now.get(pk=job.pk)
    theirs = row.integration
    if ours is None or theirs is None or (is_stopped(row) and not is_stopped(job)):
        return True
    return _stand(ours) != _stand(theirs)


def is_stopped(job: SyncJob) -> bool:
    """Whether a person said that the order is not to be sent: dealt with outside, or its transfer cancelled."""
    return is_by_hand(job) or (job.state == State.NOT_MEANT and job.reason == CANCELLED)


def is_by_hand(job: SyncJob) -> bool:
    """Whether a person dealt with the order outside."""
    return (job.state, job.detail) == (State.DONE, Detail.BY_HAND)


def _stand(integration: Integration) -> tuple[object, ...]:
    return integration.pk, integration.paused_at, integration.is_active, integration.connection.status
