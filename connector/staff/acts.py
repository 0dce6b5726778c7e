"""What support does with an order that needs us, and with a lane that nobody works."""

from __future__ import annotations

from connector.core.states import Detail, State
from connector.staff import record
from connector.sync import acts, clock, transitions
from connector.sync.models import Channel, SyncJob
from connector.tenancy.models import User
from connector.tenancy.scope import scope

TWO_FOUND = "two-found"


def try_again(user: User, tenant_id: int, job_id: int) -> bool:
    """Send an order that needs us through the engine once more; False where it does not need us any more."""
    with scope(tenant_id):
        job = _ours(job_id)
        if job is None:
            return False
        record.note(user, "try-again", tenant_id, order=job.order_number)
        acts.transfer_now(job, record.person(user))
        return True


def candidates(job: SyncJob) -> list[str]:
    """The vouchers that were found for the order, as the books number them."""
    found = str(job.facts.get("ref", "")) if job.reason == TWO_FOUND else ""
    return [number.strip() for number in found.split(",") if number.strip()]


def settle(user: User, tenant_id: int, job_id: int, number: str, note: str) -> bool:
    """Somebody of us has looked, and says which of the two vouchers counts: the order rests with that one.

    Nothing is sent and nothing deleted: the order is dealt with by hand, so that no engine ever touches it again.
    False for a number that was not found, or an order that does not wait for this.
    """
    with scope(tenant_id):
        job = _ours(job_id)
        if job is None or number not in candidates(job):
            return False
        person = record.person(user)
        ours = SyncJob.objects.filter(pk=job.pk)
        kept = {"document_number": number, "note": note.strip()[:500]}
        transitions.lay_to_rest(ours, clock.now(), State.DONE, Detail.BY_HAND, "", **kept)
        if job.integration:
            transitions.give_up_first(job, clock.now())
        acts.note(person, job.shop, "two-found-settled", job, number=number)
        record.note(user, "two-found-settled", tenant_id, order=job.order_number, number=number)
        return True


def push(user: User, tenant_id: int, channel_id: int) -> bool:
    """Give a lane that nobody works another hint; False where it does not exist."""
    with scope(tenant_id):
        lane = Channel.objects.select_related("connection").filter(pk=channel_id).first()
        if lane is None:
            return False
        record.note(user, "lane-pushed", tenant_id, lane=str(channel_id))
        acts.wake(lane.connection)
        return True


def _ours(job_id: int) -> SyncJob | None:
    """The order, its lane's row written first as the engine does; None where it does not need us."""
    rows = SyncJob.objects.select_related("shop", "integration__connection").filter(pk=job_id)
    job = rows.filter(state=State.NEEDS_US).first()
    if job is None or job.integration is None:
        return job
    acts.wake(job.integration.connection)
    return rows.filter(state=State.NEEDS_US).first()
