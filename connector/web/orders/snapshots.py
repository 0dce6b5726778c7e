"""What a job keeps of its order and its document, read back; and what its settings say."""

from __future__ import annotations

from collections.abc import Mapping

from connector.core.document import InvoiceDocument
from connector.core.order import Order
from connector.core.store import document_from_json, order_from_json
from connector.sync.models import SyncJob

UNREADABLE = (KeyError, TypeError, ValueError, ArithmeticError)
"""What a snapshot of an older version may raise: the page is shown without it."""


def order_of(job: SyncJob) -> Order | None:
    """The order as last read; None before that."""
    try:
        return order_from_json(job.order) if job.order else None
    except UNREADABLE:
        return None


def document_of(job: SyncJob) -> InvoiceDocument | None:
    """What the invoice was, or will be, made of; None before it could be built."""
    try:
        return document_from_json(job.document) if job.document else None
    except UNREADABLE:
        return None


def settings_of(job: SyncJob) -> Mapping[str, str]:
    """The settings that the job used; before it used any, those that it will use. Empty where none are saved."""
    version = job.settings or (job.integration.settings if job.integration else None)
    values: Mapping[str, str] = version.values if version else {}
    return values


def is_unread(job: SyncJob) -> bool:
    """Whether the shop told of the order, but nothing that could be made an invoice of."""
    return not job.order and bool(job.order_number)
