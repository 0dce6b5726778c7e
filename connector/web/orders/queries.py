"""What the order pages ask of the database. Every query is bounded, and runs in the shop's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from connector.core.states import Detail, State
from connector.sync.models import SyncJob, SyncStep
from connector.web.frame.reasons import order_address
from connector.web.frame.words import STATES
from connector.web.orders.periods import PLACED, Period
from shops.models import Shop

KIND, CREDIT = "invoice", "credit"
"""The kinds of jobs: an order's invoice, and a credit note."""
MOST_COUNTED = 10_000
MOST_STEPS, MOST_ATTEMPTS, MOST_ACTS = 100, 30, 50
"""So much of one job stands on its page."""
_ZERO = Decimal("0.00")
FIRST, BEHIND_FIRST = "first-order-check", "first-order"
"""Why the shop's first order rests, and why those behind it do."""


def jobs_of(shop: Shop) -> QuerySet[SyncJob]:
    """The shop's orders, each with what its words need."""
    return everything_of(shop).filter(kind=KIND)


def everything_of(shop: Shop) -> QuerySet[SyncJob]:
    """The shop's orders and credit notes, each with what its words need."""
    return SyncJob.objects.filter(shop=shop).select_related("shop", "integration__connection")


def newest_of(jobs: QuerySet[SyncJob]) -> QuerySet[SyncJob]:
    """Without the invoices that were credited so that their order could be sent again: each order once."""
    return jobs.filter(replaced_by__isnull=True)


def typed(text: str) -> str:
    """What somebody typed into a search field, fit for the database: PostgreSQL takes no NUL."""
    return text.replace("\0", "").strip()[:100]


def searched(jobs: QuerySet[SyncJob], text: str) -> QuerySet[SyncJob]:
    """The orders with this order number, invoice number or (part of) customer's name."""
    text = typed(text)
    if not text:
        return jobs
    number = text.removeprefix("#")
    return jobs.filter(
        Q(order_number__istartswith=number) | Q(document_number=number) | Q(customer_name__icontains=text)
    )


@dataclass(frozen=True)
class StateCount:
    """How many orders are in a state, and what they come to in the shop's currency.

    `drafts` is the part of the amount that is in the books as drafts only; `left_out` counts the orders that the
    amount leaves out: in another currency, or not read yet.
    """

    state: str
    count: int = 0
    amount: Decimal = _ZERO
    drafts: Decimal = _ZERO
    left_out: int = 0


def _newest(shop: Shop, period: Period) -> QuerySet[SyncJob]:
    """The period's orders, the newest `MOST_COUNTED` of them: nothing is counted further."""
    orders = newest_of(SyncJob.objects.filter(shop=shop, kind=KIND))
    some = period.of(orders).order_by("-pk").values("pk")[:MOST_COUNTED]
    return SyncJob.objects.filter(pk__in=some)


def counted(shop: Shop, period: Period) -> list[StateCount]:
    """The five states of the period's orders, in the order in which they are always shown. One query.

    Beyond `MOST_COUNTED` the newest ones are counted.
    """
    ours = Q(currency=shop.currency)
    rows = (
        _newest(shop, period)
        .values("state")
        .annotate(
            count=Count("pk"),
            amount=Sum("total", filter=ours, default=_ZERO),
            drafts=Sum("total", filter=ours & Q(state=State.DONE, detail=Detail.DRAFT), default=_ZERO),
            left_out=Count("pk", filter=~ours | Q(total=None)),
        )
    )
    found = {row["state"]: StateCount(**row) for row in rows}
    return [found.get(state, StateCount(state)) for state in STATES]


def difference(shop: Shop, period: Period) -> Decimal:
    """What the shop says now of the period's orders in the books, less what it said when these were made. One query.

    An invoice that holds a gift card as a line comes to less than its order; that is no difference.
    """
    done = _newest(shop, period).filter(state=State.DONE, currency=shop.currency, document_total__isnull=False)
    rows = done.exclude(document_total=F("total")).values_list(
        "total", "document_total", "document__order_total__amount"
    )[:MOST_COUNTED]
    return sum((now - Decimal(str(then or made)) for now, made, then in rows if now is not None), _ZERO)


@dataclass(frozen=True)
class Sold:
    """What was sold on a day in the shop's currency, and how much of that is in the books."""

    day: date
    amount: Decimal = _ZERO
    done: Decimal = _ZERO


def sold_by_day(shop: Shop, period: Period) -> list[Sold]:
    """The period's days on which something was sold. One query."""
    rows = (
        _newest(shop, period)
        .filter(currency=shop.currency)
        .values(day=TruncDate(PLACED))
        .annotate(amount=Sum("total", default=_ZERO), done=Sum("total", filter=Q(state=State.DONE), default=_ZERO))
    )
    return [Sold(**row) for row in rows]


def how_many(rows: QuerySet[Any]) -> int:
    """How many rows there are, counted no further than one beyond `MOST_COUNTED`."""
    return rows.order_by()[: MOST_COUNTED + 1].count()


def addresses(shop: Shop, jobs: Iterable[SyncJob]) -> Mapping[int, str]:
    """Job id → the part of its page's address: the order number, or the id where that number leads elsewhere: to
    another order, to the one that was sent again, or, of a credit note, to an order. One query.
    """
    listed = list(jobs)
    numbers = {job.order_number for job in listed if job.order_number}
    named = newest_of(SyncJob.objects.filter(shop=shop, kind=KIND, order_number__in=numbers))
    under: dict[str, list[int]] = defaultdict(list)
    for number, pk in named.values_list("order_number", "pk")[:MOST_COUNTED]:
        under[number].append(pk)
    return {job.pk: order_address(job) if under[job.order_number] == [job.pk] else f"id-{job.pk}" for job in listed}


def named(shop: Shop, job: SyncJob) -> Mapping[str, str]:
    """What a link to an order needs: its number, and the part of its address."""
    return {"number": job.order_number or job.order_id, "part": addresses(shop, [job])[job.pk]}


def found_by(shop: Shop, name: str) -> Sequence[SyncJob]:
    """The orders that an address names: one, none, or two and more that share a number. Of an order that was sent again
    it is the newest invoice. A credit of the shop's is found by its own number as long as no order has it."""
    related = ("integration__settings", "settings", "replaces", "replaced_by", "note_row")
    jobs = everything_of(shop).select_related("shop", "integration__connection", *related)
    number = name.removeprefix("id-")
    if name.startswith("id-") and number.isdigit() and len(number) < 19:
        return list(jobs.filter(pk=int(number)))
    if "\0" in name:
        return []
    orders = newest_of(jobs.filter(kind=KIND, order_number=name))
    return list(orders[:2]) or list(jobs.filter(kind=CREDIT, note_row=None, order_number=name)[:2])


def credit_name(job: SyncJob, number: int | None) -> str:
    """What a credit is called: by its own number, before it has one by the shop's order that credits."""
    if number is not None:
        return _("Credit note %(number)s") % {"number": number}
    return _("Credit note, order %(order)s") % {"order": job.order_number or job.order_id}


def first_ahead(job: SyncJob) -> SyncJob | None:
    """The shop's first order, where the job waits for it."""
    return job.integration.first_job if job.integration and job.reason == BEHIND_FIRST else None


def may_transfer_now(job: SyncJob) -> bool:
    """Whether "Transfer now" does something for the job: not for one that waits for the shop's first order."""
    return job.state in (State.WAITING, State.NEEDS_YOU, State.NEEDS_US) and job.reason != BEHIND_FIRST


def may_mark_by_hand(job: SyncJob, steps: Iterable[SyncStep]) -> bool:
    """Whether the order may be marked as handled by hand: not while it is unknown whether a call of its arrived."""
    return job.state != State.DONE and all(step.status != SyncStep.Status.INTENT for step in steps)


def may_transfer_anyway(job: SyncJob) -> bool:
    """Whether "Transfer anyway" does something: not for what has nothing in it to book."""
    return job.state == State.NOT_MEANT and job.reason != "nothing-to-book"
