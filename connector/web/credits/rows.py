"""Credit notes as lists show them: each with the two facts, documented and refunded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from connector.core.states import Detail, State
from connector.sync.models import CreditNote, SyncJob
from connector.web.frame.reasons import Explanation, explain, order_address
from connector.web.orders.queries import CREDIT, typed
from shops.models import Shop
from shops.registry import adapter_class

MOST_OF_ORDER = 100
MOST_WAITING = 50


@dataclass(frozen=True)
class NoteRow:
    """A credit note in a list; `told` is why it rests, `part` the address part of its original."""

    note: CreditNote
    told: Explanation | None
    part: str = ""

    @property
    def job(self) -> SyncJob:
        return self.note.job

    @property
    def amount(self) -> Decimal:
        """Below zero, as people read it."""
        return -self.note.total

    @property
    def is_documented(self) -> bool:
        return is_documented(self.job)

    @property
    def detail(self) -> str:
        """The second word of its state, without the refund: that stands in a column of its own."""
        detail = self.job.detail
        return Detail.BOOKED.value if detail == Detail.REFUND_NOT_SEEN else detail


def is_documented(job: SyncJob) -> bool:
    """Whether the note is booked."""
    return bool(job.document_number) and job.detail not in (Detail.DRAFT, Detail.BY_HAND)


def notes_of(shop: Shop) -> QuerySet[CreditNote]:
    """The shop's notes, each with what its words need."""
    needed = ("job__shop", "job__integration__connection", "original")
    heavy = ("job__order", "job__document", "original__order", "original__document")
    return CreditNote.objects.filter(shop=shop).select_related(*needed).defer(*heavy)


def of_order(shop: Shop, job: SyncJob) -> Sequence[NoteRow]:
    """The notes of an order's invoice, the oldest first. One query."""
    return rows(notes_of(shop).filter(original=job).order_by("number")[:MOST_OF_ORDER], {})


def rows(notes: Iterable[CreditNote], parts: Mapping[int, str]) -> list[NoteRow]:
    """The notes as rows; `parts` are the address parts of their originals by the job's id."""
    return [NoteRow(note, explain(note.job), parts.get(note.original_id or 0, "")) for note in notes]


Unnumbered = tuple[SyncJob, str, Explanation | None]
"""A credit of the shop's without a number here, the part of its address, and why it rests."""


def waiting(shop: Shop) -> Sequence[Unnumbered]:
    """The shop's own credits that have no number here yet, the newest first. One query."""
    jobs = SyncJob.objects.filter(shop=shop).exclude(state=State.NOT_MEANT).exclude(detail=Detail.BY_HAND)
    return _unnumbered(jobs)


def waiting_of(job: SyncJob) -> Sequence[Unnumbered]:
    """Those of one order. One query."""
    return _unnumbered(SyncJob.objects.filter(original=job))


def _unnumbered(jobs: QuerySet[SyncJob]) -> Sequence[Unnumbered]:
    found = jobs.filter(kind=CREDIT, note_row=None).select_related("shop", "integration__connection")
    newest = found.defer("order", "document").order_by("-pk")[:MOST_WAITING]
    return [(job, order_address(job), explain(job)) for job in newest]


def searched(notes: QuerySet[CreditNote], text: str) -> QuerySet[CreditNote]:
    """The notes with this number, order or document number, or (part of) customer's name."""
    text = typed(text)
    if not text:
        return notes
    number = text.removeprefix("#")
    same = Q(original__order_number__istartswith=number) | Q(job__document_number=number)
    same |= Q(job__customer_name__icontains=text)
    if number.isascii() and number.isdigit() and len(number) < 9:
        same |= Q(number=int(number))
    return notes.filter(same)


def sees_refunds(shop: Shop) -> bool:
    """Whether the shop's platform tells when money went back."""
    return bool(shop.kind) and adapter_class(shop.kind).capabilities.sees_refunds
