"""What is kept of a credit note, and its number. Needs the scope, and the lane's row held."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from connector.core.store import credited_to_json
from connector.sync import clock
from connector.sync.crediting import Made
from connector.sync.models import CreditNote, NoteSeries, SyncJob
from shops.models import Shop


def next_number(shop: Shop) -> int:
    """The next number of the shop's notes, taken within the caller's transaction: rolled back, it is free again."""
    series, _made = NoteSeries.objects.get_or_create(shop=shop, defaults={"tenant_id": shop.tenant_id})
    # The write holds the row: whoever asks meanwhile waits for this transaction's end.
    NoteSeries.objects.filter(pk=series.pk).update(last=F("last") + 1)
    return NoteSeries.objects.values_list("last", flat=True).get(pk=series.pk)


def last_number(shop: Shop) -> int:
    """The number of the shop's newest note; 0 where there is none."""
    return CreditNote.objects.filter(shop=shop).order_by("-number").values_list("number", flat=True).first() or 0


def columns(made: Made) -> dict[str, Any]:
    """What a note's row keeps of what was worked out."""
    return {
        "credited": credited_to_json(made.note.credited),
        "total": made.document.total.amount,
        "currency": made.document.currency,
    }


def usual_refund(job: SyncJob) -> str:
    """Whether refunds are registered in the books: where payments are."""
    values = job.integration.settings.values if job.integration and job.integration.settings else {}
    return CreditNote.Refund.OPEN if values.get("settle") == "open" else CreditNote.Refund.REGISTER


def withdraw(job: SyncJob) -> None:
    """Let the order end as soon as its lane comes to it. Needs the lane's row written first."""
    SyncJob.objects.filter(pk=job.pk).update(is_withdrawn=True, not_before=clock.now(), tries=0)
