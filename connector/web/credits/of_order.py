"""What an order's page says of credit: its notes, whether more can be credited, and what it was sent again as."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from accounting.base import Write
from connector.core.money import ZERO
from connector.core.states import Detail, State
from connector.sync.models import SyncJob, SyncStep
from connector.web.credits import rows
from connector.web.credits.again import may_send_again
from connector.web.orders.snapshots import document_of, order_of
from connector.web.pages import Door


def credits_of(job: SyncJob, door: Door, steps: Sequence[SyncStep]) -> dict[str, Any]:
    """For the order's page. Two queries."""
    notes = rows.of_order(door.shop, job)
    document, order = document_of(job), order_of(job)
    has_invoice = any(step.name == Write.DRAFT and step.status == SyncStep.Status.DONE for step in steps)
    credited = sum((row.note.total for row in notes if row.job.state != State.NOT_MEANT), ZERO)
    is_left = document is not None and document.gross > credited
    is_ours = job.detail != Detail.BY_HAND and not job.is_withdrawn and job.state != State.NOT_MEANT
    return {
        "notes": notes,
        "unnumbered": rows.waiting_of(job),
        "credited": credited,
        "sees_refunds": rows.sees_refunds(door.shop),
        "may_credit": door.may_change and has_invoice and is_left and is_ours,
        "is_all_credited": bool(notes) and not is_left,
        "may_again": door.may_change and may_send_again(job),
        "is_cancelled": order is not None and order.is_cancelled,
        **_resent(job),
    }


def _resent(job: SyncJob) -> dict[str, Any]:
    """The order's earlier invoice, and its later one, with the parts of their addresses. The number of the order leads
    to the latest, so the earlier one goes by its id."""
    earlier, later = job.replaces, getattr(job, "replaced_by", None)
    return {
        "earlier": earlier,
        "earlier_part": f"id-{earlier.pk}" if earlier else "",
        "later": later,
        "later_part": f"id-{later.pk}" if later else "",
    }
