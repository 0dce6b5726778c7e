"""What a person does to stop orders: pause and resume a shop, deal with an order outside. In the caller's scope.

Each writes the lane's row first, which a worker holds while it commits to a call: so either the call is seen here, or
the worker sees what was done here and does not make it.
"""

from __future__ import annotations

from django.db.models import F, Q

from connector.core.states import Detail, State
from connector.sync import acts, clock, holds, transitions
from connector.sync.acts import Person
from connector.sync.models import Integration, SyncJob, SyncStep

LONGEST_NOTE = 500


def pause(integration: Integration, person: Person) -> None:
    """Send nothing new for the shop. What was sent and never answered is still looked for."""
    acts.wake(integration.connection)
    running = Integration.objects.filter(pk=integration.pk, paused_at=None)
    if running.update(paused_at=clock.now(), paused_by=person.name):
        acts.note(person, integration.shop, "paused")


def resume(integration: Integration, person: Person) -> int:
    """Go on with what waited. Returns how many orders that is."""
    acts.wake(integration.connection)
    paused = Integration.objects.filter(pk=integration.pk, paused_at__isnull=False)
    if not paused.update(paused_at=None, paused_by=""):
        return 0
    acts.note(person, integration.shop, "resumed")
    # What is in the books keeps its state during a pause; what was heard of it meanwhile is read now.
    unread = SyncJob.objects.filter(shop=integration.shop, state=State.DONE, heard__gt=F("read"))
    unread.exclude(detail=Detail.BY_HAND).update(not_before=clock.now())
    return acts.release(Q(shop=integration.shop, reason=holds.PAUSED))


def mark_by_hand(job: SyncJob, note: str, person: Person) -> bool:
    """The order was dealt with outside and is never sent. False, and nothing is changed, for an order that is in the
    books, or while it is unknown whether a call of its arrived: then it might end there twice."""
    if job.integration:
        acts.wake(job.integration.connection)
    row = SyncJob.objects.select_for_update().get(pk=job.pk)
    if row.state == State.DONE or row.steps.filter(status=SyncStep.Status.INTENT).exists():
        return False
    now = clock.now()
    ours = SyncJob.objects.filter(pk=row.pk)
    transitions.lay_to_rest(ours, now, State.DONE, Detail.BY_HAND, "", note=note.strip()[:LONGEST_NOTE])
    acts.note(person, job.shop, "handled-by-hand", job)
    if row.integration:
        transitions.give_up_first(row, now)
    return True
