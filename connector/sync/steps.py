"""A job's steps as they are kept, and as the plan and the provider know them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal

from accounting.base import Call, Receipt, Write
from connector.core import plan
from connector.core.document import InvoiceDocument
from connector.core.store import document_from_json, figures_from_json
from connector.sync.models import SyncJob, SyncStep

NAMESPACE = uuid.UUID("6c1c1f2e-5d0a-4b6f-9a55-0c6f3d1f8b11")


def idempotency_key(job: SyncJob, step: SyncStep) -> str:
    """The same for every sending of the same bytes, another after a refusal."""
    return str(uuid.uuid5(NAMESPACE, f"{job.tenant_id}:{job.key}:{step.name}:{step.generation}"))


def plan_step(step: SyncStep) -> plan.Step:
    """The step as the plan knows it."""
    result = step.result or {}
    figures = result.get("figures")
    return plan.Step(
        name=step.name,
        status=plan.StepStatus(step.status),
        call_until=step.call_until,
        lost_at=step.lost_at,
        looks=step.looks,
        looked_at=step.looked_at,
        # A reason that names an invoice names it as people do.
        id=receipt_of(step).number,
        final=result.get("final", False),
        figures=figures_from_json(figures) if figures else None,
        under=step.request.get("under", ""),
    )


def is_made(step: SyncStep) -> bool:
    """Whether the call was made, or may have been."""
    return step.status in (SyncStep.Status.DONE, SyncStep.Status.INTENT)


def call_of(step: SyncStep) -> Call:
    """The call with exactly the bytes that were kept with its intent."""
    kept = step.request
    body = kept["body"].encode()
    where = kept["method"], kept["host"], kept["path"]
    return Call(Write(kept["write"]), *where, body, kept["about"], kept.get("under", ""))


def receipt_of(step: SyncStep) -> Receipt:
    """What the call made; empty while that is not known."""
    result = step.result or {}
    figures = result.get("figures")
    kept = figures_from_json(figures) if figures else None
    return Receipt(result.get("id", ""), bool(result.get("final")), kept, result.get("more", {}))


def booked_receipt(steps: Mapping[str, SyncStep]) -> Receipt:
    """What says that the document is booked."""
    booked = steps.get(Write.BOOK)
    has_booked = booked is not None and booked.status == SyncStep.Status.DONE
    return receipt_of(booked if has_booked and booked else steps[Write.DRAFT])


def earlier_step(steps: Mapping[str, SyncStep], step: SyncStep) -> SyncStep | None:
    """The step whose effect this one changes: a correction the draft's, an undoing the payment's."""
    write, _, number = step.name.partition(":")
    if write == Write.CORRECT:
        return steps[Write.DRAFT]
    return steps[f"{Write.PAYMENT}:{number}"] if write == Write.PAYMENT_UNDO else None


def told_balance(steps: Mapping[str, SyncStep]) -> Decimal | None:
    """0 where the books said at booking that nothing is open: terms that settle at once, or paid by hand."""
    found = [steps.get(name) for name in (Write.BOOK, Write.DRAFT)]
    booked = [step.result for step in found if step and step.result and step.result["final"]]
    said = booked[0]["more"].get("remainder") if booked else None
    return Decimal(0) if said and Decimal(said) == 0 else None


def kept_document(job: SyncJob, steps: Mapping[str, SyncStep]) -> InvoiceDocument | None:
    """What the draft was made of. Before there is a draft, a document of an earlier try is built anew: what the books
    lack of it may have been made meanwhile, or not."""
    draft = steps.get(Write.DRAFT)
    is_used = draft is not None and is_made(draft)
    return document_from_json(job.document) if is_used and job.document else None


def made_binding(job: SyncJob, step: SyncStep, receipt: Receipt) -> dict[str, str]:
    """Our id and theirs for the customer or the item that the call made; empty for any other call."""
    if step.name == Write.CUSTOMER and job.document:
        return {"kind": "customer", "ours": document_from_json(job.document).customer.key, "theirs": receipt.id}
    if step.name.startswith(Write.PRODUCT):
        return {"kind": "product", "ours": step.name.partition(":")[2], "theirs": receipt.id}
    return {}
