"""Our ids and theirs: customers by what they are known by, items by number."""

from __future__ import annotations

from collections.abc import Collection

from connector.sync.leases import Lease, fenced
from connector.sync.models import Binding, SyncJob


def bound(connection_id: int, kind: str, ours: str) -> str:
    """Their id for ours; empty while there is none. Needs the scope."""
    rows = Binding.objects.filter(connection_id=connection_id, kind=kind, ours=ours)
    return rows.values_list("theirs", flat=True).first() or ""


def bound_among(connection_id: int, kind: str, ours: Collection[str]) -> set[str]:
    """Those of `ours` that are bound, by one query. Needs the scope."""
    rows = Binding.objects.filter(connection_id=connection_id, kind=kind, ours__in=ours)
    return set(rows.values_list("ours", flat=True))


def keep_binding(lease: Lease, job: SyncJob, kind: str, ours: str, theirs: str) -> None:
    """Remember what a look-up found."""
    with fenced(lease):
        bind(lease, kind=kind, ours=ours, theirs=theirs, made_by_us=False)
        if kind == "customer":
            job.customer_number = theirs
            SyncJob.objects.filter(pk=job.pk).update(customer_number=theirs)


def forget_binding(lease: Lease, kind: str, ours: str) -> None:
    """The books no longer have it."""
    with fenced(lease):
        Binding.objects.filter(connection_id=lease.connection_id, kind=kind, ours=ours).delete()


def bind(lease: Lease, *, kind: str, ours: str, theirs: str, made_by_us: bool) -> None:
    """Keep a link, unless there is one. Needs the lane's row held."""
    Binding.objects.get_or_create(
        connection_id=lease.connection_id,
        kind=kind,
        ours=ours,
        defaults={"tenant_id": lease.tenant_id, "theirs": theirs, "made_by_us": made_by_us},
    )
