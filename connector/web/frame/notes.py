"""What a credit note's job tells of itself, for the words of its reasons. Reads nothing that is not loaded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sync.crediting import CREDIT
from connector.sync.models import SyncJob

MADE_HERE = f"{CREDIT}:"
"""What begins the key of a note that somebody made here; the shop's own keep the key under which they came."""


def is_credit(job: SyncJob) -> bool:
    """Whether the job takes a credit note to the books."""
    return job.kind == CREDIT


def told_of(job: SyncJob, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a reason with those of a credit note: `credit`, and in `order` the order that it credits, never the
    note's own number."""
    given = {name: value for name, value in facts.items() if value not in (None, "")}
    if not is_credit(job):
        return given
    if job.key.startswith(MADE_HERE) and given.get("order", job.order_number) == job.order_number:
        given["order"] = _order_credited(job)
    return {**given, "credit": True}


def _order_credited(job: SyncJob) -> str:
    is_loaded = SyncJob.original.is_cached(job)
    return (job.original.order_number if is_loaded and job.original else "") or job.order_id


def address_of_original(job: SyncJob) -> str:
    """The part of an address that names the order that is credited; empty while nobody knows it."""
    return f"id-{job.original_id}" if job.original_id else ""
