"""Every change of a job's state, its steps and its links. Each requires that the lane is still ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db.models import Case, F, QuerySet, Value, When

from accounting.base import Call, Receipt
from accounting.models import Connection
from connector.core.document import InvoiceDocument
from connector.core.errors import Stop
from connector.core.order import Order
from connector.core.plan import Close, Wait
from connector.core.states import Detail, State
from connector.core.store import document_to_json, figures_to_json, order_to_json
from connector.lib.http import DEADLINE_SECONDS
from connector.sync import bindings, clock, holds
from connector.sync.leases import Lease, fenced
from connector.sync.models import (
    InboxEvent,
    Integration,
    SettingsVersion,
    SyncAttempt,
    SyncJob,
    SyncStep,
)
from connector.tenancy.scope import scope

PAYMENT_IN_DOUBT = timedelta(minutes=10)
"""So long after it was sent a payment whose answer was lost has come, or never will; no order waits longer for it."""

OF_A_QUEUE = frozenset({"provider-down", "rate-limit"})
"""What holds more orders up than the one: its texts say since when, and how many."""
MOST_QUEUED = 1_000

WAITING_FOR_INVOICE = ("invoice-first", "invoice-late")
"""Why a credit note rests until its invoice does."""


class Overtaken(Exception):
    """A person stopped the order since its try began: nothing is sent, and the next turn sees what they did."""


@dataclass(frozen=True)
class Tried:
    """What a try did, for the log. `calls`: [{"system", "method", "path", "status", "ms"}]."""

    started: datetime
    calls: list[dict[str, Any]]
    has_sent: bool


def next_job(lease: Lease, put_off: set[int]) -> SyncJob | None:
    """Claim the lane's oldest due job, a person's before the live ones before earlier orders. Counts the try."""
    with fenced(lease) as now:
        due = SyncJob.objects.filter(channel_id=lease.channel_id, not_before__lte=now).exclude(pk__in=put_off)
        job = (
            due.select_related("shop", "integration__settings", "integration__connection", "settings")
            .order_by("lane", "not_before", "pk")
            .first()
        )
        if job:
            # Counted at the claim, so that an order which kills its worker is not tried for ever.
            job.tries += 1
            SyncJob.objects.filter(pk=job.pk).update(tries=job.tries)
            # From here on a repeat says something new: the order may change while it is being fetched.
            open_events = InboxEvent.objects.filter(shop_id=job.shop_id, order_id=job.order_id, processed_at=None)
            open_events.update(processed_at=now)
        return job


def uncount(lease: Lease, job: SyncJob) -> None:
    """What is left of it is done for many at once: a worker that dies before then was none of its tries."""
    with fenced(lease):
        SyncJob.objects.filter(pk=job.pk).update(tries=max(job.tries - 1, 0))


def steps_of(job: SyncJob) -> dict[str, SyncStep]:
    """The job's steps by name, oldest first. Needs the scope."""
    return {step.name: step for step in SyncStep.objects.filter(job=job).order_by("pk")}


def keep_order(lease: Lease, job: SyncJob, order: Order) -> None:
    """Keep what was read; everything heard up to the claim is taken into account with it."""
    with fenced(lease):
        kept = {
            "order": order_to_json(order),
            "order_number": order.number[:60],
            "customer_name": order.buyer.title[:250],
            "total": order.total.amount,
            "currency": order.total.currency,
            "placed_at": order.placed_at,
            "read": job.heard,
        }
        _update(job, **kept)


def turn_into_credit(lease: Lease, job: SyncJob, original: SyncJob | None) -> None:
    """What was heard of as an order turned out to be a credit note, of `original` where that is known."""
    with fenced(lease):
        _update(job, kind="credit", original=original)


def adopt_credits(lease: Lease, job: SyncJob) -> None:
    """Credits that came before the order they name go on with it."""
    with fenced(lease) as now:
        unplaced = SyncJob.objects.filter(shop=job.shop_id, kind="credit", original=None, is_standalone=False)
        ours = [row.pk for row in unplaced.only("order") if (row.order or {}).get("credits") == job.order_id]
        if ours:
            rows = SyncJob.objects.filter(pk__in=ours)
            rows.update(original=job)
            due_again(rows, now)


def pass_on(lease: Lease, job: SyncJob) -> None:
    """What is heard of an order that was sent again is about the invoice that it was sent again as."""
    with fenced(lease) as now:
        newer = SyncJob.objects.filter(replaces=job)
        newer.update(heard=F("heard") + 1, not_before=now)


def keep_hearsay(lease: Lease, job: SyncJob, facts: Mapping[str, str]) -> None:
    """Keep the number and the amount of an order that could not be read, where the shop told them."""
    number = facts.get("order", "")
    # Where the VAT does not add up, "paid" is the VAT that the shop states.
    paid = "" if facts.get("what") == "vat" else facts.get("paid", "")
    if job.order_number or not number:
        return
    with fenced(lease):
        kept: dict[str, Any] = {"order_number": number[:60]}
        if paid:
            kept |= {"total": Decimal(paid), "currency": job.shop.currency, "placed_at": job.created_at}
        _update(job, **kept)


def keep_document(lease: Lease, job: SyncJob, document: InvoiceDocument, settings: SettingsVersion | None) -> None:
    """Keep what the draft is made of, and under which version of the settings."""
    with fenced(lease):
        amount = -document.total.amount if document.is_credit else document.total.amount
        _update(job, document=document_to_json(document), settings=settings, document_total=amount)


def claim_first(lease: Lease, job: SyncJob) -> int | None:
    """Make this the shop's first order unless another is, or it was checked. Returns the first job's id."""
    with fenced(lease):
        integrations = Integration.objects.filter(jobs=job.pk)
        integrations.filter(first_job__isnull=True, first_checked_at__isnull=True).update(first_job=job)
        first: int | None = integrations.values_list("first_job_id", flat=True).get()
        return first


def record_intent(lease: Lease, job: SyncJob, name: str, call: Call, old: SyncStep | None) -> SyncStep:
    """Commit that this call will be made, with its exact bytes. A call refused or unsent before gets a new key."""
    request = {
        "write": call.write.value,
        "method": call.method,
        "host": call.host,
        "path": call.path,
        "body": call.body.decode(),
        "about": call.about,
        "under": call.under,
    }
    with fenced(lease) as now:
        _require_not_overtaken(job)
        fresh = {
            "status": SyncStep.Status.INTENT,
            "request": request,
            "intent_at": now,
            "call_until": now + timedelta(seconds=DEADLINE_SECONDS),
            "lost_at": None,
            "looks": 0,
            "looked_at": None,
            "result": None,
            "done_at": None,
            "generation": old.generation + 1 if old else 1,
        }
        step, _ = SyncStep.objects.update_or_create(
            job=job, name=name, defaults=fresh, create_defaults={**fresh, "tenant_id": lease.tenant_id}
        )
        return step


def record_resend(lease: Lease, job: SyncJob, step: SyncStep) -> None:
    """The same bytes go out again: the quiet period begins anew."""
    with fenced(lease) as now:
        _require_not_overtaken(job)
        call_until = now + timedelta(seconds=DEADLINE_SECONDS)
        _update(step, intent_at=now, call_until=call_until, lost_at=None, looks=0, looked_at=None)


def _require_not_overtaken(job: SyncJob) -> None:
    # Whoever stops an order writes its lane's row first, which we hold: this sees what they did, or they see the call.
    if holds.is_overtaken(job):
        raise Overtaken


def record_result(
    lease: Lease,
    job: SyncJob,
    step: SyncStep,
    receipt: Receipt,
    bind: Mapping[str, str],
    earlier: SyncStep | None = None,
) -> None:
    """The call was made: its result, what it gives the job, the binding it makes, and what it changes of an earlier
    call's effect, in one commit."""
    with fenced(lease) as now:
        result = {"id": receipt.id, "final": receipt.final, "more": receipt.more}
        result["figures"] = figures_to_json(receipt.figures) if receipt.figures else None
        _update(step, status=SyncStep.Status.DONE, result=result, done_at=now, looks=0, looked_at=None)
        _update(job, tries=0)
        if step.name == "book" or (step.name in ("draft", "correct") and receipt.final):
            _update(job, document_number=receipt.number)
        if earlier and step.name == "correct":
            request = {**earlier.request, "under": step.request["under"]}
            _update(earlier, result=result, request=request)
        elif earlier:
            _update(earlier, status=SyncStep.Status.REFUSED)
        if bind:
            bindings.bind(lease, **bind, made_by_us=True)
            if bind["kind"] == "customer":
                _update(job, customer_number=receipt.id)


def record_lost(lease: Lease, step: SyncStep, *, new_key: bool = False) -> None:
    """The call ended without an answer. `new_key`: the provider repeats a failure under the old one."""
    with fenced(lease) as now:
        _update(step, lost_at=now, looks=0, looked_at=None, generation=step.generation + int(new_key))


def record_not_made(lease: Lease, step: SyncStep, *, refused: bool) -> None:
    """The call surely changed nothing: it was refused, or never left."""
    with fenced(lease):
        _update(step, status=SyncStep.Status.REFUSED if refused else SyncStep.Status.UNSENT)


def record_look(lease: Lease, step: SyncStep) -> None:
    """A look-up found nothing, or nothing that tells."""
    with fenced(lease) as now:
        _update(step, looks=step.looks + 1, looked_at=now)


def begin_anew(lease: Lease, job: SyncJob, step: SyncStep) -> None:
    """The draft is gone: the document is built again, under a new key."""
    with fenced(lease):
        _update(step, status=SyncStep.Status.REFUSED)
        _update(job, document=None, document_total=None)


def is_another_tested(lease: Lease, job: SyncJob) -> bool:
    """Whether a payment of another order was sent lately and its answer is not known: it may move the account yet."""
    with scope(lease.tenant_id):
        lately = clock.now() - PAYMENT_IN_DOUBT
        open_steps = SyncStep.objects.filter(status=SyncStep.Status.INTENT, name__startswith="payment")
        ours = open_steps.filter(job__channel_id=lease.channel_id, intent_at__gt=lately).exclude(job=job)
        return ours.exists()


def put_off(
    lease: Lease, job: SyncJob, wait: Wait, tried: Tried, told: Mapping[str, str] = MappingProxyType({})
) -> None:
    """The job waits until a moment; `told` are facts of why. An event does not shorten a quiet period: the plan says so
    again."""
    facts = {**(job.facts if wait.reason == job.reason else {}), **told}
    waits = {"state": State.WAITING, "detail": "", "reason": wait.reason, "facts": facts}
    if job.state == State.DONE:
        # What is in the books stays there, whatever keeps us from looking at it again.
        waits = {}
    with fenced(lease) as now:
        if _is_taken(lease, job):
            return
        if waits and wait.reason in OF_A_QUEUE:
            waits["facts"] = {"since": now.isoformat(), **facts, "n": str(_queued(job))}
        _update(job, **waits, tries=max(job.tries, 0), not_before=wait.until)
        _attempt(job, tried, now)


def _queued(job: SyncJob) -> int:
    """How many of the shop's orders wait, this one among them; not counted further than so many."""
    others = SyncJob.objects.filter(shop=job.shop_id, state=State.WAITING).exclude(pk=job.pk)
    return 1 + others[:MOST_QUEUED].count()


def close(lease: Lease, job: SyncJob, close: Close, tried: Tried, balance: Decimal | None) -> None:
    """The job rests: state, reason and attempt in one commit. What was heard meanwhile makes it due at once."""
    # What an event changed nothing in, and a draft that is followed four times a day, would fill the log with nothing.
    was = (job.state, job.detail, job.reason, dict(job.facts))
    is_news = tried.has_sent or was != (close.state, close.detail, close.reason, dict(close.facts))
    with fenced(lease) as now:
        if _is_taken(lease, job):
            return
        _update(
            job,
            state=close.state,
            detail=close.detail,
            reason=close.reason,
            facts=dict(close.facts),
            tries=0,
            closed_at=now,
            **({} if balance is None else {"balance": balance}),
        )
        if close.state is State.NOT_MEANT:
            give_up_first(job, now)
        SyncJob.objects.filter(original=job, reason__in=WAITING_FOR_INVOICE).update(not_before=now)
        heard_meanwhile = When(heard__gt=job.heard, then=Value(now))
        wait = timedelta() if _is_free_to_go(job, close) else close.again_in
        again = None if wait is None else Value(now + wait)
        SyncJob.objects.filter(pk=job.pk).update(not_before=Case(heard_meanwhile, default=again))
        if is_news:
            _attempt(job, tried, now)


def _is_free_to_go(job: SyncJob, close: Close) -> bool:
    """Whether the first order that the job would wait for was checked, or given up, while the job was worked: whoever
    did that has not seen it waiting, and nobody else will wake it."""
    waiting = Integration.objects.filter(jobs=job, first_checked_at=None, first_job__isnull=False)
    return close.reason == "first-order" and not waiting.exists()


def _is_taken(lease: Lease, job: SyncJob) -> bool:
    """Whether a person did the order by hand, or it went over to other books, since it was claimed."""
    if holds.is_stopped(job):
        return False
    row = SyncJob.objects.only("state", "detail", "reason", "channel_id").get(pk=job.pk)
    return holds.is_stopped(row) or row.channel_id != lease.channel_id


def give_up_first(job: SyncJob, now: datetime) -> None:
    """An order that does not go cannot be the one that a person checks: the next in line becomes it."""
    unchecked = Integration.objects.filter(first_job=job, first_checked_at__isnull=True)
    if unchecked.update(first_job=None):
        due_again(SyncJob.objects.filter(integration=job.integration, reason="first-order"), now)


def due_again(rows: QuerySet[SyncJob], now: datetime) -> int:
    """Make jobs due, and their orders to be read anew. Returns how many. Needs the scope."""
    resting = rows.exclude(state=State.DONE)
    return resting.update(state=State.WAITING, reason="", facts={}, not_before=now, tries=0, heard=F("heard") + 1)


def lay_to_rest(rows: QuerySet[SyncJob], now: datetime, state: State, detail: Detail, reason: str, **more: Any) -> int:
    """A person says that the orders are not to be sent. Needs the scope, and the lane's row written first."""
    rests = {"state": state, "detail": detail, "reason": reason, "facts": {}}
    return rows.update(**rests, not_before=None, tries=0, closed_at=now, **more)


def set_customer(job: SyncJob, number: str) -> None:
    """Whom the document is for, as the provider numbers them."""
    _update(job, customer_number=number)


def stop_connection(lease: Lease, error: Stop) -> None:
    """The books refuse our key: nothing is sent until somebody connects again."""
    with fenced(lease):
        Connection.objects.filter(pk=lease.connection_id).update(status=Connection.Status.REVOKED, trouble=error.code)


def close_books(lease: Lease) -> bool:
    """Forget the key of books that are being left, once nothing of ours is unknown or half done there."""
    with fenced(lease):
        leaving = Connection.objects.filter(pk=lease.connection_id, status=Connection.Status.CLOSING)
        if not leaving.exists() or holds.is_needed(lease.connection_id):
            return False
        return bool(leaving.update(status=Connection.Status.DISCONNECTED, secret="", trouble=""))


def _attempt(job: SyncJob, tried: Tried, ended: datetime) -> None:
    SyncAttempt.objects.create(
        tenant_id=job.tenant_id,
        job=job,
        shop_id=job.shop_id,
        started_at=tried.started,
        ended_at=ended,
        state=job.state,
        detail=job.detail,
        reason=job.reason,
        facts=job.facts,
        calls=tried.calls,
    )


def _update(row: SyncJob | SyncStep, **values: Any) -> None:
    """Write these columns, and only these, of a row that we hold."""
    for name, value in values.items():
        setattr(row, name, value)
    type(row).objects.filter(pk=row.pk).update(**values)
