"""The lease of a lane: one worker at a time works a connection.

A worker that lost its lease (a paused machine, an expired lease) finds the epoch changed and stops at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Min, Q

from connector.lib.http import DEADLINE_SECONDS
from connector.sync import clock
from connector.sync.models import Channel, SyncJob
from connector.tenancy.scope import scope

LEASE = timedelta(seconds=DEADLINE_SECONDS + 15)
"""Renewed with every write, so it outlives the longest call by a margin."""


class LeaseLost(Exception):
    """Another worker has the lane. Nothing more may be written or sent."""


@dataclass(frozen=True)
class Lease:
    """The right to work a lane, until another takes it."""

    tenant_id: int
    channel_id: int
    connection_id: int
    epoch: int


def take_lease(tenant_id: int, channel_id: int, holder: str) -> Lease | None:
    """Take the lane if it has work and nobody holds it; None when another was faster or there is nothing to do."""
    now = clock.now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=now)
    ready = Q(paused_until__isnull=True) | Q(paused_until__lte=now)
    with scope(tenant_id):
        taken = Channel.objects.filter(free, ready, pk=channel_id, next_at__lte=now).update(
            holder=holder, lease_until=now + LEASE, epoch=F("epoch") + 1
        )
        if not taken:
            return None
        row = Channel.objects.get(pk=channel_id)
        return Lease(tenant_id, channel_id, row.connection_id, row.epoch)


@contextmanager
def fenced(lease: Lease) -> Iterator[datetime]:
    """A transaction in the tenant's scope that holds the lane's row: raises LeaseLost when it is not ours any more."""
    now = clock.now()
    with scope(lease.tenant_id):
        mine = Channel.objects.filter(pk=lease.channel_id, epoch=lease.epoch).update(lease_until=now + LEASE)
        if not mine:
            raise LeaseLost
        yield now


def release(lease: Lease, *, pause: timedelta | None = None, reason: str = "") -> None:
    """Give the lane back, due again when its next job is."""
    with fenced(lease) as now:
        # The row is held by now, so a delivery that comes meanwhile sets `next_at` after us.
        waiting = SyncJob.objects.filter(channel_id=lease.channel_id, not_before__isnull=False)
        next_at = waiting.aggregate(next=Min("not_before"))["next"]
        Channel.objects.filter(pk=lease.channel_id).update(
            lease_until=None,
            # However old its work is, the lane has just had its turn, and goes behind the others.
            next_at=next_at and max(next_at, now),
            paused_until=now + pause if pause else None,
            pause_reason=reason if pause else "",
        )
