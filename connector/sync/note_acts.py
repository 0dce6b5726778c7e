"""What a person does about credit notes: make one, credit and send again, say what a shop's credit is for, say that the
money went back. Each runs in the caller's scope.

The lane's row is written first, as a worker takes it first: so two people, or a person and a worker, work out what is
left one after the other, and the second finds what the first has taken.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from connector.core.credit import Wish
from connector.core.errors import NeedsSetup
from connector.core.order import Order
from connector.core.states import Detail, State
from connector.core.store import document_to_json, order_from_json, wish_to_json
from connector.sync import acts, clock, crediting, note_rows, rules, transitions
from connector.sync.acts import Person
from connector.sync.build import provider_classes
from connector.sync.crediting import CREDIT, Made
from connector.sync.models import CreditNote, SyncJob


def preview(job: SyncJob, wish: Wish, text: str, day: date | None = None) -> Made:
    """The note as it would be saved now, under the next number. Raises NeedsSetup as `save` does."""
    return _made(job, wish, text, note_rows.last_number(job.shop) + 1, day or acts.today())


def save(job: SyncJob, wish: Wish, person: Person, *, text: str = "", refund: str = "", form: str = "") -> CreditNote:
    """Make a credit note of the job's invoice. `refund` is a CreditNote.Refund, the settings' way when it is empty.
    `form` is what the form that is sent was called: sent twice it makes one note.

    Raises NeedsSetup: credit-above-remainder with what is left, credit-empty, choice-missing (credit_item),
    invoice-first while there is no invoice at all. The number is taken with the note: neither lost nor used twice.
    """
    integration = job.integration
    assert integration is not None
    acts.wake(integration.connection)
    if made_before := made_by_form(job, form):
        return made_before
    job = SyncJob.objects.select_related("shop", "integration__settings", "integration__connection").get(pk=job.pk)
    if not integration.is_active:
        raise NeedsSetup("settings-missing", order=job.order_number)
    if not crediting.has_invoice(job):
        raise NeedsSetup("invoice-first", order=job.order_number)
    number = note_rows.next_number(job.shop)
    made = _made(job, wish, text, number, acts.today())
    note_job = _job(job, made)
    row = CreditNote.objects.create(
        tenant_id=job.tenant_id,
        shop=job.shop,
        job=note_job,
        original=job,
        number=number,
        origin=CreditNote.Origin.HERE,
        text=text,
        wish=wish_to_json(made.wish),
        refund=refund or note_rows.usual_refund(job),
        made_by=person.name,
        made_at=clock.now(),
        **note_rows.columns(made),
    )
    told = {"number": str(number), "total": str(made.document.total), "form": form}
    acts.note(person, job.shop, "credit-note-made", job, **told)
    # What stopped the order since it was booked may be answered by the note.
    acts.release(Q(pk=job.pk, state=State.NEEDS_YOU, reason__in=["order-changed", "balance-open"]))
    return row


def made_by_form(job: SyncJob, form: str) -> CreditNote | None:
    """The note of the job's invoice that this form made before; None for one that made none."""
    entry = job.activity.filter(what="credit-note-made", facts__form=form).first() if form else None
    return CreditNote.objects.get(original=job, number=int(entry.facts["number"])) if entry else None


def _made(job: SyncJob, wish: Wish, text: str, number: int, day: date) -> Made:
    assert job.integration is not None
    assert job.integration.settings is not None
    provider = provider_classes()[job.integration.connection.provider]
    chosen = rules.mapping_rules(job.integration.settings.values, job.shop.country, None, provider)
    return crediting.made(job, wish, chosen, number=number, text=text, day=day)


def _job(original: SyncJob, made: Made) -> SyncJob:
    """The job that takes a note made here to the books, before everything else of its lane."""
    now = clock.now()
    document = made.document
    return SyncJob.objects.create(
        tenant_id=original.tenant_id,
        shop=original.shop,
        integration=original.integration,
        channel=original.channel,
        kind=CREDIT,
        key=document.key,
        order_id=original.order_id,
        lane=SyncJob.Lane.PERSON,
        not_before=now,
        read=1,
        order_number=document.number,
        customer_name=original.customer_name,
        customer_number=original.customer_number,
        total=-document.total.amount,
        currency=document.currency,
        placed_at=now,
        document=document_to_json(document),
        document_total=-document.total.amount,
        settings=original.integration.settings if original.integration else None,
        original=original,
    )


# --- orders that changed --------------------------------------------------------------------------------------------
def end_order(job: SyncJob, person: Person) -> None:
    """The whole order is credited before it is booked: nothing goes to the books, and its draft is deleted."""
    assert job.integration is not None
    acts.wake(job.integration.connection)
    acts.note(person, job.shop, "order-ended", job)
    note_rows.withdraw(job)


def credit_and_send_again(job: SyncJob, person: Person) -> tuple[CreditNote, SyncJob | None]:
    """Credit what is left of a booked invoice, and send the order as it is now as another one, each naming the other.
    An order that was cancelled is only credited. Raises NeedsSetup as `save` does."""
    row = save(job, Wish(is_rest=True), person)
    order = order_from_json(job.order) if job.order else None
    if order is None or order.is_cancelled:
        return row, None
    again = _again(job, order)
    acts.note(person, job.shop, "sent-again", job, number=str(row.number))
    return row, again


def _again(job: SyncJob, order: Order) -> SyncJob:
    first = job
    turn = 2
    while first.replaces:
        first, turn = first.replaces, turn + 1
    return SyncJob.objects.create(
        tenant_id=job.tenant_id,
        shop=job.shop,
        integration=job.integration,
        channel=job.channel,
        kind="invoice",
        key=f"{first.key}:{turn}",
        order_id=job.order_id,
        lane=SyncJob.Lane.PERSON,
        not_before=clock.now(),
        is_forced=True,
        order_number=order.number[:60],
        customer_name=job.customer_name,
        total=order.total.amount,
        currency=order.total.currency,
        placed_at=job.placed_at,
        replaces=job,
    )


# --- a shop's credit ------------------------------------------------------------------------------------------------
def choose_original(note_job: SyncJob, original: SyncJob, person: Person) -> None:
    """A person says which order a shop's credit is for."""
    _decide(note_job, person, "original-chosen", order=original.order_number, original=original)


def stand_alone(note_job: SyncJob, person: Person) -> None:
    """A person says that a shop's credit has no original here."""
    _decide(note_job, person, "credited-without-original", is_standalone=True)


def _decide(job: SyncJob, person: Person, what: str, order: str = "", **values: object) -> None:
    if job.integration:
        acts.wake(job.integration.connection)
    acts.note(person, job.shop, what, job, **({"order": order} if order else {}))
    rows = SyncJob.objects.filter(pk=job.pk)
    rows.update(lane=SyncJob.Lane.PERSON, **values)
    transitions.due_again(rows, clock.now())


# --- the money -------------------------------------------------------------------------------------------------------
def mark_refunded(row: CreditNote, person: Person) -> bool:
    """Somebody says that the money went back. False when that was said already."""
    if row.job.integration:
        acts.wake(row.job.integration.connection)
    told = CreditNote.objects.filter(pk=row.pk, refunded_at=None)
    if not told.update(refunded_at=clock.now(), refunded_by=person.name):
        return False
    acts.note(person, row.shop, "refund-told", row.job, number=str(row.number))
    booked = SyncJob.objects.filter(pk=row.job_id, state=State.DONE, detail=Detail.REFUND_NOT_SEEN)
    booked.update(detail=Detail.BOOKED)
    return True


def register_refund(row: CreditNote, person: Person) -> None:
    """Register in the books that the money went back, on the posting account: what is open on the note is then 0."""
    if row.job.integration:
        acts.wake(row.job.integration.connection)
    CreditNote.objects.filter(pk=row.pk).update(refund=CreditNote.Refund.REGISTER)
    acts.note(person, row.shop, "refund-registered", row.job, number=str(row.number))
    SyncJob.objects.filter(pk=row.job_id).update(not_before=clock.now(), tries=0, lane=SyncJob.Lane.PERSON)
