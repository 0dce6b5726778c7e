"""Transferring what a preview showed: all earlier orders of a period, behind the live ones, or one as a draft.

Everything runs in the caller's scope. The lane's row is written before its jobs, as everywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from connector.core.states import Detail, State
from connector.sync import acts, clock, transitions
from connector.sync.acts import Person
from connector.sync.holds import CANCELLED
from connector.sync.models import Channel, Preview, PreviewOrder, SyncJob
from connector.sync.preview import is_early, is_ready, key_of

Outcome = PreviewOrder.Outcome


@dataclass(frozen=True)
class Progress:
    """How far a transfer of earlier orders has come."""

    count: int
    waiting: int
    done: int
    stopped: int
    not_meant: int

    @property
    def worked(self) -> int:
        """Those that are not waiting any more."""
        return self.count - self.waiting


def chosen(preview: Preview) -> QuerySet[PreviewOrder]:
    """The orders that a transfer would take: those that become documents and those that would stop and say why.

    What is not triggered yet, or has nothing in it, is left to its own time.
    """
    return preview.orders.filter(outcome__in=[Outcome.BECOMES, Outcome.STOPS], is_there=False)


def may_start(preview: Preview) -> bool:
    """Whether the preview's orders may be transferred: all looked at, under the saved settings, with orders on."""
    return (
        preview.started_at is None
        and is_ready(preview)
        and preview.settings_id is not None
        and preview.settings_id == preview.integration.settings_id
        and preview.values.get("orders") == "on"
    )


def start(preview: Preview, person: Person) -> int:
    """Make the orders' jobs, behind the live ones. Returns how many; pressed twice, the second time makes none."""
    acts.wake(preview.integration.connection)
    now = clock.now()
    if not may_start(preview) or not Preview.objects.filter(pk=preview.pk, started_at=None).update(started_at=now):
        return 0
    rows = list(chosen(preview).only("pk", "order_id", "placed_at", "preview_id"))
    early = [row for row in rows if is_early(preview, row.placed_at)]
    _make(preview, early, now, is_forced=True)
    _make(preview, [row for row in rows if row not in early], now, is_forced=False)
    _link(preview, rows)
    acts.note(person, preview.shop, "earlier-fetched", n=str(len(rows)))
    return len(rows)


def _make(preview: Preview, rows: Iterable[PreviewOrder], now: datetime, *, is_forced: bool) -> None:
    """A job for each order; one that rests as not meant to go, or is about to, goes on with it."""
    lane = {"lane": SyncJob.Lane.EARLIER, "is_forced": is_forced}
    jobs = SyncJob.objects.filter(key__in=_insert(preview, rows, now, **lane))
    pks = list(jobs.filter(state=State.NOT_MEANT).exclude(reason="nothing-to-book").values_list("pk", flat=True))
    if is_forced:
        pks += jobs.filter(state=State.WAITING, steps=None, is_forced=False).values_list("pk", flat=True)
    resting = SyncJob.objects.filter(pk__in=pks)
    resting.update(**lane, **_place(preview))
    transitions.due_again(resting, now)


def _insert(preview: Preview, rows: Iterable[PreviewOrder], now: datetime, **more: Any) -> list[str]:
    """Make the jobs that are not there; simultaneous deliveries of the same orders make none besides."""
    jobs = [
        SyncJob(
            tenant_id=preview.tenant_id,
            shop=preview.shop,
            key=key_of(preview.shop, row.order_id),
            order_id=row.order_id,
            order_number=row.order_number,
            customer_name=row.customer_name,
            placed_at=row.placed_at,
            total=row.total,
            currency=row.currency,
            not_before=now,
            **_place(preview),
            **more,
        )
        for row in rows
    ]
    SyncJob.objects.bulk_create(jobs, ignore_conflicts=True)
    return [job.key for job in jobs]


def _place(preview: Preview) -> dict[str, Any]:
    channel = Channel.objects.get(connection=preview.integration.connection)
    return {"integration": preview.integration, "channel": channel}


def _link(preview: Preview, rows: Iterable[PreviewOrder]) -> None:
    jobs = SyncJob.objects.filter(shop=preview.shop, kind="invoice", order_id=OuterRef("order_id"))
    started = PreviewOrder.objects.filter(pk__in=[row.pk for row in rows])
    started.update(job=Subquery(jobs.values("pk")[:1]))


def progress(preview: Preview) -> Progress:
    """How many of the started orders are where. One query."""
    states = Counter(SyncJob.objects.filter(previewed__preview=preview).values_list("state", flat=True))
    stopped = states[State.NEEDS_YOU] + states[State.NEEDS_US]
    return Progress(states.total(), states[State.WAITING], states[State.DONE], stopped, states[State.NOT_MEANT])


def not_begun(preview: Preview) -> QuerySet[SyncJob]:
    """Those of the started orders of which nothing was sent."""
    earlier = Q(previewed__preview=preview, lane=SyncJob.Lane.EARLIER, state=State.WAITING)
    return SyncJob.objects.filter(earlier, steps=None)


def cancel(preview: Preview, person: Person) -> int:
    """Leave the orders that have not begun; those that have are finished. Returns how many are left."""
    acts.wake(preview.integration.connection)
    now = clock.now()
    pks = list(not_begun(preview).values_list("pk", flat=True))
    jobs = SyncJob.objects.filter(pk__in=pks)
    # Not forced any more: an event that comes later must not send what was cancelled.
    transitions.lay_to_rest(jobs, now, State.NOT_MEANT, Detail.NONE, CANCELLED, is_forced=False)
    for job in jobs.select_related("integration").filter(integration__first_job__in=pks)[:1]:
        transitions.give_up_first(_first_of(job), now)
    Preview.objects.filter(pk=preview.pk, cancelled_at=None).update(cancelled_at=now)
    acts.note(person, preview.shop, "earlier-cancelled", n=str(len(pks)))
    return len(pks)


def _first_of(job: SyncJob) -> SyncJob:
    assert job.integration is not None
    assert job.integration.first_job is not None
    return job.integration.first_job


def draft(row: PreviewOrder, person: Person) -> SyncJob | None:
    """Make a draft of this order now, whatever the switches say, and leave it a draft. None, and nothing is changed,
    for an order that is on its way or in the books already."""
    preview = row.preview
    if preview.settings_id is None or preview.settings_id != preview.integration.settings_id:
        return None
    acts.wake(preview.integration.connection)
    now = clock.now()
    more = {"lane": SyncJob.Lane.PERSON, "is_forced": True, "is_draft_only": True}
    [key] = _insert(preview, [row], now, **more)
    job = SyncJob.objects.select_for_update().get(key=key)
    if job.state == State.NOT_MEANT:
        SyncJob.objects.filter(pk=job.pk).update(**more, **_place(preview))
        transitions.due_again(SyncJob.objects.filter(pk=job.pk), now)
    elif not job.is_draft_only:
        return None
    PreviewOrder.objects.filter(pk=row.pk).update(is_there=True)
    acts.note(person, preview.shop, "made-draft", job)
    return job
